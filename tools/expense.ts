import * as z from 'zod'
import { type ExpenseRow, listExpenses as findExpenses } from '../db/expenses.ts'
import { flag } from '../db/schema.ts'
import type { Context } from '../src/core/context.ts'
import {
  assertDayUnlocked,
  belongingIds,
  belongingOf,
  changeExpense,
  expenseOf,
  makeExpense,
  newExpense,
  ownExpense,
  storedExpense,
} from '../src/core/expense.ts'
import {
  clientRef,
  confirm,
  date,
  nextCursor,
  pageFields,
  periodFields,
  projectRef,
  search,
  version,
} from '../src/core/fields.ts'
import { change, query } from '../src/core/operation.ts'
import { cut, defaultLimit, readNameCursor, writeCursor } from '../src/core/page.ts'
import { expenseSightOf } from '../src/core/reach.ts'
import { namedIds } from '../src/core/resolve.ts'
import { calendarOf, firstDayFrom } from '../src/core/time.ts'
import { assertVersion } from '../src/core/version.ts'
import { currency } from '../src/domain/currency.ts'
import {
  assertCurrency,
  chargeOf,
  checkedDate,
  defaultCategory,
  type Expense,
  expense,
  parseAmount,
  parseMarkup,
} from '../src/domain/expense.ts'
import { clearable, description, name } from '../src/domain/label.ts'
import { moneyInput, moneyText, percentInput } from '../src/domain/money.ts'
import { foldName } from '../src/domain/name.ts'
import { type Period, periodShape, periodText, resolvePeriod } from '../src/domain/period.ts'
import { dayOf, parseDay } from '../src/domain/zone.ts'

const expenseRef = name(60).describe('Expense id')
const amount = moneyInput().describe('As 49.90')
const currencyField = currency.describe('ISO 4217')
const category = name(60).describe('Default general')
const whatFor = description.describe('What it was for')
const markup = percentInput().describe('Percent on top')
const orNone = z.string().max(200)

export const logExpense = change({
  name: 'log_expense',
  summary: 'Log money laid out for a client or a project.',
  scope: 'write',
  toolset: 'billing',
  route: 'POST /expenses',
  command: 'expense log <amount> [description]',
  examples: [
    'expense log 49.90 "Domain for a year" --client acme',
    'expense log 120 Train --project website --category travel --date 2026-05-04',
  ],
  input: z.strictObject({
    client: clientRef.optional(),
    project: projectRef.optional(),
    amount,
    currency: currencyField.optional().describe("Default: the client's"),
    date: date.optional(),
    category: category.optional(),
    description: whatFor.optional(),
    billable: z.boolean().optional().describe('Default with a client'),
    markup_percent: markup.optional(),
  }),
  output: z.object({ expense }),
  text: ({ expense }) => `Logged ${line(expense)}`,

  async run(context, input) {
    const { member, now, workspace } = context
    const belonging = await belongingOf(context, input)
    const { client } = belonging
    const today = dayOf(now, workspace.zone)
    const day = checkedDate(input.date === undefined ? today : parseDay(input.date, 'date'), today)
    assertDayUnlocked(context, day)
    const { category = defaultCategory, description = '', currency = belonging.currency } = input
    const terms = {
      amount: parseAmount(input.amount, currency),
      markup: parseMarkup(input.markup_percent ?? ''),
      billable: input.billable ?? client !== undefined,
    }
    assertCurrency({ billable: terms.billable, currency, client })
    const row = newExpense(context, {
      id: context.newId('exp'),
      member_id: member.id,
      ...belongingIds(belonging),
      date: day,
      category,
      description,
      currency,
      ...terms,
    })
    const made = await makeExpense(context, row)
    return { expense: expenseOf(made) }
  },
})

export const listExpenses = query({
  name: 'list_expenses',
  summary: 'Money laid out, newest first.',
  scope: 'read',
  toolset: 'billing',
  route: 'GET /expenses',
  command: 'expenses [period]',
  examples: ['expenses', 'expenses last_month --client acme', 'expenses --no-billed'],
  input: z.strictObject({
    ...periodFields,
    client: clientRef.optional(),
    project: projectRef.optional(),
    billed: z.boolean().optional().describe('Only on a sent invoice, or only not'),
    category: name(60).optional().describe('Category'),
    search: search.optional(),
    sort: z.enum(['-date', 'date']).optional().describe('Default -date'),
    ...pageFields,
  }),
  seldom: ['project', 'limit', 'category', 'search'],
  output: z.object({ period: periodShape, expenses: z.array(expense), next_cursor: nextCursor }),
  text: ({ expenses, next_cursor, period }) =>
    expenses.length === 0
      ? `No expenses (${period.token}).`
      : [
          {
            columns: ['Date', 'For', 'Category', 'Description', 'Amount', 'Charge', 'Id'],
            rows: expenses.map(cells),
          },
          `${expenses.length === 1 ? '1 expense' : `${expenses.length} expenses`}${next_cursor ? '; there are more' : ''}.`,
        ],

  async run(context, input) {
    const { db, workspace } = context
    const { cursor, limit = defaultLimit, sort = '-date', ...question } = input
    const period = resolvePeriod(input, calendarOf(context, input.time_zone), 'all_time')
    const { client, project } = await namedIds(context, input)
    const filter = {
      ...expenseSightOf(context),
      ...daysOf(period),
      client,
      project,
      billed: input.billed,
      category_key: input.category && foldName(input.category),
      search_key: input.search ? foldName(input.search) : undefined,
    }
    const bound = { list: 'expenses', ...question, sort }
    const after = readNameCursor(bound, cursor)
    const rows = await findExpenses(db, workspace.id, filter, {
      descending: sort === '-date',
      after: after && { date: after.value, id: after.id },
      limit: limit + 1,
    })
    const { last, page } = cut(rows, limit)
    return {
      period: periodText(period),
      expenses: page.map(expenseOf),
      next_cursor: last ? writeCursor(bound, { value: last.date, id: last.id }) : null,
    }
  },
})

const daysOf = ({ from, time_zone, to, token }: Period) => ({
  ...(from !== null && { from: firstDayFrom(from, time_zone) }),
  // all time ends today, and so do all expenses
  ...(token !== 'all_time' && { to: firstDayFrom(to, time_zone) }),
})

const cells = (one: Expense): string[] => [
  one.date,
  forWhom(one),
  one.category,
  one.description,
  moneyOf(one.amount, one.currency),
  one.billable ? moneyOf(one.charge, one.currency) : '',
  one.id,
]

export const getExpense = query({
  name: 'get_expense',
  summary: 'One expense.',
  scope: 'read',
  route: 'GET /expenses/{expense}',
  command: 'expense show <expense>',
  examples: ['expense show exp_…'],
  input: z.strictObject({ expense: expenseRef }),
  output: z.object({ expense }),
  text: ({ expense }) => line(expense),
  run: async (context, input) => ({ expense: expenseOf(await storedExpense(context, input.expense)) }),
})

export const editExpense = change({
  name: 'edit_expense',
  summary: 'Change an expense. Empty text clears a field.',
  scope: 'write',
  toolset: 'more',
  idempotent: true,
  route: 'PATCH /expenses/{expense}',
  command: 'expense edit <expense>',
  examples: ['expense edit exp_… --amount 59.90', 'expense edit exp_… --markup-percent 10'],
  input: z.strictObject({
    expense: expenseRef,
    client: orNone.optional().describe('Name or id; "" for none'),
    project: orNone.optional().describe('Name or id; "" for none'),
    amount: amount.optional(),
    currency: currencyField.optional(),
    date: date.optional(),
    category: clearable(name(60)).optional().describe('Default general'),
    description: whatFor.optional(),
    billable: z.boolean().optional().describe('Whether the client is asked for it'),
    markup_percent: markup.optional(),
    version: version.optional(),
  }),
  output: z.object({ expense }),
  text: ({ expense }) => `Changed: ${line(expense)}`,

  async run(context, { expense, version, ...wanted }) {
    const before = await ownExpense(context, expense)
    assertVersion(before, version)
    if (Object.values(wanted).every(one => one === undefined)) return { expense: expenseOf(before) }
    const set = await edited(context, before, wanted)
    return { expense: expenseOf(await changeExpense(context, before, set)) }
  },
})

interface ExpenseEdit {
  client?: string | undefined
  project?: string | undefined
  amount?: string | undefined
  currency?: string | undefined
  date?: string | undefined
  category?: string | null | undefined
  description?: string | undefined
  billable?: boolean | undefined
  markup_percent?: string | undefined
}

async function edited(context: Context, before: ExpenseRow, wanted: ExpenseEdit) {
  const { currency = before.currency, markup_percent } = wanted
  const category = wanted.category === null ? defaultCategory : wanted.category
  const terms = {
    amount: parseAmount(wanted.amount ?? moneyText(before.amount, before.currency), currency),
    markup: markup_percent === undefined ? before.markup : parseMarkup(markup_percent),
    billable: wanted.billable ?? before.billable === 1,
  }
  const day = wanted.date === undefined ? before.date : parseDay(wanted.date, 'date')
  checkedDate(day, dayOf(context.now, context.workspace.zone))
  assertDayUnlocked(context, day)
  return {
    ...(await moved(context, before, { ...wanted, billable: terms.billable, currency })),
    date: day,
    ...(category !== undefined && { category, category_key: foldName(category) }),
    ...(wanted.description !== undefined && {
      description: wanted.description,
      description_key: foldName(wanted.description),
    }),
    currency,
    ...terms,
    billable: flag(terms.billable),
    charge: chargeOf(terms),
  }
}

/** Whom it is for and whether they can be billed in its currency, as far as that is what changes. */
async function moved(
  context: Context,
  before: ExpenseRow,
  { billable, currency, ...wanted }: ExpenseEdit & { billable: boolean; currency: string },
) {
  const isMoved = wanted.client !== undefined || wanted.project !== undefined
  if (!isMoved && flag(billable) === before.billable && currency === before.currency) return {}
  const belonging = await belongingOf(context, {
    // another project brings its own client
    client: wanted.client ?? (wanted.project ? undefined : (before.billed_client_id ?? undefined)),
    project: wanted.project ?? before.project_id ?? undefined,
  })
  assertCurrency({ billable, currency, client: belonging.client })
  return belongingIds(belonging)
}

export const deleteExpense = change({
  name: 'delete_expense',
  summary: 'Delete an expense; undo takes it back.',
  scope: 'write',
  toolset: 'more',
  destructive: true,
  route: 'DELETE /expenses/{expense}',
  command: 'expense delete <expense>',
  examples: ['expense delete exp_…'],
  input: z.strictObject({ expense: expenseRef, version: version.optional(), confirm: confirm.optional() }),
  output: z.object({ expense }),
  text: ({ expense }) => `Deleted: ${line(expense)} undo takes it back.`,
  question: ({ expense }) => `Delete expense ${expense}?`,
  about: { query: 'get_expense', field: 'expense' },

  async run(context, input) {
    const before = await ownExpense(context, input.expense)
    assertVersion(before, input.version)
    return { expense: expenseOf(await changeExpense(context, before, { deleted_at: context.now })) }
  },
})

export const restoreExpense = change({
  name: 'restore_expense',
  summary: 'Take back the deletion of an expense.',
  scope: 'write',
  idempotent: true,
  route: 'POST /expenses/{expense}/restore',
  command: 'expense restore <expense>',
  examples: ['expense restore exp_…'],
  input: z.strictObject({ expense: expenseRef }),
  output: z.object({ expense }),
  text: ({ expense }) => `Restored: ${line(expense)}`,

  async run(context, input) {
    const before = await ownExpense(context, input.expense, { deleted: true })
    if (before.deleted_at === null) return { expense: expenseOf(before) }
    return { expense: expenseOf(await changeExpense(context, before, { deleted_at: null })) }
  },
})

/** Who may not see money reads the rest. */
export const moneyOf = (amount: string | undefined, currency: string): string =>
  amount === undefined ? '' : `${amount} ${currency}`

const forWhom = ({ client, project }: Pick<Expense, 'client' | 'project'>): string =>
  [client?.name, project?.name].filter(part => part !== undefined).join(' · ')

const line = (of: Expense): string => {
  const parts = [
    moneyOf(of.amount, of.currency),
    forWhom(of),
    of.date,
    of.description ? JSON.stringify(of.description) : of.category,
    of.billable ? '' : 'not billable',
  ]
  return `${parts.filter(part => part !== '').join(', ')} (${of.id}).`
}
