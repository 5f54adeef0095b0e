import { defineConfig } from 'vitest/config'

// What others wrote to judge such programs: fetched at the first run, and too heavy for every one.
export default defineConfig({
  define: { STINT_VERSION: '"test"' },
  test: {
    include: ['test/mcp/conformance.test.ts', 'test/rest/lint.test.ts'],
    env: { STINT_SUITES: '1' },
    testTimeout: 300_000,
    fileParallelism: false,
  },
})
