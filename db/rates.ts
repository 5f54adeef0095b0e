import { insertOf } from './insert.ts'
import type { Row } from './schema.ts'
import { statement } from './statement.ts'
import type { Reader, Transaction } from './store.ts'

export type RateRow = Row<'rates'>

const holding = statement<{
  workspace: string
  task: string | null
  project: string
  client: string | null
  member: string
}>()((db, $) =>
  db
    .selectFrom('rates')
    .selectAll()
    .where('workspace_id', '=', $.workspace)
    .where('owner_id', 'in', [$.task ?? '', $.project, $.client ?? '', $.member, $.workspace]),
)

export interface RateOwners {
  task: string | null
  project: string
  client: string | null
  member: string
}

/** All that may hold for time of that task, project, client, member and workspace, on whatever day. */
export const findRatesFor = (db: Reader, workspace: string, owners: RateOwners) =>
  holding.all(db, { workspace, ...owners })

const ofOwner = statement<{ workspace: string; owner: string }>()((db, $) =>
  db
    .selectFrom('rates')
    .selectAll()
    .where('workspace_id', '=', $.workspace)
    .where('owner_id', '=', $.owner)
    .orderBy('kind')
    .orderBy('effective_from'),
)
export const findRatesOf = (db: Reader, workspace: string, owner: string) =>
  ofOwner.all(db, { workspace, owner })

export const findAllRates = (db: Reader, workspace: string) =>
  db
    .selectFrom('rates')
    .selectAll()
    .where('workspace_id', '=', workspace)
    .orderBy('level')
    .orderBy('owner_id')
    .orderBy('kind')
    .orderBy('effective_from')
    .execute()

const insert = insertOf('rates', [
  'workspace_id',
  'id',
  'level',
  'owner_id',
  'kind',
  'currency',
  'amount',
  'percent',
  'effective_from',
  'created_at',
])
export const insertRate = (db: Transaction, row: RateRow) => insert.run(db, row)

export const deleteRate = (db: Transaction, workspace: string, id: string) =>
  db.deleteFrom('rates').where('workspace_id', '=', workspace).where('id', '=', id).execute()

export async function replaceRatesOf(
  db: Transaction,
  workspace: string,
  owner: string,
  rows: readonly RateRow[],
): Promise<void> {
  await db.deleteFrom('rates').where('workspace_id', '=', workspace).where('owner_id', '=', owner).execute()
  for (const row of rows) await insert.run(db, row)
}
