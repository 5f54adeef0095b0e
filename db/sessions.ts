import { sql } from 'kysely'
import { insertOf } from './insert.ts'
import { remembered } from './remembered.ts'
import type { NewRow, Row } from './schema.ts'
import { type Builder, statement } from './statement.ts'
import type { Reader, Transaction } from './store.ts'
import { within } from './within.ts'

const withNames = (db: Pick<Builder, 'selectFrom'>) =>
  db
    .selectFrom('sessions as s')
    .innerJoin('projects as p', join =>
      join.onRef('p.workspace_id', '=', 's.workspace_id').onRef('p.id', '=', 's.project_id'),
    )
    .leftJoin('clients as c', join =>
      join.onRef('c.workspace_id', '=', 'p.workspace_id').onRef('c.id', '=', 'p.client_id'),
    )
    .leftJoin('tasks as t', join =>
      join.onRef('t.workspace_id', '=', 's.workspace_id').onRef('t.id', '=', 's.task_id'),
    )
    .selectAll('s')
    .select(['p.name as project_name', 'c.id as client_id', 'c.name as client_name', 't.name as task_name'])

/** The index of what is open begins with members: without them all that ever ran would be read. */
const ofAnyMember = (table: 's' | 'sessions', workspace: string) =>
  sql<boolean>`${sql.ref(`${table}.member_id`)} in (select id from members where workspace_id = ${workspace})`

/** A member's, in two steps of an index: one condition with `or`, or the member said once more, and all would be read. */
const openOrEndedSince = (workspace: string, member: string, since: number) =>
  sql<boolean>`s.id in (
    select id from sessions where workspace_id = ${workspace} and member_id = ${member} and ended_at is null
    union all
    select id from sessions where workspace_id = ${workspace} and member_id = ${member} and ended_at >= ${since})`

const byId = statement<{ workspace: string; id: string }>()((db, $) =>
  withNames(db).where('s.workspace_id', '=', $.workspace).where('s.id', '=', $.id),
)
const open = statement<{ workspace: string; member: string }>()((db, $) =>
  withNames(db)
    .where('s.workspace_id', '=', $.workspace)
    .where('s.member_id', '=', $.member)
    .where('s.ended_at', 'is', null)
    .orderBy('s.started_at')
    .orderBy('s.id'),
)
const unsettled = statement<{ workspace: string; member: string; since: number }>()((db, $) =>
  withNames(db)
    .where('s.workspace_id', '=', $.workspace)
    .where('s.member_id', '=', $.member)
    .where('s.ended_at', '>=', $.since)
    .where('s.settled_at', 'is', null)
    .where('s.discarded_at', 'is', null)
    // in the words of its index
    .where(sql<boolean>`(s.closed_by = 'watchdog' or s.held_by_lock = 1)`)
    .orderBy('s.ended_at', 'desc'),
)
const allOpen = statement<{ workspace: string }>()((db, $) =>
  db
    .selectFrom('sessions')
    .select(['id', 'member_id', 'host', 'quiet_at', 'last_sign_at'])
    .where('workspace_id', '=', $.workspace)
    .where(ofAnyMember('sessions', $.workspace))
    .where('ended_at', 'is', null),
)

export const findSession = (db: Reader, workspace: string, id: string) => byId.first(db, { workspace, id })
export type SessionRow = NonNullable<Awaited<ReturnType<typeof findSession>>>

export const findOpenSessions = remembered((db, workspace: string, member: string) =>
  open.all(db, { workspace, member }),
)

/** How many timers and sessions run or are paused. */
export const countOpenSessions = async (db: Reader, workspace: string): Promise<number> =>
  (await openOf(db, workspace)).length

/** Whoever's they are: what runs on a project. */
export const findAllOpen = (db: Reader, workspace: string, project: string) =>
  db
    .selectFrom('sessions')
    .select(['id', 'kind', 'member_id'])
    .where('workspace_id', '=', workspace)
    .where(ofAnyMember('sessions', workspace))
    .where('project_id', '=', project)
    .where('ended_at', 'is', null)
    .execute()

/** What everybody has running now, within a JSON list of projects if there is one. */
export const findAllRunning = (db: Reader, workspace: string, projects: string | undefined) =>
  withNames(db)
    .innerJoin('members as m', join =>
      join.onRef('m.workspace_id', '=', 's.workspace_id').onRef('m.id', '=', 's.member_id'),
    )
    .select('m.name as member_name')
    .where('s.workspace_id', '=', workspace)
    .where('m.workspace_id', '=', workspace)
    .where(ofAnyMember('s', workspace))
    .where('s.ended_at', 'is', null)
    .$if(projects !== undefined, query => query.where(within(sql`s.project_id`, projects)))
    .orderBy('s.started_at')
    .orderBy('s.id')
    .execute()

const unsettledOf = remembered((db, workspace: string, member: string, since: number) =>
  unsettled.all(db, { workspace, member, since }),
)

const hourMs = 3_600_000

async function unsettledSince(db: Reader, workspace: string, member: string, since: number) {
  // by the hour, so that it is remembered from call to call
  const rows = await unsettledOf(db, workspace, member, Math.floor(since / hourMs) * hourMs)
  return rows.filter(row => row.ended_at !== null && row.ended_at >= since)
}

/** What the watchdog ended since, and nobody dealt with. */
export const findUnsettled = async (db: Reader, workspace: string, member: string, since: number) =>
  (await unsettledSince(db, workspace, member, since)).filter(row => row.closed_by === 'watchdog')

/** What ended since without an entry, because its time is locked. */
export const findHeld = async (db: Reader, workspace: string, member: string, since: number) =>
  (await unsettledSince(db, workspace, member, since)).filter(row => row.held_by_lock === 1)

const openOf = remembered((db, workspace: string) => allOpen.all(db, { workspace }))

/** What went quiet, and what a call of this member through MCP keeps alive. */
export async function findDue(
  db: Reader,
  workspace: string,
  member: string,
  now: number,
  signBefore: number,
) {
  const rows = await openOf(db, workspace)
  return rows.filter(
    row =>
      (row.quiet_at !== null && row.quiet_at <= now) ||
      (row.member_id === member && row.host === 'mcp' && row.last_sign_at < signBefore),
  )
}

/** Looked for among so many of the newest: ids rise with the time they were made at, and an index would cost every change. */
const mostLookedAt = 50

/** All members' sessions of which no entry was written because of the lock. */
export const findAllHeld = (db: Reader, workspace: string) =>
  withNames(db)
    .where('s.workspace_id', '=', workspace)
    .where('s.held_by_lock', '=', 1)
    .where('s.ended_at', 'is not', null)
    .where('s.discarded_at', 'is', null)
    .execute()

/** The one that ended last, on one project or at all. */
export async function findLastEnded(
  db: Reader,
  workspace: string,
  member: string,
  kind: Row<'sessions'>['kind'],
  project?: string,
): Promise<SessionRow | undefined> {
  const newest = await withNames(db)
    .where('s.workspace_id', '=', workspace)
    .where('s.member_id', '=', member)
    .where('s.kind', '=', kind)
    .where('s.ended_at', 'is not', null)
    .where('s.discarded_at', 'is', null)
    .$if(project !== undefined, query => query.where('s.project_id', '=', project ?? ''))
    .orderBy('s.id', 'desc')
    .limit(mostLookedAt)
    .execute()
  return newest.toSorted((a, b) => (b.ended_at ?? 0) - (a.ended_at ?? 0))[0]
}

const between = statement<{ workspace: string; member: string; from: number; to: number }>()((db, $) =>
  withNames(db)
    .where('s.workspace_id', '=', $.workspace)
    .where(openOrEndedSince($.workspace, $.member, $.from))
    .where('s.started_at', '<=', $.to)
    .where('s.discarded_at', 'is', null),
)

/** A member's sessions that share time with a stretch, or touch it. */
export const findSessionsBetween = remembered(
  (db, workspace: string, member: string, from: number, to: number) =>
    between.all(db, { workspace, member, from, to }),
)

const ofHostSession = statement<{ workspace: string; host: string; host_session: string }>()((db, $) =>
  withNames(db)
    .where('s.workspace_id', '=', $.workspace)
    .where('s.host', '=', $.host)
    .where('s.host_session', '=', $.host_session)
    .whereRef('s.host_session', '<>', 's.id')
    .orderBy('s.started_at'),
)

export interface SessionPage {
  member: string
  state: 'open' | 'ended' | 'all'
  project?: string | undefined
  /** Those that share time with it. */
  from?: number | undefined
  to?: number | undefined
  descending: boolean
  after?: { value: number; id: string } | undefined
  limit: number
}

/** A member's sessions, without timers and without what was thrown away. */
export function listSessions(db: Reader, workspace: string, page: SessionPage) {
  const { after, descending, from, project, state, to } = page
  const order = descending ? 'desc' : 'asc'
  const beyond = descending ? '<' : '>'
  return withNames(db)
    .where('s.workspace_id', '=', workspace)
    .$if(from === undefined, query => query.where('s.member_id', '=', page.member))
    .where('s.kind', '=', 'session')
    .where('s.discarded_at', 'is', null)
    .$if(state !== 'all', query => query.where('s.ended_at', state === 'open' ? 'is' : 'is not', null))
    .$if(project !== undefined, query => query.where('s.project_id', '=', project ?? ''))
    .$if(from !== undefined, query => query.where(openOrEndedSince(workspace, page.member, (from ?? 0) + 1)))
    .$if(to !== undefined, query => query.where('s.started_at', '<', to ?? 0))
    .$if(after !== undefined, query =>
      query.where(eb =>
        eb(eb.refTuple('s.started_at', 's.id'), beyond, eb.tuple(after?.value ?? 0, after?.id ?? '')),
      ),
    )
    .orderBy('s.started_at', order)
    .orderBy('s.id', order)
    .limit(page.limit)
    .execute()
}

/** All sessions that a host's own session was cut into. */
export const findHostSessions = (
  db: Reader,
  workspace: string,
  key: { host: string; host_session: string },
) => ofHostSession.all(db, { workspace, host: key.host, host_session: key.host_session })

/** The newest that a host reported. */
export const findLastOfHost = (db: Reader, workspace: string, member: string, host: string) =>
  withNames(db)
    .where('s.workspace_id', '=', workspace)
    .where('s.member_id', '=', member)
    .where('s.host', '=', host)
    .whereRef('s.host_session', '<>', 's.id')
    .orderBy('s.started_at', 'desc')
    .limit(1)
    .executeTakeFirst()

export const sessionColumns = [
  'workspace_id',
  'id',
  'member_id',
  'project_id',
  'task_id',
  'kind',
  'description',
  'tags',
  'billable',
  'bill_agent_time',
  'source',
  'host',
  'host_session',
  'directory',
  'model',
  'tokens',
  'rate',
  'agent_rate',
  'rate_currency',
  'rate_level',
  'expense_id',
  'started_at',
  'ended_at',
  'closed_by',
  'last_sign_at',
  'quiet_at',
  'entry_id',
  'settled_at',
  'discarded_at',
  'held_by_lock',
  'counted_seconds',
  'version',
  'created_at',
  'updated_at',
] as const

const insert = insertOf('sessions', sessionColumns)

export const insertSession = (db: Transaction, row: Row<'sessions'>) => insert.run(db, row)

const close = statement<
  Pick<
    Row<'sessions'>,
    | 'workspace_id'
    | 'id'
    | 'started_at'
    | 'ended_at'
    | 'closed_by'
    | 'last_sign_at'
    | 'quiet_at'
    | 'entry_id'
    | 'settled_at'
    | 'description'
    | 'held_by_lock'
    | 'counted_seconds'
    | 'version'
    | 'updated_at'
  >
>()((db, $) =>
  db
    .updateTable('sessions')
    .set({
      started_at: $.started_at,
      ended_at: $.ended_at,
      closed_by: $.closed_by,
      last_sign_at: $.last_sign_at,
      quiet_at: $.quiet_at,
      entry_id: $.entry_id,
      settled_at: $.settled_at,
      description: $.description,
      held_by_lock: $.held_by_lock,
      counted_seconds: $.counted_seconds,
      version: $.version,
      updated_at: $.updated_at,
    })
    .where('workspace_id', '=', $.workspace_id)
    .where('id', '=', $.id),
)

/** Writes what the signals say of a session, and what was said of it as it ended. */
export const saveFold = close.run

export const updateSession = (
  db: Transaction,
  workspace: string,
  id: string,
  set: Partial<NewRow<'sessions'>>,
) => db.updateTable('sessions').set(set).where('workspace_id', '=', workspace).where('id', '=', id).execute()

/** After the policy changed, silence may be over sooner or later: the next call looks at all that is watched. */
export const lookAgain = (db: Transaction, workspace: string) =>
  db
    .updateTable('sessions')
    .set({ quiet_at: 0 })
    .where('workspace_id', '=', workspace)
    .where('ended_at', 'is', null)
    .where('quiet_at', 'is not', null)
    .execute()

export const deleteSession = (db: Transaction, workspace: string, id: string) =>
  db.deleteFrom('sessions').where('workspace_id', '=', workspace).where('id', '=', id).execute()
