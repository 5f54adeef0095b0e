import * as z from 'zod'
import { findMembers } from '../db/workspaces.ts'
import { periodFields } from '../src/core/fields.ts'
import { query } from '../src/core/operation.ts'
import { assertReadsOthers } from '../src/core/reach.ts'
import { reportOf } from '../src/core/report.ts'
import { calendarOf } from '../src/core/time.ts'
import { sharesOf } from '../src/domain/bar.ts'
import { hours } from '../src/domain/duration.ts'
import { periodShape, periodText, resolvePeriod } from '../src/domain/period.ts'
import { fullName, reference } from '../src/domain/reference.ts'

const figuresShape = {
  seconds: z.int(),
  active_seconds: z.int(),
  agent_seconds: z.int(),
  billable_seconds: z.int(),
}
const figures = z.object(figuresShape)
type Figures = z.infer<typeof figures>
const row = z.object({
  name: z.string(),
  id: z.string().optional(),
  client: reference.optional(),
  ...figuresShape,
})
type Row = z.infer<typeof row>

export const getTeamSummary = query({
  name: 'get_team_summary',
  summary: 'Hours by member and by project, this week.',
  scope: 'read',
  toolset: 'report',
  route: 'GET /reports/team',
  command: 'team [period]',
  examples: ['team', 'team last_week'],
  input: z.strictObject({ ...periodFields }),
  output: z.object({
    period: periodShape,
    members: z.array(row),
    projects: z.array(row),
    totals: figures,
  }),
  text: ({ members, period, projects, totals }) =>
    totals.seconds === 0
      ? `No time (${period.token}).`
      : [tableOf('Member', members, totals), '', tableOf('Project', projects, totals)],

  async run(context, input) {
    assertReadsOthers(context, 'Reading the hours of others')
    const { db, workspace } = context
    const period = resolvePeriod(input, calendarOf(context, input.time_zone), 'this_week')
    const byMember = await reportOf(context, period, {}, ['member'])
    const byProject = await reportOf(context, period, {}, ['project'])
    const idle = (await findMembers(db, workspace.id))
      .filter(({ id }) => !byMember.rows.some(one => one.id === id))
      .map(({ id, name }) => ({ name, id, ...none }))
    return {
      period: periodText(period),
      members: [...byMember.rows.map(rowOf), ...idle],
      projects: byProject.rows.map(rowOf),
      totals: figuresOf(byMember.totals),
    }
  },
})

const none: Figures = { seconds: 0, active_seconds: 0, agent_seconds: 0, billable_seconds: 0 }

const rowOf = ({ client, id, name, ...of }: Row): Row => ({
  name,
  ...(id !== undefined && { id }),
  ...(client && { client }),
  ...figuresOf(of),
})

const figuresOf = (of: Figures): Figures => ({
  seconds: of.seconds,
  active_seconds: of.active_seconds,
  agent_seconds: of.agent_seconds,
  billable_seconds: of.billable_seconds,
})

const tableOf = (title: string, rows: readonly Row[], totals: Figures) => ({
  columns: [title, 'Time', 'Active', 'Agent', 'Billable'],
  rows: [...rows.map(one => cells(one.client ? fullName(one) : one.name, one)), cells('Total', totals)],
  bars: sharesOf(rows.map(one => one.seconds)),
})

const cells = (name: string, of: Figures): string[] => [
  name,
  hours(of.seconds),
  hours(of.active_seconds),
  hours(of.agent_seconds),
  hours(of.billable_seconds),
]
