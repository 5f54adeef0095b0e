import { spawnSync } from 'node:child_process'

/** Some tests run the built program; `npm test` builds it before, other ways to start the tests may not. */
export default function setup(): void {
  const { status } = spawnSync(process.execPath, ['scripts/prepare.mjs'], { stdio: 'inherit' })
  if (status !== 0) console.error('Tests of the built program will fail.')
}
