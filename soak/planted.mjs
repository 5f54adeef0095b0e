import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { temporaryFolder } from '../bench/measure.mjs'
import { invariants, openReadOnly, wholeAudit } from './invariants.mjs'

// Alarms that never ring prove nothing: each violation is planted alone in a copy, and has to be noticed there.

const first = (what, from) => `(select ${what} from ${from} limit 1)`
const anEntry = `id = ${first('id', 'entries where deleted_at is null and started_at is not null')}`
const aSession = `id = ${first('session_id', 'entries where deleted_at is null and fixed_at is null and invoice_id is null and session_id is not null')}`
const ofType = (type, order = 'desc') =>
  `seq = (select seq from events where type = '${type}' order by seq ${order} limit 1)`
const invoiced = `id = ${first('id', 'invoices where document is not null and paid > 0')}`
const sentUnder = strategy =>
  first(
    'id',
    `invoices where status = 'sent' and json_extract(options, '$.overlap_strategy') = '${strategy}'
       and json_extract(document, '$.lines[0].rate') is not null`,
  )
/** In the invoice, and in the event that tells of it. */
const shortened = strategy =>
  `update events set after = json_set(after, '$.document', json_set(json_extract(after, '$.document'),
       '$.lines[0].unrounded_seconds', 1) || '') where type = 'invoice.sent' and subject_id = ${sentUnder(strategy)};
   update invoices set document = json_set(document, '$.lines[0].unrounded_seconds', 1) where id = ${sentUnder(strategy)}`
const alarm = `events where type = 'budget.threshold'
  and subject_id in (select id from projects where json_extract(budget, '$.window') = 'total')`

/** Under what is said of it: what is planted. The file alone shows it. */
const inFile = {
  'entry without its entry.created': `update events set type = 'entry.updated' where ${ofType('entry.created')}`,
  'entry that nothing deleted is missing': `delete from entries where ${anEntry}`,
  'entry whose spans are not its time': `update entries set seconds = seconds + 60, active_seconds = active_seconds + 60 where ${anEntry}`,
  'spans of an entry without a clock time': `insert into spans select workspace_id, member_id, 0, id, 'active', 1000 from entries where started_at is null limit 1`,
  'spans without an entry': `insert into spans select workspace_id, member_id, 0, 'ent_0', 'active', 1000 from entries limit 1`,
  'a row of spans lacks its entries': `update spans set entry_id = 'ent_0' where entry_id = ${first('entry_id', 'spans')}`,
  'tags that differ from the entry': `delete from entry_tags where entry_id = ${first('entry_id', 'entry_tags')}`,
  'timer without its timer.started': `update events set type = 'timer.paused' where type in ('timer.started', 'session.started') and subject_id = ${first('id', 'sessions')}`,
  'timer without a signal': `delete from signals where (host, host_session) in (select host, host_session from sessions limit 1)`,
  'timer ended without its entry': `update sessions set entry_id = null where id = ${first('session_id', `entries where kind = 'timer' and deleted_at is null`)}`,
  'running timer with a living entry': `update sessions set ended_at = null where ${aSession}`,
  'project without its project.created': `update events set type = 'project.updated' where ${ofType('project.created')}`,
  'events are numbered': `delete from events where seq = (select max(seq) / 2 from events)`,
  'the newest event of ent_': `update entries set description = 'planted' where ${anEntry}`,
  'the newest event of inv_': `update invoices set period = '{}' where id = ${first('id', 'invoices')}`,
  but: `update invoice_numbers set last = last + 1`,
  'was next': `update events set after = json_set(after, '$.number', '2026-0999') where ${ofType('invoice.sent')}`,
  'another total': `update invoices set total = total + 1 where ${invoiced}`,
  'lines that do not add up': `update invoices set document = json_set(document, '$.lines[0].amount', '0.01') where ${invoiced}`,
  'taxes that do not add up': `update invoices set document = json_set(document, '$.tax', '0.01') where ${invoiced}`,
  'a line that is not its time': `update invoices set document = json_set(document, '$.lines[0].seconds', 1) where id = ${sentUnder('merge')}`,
  'but payments come to': `delete from payments where id = ${first('id', 'payments')}`,
  'its events say': `update entries set invoice_id = null where id = ${first('id', 'entries where invoice_id is not null')}`,
  'and on': `update events set after = json_set(after, '$.entries', json(${first(`json_extract(after, '$.entries')`, `events where ${ofType('invoice.sent', 'asc')}`)})) where ${ofType('invoice.sent')}`,
  's under merge': shortened('merge'),
  's under add': shortened('add'),
  'the budget of': `update events set type = 'task.updated' where seq = ${first('seq', alarm)}`,
  'alarms of': `delete from budget_alarms where project_id in (select id from projects where budget like '%total%')`,
}

const inferred = `entry_id in (select id from entries where host not in ('mcp', 'cli', 'rest', 'web')
  and deleted_at is null and fixed_at is null and invoice_id is null)`

/** By the invariant that has to notice it; where that asks the server, the server has the database as it was. */
const besideServer = [
  [
    'one attention',
    `update spans set started_at = started_at - 7200000 where kind = 'active' and ${inferred}
       and ended_at - started_at < 3600000 and not exists (select 1 from spans as s where s.entry_id = spans.entry_id
         and s.kind = 'active' and s.started_at = spans.started_at - 7200000)`,
  ],
  [
    'sessions are their entries',
    `update sessions set counted_seconds = counted_seconds + 1 where ${aSession}`,
  ],
  ['reports are their entries', `update entries set idle_seconds = idle_seconds + 1 where ${anEntry}`],
  ['budgets are their entries', `update entries set deleted_at = 1 where deleted_at is null`],
  // worth something else, and no longer or shorter
  ['budgets are their entries', `update entries set rate = 2 * rate where rate is not null`],
]

const besideReceiver = [
  `insert into events select workspace_id, (select max(seq) + 1 from events), 'evt_0', at, type, member_id, door, connection, operation,
     call_id, subject_id, before, after, undone_at from events where type like 'entry.%' order by seq desc limit 1`,
  `update events set id = 'evt_0' where ${ofType('entry.created')}`,
  `update deliveries set status = 'pending' where id = ${first('id', `deliveries where status = 'delivered'`)}`,
]

/** What a server would say that does not add up its lines. */
const misleading = {
  do: route => {
    const sums = { subtotal: '2.00', discount: '0.00', tax: '0.00', total: '2.00' }
    const invoice = { id: 'inv_0', lines: [{ amount: '1.00' }], ...sums }
    return route === 'GET /invoices' ? { invoices: [invoice] } : { invoice }
  },
}

export async function unnoticed(path, { owner, receiver }) {
  const copies = await copiesOf(path)
  const sum = { planted: 0, noticed: 0, problems: [] }
  const plant = async (what, sql, look) => {
    const copy = copies.with(sql)
    if (copy === undefined) return
    sum.planted++
    const db = openReadOnly(copy)
    const found = await look(db, copy)
    db.close()
    if (found.some(problem => problem.includes(what))) sum.noticed++
    else sum.problems.push(`planted and not noticed: ${what}, but ${JSON.stringify(found.slice(0, 2))}`)
  }
  for (const [what, sql] of Object.entries(inFile)) await plant(what, sql, (_, copy) => wholeAudit(copy))
  for (const [name, sql] of besideServer) await plant('', sql, db => invariants[name]({ db, owner }))
  for (const sql of besideReceiver) await plant('', sql, db => receiver.faults(db))
  await plant('', 'update workspaces set version = version', db =>
    invariants['drafts are their lines']({ db, owner: misleading }),
  )
  return sum
}

/** `with` answers a copy in which `sql` was done; nothing where it did nothing. */
async function copiesOf(path) {
  const folder = temporaryFolder()
  const [whole, copy] = [join(folder, 'whole.db'), join(folder, 'planted.db')]
  const source = openReadOnly(path)
  await source.backup(whole)
  source.close()
  return {
    with(sql) {
      for (const rest of ['', '-wal', '-shm']) rmSync(copy + rest, { force: true })
      copyFileSync(whole, copy)
      const db = new Database(copy)
      db.pragma('foreign_keys = off')
      db.exec(sql)
      const changes = db.prepare('select total_changes()').pluck().get()
      db.close()
      return changes > 0 ? copy : undefined
    },
  }
}
