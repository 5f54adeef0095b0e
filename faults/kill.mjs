import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { temporaryFolder } from '../bench/measure.mjs'
import { Assistant } from './assistant.mjs'
import { audit } from './audit.mjs'
import { HookCaller } from './hooks.mjs'
import { Ledger } from './ledger.mjs'
import { Server } from './server.mjs'
import { stint } from './shell.mjs'
import { closed, tell } from './told.mjs'
import { ShellWriter, Writer } from './writer.mjs'

/** A database is written by so many rounds, then a new one begins. */
const roundsInOne = 6

/** Processes killed at random moments, again and again; after each round the next start has to find all in order. */
export async function run({ chance, mostSeconds, rounds }) {
  const sum = { rounds: 0, kills: 0, acknowledged: 0, firstStarts: 0, backups: 0, unfinished: 0 }
  const problems = []
  const until = performance.now() + mostSeconds * 1000
  // on a machine that has other work, a fixed time would hit before anything has begun
  const start = await timeOfStart()
  let place = newPlace()
  while (sum.rounds < rounds && performance.now() < until && problems.length === 0) {
    const isFirstStart = place.rounds === 0
    if (isFirstStart) sum.firstStarts++
    const found = await round(place, chance, sum, isFirstStart ? start : undefined)
    problems.push(...found.map(problem => `round ${sum.rounds}: ${problem}`))
    sum.rounds++
    place.rounds++
    // of those whose first start is what is tried, there are more
    const isOver = place.rounds === roundsInOne || (isFirstStart && chance.happens(0.6))
    if (isOver || sum.rounds === rounds) {
      sum.acknowledged += place.ledger.acknowledged
      sum.unfinished += unfinishedIn(place.home)
      place = newPlace()
    }
  }
  tell(
    `kill -9, ${sum.rounds} rounds`,
    `${sum.kills.toLocaleString('en')} processes killed, ${sum.acknowledged.toLocaleString('en')} acknowledged, ` +
      `${sum.firstStarts} first starts, ${sum.backups} backups, ${sum.unfinished} unfinished copies left`,
    problems,
  )
}

const newPlace = () => ({ home: temporaryFolder(), ledger: new Ledger(), rounds: 0 })

async function timeOfStart() {
  const { ms } = await stint(temporaryFolder(), ['log', 'acme', '1m', '--auto-create']).done
  return ms
}

/** With `start`, the time that a first start takes, nobody waits until writing has begun. */
async function round(place, chance, sum, start) {
  const { home, ledger } = place
  const name = at => `r${place.rounds} w${at}`
  const writers = Array.from({ length: chance.between(2, 5) }, (_, at) => {
    const caller = at === 0 && chance.happens(0.7) ? new Server(home) : new Assistant(home)
    const writer = new Writer(name(at), caller, { chance: chance.branch(), ledger })
    return {
      writer,
      caller,
      kill: () => caller.kill(),
      work: opened(caller, writer),
    }
  })
  const shell = new ShellWriter(name('s'), home, { chance: chance.branch(), ledger })
  writers.push({
    writer: shell,
    kill: () => shell.kill(),
    work: goesOn => shell.work(goesOn),
  })
  const host = new HookCaller(`${name('h')} of ${home}`, home)
  const copying = start === undefined && chance.happens(0.3) ? stint(home, ['backup', '--json']) : undefined
  if (copying) sum.backups++

  let goesOn = true
  const working = [...writers, host].map(one => one.work(() => goesOn))
  if (start === undefined) await firstAcknowledgement(ledger)
  await sleep(chance.below(start === undefined ? 300 : Math.ceil(2.5 * start)))
  // now and then some survive, and must not notice
  const survivors = chance.happens(0.3) ? writers.splice(chance.below(writers.length), 1) : []
  for (const one of writers) one.kill()
  host.kill()
  copying?.kill()
  sum.kills += writers.length + (copying ? 2 : 1)
  if (survivors.length > 0) await sleep(100)
  goesOn = false
  await Promise.all(working)
  const ends = await closed(survivors.flatMap(one => one.caller ?? []))
  await copying?.done
  const troubles = [...writers, ...survivors].flatMap(one => one.writer.troubles)
  return [
    ...troubles,
    ...ends,
    ...(await nextStart(home)),
    ...audit(join(home, 'stint.db'), ledger).problems,
    ...host.lost(),
    ...unsoundCopies(home),
  ]
}

export async function firstAcknowledgement(ledger) {
  const before = ledger.acknowledged
  const until = performance.now() + 10_000
  while (ledger.acknowledged === before && performance.now() < until) await sleep(5)
}

const opened = (caller, writer) => async goesOn => {
  await caller.open()
  await writer.work(goesOn)
}

/** Whoever comes next needs no repair and hears of nothing. */
export async function nextStart(home) {
  const { code, output, stderr } = await stint(home, ['status', '--json']).done
  return code === 0 && output && stderr === '' ? [] : [`the next start: ${code}: ${stderr}`]
}

const copiesIn = home => {
  const folder = join(home, 'backups')
  return existsSync(folder) ? readdirSync(folder).map(name => join(folder, name)) : []
}

const unfinishedIn = home => copiesIn(home).filter(path => path.includes('.tmp')).length

/** What lies under its name is whole. */
export function unsoundCopies(home) {
  return copiesIn(home)
    .filter(path => path.endsWith('.db'))
    .flatMap(path => {
      const db = new Database(path, { readonly: true })
      const said = db.pragma('integrity_check', { simple: true })
      db.close()
      return said === 'ok' && statSync(path).size > 0 ? [] : [`${path}: ${String(said)}`]
    })
}
