import { percentOf } from './capacity.ts'
import { type Exact, type Minor, moneyText, rounded } from './money.ts'

/** What work brought in and what it cost, in one currency. */
export interface Business {
  seconds: number
  /** Billable, but nobody knows for how much. */
  unrated_seconds: number
  /** Worked, but nobody knows at what cost. */
  uncosted_seconds: number
  worth: Exact
  cost: Exact
  /** Time with a known cost, or money laid out: without either nothing is known of the costs. */
  has_costs: boolean
  charged: Minor
  laid_out: Minor
}

export const noBusiness: Business = {
  seconds: 0,
  unrated_seconds: 0,
  uncosted_seconds: 0,
  worth: 0n,
  cost: 0n,
  has_costs: false,
  charged: 0,
  laid_out: 0,
}

export const together = (one: Business, other: Partial<Business>): Business => ({
  seconds: one.seconds + (other.seconds ?? 0),
  unrated_seconds: one.unrated_seconds + (other.unrated_seconds ?? 0),
  uncosted_seconds: one.uncosted_seconds + (other.uncosted_seconds ?? 0),
  worth: one.worth + (other.worth ?? 0n),
  cost: one.cost + (other.cost ?? 0n),
  has_costs: one.has_costs || other.has_costs === true,
  charged: one.charged + (other.charged ?? 0),
  laid_out: one.laid_out + (other.laid_out ?? 0),
})

export interface Profit {
  currency: string
  seconds: number
  revenue: string
  costs?: string
  margin?: string
  margin_percent?: number
  unrated_seconds: number
  uncosted_seconds: number
}

/** Money is rounded once for time, and then everything adds up. Where a cost is unknown, so is the margin. */
export const profitOf = (of: Business, currency: string): Profit => profitFrom(shownOf(of), currency)

/** The sum of what is shown of several in one currency. */
export const profitOfAll = (all: readonly Business[], currency: string): Profit =>
  profitFrom(
    all.map(shownOf).reduce(
      (sum, one) => ({
        seconds: sum.seconds + one.seconds,
        unrated_seconds: sum.unrated_seconds + one.unrated_seconds,
        uncosted_seconds: sum.uncosted_seconds + one.uncosted_seconds,
        has_costs: sum.has_costs || one.has_costs,
        revenue: sum.revenue + one.revenue,
        costs: sum.costs + one.costs,
      }),
      shownOf(noBusiness),
    ),
    currency,
  )

const shownOf = ({ charged, cost, laid_out, worth, ...rest }: Business) => ({
  seconds: rest.seconds,
  unrated_seconds: rest.unrated_seconds,
  uncosted_seconds: rest.uncosted_seconds,
  has_costs: rest.has_costs,
  revenue: rounded(worth) + charged,
  costs: rounded(cost) + laid_out,
})

function profitFrom(of: ReturnType<typeof shownOf>, currency: string): Profit {
  const { costs, has_costs, revenue, seconds, uncosted_seconds, unrated_seconds } = of
  const isKnown = has_costs && uncosted_seconds === 0
  const margin_percent = percentOf(revenue - costs, revenue)
  return {
    currency,
    seconds,
    revenue: moneyText(revenue, currency),
    ...(has_costs && { costs: moneyText(costs, currency) }),
    ...(isKnown && { margin: moneyText(revenue - costs, currency) }),
    ...(isKnown && margin_percent !== undefined && { margin_percent }),
    unrated_seconds,
    uncosted_seconds,
  }
}
