import { defineConfig } from 'vitest/config'

// What people see in a browser, in the one that this machine has.
export default defineConfig({
  define: { STINT_VERSION: '"test"' },
  test: {
    include: ['test/browser/**/*.test.ts'],
    globalSetup: 'test/support/built.ts',
    testTimeout: 60_000,
    fileParallelism: false,
  },
})
