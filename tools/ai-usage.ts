import * as z from 'zod'
import { findUsedSessions, type UsageFilter, type UsedSessionRow } from '../db/ai-usage.ts'
import { findModelPrices } from '../db/model-prices.ts'
import type { Row } from '../db/schema.ts'
import type { ChangeContext, Context } from '../src/core/context.ts'
import {
  assertDayUnlocked,
  type Belonging,
  belongingOf,
  expenseOf,
  makeExpense,
  newExpense,
  type StoredUsage,
} from '../src/core/expense.ts'
import { clientRef, date, notes as notesField, periodFields, projectRef } from '../src/core/fields.ts'
import { change, query } from '../src/core/operation.ts'
import { currencyOf } from '../src/core/rate.ts'
import { sightOf } from '../src/core/reach.ts'
import { namedIds } from '../src/core/resolve.ts'
import { calendarOf, noted } from '../src/core/time.ts'
import {
  costInMinor,
  countOf,
  pricesShown,
  sumOfTokens,
  tokensOf,
  tokensShape,
  type Usage,
  type UsedSession,
  usageOf,
} from '../src/domain/ai-usage.ts'
import { assertCurrency, checkedDate, type Expense, expense, parseMarkup } from '../src/domain/expense.ts'
import { grouped } from '../src/domain/grouped.ts'
import { modelPrice } from '../src/domain/model-price.ts'
import { amountOut, amountsOut, moneyText, percentInput } from '../src/domain/money.ts'
import { foldName } from '../src/domain/name.ts'
import { type Period, periodShape, periodText, resolvePeriod } from '../src/domain/period.ts'
import { fullName, reference } from '../src/domain/reference.ts'
import { textOrder } from '../src/domain/signal.ts'
import { dayOf, parseDay } from '../src/domain/zone.ts'
import { moneyOf } from './expense.ts'

const usageRow = z.object({
  project: reference,
  client: reference.optional(),
  model: z.string().optional().describe('Absent: the assistant named none'),
  sessions: z.int(),
  expensed_sessions: z.int().describe('Already on an expense'),
  tokens: tokensShape,
  cost: amountOut().optional(),
  currency: z.string().optional(),
  prices: z.array(modelPrice).describe('That held on those days'),
  unpriced: z.string().optional().describe('Why its cost is unknown'),
})
type UsageRow = z.infer<typeof usageRow>

export const getAiUsage = query({
  name: 'get_ai_usage',
  summary:
    'Tokens that assistants used in a period, by project and model, and what they cost at your prices.',
  scope: 'read',
  toolset: 'more',
  route: 'GET /reports/ai-usage',
  command: 'usage [period]',
  examples: ['usage', 'usage last_month --client acme'],
  input: z.strictObject({ ...periodFields, client: clientRef.optional(), project: projectRef.optional() }),
  output: z.object({
    period: periodShape,
    rows: z.array(usageRow),
    totals: z.object({
      sessions: z.int(),
      tokens: tokensShape,
      unpriced_tokens: z.int(),
      cost: amountsOut().optional(),
    }),
  }),
  text: ({ period, rows, totals }) =>
    rows.length === 0
      ? `No AI usage (${period.token}).`
      : [
          {
            columns: ['Project', 'Model', 'Sessions', 'Input', 'Output', 'Cache read', 'Cache write', 'Cost'],
            rows: rows.map(cells),
          },
          ...(totals.cost ?? []).map(({ amount, currency }) => `Together ${amount} ${currency}.`),
          ...(totals.unpriced_tokens > 0
            ? [`${totals.unpriced_tokens} tokens have no price: set_model_price sets one.`]
            : []),
        ],

  async run(context, input) {
    const period = resolvePeriod(input, calendarOf(context, input.time_zone), 'this_month')
    const usage = await pricedUsage(
      context,
      await sessionsIn(context, period, await namedIds(context, input)),
    )
    return { period: periodText(period), rows: usage.map(rowOf), totals: totalsOf(usage) }
  },
})

const cells = (row: UsageRow): string[] => [
  fullName({ ...row.project, client: row.client }),
  row.model ?? '',
  String(row.sessions),
  String(row.tokens.input),
  String(row.tokens.output),
  String(row.tokens.cache_read),
  String(row.tokens.cache_write),
  row.unpriced ?? moneyOf(row.cost, row.currency ?? ''),
]

type Used = UsedSession & { row: UsedSessionRow }

async function sessionsIn(
  { db, workspace }: Context,
  { from, to }: Period,
  of: Omit<UsageFilter, 'from' | 'to'>,
): Promise<Used[]> {
  const rows = await findUsedSessions(db, workspace.id, { from, to, ...of })
  return rows.map(row => ({
    id: row.id,
    project_id: row.project_id,
    model: row.model,
    // written by us from numbers by name
    tokens: tokensOf(JSON.parse(row.tokens ?? '{}') as Record<string, number>),
    day: dayOf(row.started_at, workspace.zone),
    currency: currencyOf(row, workspace),
    row,
  }))
}

async function pricedUsage({ db, workspace }: Context, sessions: readonly Used[]): Promise<Usage<Used>[]> {
  const usage = usageOf(sessions, await findModelPrices(db, workspace.id))
  return usage.toSorted((a, b) => textOrder(placeOf(a), placeOf(b)))
}

const placeOf = (usage: Usage<Used>): string => {
  const { client, project } = projectOf(usage)
  return JSON.stringify([foldName(fullName({ ...project, client })), usage.model, usage.priced?.currency])
}

function projectOf({ project_id, sessions }: Usage<Used>) {
  const row = sessions[0]?.row
  return {
    project: { id: project_id, name: row?.project_name ?? '' },
    ...(row && row.client_id !== null && { client: { id: row.client_id, name: row.client_name ?? '' } }),
  }
}

const rowOf = (usage: Usage<Used>): UsageRow => ({
  ...projectOf(usage),
  ...(usage.model !== null && { model: usage.model }),
  sessions: usage.sessions.length,
  expensed_sessions: usage.sessions.filter(one => one.row.expense_id !== null).length,
  tokens: usage.tokens,
  ...(usage.priced && {
    cost: moneyText(costInMinor(usage.priced.exact, usage.priced.currency), usage.priced.currency),
    currency: usage.priced.currency,
  }),
  prices: pricesShown(usage),
  ...(usage.unpriced !== undefined && { unpriced: usage.unpriced }),
})

/** Of money the sum of what the rows show. */
function totalsOf(usage: readonly Usage[]) {
  const byCurrency = grouped(
    usage.flatMap(({ priced }) => (priced ? [priced] : [])),
    priced => priced.currency,
  )
  return {
    sessions: usage.reduce((sum, one) => sum + one.sessions.length, 0),
    tokens: sumOfTokens(usage.map(one => one.tokens)),
    unpriced_tokens: usage
      .filter(one => one.unpriced !== undefined)
      .reduce((sum, one) => sum + countOf(one.tokens), 0),
    cost: [...byCurrency]
      .toSorted(([a], [b]) => textOrder(a, b))
      .map(([currency, own]) => ({
        currency,
        amount: moneyText(
          own.reduce((sum, { exact }) => sum + costInMinor(exact, currency), 0),
          currency,
        ),
      })),
  }
}

export const logAiExpense = change({
  name: 'log_ai_expense',
  summary:
    'Make expenses of AI usage in a period, one a project and model, at your prices. Tokens are expensed once only.',
  scope: 'write',
  toolset: 'more',
  route: 'POST /expenses/usage',
  command: 'expense usage [client]',
  examples: ['expense usage acme --period last_month --preview', 'expense usage acme --markup-percent 10'],
  input: z.strictObject({
    client: clientRef.optional(),
    project: projectRef.optional(),
    ...periodFields,
    markup_percent: percentInput().optional().describe('Percent on top'),
    billable: z.boolean().optional().describe('Default: true with a client'),
    date: date.optional().describe('Default: the last day of use'),
    preview: z.boolean().optional().describe('true: only show them'),
  }),
  output: z.object({
    period: periodShape,
    expenses: z.array(expense.partial({ id: true, version: true, created_at: true, updated_at: true })),
    unpriced: z.array(usageRow).optional().describe('Left out: their cost is unknown'),
    preview: z.literal(true).optional(),
    notes: notesField,
  }),
  text: ({ expenses, notes, period, preview, unpriced }) => [
    ...(expenses.length === 0
      ? [`No AI usage to expense (${period.token}).`]
      : [
          preview ? 'These expenses would be made:' : 'Made:',
          {
            columns: ['Date', 'Project', 'Description', 'Amount', 'Charge'],
            rows: expenses.map(one => [
              one.date,
              one.project?.name ?? '',
              one.description,
              moneyOf(one.amount, one.currency),
              one.billable ? moneyOf(one.charge, one.currency) : '',
            ]),
          },
        ]),
    ...(unpriced ?? []).map(
      one => `Left out: ${one.model ?? 'AI usage'} on ${one.project.name}, ${one.unpriced}.`,
    ),
    ...(notes ?? []),
  ],

  async run(context, input) {
    const period = resolvePeriod(input, calendarOf(context, input.time_zone), 'this_month')
    const { client, project } = await belongingOf(context, input)
    const terms: Terms = {
      client,
      markup: parseMarkup(input.markup_percent ?? ''),
      billable: input.billable ?? client !== undefined,
      date: input.date === undefined ? undefined : checkedDay(context, input.date),
    }
    const wanted = { client: client?.id, project: project?.id, ...sightOf(context) }
    const sessions = await sessionsIn(context, period, wanted)
    const open = sessions.filter(({ row }) => row.expense_id === null && maySee(context, row))
    const usage = await pricedUsage(
      context,
      open.filter(({ row }) => row.ended_at !== null),
    )
    const priced = usage.filter(isPriced)
    const rows = priced.map(one => expenseRow(context, one, terms))
    const worthIt = rows.filter(row => row.amount > 0)
    return {
      period: periodText(period),
      expenses: input.preview
        ? worthIt.map(row => previewOf(context, row, priced))
        : await made(context, worthIt),
      ...leftOut(usage),
      ...(input.preview && { preview: true as const }),
      ...noted([
        ...stillRunning(open),
        ...rows.filter(row => row.amount === 0).map(row => `${row.description}: too little yet to be money.`),
      ]),
    }
  },
})

interface Terms {
  client: Belonging['client']
  markup: number
  billable: boolean
  date: string | undefined
}

function checkedDay({ now, workspace }: Context, text: string): string {
  return checkedDate(parseDay(text, 'date'), dayOf(now, workspace.zone))
}

/** Members expense what their own assistants used. */
const maySee = ({ member }: Context, row: UsedSessionRow): boolean =>
  member.role !== 'member' || row.member_id === member.id

type Priced = Usage<Used> & Required<Pick<Usage, 'priced'>>
const isPriced = (usage: Usage<Used>): usage is Priced => usage.priced !== undefined

function expenseRow(context: ChangeContext, usage: Priced, terms: Terms): Row<'expenses'> {
  const { billable, client, markup } = terms
  const { currency, exact } = usage.priced
  assertCurrency({ billable, currency, client })
  const date = terms.date ?? usage.last_day
  assertDayUnlocked(context, date)
  const amount = costInMinor(exact, currency)
  return newExpense(context, {
    id: context.newId('exp'),
    member_id: context.member.id,
    client_id: null,
    project_id: usage.project_id,
    date,
    category: 'AI',
    description: `AI usage of ${usage.model}, ${daysText(usage)}`,
    currency,
    amount,
    billable,
    markup,
    usage: JSON.stringify(storedUsage(usage)),
  })
}

const daysText = ({ first_day, last_day }: Usage): string =>
  first_day === last_day ? first_day : `${first_day} to ${last_day}`

const storedUsage = (usage: Priced): StoredUsage => ({
  model: usage.model ?? '',
  sessions: usage.sessions.map(one => one.id),
  from: usage.first_day,
  to: usage.last_day,
  tokens: usage.tokens,
  prices: pricesShown(usage),
})

/** As it would be, without what only a written one has. */
function previewOf({ member }: Context, row: Row<'expenses'>, usage: readonly Priced[]) {
  const its = usage.find(one => one.project_id === row.project_id)
  const { client, project } = its ? projectOf(its) : {}
  const shown = expenseOf({
    ...row,
    member_name: member.name,
    billed_client_id: client?.id ?? null,
    client_name: client?.name ?? null,
    project_name: project?.name ?? null,
    invoice_number: null,
    invoice_status: null,
  })
  return { ...shown, id: undefined, version: undefined, created_at: undefined, updated_at: undefined }
}

async function made(context: ChangeContext, rows: readonly Row<'expenses'>[]): Promise<Expense[]> {
  const expenses: Expense[] = []
  for (const row of rows) expenses.push(expenseOf(await makeExpense(context, row)))
  return expenses
}

function leftOut(usage: readonly Usage<Used>[]): { unpriced?: UsageRow[] } {
  const unpriced = usage.filter(one => !isPriced(one)).map(rowOf)
  return unpriced.length > 0 ? { unpriced } : {}
}

function stillRunning(open: readonly Used[]): string[] {
  const running = open.filter(({ row }) => row.ended_at === null).length
  if (running === 0) return []
  return [
    `${running === 1 ? '1 session runs' : `${running} sessions run`} still and can be expensed once ended.`,
  ]
}
