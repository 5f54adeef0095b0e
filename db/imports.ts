import { insertOf } from './insert.ts'
import type { Row } from './schema.ts'
import type { Reader, Transaction } from './store.ts'

/** Those of these keys that became entries before. */
export async function findImported(
  db: Reader,
  workspace: string,
  keys: readonly string[],
): Promise<Set<string>> {
  const rows = await db
    .selectFrom('imported_rows')
    .select('source_key')
    .where('workspace_id', '=', workspace)
    .where('source_key', 'in', keys)
    .execute()
  return new Set(rows.map(row => row.source_key))
}

/** Those of these ids that are entries here, also deleted ones. */
export async function findEntryIds(
  db: Reader,
  workspace: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const rows = await db
    .selectFrom('entries')
    .select('id')
    .where('workspace_id', '=', workspace)
    .where('id', 'in', ids)
    .execute()
  return new Set(rows.map(row => row.id))
}

const insert = insertOf('imported_rows', ['workspace_id', 'source_key', 'entry_id'])

export const insertImported = (db: Transaction, row: Row<'imported_rows'>) => insert.run(db, row)
