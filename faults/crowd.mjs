import { join } from 'node:path'
import { temporaryFolder } from '../bench/measure.mjs'
import { Assistant } from './assistant.mjs'
import { audit } from './audit.mjs'
import { HookCaller } from './hooks.mjs'
import { Ledger } from './ledger.mjs'
import { milliseconds, tell } from './told.mjs'
import { ShellWriter, Writer } from './writer.mjs'

/** Eight at once: four assistants, two shells, two with hooks. */
export async function run({ chance, seconds }) {
  const home = temporaryFolder()
  const ledger = new Ledger()
  const until = performance.now() + seconds * 1000
  const goesOn = () => performance.now() < until
  const assistants = Array.from({ length: 4 }, () => new Assistant(home))
  const writers = assistants.map(
    (assistant, at) => new Writer(`assistant ${at}`, assistant, { chance: chance.branch(), ledger }),
  )
  const shells = [0, 1].map(at => new ShellWriter(`shell ${at}`, home, { chance: chance.branch(), ledger }))
  const hooks = [0, 1].map(at => new HookCaller(`host ${at}`, home))
  await Promise.all(assistants.map(one => one.open()))
  await Promise.all([...writers, ...shells, ...hooks].map(one => one.work(goesOn)))
  await Promise.all(assistants.map(one => one.close()))

  const { entries, events, problems } = audit(join(home, 'stint.db'), ledger)
  const troubles = [...writers, ...shells].flatMap(one => one.troubles)
  const stderr = assistants.map(one => one.stderr).filter(text => text !== '')
  tell(
    `a crowd of eight, ${seconds} s`,
    `${ledger.acknowledged.toLocaleString('en')} acknowledged, ${entries} entries, ${events} events; ` +
      `longest wait ${longest(assistants)} in an assistant, ${longest(shells)} for a command`,
    [...troubles, ...stderr, ...problems],
  )
  tell(
    'hooks beside it',
    `${hooks[0].steps + hooks[1].steps} signals, longest ${longest(hooks)}`,
    hooks.flatMap(one => one.lost()),
  )
}

const longest = list => milliseconds(Math.max(...list.map(one => one.longest)))
