import {
  dayStart,
  joined,
  lengthOf,
  type ModelEntry,
  type ModelInvoice,
  projects,
  type Stretch,
  type World,
} from './world.ts'

/** How an invoice is made. */
export interface Bill {
  overlap_strategy: 'add' | 'merge' | 'split'
  group_by: 'project_task' | 'entry'
  tax_rate: string
  discount: string
  rounding_increment_minutes: 0 | 15
  rounding_scope: 'entry' | 'line'
}

/** What a new draft of a client takes. */
export const takenBy = (world: World, client: string): ModelEntry[] =>
  world.living().filter(one => one.invoice === null && isBillable(one, client))

/** What a draft comes to: what it has reserved, and of what is free what no older one would take. */
export const heldBy = (world: World, draft: ModelInvoice): ModelEntry[] =>
  world.living().filter(one => {
    if (!fits(one, draft)) return false
    if (one.invoice !== null) return one.invoice === draft.id
    return world.drafts().find(other => fits(one, other)) === draft
  })

const fits = (entry: ModelEntry, { client, until }: ModelInvoice): boolean =>
  isBillable(entry, client) && (entry.start ?? dayStart(entry.date)) < until

const isBillable = (entry: ModelEntry, client: string): boolean =>
  projects[entry.project]?.client === client && entry.billable && entry.seconds > 0 && entry.rate !== null

export interface Total {
  /** Without one there is nothing to bill. */
  lines: number
  total: number
}

/** Overlaps, rounding, a line's money, discount, tax: in this order. */
export function totalOf(world: World, client: string, how: Bill, entries: readonly ModelEntry[]): Total {
  const billed = shares(world, client, how, entries)
  const lines = new Map<string, { rate: number; parts: number[] }>()
  for (const entry of entries) {
    const seconds = billed.get(entry.id) ?? 0
    const rate = entry.rate ?? 0
    const key = how.group_by === 'entry' ? entry.id : `${entry.project} ${rate}`
    const line = lines.get(key) ?? { rate, parts: [] }
    line.parts.push(seconds)
    lines.set(key, line)
  }
  const sums = [...lines.values()]
    .map(({ parts, rate }) => ({ rate, seconds: roundedSum(parts, how) }))
    .filter(line => line.seconds > 0)
  const subtotal = sums.reduce((sum, { rate, seconds }) => sum + halfUp(seconds * rate, 3600), 0)
  const base = subtotal - discountOf(subtotal, how.discount)
  return { lines: sums.length, total: base + halfUp(base * Number(how.tax_rate), 100) }
}

export const halfUp = (amount: number, by: number): number => Math.floor((2 * amount + by) / (2 * by))

function discountOf(subtotal: number, discount: string): number {
  if (discount === '') return 0
  return discount.endsWith('%')
    ? halfUp(subtotal * Number(discount.slice(0, -1)), 100)
    : Math.min(subtotal, Math.round(Number(discount) * 100))
}

const sum = (list: readonly number[]): number => list.reduce((all, one) => all + one, 0)

function roundedSum(parts: readonly number[], { rounding_increment_minutes, rounding_scope }: Bill): number {
  const step = rounding_increment_minutes * 60
  const rounded = (seconds: number): number => (step === 0 ? seconds : Math.ceil(seconds / step) * step)
  return rounding_scope === 'entry' ? sum(parts.map(rounded)) : rounded(sum(parts))
}

/** Seconds of each entry, by looking at each stretch between two moments at which anything begins or ends. */
function shares(
  world: World,
  client: string,
  { overlap_strategy }: Bill,
  entries: readonly ModelEntry[],
): Map<string, number> {
  const result = new Map(entries.map(one => [one.id, one.seconds]))
  if (overlap_strategy === 'add') return result
  const timed = entries
    .filter(one => one.start !== null)
    .toSorted((a, b) => (a.start ?? 0) - (b.start ?? 0) || (a.id < b.id ? -1 : 1))
  const taken = overlap_strategy === 'merge' ? takenUnderMerge(world, client) : []
  for (const one of timed) result.set(one.id, 0)
  const give = (id: string, seconds: number) => result.set(id, (result.get(id) ?? 0) + seconds)
  for (const piece of piecesOf([...timed.flatMap(one => one.spans), ...taken])) {
    if (taken.some(one => covers(one, piece))) continue
    const sharing = timed.filter(one => one.spans.some(span => covers(span, piece)))
    const seconds = lengthOf([piece])
    const [first] = sharing
    if (!first) continue
    if (overlap_strategy === 'merge') give(first.id, seconds)
    else {
      for (const [rank, { id }] of sharing.entries())
        give(id, Math.floor(seconds / sharing.length) + (rank < seconds % sharing.length ? 1 : 0))
    }
  }
  return result
}

const covers = (one: Stretch, piece: Stretch): boolean => one.start <= piece.start && piece.end <= one.end

function piecesOf(spans: readonly Stretch[]): Stretch[] {
  const moments = [...new Set(spans.flatMap(({ end, start }) => [start, end]))].toSorted((a, b) => a - b)
  return moments.slice(1).map((end, index) => ({ start: moments[index] ?? 0, end }))
}

/** What this client was billed under `merge`, and has not got back. */
const takenUnderMerge = (world: World, client: string): Stretch[] =>
  joined(
    [...world.invoices.values()]
      .filter(one => one.client === client && one.status === 'sent' && one.how.overlap_strategy === 'merge')
      .flatMap(invoice => world.living().filter(one => one.invoice === invoice.id))
      .flatMap(one => one.spans),
  )
