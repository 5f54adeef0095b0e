import { findClient } from '../../db/clients.ts'
import { type EntryRow, findEntriesOn, findUnbilled } from '../../db/entries.ts'
import {
  type BillableExpenseRow,
  type CustomLineRow,
  findBilled,
  findBilledSpans,
  findCustomLines,
  findDrafts,
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
  type InvoiceDocument,
  type Strategy,
  strategies,
} from '../domain/invoice-document.ts'
import { type Minor, moneyText, percentText } from '../domain/money.ts'
import { overlappingPairs } from '../domain/overlap.ts'
import { periodText } from '../domain/period.ts'
import { addDays, dayOf } from '../domain/zone.ts'
import type { Context } from './context.ts'
import { type Draft, draftOf, type InvoiceOptions, liesIn, takesExpense } from './draft.ts'
import { firstDayFrom } from './time.ts'

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

/** What a new draft would take, or what one comes to now; read anew each time. */
export async function billOf(context: Context, draft: Draft, invoice?: InvoiceRow): Promise<Bill> {
  if (!invoice) return widestBillOf(context, draft)
  const taker = await takerOf(context, draft, invoice)
  const gathered = await gatheredBy(context, taker)
  const reserved = await findEntriesOn(context.db, context.workspace.id, invoice.id)
  return billFor(context, taker, { ...gathered, all: [...gathered.all, ...reserved] })
}

/** What a draft takes when it is made or changed: everything that it can. */
export async function widestBillOf(context: Context, draft: Draft, invoice?: string): Promise<Bill> {
  const taker = { draft, invoice, older: [] }
  return billFor(context, taker, await gatheredBy(context, taker))
}

/** What a draft comes to, and nothing else of it. */
export async function totalOf(context: Context, draft: Draft, invoice: InvoiceRow): Promise<Minor> {
  const gathered = await gatheredBy(context, await takerOf(context, draft, invoice))
  const strategy = draft.options.overlap_strategy
  // where all counts in full, it is the same wherever it lies
  const spansOf = strategy === 'add' ? () => Promise.resolve([]) : spansIn(context)
  const billable = await billableOf(gathered.entries, spansOf)
  const taken = strategy === 'merge' ? await takenFor(context, draft.client_id, billable) : nothingTaken()
  return computeInvoice(inputOf(draft, gathered, { billable, taken, strategy })).total
}

/**
 * A draft that takes what it has reserved and what is free. What is free and new is on the oldest draft that it fits,
 * and on no second one.
 */
interface Taker {
  draft: Draft
  invoice: string | undefined
  older: readonly Draft[]
  /** A draft that was made void has nothing but its own lines. */
  void?: boolean
}

async function takerOf({ db, workspace }: Context, draft: Draft, invoice: InvoiceRow): Promise<Taker> {
  const drafts = await findDrafts(db, workspace.id, draft.client_id)
  const at = drafts.findIndex(one => one.id === invoice.id)
  const older = drafts.slice(0, Math.max(at, 0)).map(draftOf)
  return { draft, invoice: invoice.id, older, void: invoice.status === 'void' }
}

interface Gathered {
  /** Of the client and period, whether it can be billed or not. */
  all: readonly EntryRow[]
  entries: EntryRow[]
  expenses: BillableExpenseRow[]
  custom: readonly CustomLineRow[]
}

async function gatheredBy(context: Context, taker: Taker): Promise<Gathered> {
  const { db, workspace } = context
  const { draft, invoice, older } = taker
  const all = taker.void ? [] : await entriesIn(context, draft)
  const expenses = draft.options.expenses && !taker.void ? await expensesIn(context, draft, invoice) : []
  return {
    all,
    entries: all.filter(row => !reasonAgainst(row, taker)),
    expenses: expenses.filter(row => row.invoice_id !== null || !older.some(one => takesExpense(one, row))),
    custom: invoice === undefined ? [] : await findCustomLines(db, workspace.id, invoice),
  }
}

async function billFor(context: Context, taker: Taker, gathered: Gathered): Promise<Bill> {
  const { draft } = taker
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
    left_out: await leftOutOf(context, all, taker),
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
  const { client_id, period } = draft
  const from = period.from ?? 0
  const rows = await findUnbilled(db, workspace.id, {
    client: client_id,
    from: from - widest,
    to: period.to + widest,
  })
  return rows.filter(row => liesIn(draft, row))
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

function reasonAgainst(row: EntryRow, { draft, invoice, older }: Taker): LeftOutReason | undefined {
  if (row.client_id !== draft.client_id) return 'other_client'
  if (row.billable_seconds === 0) return 'not_billable'
  if (row.invoice_id !== null && row.invoice_id !== invoice) return 'on_another_draft'
  if (row.rate === null) return 'no_rate'
  if (row.rate_currency !== draft.currency) return 'other_currency'
  const isFree = row.invoice_id === null
  return isFree && older.some(one => takes(one, row)) ? 'on_another_draft' : undefined
}

const takes = (draft: Draft, row: EntryRow): boolean =>
  liesIn(draft, row) && !reasonAgainst(row, { draft, invoice: undefined, older: [] })

const mostIds = 5

async function leftOutOf(context: Context, all: readonly EntryRow[], taker: Taker): Promise<LeftOut[]> {
  const { draft } = taker
  const found = new Map<LeftOutReason, LeftOut>()
  const note = (reason: LeftOutReason, id: string, seconds: number): void => {
    const one = found.get(reason) ?? { reason, entries: 0, seconds: 0, ids: [] }
    const ids = one.ids.length < mostIds ? [...one.ids, id] : one.ids
    found.set(reason, { reason, entries: one.entries + 1, seconds: one.seconds + seconds, ids })
  }
  for (const row of new Map(all.map(one => [one.id, one])).values()) {
    const reason = reasonAgainst(row, taker)
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
