import * as z from 'zod'
import { firstSortAt } from '../db/reports.ts'
import { findMembers, findWorkspace } from '../db/workspaces.ts'
import type { Context } from '../src/core/context.ts'
import { memberRef, periodFields } from '../src/core/fields.ts'
import { stretchOf, wallClock } from '../src/core/measured.ts'
import { query } from '../src/core/operation.ts'
import { readsOthers } from '../src/core/reach.ts'
import { reportOf } from '../src/core/report.ts'
import { resolveMember } from '../src/core/resolve.ts'
import { calendarOf } from '../src/core/time.ts'
import { sharesOf } from '../src/domain/bar.ts'
import { billingOf } from '../src/domain/billing.ts'
import { capacityOf, defaultWeeklyHours, percentOf, workingDays } from '../src/domain/capacity.ts'
import { hours } from '../src/domain/duration.ts'
import { type Period, periodShape, periodText, resolvePeriod } from '../src/domain/period.ts'
import { byName } from '../src/domain/report.ts'
import { addDays, dayOf } from '../src/domain/zone.ts'

const figuresShape = {
  seconds: z.int().describe('Tracked: active and agent'),
  active_seconds: z.int(),
  agent_seconds: z.int(),
  billable_seconds: z.int(),
  billable_percent: z.number().optional().describe('Of what was tracked'),
  capacity_seconds: z.int().describe('Working days up to today'),
  capacity_percent: z.number().optional().describe('Active time of the capacity'),
  wall_seconds: z.int().describe('At work by the clock: what overlaps counts once'),
}
const figures = z.object(figuresShape)
type Figures = z.infer<typeof figures>

export const getUtilization = query({
  name: 'get_utilization',
  summary: 'How much of their working hours members tracked and billed.',
  scope: 'read',
  route: 'GET /reports/utilization',
  command: 'utilization [period]',
  examples: ['utilization', 'utilization last_month --member ada'],
  input: z.strictObject({ ...periodFields, member: memberRef.optional() }),
  output: z.object({
    period: periodShape,
    weekly_hours: z.number(),
    rows: z.array(z.object({ name: z.string(), id: z.string(), ...figuresShape })),
    totals: figures,
  }),
  text: ({ rows, totals }) => [
    {
      columns: ['Member', 'Tracked', 'Active', 'Billable', 'Share', 'Capacity', 'Used', 'By the clock'],
      rows: [...rows.map(cells), cells({ name: 'Total', ...totals })],
      bars: sharesOf(rows.map(row => row.active_seconds)),
    },
  ],

  async run(context, input) {
    const { db, workspace } = context
    const period = resolvePeriod(input, calendarOf(context, input.time_zone), 'this_month')
    const member = input.member === undefined ? undefined : (await resolveMember(context, input.member)).id
    const row = await findWorkspace(db, workspace.id)
    const { weekly_hours = defaultWeeklyHours } = billingOf(row?.billing ?? '{}')
    const capacity = capacityOf(await daysUpToToday(context, period), weekly_hours)
    const { rows: found } = await reportOf(context, period, { member }, ['member'])
    const wall = await wallClock(context, stretchOf(period), { member })
    const here = (await findMembers(db, workspace.id)).filter(
      one => (!member || one.id === member) && (readsOthers(context) || one.id === context.member.id),
    )
    const rows = named(found, here)
      .map(({ id, name, ...of }) => ({ name, id, ...figuresOf(of, capacity, wall.get(id) ?? 0) }))
      .toSorted((a, b) => b.active_seconds - a.active_seconds || byName(a, b))
    return { period: periodText(period), weekly_hours, rows, totals: totalOf(rows) }
  },
})

type Tracked = Pick<Figures, 'seconds' | 'active_seconds' | 'agent_seconds' | 'billable_seconds'>
const none: Tracked = { seconds: 0, active_seconds: 0, agent_seconds: 0, billable_seconds: 0 }

/** Everybody who is here, and whoever left but tracked time. */
function named(
  found: readonly (Tracked & { id?: string | undefined; name: string })[],
  here: readonly { id: string; name: string }[],
) {
  const idle = here.filter(({ id }) => !found.some(one => one.id === id))
  return [
    ...found.map(one => ({ ...one, id: one.id ?? '' })),
    ...idle.map(({ id, name }) => ({ id, name, ...none })),
  ]
}

async function daysUpToToday({ db, now, workspace }: Context, period: Period): Promise<number> {
  const { time_zone: zone } = period
  const from = period.from ?? (await firstSortAt(db, workspace.id, {})) ?? period.to
  const tomorrow = addDays(dayOf(now, zone), 1)
  const after = dayOf(period.to - 1, zone)
  return workingDays(dayOf(from, zone), after < tomorrow ? addDays(after, 1) : tomorrow)
}

const figuresOf = (of: Tracked, capacity: number, wall: number): Figures =>
  shared({
    seconds: of.seconds,
    active_seconds: of.active_seconds,
    agent_seconds: of.agent_seconds,
    billable_seconds: of.billable_seconds,
    capacity_seconds: capacity,
    wall_seconds: wall,
  })

function shared(of: Omit<Figures, 'billable_percent' | 'capacity_percent'>): Figures {
  const billable = percentOf(of.billable_seconds, of.seconds)
  const used = percentOf(of.active_seconds, of.capacity_seconds)
  return {
    ...of,
    ...(billable !== undefined && { billable_percent: billable }),
    ...(used !== undefined && { capacity_percent: used }),
  }
}

function totalOf(rows: readonly Figures[]): Figures {
  const sum = (figure: Exclude<keyof Figures, 'billable_percent' | 'capacity_percent'>): number =>
    rows.reduce((all, row) => all + row[figure], 0)
  return shared({
    seconds: sum('seconds'),
    active_seconds: sum('active_seconds'),
    agent_seconds: sum('agent_seconds'),
    billable_seconds: sum('billable_seconds'),
    capacity_seconds: sum('capacity_seconds'),
    wall_seconds: sum('wall_seconds'),
  })
}

const cells = (of: Figures & { name: string }): string[] => [
  of.name,
  hours(of.seconds),
  hours(of.active_seconds),
  hours(of.billable_seconds),
  percent(of.billable_percent),
  hours(of.capacity_seconds),
  percent(of.capacity_percent),
  hours(of.wall_seconds),
]
const percent = (share: number | undefined): string => (share === undefined ? '' : `${share} %`)
