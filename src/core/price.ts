import type { Row } from '../../db/schema.ts'
import { type Exact, moneyText, rounded, worth } from '../domain/money.ts'

export type PricedRow = Pick<
  Row<'entries'>,
  'billable' | 'bill_agent_time' | 'rate' | 'agent_rate' | 'rate_currency'
>
interface Seconds {
  active_seconds: number
  agent_seconds: number
}

/** What time is worth, exact; undefined: its rate is unknown, which is not nothing. */
export function valueOf(terms: PricedRow, { active_seconds, agent_seconds }: Seconds): Exact | undefined {
  if (terms.billable === 0) return 0n
  if (terms.rate === null) return undefined
  const agent = terms.bill_agent_time === 1 ? worth(agent_seconds, terms.agent_rate ?? terms.rate) : 0n
  return worth(active_seconds, terms.rate) + agent
}

/** Rate, currency and amount as the wire shows them. */
export function priceOf(terms: PricedRow, seconds: Seconds) {
  const { agent_rate, bill_agent_time, rate, rate_currency } = terms
  if (rate === null || rate_currency === null) return {}
  const value = valueOf(terms, seconds)
  return {
    hourly_rate: moneyText(rate, rate_currency),
    ...(bill_agent_time === 1 &&
      agent_rate !== null &&
      agent_rate !== rate && { agent_rate: moneyText(agent_rate, rate_currency) }),
    currency: rate_currency,
    ...(value !== undefined && { amount: moneyText(rounded(value), rate_currency) }),
  }
}
