import { sql } from 'kysely'
import { like } from './like.ts'
import type { NewRow } from './schema.ts'
import { type Builder, statement } from './statement.ts'
import type { Reader, Transaction } from './store.ts'
import { within } from './within.ts'

const withClient = (db: Pick<Builder, 'selectFrom'>) =>
  db
    .selectFrom('projects as p')
    .leftJoin('clients as c', join =>
      join.onRef('c.workspace_id', '=', 'p.workspace_id').onRef('c.id', '=', 'p.client_id'),
    )
    .selectAll('p')
    .select(['c.name as client_name', 'c.currency as client_currency'])

const byId = statement<{ workspace: string; id: string }>()((db, $) =>
  withClient(db).where('p.workspace_id', '=', $.workspace).where('p.id', '=', $.id),
)
const byKey = statement<{ workspace: string; key: string }>()((db, $) =>
  withClient(db).where('p.workspace_id', '=', $.workspace).where('p.name_key', '=', $.key),
)

export const findProject = (db: Reader, workspace: string, id: string) => byId.first(db, { workspace, id })

/** Names are unique for a client only: there may be several. */
export const findProjectsByKey = (db: Reader, workspace: string, key: string) =>
  byKey.all(db, { workspace, key })

export type ProjectRow = NonNullable<Awaited<ReturnType<typeof findProject>>>

/** What people may type for a project. */
export async function findProjectNames(db: Reader, workspace: string) {
  const rows = await withClient(db).where('p.workspace_id', '=', workspace).execute()
  const aliases = await aliasesOf(db, workspace)
  return rows.map(row => ({
    id: row.id,
    name: row.name,
    client: row.client_name,
    client_id: row.client_id,
    archived: row.archived_at !== null,
    aliases: aliases.get(row.id) ?? [],
  }))
}

export async function aliasesOf(db: Reader, workspace: string, project?: string) {
  const rows = await db
    .selectFrom('project_aliases')
    .select(['project_id', 'alias'])
    .where('workspace_id', '=', workspace)
    .$if(project !== undefined, query => query.where('project_id', '=', project ?? ''))
    .orderBy('alias_key')
    .execute()
  const byProject = new Map<string, string[]>()
  for (const row of rows) byProject.set(row.project_id, [...(byProject.get(row.project_id) ?? []), row.alias])
  return byProject
}

export interface ProjectFilter {
  archived: boolean
  client?: string | undefined
  search?: string | undefined
  /** A JSON list of projects. */
  within?: string | undefined
  descending?: boolean
  after?: { key: string; id: string } | undefined
  limit: number
}

export function listProjects(db: Reader, workspace: string, filter: ProjectFilter) {
  const { after, client, descending, search } = filter
  const direction = descending ? 'desc' : 'asc'
  return withClient(db)
    .where('p.workspace_id', '=', workspace)
    .where('p.archived_at', filter.archived ? 'is not' : 'is', null)
    .$if(client !== undefined, query => query.where('p.client_id', '=', client ?? ''))
    .$if(filter.within !== undefined, query => query.where(within(sql`p.id`, filter.within)))
    .$if(search !== undefined, query =>
      query.where(sql<boolean>`(${like(sql`p.name_key`, search)} or ${like(sql`c.name_key`, search)})`),
    )
    .$if(after !== undefined, query =>
      query.where(eb =>
        eb(
          eb.refTuple('p.name_key', 'p.id'),
          descending ? '<' : '>',
          eb.tuple(after?.key ?? '', after?.id ?? ''),
        ),
      ),
    )
    .orderBy('p.name_key', direction)
    .orderBy('p.id', direction)
    .limit(filter.limit)
    .execute()
}

export const insertProject = (db: Transaction, row: NewRow<'projects'>) =>
  db.insertInto('projects').values(row).execute()

export const updateProject = (
  db: Transaction,
  workspace: string,
  id: string,
  set: Partial<NewRow<'projects'>>,
) => db.updateTable('projects').set(set).where('workspace_id', '=', workspace).where('id', '=', id).execute()

export async function deleteProject(db: Transaction, workspace: string, id: string): Promise<void> {
  await replaceAliases(db, workspace, id, [])
  await db.deleteFrom('projects').where('workspace_id', '=', workspace).where('id', '=', id).execute()
}

export async function replaceAliases(
  db: Transaction,
  workspace: string,
  project: string,
  aliases: readonly { alias: string; alias_key: string }[],
): Promise<void> {
  await db
    .deleteFrom('project_aliases')
    .where('workspace_id', '=', workspace)
    .where('project_id', '=', project)
    .execute()
  if (aliases.length === 0) return
  await db
    .insertInto('project_aliases')
    .values(aliases.map(alias => ({ workspace_id: workspace, project_id: project, ...alias })))
    .execute()
}

/** Whether anything would hang in the air without this project. */
export async function projectIsUsed(db: Reader, workspace: string, project: string): Promise<boolean> {
  for (const table of ['entries', 'sessions', 'tasks', 'mappings', 'expenses', 'member_projects'] as const) {
    const row = await db
      .selectFrom(table)
      .select('project_id')
      .where('workspace_id', '=', workspace)
      .where('project_id', '=', project)
      .limit(1)
      .executeTakeFirst()
    if (row) return true
  }
  return false
}
