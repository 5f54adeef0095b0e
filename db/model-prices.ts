import { insertOf } from './insert.ts'
import type { Row } from './schema.ts'
import type { Reader, Transaction } from './store.ts'

export type ModelPriceRow = Row<'model_prices'>

export interface ModelPriceFilter {
  model?: string | undefined
  currency?: string | undefined
  effective_from?: string | undefined
}

export const findModelPrices = (db: Reader, workspace: string, filter: ModelPriceFilter = {}) =>
  db
    .selectFrom('model_prices')
    .selectAll()
    .where('workspace_id', '=', workspace)
    .$if(filter.model !== undefined, query => query.where('model', '=', filter.model ?? ''))
    .$if(filter.currency !== undefined, query => query.where('currency', '=', filter.currency ?? ''))
    .$if(filter.effective_from !== undefined, query =>
      query.where('effective_from', '=', filter.effective_from ?? ''),
    )
    .orderBy('model')
    .orderBy('currency')
    .orderBy('effective_from')
    .execute()

const insert = insertOf('model_prices', [
  'workspace_id',
  'model',
  'currency',
  'effective_from',
  'input',
  'output',
  'cache_read',
  'cache_write',
  'created_at',
])
export const insertModelPrice = (db: Transaction, row: ModelPriceRow) => insert.run(db, row)

type Key = Pick<ModelPriceRow, 'workspace_id' | 'model' | 'currency' | 'effective_from'>

export const deleteModelPrice = (db: Transaction, key: Key) =>
  db
    .deleteFrom('model_prices')
    .where('workspace_id', '=', key.workspace_id)
    .where('model', '=', key.model)
    .where('currency', '=', key.currency)
    .where('effective_from', '=', key.effective_from)
    .execute()
