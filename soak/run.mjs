import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { output, root, temporaryFolder } from '../bench/measure.mjs'
import { chanceOf } from '../faults/chance.mjs'
import { invariants, localDay, openReadOnly, wholeAudit } from './invariants.mjs'
import { names, Office } from './office.mjs'
import { Person } from './person.mjs'
import { Server } from './server.mjs'

// A month of three people and their assistants against a server whose clock we set, with what has to hold looked at
// every hour of it. `npm run soak`, `npm run soak -- --seed 7`, `npm run soak -- --minutes 1`

const minute = 60_000
const quarter = 15 * minute
const day = 96 * quarter
/** A Friday in Berlin: clocks go back two days later, and the month ends after eight. */
const begins = Date.parse('2026-10-23T00:00:00+02:00')
/** So much of a month in a minute of ours, about. */
const daysInMinute = 3

const { values } = parseArgs({
  options: { seed: { type: 'string' }, minutes: { type: 'string', default: '10' } },
})
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed)
const days = Math.max(1, Math.round(daysInMinute * Number(values.minutes)))
const chance = chanceOf(seed)

execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), '--if-changed'], { stdio: 'inherit' })
output(`seed ${seed}, ${days} days\n\n`)

const home = temporaryFolder()
const path = join(home, 'stint.db')
const server = await new Server(home, begins).open()
const began = performance.now()
const problems = []
const memory = []

const directories = Array.from(
  { length: 10 },
  (_, at) => `/work/${names[at % names.length].toLowerCase()}-${at}`,
)
const person = (name, token) =>
  new Person(name, server, token, { chance: chance.branch(), directories, projects: names })
const owner = person((await server.ask('GET /me')).body.member.name, server.token)
const office = new Office(owner, { chance: chance.branch() })
const people = [
  owner,
  ...(await office.found(directories)).map((token, at) => person(['Grace', 'Bob'][at], token)),
]
const checks = Object.entries(invariants)
const db = openReadOnly(path)

const ends = begins + days * day
for (let at = begins; at < ends && problems.length === 0; at += quarter) {
  await server.set(at + quarter)
  for (const one of people) await one.live(at, at + quarter)
  const ticks = (at - begins) / quarter
  if (isNine(at)) await office.morning(dayOf(at))
  if (ticks % 4 === 3) note(at, await checked([checks[(ticks >> 2) % checks.length]]))
  if (ticks % 96 === 95) {
    note(at, wholeAudit(path))
    memory.push(await server.memory())
    output(
      `${localDay(at)}  ${count('entries')} entries, ${count('events')} events, ${megabytes(memory.at(-1))}\n`,
    )
  }
}
await office.finish()
note(ends, [
  ...(await checked(checks)),
  ...wholeAudit(path),
  ...grown(),
  ...(server.stderr ? [server.stderr] : []),
])
table()
if (problems.length > 0) await keep()
db.close()
await server.close()
if (problems.length > 0) process.exitCode = 1

async function checked(some) {
  const found = []
  // what went quiet is ended by whoever calls next
  await owner.do('GET /status')
  for (const [name, check] of some) {
    found.push(...(await check({ db, owner })).map(problem => `${name}: ${problem}`))
  }
  return found
}

function note(at, found) {
  const own = people.flatMap(one => one.problems.splice(0))
  problems.push(...[...own, ...found].map(problem => `${new Date(at).toISOString()} ${problem}`))
}

/** Nine on a morning in Berlin. */
function isNine(at) {
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Berlin',
    hour: '2-digit',
    minute: '2-digit',
  })
  return time.format(at) === '09:00'
}

function dayOf(at) {
  const local = localDay(at)
  return { isMonday: new Date(local).getUTCDay() === 1, isFirstOfMonth: local.endsWith('-01') }
}

/** Peaks are compared, since between two of them memory is handed back: a leak makes each higher than the last. */
function grown() {
  if (memory.length < 8) return []
  const before = Math.max(...memory.slice(0, memory.length >> 1))
  const after = Math.max(...memory.slice(memory.length >> 1))
  return after <= before * 1.2 + 2 ** 24
    ? []
    : [`memory grew from ${megabytes(before)} to ${megabytes(after)}`]
}

function counted(name) {
  return people.reduce((all, one) => all + one.counts[name], 0)
}

function table() {
  const seconds = Math.round((performance.now() - began) / 1000)
  const rows = {
    'days simulated': days,
    'seconds it took': seconds,
    requests: server.asked,
    'refused as they should be': counted('refused'),
    'signals, of them late, told twice': `${counted('signals')}, ${counted('late')}, ${counted('twice')}`,
    'sessions and timers': count('sessions'),
    entries: count('entries'),
    events: count('events'),
    'invoices drafted, sent, voided': `${office.counts.drafted}, ${office.counts.sent}, ${office.counts.voided}`,
    payments: count('payments'),
    'budget alarms': count("events where type = 'budget.threshold'"),
    memory: `${peak(memory.slice(0, memory.length >> 1))} at most in the first half, ${peak(memory.slice(memory.length >> 1))} in the second`,
  }
  output('\n')
  for (const [name, value] of Object.entries(rows))
    output(`${name.padEnd(36)} ${value.toLocaleString('en')}\n`)
  for (const problem of problems.slice(0, 12)) output(`FAIL  ${problem}\n`)
  output(
    problems.length === 0
      ? '\nok\n'
      : `\n${problems.length} problems; again with --seed ${seed} --minutes ${values.minutes}\n`,
  )
}

/** For whoever looks for the reason. */
async function keep() {
  const copy = join(tmpdir(), `stint-soak-${seed}.db`)
  await db.backup(copy)
  output(`the database is kept as ${copy}\n`)
}

function count(of) {
  return Number(db.prepare(`select count(*) from ${of}`).pluck().get())
}

function peak(samples) {
  return megabytes(Math.max(0, ...samples))
}

function megabytes(bytes) {
  return `${Math.round(bytes / 2 ** 20)} MB`
}
