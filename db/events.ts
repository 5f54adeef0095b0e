import { sql } from 'kysely'
import type { Row } from './schema.ts'
import { statement } from './statement.ts'
import type { Reader, Transaction } from './store.ts'

type NewEvent = Omit<Row<'events'>, 'seq' | 'undone_at'>

/** The database numbers them inside the change, so in the order in which they became true. */
const insert = statement<NewEvent>()((db, $) =>
  db.insertInto('events').values({
    workspace_id: $.workspace_id,
    id: $.id,
    at: $.at,
    type: $.type,
    member_id: $.member_id,
    door: $.door,
    connection: $.connection,
    operation: $.operation,
    call_id: $.call_id,
    subject_id: $.subject_id,
    before: $.before,
    after: $.after,
    undone_at: null,
  }),
)

export const insertEvent = (db: Transaction, event: NewEvent) => insert.run(db, event)

/**
 * Of a workspace, read by their numbers, from one end up to where it is enough. Written so that no index by workspace is
 * taken instead, by which all of them would be sorted.
 */
export const byNumber = (workspace: string, events = 'events') =>
  sql<boolean>`coalesce(${sql.ref(`${events}.workspace_id`)}, '') = ${workspace}`

export interface EventFilter {
  /** Where a page ended. */
  after?: number | undefined
  /** Only those with a greater number. */
  since?: number | undefined
  type?: string | undefined
  subject?: string | undefined
  from?: number | undefined
  to?: number | undefined
  newest_first: boolean
  limit: number
}

export function listEvents(db: Reader, workspace: string, filter: EventFilter) {
  const { after, from, newest_first, since, subject, to, type } = filter
  return db
    .selectFrom('events as e')
    .leftJoin('members as m', join =>
      join.onRef('m.workspace_id', '=', 'e.workspace_id').onRef('m.id', '=', 'e.member_id'),
    )
    .selectAll('e')
    .select('m.name as member_name')
    .where(
      subject === undefined
        ? byNumber(workspace, 'e')
        : sql<boolean>`${sql.ref('e.workspace_id')} = ${workspace}`,
    )
    .$if(after !== undefined, query => query.where('e.seq', newest_first ? '<' : '>', after ?? 0))
    .$if(since !== undefined, query => query.where('e.seq', '>', since ?? 0))
    .$if(type !== undefined, query =>
      type?.endsWith('.*')
        ? query.where(sql<string>`substr(e.type, 1, ${type.length - 1})`, '=', type.slice(0, -1))
        : query.where('e.type', '=', type ?? ''),
    )
    .$if(subject !== undefined, query => query.where('e.subject_id', '=', subject ?? ''))
    .$if(from !== undefined, query => query.where('e.at', '>=', from ?? 0))
    .$if(to !== undefined, query => query.where('e.at', '<', to ?? 0))
    .orderBy('e.seq', newest_first ? 'desc' : 'asc')
    .limit(filter.limit)
    .execute()
}

export interface UndoScope {
  member: string
  door: string
  connection: string | null
  types: readonly string[]
}

/** The events of one call stand together: one transaction wrote them. */
const mostOfOneCall = 1000

/** The events of the newest call that can be taken back, in the order in which they happened. */
export async function findUndoable(db: Reader, workspace: string, scope: UndoScope) {
  const newest = await db
    .selectFrom('events')
    .select(['seq', 'call_id'])
    .where(byNumber(workspace))
    .where('member_id', '=', scope.member)
    .where('door', '=', scope.door)
    .where('connection', 'is not distinct from', scope.connection)
    .where('undone_at', 'is', null)
    // what assistants and editors tell is not a change that a member made
    .where('operation', 'not in', ['undo', 'take_in_signals', 'take_in_heartbeats'])
    .where('type', 'in', [...scope.types])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!newest) return []
  return db
    .selectFrom('events')
    .selectAll()
    .where(byNumber(workspace))
    .where('seq', '>', newest.seq - mostOfOneCall)
    .where('seq', '<', newest.seq + mostOfOneCall)
    .where('call_id', '=', newest.call_id)
    .orderBy('seq')
    .execute()
}

/** The first thing that still holds of what happened to a subject after an event; an alarm changes nothing. */
export const findChangeSince = (db: Reader, workspace: string, subject: string, seq: number) =>
  db
    .selectFrom('events')
    .select(['operation', 'door'])
    .where('workspace_id', '=', workspace)
    .where('subject_id', '=', subject)
    .where('seq', '>', seq)
    .where('undone_at', 'is', null)
    .where('operation', '<>', 'undo')
    .where('type', '<>', 'budget.threshold')
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()

export const markUndone = (db: Transaction, workspace: string, seqs: readonly number[], now: number) =>
  db
    .updateTable('events')
    .set({ undone_at: now })
    .where('workspace_id', '=', workspace)
    .where('seq', 'in', [...seqs])
    .execute()
