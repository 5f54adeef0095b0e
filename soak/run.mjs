import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { output, root, temporaryFolder } from '../bench/measure.mjs'
import { chanceOf } from '../faults/chance.mjs'
import { copyDuring, faultsOfCopy } from './copy.mjs'
import { fingerprintOf } from './fingerprint.mjs'
import { invariants, localDay, openReadOnly, wholeAudit } from './invariants.mjs'
import { names, Office } from './office.mjs'
import { Person } from './person.mjs'
import { unnoticed } from './planted.mjs'
import { Receiver } from './receiver.mjs'
import { Server } from './server.mjs'
import { RemoteAssistant } from './tools.mjs'

// A month of three people and their assistants against a server whose clock we set, with what has to hold looked at
// every hour of it; about ten minutes. `npm run soak`, `npm run soak -- --seed 7`, `npm run soak -- --days 6`

const minute = 60_000
const quarter = 15 * minute
const day = 96 * quarter
/** A Friday in Berlin: clocks go back two days later, and the month ends after eight. */
const begins = Date.parse('2026-10-23T00:00:00+02:00')

const { values } = parseArgs({
  options: { seed: { type: 'string' }, days: { type: 'string', default: '30' } },
})
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed)
const days = Number(values.days)
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
const ownerName = (await server.ask('GET /me')).body.member.name
/** Looks, and writes the invoices; leaves nothing to assistants and to chance. */
const owner = new Person(ownerName, server, server.token)
const office = new Office(owner, { chance: chance.branch() })
const people = []
for (const [name, token, era] of [
  [ownerName, server.token, 'auto'],
  ...(await office.found(directories)).map((token, at) => [
    ['Grace', 'Bob'][at],
    token,
    ['legacy', { pin: '2026-07-28' }][at],
  ]),
]) {
  const assistant = await new RemoteAssistant(server, token, era).open()
  people.push(
    new Person(name, server, token, { assistant, chance: chance.branch(), directories, projects: names }),
  )
}
const checks = Object.entries(invariants)
const db = openReadOnly(path)
const receiver = await new Receiver({ chance: chance.branch() }).open()
await receiver.subscribe(owner, db)

const ends = begins + days * day
/** At eleven, when all are at work. */
const middle = begins + Math.floor(days / 2) * day + 44 * quarter
let copy
for (let at = begins; at < ends && problems.length === 0; at += quarter) {
  await moveTo(at + quarter)
  if (at === middle) copy = await copyDuring(live(at), { db, home, now: server.now })
  else await live(at)
  const ticks = (at - begins) / quarter
  if (isNine(at)) await office.morning(dayOf(at))
  if (ticks % 4 === 3) note(at, await checked([checks[(ticks >> 2) % checks.length]]))
  if (ticks % 96 === 95) {
    await receiver.settled(db, server.now)
    note(at, [...(await wholeAudit(path)), ...receiver.faults(db)])
    memory.push(await server.memory())
    output(
      `${localDay(at)}  ${count('entries')} entries, ${count('events')} events, ${megabytes(memory.at(-1).heap)}\n`,
    )
  }
}
await office.finish()
await untilDelivered()
note(ends, [
  ...(await checked(checks)),
  ...(await wholeAudit(path)),
  ...receiver.faults(db),
  ...(copy ? await faultsOfCopy(copy, { db, look: lookElsewhere }) : []),
  ...grown(),
  ...(server.stderr ? [server.stderr] : []),
])
const planted = problems.length === 0 ? await unnoticed(path, { owner, receiver }) : undefined
note(ends, planted?.problems ?? [])
table()
if (problems.length > 0) await keep()
db.close()
await Promise.all(people.map(one => one.assistant.close()))
await server.close()
receiver.close()
if (problems.length > 0) process.exitCode = 1

async function moveTo(at) {
  await receiver.settled(db, server.now)
  await server.set(at)
  // what went quiet is ended by whoever calls first, so that no job does it while the clock moves
  await owner.do('GET /status')
}

async function live(at) {
  for (const one of people) await one.live(at, at + quarter)
}

/** What was refused is told again a little later, and later still. */
async function untilDelivered() {
  const waiting = `deliveries where status = 'pending'`
  for (let hours = 0; hours < 100 && (hours === 0 || count(waiting) > 0); hours++)
    await moveTo(server.now + 4 * quarter)
  await receiver.settled(db, server.now)
}

async function checked(some, at = { db, owner }) {
  const found = []
  for (const [name, check] of some) {
    found.push(...(await check(at)).map(problem => `${name}: ${problem}`))
  }
  return [...found, ...at.owner.problems.splice(0)]
}

async function lookElsewhere({ db, server }) {
  const found = await checked(checks, { db, owner: new Person(ownerName, server, server.token) })
  return found.map(problem => `the copy: ${problem}`)
}

function note(at, found) {
  const own = [owner, ...people].flatMap(one => one.problems.splice(0))
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

/**
 * Peaks are compared, since between two of them memory is handed back: a leak makes each higher than the last. What a
 * process has settles after days only.
 */
function grown() {
  return [...grownIn('heap', 4), ...grownIn('resident', 16)]
}

function grownIn(what, leastDays) {
  if (memory.length < leastDays) return []
  const samples = memory.map(one => one[what])
  const [before, after] = halves(samples).map(half => Math.max(...half))
  return after <= before * 1.2 + 2 ** 23
    ? []
    : [`memory (${what}) grew from ${megabytes(before)} to ${megabytes(after)}`]
}

function halves(list) {
  return [list.slice(0, list.length >> 1), list.slice(list.length >> 1)]
}

function counted(name) {
  return people.reduce((all, one) => all + one.counts[name], 0)
}

function table() {
  const seconds = Math.round((performance.now() - began) / 1000)
  const rows = {
    'days simulated': days,
    'seconds it took': seconds,
    'requests, calls of assistants': `${server.asked}, ${people.reduce((all, one) => all + one.assistant.asked, 0)}`,
    'refused as they should be': counted('refused'),
    'signals, of them late, told twice': `${counted('signals')}, ${counted('late')}, ${counted('twice')}`,
    'sessions and timers': count('sessions'),
    entries: count('entries'),
    events: count('events'),
    'invoices drafted, sent, voided': `${office.counts.drafted}, ${office.counts.sent}, ${office.counts.voided}`,
    payments: count('payments'),
    'budget alarms': count("events where type = 'budget.threshold'"),
    'events told, refused at first': `${receiver.posts - receiver.refused}, ${receiver.refused}`,
    ...(planted && { 'violations planted, noticed': `${planted.planted}, ${planted.noticed}` }),
    fingerprint: fingerprintOf(db),
    'memory, first and second half': ['heap', 'resident'].map(peaks).join('; '),
  }
  output('\n')
  for (const [name, value] of Object.entries(rows))
    output(`${name.padEnd(36)} ${value.toLocaleString('en')}\n`)
  for (const problem of problems.slice(0, 12)) output(`FAIL  ${problem}\n`)
  output(
    problems.length === 0
      ? '\nok\n'
      : `\n${problems.length} problems; again with --seed ${seed} --days ${days}\n`,
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

function peaks(what) {
  const [before, after] = halves(memory).map(half => megabytes(Math.max(0, ...half.map(one => one[what]))))
  return `${what} ${before}, ${after}`
}

function megabytes(bytes) {
  return `${Math.round(bytes / 2 ** 20)} MB`
}
