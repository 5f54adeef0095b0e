import * as z from 'zod'
import { AppError } from './error.ts'
import { dayMs } from './instant.ts'
import { clearable } from './label.ts'
import { amountOut, type Minor, moneyInput } from './money.ts'
import { type CalendarContext, type Period, periodShape, resolvePeriod } from './period.ts'
import { reference } from './reference.ts'
import { dayOf } from './zone.ts'

export const windows = ['total', 'daily', 'weekly', 'monthly', 'quarterly', 'yearly'] as const
export const bases = ['billable', 'all'] as const

/** A limit in time, in money, or in both, for each window. */
export interface Budget {
  window: (typeof windows)[number]
  basis: (typeof bases)[number]
  seconds?: number
  amount?: Minor
  currency?: string
  /** Percent, rising. */
  thresholds: number[]
}

export const defaultThresholds = [75, 100]

export const budgetFields = {
  budget_hours: clearable(z.number().min(0).max(1_000_000)).optional().describe('0: no limit'),
  budget_amount: moneyInput().optional().describe('"": no limit'),
  budget_window: z.enum(windows).optional().describe('Default total'),
  budget_basis: z.enum(bases).optional().describe('Default billable'),
}

/** How a budget stands in short: in the unit of the limit that is nearer. */
export const budgetGauge = z.object({
  unlimited: z.literal(true).optional(),
  used: amountOut().optional(),
  limit: amountOut().optional(),
  unit: z.string().optional().describe('hours, or a currency'),
  share: z.number().optional().describe('used / limit'),
})
export type BudgetGauge = z.infer<typeof budgetGauge>

const states = ['ok', 'warning', 'over'] as const
export type BudgetState = (typeof states)[number]

const stateShape = z.enum(states).describe('warning: a threshold is reached; over: used up')

export const budgetAlarm = z.object({
  project: reference,
  client: reference.optional(),
  window: z.enum(windows),
  share: z.number(),
  state: stateShape,
})
export type BudgetAlarm = z.infer<typeof budgetAlarm>

/** What was used of a budget in its window; an entry counts where it starts. */
export const budgetShape = z.object({
  project: reference,
  client: reference.optional(),
  unlimited: z.literal(true).optional(),
  window: z.enum(windows),
  basis: z.enum(bases),
  period: periodShape,
  used: amountOut().optional().describe('Of the limit that is nearer'),
  limit: amountOut().optional(),
  unit: z.string().optional().describe('hours, or a currency'),
  used_seconds: z.int(),
  limit_seconds: z.int().optional(),
  remaining_seconds: z.int().optional(),
  used_amount: amountOut().optional(),
  limit_amount: amountOut().optional(),
  remaining_amount: amountOut().optional(),
  currency: z.string(),
  share: z.number().optional().describe('used / limit, the higher'),
  state: stateShape,
  thresholds: z.array(z.int()).describe('Percent'),
  reached: z.int().nullable().describe('Highest threshold reached'),
  running_seconds: z.int().describe('Not in used'),
  running_amount: amountOut().optional(),
  burn_seconds_per_day: z.int().describe('used / days of the window so far'),
  burn_amount_per_day: amountOut().optional(),
  recent_seconds_per_day: z.int().describe('Over the last 14 days'),
  recent_amount_per_day: amountOut().optional(),
  forecast_on: z.string().optional().describe('Runs out that day at the recent pace'),
  unrated_seconds: z.int().describe('In no amount: no rate'),
  other_currency_seconds: z.int().describe('In no amount: other currency'),
})
export type ShownBudget = z.infer<typeof budgetShape>

/** A project is unlimited once it has neither limit. */
export const budgetOf = (json: string | null): Budget | undefined =>
  // written by us from the same shape
  json === null ? undefined : (JSON.parse(json) as Budget)

/** Without a limit all time is counted, from the beginning. */
export const unlimited: Budget = { window: 'total', basis: 'all', thresholds: [] }

/** Reads `50, 75, 100`. */
export function parseThresholds(text: string): number[] {
  const percents = text.split(/[\s,;%]+/).filter(Boolean)
  const rising = [...new Set(percents.map(Number))].toSorted((a, b) => a - b)
  if (rising.length > 0 && rising.every(one => Number.isInteger(one) && one >= 1 && one <= 1000))
    return rising
  throw new AppError('validation_error', 'budget_thresholds are whole percentages from 1 to 1000.')
}

const tokens = {
  total: 'all_time',
  daily: 'today',
  weekly: 'this_week',
  monthly: 'this_month',
  quarterly: 'this_quarter',
  yearly: 'this_year',
}

/** The window that `calendar.now` lies in. */
export const windowAt = (window: Budget['window'], calendar: CalendarContext): Period =>
  resolvePeriod({}, calendar, tokens[window])

/** The day that a window begins on tells it from the others; there is one total. */
export const windowStart = ({ from, time_zone }: Period): string =>
  from === null ? '' : dayOf(from, time_zone)

export interface Used {
  seconds: number
  amount: Minor
}

export interface Gauge {
  unit: 'seconds' | 'amount'
  used: number
  limit: number
}

/** Time, money, or both: each against its own limit. */
export function gaugesOf({ amount, seconds }: Budget, used: Used): Gauge[] {
  return [
    ...(seconds ? [{ unit: 'seconds' as const, used: used.seconds, limit: seconds }] : []),
    ...(amount ? [{ unit: 'amount' as const, used: used.amount, limit: amount }] : []),
  ]
}

/** The one that counts: of which more is used. */
export const fullest = (gauges: readonly Gauge[]): Gauge | undefined =>
  gauges.toSorted((a, b) => b.used / b.limit - a.used / a.limit)[0]

/** Four decimals, cut: 1 is never shown before all is used. */
export const shareOf = ({ limit, used }: Gauge): number =>
  Number((BigInt(used) * 10_000n) / BigInt(limit)) / 10_000

/** For people: whole, and cut, so that 100 is all of it. */
export const percentOfShare = (share: number): number =>
  // 0.29 × 100 is a little less than 29
  Math.floor(share * 100 + 1e-9)

/** The thresholds that one of the limits has reached, rising. */
export const reachedBy = (gauges: readonly Gauge[], thresholds: readonly number[]): number[] =>
  thresholds.filter(percent => gauges.some(gauge => hasReached(gauge, percent)))

const hasReached = ({ limit, used }: Gauge, percent: number): boolean =>
  BigInt(used) * 100n >= BigInt(percent) * BigInt(limit)

export function stateOf(gauges: readonly Gauge[], reached: readonly number[]): BudgetState {
  if (gauges.some(gauge => hasReached(gauge, 100))) return 'over'
  return reached.length > 0 ? 'warning' : 'ok'
}

/** How many days a pace is measured over. */
export const paceDays = 14

const farthest = Date.UTC(2101, 0, 1)

/**
 * The day on which the first limit runs out when each day takes as much as the last ones did on average; undefined:
 * not in this window, or it has run out already.
 *
 *     now          runs out     window ends
 *     |------------|            |
 *      rest / pace
 */
export function forecastOf(
  budget: Budget,
  { recent, used }: { used: Used; recent: Used },
  { from, time_zone, to }: Period,
  now: number,
): string | undefined {
  const gauges = gaugesOf(budget, used)
  if (gauges.some(one => one.used >= one.limit)) return undefined
  const ends = gauges
    .filter(one => recent[one.unit] > 0)
    .map(one => now + ((one.limit - one.used) * paceDays * dayMs) / recent[one.unit])
  const first = Math.min(...ends)
  return first < (from === null ? farthest : to) ? dayOf(first, time_zone) : undefined
}
