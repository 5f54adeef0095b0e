import * as z from 'zod'
import { type Amount, amountsOut, type Exact, type Minor, moneyText, rounded } from './money.ts'
import { reference } from './reference.ts'

/** What is added up of time. Money stays exact, and by currency: it is never added to another. */
export interface Sum {
  active_seconds: number
  agent_seconds: number
  idle_seconds: number
  billable_seconds: number
  /** Billable, but nobody knows for how much. */
  unrated_seconds: number
  entries: number
  worth: ReadonlyMap<string, Exact>
}

export const nothing: Sum = {
  active_seconds: 0,
  agent_seconds: 0,
  idle_seconds: 0,
  billable_seconds: 0,
  unrated_seconds: 0,
  entries: 0,
  worth: new Map(),
}

export const plus = (sum: Sum, other: Sum, sign: 1 | -1 = 1): Sum => ({
  active_seconds: sum.active_seconds + sign * other.active_seconds,
  agent_seconds: sum.agent_seconds + sign * other.agent_seconds,
  idle_seconds: sum.idle_seconds + sign * other.idle_seconds,
  billable_seconds: sum.billable_seconds + sign * other.billable_seconds,
  unrated_seconds: sum.unrated_seconds + sign * other.unrated_seconds,
  entries: sum.entries + sign * other.entries,
  worth: worthOf(sum.worth, other.worth, BigInt(sign)),
})

function worthOf(
  worth: ReadonlyMap<string, Exact>,
  other: ReadonlyMap<string, Exact>,
  sign: bigint,
): ReadonlyMap<string, Exact> {
  if (other.size === 0) return worth
  const both = new Map(worth)
  for (const [currency, exact] of other) both.set(currency, (both.get(currency) ?? 0n) + sign * exact)
  return both
}

export const figuresShape = {
  seconds: z.int(),
  active_seconds: z.int(),
  agent_seconds: z.int(),
  idle_seconds: z.int(),
  billable_seconds: z.int(),
  unrated_seconds: z.int().describe('Billable, without a rate'),
  entries: z.int(),
  amounts: amountsOut().optional(),
}
const figures = z.object(figuresShape)
export type Figures = z.infer<typeof figures>

export const reportRow = z.object({
  name: z.string().describe('What the row stands for'),
  id: z.string().optional(),
  client: reference.optional(),
  project: reference.optional().describe('Of a task'),
  ...figuresShape,
})
export type PlainRow = z.infer<typeof reportRow>
/** With the rows of a second grouping in it. */
export type ReportRow = PlainRow & { rows?: PlainRow[] | undefined }

/** A row as it is shown: money is rounded here, once. */
export const figuresOf = (sum: Sum): Figures => ({
  seconds: sum.active_seconds + sum.agent_seconds,
  active_seconds: sum.active_seconds,
  agent_seconds: sum.agent_seconds,
  idle_seconds: sum.idle_seconds,
  billable_seconds: sum.billable_seconds,
  unrated_seconds: sum.unrated_seconds,
  entries: sum.entries,
  amounts: amountsOf(sum.worth),
})

export const amountsOf = (worth: ReadonlyMap<string, Exact>): Amount[] =>
  everyAmountOf([...worth].filter(([, exact]) => exact !== 0n))

/** Also where it comes to nothing. */
export const everyAmountOf = (worth: Iterable<readonly [string, Exact]>): Amount[] =>
  [...worth].toSorted(byCurrency).map(([currency, exact]) => amountOf(currency, rounded(exact)))

const amountOf = (currency: string, minor: Minor): Amount => ({
  currency,
  amount: moneyText(minor, currency),
})
const byCurrency = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1

/** What the rows of a report come to, as they are shown. */
export const totalOf = (rows: readonly Figures[]): Figures => ({
  seconds: added(rows, 'seconds'),
  active_seconds: added(rows, 'active_seconds'),
  agent_seconds: added(rows, 'agent_seconds'),
  idle_seconds: added(rows, 'idle_seconds'),
  billable_seconds: added(rows, 'billable_seconds'),
  unrated_seconds: added(rows, 'unrated_seconds'),
  entries: added(rows, 'entries'),
  amounts: addedAmounts(rows.map(row => row.amounts ?? [])),
})

const added = (rows: readonly Figures[], figure: Exclude<keyof Figures, 'amounts'>): number =>
  rows.reduce((sum, row) => sum + row[figure], 0)

export const addedAmounts = (lists: readonly (readonly Amount[])[]): Amount[] =>
  [...minorsOf(...lists)].toSorted(byCurrency).map(([currency, minor]) => amountOf(currency, minor))

function minorsOf(...lists: readonly (readonly Amount[])[]): Map<string, Minor> {
  const minors = new Map<string, Minor>()
  for (const list of lists) {
    for (const one of list) minors.set(one.currency, (minors.get(one.currency) ?? 0) + minorOf(one))
  }
  return minors
}

/** `120.50` was 12050: without its point a text of ours is its smallest units. */
const minorOf = ({ amount }: Amount): Minor => Number(amount.replace('.', ''))

const changeOfRow = { change_seconds: z.int(), change_percent: z.number().optional() }

export const changeShape = {
  ...changeOfRow,
  change_amounts: amountsOut().optional(),
  movers: z
    .array(
      z.object({
        name: z.string(),
        id: z.string().optional(),
        client: reference.optional(),
        ...changeOfRow,
      }),
    )
    .describe('Rows that changed most'),
}
const change = z.object(changeShape)
export type Change = z.infer<typeof change>
type Mover = Change['movers'][number]

interface Compared {
  rows: readonly PlainRow[]
  totals: Figures
}

/** What is different from an earlier report. Stretches of a calendar have no counterpart in it. */
export const changeOf = (now: Compared, before: Compared, isCalendar: boolean): Change => ({
  ...changed(now.totals.seconds, before.totals.seconds),
  change_amounts: changedAmounts(now.totals.amounts ?? [], before.totals.amounts ?? []),
  movers: isCalendar ? [] : movers(now.rows, before.rows),
})

/** Of nothing there is no percentage. */
const changed = (now: number, before: number): Pick<Mover, 'change_seconds' | 'change_percent'> => ({
  change_seconds: now - before,
  ...(before > 0 && { change_percent: Math.round(((now - before) * 1000) / before) / 10 }),
})

function changedAmounts(now: readonly Amount[], before: readonly Amount[]): Amount[] {
  const minors = minorsOf(now)
  for (const [currency, minor] of minorsOf(before)) {
    minors.set(currency, (minors.get(currency) ?? 0) - minor)
  }
  return [...minors].toSorted(byCurrency).map(([currency, minor]) => amountOf(currency, minor))
}

const mostMovers = 5

function movers(now: readonly PlainRow[], before: readonly PlainRow[]): Mover[] {
  const earlier = new Map(before.map(row => [keyOf(row), row]))
  const rows = now.map(row => ({ row, before: earlier.get(keyOf(row))?.seconds ?? 0, now: row.seconds }))
  const still = new Set(now.map(keyOf))
  const gone = before.filter(row => !still.has(keyOf(row))).map(row => ({ row, before: row.seconds, now: 0 }))
  return [...rows, ...gone]
    .map(({ before, now, row: { client, id, name } }) => ({
      name,
      ...(id !== undefined && { id }),
      ...(client && { client }),
      ...changed(now, before),
    }))
    .filter(one => one.change_seconds !== 0)
    .toSorted((a, b) => Math.abs(b.change_seconds) - Math.abs(a.change_seconds) || byName(a, b))
    .slice(0, mostMovers)
}

const keyOf = ({ id, name }: PlainRow): string => id ?? name

export const byName = (one: { name: string }, other: { name: string }): number =>
  one.name < other.name ? -1 : one.name > other.name ? 1 : 0

/** A report with all that a reader elsewhere needs to know of it. */
export interface ReportDocument {
  workspace: string
  /** Its days, the last one included; without a first one it begins with the first entry. */
  first_day: string | undefined
  last_day: string
  time_zone: string
  /** One, or a second one within each row of the first. */
  grouping: readonly [string, string?]
  rows: readonly ReportRow[]
  totals: Figures
}
