import { rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { homeWith, projectName } from './database.mjs'
import { hookProcess } from './hook.mjs'
import { inside } from './inside.mjs'
import { environment, processTime, program, rounds } from './measure.mjs'
import { atSizes, grown } from './table.mjs'

/**
 * What each figure comes to as the database grows. Calls are made within one process and told in milliseconds of its CPU,
 * so that neither a neighbour nor the disk hides the growth; whole processes are told by the clock. Before each call
 * something was written, so that no answer is one that was remembered.
 */
export async function run({ quick }) {
  const product = await inside()
  const entries = [0, 10_000, 100_000, ...(quick ? [] : [1_000_000])]
  const projects = [10, 1000, 10_000]
  return [
    await byNumberOf('entries', entries, size => homeWith(size), product, quick),
    await byNumberOf('projects', projects, size => homeWith(100_000, size), product, quick),
    await byLengthOfSession([10, 100, 1000, 10_000], product, quick),
  ]
}

/** An assistant at work all the time, whose session has so many signals already. */
async function byLengthOfSession(sizes, product, quick) {
  const desks = []
  for (const size of sizes) {
    const desk = await deskIn(homeWith(0), product)
    desk.leaveWork(size)
    await desk.ask('status')
    desks.push(desk)
  }
  const rows = []
  for (const figure of callsOfSession) rows.push(await callsAt(figure, sizes, desks, 'signals', quick))
  for (const desk of desks) await desk.close()
  return { columns: atSizes(sizes, 'signals of a session'), rows }
}

const callsOfSession = [
  {
    what: 'taking in one more',
    goal: { signals: 1.1 },
    before: (_, desk) => desk.leaveWork(1),
    call: ask => ask('status'),
  },
  { what: 'status', goal: { signals: 1.1 }, call: ask => ask('status') },
]

async function byNumberOf(what, sizes, homeOf, product, quick) {
  const desks = []
  for (const size of sizes) desks.push(await deskIn(homeOf(size), product))
  const rows = []
  for (const figure of calls) rows.push(await callsAt(figure, sizes, desks, what, quick))
  for (const desk of desks) await desk.close()
  for (const figure of processes) rows.push(await processesAt(figure, sizes, desks, what, quick))
  return { columns: atSizes(sizes, what), rows }
}

const timed = projectName(7)
const budgeted = projectName(6)
const client = 'Client birch'

/** What does not read what grows must not grow itself: such an answer is as long at every size. */
const stays = { entries: 0.2, projects: 0.2 }
const grows = 1.1

// in this order: changes move the clock, and the months of reports with it
const calls = [
  {
    what: 'status, a timer runs',
    goal: stays,
    begin: ask => ask('start_timer', { project: timed }),
    call: ask => ask('status'),
  },
  { what: 'list_entries of 100', goal: stays, call: ask => ask('list_entries', { limit: 100 }) },
  { what: 'list_projects of 10', goal: stays, call: ask => ask('list_projects', { limit: 10 }) },
  { what: 'list_clients, 10', goal: stays, call: ask => ask('list_clients') },
  {
    what: 'a project by the beginnings of its words',
    goal: stays,
    call: ask => ask('list_tasks', { project: 'harb delt 7' }),
  },
  {
    what: 'get_report of a month, by project',
    goal: { entries: grows, projects: grows },
    call: ask => ask('get_report', { period: 'last_month' }),
  },
  {
    what: 'get_report of a month, one client',
    goal: { entries: grows, projects: grows },
    call: ask => ask('get_report', { period: 'last_month', client }),
  },
  {
    what: 'get_report of all time, by project',
    goal: { entries: grows, projects: grows },
    call: ask => ask('get_report', { period: 'all_time' }),
  },
  {
    what: 'get_budget of a month',
    goal: { entries: grows, projects: 0.2 },
    begin: ask =>
      ask('update_project', { project: budgeted, budget_hours: 100_000, budget_window: 'monthly' }),
    call: ask => ask('get_budget', { project: budgeted }),
  },
  {
    what: 'get_dashboard',
    goal: { entries: grows, projects: 0.2 },
    call: ask => ask('get_dashboard'),
  },
  {
    what: 'preview_invoice of a month',
    goal: { entries: grows, projects: grows },
    call: ask => ask('preview_invoice', { client, period: 'last_month' }),
    end: ask => ask('stop_timer'),
  },
  {
    what: "status, an assistant's session is open",
    goal: stays,
    begin(ask, desk) {
      desk.leaveSignals(['prompt', 'work'])
      return ask('status')
    },
    call: ask => ask('status'),
    end(ask, desk) {
      desk.leaveSignals(['end'])
      return ask('status')
    },
  },
  {
    what: 'start_timer',
    goal: stays,
    call: ask => ask('start_timer', { project: timed }),
    after: ask => ask('stop_timer'),
  },
  {
    what: 'stop_timer',
    goal: stays,
    before: ask => ask('start_timer', { project: timed }),
    call: ask => ask('stop_timer'),
  },
  {
    what: 'log_time',
    goal: stays,
    before: (_, desk) => desk.later(),
    call: ask => ask('log_time', { project: timed, duration: '5m', description: 'Reviewed the plan' }),
  },
  {
    what: 'log_time on a project with a budget',
    goal: { entries: grows, projects: 0.2 },
    before: (_, desk) => desk.later(),
    call: ask => ask('log_time', { project: budgeted, duration: '5m', description: 'Reviewed the plan' }),
  },
  { what: 'list_events, 50', goal: stays, call: ask => ask('list_events') },
  {
    what: 'undo of what was logged',
    goal: stays,
    before(ask, desk) {
      desk.later()
      return ask('log_time', { project: timed, duration: '5m' })
    },
    call: ask => ask('undo'),
  },
  {
    what: 'log_time, and a webhook is told',
    goal: stays,
    begin: ask => ask('create_webhook', { url: 'https://example.com/', events: ['entry.*'] }),
    before: (_, desk) => desk.later(),
    call: ask => ask('log_time', { project: timed, duration: '5m', description: 'Reviewed the plan' }),
  },
  {
    what: "taking in a session's 5 signals from the spool",
    goal: stays,
    before: (_, desk) => desk.leaveSignals(['prompt', 'work', 'work', 'stop', 'end']),
    call: ask => ask('status'),
  },
]

async function callsAt({ after, before = written, begin, call, end, goal, what }, sizes, desks, of, quick) {
  const spend = async (desk, times) => {
    let spent = 0
    for (let at = 0; at < times; at++) {
      await before?.(desk.ask, desk)
      const began = process.cpuUsage()
      await call(desk.ask)
      const { system, user } = process.cpuUsage(began)
      spent += (user + system) / 1000
      await after?.(desk.ask)
    }
    return spent / times
  }
  const subjects = {}
  for (const [at, size] of sizes.entries()) {
    const desk = desks[at]
    await begin?.(desk.ask, desk)
    const times = await warmUp(count => spend(desk, count), quick)
    subjects[size] = () => spend(desk, times)
  }
  const samples = await rounds(quick ? 3 : 15, subjects)
  for (const desk of desks) await end?.(desk.ask, desk)
  return grown({ what, samples, goal: goal[of] })
}

const written = (_, desk) => desk.write()

/** As often as V8 needs to compile it; how many calls make a sample that is long enough to be measured. */
async function warmUp(spend, quick) {
  const began = performance.now()
  let last
  for (let times = 1; performance.now() - began < (quick ? 50 : 300); times = Math.min(64, times * 2))
    last = await spend(times)
  return Math.max(1, Math.min(100, Math.round((quick ? 5 : 20) / last)))
}

/** Somebody at work in a database whose clock stands where its entries end, and goes on with what they do. */
async function deskIn(home, { call, localApp, localPrincipal, operations }) {
  let now = endOf(home)
  const local = localApp({ STINT_HOME: home }, (line, error) => {
    throw error ?? new Error(line)
  })
  const app = { ...local, clock: () => now }
  const principal = await localPrincipal(app, 'mcp', {})
  const known = new Map(operations.map(one => [one.name, one]))
  let sessions = 0
  let works = 0
  return {
    home,
    ask(name, input = {}) {
      const operation = known.get(name)
      if (operation.mutates) now += 5000
      return call(app, principal, operation, input)
    },
    async write() {
      const store = await app.store()
      await store.change(db => db.updateTable('workspaces').set({ updated_at: now }).execute())
    },
    later: () => (now += 600_000),
    /** Of a session that begins with its prompt. */
    leaveSignals(kinds) {
      if (kinds[0] === 'prompt') {
        sessions++
        now += 600_000
      }
      const session = `session-${sessions}`
      for (const kind of kinds) {
        now += 20_000
        app.spool.leave(`${session}-${kind}`, {
          at: now,
          host: 'claude-code',
          host_session: session,
          directory: join(home, timed),
          kind,
          attended: true,
        })
      }
    },
    /** Of one session, twenty seconds apart. */
    leaveWork(count) {
      for (let at = 0; at < count; at++) {
        now += 20_000
        app.spool.leave(`work-${works++}`, {
          at: now,
          host: 'claude-code',
          host_session: 'long',
          directory: join(home, timed),
          kind: 'work',
          attended: true,
        })
      }
    },
    close: () => app.close(),
  }
}

function endOf(home) {
  const db = new Database(join(home, 'stint.db'), { readonly: true })
  const last = db.prepare('select max(ended_at) from entries').pluck().get()
  db.close()
  return last ?? Date.now()
}

const processes = [
  {
    what: 'stint status, whole process',
    goal: stays,
    take: home => processTime(process.execPath, [program, 'status'], { env: environmentOf(home) }),
  },
  {
    what: 'stint export entries, whole process',
    goal: { entries: grows, projects: 0.2 },
    take: home => processTime(process.execPath, [program, 'export', 'entries'], { env: environmentOf(home) }),
    count: 5,
  },
  {
    what: 'stint-hook, whole process',
    goal: stays,
    take: home => hookProcess(home),
    // the signals of so many sessions are nothing that a folder has to hold
    end: home => rmSync(join(home, 'spool'), { recursive: true, force: true }),
  },
]

const environmentOf = home => environment({ STINT_HOME: home })

async function processesAt({ count = 21, end, goal, take, what }, sizes, desks, of, quick) {
  const subjects = Object.fromEntries(sizes.map((size, at) => [size, () => take(desks[at].home)]))
  const samples = await rounds(quick ? 3 : count, subjects)
  for (const desk of desks) end?.(desk.home)
  return grown({ what, samples, goal: goal[of] })
}
