import * as z from 'zod'
import { findPayments, type InvoiceRow } from '../../db/invoices.ts'
import { hours } from '../domain/duration.ts'
import { instant, toText } from '../domain/instant.ts'
import { groupings, type InvoiceDocument, invoiceDocument, strategies } from '../domain/invoice-document.ts'
import { amountOut, type Minor, moneyText } from '../domain/money.ts'
import { reference } from '../domain/reference.ts'
import type { Context } from './context.ts'
import { type Draft, draftOf } from './draft.ts'
import { type Bill, billOf, dayNow, documentOf, notesOf } from './invoice.ts'

const payment = z.object({
  id: z.string(),
  date: z.string(),
  amount: amountOut(),
  method: z.string().optional(),
})

const money = {
  subtotal: amountOut(),
  discount: amountOut(),
  tax: amountOut(),
  total: amountOut(),
  paid: amountOut(),
  due: amountOut(),
}

/** An invoice with all that is known of it. */
export const invoice = invoiceDocument.extend({
  id: z.string().optional().describe('A preview has none'),
  ...money,
  client: reference,
  payment_status: z.enum(['unpaid', 'partial', 'paid']).optional(),
  overdue: z.literal(true).optional(),
  group_by: z.enum(groupings),
  payments: z.array(payment).optional(),
  strategies: z
    .array(z.object({ strategy: z.enum(strategies), seconds: z.int(), total: amountOut() }))
    .optional()
    .describe('What each overlap strategy comes to'),
  left_out: z
    .array(z.object({ reason: z.string(), entries: z.int(), seconds: z.int(), ids: z.array(z.string()) }))
    .optional(),
  hanging_over: z.array(z.string()).optional().describe('Entries that end after the period, billed whole'),
  notes_to_you: z.array(z.string()).optional().describe('Not on the invoice'),
  sent_at: instant.optional(),
  voided_at: instant.optional(),
  version: z.int().optional(),
  created_at: instant.optional(),
  updated_at: instant.optional(),
})
export type Invoice = z.infer<typeof invoice>

/** The row in a list: what it is and what it comes to. */
export const listedInvoice = invoice.pick({
  id: true,
  number: true,
  status: true,
  payment_status: true,
  overdue: true,
  client: true,
  currency: true,
  period: true,
  issued_on: true,
  due_on: true,
  total: true,
  paid: true,
  due: true,
  version: true,
})

/** What was sent stands as it was sent; a draft is computed anew. */
export async function shownInvoice(context: Context, row: InvoiceRow): Promise<Invoice> {
  return row.document === null ? shownDraft(context, row) : shownSent(context, row, row.document)
}

/** A draft as it comes out now; what it comes to may be known already. */
export async function shownDraft(context: Context, row: InvoiceRow, known?: Bill): Promise<Invoice> {
  const draft = draftOf(row)
  const bill = known ?? (await billOf(context, draft, row))
  const client = { id: row.client_id, name: row.client_name }
  const document = await documentOf(context, draft, bill, { id: row.id })
  return {
    ...previewOf(document, draft, bill, client),
    status: row.status === 'void' ? 'void' : 'draft',
    ...stampsOf(row),
  }
}

async function shownSent(context: Context, row: InvoiceRow, frozen: string): Promise<Invoice> {
  const document = JSON.parse(frozen) as InvoiceDocument
  const payments = await findPayments(context.db, context.workspace.id, row.id)
  return {
    ...paidAs(document, row),
    client: { id: row.client_id, name: row.client_name },
    group_by: draftOf(row).options.grouping,
    ...standingOf(context, row),
    ...(payments.length > 0 && {
      payments: payments.map(({ amount, date, id, method }) => ({
        id,
        date,
        amount: moneyText(amount, row.currency),
        ...(method !== null && { method }),
      })),
    }),
    ...stampsOf(row),
  }
}

/** The document as it is printed now: its lines as they were sent, what was paid as it is. */
export function paidAs(document: InvoiceDocument, row: InvoiceRow): InvoiceDocument {
  const total: Minor = row.total ?? 0
  return {
    ...document,
    status: row.status === 'void' ? 'void' : row.paid >= total ? 'paid' : 'sent',
    paid: moneyText(row.paid, row.currency),
    due: moneyText(row.status === 'void' ? 0 : total - row.paid, row.currency),
  }
}

export function standingOf(context: Context, row: InvoiceRow) {
  if (row.status !== 'sent') return {}
  const total = row.total ?? 0
  const status =
    row.paid >= total ? ('paid' as const) : row.paid > 0 ? ('partial' as const) : ('unpaid' as const)
  const isOverdue = status !== 'paid' && row.due_on !== null && row.due_on < dayNow(context)
  return { payment_status: status, ...(isOverdue && { overdue: true as const }) }
}

const stampsOf = (row: InvoiceRow) => ({
  ...(row.sent_at !== null && { sent_at: toText(row.sent_at) }),
  ...(row.voided_at !== null && { voided_at: toText(row.voided_at) }),
  version: row.version,
  created_at: toText(row.created_at),
  updated_at: toText(row.updated_at),
})

export function previewOf(
  document: Omit<InvoiceDocument, 'id'> & { id?: string },
  draft: Draft,
  bill: Bill,
  client: { id: string; name: string },
): Invoice {
  const notes = notesOf(bill)
  return {
    ...document,
    client,
    group_by: draft.options.grouping,
    strategies: bill.strategies.map(one => ({ ...one, total: moneyText(one.total, draft.currency) })),
    left_out: bill.left_out,
    hanging_over: bill.hanging_over.map(row => row.id),
    ...(notes.length > 0 && { notes_to_you: notes }),
  }
}

export async function shownPreview(
  context: Context,
  draft: Draft,
  bill: Bill,
  client: { id: string; name: string },
): Promise<Invoice> {
  const { id: _none, ...document } = await documentOf(context, draft, bill, { id: '' })
  return previewOf(document, draft, bill, client)
}

/** For a terminal: lines, sums, and what to know. */
export function invoicePage(one: Invoice) {
  const title = one.number ? `Invoice ${one.number}` : one.id ? `Draft ${one.id}` : 'Preview'
  const cells = one.lines.map(line => [
    line.description,
    line.seconds === undefined ? (line.quantity ?? '') : hours(line.seconds),
    line.rate ?? line.unit_price ?? '',
    line.tax_rate === '0' ? '' : `${line.tax_rate}%`,
    line.amount,
    line.note ?? '',
  ])
  const sums: [string, string | undefined][] = [
    ['Subtotal', one.subtotal],
    ['Discount', isNothing(one.discount) ? undefined : `-${one.discount}`],
    ...one.taxes
      .filter(row => !isNothing(row.amount))
      .map((row): [string, string] => [`Tax ${row.rate}%`, row.amount]),
    [`Total ${one.currency}`, one.total],
    ['Due', one.status === 'draft' || one.due === one.total ? undefined : one.due],
  ]
  return [
    `${title} for ${one.client.name}, ${one.status}${one.overdue ? ', overdue' : ''}${one.due_on ? `, due ${one.due_on}` : ''}.`,
    { columns: ['', 'Time', 'Price', 'Tax', 'Amount', ''], rows: cells },
    {
      columns: ['', ''],
      rows: sums.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    },
    ...(one.notes_to_you ?? []),
    ...(one.strategies && new Set(one.strategies.map(row => row.total)).size > 1
      ? [`Overlaps: ${one.strategies.map(row => `${row.strategy} ${row.total}`).join(', ')}.`]
      : []),
  ]
}

const isNothing = (amount: string | undefined): boolean => amount === undefined || /^[0.]+$/.test(amount)
