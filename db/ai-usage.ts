import { sql } from 'kysely'
import type { Reader, Transaction } from './store.ts'
import { within } from './within.ts'

export interface UsageFilter {
  from: number | null
  to: number
  client?: string | undefined
  project?: string | undefined
  member?: string | undefined
  /** A JSON list of projects. */
  within?: string | undefined
}

/** Sessions that begin in a stretch and whose hosts counted tokens. */
export const findUsedSessions = (db: Reader, workspace: string, filter: UsageFilter) =>
  db
    .selectFrom('sessions as s')
    .innerJoin('projects as p', join =>
      join.onRef('p.workspace_id', '=', 's.workspace_id').onRef('p.id', '=', 's.project_id'),
    )
    .leftJoin('clients as c', join =>
      join.onRef('c.workspace_id', '=', 'p.workspace_id').onRef('c.id', '=', 'p.client_id'),
    )
    .select([
      's.id',
      's.member_id',
      's.project_id',
      's.model',
      's.tokens',
      's.expense_id',
      's.started_at',
      's.ended_at',
      'p.name as project_name',
      'p.client_id',
      'p.currency',
      'c.name as client_name',
      'c.currency as client_currency',
    ])
    .where('s.workspace_id', '=', workspace)
    .where('s.tokens', 'is not', null)
    .where('s.discarded_at', 'is', null)
    .where('s.started_at', '>=', filter.from ?? 0)
    .where('s.started_at', '<', filter.to)
    .$if(filter.client !== undefined, query => query.where('p.client_id', '=', filter.client ?? ''))
    .$if(filter.project !== undefined, query => query.where('s.project_id', '=', filter.project ?? ''))
    .$if(filter.member !== undefined, query => query.where('s.member_id', '=', filter.member ?? ''))
    .$if(filter.within !== undefined, query => query.where(within(sql`s.project_id`, filter.within)))
    .orderBy('s.started_at')
    .orderBy('s.id')
    .execute()

export type UsedSessionRow = Awaited<ReturnType<typeof findUsedSessions>>[number]

/** A statement takes so many values. */
const most = 500

/** Of some sessions, one whose tokens an expense bills. */
export async function findTaken(db: Reader, workspace: string, sessions: readonly string[]) {
  for (let at = 0; at < sessions.length; at += most) {
    const row = await db
      .selectFrom('sessions')
      .select('expense_id')
      .where('workspace_id', '=', workspace)
      .where('id', 'in', sessions.slice(at, at + most))
      .where('expense_id', 'is not', null)
      .limit(1)
      .executeTakeFirst()
    if (row) return row.expense_id
  }
  return null
}

/** null: their tokens are billed by no expense any more. */
export async function linkSessions(
  db: Transaction,
  workspace: string,
  sessions: readonly string[],
  expense_id: string | null,
): Promise<void> {
  for (let at = 0; at < sessions.length; at += most) {
    await db
      .updateTable('sessions')
      .set({ expense_id })
      .where('workspace_id', '=', workspace)
      .where('id', 'in', sessions.slice(at, at + most))
      .execute()
  }
}
