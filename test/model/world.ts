import type { Bill } from './bill.ts'
import { rateOn, type Setting } from './rates.ts'

// The rules once more, as plainly as they can be said, to be held beside the product.

export interface Stretch {
  start: number
  end: number
}

export type Level = 'entry' | 'project' | 'client' | 'workspace'

export interface Price {
  /** In cents; null: nobody knows. */
  rate: number | null
  level: Level | null
}

export interface ModelEntry extends Price {
  id: string
  project: string
  description: string
  /** null: a day without a clock time. */
  start: number | null
  end: number | null
  date: string
  spans: Stretch[]
  seconds: number
  idle: number
  billable: boolean
  invoice: string | null
  deleted: boolean
  /** A person has changed it. */
  fixed: boolean
}

export interface ModelTimer extends Price {
  id: string
  project: string
  billable: boolean
  /** When it was set to run, or to pause. */
  marks: { at: number; runs: boolean }[]
  ended: boolean
  /** What it became when it was stopped. */
  entry: string | null
}

export interface ModelInvoice {
  id: string
  client: string
  status: 'draft' | 'sent' | 'void'
  how: Bill
  /** It takes what starts before the day after it was drafted. */
  until: number
  number: string | null
  total: number | null
  paid: number
}

/** What `undo` goes back to: things as they were, or that they were not there. */
interface Change {
  entries: Map<string, ModelEntry | undefined>
  timers: Map<string, ModelTimer | undefined>
  /** Of the entries those that followed their timer then. */
  following: readonly string[]
}

export const projects: Readonly<Record<string, { client: string | null }>> = {
  Website: { client: 'Acme' },
  App: { client: 'Acme' },
  Portal: { client: 'Globex' },
  Tools: { client: null },
}
export const clients = ['Acme', 'Globex']

export class World {
  now: number
  entries = new Map<string, ModelEntry>()
  timers = new Map<string, ModelTimer>()
  invoices = new Map<string, ModelInvoice>()
  rates: Setting[] = [
    { owner: 'Website', from: '', rate: 10_000 },
    { owner: 'App', from: '', rate: 8050 },
  ]
  sent = 0
  #changes: Change[] = []

  constructor(now: number) {
    this.now = now
  }

  get today(): string {
    return dayOf(this.now)
  }

  living(): ModelEntry[] {
    return [...this.entries.values()].filter(one => !one.deleted)
  }

  deleted(): ModelEntry[] {
    return [...this.entries.values()].filter(one => one.deleted)
  }

  open(): ModelTimer[] {
    return [...this.timers.values()].filter(one => !one.ended)
  }

  drafts(): ModelInvoice[] {
    return [...this.invoices.values()].filter(one => one.status === 'draft')
  }

  isLocked({ invoice }: ModelEntry): boolean {
    return invoice !== null && this.invoices.get(invoice)?.status === 'sent'
  }

  price(project: string, day: string): Price {
    return rateOn(this.rates, [project, projects[project]?.client ?? null], day)
  }

  /** One change that `undo` takes back whole; what it touches is named before it is touched. */
  change(
    touched: { entries?: readonly string[]; timers?: readonly string[]; following?: readonly string[] },
    work: () => void,
  ): void {
    const { entries = [], following = [], timers = [] } = touched
    const change: Change = {
      entries: new Map(entries.map(id => [id, structuredClone(this.entries.get(id))])),
      timers: new Map(timers.map(id => [id, structuredClone(this.timers.get(id))])),
      following,
    }
    work()
    this.#changes.push(change)
  }

  /** The code with which it is refused, or nothing. */
  undo(): string | undefined {
    const change = this.#changes.at(-1)
    if (!change) return 'not_found'
    const refusal = this.#refusal(change)
    if (refusal) return refusal
    this.#changes.pop()
    for (const [id, before] of change.timers) this.#takeBackTimer(id, before)
    for (const [id, before] of change.entries) this.#takeBackEntry(id, before)
    return undefined
  }

  #refusal({ entries, following, timers }: Change): string | undefined {
    if (following.some(id => this.entries.get(id)?.invoice != null)) return 'entry_invoiced'
    for (const [id, before] of timers) {
      const now = this.timers.get(id)
      const entry = now?.ended && !before?.ended && now.entry ? this.entries.get(now.entry) : undefined
      if (entry?.invoice != null) return 'entry_invoiced'
      if (entry?.fixed) return 'conflict'
    }
    const locked = [...entries.keys()].some(id => {
      const entry = this.entries.get(id)
      return entry !== undefined && this.isLocked(entry)
    })
    return locked ? 'entry_invoiced' : undefined
  }

  #takeBackTimer(id: string, before: ModelTimer | undefined): void {
    const now = this.timers.get(id)
    if (now?.entry && !before?.ended) this.entries.delete(now.entry)
    if (!before) this.timers.delete(id)
    // stopped again it becomes the same entry
    else this.timers.set(id, { ...before, entry: now?.entry ?? null })
  }

  /** On which invoice it is, is not for `undo` to say. */
  #takeBackEntry(id: string, before: ModelEntry | undefined): void {
    const now = this.entries.get(id)
    if (!before) this.entries.delete(id)
    else this.entries.set(id, { ...before, invoice: now?.invoice ?? null })
  }
}

/** Days of Berlin in a summer, when it is two hours ahead. */
export const dayOf = (at: number): string => new Date(at + 2 * 3_600_000).toISOString().slice(0, 10)
export const dayStart = (day: string): number => Date.parse(`${day}T00:00:00+02:00`)

export const lengthOf = (spans: readonly Stretch[]): number =>
  spans.reduce((sum, { end, start }) => sum + (end - start) / 1000, 0)

/** Fewest stretches of the same time. */
export function joined(spans: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = []
  for (const { end, start } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1)
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else if (end > start) result.push({ start, end })
  }
  return result
}

/** Where a timer ran, up to `end`. */
export const ranIn = ({ marks }: ModelTimer, end: number): Stretch[] =>
  joined(
    marks.flatMap(({ at, runs }, index) => (runs ? [{ start: at, end: marks[index + 1]?.at ?? end }] : [])),
  )
