import { readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

export default defineConfig({
  define: { STINT_VERSION: JSON.stringify(version) },
  test: {
    include: ['test/**/*.test.ts'],
    // the real assistants: `npm run test:hosts`
    exclude: ['test/hosts/**'],
    testTimeout: 20_000,
    globalSetup: 'test/support/built.ts',
  },
})
