import { type Interval, subtract } from './interval.ts'
import { textOrder } from './signal.ts'

/** A stretch of inferred `active` time, and the host session that asks for it. */
export interface Claim extends Interval {
  host: string
  host_session: string
}

/**
 * One person has one attention: each moment belongs to a hand-set beat if there is one, else to the claim that ends
 * first, then starts first, then has the lower key. What comes back are the pieces that claims keep.
 *
 *     hand-set       [---)
 *     a        [-----------------)
 *     b           [----------)
 *     a keeps  [--)          [---)
 *     b keeps     [--)   [---)
 */
export function attention<C extends Claim>(claims: readonly C[], handSet: readonly Interval[]): C[] {
  return subtract(firstToEnd(claims), handSet)
}

/** Whoever ends first chooses first. Then all that is taken ends before the next claim does, so a claim meets only
 * the latest of it, and what it meets becomes one with it: each stretch is looked at once. */
function firstToEnd<C extends Claim>(claims: readonly C[]): C[] {
  const kept: C[] = []
  const taken: Interval[] = []
  for (const claim of claims.toSorted(byPrecedence)) {
    let { end } = claim
    for (let met = taken.at(-1); met && met.end > claim.start; met = taken.at(-1)) {
      if (met.end < end) kept.push({ ...claim, start: met.end, end })
      end = met.start
      taken.pop()
    }
    if (claim.start < end) kept.push({ ...claim, end })
    taken.push({ start: Math.min(claim.start, end), end: claim.end })
  }
  return kept
}

function byPrecedence(a: Claim, b: Claim): number {
  return (
    a.end - b.end ||
    a.start - b.start ||
    textOrder(a.host, b.host) ||
    textOrder(a.host_session, b.host_session)
  )
}
