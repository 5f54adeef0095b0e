import * as z from 'zod'
import { findClientByKey } from '../db/clients.ts'
import {
  findCustomLines,
  findInvoice,
  listInvoices as findInvoices,
  type InvoiceRow,
  insertCustomLine,
  insertInvoice,
  release,
  deleteInvoice as removeInvoice,
  reserve,
  updateInvoice as saveInvoice,
} from '../db/invoices.ts'
import { unbilledSums } from '../db/reports.ts'
import type { Row } from '../db/schema.ts'
import { findWorkspace } from '../db/workspaces.ts'
import type { ChangeContext, Context } from '../src/core/context.ts'
import { type Draft, draftOf, type InvoiceOptions } from '../src/core/draft.ts'
import {
  clientRef,
  confirm,
  newestFirst,
  nextCursor,
  pageFields,
  periodFields,
  projectRef,
  version,
} from '../src/core/fields.ts'
import { type Bill, billOf, dayNow, totalOf, widestBillOf } from '../src/core/invoice.ts'
import {
  invoice,
  invoicePage,
  listedInvoice,
  shownDraft,
  shownInvoice,
  shownPreview,
  standingOf,
} from '../src/core/invoice-shown.ts'
import { change, query } from '../src/core/operation.ts'
import { cut, defaultLimit, readNumberCursor, writeCursor } from '../src/core/page.ts'
import { resolveAnyProject, resolveClient } from '../src/core/resolve.ts'
import { calendarOf, firstDayFrom } from '../src/core/time.ts'
import { assertVersion } from '../src/core/version.ts'
import { billingOf, roundingFields, roundingOf } from '../src/domain/billing.ts'
import { hours } from '../src/domain/duration.ts'
import { AppError } from '../src/domain/error.ts'
import { groupings, strategies } from '../src/domain/invoice-document.ts'
import { text } from '../src/domain/label.ts'
import {
  amountsOut,
  type Minor,
  moneyInput,
  moneyText,
  parseMoney,
  parsePercent,
  percentInput,
} from '../src/domain/money.ts'
import { foldName } from '../src/domain/name.ts'
import {
  type Period,
  type PeriodInput,
  periodShape,
  periodText,
  resolvePeriod,
} from '../src/domain/period.ts'
import { reference } from '../src/domain/reference.ts'
import { everyAmountOf } from '../src/domain/report.ts'
import { parseDay } from '../src/domain/zone.ts'
import { worthOf } from './unbilled.ts'

export const invoiceRef = z.string().min(1).max(60).describe('Number, id, or client with one draft')

const optionFields = {
  projects: z.array(projectRef).max(100).optional().describe("Default all the client's"),
  group_by: z.enum(groupings).optional().describe('Default project_task'),
  tax_rate: percentInput().optional().describe('Percent'),
  discount: moneyInput().optional().describe('Amount, or 10%'),
  notes: text(2000).optional().describe('On the invoice'),
  due_date: z.string().max(10).optional().describe('YYYY-MM-DD'),
  terms_days: z.int().min(0).max(365).optional().describe('Instead of due_date'),
  po_number: text(100).optional().describe('Order number'),
  overlap_strategy: z.enum(strategies).optional().describe('Default add'),
  ...roundingFields,
  expenses: z.boolean().optional().describe('Default true'),
  evidence: z.boolean().optional().describe('Annex of sessions and commits'),
}
type OptionInput = z.output<z.ZodObject<typeof optionFields>>

export const draftInvoice = change({
  name: 'draft_invoice',
  summary: 'Draft an invoice of unbilled time and expenses.',
  scope: 'write',
  role: 'manager',
  toolset: 'billing',
  route: 'POST /invoices',
  command: 'invoice <client> [period]',
  examples: [
    'invoice acme last_month --preview',
    'invoice acme last_month --tax-rate 19 --overlap-strategy merge',
    'invoice acme 2026-03 --discount 10% --po-number 4711',
  ],
  input: z.strictObject({
    client: clientRef,
    ...periodFields,
    ...optionFields,
    preview: z.boolean().optional().describe('true writes nothing'),
  }),
  seldom: [
    'rounding_mode',
    'expenses',
    'evidence',
    'terms_days',
    'rounding_scope',
    'rounding_minimum_minutes',
  ],
  output: z.object({ invoice }),
  text: ({ invoice }) => [
    ...invoicePage(invoice),
    ...(invoice.id ? [`Send it: stint invoice send ${invoice.id} --expected-total ${invoice.total}`] : []),
  ],

  async run(context, input) {
    const { db, workspace } = context
    const { client, draft } = await wanted(context, input)
    const bill = await billOf(context, draft)
    if (input.preview) return { invoice: await shownPreview(context, draft, bill, client) }
    assertNotEmpty(bill, client.name)
    const row = newRow(context, draft)
    await insertInvoice(db, row)
    await reserve(db, workspace.id, row.id, takenBy(bill))
    const made = { ...row, client_name: client.name }
    context.emit({ type: 'invoice.created', subject: row.id, after: { ...row, ...takenBy(bill) } })
    return { invoice: await shownDraft(context, made, bill) }
  },
})

export const previewInvoice = query({
  name: 'preview_invoice',
  summary: 'What an invoice would come to; nothing is written.',
  scope: 'read',
  role: 'manager',
  route: 'POST /invoices/preview',
  command: 'invoice preview <client> [period]',
  examples: ['invoice preview acme last_month', 'invoice preview acme --overlap-strategy merge'],
  input: z.strictObject({ client: clientRef, ...periodFields, ...optionFields }),
  output: z.object({ invoice }),
  text: ({ invoice }) => invoicePage(invoice),

  async run(context, input) {
    const { client, draft } = await wanted(context, input)
    return { invoice: await shownPreview(context, draft, await billOf(context, draft), client) }
  },
})

interface DraftInput extends OptionInput {
  client: string
  period?: string | undefined
  from?: string | undefined
  to?: string | undefined
  time_zone?: string | undefined
}

async function wanted(context: Context, input: DraftInput) {
  const { workspace } = context
  const client = await resolveClient(context, input.client)
  const own = await findWorkspace(context.db, workspace.id)
  const [buyer, seller] = [billingOf(client.billing), billingOf(own?.billing ?? '{}')]
  const currency = client.currency ?? workspace.currency
  const usual: InvoiceOptions = {
    grouping: 'project_task',
    overlap_strategy: 'add',
    rounding: roundingOf(buyer),
    tax_rate: parsePercent(buyer.tax_rate ?? seller.tax_rate ?? '0', 'tax_rate', mostTax),
    discount: null,
    expenses: true,
    evidence: false,
  }
  const draft: Draft = {
    client_id: client.id,
    currency,
    period: resolvePeriod(input, calendarOf(context, input.time_zone), 'last_month'),
    options: await changedOptions(context, usual, input, currency, client),
  }
  return { client: { id: client.id, name: client.name }, draft }
}

const mostTax = 100

/** What is said takes the place of what was; empty text takes it away. */
async function changedOptions(
  context: Context,
  before: InvoiceOptions,
  said: OptionInput,
  currency: string,
  client: { id: string; name: string },
): Promise<InvoiceOptions> {
  const { discount, due_date, notes, po_number, tax_rate, terms_days } = said
  if (due_date && terms_days !== undefined)
    throw new AppError('validation_error', 'Give due_date or terms_days, not both.')
  const { due_on, ...rest } = before
  const due = due_date === undefined ? due_on : due_date === '' ? undefined : parseDay(due_date, 'due_date')
  return {
    ...rest,
    ...(said.projects && { projects: await projectsOf(context, said.projects, client) }),
    ...(said.group_by && { grouping: said.group_by }),
    ...(said.overlap_strategy && { overlap_strategy: said.overlap_strategy }),
    rounding: roundingOf({ ...roundingSaid(before), ...defined(said) }),
    ...(tax_rate !== undefined && { tax_rate: parsePercent(tax_rate || '0', 'tax_rate', mostTax) }),
    ...(discount !== undefined && { discount: discountOf(discount, currency) }),
    ...(notes !== undefined && { notes }),
    ...(po_number !== undefined && { po_number }),
    ...(due !== undefined && terms_days === undefined && { due_on: due }),
    ...(terms_days !== undefined && { terms_days }),
    ...(said.expenses !== undefined && { expenses: said.expenses }),
    ...(said.evidence !== undefined && { evidence: said.evidence }),
  }
}

const defined = <T extends object>(of: T): Partial<T> =>
  // only what is undefined goes
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as Partial<T>

const roundingSaid = ({ rounding }: InvoiceOptions) => ({
  rounding_increment_minutes: rounding.increment_minutes,
  rounding_mode: rounding.mode,
  rounding_scope: rounding.scope,
  rounding_minimum_minutes: rounding.minimum_minutes,
})

async function projectsOf(
  context: Context,
  refs: readonly string[],
  client: { id: string; name: string },
): Promise<string[]> {
  const ids: string[] = []
  for (const ref of refs) {
    const project = await resolveAnyProject(context, ref)
    if (project.client_id !== client.id) {
      throw new AppError('validation_error', `${project.name} is not a project of ${client.name}.`, {
        hint: 'list_projects with client shows the projects of a client.',
      })
    }
    ids.push(project.id)
  }
  return ids
}

function discountOf(said: string, currency: string): InvoiceOptions['discount'] {
  if (said.trim() === '') return null
  if (said.includes('%')) return { percent: parsePercent(said, 'discount', 100) }
  const amount: Minor = parseMoney(said, currency, 'discount')
  return { amount }
}

function assertNotEmpty(bill: Bill, client: string): void {
  if (bill.computed.lines.length > 0) return
  const reasons = bill.left_out.map(one => `${one.entries} ${one.reason}`).join(', ')
  throw new AppError('validation_error', `There is nothing to bill ${client} in this period.`, {
    details: { left_out: bill.left_out },
    hint: reasons
      ? `Left out: ${reasons}. With preview: true it is shown in full.`
      : 'Choose another period; get_report shows where time lies.',
  })
}

export const takenBy = (bill: Bill) => ({
  entries: bill.entries.map(row => row.id),
  expenses: bill.expenses.map(row => row.id),
})

function newRow(context: ChangeContext, draft: Draft): Row<'invoices'> {
  const { member, now, workspace } = context
  return {
    workspace_id: workspace.id,
    id: context.newId('inv'),
    client_id: draft.client_id,
    member_id: member.id,
    status: 'draft',
    number: null,
    issued_on: null,
    due_on: null,
    currency: draft.currency,
    period: JSON.stringify(draft.period),
    options: JSON.stringify(draft.options),
    total: null,
    paid: 0,
    document: null,
    sent_at: null,
    voided_at: null,
    version: 1,
    created_at: now,
    updated_at: now,
  }
}

/** The invoice of that number or id, or the one draft of the client with exactly that name. */
export async function storedInvoice(context: Context, ref: string): Promise<InvoiceRow> {
  const { db, workspace } = context
  const row = (await findInvoice(db, workspace.id, ref.trim())) ?? (await draftFor(context, ref))
  if (row) return row
  throw new AppError('not_found', `No invoice "${ref.slice(0, 60)}".`, {
    hint: 'list_invoices shows invoices with their numbers and ids.',
  })
}

async function draftFor(context: Context, ref: string): Promise<InvoiceRow | undefined> {
  const { db, workspace } = context
  const client = await findClientByKey(db, workspace.id, foldName(ref))
  if (!client) return undefined
  const drafts = await findInvoices(db, workspace.id, {
    status: 'draft',
    client: client.id,
    today: dayNow(context),
    limit: 10,
  })
  if (drafts.length < 2) return drafts[0]
  throw new AppError('disambiguate', `${client.name} has several drafts.`, {
    details: { candidates: drafts.map(one => ({ id: one.id, name: draftOf(one).period.token })) },
    hint: 'Ask which one is meant and call again with its id.',
  })
}

export function assertDraft(row: InvoiceRow): void {
  if (row.status === 'draft') return
  throw new AppError(
    'invoice_state',
    `Invoice ${row.number ?? row.id} is ${row.status}, no longer a draft.`,
    {
      details: { status: row.status },
      hint: 'What was sent stays as it is: void it and duplicate it to bill anew.',
    },
  )
}

export const getInvoice = query({
  name: 'get_invoice',
  summary: 'One invoice with its lines; a draft is computed anew.',
  scope: 'read',
  role: 'manager',
  toolset: 'more',
  route: 'GET /invoices/{invoice}',
  command: 'invoice show <invoice>',
  examples: ['invoice show 2026-0001', 'invoice show acme'],
  input: z.strictObject({ invoice: invoiceRef }),
  output: z.object({ invoice }),
  text: ({ invoice }) => invoicePage(invoice),

  async run(context, input) {
    return { invoice: await shownInvoice(context, await storedInvoice(context, input.invoice)) }
  },
})

export const listInvoices = query({
  name: 'list_invoices',
  summary: 'Invoices, newest first. Drafts have no number yet.',
  scope: 'read',
  role: 'manager',
  toolset: 'billing',
  route: 'GET /invoices',
  command: 'invoices [period]',
  examples: ['invoices', 'invoices --status overdue', 'invoices this_year --client acme'],
  input: z.strictObject({
    ...periodFields,
    status: z.enum(['draft', 'sent', 'paid', 'void', 'overdue', 'unpaid']).optional().describe('Only these'),
    client: clientRef.optional(),
    sort: newestFirst.optional(),
    ...pageFields,
  }),
  seldom: ['limit'],
  output: z.object({ period: periodShape, invoices: z.array(listedInvoice), next_cursor: nextCursor }),
  text: ({ invoices, next_cursor }) =>
    invoices.length === 0
      ? 'No invoices.'
      : [
          {
            columns: ['Number', 'Client', 'Status', 'Issued', 'Due on', 'Total', 'Open', '', 'Id'],
            rows: invoices.map(one => [
              one.number ?? '',
              one.client.name,
              one.overdue ? 'overdue' : one.payment_status === 'partial' ? 'partly paid' : one.status,
              one.issued_on ?? '',
              one.due_on ?? '',
              one.total,
              one.due,
              one.currency,
              one.id ?? '',
            ]),
          },
          ...(next_cursor ? ['There are more.'] : []),
        ],

  async run(context, { cursor, limit = defaultLimit, ...question }) {
    const { db, workspace } = context
    const period = resolvePeriod(question, calendarOf(context, question.time_zone), 'all_time')
    const client = question.client === undefined ? undefined : await resolveClient(context, question.client)
    const asked = { list: 'invoices', ...question }
    const rows = await findInvoices(db, workspace.id, {
      ...edgesOf(period),
      status: question.status,
      client: client?.id,
      today: dayNow(context),
      oldest_first: question.sort === 'created_at',
      after: readNumberCursor(asked, cursor),
      limit: limit + 1,
    })
    const { last, page } = cut(rows, limit)
    const invoices = []
    for (const row of page) invoices.push(await listed(context, row))
    return {
      period: periodText(period),
      invoices,
      next_cursor: last ? writeCursor(asked, { value: last.created_at, id: last.id }) : null,
    }
  },
})

const edgesOf = ({ from, time_zone, to, token }: Period) => ({
  ...(from !== null && { from, from_day: firstDayFrom(from, time_zone) }),
  ...(token !== 'all_time' && { to, to_day: firstDayFrom(to, time_zone) }),
})

/** A draft comes to what it comes to now. */
async function listed(context: Context, row: InvoiceRow): Promise<z.infer<typeof listedInvoice>> {
  const draft = draftOf(row)
  const total = row.total ?? (await totalOf(context, draft, row))
  const isPaid = row.status === 'sent' && row.paid >= total
  return {
    id: row.id,
    ...(row.number !== null && { number: row.number }),
    status: isPaid ? 'paid' : row.status,
    ...standingOf(context, row),
    client: { id: row.client_id, name: row.client_name },
    currency: row.currency,
    period: periodText(draft.period),
    ...(row.issued_on !== null && { issued_on: row.issued_on }),
    ...(row.due_on !== null && { due_on: row.due_on }),
    total: moneyText(total, row.currency),
    paid: moneyText(row.paid, row.currency),
    due: moneyText(row.status === 'void' ? 0 : total - row.paid, row.currency),
    version: row.version,
  }
}

export const editInvoice = change({
  name: 'edit_invoice',
  summary: 'Change a draft. It takes anew what is unbilled in its period. Empty text clears a field.',
  scope: 'write',
  role: 'manager',
  toolset: 'more',
  idempotent: true,
  route: 'PATCH /invoices/{invoice}',
  command: 'invoice edit <invoice>',
  examples: ['invoice edit inv_… --tax-rate 19 --discount ""'],
  input: z.strictObject({
    invoice: invoiceRef,
    ...periodFields,
    ...optionFields,
    version: version.optional(),
  }),
  output: z.object({ invoice }),
  text: ({ invoice }) => invoicePage(invoice),

  async run(context, input) {
    const before = await storedInvoice(context, input.invoice)
    assertDraft(before)
    assertVersion(before, input.version)
    const known = draftOf(before)
    const client = { id: before.client_id, name: before.client_name }
    const draft: Draft = {
      ...known,
      ...periodSaid(context, input),
      options: await changedOptions(context, known.options, input, before.currency, client),
    }
    return { invoice: await redrafted(context, before, draft) }
  },
})

/** Another period, where one was named. */
const periodSaid = (context: Context, input: PeriodInput & { time_zone?: string | undefined }) =>
  [input.period, input.from, input.to].some(one => one !== undefined) && {
    period: resolvePeriod(input, calendarOf(context, input.time_zone), 'last_month'),
  }

/** Takes anew what the draft can, and keeps how it is made. */
async function redrafted(context: ChangeContext, before: InvoiceRow, draft: Draft) {
  const { db, now, workspace } = context
  const bill = await widestBillOf(context, draft, before.id)
  const set = {
    period: JSON.stringify(draft.period),
    options: JSON.stringify(draft.options),
    version: before.version + 1,
    updated_at: now,
  }
  await saveInvoice(db, workspace.id, before.id, set)
  await reserve(db, workspace.id, before.id, takenBy(bill))
  const after = { ...before, ...set }
  context.emit({
    type: 'invoice.updated',
    subject: before.id,
    before,
    after: { ...after, ...takenBy(bill) },
  })
  return shownDraft(context, after, bill)
}

export const duplicateInvoice = change({
  name: 'duplicate_invoice',
  summary: 'A new draft made as another invoice was; it takes what is unbilled in that period now.',
  scope: 'write',
  role: 'manager',
  toolset: 'more',
  route: 'POST /invoices/{invoice}/duplicate',
  command: 'invoice duplicate <invoice>',
  examples: ['invoice duplicate 2026-0001 --period last_month'],
  input: z.strictObject({ invoice: invoiceRef, ...periodFields }),
  output: z.object({ invoice }),
  text: ({ invoice }) => invoicePage(invoice),

  async run(context, input) {
    const { db, workspace } = context
    const model = await storedInvoice(context, input.invoice)
    const client = await resolveClient(context, model.client_id)
    const { due_on: _past, ...options } = draftOf(model).options
    const draft: Draft = {
      ...draftOf(model),
      currency: client.currency ?? workspace.currency,
      options,
      ...periodSaid(context, input),
    }
    const row = newRow(context, draft)
    await insertInvoice(db, row)
    await copyLines(context, model, row)
    const bill = await widestBillOf(context, draft, row.id)
    await reserve(db, workspace.id, row.id, takenBy(bill))
    context.emit({ type: 'invoice.created', subject: row.id, after: { ...row, ...takenBy(bill) } })
    return { invoice: await shownDraft(context, { ...row, client_name: model.client_name }, bill) }
  },
})

/** In another currency their prices would mean something else. */
async function copyLines(context: ChangeContext, model: InvoiceRow, row: Row<'invoices'>): Promise<void> {
  if (model.currency !== row.currency) return
  const { db, now, workspace } = context
  for (const line of await findCustomLines(db, workspace.id, model.id)) {
    await insertCustomLine(db, { ...line, id: context.newId('lin'), invoice_id: row.id, created_at: now })
  }
}

export const deleteInvoice = change({
  name: 'delete_invoice',
  summary: 'Throw a draft away; its time and expenses are free again.',
  scope: 'write',
  role: 'manager',
  destructive: true,
  route: 'DELETE /invoices/{invoice}',
  command: 'invoice delete <invoice>',
  examples: ['invoice delete inv_…'],
  input: z.strictObject({ invoice: invoiceRef, confirm: confirm.optional() }),
  output: z.object({ deleted: z.string() }),
  text: ({ deleted }) => `Threw away draft ${deleted}.`,
  question: ({ invoice }) => `Throw away draft ${invoice}?`,

  async run(context, input) {
    const before = await storedInvoice(context, input.invoice)
    assertDraft(before)
    await release(context.db, context.workspace.id, before.id)
    await removeInvoice(context.db, context.workspace.id, before.id)
    context.emit({ type: 'invoice.deleted', subject: before.id, before })
    return { deleted: before.id }
  },
})

export const dueInvoices = query({
  name: 'due_invoices',
  summary: 'Clients with unbilled time of the last whole month, or of another period: for a schedule.',
  scope: 'read',
  role: 'manager',
  toolset: 'more',
  route: 'GET /invoices/due',
  command: 'invoice due [period]',
  examples: ['invoice due', 'invoice due last_quarter'],
  input: z.strictObject({ ...periodFields }),
  output: z.object({
    period: periodShape,
    clients: z.array(
      z.object({
        client: reference,
        seconds: z.int(),
        entries: z.int(),
        amounts: amountsOut(),
        unrated_seconds: z.int(),
      }),
    ),
  }),
  text: ({ clients, period }) =>
    clients.length === 0
      ? `Nothing is left to bill (${period.token}).`
      : [
          {
            columns: ['Client', 'Time', 'Amount', 'Without a rate', 'Draft it'],
            rows: clients.map(one => [
              one.client.name,
              hours(one.seconds),
              one.amounts.map(({ amount, currency }) => `${amount} ${currency}`).join(' + '),
              one.unrated_seconds > 0 ? hours(one.unrated_seconds) : '',
              `stint invoice ${one.client.id} ${period.token}`,
            ]),
          },
        ],

  async run(context, input) {
    const { db, workspace } = context
    const period = resolvePeriod(input, calendarOf(context, input.time_zone), 'last_month')
    const stretch = { from: period.from ?? 0, to: period.to }
    const rows = await unbilledSums(db, workspace.id, stretch, {})
    const clients = new Map<string, { name: string; rows: typeof rows }>()
    for (const row of rows) {
      if (!row.client) continue
      const known = clients.get(row.client.id) ?? { name: row.client.name, rows: [] }
      clients.set(row.client.id, { ...known, rows: [...known.rows, row] })
    }
    return {
      period: periodText(period),
      clients: [...clients]
        .toSorted(([, a], [, b]) => (a.name < b.name ? -1 : 1))
        .map(([id, { name, rows: own }]) => ({ client: { id, name }, ...dueOf(own) })),
    }
  },
})

type Unbilled = Awaited<ReturnType<typeof unbilledSums>>

function dueOf(rows: Unbilled) {
  const sum = (of: (row: Unbilled[number]) => number): number => rows.reduce((all, row) => all + of(row), 0)
  return {
    seconds: sum(row => row.seconds),
    entries: sum(row => row.entries),
    unrated_seconds: sum(row => row.unrated_seconds),
    amounts: everyAmountOf(worthOf(rows)),
  }
}
