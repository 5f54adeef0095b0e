import * as backup from './surroundings/backup.mjs'
import * as clock from './surroundings/clock.mjs'
import * as disk from './surroundings/disk.mjs'
import * as folder from './surroundings/folder.mjs'
import * as lock from './surroundings/lock.mjs'
import * as suspended from './surroundings/suspended.mjs'

/** A machine that is not as one would wish. The locks mostly wait, so the rest happens beside them. */
export async function run(given) {
  const waiting = lock.run(given)
  for (const part of [folder, disk, clock, suspended, backup]) await part.run(given)
  await waiting
}
