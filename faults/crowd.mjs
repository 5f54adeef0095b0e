import { join } from 'node:path'
import { temporaryFolder } from '../bench/measure.mjs'
import { Assistant } from './assistant.mjs'
import { audit } from './audit.mjs'
import { HookCaller } from './hooks.mjs'
import { Ledger } from './ledger.mjs'
import { Server } from './server.mjs'
import { closed, milliseconds, tell } from './told.mjs'
import { ShellWriter, Writer } from './writer.mjs'

/** Eight at once: three assistants, a server, two shells, two with hooks. */
export async function run({ chance, seconds, writes }) {
  const home = temporaryFolder()
  const ledger = new Ledger()
  const until = performance.now() + seconds * 1000
  const goesOn = one => (writes === undefined ? performance.now() < until : one.writes < writes)
  const callers = [...Array.from({ length: 3 }, () => new Assistant(home)), new Server(home)]
  const writers = callers.map(
    (caller, at) => new Writer(`caller ${at}`, caller, { chance: chance.branch(), ledger }),
  )
  const shells = [0, 1].map(at => new ShellWriter(`shell ${at}`, home, { chance: chance.branch(), ledger }))
  const hooks = [0, 1].map(at => new HookCaller(`host ${at}`, home))
  await Promise.all(callers.map(one => one.open()))
  await setBudgets(callers[0])
  const began = performance.now()
  await Promise.all([...writers, ...shells, ...hooks].map(one => one.work(() => goesOn(one))))
  const took = (performance.now() - began) / 1000
  const ends = await closed(callers)

  const { entries, events, problems } = audit(join(home, 'stint.db'), ledger)
  const troubles = [...writers, ...shells].flatMap(one => one.troubles)
  tell(
    `a crowd of eight, ${Math.round(took)} s`,
    `${ledger.acknowledged.toLocaleString('en')} acknowledged, at least ${least([...writers, ...shells])} by each, ${entries} entries, ${events} events; ` +
      `longest wait ${longest(callers.slice(0, 3))} in an assistant, ${longest(callers.slice(3))} on the server, ` +
      `${longest(shells)} for a command`,
    [...troubles, ...ends, ...fewerThan(writes, [...writers, ...shells]), ...problems],
  )
  tell('hooks beside it', `${hooks[0].writes + hooks[1].writes} signals, longest ${longest(hooks)}`, [
    ...fewerThan(writes, hooks),
    ...hooks.flatMap(one => one.lost()),
  ])
}

/** Reached, and fallen below again, many times while all of them write. */
async function setBudgets(caller) {
  for (let at = 0; at < 6; at++) {
    await caller.call('create_project', {
      name: `Project ${at}`,
      budget_hours: 10 * (at + 1),
      budget_basis: 'all',
    })
  }
}

const least = list => Math.min(...list.map(one => one.writes)).toLocaleString('en')

const fewerThan = (writes = 1, list) =>
  list
    .filter(one => one.writes < writes)
    .map(one => `${one.name}: ${one.writes} of ${writes} were acknowledged`)

const longest = list => milliseconds(Math.max(...list.map(one => one.longest)))
