import * as z from 'zod'
import type { SumFilter } from '../db/reports.ts'
import type { Context } from '../src/core/context.ts'
import { clientRef, memberRef, periodFields, projectRef, tag, taskRef } from '../src/core/fields.ts'
import { stretchOf, wallClock } from '../src/core/measured.ts'
import { query, type Table } from '../src/core/operation.ts'
import { type Grouping, groups, isCalendar, reportOf } from '../src/core/report.ts'
import { namedIds } from '../src/core/resolve.ts'
import { calendarOf } from '../src/core/time.ts'
import { sharesOf } from '../src/domain/bar.ts'
import { hours } from '../src/domain/duration.ts'
import { AppError } from '../src/domain/error.ts'
import { foldName } from '../src/domain/name.ts'
import { comparedPeriod, type Period, periodShape, periodText, resolvePeriod } from '../src/domain/period.ts'
import { fullName } from '../src/domain/reference.ts'
import {
  type Change,
  changeOf,
  changeShape,
  type Figures,
  figuresShape,
  reportRow,
} from '../src/domain/report.ts'

export const reportFields = {
  ...periodFields,
  group_by: z.enum(groups).optional().describe('Default project'),
  then_by: z.enum(groups).optional().describe('Within each row'),
  client: clientRef.optional(),
  project: projectRef.optional(),
  task: taskRef.optional(),
  member: memberRef.optional(),
  tag: tag.optional(),
  billable: z.boolean().optional().describe('Only, or only not'),
}
const fields = z.object(reportFields)
type ReportFields = z.infer<typeof fields>

const row = reportRow.extend({ rows: z.array(reportRow).optional().describe('By then_by') })
const totals = z.object({
  ...figuresShape,
  wall_seconds: z.int().optional().describe('At work by the clock: what overlaps counts once'),
})
const compared = z.object({
  period: periodShape,
  rows: z.array(row),
  totals: z.object(figuresShape),
  ...changeShape,
})
export const report = z.object({
  period: periodShape,
  rows: z.array(row),
  totals,
  compared: compared.optional(),
})
export type Report = z.infer<typeof report>

export const getReport = query({
  name: 'get_report',
  summary: 'Time and money in a period, grouped.',
  scope: 'read',
  toolset: 'report',
  route: 'GET /reports/summary',
  command: 'report [period]',
  examples: [
    'report',
    'report last_month --group-by client --then-by project',
    'report this_week --group-by day --compare previous',
  ],
  input: z.strictObject({
    ...reportFields,
    compare: z.string().max(40).optional().describe('previous or a period'),
    wall_clock: z.boolean().optional().describe('Overlaps once, too'),
  }),
  seldom: ['then_by', 'member', 'tag', 'task', 'billable', 'wall_clock'],
  output: report,
  text: answer => (answer.rows.length === 0 ? `No time (${answer.period.token}).` : pageOf(answer)),

  async run(context, input) {
    const { filter, grouping, period } = await wantedOf(context, input)
    const found = { period: periodText(period), ...(await reportOf(context, period, filter, grouping)) }
    const asksClock = input.wall_clock ?? found.totals.entries <= quicklyLaidOut
    const wall = asksClock ? await wallClock(context, stretchOf(period), filter) : undefined
    const wall_seconds = wall && [...wall.values()].reduce((sum, seconds) => sum + seconds, 0)
    return {
      ...found,
      totals: { ...found.totals, ...(wall_seconds !== undefined && { wall_seconds }) },
      ...(input.compare && {
        compared: await comparedWith(context, input.compare, { found, filter, grouping, period }),
      }),
    }
  },
})

/** Spans are laid beside one another entry by entry: of more of them than these only when it is asked for. */
const quicklyLaidOut = 2000

export interface WantedReport {
  period: Period
  filter: SumFilter
  grouping: Grouping
}

export async function wantedOf(context: Context, input: ReportFields): Promise<WantedReport> {
  const { billable, group_by = 'project', tag, then_by } = input
  if (then_by === group_by) {
    throw new AppError('validation_error', 'then_by has to be another grouping than group_by.', {
      details: { problems: [{ path: 'then_by', message: 'the same as group_by' }] },
    })
  }
  return {
    period: resolvePeriod(input, calendarOf(context, input.time_zone), 'this_month'),
    filter: { ...(await namedIds(context, input)), billable, ...(tag && { tag_key: foldName(tag) }) },
    grouping: [group_by, then_by],
  }
}

async function comparedWith(
  context: Context,
  compare: string,
  { filter, found, grouping, period }: WantedReport & { found: Pick<Report, 'rows' | 'totals'> },
) {
  const before = comparedPeriod(period, calendarOf(context, period.time_zone), compare)
  const earlier = await reportOf(context, before, filter, grouping)
  return { period: periodText(before), ...earlier, ...changeOf(found, earlier, isCalendar(grouping[0])) }
}

function pageOf({ compared, rows, totals }: Report): (string | Table)[] {
  return [
    tableOf(rows, totals),
    ...(totals.unrated_seconds > 0
      ? [`${hours(totals.unrated_seconds)} of it has no rate: its amount is unknown.`]
      : []),
    ...(clockDiffers(totals) ? [`By the clock: ${hours(totals.wall_seconds)}.`] : []),
    ...(compared ? comparison(compared) : []),
  ]
}

type Totals = Report['totals']
const clockDiffers = (totals: Totals): totals is Totals & { wall_seconds: number } =>
  totals.wall_seconds !== undefined && totals.wall_seconds !== totals.seconds

/** Each currency has a column of its own: nobody adds them up by accident. */
function tableOf(rows: Report['rows'], totals: Figures): Table {
  const isNested = rows.some(row => row.rows !== undefined)
  const currencies = (totals.amounts ?? []).map(one => one.currency)
  const cells = (names: string[], of: Figures): string[] => [
    ...(isNested ? [names[0] ?? '', names[1] ?? ''] : names),
    ...figuresIn(of, currencies),
  ]
  const lines = rows.flatMap(row => [
    { cells: cells([row.client ? fullName(row) : row.name], row), seconds: row.seconds },
    ...(row.rows ?? []).map(inner => ({
      cells: cells(['', inner.client ? fullName(inner) : inner.name], inner),
      seconds: 0,
    })),
  ])
  return {
    columns: [
      ...(isNested ? ['', ''] : ['']),
      'Time',
      'You',
      'Agent',
      'Idle',
      'Billable',
      ...currencies,
      'Entries',
    ],
    rows: [...lines.map(line => line.cells), cells(['Total'], totals)],
    bars: sharesOf(lines.map(line => line.seconds)),
  }
}

const figuresIn = (of: Figures, currencies: readonly string[]): string[] => [
  hours(of.seconds),
  hours(of.active_seconds),
  hours(of.agent_seconds),
  hours(of.idle_seconds),
  hours(of.billable_seconds),
  ...currencies.map(currency => of.amounts?.find(one => one.currency === currency)?.amount ?? ''),
  String(of.entries),
]

function comparison(of: NonNullable<Report['compared']>): (string | Table)[] {
  const money = (of.change_amounts ?? []).map(one => `, ${signed(one.amount)} ${one.currency}`).join('')
  return [
    `${of.period.token}: ${hours(of.totals.seconds)}, change ${hours(of.change_seconds)}${percent(of)}${money}.`,
    ...(of.movers.length === 0
      ? []
      : [
          {
            columns: ['Changed most', 'Change', '%'],
            rows: of.movers.map(one => [
              one.client ? fullName(one) : one.name,
              hours(one.change_seconds),
              one.change_percent === undefined ? 'new' : `${one.change_percent} %`,
            ]),
          },
        ]),
  ]
}

const signed = (amount: string): string => (amount.startsWith('-') ? amount : `+${amount}`)
const percent = ({ change_percent }: Pick<Change, 'change_percent'>): string =>
  change_percent === undefined ? '' : ` (${change_percent} %)`
