import { readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

export default defineConfig({
  define: { STINT_VERSION: JSON.stringify(version) },
  test: {
    include: ['test/**/*.test.ts'],
    // the real assistants and a real browser: `npm run test:hosts`, `npm run test:browser`
    exclude: ['test/hosts/**', 'test/browser/**'],
    // many at once on a slow machine, and some start a process or two
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: 'test/support/built.ts',
  },
})
