import { sql } from 'kysely'
import { insertOf } from './insert.ts'
import type { NewRow, Row } from './schema.ts'
import { type Builder, statement } from './statement.ts'
import type { Reader, Transaction } from './store.ts'

const withNames = (db: Pick<Builder, 'selectFrom'>) =>
  db
    .selectFrom('entries as e')
    .innerJoin('projects as p', join =>
      join.onRef('p.workspace_id', '=', 'e.workspace_id').onRef('p.id', '=', 'e.project_id'),
    )
    .innerJoin('members as m', join =>
      join.onRef('m.workspace_id', '=', 'e.workspace_id').onRef('m.id', '=', 'e.member_id'),
    )
    .leftJoin('clients as c', join =>
      join.onRef('c.workspace_id', '=', 'p.workspace_id').onRef('c.id', '=', 'p.client_id'),
    )
    .leftJoin('tasks as t', join =>
      join.onRef('t.workspace_id', '=', 'e.workspace_id').onRef('t.id', '=', 'e.task_id'),
    )
    .selectAll('e')
    .select([
      'm.name as member_name',
      'p.name as project_name',
      'c.id as client_id',
      'c.name as client_name',
      't.name as task_name',
    ])

const byId = statement<{ workspace: string; id: string }>()((db, $) =>
  withNames(db).where('e.workspace_id', '=', $.workspace).where('e.id', '=', $.id),
)

export const findEntry = (db: Reader, workspace: string, id: string) => byId.first(db, { workspace, id })
export type EntryRow = NonNullable<Awaited<ReturnType<typeof findEntry>>>

export const entryColumns = [
  'workspace_id',
  'id',
  'member_id',
  'project_id',
  'task_id',
  'description',
  'description_key',
  'tags',
  'started_at',
  'ended_at',
  'date',
  'sort_at',
  'seconds',
  'active_seconds',
  'agent_seconds',
  'idle_seconds',
  'billable',
  'bill_agent_time',
  'billable_seconds',
  'kind',
  'source',
  'session_id',
  'host',
  'host_session',
  'fixed_at',
  'invoice_id',
  'version',
  'created_at',
  'updated_at',
  'deleted_at',
] as const

const insert = insertOf('entries', entryColumns)

export const insertEntry = (db: Transaction, row: Row<'entries'>) => insert.run(db, row)

export const updateEntry = (
  db: Transaction,
  workspace: string,
  id: string,
  set: Partial<NewRow<'entries'>>,
) => db.updateTable('entries').set(set).where('workspace_id', '=', workspace).where('id', '=', id).execute()

export interface EntryFilter {
  from?: number | undefined
  to?: number | undefined
  project?: string | undefined
  client?: string | undefined
  task?: string | undefined
  member?: string | undefined
  tag_key?: string | undefined
  billable?: boolean | undefined
  invoiced?: boolean | undefined
  search_key?: string | undefined
}

export type EntrySort = 'sort_at' | 'created_at' | 'seconds'

export interface EntryPage {
  sort: EntrySort
  descending: boolean
  after?: { value: number; id: string } | undefined
  limit: number
}

export const listEntries = (db: Reader, workspace: string, filter: EntryFilter, page: EntryPage) =>
  pageOf(filtered(withNames(db).where('e.workspace_id', '=', workspace), filter), page).execute()

type EntryQuery = ReturnType<typeof withNames>

function filtered(query: EntryQuery, filter: EntryFilter): EntryQuery {
  const { client, from, member, project, search_key, tag_key, task, to } = filter
  let chosen = query.where('e.deleted_at', 'is', null)
  if (from !== undefined) chosen = chosen.where('e.sort_at', '>=', from)
  if (to !== undefined) chosen = chosen.where('e.sort_at', '<', to)
  if (project !== undefined) chosen = chosen.where('e.project_id', '=', project)
  if (client !== undefined) chosen = chosen.where('p.client_id', '=', client)
  if (task !== undefined) chosen = chosen.where('e.task_id', '=', task)
  if (member !== undefined) chosen = chosen.where('e.member_id', '=', member)
  if (filter.billable !== undefined) chosen = chosen.where('e.billable', '=', filter.billable ? 1 : 0)
  if (filter.invoiced !== undefined)
    chosen = chosen.where('e.invoice_id', filter.invoiced ? 'is not' : 'is', null)
  if (tag_key !== undefined) {
    chosen = chosen.where(eb =>
      eb.exists(
        eb
          .selectFrom('entry_tags as g')
          .select('g.entry_id')
          .whereRef('g.workspace_id', '=', 'e.workspace_id')
          .where('g.tag_key', '=', tag_key)
          .whereRef('g.entry_id', '=', 'e.id'),
      ),
    )
  }
  if (search_key !== undefined) {
    const like = `%${search_key.replaceAll(/[%_\\]/g, sign => `\\${sign}`)}%`
    chosen = chosen.where(
      sql<boolean>`(e.description_key like ${like} escape '\\' or p.name_key like ${like} escape '\\')`,
    )
  }
  return chosen
}

function pageOf(query: EntryQuery, page: EntryPage): EntryQuery {
  const { after, descending, limit, sort } = page
  const direction = descending ? 'desc' : 'asc'
  const sorted = query.orderBy(`e.${sort}`, direction).orderBy('e.id', direction).limit(limit)
  if (!after) return sorted
  return sorted.where(eb =>
    eb(eb.refTuple(`e.${sort}`, 'e.id'), descending ? '<' : '>', eb.tuple(after.value, after.id)),
  )
}

const insertTag = insertOf('entry_tags', ['workspace_id', 'tag_key', 'entry_id', 'tag'])

export async function replaceTags(
  db: Transaction,
  workspace: string,
  entry: string,
  tags: readonly { tag: string; tag_key: string }[],
): Promise<void> {
  await db
    .deleteFrom('entry_tags')
    .where('workspace_id', '=', workspace)
    .where('entry_id', '=', entry)
    .execute()
  for (const tag of tags) await insertTag.run(db, { workspace_id: workspace, entry_id: entry, ...tag })
}

export const addTag = (db: Transaction, row: Row<'entry_tags'>) => insertTag.run(db, row)

export const listTags = (db: Reader, workspace: string) =>
  db
    .selectFrom('entry_tags as g')
    .innerJoin('entries as e', join =>
      join.onRef('e.workspace_id', '=', 'g.workspace_id').onRef('e.id', '=', 'g.entry_id'),
    )
    .select(eb => [
      eb.fn.min('g.tag').as('tag'),
      eb.fn.countAll<number>().as('entries'),
      eb.fn.sum<number>('e.seconds').as('seconds'),
    ])
    .where('g.workspace_id', '=', workspace)
    .where('e.deleted_at', 'is', null)
    .groupBy('g.tag_key')
    .orderBy('g.tag_key')
    .execute()

export async function tagKeysOf(db: Reader, workspace: string, entry: string): Promise<string[]> {
  const rows = await db
    .selectFrom('entry_tags')
    .select('tag_key')
    .where('workspace_id', '=', workspace)
    .where('entry_id', '=', entry)
    .execute()
  return rows.map(row => row.tag_key)
}
