import type { Span } from './entry.ts'
import { type Interval, subtract, union } from './interval.ts'
import type { Strategy } from './invoice-document.ts'
import { textOrder } from './signal.ts'

/** An entry with a clock time and its billable spans. */
export interface SharingEntry {
  id: string
  started_at: number
  spans: readonly Span[]
}

export interface Billed {
  active_seconds: number
  agent_seconds: number
}

/**
 * What each entry bills of the time that entries of one member for one client cover together:
 *
 *     a       [----------)            add    11 and 11
 *     b            [----------)       merge  11 and 5   a second goes to the entry that started first, then lower id
 *     taken                [--)       split   8 and 8   shared; spare seconds one each in that order
 *
 * What an earlier invoice has taken counts under `merge` only and goes to nobody, which leaves b with 2.
 */
export function shared(
  entries: readonly SharingEntry[],
  strategy: Strategy,
  taken: readonly Interval[],
): Map<string, Billed> {
  if (strategy === 'add') return new Map(entries.map(({ id, spans }) => [id, inFull(spans)]))
  const claims = entries
    .toSorted((a, b) => a.started_at - b.started_at || textOrder(a.id, b.id))
    .map((entry, rank) => ({ ...entry, rank, before: 0, billed: nothing() }))
  sweep(claims, strategy, strategy === 'merge' ? taken : [])
  return new Map(claims.map(({ id, billed }) => [id, billed]))
}

const nothing = (): Billed => ({ active_seconds: 0, agent_seconds: 0 })

function inFull(spans: readonly Span[]): Billed {
  const billed = nothing()
  for (const { kind, start, end } of spans) billed[`${kind}_seconds`] += (end - start) / 1000
  return billed
}

interface Claim extends SharingEntry {
  rank: number
  /** What had been given to its rank when its present piece began. */
  before: number
  billed: Billed
}

/** A piece of a claim begins or ends; without a claim it is what was taken. */
interface Change {
  at: number
  by: 1 | -1
  piece?: { claim: Claim; kind: Span['kind'] }
}

/**
 * Goes once over all changes in the order of time. Between two of them the same entries cover the stretch; what it
 * gives is noted once for all of them, and read off where an entry's own piece ends. So a change costs log n,
 * however many entries lie there at once.
 */
function sweep(claims: readonly Claim[], strategy: 'merge' | 'split', taken: readonly Interval[]): void {
  const covering = runningSums(claims.length)
  const given = runningSums(claims.length + 1)
  let givenToAll = 0
  let count = 0
  let taking = 0
  let since = 0

  for (const { at, by, piece } of changesOf(claims, taken)) {
    if (count > 0 && taking === 0) give((at - since) / 1000)
    since = at
    if (piece) turn(piece.claim, piece.kind, by)
    else taking += by
  }

  function give(seconds: number): void {
    if (strategy === 'merge') return giveFirst(1, seconds)
    givenToAll += Math.floor(seconds / count)
    giveFirst(seconds % count, 1)
  }

  function giveFirst(entries: number, seconds: number): void {
    if (entries === 0) return
    given.add(0, seconds)
    given.add(covering.reaching(entries) + 1, -seconds)
  }

  function turn(claim: Claim, kind: Span['kind'], by: 1 | -1): void {
    const received = givenToAll + given.upTo(claim.rank)
    if (by === 1) claim.before = received
    else claim.billed[`${kind}_seconds`] += received - claim.before
    covering.add(claim.rank, by)
    count += by
  }
}

function changesOf(claims: readonly Claim[], taken: readonly Interval[]): Change[] {
  const own = claims.flatMap(claim =>
    piecesOf(claim.spans).flatMap(({ kind, start, end }): Change[] => [
      { at: start, by: 1, piece: { claim, kind } },
      { at: end, by: -1, piece: { claim, kind } },
    ]),
  )
  const others = union(taken).flatMap(({ start, end }): Change[] => [
    { at: start, by: 1 },
    { at: end, by: -1 },
  ])
  // An end before a start of the same instant: an entry's pieces may touch, and it is counted once.
  return [...own, ...others].toSorted((a, b) => a.at - b.at || a.by - b.by)
}

/**
 * One kind at a time, and a cut only where it changes: a person's time goes before the assistant's beside it.
 *
 *     spans   AAAA  AA            pieces  AAAAGGAAGGG
 *               GGGGGGGGG
 */
function piecesOf(spans: readonly Span[]): Span[] {
  const active = union(spans.filter(({ kind }) => kind === 'active'))
  const agent = subtract(union(spans.filter(({ kind }) => kind === 'agent')), active)
  return [
    ...active.map(({ start, end }): Span => ({ kind: 'active', start, end })),
    ...agent.map(({ start, end }): Span => ({ kind: 'agent', start, end })),
  ]
}

/** Figures by rank, of which the sum up to a rank is read, and changed, in log n (a Fenwick tree). */
function runningSums(size: number) {
  const sums = new Float64Array(size + 1)
  const highest = 2 ** Math.floor(Math.log2(size + 1))
  return {
    add(rank: number, by: number): void {
      for (let at = rank + 1; at <= size; at += at & -at) sums[at] = (sums[at] ?? 0) + by
    },
    upTo(rank: number): number {
      let sum = 0
      for (let at = rank + 1; at > 0; at -= at & -at) sum += sums[at] ?? 0
      return sum
    },
    /** The first rank up to which the sum is `wanted`. */
    reaching(wanted: number): number {
      let at = 0
      for (let step = highest, left = wanted; step >= 1; step /= 2) {
        const sum = sums[at + step] ?? Infinity
        if (sum >= left) continue
        at += step
        left -= sum
      }
      return at
    },
  }
}
