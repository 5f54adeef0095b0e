import { insertOf } from './insert.ts'
import type { NewRow, Row } from './schema.ts'
import { type Builder, statement } from './statement.ts'
import type { Reader, Transaction } from './store.ts'

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
    .where('s.closed_by', '=', 'watchdog')
    .where('s.settled_at', 'is', null)
    .where('s.ended_at', '>=', $.since)
    .orderBy('s.ended_at', 'desc'),
)
/** What went quiet, and what a call through MCP keeps alive. */
const attention = statement<{ workspace: string; member: string; now: number; sign_before: number }>()(
  (db, $) =>
    db
      .selectFrom('sessions')
      .select(['id', 'member_id', 'host', 'quiet_at', 'last_sign_at'])
      .where('workspace_id', '=', $.workspace)
      .where('ended_at', 'is', null)
      .where(eb =>
        eb.or([
          eb('quiet_at', '<=', $.now),
          eb.and([
            eb('member_id', '=', $.member),
            eb('host', '=', 'mcp'),
            eb('last_sign_at', '<', $.sign_before),
          ]),
        ]),
      ),
)

export const findSession = (db: Reader, workspace: string, id: string) => byId.first(db, { workspace, id })
export type SessionRow = NonNullable<Awaited<ReturnType<typeof findSession>>>

export const findOpenSessions = (db: Reader, workspace: string, member: string) =>
  open.all(db, { workspace, member })

/** Whoever's they are: what runs on a project. */
export const findAllOpen = (db: Reader, workspace: string, project: string) =>
  db
    .selectFrom('sessions')
    .select(['id', 'kind', 'member_id'])
    .where('workspace_id', '=', workspace)
    .where('project_id', '=', project)
    .where('ended_at', 'is', null)
    .execute()

export const findUnsettled = (db: Reader, workspace: string, member: string, since: number) =>
  unsettled.all(db, { workspace, member, since })

export const findDue = (db: Reader, workspace: string, member: string, now: number, sign_before: number) =>
  attention.all(db, { workspace, member, now, sign_before })

/** The newest ended one, on one project or at all. */
export const findLastEnded = (
  db: Reader,
  workspace: string,
  member: string,
  kind: Row<'sessions'>['kind'],
  project?: string,
) =>
  withNames(db)
    .where('s.workspace_id', '=', workspace)
    .where('s.member_id', '=', member)
    .where('s.kind', '=', kind)
    .where('s.ended_at', 'is not', null)
    .where('s.discarded_at', 'is', null)
    .$if(project !== undefined, query => query.where('s.project_id', '=', project ?? ''))
    .orderBy('s.ended_at', 'desc')
    .orderBy('s.id', 'desc')
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
  'started_at',
  'ended_at',
  'closed_by',
  'last_sign_at',
  'quiet_at',
  'entry_id',
  'settled_at',
  'discarded_at',
  'held_by_lock',
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
    | 'held_by_lock'
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
      held_by_lock: $.held_by_lock,
      version: $.version,
      updated_at: $.updated_at,
    })
    .where('workspace_id', '=', $.workspace_id)
    .where('id', '=', $.id),
)

/** Writes what the signals say of a session: where it begins and ends, and its last sign of life. */
export const saveFold = close.run

export const updateSession = (
  db: Transaction,
  workspace: string,
  id: string,
  set: Partial<NewRow<'sessions'>>,
) => db.updateTable('sessions').set(set).where('workspace_id', '=', workspace).where('id', '=', id).execute()

export const deleteSession = (db: Transaction, workspace: string, id: string) =>
  db.deleteFrom('sessions').where('workspace_id', '=', workspace).where('id', '=', id).execute()
