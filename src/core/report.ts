import { listTags } from '../../db/entries.ts'
import { findReportedProjects, firstSortAt, type Key, type SumFilter } from '../../db/reports.ts'
import { listTasks } from '../../db/tasks.ts'
import { findAllMembers } from '../../db/workspaces.ts'
import { AppError } from '../domain/error.ts'
import { foldName } from '../domain/name.ts'
import type { Period } from '../domain/period.ts'
import {
  byName,
  type Figures,
  figuresOf,
  nothing,
  type PlainRow,
  plus,
  type ReportRow,
  type Sum,
  totalOf,
} from '../domain/report.ts'
import { addDays, dayOf, monthOf, startOfDay, weekOf } from '../domain/zone.ts'
import type { Context, Workspace } from './context.ts'
import { type LocalStretch, measured, measuredWhole, stretchOf } from './measured.ts'

const calendarGroups = ['day', 'week', 'month'] as const
type CalendarGroup = (typeof calendarGroups)[number]
const keyedGroups = ['project', 'client', 'task', 'member', 'tag', 'host'] as const
type KeyedGroup = (typeof keyedGroups)[number]

export const groups = ['project', 'client', 'task', 'day', 'week', 'month', 'member', 'tag', 'host'] as const
export type Group = (typeof groups)[number]
/** One, or a second one within each row of the first. */
export type Grouping = readonly [Group, Group?]

export const isCalendar = (group: Group): group is CalendarGroup => calendarGroups.some(one => one === group)

export async function reportOf(
  context: Context,
  period: Period,
  filter: SumFilter,
  grouping: Grouping,
): Promise<{ rows: ReportRow[]; totals: Figures }> {
  const whole = stretchOf(period)
  const stretch = grouping.some(group => group && isCalendar(group))
    ? await begun(context, whole, filter)
    : whole
  const rows = await rowsOf(context, stretch, filter, grouping)
  return { rows, totals: await totalsOf(context, stretch, filter, grouping[0], rows) }
}

/** With two tags an entry is in two rows, across midnight in two days; in the total it is once. */
async function totalsOf(
  context: Context,
  stretch: LocalStretch,
  filter: SumFilter,
  group: Group,
  rows: readonly ReportRow[],
): Promise<Figures> {
  if (group !== 'tag' && !isCalendar(group)) return totalOf(rows)
  const whole = figuresOf(await measuredWhole(context, stretch, filter))
  return group === 'tag' ? whole : { ...whole, amounts: totalOf(rows).amounts }
}

/** All time begins with the first entry. A day without a clock time is sorted by its start, which is another elsewhere. */
async function begun(
  { db, workspace }: Context,
  stretch: LocalStretch,
  filter: SumFilter,
): Promise<LocalStretch> {
  if (stretch.from !== 0) return stretch
  const first = await firstSortAt(db, workspace.id, filter)
  if (first === undefined) return { ...stretch, from: stretch.to }
  return { ...stretch, from: startOfDay(addDays(dayOf(first, stretch.zone), -1), stretch.zone) }
}

async function rowsOf(
  context: Context,
  stretch: LocalStretch,
  filter: SumFilter,
  [first, second]: Grouping,
): Promise<ReportRow[]> {
  if (isCalendar(first)) return calendarRows(context, stretch, filter, first, second)
  const rows = await keyedRows(context, stretch, filter, first)
  if (!second) return rows.map(({ row }) => row)
  const inner = isCalendar(second)
    ? await innerCalendarRows(context, stretch, filter, first, second)
    : await innerRows(context, stretch, filter, first, second)
  return rows.map(({ key, row }) => ({ ...row, rows: inner.get(key) ?? [] }))
}

async function calendarRows(
  context: Context,
  stretch: LocalStretch,
  filter: SumFilter,
  group: CalendarGroup,
  second: Group | undefined,
): Promise<ReportRow[]> {
  const rows: ReportRow[] = []
  for (const { name, ...part } of partsOf(stretch, group, context.workspace.week_start)) {
    const sum = await measuredWhole(context, part, filter)
    if (sum.entries === 0) continue
    const row = { name, ...figuresOf(sum) }
    rows.push(second ? { ...row, rows: await rowsOf(context, part, filter, [second]) } : row)
  }
  return rows
}

interface KeyedRow {
  key: string | null
  row: PlainRow
}

async function keyedRows(
  context: Context,
  stretch: LocalStretch,
  filter: SumFilter,
  group: KeyedGroup,
): Promise<KeyedRow[]> {
  const known = await namesOf(context, group)
  const found = await sumsBy(context, stretch, filter, [group])
  return found
    .map(({ path: [key = null], sum }) => ({ key, row: rowOf(nameIn(known, group, key), sum) }))
    .toSorted((a, b) => b.row.seconds - a.row.seconds || byName(a.row, b.row))
}

async function innerRows(
  context: Context,
  stretch: LocalStretch,
  filter: SumFilter,
  first: KeyedGroup,
  second: KeyedGroup,
): Promise<Map<string | null, PlainRow[]>> {
  const known = await namesOf(context, second)
  const inner = new Map<string | null, PlainRow[]>()
  for (const { path, sum } of await sumsBy(context, stretch, filter, [first, second])) {
    const [outer = null, key = null] = path
    const row = rowOf(nameIn(known, second, key), sum)
    inner.set(outer, [...(inner.get(outer) ?? []), row])
  }
  for (const rows of inner.values()) rows.sort((a, b) => b.seconds - a.seconds || byName(a, b))
  return inner
}

async function innerCalendarRows(
  context: Context,
  stretch: LocalStretch,
  filter: SumFilter,
  first: KeyedGroup,
  second: CalendarGroup,
): Promise<Map<string | null, PlainRow[]>> {
  const inner = new Map<string | null, PlainRow[]>()
  for (const { name, ...part } of partsOf(stretch, second, context.workspace.week_start)) {
    for (const { path, sum } of await sumsBy(context, part, filter, [first])) {
      const [outer = null] = path
      inner.set(outer, [...(inner.get(outer) ?? []), { name, ...figuresOf(sum) }])
    }
  }
  return inner
}

interface GroupedSum {
  path: (string | null)[]
  sum: Sum
}

/** Clients are put together from their projects. */
async function sumsBy(
  context: Context,
  stretch: LocalStretch,
  filter: SumFilter,
  wanted: readonly KeyedGroup[],
): Promise<GroupedSum[]> {
  const keys = [...new Set(wanted.map(keyOf))]
  const found = await measured(context, stretch, filter, keys)
  if (!wanted.includes('client')) return found.map(({ path, sum }) => ({ path: [...path], sum }))
  const clients = new Map<string | null, string | null>(
    (await findReportedProjects(context.db, context.workspace.id)).map(one => [one.id, one.client_id]),
  )
  const together = new Map<string, GroupedSum>()
  for (const { path: keyed, sum } of found) {
    const valueOf = (key: Key): string | null => keyed[keys.indexOf(key)] ?? null
    const path = wanted.map(group =>
      group === 'client' ? (clients.get(valueOf('project')) ?? null) : valueOf(group),
    )
    const name = path.join(' ')
    together.set(name, { path, sum: plus(together.get(name)?.sum ?? nothing, sum) })
  }
  return [...together.values()]
}

const keyOf = (group: KeyedGroup): Key => (group === 'client' ? 'project' : group)

// The figures are new, so that the name may be put into them: to spread both takes longer than to read the sums.
const rowOf = (name: Name, sum: Sum): PlainRow => Object.assign(figuresOf(sum), name)

type Name = Pick<PlainRow, 'name' | 'id' | 'client' | 'project'>
const noneOf = {
  project: 'no project',
  client: 'no client',
  task: 'no task',
  member: 'nobody',
  tag: 'no tag',
  host: 'by hand',
}

const nameIn = (known: ReadonlyMap<string, Name>, group: KeyedGroup, key: string | null): Name =>
  key === null ? { name: noneOf[group] } : (known.get(key) ?? { name: key })

/** What stands behind the keys of a group: also what was archived. */
async function namesOf({ db, workspace }: Context, group: KeyedGroup): Promise<ReadonlyMap<string, Name>> {
  const names = new Map<string, Name>()
  if (group === 'project' || group === 'client') {
    for (const { client_id, client_name, id, name } of await findReportedProjects(db, workspace.id)) {
      const client =
        client_id === null || client_name === null ? undefined : { id: client_id, name: client_name }
      if (group === 'project') names.set(id, { name, id, ...(client && { client }) })
      else if (client) names.set(client.id, { name: client.name, id: client.id })
    }
  }
  if (group === 'member')
    for (const { id, name } of await findAllMembers(db, workspace.id)) names.set(id, { name, id })
  if (group === 'tag')
    for (const { tag } of await listTags(db, workspace.id)) names.set(foldName(tag), { name: tag })
  if (group === 'task') {
    for (const { id, name, project_id, project_name } of await listTasks(db, workspace.id, {
      status: 'all',
    })) {
      names.set(id, { name, id, project: { id: project_id, name: project_name } })
    }
  }
  return names
}

type WeekStart = Workspace['week_start']
const mostParts = 4000

/** The days, weeks or months of a stretch; the first and the last may be cut. */
function partsOf(
  { from, to, zone }: LocalStretch,
  group: CalendarGroup,
  weekStart: WeekStart,
): (LocalStretch & { name: string })[] {
  const parts: (LocalStretch & { name: string })[] = []
  for (let day = dayOf(from, zone); startOfDay(day, zone) < to; day = next(group, day, weekStart)) {
    if (parts.length >= mostParts) throw tooManyRows(group)
    const start = Math.max(startOfDay(day, zone), from)
    const end = Math.min(startOfDay(next(group, day, weekStart), zone), to)
    if (start < end) parts.push({ from: start, to: end, zone, name: partName(group, day, weekStart) })
  }
  return parts
}

function next(group: CalendarGroup, day: string, weekStart: WeekStart): string {
  if (group === 'day') return addDays(day, 1)
  if (group === 'week') return addDays(weekOf(day, weekStart), 7)
  return `${monthOf(addDays(`${monthOf(day)}-28`, 4))}-01`
}

const partName = (group: CalendarGroup, day: string, weekStart: WeekStart): string =>
  group === 'day' ? day : group === 'week' ? `week of ${weekOf(day, weekStart)}` : monthOf(day)

const tooManyRows = (group: string): AppError =>
  new AppError('validation_error', `That period has more than ${mostParts} rows by ${group}.`, {
    hint: 'Choose a shorter period or a larger group.',
  })
