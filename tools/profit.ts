import * as z from 'zod'
import { clientRef, periodFields, projectRef } from '../src/core/fields.ts'
import { query } from '../src/core/operation.ts'
import { type BusinessRow, businessOf } from '../src/core/profit.ts'
import { namedIds } from '../src/core/resolve.ts'
import { calendarOf } from '../src/core/time.ts'
import { hours } from '../src/domain/duration.ts'
import { amountOut, money } from '../src/domain/money.ts'
import { periodShape, periodText, resolvePeriod } from '../src/domain/period.ts'
import {
  type Business,
  noBusiness,
  type Profit,
  profitOf,
  profitOfAll,
  together,
} from '../src/domain/profit.ts'
import { fullName, reference } from '../src/domain/reference.ts'
import { byName } from '../src/domain/report.ts'

const profit = z.object({
  currency: z.string(),
  seconds: z.int(),
  revenue: amountOut().optional().describe('Time at its rates, and expenses that are charged'),
  costs: amountOut().optional().describe('People at their cost rates, and money laid out'),
  margin: amountOut().optional().describe('None: a cost is unknown'),
  margin_percent: money(z.number()).optional(),
  unrated_seconds: z.int().describe('Billable, without a rate: more would come in'),
  uncosted_seconds: z.int().describe('Active, without a cost rate: it costs more'),
})
const row = profit.extend({
  name: z.string(),
  id: z.string().optional(),
  client: reference.optional(),
})
type Row = z.infer<typeof row>

export const getProfit = query({
  name: 'get_profit',
  summary: 'Revenue, costs and margin by client or project, in each currency.',
  scope: 'read',
  role: 'manager',
  route: 'GET /reports/profit',
  command: 'profit [period]',
  examples: ['profit last_month', 'profit this_year --group-by project'],
  input: z.strictObject({
    ...periodFields,
    group_by: z.enum(['client', 'project']).optional().describe('Default client'),
    client: clientRef.optional(),
    project: projectRef.optional(),
  }),
  output: z.object({
    period: periodShape,
    rows: z.array(row),
    totals: z.array(profit).describe('One for each currency'),
  }),
  text: ({ period, rows, totals }) =>
    rows.length === 0
      ? `Nothing came in and nothing was spent (${period.token}).`
      : [
          {
            columns: ['', 'Currency', 'Time', 'Revenue', 'Costs', 'Margin', '%', 'No rate', 'No cost'],
            rows: [...rows, ...totals.map(one => ({ ...one, name: 'Total' }))].map(cells),
          },
          ...(totals.some(one => one.uncosted_seconds > 0)
            ? ['What an hour of somebody costs, set_rate says: stint rate set --kind cost.']
            : []),
        ],

  async run(context, input) {
    const { group_by = 'client' } = input
    const period = resolvePeriod(input, calendarOf(context, input.time_zone), 'this_month')
    const filter = await namedIds(context, { client: input.client, project: input.project })
    const found = groupedBy(group_by, await businessOf(context, period, filter))
    return {
      period: periodText(period),
      rows: found.map(({ currency, name, of }) => ({ ...name, ...profitOf(of, currency) })).toSorted(inOrder),
      totals: totalsOf(found),
    }
  },
})

interface Group {
  name: Pick<Row, 'name' | 'id' | 'client'>
  currency: string
  of: Business
}

function groupedBy(group: 'client' | 'project', found: readonly BusinessRow[]): Group[] {
  const groups = new Map<string, Group>()
  for (const { client, currency, of, project } of found) {
    const named = group === 'client' ? client : project
    const shown = named
      ? { ...named, ...(group === 'project' && client && { client }) }
      : { name: `no ${group}` }
    const key = `${named?.id ?? client?.id ?? ''} ${currency}`
    groups.set(key, { name: shown, currency, of: together(groups.get(key)?.of ?? noBusiness, of) })
  }
  return [...groups.values()]
}

function totalsOf(groups: readonly Group[]): Profit[] {
  const currencies = [...new Set(groups.map(one => one.currency))].toSorted()
  return currencies.map(currency =>
    profitOfAll(
      groups.filter(one => one.currency === currency).map(one => one.of),
      currency,
    ),
  )
}

const inOrder = (a: Row, b: Row): number =>
  byName({ name: a.currency }, { name: b.currency }) || b.seconds - a.seconds || byName(a, b)

const cells = (of: Omit<Row, 'id'>): string[] => [
  of.client ? fullName(of) : of.name,
  of.currency,
  hours(of.seconds),
  of.revenue ?? '',
  of.costs ?? '',
  of.margin ?? 'unknown',
  of.margin_percent === undefined ? '' : `${of.margin_percent} %`,
  of.unrated_seconds > 0 ? hours(of.unrated_seconds) : '',
  of.uncosted_seconds > 0 ? hours(of.uncosted_seconds) : '',
]
