import fc from 'fast-check'
import { expect } from 'vitest'
import { pick, step, which } from './step.ts'
import {
  dayOf,
  dayStart,
  joined,
  lengthOf,
  type ModelEntry,
  type Price,
  projects,
  type World,
} from './world.ts'

const day = 86_400_000
/** Mostly one of them, so that time meets time. */
const project = fc.constantFrom('Website', 'Website', 'Website', ...Object.keys(projects))
const minutes = fc.integer({ min: 1, max: 300 })

const log = step(
  'log',
  fc.record({
    project,
    ago: fc.integer({ min: 0, max: 900 }),
    minutes,
    description: fc.constantFrom('', 'a', 'b'),
  }),
  {
    async run(world, product, { ago, description, minutes, project }) {
      const end = world.now - ago * 60_000
      const start = end - minutes * 60_000
      const { output } = await product.attempt('log_time', {
        project,
        description,
        start: new Date(start).toISOString(),
        duration: `${minutes}m`,
      })
      logged(world, output.entry.id, {
        project,
        description,
        start,
        end,
        date: dayOf(start),
        seconds: minutes * 60,
      })
    },
  },
)

const logDay = step('log a day', fc.record({ project, daysAgo: fc.nat({ max: 5 }), minutes }), {
  async run(world, product, { daysAgo, minutes, project }) {
    const date = dayOf(world.now - daysAgo * day)
    const { output } = await product.attempt('log_time', { project, date, duration: `${minutes}m` })
    logged(world, output.entry.id, {
      project,
      description: '',
      start: null,
      end: null,
      date,
      seconds: minutes * 60,
    })
  },
})

function logged(
  world: World,
  id: string,
  told: Pick<ModelEntry, 'project' | 'description' | 'start' | 'end' | 'date' | 'seconds'>,
): void {
  world.change({ entries: [id] }, () =>
    world.entries.set(id, {
      ...told,
      id,
      spans: spansOf(told),
      idle: 0,
      billable: projects[told.project]?.client !== null,
      ...world.price(told.project, told.date),
      invoice: null,
      deleted: false,
      fixed: true,
    }),
  )
}

const spansOf = ({ end, start }: Pick<ModelEntry, 'start' | 'end'>) =>
  start === null || end === null ? [] : [{ start, end }]

const edit = step(
  'edit',
  fc.record({
    which,
    what: fc.oneof(
      fc.record({ description: fc.constantFrom('c', 'd') }),
      fc.record({ duration: minutes }),
      fc.record({ billable: fc.boolean() }),
      fc.record({ project }),
      fc.record({ hourly_rate: fc.integer({ min: 100, max: 20_000 }) }),
    ),
  }),
  {
    when: world => world.living().length > 0,
    async run(world, product, { what, which }) {
      const entry = pick(world.living(), which)
      const expected = refusalOfEdit(world, entry, what)
      const { code } = await product.attempt('edit_entry', {
        entry: entry.id,
        ...what,
        ...('duration' in what && { duration: `${what.duration}m` }),
        ...('hourly_rate' in what && { hourly_rate: (what.hourly_rate / 100).toFixed(2) }),
      })
      expect(code).toBe(expected)
      if (expected) return
      world.change({ entries: [entry.id] }, () => edited(world, entry, what))
    },
  },
)

interface Edit {
  description?: string
  duration?: number
  billable?: boolean
  project?: string
  hourly_rate?: number
}

function refusalOfEdit(world: World, entry: ModelEntry, { duration }: Edit): string | undefined {
  if (world.isLocked(entry)) return 'entry_invoiced'
  const ends = entry.start === null || duration === undefined ? 0 : entry.start + duration * 60_000
  return ends > world.now ? 'validation_error' : undefined
}

function edited(world: World, entry: ModelEntry, what: Edit): void {
  const before = entry.project
  entry.fixed = true
  if (what.description !== undefined) entry.description = what.description
  if (what.duration !== undefined) {
    entry.seconds = what.duration * 60
    entry.idle = 0
    if (entry.start !== null) entry.end = entry.start + entry.seconds * 1000
    entry.spans = spansOf(entry)
  }
  if (what.project !== undefined && what.project !== before) {
    entry.project = what.project
    entry.billable = projects[what.project]?.client !== null
    if (entry.level !== 'entry') Object.assign(entry, world.price(what.project, entry.date))
  }
  if (what.billable !== undefined) entry.billable = what.billable
  if (what.hourly_rate !== undefined)
    Object.assign(entry, { rate: what.hourly_rate, level: 'entry' } satisfies Price)
  const isElsewhere = projects[entry.project]?.client !== projects[before]?.client
  if (!entry.billable || isElsewhere) entry.invoice = null
}

const remove = step('delete', fc.record({ which }), {
  when: world => world.living().length > 0,
  async run(world, product, input) {
    const entry = pick(world.living(), input.which)
    const { code } = await product.attempt('delete_entry', { entry: entry.id, confirm: true })
    expect(code).toBe(world.isLocked(entry) ? 'entry_invoiced' : undefined)
    if (!code) world.change({ entries: [entry.id] }, () => marked(entry, true))
  },
})

const restore = step('restore', fc.record({ which }), {
  when: world => world.deleted().length > 0,
  async run(world, product, input) {
    const entry = pick(world.deleted(), input.which)
    await product.call('restore_entry', { entry: entry.id })
    world.change({ entries: [entry.id] }, () => marked(entry, false))
  },
})

const marked = (entry: ModelEntry, deleted: boolean) => Object.assign(entry, { deleted, fixed: true })

const split = step('split', fc.record({ which, minutes }), {
  when: world => world.living().length > 0,
  async run(world, product, { minutes, which }) {
    const entry = pick(world.living(), which)
    const parts = halves(entry, minutes * 60)
    const expected = world.isLocked(entry) ? 'entry_invoiced' : parts ? undefined : 'validation_error'
    const { code, output } = await product.attempt('split_entry', {
      entry: entry.id,
      duration: `${minutes}m`,
    })
    expect(code).toBe(expected)
    if (expected || !parts) return
    const id: string = output.entries[1].id
    world.change({ entries: [entry.id, id] }, () => {
      Object.assign(entry, parts[0], { fixed: true })
      world.entries.set(id, { ...entry, ...parts[1], id })
    })
  },
})

/** Both with time in them, or it cannot be cut there. */
function halves(entry: ModelEntry, seconds: number): [Partial<ModelEntry>, Partial<ModelEntry>] | undefined {
  if (entry.start === null || entry.end === null) {
    if (seconds >= entry.seconds) return undefined
    return [{ seconds }, { seconds: entry.seconds - seconds }]
  }
  const cut = entry.start + seconds * 1000
  if (cut >= entry.end) return undefined
  const part = (start: number, end: number): Partial<ModelEntry> => {
    const spans = entry.spans
      .map(one => ({ start: Math.max(one.start, start), end: Math.min(one.end, end) }))
      .filter(one => one.start < one.end)
    const length = lengthOf(spans)
    return { start, end, date: dayOf(start), spans, seconds: length, idle: (end - start) / 1000 - length }
  }
  const [first, second] = [part(entry.start, cut), part(cut, entry.end)]
  return first.seconds && second.seconds ? [first, second] : undefined
}

const merge = step('merge', fc.record({ which, other: which }), {
  when: world => world.living().length > 1,
  async run(world, product, input) {
    const [one, other] = [pick(world.living(), input.which), pick(world.living(), input.other)]
    const expected = refusalOfMerge(world, one, other)
    const { code } = await product.attempt('merge_entries', { entries: [one.id, other.id] })
    expect(code).toBe(expected)
    if (expected) return
    const [first, second] = inOrder(one, other)
    world.change({ entries: [first.id, second.id] }, () => {
      Object.assign(first, together(first, second), { fixed: true })
      second.deleted = true
    })
  },
})

const sortAt = (entry: ModelEntry): number => entry.start ?? dayStart(entry.date)

function inOrder(one: ModelEntry, other: ModelEntry): [ModelEntry, ModelEntry] {
  const isFirst = sortAt(one) < sortAt(other) || (sortAt(one) === sortAt(other) && one.id < other.id)
  return isFirst ? [one, other] : [other, one]
}

function refusalOfMerge(world: World, one: ModelEntry, other: ModelEntry): string | undefined {
  if (world.isLocked(one) || world.isLocked(other)) return 'entry_invoiced'
  const isAlike =
    one !== other &&
    one.project === other.project &&
    one.billable === other.billable &&
    one.rate === other.rate &&
    (one.start === null) === (other.start === null) &&
    (one.start !== null || one.date === other.date)
  if (!isAlike) return 'validation_error'
  const { end, idle = 0, seconds = 0, start } = together(...inOrder(one, other))
  const length = start == null || end == null ? seconds : seconds + idle
  return length > 86_400 ? 'validation_error' : undefined
}

/** Time that they share counts once. */
function together(first: ModelEntry, second: ModelEntry): Partial<ModelEntry> {
  const description = [...new Set([first.description, second.description])].filter(Boolean).join('; ')
  if (first.start === null) return { description, seconds: first.seconds + second.seconds }
  const spans = joined([...first.spans, ...second.spans])
  const end = Math.max(first.end ?? 0, second.end ?? 0)
  const seconds = lengthOf(spans)
  return { description, spans, start: first.start, end, seconds, idle: (end - first.start) / 1000 - seconds }
}

export const entryCommands = [log, log, log, logDay, edit, edit, remove, restore, split, merge]
