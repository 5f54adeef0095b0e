import { sql } from 'kysely'
import { insertOf } from './insert.ts'
import type { NewRow, Row } from './schema.ts'
import { type Builder, statement } from './statement.ts'
import type { Reader, Transaction } from './store.ts'

const withClient = (db: Pick<Builder, 'selectFrom'>) =>
  db
    .selectFrom('invoices as i')
    .innerJoin('clients as c', join =>
      join.onRef('c.workspace_id', '=', 'i.workspace_id').onRef('c.id', '=', 'i.client_id'),
    )
    .selectAll('i')
    .select(['c.name as client_name'])

const byRef = statement<{ workspace: string; ref: string }>()((db, $) =>
  withClient(db)
    .where('i.workspace_id', '=', $.workspace)
    .where(eb => eb.or([eb('i.id', '=', $.ref), eb('i.number', '=', $.ref)])),
)

/** By its id or its number. */
export const findInvoice = (db: Reader, workspace: string, ref: string) => byRef.first(db, { workspace, ref })
export type InvoiceRow = NonNullable<Awaited<ReturnType<typeof findInvoice>>>

const insert = insertOf('invoices', [
  'workspace_id',
  'id',
  'client_id',
  'member_id',
  'status',
  'number',
  'issued_on',
  'due_on',
  'currency',
  'period',
  'options',
  'total',
  'paid',
  'document',
  'sent_at',
  'voided_at',
  'version',
  'created_at',
  'updated_at',
])
export const insertInvoice = (db: Transaction, row: Row<'invoices'>) => insert.run(db, row)

export const updateInvoice = (
  db: Transaction,
  workspace: string,
  id: string,
  set: Partial<NewRow<'invoices'>>,
) => db.updateTable('invoices').set(set).where('workspace_id', '=', workspace).where('id', '=', id).execute()

/** For good: only a draft may go, with its own lines. */
export async function deleteInvoice(db: Transaction, workspace: string, id: string): Promise<void> {
  await db
    .deleteFrom('invoice_lines')
    .where('workspace_id', '=', workspace)
    .where('invoice_id', '=', id)
    .execute()
  await db.deleteFrom('invoices').where('workspace_id', '=', workspace).where('id', '=', id).execute()
}

export interface InvoiceFilter {
  status?: 'draft' | 'sent' | 'paid' | 'void' | 'overdue' | 'unpaid' | undefined
  client?: string | undefined
  /** Days between which it was issued, or made as long as it is a draft; both included. */
  from_day?: string | undefined
  to_day?: string | undefined
  from?: number | undefined
  to?: number | undefined
  today: string
  oldest_first?: boolean
  after?: { value: number; id: string } | undefined
  limit: number
}

/** Newest first, unless asked otherwise. */
export function listInvoices(db: Reader, workspace: string, filter: InvoiceFilter) {
  const { after, client, from, from_day, status, to, to_day, today } = filter
  const direction = filter.oldest_first ? 'asc' : 'desc'
  const due = sql<boolean>`i.status = 'sent' and i.paid < i.total`
  const paid = sql<boolean>`i.status = 'sent' and i.paid >= i.total`
  return withClient(db)
    .where('i.workspace_id', '=', workspace)
    .$if(status === 'draft' || status === 'void', query =>
      query.where('i.status', '=', status === 'void' ? 'void' : 'draft'),
    )
    .$if(status === 'paid', query => query.where(paid))
    .$if(status === 'sent' || status === 'unpaid' || status === 'overdue', query => query.where(due))
    .$if(status === 'overdue', query => query.where('i.due_on', '<', today))
    .$if(client !== undefined, query => query.where('i.client_id', '=', client ?? ''))
    .$if(from !== undefined, query =>
      query.where(
        sql<boolean>`case when i.issued_on is null then i.created_at >= ${from ?? 0} else i.issued_on >= ${from_day ?? ''} end`,
      ),
    )
    .$if(to !== undefined, query =>
      query.where(
        sql<boolean>`case when i.issued_on is null then i.created_at < ${to ?? 0} else i.issued_on < ${to_day ?? ''} end`,
      ),
    )
    .$if(after !== undefined, query =>
      query.where(eb =>
        eb(
          eb.refTuple('i.created_at', 'i.id'),
          filter.oldest_first ? '>' : '<',
          eb.tuple(after?.value ?? 0, after?.id ?? ''),
        ),
      ),
    )
    .orderBy('i.created_at', direction)
    .orderBy('i.id', direction)
    .limit(filter.limit)
    .execute()
}

/** The drafts for a client, the oldest first. */
export const findDrafts = (db: Reader, workspace: string, client: string) =>
  db
    .selectFrom('invoices')
    .select(['id', 'client_id', 'currency', 'period', 'options'])
    .where('workspace_id', '=', workspace)
    .where('client_id', '=', client)
    .where('status', '=', 'draft')
    .orderBy('created_at')
    .orderBy('id')
    .execute()

/** The next number of a series: whoever sends holds the store, so that none is left out or given twice. */
export async function nextNumber(db: Transaction, workspace: string, series: string): Promise<number> {
  await db
    .insertInto('invoice_numbers')
    .values({ workspace_id: workspace, series, last: 0 })
    .onConflict(conflict => conflict.doNothing())
    .execute()
  const { last } = await db
    .updateTable('invoice_numbers')
    .set(eb => ({ last: eb('last', '+', 1) }))
    .where('workspace_id', '=', workspace)
    .where('series', '=', series)
    .returning('last')
    .executeTakeFirstOrThrow()
  return last
}

export type CustomLineRow = Row<'invoice_lines'>

export const findCustomLines = (db: Reader, workspace: string, invoice: string) =>
  db
    .selectFrom('invoice_lines')
    .selectAll()
    .where('workspace_id', '=', workspace)
    .where('invoice_id', '=', invoice)
    .orderBy('id')
    .execute()

export const insertCustomLine = (db: Transaction, row: CustomLineRow) =>
  db.insertInto('invoice_lines').values(row).execute()

export const deleteCustomLine = (db: Transaction, workspace: string, id: string) =>
  db.deleteFrom('invoice_lines').where('workspace_id', '=', workspace).where('id', '=', id).execute()

export const insertPayment = (db: Transaction, row: Row<'payments'>) =>
  db.insertInto('payments').values(row).execute()

export const findPayments = (db: Reader, workspace: string, invoice: string) =>
  db
    .selectFrom('payments')
    .selectAll()
    .where('workspace_id', '=', workspace)
    .where('invoice_id', '=', invoice)
    .orderBy('date')
    .orderBy('id')
    .execute()

const takeEntry = statement<{ workspace: string; id: string; invoice: string }>()((db, $) =>
  db
    .updateTable('entries')
    .set({ invoice_id: $.invoice })
    .where('workspace_id', '=', $.workspace)
    .where('id', '=', $.id),
)
const takeExpense = statement<{ workspace: string; id: string; invoice: string }>()((db, $) =>
  db
    .updateTable('expenses')
    .set({ invoice_id: $.invoice })
    .where('workspace_id', '=', $.workspace)
    .where('id', '=', $.id),
)

export interface OnInvoice {
  entries: readonly string[]
  expenses: readonly string[]
}

/** Puts exactly these on an invoice; what else was on it is free again. */
export async function reserve(
  db: Transaction,
  workspace: string,
  invoice: string,
  { entries, expenses }: OnInvoice,
): Promise<void> {
  await release(db, workspace, invoice)
  for (const id of entries) await takeEntry.run(db, { workspace, id, invoice })
  for (const id of expenses) await takeExpense.run(db, { workspace, id, invoice })
}

export async function release(db: Transaction, workspace: string, invoice: string): Promise<void> {
  for (const table of ['entries', 'expenses'] as const) {
    await db
      .updateTable(table)
      .set({ invoice_id: null })
      .where('workspace_id', '=', workspace)
      .where('invoice_id', '=', invoice)
      .execute()
  }
}

/** Sent invoices of a client that were not voided, with what they were billed by. */
export const findBilled = (db: Reader, workspace: string, client: string) =>
  db
    .selectFrom('invoices')
    .select(['id', 'options'])
    .where('workspace_id', '=', workspace)
    .where('client_id', '=', client)
    .where('status', '=', 'sent')
    .execute()

/** The billable spans of entries on these invoices that share time with a stretch. */
export const findBilledSpans = (
  db: Reader,
  workspace: string,
  invoices: readonly string[],
  { from, to }: { from: number; to: number },
) =>
  db
    .selectFrom('entries as e')
    .innerJoin('spans as s', join =>
      join.onRef('s.workspace_id', '=', 'e.workspace_id').onRef('s.entry_id', '=', 'e.id'),
    )
    .select(['e.member_id as member', 's.started_at as start', 's.ended_at as end'])
    .where('e.workspace_id', '=', workspace)
    .where('e.invoice_id', 'in', invoices)
    .where('e.billable', '=', 1)
    .where(eb => eb.or([eb('s.kind', '=', 'active'), eb('e.bill_agent_time', '=', 1)]))
    .where('s.started_at', '<', to)
    .where('s.ended_at', '>', from)
    .execute()

export interface ExpenseFilter {
  client: string
  projects: readonly string[] | undefined
  from_day: string
  /** Not included. */
  to_day: string
  currency: string
}

const expenses = (db: Reader, workspace: string) =>
  db
    .selectFrom('expenses as x')
    .leftJoin('projects as p', join =>
      join.onRef('p.workspace_id', '=', 'x.workspace_id').onRef('p.id', '=', 'x.project_id'),
    )
    .selectAll('x')
    .select('p.name as project_name')
    .where('x.workspace_id', '=', workspace)
    .where('x.deleted_at', 'is', null)
    .where('x.billable', '=', 1)
    .orderBy('x.date')
    .orderBy('x.id')

/** Billable expenses on no invoice, or on this one. */
export const findUnbilledExpenses = (
  db: Reader,
  workspace: string,
  filter: ExpenseFilter,
  invoice?: string,
) =>
  expenses(db, workspace)
    .where(eb => eb.or([eb('x.client_id', '=', filter.client), eb('p.client_id', '=', filter.client)]))
    .where('x.currency', '=', filter.currency)
    .where('x.date', '>=', filter.from_day)
    .where('x.date', '<', filter.to_day)
    .where(eb => eb.or([eb('x.invoice_id', 'is', null), eb('x.invoice_id', '=', invoice ?? '')]))
    .$if(filter.projects !== undefined, query => query.where('x.project_id', 'in', filter.projects ?? []))
    .execute()

export type BillableExpenseRow = Awaited<ReturnType<typeof findUnbilledExpenses>>[number]
