import * as z from 'zod'
import { type ExpenseSum, expenseSums } from '../db/expense-sums.ts'
import { type UnbilledSum, unbilledSums } from '../db/reports.ts'
import { clientRef, periodFields, projectRef } from '../src/core/fields.ts'
import { stretchOf } from '../src/core/measured.ts'
import { query } from '../src/core/operation.ts'
import { expenseSightOf } from '../src/core/reach.ts'
import { namedIds } from '../src/core/resolve.ts'
import { calendarOf, firstDayFrom } from '../src/core/time.ts'
import { hours } from '../src/domain/duration.ts'
import { type Amount, amountsOut, type Exact, exactOf, moneyText } from '../src/domain/money.ts'
import { type Period, periodShape, periodText, resolvePeriod } from '../src/domain/period.ts'
import { addedAmounts, amountsOf, byName } from '../src/domain/report.ts'
import { dayOf } from '../src/domain/zone.ts'

const figuresShape = {
  seconds: z.int(),
  entries: z.int(),
  unrated_seconds: z.int().describe('Of it without a rate'),
  amounts: amountsOut().optional().describe('Of time'),
  expenses: amountsOut().optional(),
}
const row = z.object({
  name: z.string(),
  id: z.string().optional(),
  ...figuresShape,
  oldest: z.string().optional().describe('Day of the first entry'),
})
type Row = z.infer<typeof row>
const clientRow = row.extend({ rows: z.array(row).describe('By project') })

export const getUnbilled = query({
  name: 'get_unbilled',
  summary: 'Billable time and expenses on no invoice, by client and project.',
  scope: 'read',
  toolset: 'more',
  route: 'GET /reports/unbilled',
  command: 'unbilled [period]',
  examples: ['unbilled', 'unbilled last_month --client globex'],
  input: z.strictObject({
    ...periodFields,
    client: clientRef.optional(),
    project: projectRef.optional(),
  }),
  output: z.object({ period: periodShape, rows: z.array(clientRow), totals: z.object(figuresShape) }),
  text: ({ period, rows, totals }) =>
    rows.length === 0
      ? `Nothing is unbilled (${period.token}).`
      : [
          {
            columns: ['Client', 'Project', 'Time', 'Amount', 'Expenses', 'Without a rate', 'Oldest'],
            rows: [
              ...rows.flatMap(one => [
                cells(one.name, '', one),
                ...one.rows.map(inner => cells('', inner.name, inner)),
              ]),
              cells('Total', '', totals),
            ],
          },
        ],

  async run(context, input) {
    const { db, workspace } = context
    const period = resolvePeriod(input, calendarOf(context, input.time_zone), 'all_time')
    const filter = await namedIds(context, { client: input.client, project: input.project })
    const { client, project } = filter
    const time = await unbilledSums(db, workspace.id, stretchOf(period), filter)
    const expenses = await expenseSums(db, workspace.id, {
      ...daysOf(period),
      ...expenseSightOf(context),
      client,
      project,
      unbilled: true,
    })
    const rows = clientRows(time, expenses, period.time_zone)
    return { period: periodText(period), rows, totals: totalOf(rows) }
  },
})

/** The first day of a period, and the first that is out. */
export const daysOf = ({ from, time_zone, to }: Period) => ({
  from_day: from === null ? '' : firstDayFrom(from, time_zone),
  to_day: firstDayFrom(to, time_zone),
})

type Of = Pick<UnbilledSum, 'client' | 'project'> | Pick<ExpenseSum, 'client' | 'project'>

function clientRows(time: readonly UnbilledSum[], expenses: readonly ExpenseSum[], zone: string) {
  return grouped([...time, ...expenses], one => one.client?.id)
    .map(id => {
      const own = time.filter(one => one.client?.id === id)
      const spent = expenses.filter(one => one.client?.id === id)
      const name = [...own, ...spent][0]?.client?.name
      return { ...rowOf(id, name ?? 'no client', own, spent, zone), rows: projectRows(own, spent, zone) }
    })
    .toSorted(largestFirst)
}

const projectRows = (time: readonly UnbilledSum[], expenses: readonly ExpenseSum[], zone: string): Row[] =>
  grouped([...time, ...expenses], one => one.project?.id)
    .map(id => {
      const own = time.filter(one => one.project.id === id)
      const spent = expenses.filter(one => one.project?.id === id)
      const name = [...own, ...spent][0]?.project?.name
      return rowOf(id, name ?? 'no project', own, spent, zone)
    })
    .toSorted(largestFirst)

const grouped = (all: readonly Of[], idOf: (one: Of) => string | undefined): (string | undefined)[] => [
  ...new Set(all.map(idOf)),
]

function rowOf(
  id: string | undefined,
  name: string,
  time: readonly UnbilledSum[],
  expenses: readonly ExpenseSum[],
  zone: string,
): Row {
  const oldest = Math.min(...time.map(one => one.oldest))
  return {
    name,
    ...(id !== undefined && { id }),
    seconds: added(time, 'seconds'),
    entries: added(time, 'entries'),
    unrated_seconds: added(time, 'unrated_seconds'),
    amounts: amountsOf(worthOf(time)),
    expenses: addedAmounts([expenses.map(chargeOf)]),
    ...(time.length > 0 && { oldest: dayOf(oldest, zone) }),
  }
}

/** What unbilled time is worth, by currency. */
export function worthOf(time: readonly UnbilledSum[]): ReadonlyMap<string, Exact> {
  const worth = new Map<string, Exact>()
  for (const { currency, rest, units } of time) {
    if (currency !== null) worth.set(currency, (worth.get(currency) ?? 0n) + exactOf(units, rest))
  }
  return worth
}

const chargeOf = ({ charge, currency }: ExpenseSum): Amount => ({
  currency,
  amount: moneyText(charge, currency),
})

const added = <K extends string>(rows: readonly Record<K, number>[], figure: K): number =>
  rows.reduce((sum, one) => sum + one[figure], 0)

const totalOf = (rows: readonly Row[]) => ({
  seconds: added(rows, 'seconds'),
  entries: added(rows, 'entries'),
  unrated_seconds: added(rows, 'unrated_seconds'),
  amounts: addedAmounts(rows.map(one => one.amounts ?? [])),
  expenses: addedAmounts(rows.map(one => one.expenses ?? [])),
})

const largestFirst = (a: Row, b: Row): number => b.seconds - a.seconds || byName(a, b)

const cells = (name: string, inner: string, of: Omit<Row, 'name'>): string[] => [
  name,
  inner,
  hours(of.seconds),
  money(of.amounts),
  money(of.expenses),
  of.unrated_seconds > 0 ? hours(of.unrated_seconds) : '',
  of.oldest ?? '',
]

const money = (amounts: readonly Amount[] = []): string =>
  amounts.map(({ amount, currency }) => `${amount} ${currency}`).join(', ')
