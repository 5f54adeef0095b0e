import Database from 'better-sqlite3'
import { wrongAlarms } from './audit/budgets.mjs'
import { wrongInvoices } from './audit/invoices.mjs'
import { gone, isSame, isSameInvoice } from './ledger.mjs'

/**
 * What is wrong with a database: in itself, since no change may ever be half there, and beside the ledger of what was
 * acknowledged. In plain SQL, apart from the program that is tried.
 */
export function audit(path, ledger) {
  const db = new Database(path, { fileMustExist: true })
  try {
    const problems = [
      ...unsound(db),
      ...halfDone(db),
      ...misnumbered(db),
      ...strayImages(db),
      ...wrongInvoices(db),
      ...wrongAlarms(db),
    ]
    if (ledger) {
      problems.push(...notKept(db, ledger))
      ledger.settle(
        id => entryIn(db, id),
        id => timerIn(db, id),
        id => invoiceIn(db, id),
      )
    }
    return { problems, entries: count(db, 'entries'), events: count(db, 'events') }
  } finally {
    db.close()
  }
}

const count = (db, table) => db.prepare(`select count(*) from ${table}`).pluck().get()

function unsound(db) {
  const said = db.pragma('integrity_check').map(row => row.integrity_check)
  const dangling = db.pragma('foreign_key_check').map(row => `a row of ${row.table} lacks its ${row.parent}`)
  return [...said.filter(line => line !== 'ok'), ...dangling]
}

const halves = {
  'entry without its entry.created': `select id from entries as e where 1 <>
    (select count(*) from events where (workspace_id, subject_id) = (e.workspace_id, e.id) and type = 'entry.created')`,
  'entry that nothing deleted is missing': `select subject_id from events as c where type = 'entry.created'
    and not exists (select 1 from entries where (workspace_id, id) = (c.workspace_id, c.subject_id))
    and not exists (select 1 from events where (workspace_id, subject_id) = (c.workspace_id, c.subject_id)
      and seq > c.seq and type = 'entry.deleted')`,
  'entry whose spans are not its time': `select id from entries as e where started_at is not null and seconds * 1000 <>
    (select coalesce(sum(ended_at - started_at), 0) from spans where (workspace_id, entry_id) = (e.workspace_id, e.id))`,
  'spans of an entry without a clock time': `select id from entries as e where started_at is null
    and exists (select 1 from spans where (workspace_id, entry_id) = (e.workspace_id, e.id))`,
  'spans without an entry': `select entry_id from spans as s where not exists
    (select 1 from entries where (workspace_id, id) = (s.workspace_id, s.entry_id))`,
  'tags that differ from the entry': `select id from entries as e where json_array_length(tags) <>
    (select count(*) from entry_tags where (workspace_id, entry_id) = (e.workspace_id, e.id))`,
  'timer without its timer.started': `select id from sessions as s where not exists
    (select 1 from events where (workspace_id, subject_id) = (s.workspace_id, s.id) and type in ('timer.started', 'session.started'))`,
  'timer without a signal': `select id from sessions as s where not exists
    (select 1 from signals where (workspace_id, host, host_session) = (s.workspace_id, s.host, s.host_session)
      and withdrawn_at is null)`,
  'timer ended without its entry': `select id from sessions as s where kind = 'timer' and ended_at > started_at
    and counted_seconds > 0 and discarded_at is null and held_by_lock = 0
    and not exists (select 1 from entries where (workspace_id, id) = (s.workspace_id, s.entry_id) and session_id = s.id)`,
  'running timer with a living entry': `select id from sessions as s where ended_at is null
    and id in (select session_id from entries where deleted_at is null)`,
  'project without its project.created': `select id from projects as p where not exists
    (select 1 from events where (workspace_id, subject_id) = (p.workspace_id, p.id) and type = 'project.created')`,
}

const halfDone = db =>
  Object.entries(halves).flatMap(([what, sql]) =>
    db
      .prepare(sql)
      .pluck()
      .all()
      .map(id => `${what}: ${id}`),
  )

function misnumbered(db) {
  const { events, highest, ids, lowest } = db
    .prepare(
      `select count(*) as events, count(distinct id) as ids, coalesce(min(seq), 1) as lowest,
         coalesce(max(seq), 0) as highest from events`,
    )
    .get()
  if (events === highest && lowest === 1 && ids === events) return []
  return [`events are numbered ${lowest} to ${highest}, but there are ${events} with ${ids} ids`]
}

/** What entries hold beside what happened to them: the events of invoices tell the one, signals the other. */
const derived = new Set(['invoice_id', 'late_seconds'])

/** The newest event of an entry holds the entry as it is. */
function strayImages(db) {
  const rows = db
    .prepare(
      `select e.*, (select after from events where (workspace_id, subject_id) = (e.workspace_id, e.id)
           order by seq desc limit 1) as image
         from entries as e`,
    )
    .all()
  return rows.flatMap(({ image, ...row }) => {
    const told = JSON.parse(image ?? '{}')
    const differs = Object.keys(row).filter(
      column => !derived.has(column) && (told[column] ?? null) !== row[column],
    )
    return differs.length > 0 ? [`the newest event of ${row.id} differs from it in ${differs.join()}`] : []
  })
}

function notKept(db, ledger) {
  const problems = []
  for (const [id, states] of ledger.entries) {
    const found = entryIn(db, id)
    if (states.some(state => isSame(state, found))) continue
    problems.push(`lost: ${id} is ${JSON.stringify(found)}, acknowledged was ${JSON.stringify(states)}`)
  }
  for (const [id, states] of ledger.timers) {
    const found = timerIn(db, id)
    if (!states.includes(found)) problems.push(`lost: ${id} is ${found}, acknowledged was ${states}`)
  }
  for (const [id, states] of ledger.invoices) {
    const found = invoiceIn(db, id)
    if (states.some(state => isSameInvoice(state, found))) continue
    problems.push(`lost: ${id} is ${JSON.stringify(found)}, acknowledged was ${JSON.stringify(states)}`)
  }
  return [...problems, ...unasked(db, ledger), ...twice(db)]
}

/** Whoever is tried here gives each entry a description of its own. */
const twice = db =>
  db
    .prepare(
      `select 'entry twice: ' || group_concat(id) from entries where description <> ''
         group by description having count(*) > 1`,
    )
    .pluck()
    .all()

/** What hooks told of becomes entries by itself. */
function unasked(db, { asked, entries, timers }) {
  const rows = db
    .prepare("select id, description, session_id from entries where deleted_at is null and source <> 'hook'")
    .all()
    .filter(({ description, id, session_id }) => {
      if (entries.has(id) || asked.has(description)) return false
      return !timers.get(session_id)?.includes('ended')
    })
  return rows.map(({ description, id }) => `nobody asked for ${id} ${description}`)
}

const entryIn = (db, id) =>
  db
    .prepare(
      `select description, seconds from entries
         where workspace_id = (select id from workspaces) and id = ? and deleted_at is null`,
    )
    .get(id) ?? gone

const invoiceIn = (db, id) =>
  db
    .prepare(
      `select status, number, total, paid from invoices
         where workspace_id = (select id from workspaces) and id = ?`,
    )
    .get(id) ?? gone

function timerIn(db, id) {
  const row = db
    .prepare('select ended_at from sessions where workspace_id = (select id from workspaces) and id = ?')
    .get(id)
  if (!row) return 'missing'
  return row.ended_at === null ? 'running' : 'ended'
}

/** The tables in which one database is not the other. */
export function differences(one, other) {
  const [before, after] = [one, other].map(contentOf)
  return Object.keys({ ...before, ...after })
    .filter(table => JSON.stringify(before[table]) !== JSON.stringify(after[table]))
    .map(table => `${table} came back different`)
}

function contentOf(path) {
  const db = new Database(path, { fileMustExist: true, readonly: true })
  try {
    const tables = db
      .prepare(
        "select name from sqlite_schema where type = 'table' and name not like 'sqlite%' order by name",
      )
      .pluck()
      .all()
    return Object.fromEntries(
      tables.map(table => [
        table,
        db
          .prepare(`select * from "${String(table)}"`)
          .raw()
          .all()
          .map(String)
          .toSorted(),
      ]),
    )
  } finally {
    db.close()
  }
}
