import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { constants, copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { environment, kept, program, root, temporaryFolder } from './measure.mjs'

const clients = 10
const years = 5
const day = 86_400_000

/** A home with so many entries of five years; a copy, so that what is measured may write. */
export function homeWith(entries, projects = 200) {
  const home = temporaryFolder()
  const size = `${entries}-of-${projects}-`
  const made = kept(`${size}${schema()}.db`)
  if (!existsSync(made)) {
    forgetOlder(dirname(made), size)
    const folder = temporaryFolder()
    stintIn(folder, 'status')
    fill(join(folder, 'stint.db'), entries, projects)
    copyFileSync(join(folder, 'stint.db'), `${made}.${process.pid}`)
    renameSync(`${made}.${process.pid}`, made)
  }
  copyFileSync(made, join(home, 'stint.db'), constants.COPYFILE_FICLONE)
  return home
}

/** A million entries take more than a gigabyte, and every migration makes all of them anew. */
function forgetOlder(folder, size) {
  for (const file of readdirSync(folder).filter(name => name.startsWith(size))) rmSync(join(folder, file))
}

export const stintIn = (home, ...words) =>
  execFileSync(process.execPath, [program, ...words], {
    env: environment({ STINT_HOME: home }),
    maxBuffer: 2 ** 28,
  })

function schema() {
  const folder = join(root, 'db/migrations')
  const hash = createHash('sha256').update(readFileSync(import.meta.filename))
  for (const file of readdirSync(folder).toSorted()) hash.update(readFileSync(join(folder, file)))
  return hash.digest('hex').slice(0, 8)
}

/** Written past the program, as if it had been used: timers and what was logged by hand, with agents and without. */
function fill(path, entries, projects) {
  const db = new Database(path)
  db.pragma('synchronous = off')
  const member = db.prepare('select workspace_id as workspace, id from members').get()
  const now = Date.now()
  const begin = now - years * 365 * day
  db.transaction(() => {
    fillNames(db, member.workspace, begin, projects)
    const write = { ...writers(db), projects }
    const step = (now - begin - day) / Math.max(1, entries)
    for (let at = 0; at < entries; at++) {
      const started = Math.floor((begin + at * step) / 1000) * 1000
      if (at % 4 === 0) writeTimer(write, member, at, started)
      else writeEntry(write, member, at, started, null)
    }
  })()
  db.pragma('wal_checkpoint(truncate)')
  db.close()
}

function fillNames(db, workspace, at, projects) {
  const client =
    db.prepare(`insert into clients (workspace_id, id, name, name_key, currency, version, created_at, updated_at)
    values (?, ?, ?, ?, ?, 1, ?, ?)`)
  for (let number = 0; number < clients; number++) {
    const name = `Client ${word(number)}`
    client.run(workspace, id('cli', number), name, name.toLowerCase(), currencyOf(number), at, at)
  }
  const project = db.prepare(`insert into projects
    (workspace_id, id, client_id, name, name_key, billable, bill_agent_time, version, created_at, updated_at)
    values (?, ?, ?, ?, ?, ?, 0, 1, ?, ?)`)
  for (let number = 0; number < projects; number++) {
    const name = projectName(number)
    const client = number % 4 === 0 ? null : id('cli', number % clients)
    project.run(workspace, id('prj', number), client, name, name.toLowerCase(), client ? 1 : 0, at, at)
  }
}

const currencyOf = client => (client % 5 === 1 ? 'USD' : 'EUR')

/** Projects of clients are paid by the hour; one entry in fifty has no rate. */
function rateOf(at, projects) {
  const rated = at % 4 !== 0 && at % 50 !== 1
  const rate = rated ? 8000 + 500 * (at % 10) : null
  return {
    rate,
    agent_rate: rate,
    rate_currency: rated ? currencyOf((at % projects) % clients) : null,
    rate_level: rated ? 'project' : null,
  }
}

function writers(db) {
  const insert = (table, columns) =>
    db.prepare(
      `insert into ${table} (${columns.join(', ')}) values (${columns.map(column => `@${column}`).join(', ')})`,
    )
  return {
    entry: insert('entries', columnsOf(db, 'entries')),
    span: insert('spans', columnsOf(db, 'spans')),
    tag: insert('entry_tags', columnsOf(db, 'entry_tags')),
    session: insert('sessions', columnsOf(db, 'sessions')),
    signal: insert('signals', columnsOf(db, 'signals')),
    event: insert('events', columnsOf(db, 'events')),
  }
}

const columnsOf = (db, table) => db.pragma(`table_info(${table})`).map(column => column.name)

function writeEntry(write, member, at, started, session) {
  const active = 60 * (5 + (at % 115))
  const agent = at % 3 === 0 ? 60 * (at % 40) : 0
  const ended = started + (active + agent) * 1000
  const own = { workspace_id: member.workspace, entry_id: id('ent', at) }
  const tags = at % 5 === 0 ? [`tag ${at % 20}`] : []
  const description = `${word(at)} the ${word(at + 7)} ${at % 1000}`
  write.entry.run({
    ...own,
    id: own.entry_id,
    member_id: member.id,
    project_id: id('prj', at % write.projects),
    task_id: null,
    description,
    description_key: description,
    tags: JSON.stringify(tags),
    started_at: started,
    ended_at: ended,
    date: new Date(started).toISOString().slice(0, 10),
    sort_at: started,
    seconds: active + agent,
    active_seconds: active,
    agent_seconds: agent,
    idle_seconds: 0,
    billable: at % 4 === 0 ? 0 : 1,
    bill_agent_time: 0,
    billable_seconds: at % 4 === 0 ? 0 : active,
    kind: session ? 'timer' : 'manual',
    source: 'mcp',
    session_id: session,
    host: session && 'mcp',
    host_session: session,
    model: null,
    git: null,
    late_seconds: 0,
    ...rateOf(at, write.projects),
    fixed_at: session ? null : ended,
    invoice_id: null,
    version: 1,
    created_at: ended,
    updated_at: ended,
    deleted_at: null,
  })
  for (const tag of tags) write.tag.run({ ...own, tag, tag_key: tag })
  const span = { ...own, member_id: member.id }
  const middle = started + active * 1000
  write.span.run({ ...span, kind: 'active', started_at: started, ended_at: middle })
  if (agent > 0) write.span.run({ ...span, kind: 'agent', started_at: middle, ended_at: ended })
  return ended
}

function writeTimer(write, member, at, started) {
  const session = id('tmr', at)
  const ended = writeEntry(write, member, at, started, session)
  const own = { workspace_id: member.workspace, member_id: member.id, host: 'mcp', host_session: session }
  write.session.run({
    ...own,
    id: session,
    project_id: id('prj', at % write.projects),
    task_id: null,
    kind: 'timer',
    description: word(at),
    tags: '[]',
    billable: 1,
    bill_agent_time: 0,
    source: 'mcp',
    directory: null,
    model: null,
    tokens: null,
    started_at: started,
    ended_at: ended,
    closed_by: 'end',
    last_sign_at: ended,
    quiet_at: null,
    entry_id: id('ent', at),
    settled_at: null,
    discarded_at: null,
    held_by_lock: 0,
    counted_seconds: 0,
    ...rateOf(at, write.projects),
    expense_id: null,
    version: 2,
    created_at: started,
    updated_at: ended,
  })
  const signal = { turn: null, tool_id: null, tool_open: null, attended: 1, reason: null, directory: null }
  for (const [kind, moment] of [
    ['active', started],
    ['end', ended],
  ]) {
    const call_id = id('cal', at)
    const about = { call_id, withdrawn_at: null, received_at: moment }
    write.signal.run({
      ...own,
      ...signal,
      ...about,
      id: id('sig', 2 * at + (kind === 'end' ? 1 : 0)),
      at: moment,
      kind,
    })
  }
  for (const [place, type] of ['timer.started', 'timer.stopped', 'entry.created'].entries()) {
    write.event.run({
      workspace_id: member.workspace,
      seq: 3 * at + place + 1,
      id: id('evt', 3 * at + place),
      at: ended,
      type,
      member_id: member.id,
      door: 'mcp',
      connection: null,
      operation: 'stop_timer',
      call_id: id('cal', at),
      subject_id: type === 'entry.created' ? id('ent', at) : session,
      before: null,
      after: `{"id":"${session}","project_id":"${id('prj', at % write.projects)}","started_at":${started}}`,
      undone_at: null,
    })
  }
}

const words =
  'amber birch cedar delta ember fjord grove harbor indigo jasper kelp lumen maple nectar onyx pearl'.split(
    ' ',
  )
export const word = at => words[at % words.length]
export const projectName = at => `${word(at)} ${word(Math.floor(at / words.length) + 3)} ${at}`

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** Rises with its number, as ids do with time. */
function id(prefix, number) {
  let text = ''
  for (let rest = number; text.length < 10; rest = Math.floor(rest / 32)) text = alphabet[rest % 32] + text
  const hash = createHash('sha256').update(`${prefix} ${number}`).digest()
  return `${prefix}_${text}${Array.from(hash.subarray(0, 10), byte => alphabet[byte & 31]).join('')}`
}
