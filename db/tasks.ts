import { sql } from 'kysely'
import { like } from './like.ts'
import type { NewRow } from './schema.ts'
import { type Builder, statement } from './statement.ts'
import type { Reader, Transaction } from './store.ts'
import { within } from './within.ts'

const withNames = (db: Pick<Builder, 'selectFrom'>) =>
  db
    .selectFrom('tasks as t')
    .innerJoin('projects as p', join =>
      join.onRef('p.workspace_id', '=', 't.workspace_id').onRef('p.id', '=', 't.project_id'),
    )
    .leftJoin('members as m', join =>
      join.onRef('m.workspace_id', '=', 't.workspace_id').onRef('m.id', '=', 't.assignee_id'),
    )
    .selectAll('t')
    .select(['p.name as project_name', 'm.name as assignee_name'])

const byId = statement<{ workspace: string; id: string }>()((db, $) =>
  withNames(db).where('t.workspace_id', '=', $.workspace).where('t.id', '=', $.id),
)

export const findTask = (db: Reader, workspace: string, id: string) => byId.first(db, { workspace, id })
export type TaskRow = NonNullable<Awaited<ReturnType<typeof findTask>>>

export const findTaskByKey = (db: Reader, workspace: string, project: string, key: string) =>
  db
    .selectFrom('tasks')
    .selectAll()
    .where('workspace_id', '=', workspace)
    .where('project_id', '=', project)
    .where('name_key', '=', key)
    .executeTakeFirst()

export interface TaskFilter {
  project?: string | undefined
  /** All: also the archived ones. */
  status: 'active' | 'complete' | 'all'
  search?: string | undefined
  /** A JSON list of projects. */
  within?: string | undefined
  descending?: boolean
  after?: { key: string; id: string } | undefined
  limit?: number
}

export function listTasks(db: Reader, workspace: string, filter: TaskFilter) {
  const { after, descending, limit, project, search, status } = filter
  const direction = descending ? 'desc' : 'asc'
  return withNames(db)
    .where('t.workspace_id', '=', workspace)
    .$if(project !== undefined, query => query.where('t.project_id', '=', project ?? ''))
    .$if(filter.within !== undefined, query => query.where(within(sql`t.project_id`, filter.within)))
    .$if(status !== 'all', query => query.where('t.archived_at', 'is', null))
    .$if(status === 'active', query => query.where('t.completed_at', 'is', null))
    .$if(status === 'complete', query => query.where('t.completed_at', 'is not', null))
    .$if(search !== undefined, query => query.where(like(sql`t.name_key`, search)))
    .$if(after !== undefined, query =>
      query.where(eb =>
        eb(
          eb.refTuple('t.name_key', 't.id'),
          descending ? '<' : '>',
          eb.tuple(after?.key ?? '', after?.id ?? ''),
        ),
      ),
    )
    .orderBy('t.name_key', direction)
    .orderBy('t.id', direction)
    .$if(limit !== undefined, query => query.limit(limit ?? 0))
    .execute()
}

export const insertTask = (db: Transaction, row: NewRow<'tasks'>) =>
  db.insertInto('tasks').values(row).execute()

export const updateTask = (db: Transaction, workspace: string, id: string, set: Partial<NewRow<'tasks'>>) =>
  db.updateTable('tasks').set(set).where('workspace_id', '=', workspace).where('id', '=', id).execute()

export const deleteTask = (db: Transaction, workspace: string, id: string) =>
  db.deleteFrom('tasks').where('workspace_id', '=', workspace).where('id', '=', id).execute()

export async function taskIsUsed(db: Reader, workspace: string, task: string): Promise<boolean> {
  for (const table of ['entries', 'sessions'] as const) {
    const row = await db
      .selectFrom(table)
      .select('task_id')
      .where('workspace_id', '=', workspace)
      .where('task_id', '=', task)
      .limit(1)
      .executeTakeFirst()
    if (row) return true
  }
  return false
}
