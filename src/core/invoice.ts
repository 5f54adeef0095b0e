import { findClient } from '../../db/clients.ts'
import { type EntryRow, findEntriesOn, findUnbilled } from '../../db/entries.ts'
import {
  type BillableExpenseRow,
  type CustomLineRow,
  findBilled,
  findBilledSpans,
  findCustomLines,
  findExpensesOn,
  findUnbilledExpenses,
  type InvoiceRow,
} from '../../db/invoices.ts'
import { findOpenSessions } from '../../db/sessions.ts'
import { findSpans } from '../../db/spans.ts'
import { findWorkspace } from '../../db/workspaces.ts'
import { billingOf, defaultTermsDays, partyOf } from '../domain/billing.ts'
import { hours } from '../domain/duration.ts'
import type { Span } from '../domain/entry.ts'
import type { Evidence } from '../domain/evidence.ts'
import { toText } from '../domain/instant.ts'
import type { Interval } from '../domain/interval.ts'
import {
  type BillableEntry,
  type ComputedInvoice,
  computeInvoice,
  type InvoiceInput,
  invoiceText,
} from '../domain/invoice.ts'
import {
  type EvidenceRow,
  type Grouping,
  type InvoiceDocument,
  type Rounding,
  type Strategy,
  strategies,
} from '../domain/invoice-document.ts'
import { type Minor, moneyText, percentText, type Share } from '../domain/money.ts'
import { overlappingPairs } from '../domain/overlap.ts'
import { type Period, periodText } from '../domain/period.ts'
import { addDays, dayOf, startOfDay } from '../domain/zone.ts'
import type { Context } from './context.ts'
import { firstDayFrom } from './time.ts'

/** How a draft is made, as it is kept. */
export interface InvoiceOptions {
  /** None: all of the client's. */
  projects?: string[]
  grouping: Grouping
  overlap_strategy: Strategy
  rounding: Rounding
  tax_rate: Share
  discount: { amount: Minor } | { percent: Share } | null
  notes?: string
  po_number?: string
  due_on?: string
  terms_days?: number
  /** Also what was laid out. */
  expenses: boolean
  /** With an annex of what the time went to. */
  evidence: boolean
}

export interface Draft {
  client_id: string
  currency: string
  period: Period
  options: InvoiceOptions
}

export type LeftOutReason =
  | 'other_client'
  | 'no_rate'
  | 'other_currency'
  | 'on_another_draft'
  | 'not_billable'
  | 'running'

export interface LeftOut {
  reason: LeftOutReason
  entries: number
  seconds: number
  ids: string[]
}

/** A draft with everything that it comes to, and what a person should know before it is sent. */
export interface Bill {
  entries: EntryRow[]
  expenses: BillableExpenseRow[]
  computed: ComputedInvoice
  left_out: LeftOut[]
  hanging_over: EntryRow[]
  overlapping: { entries: number; seconds: number }
  strategies: { strategy: Strategy; seconds: number; total: Minor }[]
}

/** What a new draft would take, or what one has reserved; read anew each time. */
export async function billOf(context: Context, draft: Draft, invoice?: InvoiceRow): Promise<Bill> {
  if (!invoice) return widestBillOf(context, draft)
  const reserved = await reservedBy(context, draft, invoice.id)
  const all = [...(await entriesIn(context, draft)), ...reserved.all]
  return billFor(context, draft, { ...reserved, all }, invoice.id)
}

/** What a draft takes when it is made or changed: everything that it can. */
export async function widestBillOf(context: Context, draft: Draft, invoice?: string): Promise<Bill> {
  const { db, workspace } = context
  const all = await entriesIn(context, draft)
  const entries = all.filter(row => !reasonAgainst(row, draft, invoice))
  const expenses = draft.options.expenses ? await expensesIn(context, draft, invoice) : []
  const custom = invoice === undefined ? [] : await findCustomLines(db, workspace.id, invoice)
  return billFor(context, draft, { all, entries, expenses, custom }, invoice)
}

/** What a draft comes to, and nothing else of it. */
export async function totalOf(context: Context, draft: Draft, invoice: string): Promise<Minor> {
  const gathered = await reservedBy(context, draft, invoice)
  const strategy = draft.options.overlap_strategy
  // where all counts in full, it is the same wherever it lies
  const spansOf = strategy === 'add' ? () => Promise.resolve([]) : spansIn(context)
  const billable = await billableOf(gathered.entries, spansOf)
  const taken = strategy === 'merge' ? await takenFor(context, draft.client_id, billable) : nothingTaken()
  return computeInvoice(inputOf(draft, gathered, { billable, taken, strategy })).total
}

interface Gathered {
  /** Of the client and period, whether it can be billed or not. */
  all: readonly EntryRow[]
  entries: EntryRow[]
  expenses: BillableExpenseRow[]
  custom: readonly CustomLineRow[]
}

async function reservedBy({ db, workspace }: Context, draft: Draft, invoice: string): Promise<Gathered> {
  const all = await findEntriesOn(db, workspace.id, invoice)
  return {
    all,
    entries: all.filter(row => !reasonAgainst(row, draft, invoice)),
    expenses: draft.options.expenses ? await findExpensesOn(db, workspace.id, invoice) : [],
    custom: await findCustomLines(db, workspace.id, invoice),
  }
}

async function billFor(
  context: Context,
  draft: Draft,
  gathered: Gathered,
  invoice: string | undefined,
): Promise<Bill> {
  const { all, entries, expenses } = gathered
  const billable = await billableOf(entries, spansIn(context))
  const taken = await takenFor(context, draft.client_id, billable)
  const bill = (strategy: Strategy): ComputedInvoice =>
    computeInvoice(inputOf(draft, gathered, { billable, taken, strategy }))
  const chosen = bill(draft.options.overlap_strategy)
  const overlapping = overlapsOf(billable)
  // where nothing overlaps, they all come to the same
  const isPlain = overlapping.seconds === 0 && taken.size === 0
  return {
    entries,
    expenses,
    computed: chosen,
    left_out: await leftOutOf(context, all, draft, invoice),
    hanging_over: entries.filter(row => row.ended_at !== null && row.ended_at > draft.period.to),
    overlapping,
    strategies: strategies.map(strategy => {
      const one = isPlain || strategy === draft.options.overlap_strategy ? chosen : bill(strategy)
      return { strategy, seconds: secondsOf(one), total: one.total }
    }),
  }
}

const inputOf = (
  { currency, options }: Draft,
  { custom, expenses }: Gathered,
  time: { billable: BillableEntry[]; taken: Map<string, Interval[]>; strategy: Strategy },
): InvoiceInput => ({
  currency,
  strategy: time.strategy,
  grouping: options.grouping,
  rounding: options.rounding,
  tax_rate: options.tax_rate,
  discount: options.discount,
  entries: time.billable,
  taken: time.taken,
  expenses: expenses.map(expenseOf),
  custom: custom.map(({ description, id, quantity, tax_rate, unit_price }) => ({
    id,
    description,
    quantity,
    unit_price,
    tax_rate: tax_rate ?? undefined,
  })),
})

const secondsOf = ({ lines }: ComputedInvoice): number =>
  lines.reduce((sum, line) => sum + (line.seconds ?? 0), 0)

/** More than a day: so far may the same day begin before or after itself elsewhere. */
const widest = 27 * 3_600_000

/** A day without a clock time is the same day in every zone. */
async function entriesIn({ db, workspace }: Context, draft: Draft): Promise<EntryRow[]> {
  const { client_id, options, period } = draft
  const from = period.from ?? 0
  const rows = await findUnbilled(db, workspace.id, {
    client: client_id,
    from: from - widest,
    to: period.to + widest,
  })
  return rows.filter(row => {
    if (options.projects && !options.projects.includes(row.project_id)) return false
    const start = row.started_at ?? startOfDay(row.date, period.time_zone)
    return start >= from && start < period.to
  })
}

const expensesIn = ({ db, workspace }: Context, draft: Draft, invoice?: string) =>
  findUnbilledExpenses(
    db,
    workspace.id,
    {
      client: draft.client_id,
      projects: draft.options.projects,
      from_day: draft.period.from === null ? '' : firstDayFrom(draft.period.from, draft.period.time_zone),
      to_day: firstDayFrom(draft.period.to, draft.period.time_zone),
      currency: draft.currency,
    },
    invoice,
  )

function reasonAgainst(row: EntryRow, draft: Draft, invoice: string | undefined): LeftOutReason | undefined {
  if (row.client_id !== draft.client_id) return 'other_client'
  if (row.billable_seconds === 0) return 'not_billable'
  if (row.invoice_id !== null && row.invoice_id !== invoice) return 'on_another_draft'
  if (row.rate === null) return 'no_rate'
  return row.rate_currency === draft.currency ? undefined : 'other_currency'
}

const mostIds = 5

async function leftOutOf(
  context: Context,
  all: readonly EntryRow[],
  draft: Draft,
  invoice: string | undefined,
): Promise<LeftOut[]> {
  const found = new Map<LeftOutReason, LeftOut>()
  const note = (reason: LeftOutReason, id: string, seconds: number): void => {
    const one = found.get(reason) ?? { reason, entries: 0, seconds: 0, ids: [] }
    const ids = one.ids.length < mostIds ? [...one.ids, id] : one.ids
    found.set(reason, { reason, entries: one.entries + 1, seconds: one.seconds + seconds, ids })
  }
  for (const row of new Map(all.map(one => [one.id, one])).values()) {
    const reason = reasonAgainst(row, draft, invoice)
    if (reason) note(reason, row.id, row.seconds)
  }
  for (const one of await findOpenSessions(context.db, context.workspace.id, context.member.id)) {
    const isMeant = one.client_id === draft.client_id && one.started_at < draft.period.to
    if (isMeant && one.started_at >= (draft.period.from ?? 0)) note('running', one.id, 0)
  }
  return [...found.values()]
}

type SpansOf = (row: EntryRow) => Promise<Span[]>

const spansIn =
  ({ db, workspace }: Context): SpansOf =>
  async row =>
    row.started_at === null ? [] : findSpans(db, workspace.id, row.id)

const billableOf = (rows: readonly EntryRow[], spansOf: SpansOf): Promise<BillableEntry[]> =>
  Promise.all(rows.map(async row => billableEntry(row, await spansOf(row))))

function billableEntry(row: EntryRow, spans: readonly Span[]): BillableEntry {
  const bills = row.bill_agent_time === 1
  return {
    id: row.id,
    member: { id: row.member_id, name: row.member_name },
    project: { id: row.project_id, name: row.project_name },
    task:
      row.task_id !== null && row.task_name !== null ? { id: row.task_id, name: row.task_name } : undefined,
    date: row.date,
    started_at: row.started_at,
    ended_at: row.ended_at,
    description: row.description,
    spans: bills ? spans : spans.filter(span => span.kind === 'active'),
    active_seconds: row.active_seconds,
    agent_seconds: bills ? row.agent_seconds : 0,
    rate: row.rate ?? 0,
    agent_rate: row.agent_rate ?? row.rate ?? 0,
  }
}

/** What invoices that were sent have billed under `merge`, by member: those seconds go to nobody again. */
async function takenFor(
  { db, workspace }: Context,
  client: string,
  entries: readonly BillableEntry[],
): Promise<Map<string, Interval[]>> {
  const spans = entries.flatMap(one => one.spans)
  const sent = (await findBilled(db, workspace.id, client)).filter(
    // written by us
    one => (JSON.parse(one.options) as InvoiceOptions).overlap_strategy === 'merge',
  )
  const taken = nothingTaken()
  if (spans.length === 0 || sent.length === 0) return taken
  const stretch = {
    from: Math.min(...spans.map(one => one.start)),
    to: Math.max(...spans.map(one => one.end)),
  }
  const ids = sent.map(one => one.id)
  for (const { end, member, start } of await findBilledSpans(db, workspace.id, ids, stretch)) {
    const own = taken.get(member) ?? []
    own.push({ start, end })
    taken.set(member, own)
  }
  return taken
}

const nothingTaken = () => new Map<string, Interval[]>()

const expenseOf = (row: BillableExpenseRow) => ({
  id: row.id,
  date: row.date,
  description: row.description,
  category: row.category,
  charge: row.charge,
  ...(row.project_id !== null &&
    row.project_name !== null && { project: { id: row.project_id, name: row.project_name } }),
})

function overlapsOf(entries: readonly BillableEntry[]) {
  const members = new Map<string, BillableEntry[]>()
  for (const one of entries) members.set(one.member.id, [...(members.get(one.member.id) ?? []), one])
  const pairs = [...members.values()].flatMap(own =>
    overlappingPairs(
      own.flatMap(({ id, spans }) => spans.map(({ end, start }) => ({ entry_id: id, start, end }))),
    ),
  )
  return {
    entries: new Set(pairs.flatMap(pair => [pair.first, pair.second])).size,
    seconds: pairs.reduce((sum, pair) => sum + pair.seconds, 0),
  }
}

/** All that stands on paper. A draft has neither number nor date yet. */
export async function documentOf(
  context: Context,
  draft: Draft,
  bill: Bill,
  as: { id: string; number?: string; issued_on?: string },
): Promise<InvoiceDocument> {
  const { db, workspace } = context
  const client = await findClient(db, workspace.id, draft.client_id)
  const own = await findWorkspace(db, workspace.id)
  if (!client || !own) throw new Error('An invoice has a client and a workspace.')
  const [seller, buyer] = [billingOf(own.billing), billingOf(client.billing)]
  const { options } = draft
  const text = invoiceText(bill.computed, draft.currency)
  const due_on =
    options.due_on ??
    (as.issued_on === undefined
      ? undefined
      : addDays(
          as.issued_on,
          options.terms_days ?? buyer.payment_terms_days ?? seller.payment_terms_days ?? defaultTermsDays,
        ))
  return {
    id: as.id,
    status: as.number === undefined ? 'draft' : 'sent',
    ...(as.number !== undefined && { number: as.number }),
    seller: partyOf(seller.company ?? own.name, seller),
    buyer: partyOf(client.company ?? client.name, { ...buyer, email: client.email ?? undefined }),
    payment: {
      ...(seller.iban && { iban: seller.iban }),
      ...(seller.bic && { bic: seller.bic }),
      ...(seller.bank && { bank: seller.bank }),
      ...(seller.account_holder && { account_holder: seller.account_holder }),
    },
    currency: draft.currency,
    locale: buyer.locale ?? seller.locale ?? 'en',
    period: periodText(draft.period),
    ...(as.issued_on !== undefined && { issued_on: as.issued_on }),
    ...(due_on !== undefined && { due_on }),
    ...(options.po_number && { po_number: options.po_number }),
    ...(buyer.buyer_reference && { buyer_reference: buyer.buyer_reference }),
    ...(options.notes && { notes: options.notes }),
    ...text,
    ...(options.discount &&
      'percent' in options.discount && { discount_percent: percentText(options.discount.percent) }),
    paid: moneyText(0, draft.currency),
    due: text.total,
    rounding: options.rounding,
    overlap_strategy: options.overlap_strategy,
    ...(options.evidence && { evidence: bill.entries.map(row => evidenceOf(row, bill)) }),
  }
}

function evidenceOf(row: EntryRow, { computed }: Bill): EvidenceRow {
  const billed = computed.billed.get(row.id)
  // written by us from the same shape
  const git = row.git === null ? undefined : (JSON.parse(row.git) as Evidence)
  const isByHand = row.host === null || row.host_session === row.session_id
  return {
    date: row.date,
    ...(row.started_at !== null && { started_at: toText(row.started_at) }),
    ...(row.ended_at !== null && { ended_at: toText(row.ended_at) }),
    project: row.project_name,
    ...(row.task_name !== null && { task: row.task_name }),
    member: row.member_name,
    description: row.description,
    active_seconds: row.active_seconds,
    agent_seconds: row.agent_seconds,
    billed_seconds: (billed?.active_seconds ?? 0) + (billed?.agent_seconds ?? 0),
    ...(!isByHand && { assistant: [row.host, row.model].filter(Boolean).join(' ') }),
    ...(git?.branch !== undefined && { branch: git.branch }),
    commits: git?.commits ?? [],
  }
}

/** What a person should know of a bill, in sentences. */
export function notesOf(bill: Bill): string[] {
  const { hanging_over, left_out, overlapping } = bill
  return [
    ...(overlapping.entries > 0
      ? [`${overlapping.entries} entries share ${hours(overlapping.seconds)} with one another.`]
      : []),
    ...left_out.map(one => `Left out: ${counted(one)} ${sentences[one.reason]}.`),
    ...(hanging_over.length > 0 ? [`${hanging_over.length} end after the period and are billed whole.`] : []),
  ]
}

const counted = ({ entries, reason, seconds }: LeftOut): string =>
  reason === 'running'
    ? `${entries} that still run`
    : `${entries} ${entries === 1 ? 'entry' : 'entries'} (${hours(seconds)})`

const sentences: Record<LeftOutReason, string> = {
  other_client: 'of a project that another client has by now',
  no_rate: 'without a rate: set one, then reprice',
  other_currency: 'with a rate in another currency: reprice, or correct the currency of the client',
  on_another_draft: 'on another draft',
  not_billable: 'not billable',
  running: '(stop them to bill them)',
}

export const dayNow = ({ now, workspace }: Context): string => dayOf(now, workspace.zone)
