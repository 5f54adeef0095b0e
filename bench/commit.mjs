import { join } from 'node:path'
import Database from 'better-sqlite3'
import { homeWith, projectName } from './database.mjs'
import { inside } from './inside.mjs'
import { microseconds, rounds, temporaryFolder } from './measure.mjs'
import { compared } from './table.mjs'

/** What is written, in one process, by the clock and with its fsync, beside one row that better-sqlite3 makes durable. */
export async function run({ quick }) {
  const { call, localApp, localPrincipal, operations } = await inside()
  let now = Date.now()
  const local = localApp({ STINT_HOME: homeWith(100_000) }, (line, error) => {
    throw error ?? new Error(line)
  })
  const app = { ...local, clock: () => now }
  const principal = await localPrincipal(app, 'mcp', {})
  const ask = (name, input) => {
    now += 5000
    const operation = operations.find(one => one.name === name)
    return call(app, principal, operation, input)
  }
  const insert = bareInsert(temporaryFolder())
  const times = quick ? 20 : 100
  const samples = await rounds(quick ? 5 : 21, {
    timers: () => timersOf(ask, times),
    logged: () =>
      microseconds(times, () => {
        // they share no time
        now += 600_000
        return ask('log_time', { project, duration: '5m', description })
      }),
    bare: () => microseconds(times, insert),
  })
  await app.close()
  const figure = (what, ours) =>
    compared({
      what: `${what}, 100,000 entries, in one process`,
      ours,
      beside: 'better-sqlite3, one insert with fsync',
      theirs: samples.bare,
      unit: 'µs',
    })
  return [
    figure(
      'start_timer',
      samples.timers.map(sample => sample.start),
    ),
    figure(
      'stop_timer',
      samples.timers.map(sample => sample.stop),
    ),
    figure('log_time', samples.logged),
  ]
}

const project = projectName(0)
const description = 'Reviewed the plan'

async function timersOf(ask, times) {
  const spent = { start: 0, stop: 0 }
  for (let at = 0; at < times; at++) {
    spent.start += (await microseconds(1, () => ask('start_timer', { project, description }))) / times
    spent.stop += (await microseconds(1, () => ask('stop_timer'))) / times
  }
  return spent
}

/** What the disk asks of one row. */
export function bareInsert(folder) {
  const db = new Database(join(folder, 'floor.db'))
  db.pragma('journal_mode = wal')
  db.pragma('synchronous = full')
  db.exec('create table entries (id integer primary key, project text, description text)')
  const insert = db.prepare('insert into entries (project, description) values (?, ?)')
  return () => insert.run(project, description)
}
