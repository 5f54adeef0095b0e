import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder } from '../../bench/measure.mjs'
import { Assistant } from '../assistant.mjs'
import { audit } from '../audit.mjs'
import { Ledger } from '../ledger.mjs'
import { milliseconds, tell, tellSkipped } from '../told.mjs'
import { Writer } from '../writer.mjs'

/** A lid that closes: servers stand still in the middle of whatever they do, and the others wait for them. */
export async function run({ chance, minutes }) {
  if (process.platform === 'win32') return tellSkipped('suspended servers', 'Windows has no SIGSTOP')
  const home = temporaryFolder()
  const ledger = new Ledger()
  const assistants = Array.from({ length: 3 }, () => new Assistant(home))
  const writers = assistants.map(
    (one, at) => new Writer(`sleeper ${at}`, one, { chance: chance.branch(), ledger }),
  )
  await Promise.all(assistants.map(one => one.open()))
  let goesOn = true
  const working = writers.map(one => one.work(() => goesOn))
  const times = 3 + 3 * minutes
  for (let time = 0; time < times; time++) {
    await sleep(chance.between(20, 200))
    const sleeper = chance.one(assistants)
    sleeper.kill('SIGSTOP')
    await sleep(chance.between(100, 1200))
    sleeper.kill('SIGCONT')
  }
  goesOn = false
  await Promise.all(working)
  await Promise.all(assistants.map(one => one.close()))
  const { problems } = audit(join(home, 'stint.db'), ledger)
  const longest = Math.max(...assistants.map(one => one.longest))
  tell(
    'suspended servers',
    `${times} times one of three; ${ledger.acknowledged.toLocaleString('en')} acknowledged, longest wait ${milliseconds(longest)}`,
    [
      ...writers.flatMap(one => one.troubles),
      ...assistants.map(one => one.stderr).filter(text => text !== ''),
      ...problems,
    ],
  )
}
