import { join } from 'node:path'
import { root, temporaryFolder } from '../../bench/measure.mjs'
import { Assistant } from '../assistant.mjs'
import { audit } from '../audit.mjs'
import { Ledger } from '../ledger.mjs'
import { closed, tell } from '../told.mjs'
import { Writer } from '../writer.mjs'

/** Two assistants whose clocks jump up to a day forth and back, each its own way. */
export async function run({ chance, minutes }) {
  const home = temporaryFolder()
  const ledger = new Ledger({ timersEndThemselves: true })
  const node = ['--require', join(root, 'faults/jumping-clock.cjs')]
  const assistants = [0, 1].map(
    () => new Assistant(home, { node, env: { FAULTS_SEED: String(chance.below(2 ** 32)) } }),
  )
  const writers = assistants.map(
    (one, at) => new Writer(`traveller ${at}`, one, { chance: chance.branch(), ledger, startsInPast: false }),
  )
  await Promise.all(assistants.map(one => one.open()))
  const until = performance.now() + 1000 * Math.min(6, 1 + minutes)
  await Promise.all(writers.map(one => one.work(() => performance.now() < until)))
  const ends = await closed(assistants)
  const { entries, problems } = audit(join(home, 'stint.db'), ledger)
  tell('a clock that jumps', `${ledger.acknowledged.toLocaleString('en')} acknowledged, ${entries} entries`, [
    ...writers.flatMap(one => one.troubles),
    ...ends,
    ...problems,
  ])
}
