import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { Span } from '../../src/domain/entry.ts'
import { type Interval, overlap, subtract, total, union } from '../../src/domain/interval.ts'
import type { Strategy } from '../../src/domain/invoice-document.ts'
import { type SharingEntry, shared } from '../../src/domain/sharing.ts'

/** `drawn('a', 'AAAGG..A')`: a column is a minute, A a person's, G the assistant's, B both at once. */
function drawn(id: string, drawing: string): SharingEntry {
  const columns = drawing.split('').map((letter, index) => ({
    letter,
    start: index * 60_000,
    end: (index + 1) * 60_000,
  }))
  const of = (kind: Span['kind'], letters: string): Span[] =>
    union(columns.filter(({ letter }) => letters.includes(letter))).map(({ start, end }) => ({
      kind,
      start,
      end,
    }))
  const spans = [...of('active', 'AB'), ...of('agent', 'GB')]
  return { id, started_at: Math.min(...spans.map(({ start }) => start)), spans }
}

const minutesOf = (entries: SharingEntry[], strategy: Strategy, taken: Interval[] = []) =>
  Object.fromEntries(
    [...shared(entries, strategy, taken)].map(([id, billed]) => [
      id,
      [billed.active_seconds / 60, billed.agent_seconds / 60],
    ]),
  )

const minutes = (start: number, end: number): Interval => ({ start: start * 60_000, end: end * 60_000 })

interface Vector extends Record<Strategy, Record<string, number>> {
  name: string
  entries: { id: string; start: number; end: number }[]
}
// The vectors are ours, and their shape is this one.
const { cases } = JSON.parse(readFileSync('test/vectors/overlap.json', 'utf8')) as { cases: Vector[] }

const cut = (id: string, ...edges: number[]): SharingEntry => ({
  id,
  started_at: 0,
  spans: edges
    .slice(1)
    .map((end, index) => ({ kind: 'active', start: (edges[index] ?? 0) * 1000, end: end * 1000 })),
})

describe('time that overlaps', () => {
  test.each(cases)('$name', vector => {
    const entries = vector.entries.map(({ id, start, end }): SharingEntry => {
      const span = { start: start * 1000, end: end * 1000 }
      return { id, started_at: span.start, spans: [{ kind: 'active', ...span }] }
    })
    for (const strategy of ['add', 'merge', 'split'] as const) {
      const billed = shared(entries.toReversed(), strategy, [])
      expect(Object.fromEntries([...billed].map(([id, { active_seconds }]) => [id, active_seconds]))).toEqual(
        vector[strategy],
      )
    }
  })

  it('a person and an assistant are alike', () => {
    const entries = [drawn('a', 'GGGGGG'), drawn('b', '...AAAAAA')]
    expect(minutesOf(entries, 'add')).toEqual({ a: [0, 6], b: [6, 0] })
    expect(minutesOf(entries, 'merge')).toEqual({ a: [0, 6], b: [3, 0] })
    expect(minutesOf(entries, 'split')).toEqual({ a: [0, 4.5], b: [4.5, 0] })
  })

  it('of one entry the person goes before the assistant beside them', () => {
    const entries = [drawn('a', 'GGBBAA')]
    expect(minutesOf(entries, 'add')).toEqual({ a: [4, 4] })
    expect(minutesOf(entries, 'merge')).toEqual({ a: [4, 2] })
    expect(minutesOf(entries, 'split')).toEqual({ a: [4, 2] })
  })

  it('what one leaves free between its spans belongs to the other', () => {
    const entries = [drawn('a', 'AA..GG'), drawn('b', '.GGGGG')]
    expect(minutesOf(entries, 'merge')).toEqual({ a: [2, 2], b: [0, 2] })
    expect(minutesOf(entries, 'split')).toEqual({ a: [1.5, 1], b: [0, 3.5] })
  })

  it('the start of the entry decides, not that of its first span', () => {
    const waiting = { ...drawn('b', '..AAA'), started_at: 0 }
    expect(minutesOf([drawn('a', '.AAAA'), waiting], 'merge')).toEqual({ a: [1, 0], b: [3, 0] })
  })

  it('what an earlier invoice merged goes to nobody, under merge alone', () => {
    const entries = [drawn('a', 'AAAAAA'), drawn('b', '...GGGGGG')]
    const taken = [minutes(-5, 1), minutes(4, 6), minutes(5, 7), minutes(20, 30)]
    expect(minutesOf(entries, 'merge', taken)).toEqual({ a: [3, 0], b: [0, 2] })
    expect(minutesOf(entries, 'merge', [minutes(0, 60)])).toEqual({ a: [0, 0], b: [0, 0] })
    expect(minutesOf(entries, 'add', taken)).toEqual(minutesOf(entries, 'add'))
    expect(minutesOf(entries, 'split', taken)).toEqual(minutesOf(entries, 'split'))
  })

  it('spans that touch are one stretch, and spare seconds are given once', () => {
    const billed = shared([cut('a', 0, 50, 100), cut('b', 0, 100), cut('c', 0, 10, 20, 100)], 'split', [])
    expect([...billed.values()].map(({ active_seconds }) => active_seconds)).toEqual([34, 33, 33])
  })

  it('nothing shares nothing', () => {
    for (const strategy of ['add', 'merge', 'split'] as const) {
      expect(minutesOf([], strategy)).toEqual({})
      expect(minutesOf([{ id: 'a', started_at: 0, spans: [] }], strategy)).toEqual({ a: [0, 0] })
    }
  })
})

const spansOf = (entries: SharingEntry[]) => entries.flatMap(({ spans }) => [...spans])

const sumOf = (billed: ReturnType<typeof shared>) =>
  [...billed.values()].reduce((sum, one) => sum + one.active_seconds + one.agent_seconds, 0)

const many = (step: number): SharingEntry[] =>
  Array.from({ length: 10_000 }, (_, index) => {
    const start = index * step
    return {
      id: `e${index}`,
      started_at: start,
      spans: [{ kind: 'active', start, end: start + 30_000_000 }],
    }
  })

describe('the laws of sharing', () => {
  const span = fc
    .record({
      kind: fc.constantFrom('active', 'agent'),
      start: fc.nat(60),
      length: fc.integer({ min: 1, max: 30 }),
    })
    .map(({ kind, start, length }): Span => ({ kind, start: start * 1000, end: (start + length) * 1000 }))
  const day = fc.array(fc.array(span, { minLength: 1, maxLength: 4 }), { maxLength: 6 }).map(all =>
    all.map(
      (spans, index): SharingEntry => ({
        id: `e${index}`,
        started_at: Math.min(...spans.map(({ start }) => start)),
        // Spans of one kind never overlap within an entry.
        spans: (['active', 'agent'] as const).flatMap(kind =>
          union(spans.filter(one => one.kind === kind)).map(one => ({ kind, ...one })),
        ),
      }),
    ),
  )
  const earlier = fc.array(span, { maxLength: 3 })

  it('add bills the sum, split the union, merge the union without what was taken', () => {
    fc.assert(
      fc.property(day, earlier, (entries, taken) => {
        const covered = union(spansOf(entries))
        expect(sumOf(shared(entries, 'add', taken))).toBe(total(spansOf(entries)) / 1000)
        expect(sumOf(shared(entries, 'split', taken))).toBe(total(covered) / 1000)
        expect(sumOf(shared(entries, 'merge', taken))).toBe(total(subtract(covered, taken)) / 1000)
      }),
    )
  })

  it('the order in which entries and spans come does not matter', () => {
    fc.assert(
      fc.property(day, earlier, fc.constantFrom('add', 'merge', 'split'), (entries, taken, strategy) => {
        const turned = entries.map(entry => ({ ...entry, spans: entry.spans.toReversed() })).toReversed()
        expect(new Map(shared(turned, strategy, taken.toReversed()))).toEqual(
          shared(entries, strategy, taken),
        )
      }),
    )
  })

  it('no entry bills more of a kind than it has', () => {
    fc.assert(
      fc.property(day, earlier, fc.constantFrom('merge', 'split'), (entries, taken, strategy) => {
        const full = shared(entries, 'add', [])
        for (const [id, { active_seconds, agent_seconds }] of shared(entries, strategy, taken)) {
          expect(active_seconds).toBeGreaterThanOrEqual(0)
          expect(agent_seconds).toBeGreaterThanOrEqual(0)
          expect(active_seconds).toBeLessThanOrEqual(full.get(id)?.active_seconds ?? 0)
          expect(agent_seconds).toBeLessThanOrEqual(full.get(id)?.agent_seconds ?? 0)
        }
      }),
    )
  })

  it('is what one gets second by second', () => {
    fc.assert(
      fc.property(day, earlier, (entries, taken) => {
        expect(shared(entries, 'merge', taken)).toEqual(mergedSecondBySecond(entries, taken))
      }),
    )
    fc.assert(
      fc.property(day, entries => {
        expect(shared(entries, 'split', [])).toEqual(splitStretchByStretch(entries))
      }),
    )
  })

  it('merged on one invoice after the other no second is billed twice', () => {
    fc.assert(
      fc.property(day, fc.nat(6), (entries, cut) => {
        const [first, second] = [entries.slice(0, cut), entries.slice(cut)]
        const both = sumOf(shared(first, 'merge', [])) + sumOf(shared(second, 'merge', union(spansOf(first))))
        expect(both).toBe(total(union(spansOf(entries))) / 1000)
      }),
    )
  })

  it('ten thousand spans, all at once and one after the other, are soon shared', () => {
    for (const step of [1000, 60_000_000]) {
      const entries = many(step)
      const seconds = total(union(spansOf(entries))) / 1000
      expect(sumOf(shared(entries, 'merge', []))).toBe(seconds)
      expect(sumOf(shared(entries, 'split', []))).toBe(seconds)
    }
  }, 2000)
})

const inOrder = (entries: SharingEntry[]) =>
  entries.toSorted((a, b) => a.started_at - b.started_at || (a.id < b.id ? -1 : 1))

const kindAt = (entry: SharingEntry, second: Interval): Span['kind'] | undefined =>
  entry.spans
    .filter(span => overlap(span, second))
    .map(({ kind }) => kind)
    .toSorted()[0]

const nothingOf = (entries: SharingEntry[]) =>
  new Map(inOrder(entries).map(({ id }) => [id, { active_seconds: 0, agent_seconds: 0 }]))

/** Who covers each second, in order, with the kind. */
const coverage = (entries: SharingEntry[]) =>
  Array.from({ length: 100 }, (_, index) => {
    const second = { start: index * 1000, end: (index + 1) * 1000 }
    const covering = inOrder(entries).flatMap(entry => {
      const kind = kindAt(entry, second)
      return kind ? [{ id: entry.id, kind }] : []
    })
    return { second, covering }
  })

function mergedSecondBySecond(entries: SharingEntry[], taken: Interval[]) {
  const billed = nothingOf(entries)
  for (const { second, covering } of coverage(entries)) {
    const [first] = covering
    const own = billed.get(first?.id ?? '')
    if (first && own && !taken.some(one => overlap(one, second))) own[`${first.kind}_seconds`]++
  }
  return billed
}

function splitStretchByStretch(entries: SharingEntry[]) {
  const billed = nothingOf(entries)
  let last = ''
  let turn = 0
  for (const { covering } of coverage(entries)) {
    const now = JSON.stringify(covering)
    turn = now === last ? turn + 1 : 0
    last = now
    const next = covering[turn % covering.length]
    const own = billed.get(next?.id ?? '')
    if (next && own) own[`${next.kind}_seconds`]++
  }
  return billed
}
