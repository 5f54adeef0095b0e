import * as z from 'zod'
import { findLimited } from '../db/budgets.ts'
import { unbilledSums } from '../db/reports.ts'
import { findOpenSessions, findUnsettled } from '../db/sessions.ts'
import { budgetAlarms } from '../src/core/budget.ts'
import type { Context } from '../src/core/context.ts'
import { timeZone } from '../src/core/fields.ts'
import { measuredWhole, stretchOf } from '../src/core/measured.ts'
import { query } from '../src/core/operation.ts'
import { reaches } from '../src/core/reach.ts'
import { nameOf, spent } from '../src/core/session.ts'
import { calendarOf } from '../src/core/time.ts'
import { budgetAlarm } from '../src/domain/budget.ts'
import { hours } from '../src/domain/duration.ts'
import { type Amount, amountsOut } from '../src/domain/money.ts'
import { periodShape, periodText, resolvePeriod } from '../src/domain/period.ts'
import { toldFor } from '../src/domain/policy.ts'
import { amountsOf, figuresOf, figuresShape } from '../src/domain/report.ts'
import { session } from '../src/domain/session.ts'
import { openOverlaps } from './overlap.ts'
import { forgottenLines, shown, shownEnded } from './status.ts'
import { worthOf } from './unbilled.ts'

const stretch = z.object({ period: periodShape, ...figuresShape })

export const getDashboard = query({
  name: 'get_dashboard',
  summary: 'What runs, today, this week, unbilled, overlaps, forgotten timers.',
  scope: 'read',
  toolset: 'report',
  route: 'GET /dashboard',
  command: 'dashboard',
  examples: ['dashboard', 'dashboard --time-zone Europe/Berlin'],
  input: z.strictObject({ time_zone: timeZone.optional() }),
  output: z.object({
    running: z.array(session),
    today: stretch.describe('Finished time'),
    week: stretch.describe('Finished time'),
    unbilled: amountsOut().optional().describe('Of all time, on no invoice'),
    budgets: z.array(budgetAlarm).describe('Those past a threshold, fullest first'),
    overlaps: z.int().describe('Pairs of your entries this week that share time'),
    forgotten: z.array(session).describe('Ended by themselves, or running very long'),
  }),
  text: ({ budgets, forgotten, overlaps, running, today, unbilled, week }, view) => [
    running.length === 0
      ? 'Nothing is running.'
      : `Running: ${running.map(one => `${nameOf(one)} ${spent(one)}`).join(', ')}.`,
    `Today ${timeAndMoney(today)}, this week ${timeAndMoney(week)}.`,
    ...(unbilled && unbilled.length > 0 ? [`Unbilled: ${moneyText(unbilled)}.`] : []),
    ...budgets.map(
      one =>
        `${nameOf(one)}: ${Math.floor(one.share * 100)} % of its budget is used: stint budget ${one.project.id}`,
    ),
    ...(overlaps > 0
      ? [`${overlaps} ${overlaps === 1 ? 'overlap' : 'overlaps'} this week: stint overlaps this_week`]
      : []),
    ...forgottenLines({ ended: forgotten.filter(one => one.state === 'ended'), open: running }, view),
  ],

  async run(context, input) {
    const { db, member, now, workspace } = context
    const running = await shown(context, await findOpenSessions(db, workspace.id, member.id))
    const ended = await shownEnded(context, await findUnsettled(db, workspace.id, member.id, now - toldFor))
    const week = resolvePeriod({ period: 'this_week' }, calendarOf(context, input.time_zone), 'this_week')
    return {
      running,
      today: await own(context, 'today', input.time_zone),
      week: await own(context, 'this_week', input.time_zone),
      unbilled: amountsOf(worthOf(await unbilledSums(db, workspace.id, everything, {}))),
      budgets: await budgetAlarms(context, await withinReach(context)),
      overlaps: (await openOverlaps(context, member.id, week.from ?? 0, week.to)).length,
      forgotten: [...ended, ...running.filter(one => one.long_running)],
    }
  },
})

const withinReach = async (context: Context): Promise<string[]> =>
  (await findLimited(context.db, context.workspace.id)).filter(id => reaches(context, id))

const everything = { from: 0, to: Number.MAX_SAFE_INTEGER }

const moneyText = (amounts: readonly Amount[]): string =>
  amounts.map(({ amount, currency }) => `${amount} ${currency}`).join(', ')

const timeAndMoney = ({ amounts = [], seconds }: { seconds: number; amounts?: Amount[] | undefined }) =>
  amounts.length === 0 ? hours(seconds) : `${hours(seconds)} (${moneyText(amounts)})`

async function own(context: Context, token: string, zone: string | undefined) {
  const period = resolvePeriod({ period: token }, calendarOf(context, zone), token)
  const sum = await measuredWhole(context, stretchOf(period), { member: context.member.id })
  return { period: periodText(period), ...figuresOf(sum) }
}
