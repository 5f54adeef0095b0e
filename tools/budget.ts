import * as z from 'zod'
import { findLimited } from '../db/budgets.ts'
import { findProject, type ProjectRow } from '../db/projects.ts'
import { firstSortAt } from '../db/reports.ts'
import { findAllOpen, findSession, type SessionRow } from '../db/sessions.ts'
import { fullestOf, namesOf, type Standing, standingOf, type UsedTime, usedIn } from '../src/core/budget.ts'
import type { Context } from '../src/core/context.ts'
import { nextCursor, pageFields, projectRef } from '../src/core/fields.ts'
import { foldsOf } from '../src/core/fold.ts'
import { query } from '../src/core/operation.ts'
import { pageOf } from '../src/core/page.ts'
import { valueOf } from '../src/core/price.ts'
import { reaches } from '../src/core/reach.ts'
import { resolveAnyProject } from '../src/core/resolve.ts'
import { calendarOf } from '../src/core/time.ts'
import {
  type Budget,
  type BudgetState,
  budgetShape,
  forecastOf,
  paceDays,
  percentOfShare,
  type ShownBudget,
} from '../src/domain/budget.ts'
import { hours } from '../src/domain/duration.ts'
import { type Exact, type Minor, moneyText, rounded } from '../src/domain/money.ts'
import { periodText, resolvePeriod } from '../src/domain/period.ts'
import { fullName } from '../src/domain/reference.ts'
import { billableSeconds, type Tally, tally } from '../src/domain/session.ts'
import { addDays, dayOf, daysBetween } from '../src/domain/zone.ts'

export const getBudget = query({
  name: 'get_budget',
  summary: 'Budget of a project: used, limit, share, burn rate, the day it runs out.',
  scope: 'read',
  toolset: 'report',
  route: 'GET /projects/{project}/budget',
  command: 'budget <project>',
  examples: ['budget website'],
  input: z.strictObject({ project: projectRef }),
  output: z.object({ budget: budgetShape }),
  text: ({ budget }) => budgetLines(budget).join('\n'),

  async run(context, input) {
    return { budget: await shown(context, await resolveAnyProject(context, input.project)) }
  },
})

export const listBudgets = query({
  name: 'list_budgets',
  summary: 'All projects with a budget, alarms first.',
  scope: 'read',
  route: 'GET /budgets',
  command: 'budgets',
  examples: ['budgets'],
  input: z.strictObject({
    sort: z.enum(['-share', 'share']).optional().describe('Default -share'),
    ...pageFields,
  }),
  output: z.object({ budgets: z.array(budgetShape), next_cursor: nextCursor }),
  text: ({ budgets, next_cursor }) =>
    budgets.length === 0
      ? 'No budgets. stint project update PROJECT --budget-hours 40 sets one.'
      : [
          {
            columns: ['Project', 'Window', '', 'Share', 'Used', 'State', 'Runs out'],
            rows: budgets.map(one => [
              fullName({ ...one.project, client: one.client }),
              one.window,
              bar(one.share ?? 0),
              percentText(one.share ?? 0),
              partsOf(one)
                .map(part => part.text)
                .join(', '),
              one.state === 'ok' ? '' : one.state,
              one.forecast_on ?? '',
            ]),
          },
          ...(next_cursor ? ['There are more.'] : []),
        ],

  async run(context, { cursor, limit, sort }) {
    const budgets: ShownBudget[] = []
    for (const id of await findLimited(context.db, context.workspace.id)) {
      if (!reaches(context, id)) continue
      const project = await findProject(context.db, context.workspace.id, id)
      if (project) budgets.push(await shown(context, project))
    }
    const { next_cursor, page } = pageOf(
      budgets,
      { list: 'budgets', sort },
      { cursor, limit },
      {
        value: one => `${urgency[one.state]} ${(one.share ?? 0).toFixed(4).padStart(24, '0')}`,
        id: one => one.project.id,
        descending: sort !== 'share',
      },
    )
    return { budgets: page, next_cursor }
  },
})

const urgency: Record<BudgetState, number> = { over: 2, warning: 1, ok: 0 }

async function shown(context: Context, project: ProjectRow): Promise<ShownBudget> {
  const standing = await standingOf(context, project)
  const { budget, currency, period, reached, state, used } = standing
  const of = { project: project.id, basis: budget.basis, currency }
  const lastDays = resolvePeriod({}, calendarOf(context), `last_${paceDays}_days`)
  const recent = await usedIn(context, { ...of, period: lastDays })
  const burn = perDay(used, await daysSoFar(context, project, standing), currency)
  const lately = perDay(recent, paceDays, currency)
  const forecast = forecastOf(budget, { used, recent }, period, context.now)
  return {
    ...namesOf(project),
    ...(project.budget === null && { unlimited: true as const }),
    window: budget.window,
    basis: budget.basis,
    period: periodText(period),
    ...fullestOf(standing),
    ...figuresOf(standing),
    currency,
    state,
    thresholds: budget.thresholds,
    reached: reached.at(-1) ?? null,
    ...(await runningOf(context, project, standing)),
    burn_seconds_per_day: burn.seconds,
    ...(burn.amount !== undefined && { burn_amount_per_day: burn.amount }),
    recent_seconds_per_day: lately.seconds,
    ...(lately.amount !== undefined && { recent_amount_per_day: lately.amount }),
    ...(forecast !== undefined && { forecast_on: forecast }),
    unrated_seconds: used.unrated_seconds,
    other_currency_seconds: used.other_currency_seconds,
  }
}

/** An amount is told where it is limited, or where there is one. */
function figuresOf({ budget, currency, used }: Standing) {
  const { amount, seconds } = budget
  return {
    used_seconds: used.seconds,
    ...(seconds && { limit_seconds: seconds, remaining_seconds: seconds - used.seconds }),
    ...((amount || used.amount > 0) && { used_amount: moneyText(used.amount, currency) }),
    ...(amount && {
      limit_amount: moneyText(amount, currency),
      remaining_amount: moneyText(amount - used.amount, currency),
    }),
  }
}

/** Today is one of them. What has no window began with its first entry. */
async function daysSoFar(context: Context, project: ProjectRow, { period }: Standing): Promise<number> {
  const { db, now, workspace } = context
  const from = period.from ?? (await firstSortAt(db, workspace.id, { project: project.id }))
  const today = dayOf(now, workspace.zone)
  return from === undefined ? 1 : Math.max(1, daysBetween(dayOf(from, workspace.zone), addDays(today, 1)))
}

function perDay({ amount, seconds }: UsedTime, days: number, currency: string) {
  return {
    seconds: Math.round(seconds / days),
    amount: amount > 0 ? moneyText(Math.round(amount / days), currency) : undefined,
  }
}

/** What runs on the project now, whoever's it is: it counts once it ends. */
async function runningOf(context: Context, project: ProjectRow, { budget, currency }: Standing) {
  let [seconds, value] = [0, 0n]
  for (const { row, sum } of await openOn(context, project)) {
    seconds += countedSeconds(budget.basis, row, sum)
    if (row.rate_currency === currency) value += countedValue(budget.basis, row, sum)
  }
  const amount: Minor = rounded(value)
  return {
    running_seconds: seconds,
    ...(amount > 0 && { running_amount: moneyText(amount, currency) }),
  }
}

async function openOn(context: Context, { id }: ProjectRow): Promise<{ row: SessionRow; sum: Tally }[]> {
  const { db, member, workspace } = context
  const byMember = new Map<string, SessionRow[]>()
  for (const open of await findAllOpen(db, workspace.id, id)) {
    const row = await findSession(db, workspace.id, open.id)
    if (row) byMember.set(row.member_id, [...(byMember.get(row.member_id) ?? []), row])
  }
  const all: { row: SessionRow; sum: Tally }[] = []
  for (const [theirs, rows] of byMember) {
    // one person has one attention: each is judged beside their own sessions
    const folds = await foldsOf({ ...context, member: { ...member, id: theirs } }, rows)
    all.push(...rows.map((row, at) => ({ row, sum: tally(folds[at]?.beats ?? []) })))
  }
  return all
}

const countedSeconds = (basis: Budget['basis'], row: SessionRow, sum: Tally): number =>
  basis === 'all'
    ? sum.seconds
    : billableSeconds(sum, { billable: row.billable === 1, bill_agent_time: row.bill_agent_time === 1 })

const countedValue = (basis: Budget['basis'], row: SessionRow, sum: Tally): Exact =>
  valueOf(basis === 'all' ? { ...row, billable: 1, bill_agent_time: 1 } : row, sum) ?? 0n

function budgetLines(budget: ShownBudget): string[] {
  const { other_currency_seconds, running_seconds, unrated_seconds } = budget
  const name = fullName({ ...budget.project, client: budget.client })
  return [
    ...(budget.unlimited
      ? [`${name} has no budget, so it is unlimited: ${hours(budget.used_seconds)} so far.`]
      : [`${name}, ${windowText(budget)}:`, ...barLines(budget), ...paceLine(budget)]),
    ...(running_seconds > 0 ? [`Running, and counted when it ends: ${hours(running_seconds)}.`] : []),
    ...(unrated_seconds > 0 ? [`In no amount, for want of a rate: ${hours(unrated_seconds)}.`] : []),
    ...(other_currency_seconds > 0
      ? [`In no amount, being in another currency: ${hours(other_currency_seconds)}.`]
      : []),
  ]
}

function windowText({ basis, period, window }: ShownBudget): string {
  const counted = basis === 'all' ? 'all time' : 'billable time'
  if (period.from === undefined) return `budget of ${counted}`
  const [first, last] = [Date.parse(period.from), Date.parse(period.to) - 1].map(at =>
    dayOf(at, period.time_zone),
  )
  return `${window} budget of ${counted}, ${first === last ? first : `${first} to ${last}`}`
}

/** A line for each limit; whoever may see no money sees how full it is. */
function barLines(budget: ShownBudget): string[] {
  const lines = partsOf(budget).map(({ share, text }) => `${bar(share)} ${percentText(share)}  ${text}`)
  const { share = 0 } = budget
  return lines.length > 0 ? lines : [`${bar(share)} ${percentText(share)}`]
}

function partsOf(budget: ShownBudget): { share: number; text: string }[] {
  const { currency, limit_amount, limit_seconds, used_amount, used_seconds } = budget
  return [
    ...(limit_seconds === undefined
      ? []
      : [
          {
            share: used_seconds / limit_seconds,
            text: `${hours(used_seconds)} of ${hours(limit_seconds).replace(' 00m', '')}`,
          },
        ]),
    ...(limit_amount === undefined || used_amount === undefined
      ? []
      : [
          {
            share: Number(used_amount) / Number(limit_amount),
            text: `${used_amount} of ${limit_amount} ${currency}`,
          },
        ]),
  ]
}

const cellsOfBar = 10

function bar(share: number): string {
  const full = Math.min(cellsOfBar, Math.round(share * cellsOfBar))
  return '█'.repeat(full) + '░'.repeat(cellsOfBar - full)
}

const percentText = (share: number): string => `${percentOfShare(share)} %`

function paceLine({ forecast_on, period, recent_seconds_per_day, state }: ShownBudget): string[] {
  if (state === 'over' || recent_seconds_per_day === 0) return []
  const end =
    forecast_on !== undefined
      ? `it runs out on ${forecast_on}`
      : period.from === undefined
        ? 'it lasts for many years'
        : 'it lasts to the end of its window'
  return [`At the pace of the last ${paceDays} days (${hours(recent_seconds_per_day)} a day) ${end}.`]
}
