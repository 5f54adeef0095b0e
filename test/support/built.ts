import { spawnSync } from 'node:child_process'

/** Some tests run the built program; `npm test` builds it before, other ways to start the tests may not. */
export default function setup(): void {
  spawnSync(process.execPath, ['scripts/build.mjs', '--if-changed'], { stdio: 'inherit' })
}
