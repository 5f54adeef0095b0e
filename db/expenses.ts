import { sql } from 'kysely'
import { billedElsewhere } from '../src/domain/entry.ts'
import { insertOf } from './insert.ts'
import { like } from './like.ts'
import type { NewRow, Row } from './schema.ts'
import { type Builder, statement } from './statement.ts'
import type { Reader, Transaction } from './store.ts'
import { within } from './within.ts'

const joined = (db: Pick<Builder, 'selectFrom'>) =>
  db
    .selectFrom('expenses as e')
    .innerJoin('members as m', join =>
      join.onRef('m.workspace_id', '=', 'e.workspace_id').onRef('m.id', '=', 'e.member_id'),
    )
    .leftJoin('projects as p', join =>
      join.onRef('p.workspace_id', '=', 'e.workspace_id').onRef('p.id', '=', 'e.project_id'),
    )
    .leftJoin('clients as c', join =>
      join
        .onRef('c.workspace_id', '=', 'e.workspace_id')
        .on('c.id', '=', eb => eb.fn.coalesce('p.client_id', 'e.client_id')),
    )
    .leftJoin('invoices as i', join =>
      join.onRef('i.workspace_id', '=', 'e.workspace_id').onRef('i.id', '=', 'e.invoice_id'),
    )
    .selectAll('e')
    .select([
      'm.name as member_name',
      'c.id as billed_client_id',
      'c.name as client_name',
      'p.name as project_name',
      'i.number as invoice_number',
      'i.status as invoice_status',
    ])

const byId = statement<{ workspace: string; id: string }>()((db, $) =>
  joined(db).where('e.workspace_id', '=', $.workspace).where('e.id', '=', $.id),
)

export const findExpense = (db: Reader, workspace: string, id: string) => byId.first(db, { workspace, id })
export type ExpenseRow = NonNullable<Awaited<ReturnType<typeof findExpense>>>

export interface ExpenseFilter {
  /** First day, and the first that is out. */
  from?: string | undefined
  to?: string | undefined
  client?: string | undefined
  project?: string | undefined
  /** On an invoice that is no draft. */
  billed?: boolean | undefined
  category_key?: string | undefined
  search_key?: string | undefined
  member?: string | undefined
  /** JSON lists of projects, and of clients whose own expenses are seen as well. */
  within?: string | undefined
  within_clients?: string | undefined
}

export interface ExpensePage {
  descending: boolean
  after?: { date: string; id: string } | undefined
  limit: number
}

export function listExpenses(db: Reader, workspace: string, filter: ExpenseFilter, page: ExpensePage) {
  const { billed, category_key, client, from, project, search_key, to } = filter
  const direction = page.descending ? 'desc' : 'asc'
  return joined(db)
    .where('e.workspace_id', '=', workspace)
    .where('e.deleted_at', 'is', null)
    .$if(from !== undefined, query => query.where('e.date', '>=', from ?? ''))
    .$if(to !== undefined, query => query.where('e.date', '<', to ?? ''))
    .$if(client !== undefined, query => query.where('c.id', '=', client ?? ''))
    .$if(project !== undefined, query => query.where('e.project_id', '=', project ?? ''))
    .$if(billed !== undefined, query =>
      // without an invoice there is no status
      query.where(
        sql<string>`coalesce(i.status, iif(e.invoice_id = ${billedElsewhere}, 'sent', 'draft'))`,
        billed ? '<>' : '=',
        'draft',
      ),
    )
    .$if(category_key !== undefined, query => query.where('e.category_key', '=', category_key ?? ''))
    .$if(search_key !== undefined, query =>
      query.where(eb =>
        eb.or(
          [sql`e.description_key`, sql`e.category_key`, sql`p.name_key`, sql`c.name_key`].map(column =>
            like(column, search_key),
          ),
        ),
      ),
    )
    .$if(filter.member !== undefined, query => query.where('e.member_id', '=', filter.member ?? ''))
    .$if(filter.within !== undefined, query =>
      query.where(eb =>
        eb.or([within(sql`e.project_id`, filter.within), within(sql`e.client_id`, filter.within_clients)]),
      ),
    )
    .$if(page.after !== undefined, query =>
      query.where(eb =>
        eb(
          eb.refTuple('e.date', 'e.id'),
          page.descending ? '<' : '>',
          eb.tuple(page.after?.date ?? '', page.after?.id ?? ''),
        ),
      ),
    )
    .orderBy('e.date', direction)
    .orderBy('e.id', direction)
    .limit(page.limit)
    .execute()
}

export const expenseColumns = [
  'workspace_id',
  'id',
  'member_id',
  'client_id',
  'project_id',
  'date',
  'category',
  'category_key',
  'description',
  'description_key',
  'currency',
  'amount',
  'billable',
  'markup',
  'charge',
  'usage',
  'invoice_id',
  'version',
  'created_at',
  'updated_at',
  'deleted_at',
] as const

const insert = insertOf('expenses', expenseColumns)

export const insertExpense = (db: Transaction, row: Row<'expenses'>) => insert.run(db, row)

export const updateExpense = (
  db: Transaction,
  workspace: string,
  id: string,
  set: Partial<NewRow<'expenses'>>,
) => db.updateTable('expenses').set(set).where('workspace_id', '=', workspace).where('id', '=', id).execute()

export const deleteExpense = (db: Transaction, workspace: string, id: string) =>
  db.deleteFrom('expenses').where('workspace_id', '=', workspace).where('id', '=', id).execute()
