import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder } from '../../bench/measure.mjs'
import { Assistant } from '../assistant.mjs'
import { audit } from '../audit.mjs'
import { Ledger } from '../ledger.mjs'
import { stintHook } from '../shell.mjs'
import { closed, milliseconds, tell, tellSkipped } from '../told.mjs'
import { Writer } from '../writer.mjs'

/** A lid that closes: whoever is at work stands still in the middle of it. */
export async function run(given) {
  if (process.platform === 'win32') return tellSkipped('suspended processes', 'Windows has no SIGSTOP')
  await servers(given)
  await hooks(given)
}

/** The others wait for the one that stands still. */
async function servers({ chance, minutes }) {
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
  const ends = await closed(assistants)
  const { problems } = audit(join(home, 'stint.db'), ledger)
  const longest = Math.max(...assistants.map(one => one.longest))
  tell(
    'suspended servers',
    `${times} times one of three; ${ledger.acknowledged.toLocaleString('en')} acknowledged, longest wait ${milliseconds(longest)}`,
    [...writers.flatMap(one => one.troubles), ...ends, ...problems],
  )
}

/** Longer than a hook has time. */
const suspension = 1300

/** Each stands still once, at another moment of the tenth of a second in which it begins and ends. */
async function hooks({ chance, minutes }) {
  const home = temporaryFolder()
  const count = 24 * minutes
  const troubles = []
  for (let left = count; left > 0; left -= 8) {
    const eight = Array.from({ length: 8 }, () => suspendedHook(home, chance.between(10, 120)))
    for (const { code, stderr, stdout } of await Promise.all(eight))
      if (code !== 0 || stdout + stderr !== '') troubles.push(`a hook ended with ${code}: ${stdout}${stderr}`)
  }
  const found = readdirSync(join(home, 'spool')).length
  if (found !== count) troubles.push(`lost: ${count - found} signals`)
  tell(
    'suspended hooks',
    `${count} signals, each of a hook that stood still for ${milliseconds(suspension)}`,
    troubles,
  )
}

async function suspendedHook(home, after) {
  const hook = stintHook(home, { hook_event_name: 'Stop', session_id: 'a', cwd: '/tmp' })
  await sleep(after)
  hook.kill('SIGSTOP')
  await sleep(suspension)
  hook.kill('SIGCONT')
  return hook.done
}
