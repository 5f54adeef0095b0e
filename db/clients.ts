import { sql } from 'kysely'
import { like } from './like.ts'
import type { NewRow } from './schema.ts'
import { statement } from './statement.ts'
import type { Reader, Transaction } from './store.ts'
import { within } from './within.ts'

const byId = statement<{ workspace: string; id: string }>()((db, $) =>
  db.selectFrom('clients').selectAll().where('workspace_id', '=', $.workspace).where('id', '=', $.id),
)

export const findClient = (db: Reader, workspace: string, id: string) => byId.first(db, { workspace, id })

export const findClientByKey = (db: Reader, workspace: string, key: string) =>
  db
    .selectFrom('clients')
    .selectAll()
    .where('workspace_id', '=', workspace)
    .where('name_key', '=', key)
    .executeTakeFirst()

export const findClientNames = (db: Reader, workspace: string) =>
  db
    .selectFrom('clients')
    .select(['id', 'name', 'archived_at'])
    .where('workspace_id', '=', workspace)
    .execute()

export interface ClientFilter {
  archived: boolean
  search?: string | undefined
  /** A JSON list of clients. */
  within?: string | undefined
  descending?: boolean
  after?: { key: string; id: string } | undefined
  limit: number
}

export function listClients(db: Reader, workspace: string, filter: ClientFilter) {
  const { after, descending, search } = filter
  const direction = descending ? 'desc' : 'asc'
  return db
    .selectFrom('clients')
    .selectAll()
    .where('workspace_id', '=', workspace)
    .where('archived_at', filter.archived ? 'is not' : 'is', null)
    .$if(filter.within !== undefined, query => query.where(within(sql`id`, filter.within)))
    .$if(search !== undefined, query => query.where(like(sql`name_key`, search)))
    .$if(after !== undefined, query =>
      query.where(eb =>
        eb(
          eb.refTuple('name_key', 'id'),
          descending ? '<' : '>',
          eb.tuple(after?.key ?? '', after?.id ?? ''),
        ),
      ),
    )
    .orderBy('name_key', direction)
    .orderBy('id', direction)
    .limit(filter.limit)
    .execute()
}

export const insertClient = (db: Transaction, row: NewRow<'clients'>) =>
  db.insertInto('clients').values(row).execute()

export const updateClient = (
  db: Transaction,
  workspace: string,
  id: string,
  set: Partial<NewRow<'clients'>>,
) => db.updateTable('clients').set(set).where('workspace_id', '=', workspace).where('id', '=', id).execute()

export const deleteClient = (db: Transaction, workspace: string, id: string) =>
  db.deleteFrom('clients').where('workspace_id', '=', workspace).where('id', '=', id).execute()

export async function clientIsUsed(db: Reader, workspace: string, client: string): Promise<boolean> {
  for (const table of ['projects', 'invoices', 'expenses'] as const) {
    const row = await db
      .selectFrom(table)
      .select('id')
      .where('workspace_id', '=', workspace)
      .where('client_id', '=', client)
      .limit(1)
      .executeTakeFirst()
    if (row) return true
  }
  return false
}
