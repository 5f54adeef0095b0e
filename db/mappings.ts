import { sql } from 'kysely'
import type { NewRow } from './schema.ts'
import type { Reader, Transaction } from './store.ts'
import { within } from './within.ts'

export const findMapping = (db: Reader, workspace: string, directory: string) =>
  db
    .selectFrom('mappings')
    .selectAll()
    .where('workspace_id', '=', workspace)
    .where('directory', '=', directory)
    .executeTakeFirst()

export const listMappings = (
  db: Reader,
  workspace: string,
  page: {
    after?: string | undefined
    descending?: boolean
    limit?: number
    within?: string | undefined
  } = {},
) =>
  db
    .selectFrom('mappings as m')
    .innerJoin('projects as p', join =>
      join.onRef('p.workspace_id', '=', 'm.workspace_id').onRef('p.id', '=', 'm.project_id'),
    )
    .selectAll('m')
    .select('p.name as project_name')
    .where('m.workspace_id', '=', workspace)
    .$if(page.after !== undefined, query =>
      query.where('m.directory', page.descending ? '<' : '>', page.after ?? ''),
    )
    .$if(page.within !== undefined, query => query.where(within(sql`m.project_id`, page.within)))
    .orderBy('m.directory', page.descending ? 'desc' : 'asc')
    .$if(page.limit !== undefined, query => query.limit(page.limit ?? 0))
    .execute()

export const saveMapping = (db: Transaction, row: NewRow<'mappings'>) =>
  db
    .insertInto('mappings')
    .values(row)
    .onConflict(conflict =>
      conflict
        .columns(['workspace_id', 'directory'])
        .doUpdateSet({ project_id: row.project_id, origin: row.origin ?? null }),
    )
    .execute()

export const deleteMapping = (db: Transaction, workspace: string, directory: string) =>
  db.deleteFrom('mappings').where('workspace_id', '=', workspace).where('directory', '=', directory).execute()
