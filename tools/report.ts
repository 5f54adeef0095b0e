import * as z from 'zod'
import { listTags, tagKeysOf } from '../db/entries.ts'
import { findProjectNames } from '../db/projects.ts'
import {
  type AtEdge,
  atEdges,
  firstSortAt,
  type Key,
  type Stretch,
  type Sum,
  type SumFilter,
  sums,
} from '../db/reports.ts'
import { findSpans } from '../db/spans.ts'
import { listTasks } from '../db/tasks.ts'
import { findAllMembers } from '../db/workspaces.ts'
import type { Context } from '../src/core/context.ts'
import { clientRef, memberRef, periodFields, projectRef, tag } from '../src/core/fields.ts'
import { query } from '../src/core/operation.ts'
import { namedIds } from '../src/core/resolve.ts'
import { calendarOf } from '../src/core/time.ts'
import { hours } from '../src/domain/duration.ts'
import { clipped } from '../src/domain/entry.ts'
import { AppError } from '../src/domain/error.ts'
import { foldName } from '../src/domain/name.ts'
import { comparedPeriod, type Period, periodShape, periodText, resolvePeriod } from '../src/domain/period.ts'
import { fullName, reference } from '../src/domain/reference.ts'
import { billableSeconds } from '../src/domain/session.ts'
import { addDays, dayOf, monthOf, startOfDay, weekOf } from '../src/domain/zone.ts'

const groups = ['project', 'client', 'task', 'day', 'week', 'month', 'member', 'tag', 'host'] as const
export type Group = (typeof groups)[number]

export const figuresShape = {
  seconds: z.int(),
  active_seconds: z.int(),
  agent_seconds: z.int(),
  idle_seconds: z.int(),
  billable_seconds: z.int(),
  entries: z.int(),
}
const reportRow = z.object({
  name: z.string().describe('What the row stands for'),
  id: z.string().optional(),
  client: reference.optional(),
  project: reference.optional().describe('Of a task'),
  ...figuresShape,
})
const reportShape = z.object({
  period: periodShape,
  rows: z.array(reportRow),
  totals: z.object(figuresShape),
})
type ReportRow = z.infer<typeof reportRow>

export const getReport = query({
  name: 'get_report',
  summary:
    'Hours in a period, grouped: yours, agents’, idle, billable. compare: previous, or another period.',
  scope: 'read',
  toolset: 'report',
  route: 'GET /reports/summary',
  command: 'report [period]',
  examples: [
    'report',
    'report last_month --group-by client',
    'report this_week --group-by day --compare previous',
  ],
  input: z.strictObject({
    ...periodFields,
    group_by: z.enum(groups).optional().describe('Default project'),
    client: clientRef.optional(),
    project: projectRef.optional(),
    member: memberRef.optional(),
    tag: tag.optional(),
    compare: z.string().max(40).optional().describe('previous or a period'),
  }),
  output: reportShape.extend({
    compared: reportShape
      .extend({ change_seconds: z.int(), change_percent: z.number().optional() })
      .optional(),
  }),
  text: ({ compared, period, rows, totals }) =>
    rows.length === 0
      ? `No time (${period.token}).`
      : [
          {
            columns: ['', 'Time', 'You', 'Agent', 'Idle', 'Billable', 'Entries'],
            rows: [...rows.map(cells), cells({ name: 'Total', ...totals })],
          },
          ...(compared
            ? [
                `${compared.period.token}: ${hours(compared.totals.seconds)}, change ${hours(compared.change_seconds)}.`,
              ]
            : []),
        ],

  async run(context, input) {
    const calendar = calendarOf(context, input.time_zone)
    const period = resolvePeriod(input, calendar, 'this_month')
    const filter = { ...(await namedIds(context, input)), ...(input.tag && { tag_key: foldName(input.tag) }) }
    const group = input.group_by ?? 'project'
    const report = await reportOf(context, period, filter, group)
    if (!input.compare) return report
    const earlier = await reportOf(context, comparedPeriod(period, calendar, input.compare), filter, group)
    const change = report.totals.seconds - earlier.totals.seconds
    return {
      ...report,
      compared: {
        ...earlier,
        change_seconds: change,
        ...(earlier.totals.seconds > 0 && {
          change_percent: Math.round((change * 1000) / earlier.totals.seconds) / 10,
        }),
      },
    }
  },
})

const cells = (row: ReportRow): string[] => [
  row.client ? fullName(row) : row.name,
  hours(row.seconds),
  hours(row.active_seconds),
  hours(row.agent_seconds),
  hours(row.idle_seconds),
  hours(row.billable_seconds),
  String(row.entries),
]

async function reportOf(context: Context, period: Period, filter: SumFilter, group: Group) {
  const rows = await rowsOf(context, period, filter, group)
  return { period: periodText(period), rows, totals: await totalOf(context, period, filter, group, rows) }
}

/** With two tags an entry is in two rows, across midnight in two days; in the total it is once. */
async function totalOf(
  context: Context,
  period: Period,
  filter: SumFilter,
  group: Group,
  rows: readonly ReportRow[],
) {
  if (group !== 'tag' && !isCalendar(group))
    return figuresOf(rows.reduce<Sum>((sum, row) => plus(sum, row, 1), nothing))
  const [whole] = await measured(context, stretchOf(period), filter, 'all')
  return figuresOf(whole?.sum ?? nothing)
}

const isCalendar = (group: Group): group is 'day' | 'week' | 'month' =>
  group === 'day' || group === 'week' || group === 'month'

async function rowsOf(
  context: Context,
  period: Period,
  filter: SumFilter,
  group: Group,
): Promise<ReportRow[]> {
  if (isCalendar(group)) return calendarRows(context, period, filter, group)
  const found = await measured(context, stretchOf(period), filter, group === 'client' ? 'project' : group)
  const rows = await named(context, group, found)
  return rows.toSorted((a, b) => b.seconds - a.seconds || (a.name < b.name ? -1 : 1))
}

/** A stretch of a calendar: in its zone lie the days of entries that have no clock time. */
export interface LocalStretch extends Stretch {
  zone: string
}

export const stretchOf = ({ from, time_zone, to }: Period): LocalStretch => ({
  from: from ?? 0,
  to,
  zone: time_zone,
})

export interface Measured {
  key: string | null
  sum: Sum
}

export const nothing: Sum = {
  active_seconds: 0,
  agent_seconds: 0,
  idle_seconds: 0,
  billable_seconds: 0,
  entries: 0,
}

/**
 * Time in a stretch, exact at its edges. Sums are quick but take entries whole, where they start:
 *
 *     stretch        [-----------)
 *     a          |======|             starts before: its part is added
 *     b                |====|         as it is
 *     c                     |======|  hangs over: its rest is taken off
 */
export async function measured(
  context: Context,
  stretch: LocalStretch,
  filter: SumFilter,
  key: Key,
): Promise<Measured[]> {
  const { db, workspace } = context
  const byKey = new Map<string | null, Sum>()
  for (const { key: name, ...sum } of await sums(db, workspace.id, stretch, filter, key)) byKey.set(name, sum)
  for (const one of await atEdges(db, workspace.id, stretch, filter))
    await mend(context, byKey, key, one, stretch)
  return [...byKey].map(([name, sum]) => ({ key: name, sum })).filter(({ sum }) => sum.entries > 0)
}

async function mend(
  context: Context,
  byKey: Map<string | null, Sum>,
  key: Key,
  of: AtEdge,
  stretch: LocalStretch,
): Promise<void> {
  const counted = of.sort_at >= stretch.from && of.sort_at < stretch.to
  const part = await partOf(context, of, stretch)
  for (const name of await keysOf(context, key, of)) {
    const sum = byKey.get(name) ?? nothing
    byKey.set(name, plus(counted ? plus(sum, of, -1) : sum, part, 1))
  }
}

async function partOf(
  { db, workspace }: Context,
  of: AtEdge,
  { from, to, zone }: LocalStretch,
): Promise<Sum> {
  const { ended_at, started_at } = of
  if (started_at === null || ended_at === null) {
    const start = startOfDay(of.date, zone)
    return start >= from && start < to ? of : nothing
  }
  if (started_at >= to || ended_at <= from) return nothing
  const spans = await findSpans(db, workspace.id, of.id)
  const inside = clipped({ started_at, ended_at, spans }, from, to)
  const terms = { billable: of.billable === 1, bill_agent_time: of.bill_agent_time === 1 }
  return { ...inside, billable_seconds: billableSeconds(inside, terms), entries: 1 }
}

async function keysOf(context: Context, key: Key, of: AtEdge): Promise<(string | null)[]> {
  if (key === 'all') return [null]
  if (key !== 'tag') return [of[key]]
  const tags = await tagKeysOf(context.db, context.workspace.id, of.id)
  return tags.length > 0 ? tags : [null]
}

const plus = (sum: Sum, other: Sum, sign: 1 | -1): Sum => ({
  active_seconds: sum.active_seconds + sign * other.active_seconds,
  agent_seconds: sum.agent_seconds + sign * other.agent_seconds,
  idle_seconds: sum.idle_seconds + sign * other.idle_seconds,
  billable_seconds: sum.billable_seconds + sign * other.billable_seconds,
  entries: sum.entries + sign * other.entries,
})

export const figuresOf = (sum: Sum) => ({
  seconds: sum.active_seconds + sum.agent_seconds,
  active_seconds: sum.active_seconds,
  agent_seconds: sum.agent_seconds,
  idle_seconds: sum.idle_seconds,
  billable_seconds: sum.billable_seconds,
  entries: sum.entries,
})

async function named(
  context: Context,
  group: Exclude<Group, 'day' | 'week' | 'month'>,
  found: readonly Measured[],
): Promise<ReportRow[]> {
  if (group === 'project' || group === 'client') return byProject(context, group, found)
  const names = await namesOf(context, group)
  return found.map(({ key, sum }) => ({
    name: noneOf[group],
    ...(key !== null && (names.get(key) ?? { name: key })),
    ...figuresOf(sum),
  }))
}

const noneOf = { task: 'no task', member: 'nobody', tag: 'no tag', host: 'by hand' }

/** What stands behind the keys of a group: also what was archived. */
async function namesOf({ db, workspace }: Context, group: 'task' | 'member' | 'tag' | 'host') {
  const names = new Map<string, Pick<ReportRow, 'id' | 'name' | 'project'>>()
  if (group === 'member')
    for (const { id, name } of await findAllMembers(db, workspace.id)) names.set(id, { id, name })
  if (group === 'tag')
    for (const { tag } of await listTags(db, workspace.id)) names.set(foldName(tag), { name: tag })
  if (group === 'task') {
    for (const { id, name, project_id, project_name } of await listTasks(db, workspace.id, {
      status: 'all',
    })) {
      names.set(id, { id, name, project: { id: project_id, name: project_name } })
    }
  }
  return names
}

async function byProject(
  context: Context,
  group: 'project' | 'client',
  found: readonly Measured[],
): Promise<ReportRow[]> {
  const projects = new Map(
    (await findProjectNames(context.db, context.workspace.id)).map(one => [one.id, one]),
  )
  const clients = new Map<string | null, { name: string; sum: Sum }>()
  const rows: ReportRow[] = []
  for (const { key, sum } of found) {
    const project = projects.get(key ?? '')
    if (!project) throw new Error('An entry has a project.')
    const { client, client_id, id, name } = project
    rows.push({
      name,
      id,
      ...(client_id !== null && client !== null && { client: { id: client_id, name: client } }),
      ...figuresOf(sum),
    })
    clients.set(client_id, {
      name: client ?? 'no client',
      sum: plus(clients.get(client_id)?.sum ?? nothing, sum, 1),
    })
  }
  if (group === 'project') return rows
  return [...clients].map(([id, { name, sum }]) => ({ name, ...(id !== null && { id }), ...figuresOf(sum) }))
}

const mostCalendarRows = 4000

async function calendarRows(
  context: Context,
  period: Period,
  filter: SumFilter,
  group: 'day' | 'week' | 'month',
): Promise<ReportRow[]> {
  const zone = period.time_zone
  const { week_start } = context.workspace
  const first = await firstDay(context, period, filter)
  if (first === undefined) return []
  const rows: ReportRow[] = []
  for (let day = first; startOfDay(day, zone) < period.to; day = next(group, day, week_start)) {
    if (rows.length >= mostCalendarRows) throw tooManyRows(group)
    const from = Math.max(startOfDay(day, zone), period.from ?? 0)
    const to = Math.min(startOfDay(next(group, day, week_start), zone), period.to)
    const [found] = from < to ? await measured(context, { from, to, zone }, filter, 'all') : []
    if (found) rows.push({ name: bucketName(group, day, week_start), ...figuresOf(found.sum) })
  }
  return rows
}

async function firstDay(
  { db, workspace }: Context,
  period: Period,
  filter: SumFilter,
): Promise<string | undefined> {
  if (period.from !== null) return dayOf(period.from, period.time_zone)
  const first = await firstSortAt(db, workspace.id, filter)
  // a day without a clock time is sorted by its start elsewhere
  return first === undefined ? undefined : addDays(dayOf(first, period.time_zone), -1)
}

function next(
  group: 'day' | 'week' | 'month',
  day: string,
  weekStart: Context['workspace']['week_start'],
): string {
  if (group === 'day') return addDays(day, 1)
  if (group === 'week') return addDays(weekOf(day, weekStart), 7)
  return `${monthOf(addDays(`${monthOf(day)}-28`, 4))}-01`
}

const bucketName = (
  group: 'day' | 'week' | 'month',
  day: string,
  weekStart: Context['workspace']['week_start'],
) => (group === 'day' ? day : group === 'week' ? `week of ${weekOf(day, weekStart)}` : monthOf(day))

const tooManyRows = (group: string): AppError =>
  new AppError('validation_error', `That period has more than ${mostCalendarRows} rows by ${group}.`, {
    hint: 'Choose a shorter period or a larger group.',
  })
