interface OwnedSpan {
  entry_id: string
  start: number
  end: number
}

export interface Pair {
  /** The lower id. */
  first: string
  second: string
  seconds: number
}

export const pairKey = (first: string, second: string): string => `${first} ${second}`

/**
 * Pairs of entries whose spans share time, and how much. Touching shares nothing:
 *
 *     a  |------|
 *     b       |------|      a and b share two
 *     c              |--|   b and c touch
 *
 * One sweep over the starts; only what has not ended yet is compared.
 */
export function overlappingPairs(spans: readonly OwnedSpan[]): Pair[] {
  const pairs = new Map<string, Pair>()
  let running: OwnedSpan[] = []
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    running = running.filter(one => one.end > span.start)
    for (const one of running) if (one.entry_id !== span.entry_id) note(pairs, one, span)
    running.push(span)
  }
  return [...pairs.values()]
}

function note(pairs: Map<string, Pair>, one: OwnedSpan, other: OwnedSpan): void {
  const [first, second] =
    one.entry_id < other.entry_id ? [one.entry_id, other.entry_id] : [other.entry_id, one.entry_id]
  const key = pairKey(first, second)
  const pair = pairs.get(key) ?? { first, second, seconds: 0 }
  pair.seconds += (Math.min(one.end, other.end) - Math.max(one.start, other.start)) / 1000
  pairs.set(key, pair)
}
