import { deepStrictEqual } from 'node:assert'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { homeWith } from './database.mjs'
import { inside } from './inside.mjs'
import { microseconds, rounds } from './measure.mjs'
import { compared } from './table.mjs'

/** `list_entries` of 100 in one process, input to JSON, beside the same answer by prepared SQL and hand. */
export async function run({ quick }) {
  const home = homeWith(100_000)
  const { call, listOperation, localApp, localPrincipal } = await inside()
  const app = localApp({ STINT_HOME: home }, (line, error) => {
    throw error ?? new Error(line)
  })
  const principal = await localPrincipal(app, 'mcp', {})
  const byHand = rawList(join(home, 'stint.db'), principal)

  const ours = async () => JSON.stringify(await call(app, principal, listOperation, { limit: 100 }))
  const { entries } = JSON.parse(await ours())
  deepStrictEqual(JSON.parse(byHand()).entries, entries)

  const times = quick ? 100 : 300
  const store = await app.store()
  const write = () => store.change(db => db.updateTable('workspaces').set({ updated_at: 1 }).execute())
  const samples = await rounds(quick ? 7 : 21, {
    fresh: () => microsecondsAfter(write, times, ours),
    again: () => microseconds(times, ours),
    byHand: () => microseconds(times, byHand),
  })
  await app.close()
  const beside = { beside: 'prepared SQL, objects, JSON', theirs: samples.byHand, unit: 'µs', goal: 1.25 }
  return [
    compared({
      what: 'list_entries of 100, 100,000 entries, after a change',
      ours: samples.fresh,
      ...beside,
    }),
    compared({ what: 'list_entries of 100, 100,000 entries, again', ours: samples.again, ...beside }),
  ]
}

/** What `work` takes when something else, which is not counted, came before. */
async function microsecondsAfter(before, times, work) {
  let spent = 0
  for (let at = 0; at < times; at++) {
    await before()
    spent += (await microseconds(1, work)) / times
  }
  return spent
}

function rawList(path, principal) {
  const db = new Database(path, { readonly: true })
  const page = db.prepare(`
    select e.id, e.member_id, m.name as member_name, e.project_id, p.name as project_name, c.id as client_id,
      c.name as client_name, e.task_id, t.name as task_name, e.description, e.tags, e.started_at, e.ended_at, e.date,
      e.seconds, e.active_seconds, e.agent_seconds, e.idle_seconds, e.billable, e.billable_seconds, e.kind, e.source,
      e.host, e.host_session, e.session_id, e.version, e.created_at, e.updated_at, e.bill_agent_time, e.rate,
      e.agent_rate, e.rate_currency
    from entries as e
    join projects as p on p.workspace_id = e.workspace_id and p.id = e.project_id
    join members as m on m.workspace_id = e.workspace_id and m.id = e.member_id
    left join clients as c on c.workspace_id = p.workspace_id and c.id = p.client_id
    left join tasks as t on t.workspace_id = e.workspace_id and t.id = e.task_id
    where e.workspace_id = ? and e.deleted_at is null
    order by e.sort_at desc, e.id desc limit 101`)
  return () => {
    const rows = page.all(principal.workspace_id)
    return JSON.stringify({ entries: rows.slice(0, 100).map(entryOf) })
  }
}

// the bench's currencies have two decimals, and agents are not billed there
const text = minor => (minor / 100).toFixed(2)

const instant = ms => new Date(ms).toISOString()

function entryOf(row) {
  const entry = {
    id: row.id,
    member: { id: row.member_id, name: row.member_name },
    project: { id: row.project_id, name: row.project_name },
  }
  if (row.client_id !== null) entry.client = { id: row.client_id, name: row.client_name }
  if (row.task_id !== null) entry.task = { id: row.task_id, name: row.task_name }
  entry.description = row.description
  entry.tags = JSON.parse(row.tags)
  if (row.started_at !== null) entry.started_at = instant(row.started_at)
  if (row.ended_at !== null) entry.ended_at = instant(row.ended_at)
  entry.date = row.date
  entry.seconds = row.seconds
  entry.active_seconds = row.active_seconds
  entry.agent_seconds = row.agent_seconds
  entry.idle_seconds = row.idle_seconds
  entry.billable = row.billable === 1
  entry.billable_seconds = row.billable_seconds
  if (row.rate !== null) {
    entry.hourly_rate = text(row.rate)
    entry.currency = row.rate_currency
    entry.amount = text(row.billable === 1 ? Math.round((row.rate * row.active_seconds) / 3600) : 0)
  }
  entry.kind = row.kind
  entry.source = row.source
  if (row.host_session !== row.session_id)
    entry.assistant = { host: row.host, host_session: row.host_session }
  if (row.session_id !== null) entry.session_id = row.session_id
  entry.version = row.version
  entry.created_at = instant(row.created_at)
  entry.updated_at = instant(row.updated_at)
  return entry
}
