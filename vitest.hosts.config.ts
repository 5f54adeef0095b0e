import { defineConfig } from 'vitest/config'

// Real assistants, one at a time: each is a heavy program, and their clocks cannot be set.
export default defineConfig({
  test: {
    include: ['test/hosts/**/*.test.ts'],
    globalSetup: ['test/support/built.ts', 'test/hosts/installed.ts'],
    testTimeout: 120_000,
    fileParallelism: false,
  },
})
