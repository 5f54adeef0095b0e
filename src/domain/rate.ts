import { type Minor, percentOf, type Share } from './money.ts'
import { textOrder } from './signal.ts'

/** From the nearest to the farthest: the first that has a rate decides. */
export const rateLevels = ['task', 'project', 'client', 'member', 'workspace'] as const
export type RateLevel = (typeof rateLevels)[number]

export interface RateRow {
  level: RateLevel
  owner_id: string
  kind: 'human' | 'agent' | 'cost'
  currency: string
  /** Neither an amount nor a percentage: none is set from then on. */
  amount: Minor | null
  /** Of the rate; of agent time only. */
  percent: Share | null
  /** `''`: for all time. */
  effective_from: string
}

/** The ids of what the time belongs to. */
export type RateOwners = { [level in RateLevel]?: string | null | undefined }

export interface FrozenRate {
  rate: Minor
  agent_rate: Minor
  rate_currency: string
  rate_level: RateLevel
}
export type NoRate = { [field in keyof FrozenRate]: null }

const noRate: NoRate = { rate: null, agent_rate: null, rate_currency: null, rate_level: null }

/** What an hour costs on this day. Without a human rate nothing is known, not even the assistant's. */
export function frozenRate(
  rates: readonly RateRow[],
  owners: RateOwners,
  currency: string,
  day: string,
): FrozenRate | NoRate {
  const human = rateFor({ levels: levelsOf(rates, owners, 'human'), currency, day })
  if (human?.amount == null) return noRate
  const agent = rateFor({ levels: levelsOf(rates, owners, 'agent'), currency, day })
  return {
    rate: human.amount,
    agent_rate: agentRate(agent, human.amount),
    rate_currency: currency,
    rate_level: human.level,
  }
}

function agentRate(agent: RateRow | undefined, rate: Minor): Minor {
  if (agent?.percent != null) return percentOf(rate, agent.percent)
  return agent?.amount ?? rate
}

/** The rates of one kind by level, nearest first. */
export const levelsOf = (rates: readonly RateRow[], owners: RateOwners, kind: RateRow['kind']): RateRow[][] =>
  rateLevels.map(level =>
    rates.filter(rate => rate.kind === kind && rate.level === level && rate.owner_id === owners[level]),
  )

/** The first level that has a rate on the day decides. */
export function rateFor(of: {
  levels: readonly (readonly RateRow[])[]
  currency: string
  day: string
}): RateRow | undefined {
  for (const rates of of.levels) {
    const rate = rateOfLevel(rates, of.currency, of.day)
    if (rate && isSet(rate)) return rate
  }
  return undefined
}

/**
 * Money in another currency does not hold, a percentage holds in every one. Each currency has its own history, and
 * the newest word among those that hold decides:
 *
 *     EUR   |50 %-----------------------        EUR  50 %, then 50 %
 *     USD                |none----------        USD  50 %, then none
 */
function rateOfLevel(rates: readonly RateRow[], currency: string, day: string): RateRow | undefined {
  const others = new Set(rates.map(rate => rate.currency).filter(other => other !== currency))
  const inForce = [currency, ...[...others].toSorted(textOrder)].map(one =>
    rateInForce(
      rates.filter(rate => rate.currency === one),
      day,
    ),
  )
  return newest(
    inForce.filter(rate => rate !== undefined && (rate.currency === currency || rate.percent !== null)),
  )
}

/** Of one history the last that began on the day or before it. */
export const rateInForce = (rates: readonly RateRow[], day: string): RateRow | undefined =>
  newest(rates.filter(rate => rate.effective_from <= day))

/** Of those that began together the first. */
function newest(rates: readonly (RateRow | undefined)[]): RateRow | undefined {
  return rates.reduce(
    (last, rate) => (rate && (!last || rate.effective_from > last.effective_from) ? rate : last),
    undefined,
  )
}

const isSet = ({ amount, percent }: RateRow): boolean => amount !== null || percent !== null

/** The first rate of an owner holds for all time, a later one from today on, unless a day is given. */
export const effectiveFrom = (
  existing: readonly RateRow[],
  given: string | undefined,
  today: string,
): string => given ?? (existing.length === 0 ? '' : today)
