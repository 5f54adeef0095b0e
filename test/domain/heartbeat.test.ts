import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { beats, defaultPolicy } from '../../src/domain/beats.ts'
import { changeovers, editorSession, type Heartbeat, weekOf } from '../../src/domain/heartbeat.ts'
import type { Signal } from '../../src/domain/signal.ts'

const minute = 60_000
const silence = defaultPolicy.idle_timeout * 1000

const heartbeat = fc
  .record({ second: fc.integer({ min: 0, max: 20_000 }), name: fc.constantFrom('a', 'b', 'c') })
  .map(
    ({ name, second }): Heartbeat => ({
      id: `${name}${second}`,
      at: second * 1000,
      host: 'rest',
      host_session: editorSession('vim', name),
    }),
  )
const heartbeats = fc.uniqueArray(heartbeat, { selector: one => one.at, minLength: 1, maxLength: 40 })

const spoken = ({ at, host, host_session, id }: Heartbeat, kind: 'active' | 'stop'): Signal => ({
  id: `${kind} ${id} ${at}`,
  at,
  host,
  host_session,
  kind,
  attended: true,
})

const signalsOf = (all: readonly Heartbeat[], fresh: readonly Heartbeat[]): Signal[] => [
  ...fresh.map(one => spoken(one, 'active')),
  ...changeovers(all, new Set(fresh.map(one => one.id)), silence).map(({ at, left }) =>
    spoken({ ...left, at }, 'stop'),
  ),
]

const activeIn = (signals: readonly Signal[]): { name: string; start: number; end: number }[] =>
  beats(signals, defaultPolicy, 1_000_000_000)
    .flatMap(({ beats: all, host_session }) =>
      all.filter(one => one.kind === 'active').map(({ end, start }) => ({ name: host_session, start, end })),
    )
    .toSorted((one, other) => one.start - other.start)

describe('heartbeats', () => {
  test('count from one to the next, for the one before, unless they are too far apart', () => {
    fc.assert(
      fc.property(heartbeats, all => {
        const ordered = all.toSorted((one, other) => one.at - other.at)
        const expected = ordered.slice(1).reduce((sum, { at }, index) => {
          const gap = at - (ordered[index]?.at ?? 0)
          return gap > silence ? sum : sum + gap
        }, 0)
        const active = activeIn(signalsOf(all, all))
        expect(active.reduce((sum, { end, start }) => sum + end - start, 0)).toBe(expected)
        for (const [index, { start }] of active.entries())
          expect(start).toBeGreaterThanOrEqual(active[index - 1]?.end ?? 0)
      }),
    )
  })

  test('come to the same in whatever order and parts they come', () => {
    fc.assert(
      fc.property(
        heartbeats,
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 40, maxLength: 40 }),
        (all, sizes) => {
          const signals: Signal[] = []
          const known: Heartbeat[] = []
          for (const size of sizes) {
            const fresh = all.slice(known.length, known.length + size)
            known.push(...fresh)
            signals.push(...signalsOf(known, fresh))
          }
          expect(activeIn(signals)).toEqual(activeIn(signalsOf(all, all)))
        },
      ),
    )
  })
})

test('a week changes while the fewest are at work', () => {
  const sunday = Date.UTC(2026, 4, 24, 12)
  expect(weekOf(sunday)).toBe(weekOf(sunday - minute) + 1)
  expect(weekOf(sunday)).toBe(weekOf(sunday + 7 * 24 * 60 * minute - 1))
})
