import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beats, defaultPolicy, type SessionBeats } from '../../src/domain/beats.ts'
import { subtract, total, union } from '../../src/domain/interval.ts'
import { inOrder, type Signal, signalKinds } from '../../src/domain/signal.ts'

const hosts = [
  { host: 'claude-code', host_session: 'a' },
  { host: 'claude-code', host_session: 'b' },
  { host: 'codex', host_session: 'a' },
  { host: 'mcp', host_session: 'timer' },
  { host: 'cli', host_session: 'timer' },
]

/** Steps of all sizes that the rules look at: together, seconds, around each gap, hours. */
const step = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 90_000 }),
  fc.constantFrom(60_000, 120_000, 300_000, 301_000, 600_000, 601_000, 1_800_000, 1_801_000),
  fc.integer({ min: 1_800_000, max: 20_000_000 }),
)

const fact = fc.record({
  step,
  where: fc.constantFrom(...hosts),
  kind: fc.constantFrom(...signalKinds, 'prompt' as const, 'work' as const, 'stop' as const),
  tool: fc.option(fc.record({ id: fc.constantFrom('x', 'y'), open: fc.boolean() }), { nil: undefined }),
  attended: fc.boolean(),
  marked: fc.boolean(),
})
type Fact = typeof fact extends fc.Arbitrary<infer T> ? T : never

const member = fc.array(fact, { maxLength: 40 }).map(signalsOf)

function signalsOf(facts: Fact[]): Signal[] {
  let at = 0
  return facts.map(({ step, where, kind, tool, attended, marked }, index) => {
    at += step
    const reasons: Partial<Record<string, string>> = { end: 'connection_closed', alive: 'kept' }
    const reason = marked ? reasons[kind] : undefined
    const id = String(index).padStart(3, '0')
    return {
      id,
      at,
      ...where,
      kind,
      attended,
      ...(kind === 'work' && tool && { tool }),
      ...(reason && { reason }),
    }
  })
}

const read = (signals: Signal[], now: number) => beats(signals, defaultPolicy, now)
const span = ({ beats: own }: SessionBeats) => total(union(own))
const inferred = (sessions: SessionBeats[]) =>
  sessions.flatMap(({ beats: own }) => own.filter(({ kind, hand_set }) => kind === 'active' && !hand_set))
const handSet = (sessions: SessionBeats[]) =>
  sessions.flatMap(({ beats: own }) => own.filter(({ kind, hand_set }) => kind === 'active' && hand_set))
const covered = (sessions: SessionBeats[]) => union([...inferred(sessions), ...handSet(sessions)])
const own = (session: SessionBeats) => ({
  ...session,
  beats: session.beats.filter(({ kind, hand_set }) => kind === 'agent' || hand_set),
})
const speaksBack = (signal: Signal) => signal.reason !== undefined || signal.tool !== undefined

const runs = { numRuns: 500 }
const anyNow = fc.integer({ min: 0, max: 200_000_000 })

describe('whatever was signalled', () => {
  it('the person is in one place: inferred active time overlaps neither itself nor what was set by hand', () => {
    fc.assert(
      fc.property(member, anyNow, (signals, now) => {
        const sessions = read(signals, now)
        const person = inferred(sessions)
        expect(total(union(person))).toBe(total(person))
        expect(total(subtract(person, handSet(sessions)))).toBe(total(person))
      }),
      runs,
    )
  })

  it('attention only ever gives time to somebody else: nothing of it is lost', () => {
    fc.assert(
      fc.property(member, anyNow, (signals, now) => {
        const clock = Math.max(now, ...signals.map(({ at }) => at))
        const together = read(signals, clock)
        const alone = hosts.flatMap(({ host, host_session }) =>
          read(
            signals.filter(signal => signal.host === host && signal.host_session === host_session),
            clock,
          ),
        )
        expect(covered(together)).toEqual(covered(alone))
      }),
      runs,
    )
  })

  it('beats cover each session whole, on whole seconds, in order, and only active and agent lie side by side', () => {
    fc.assert(
      fc.property(member, anyNow, (signals, now) => {
        for (const session of read(signals, now)) {
          const { started_at, ended_at, last_sign_at, beats: own } = session
          const end = ended_at ?? Math.max(Math.floor(now / 1000) * 1000, last_sign_at)
          expect(union(own)).toEqual(started_at < end ? [{ start: started_at, end }] : [])
          for (const beat of own) {
            expect(beat.start).toBeLessThan(beat.end)
            expect([beat.start % 1000, beat.end % 1000]).toEqual([0, 0])
          }
          expect(own.map(({ start }) => start)).toEqual(
            own.map(({ start }) => start).toSorted((a, b) => a - b),
          )
          for (const kinds of [
            ['active', 'idle'],
            ['agent', 'idle'],
          ]) {
            const some = own.filter(({ kind }) => kinds.includes(kind))
            expect(total(union(some))).toBe(total(some))
          }
        }
      }),
      runs,
    )
  })

  it('sessions of one host session follow one another, and each signal belongs to at most one', () => {
    fc.assert(
      fc.property(member, anyNow, (signals, now) => {
        const sessions = read(signals, now)
        for (const { host, host_session } of hosts) {
          const own = sessions.filter(each => each.host === host && each.host_session === host_session)
          for (const [index, session] of own.entries()) {
            const next = own[index + 1]
            if (next) expect(session.ended_at).toBeLessThanOrEqual(next.started_at)
            expect(session.started_at).toBeLessThanOrEqual(session.ended_at ?? Infinity)
            expect(span(session)).toBeGreaterThanOrEqual(0)
          }
        }
        const named = sessions.flatMap(session => session.signals)
        expect(new Set(named).size).toBe(named.length)
      }),
      runs,
    )
  })

  it('the order in which signals came, and that some came twice, changes nothing', () => {
    fc.assert(
      fc.property(
        member.chain(signals =>
          fc.tuple(
            fc.constant(signals),
            fc.shuffledSubarray(signals, { minLength: signals.length }),
            fc.subarray(signals),
          ),
        ),
        anyNow,
        ([signals, shuffled, again], now) => {
          expect(read([...shuffled, ...again], now)).toEqual(read(signals, now))
        },
      ),
      runs,
    )
  })

  it('what is closed stays as it is when time passes, but for active time that an open session asks for', () => {
    fc.assert(
      fc.property(member, anyNow, anyNow, (signals, now, later) => {
        const before = read(signals, now)
        const after = read(signals, now + later)
        const allClosed = before.every(({ ended_at }) => ended_at !== null)
        for (const [index, session] of before.entries()) {
          if (session.ended_at === null) continue
          expect(own(after[index]!)).toEqual(own(session))
          if (allClosed) expect(after[index]).toEqual(session)
        }
      }),
      runs,
    )
  })

  it('an open session is quiet from its `quiet_at` on, and not before', () => {
    fc.assert(
      fc.property(member, anyNow, (signals, now) => {
        for (const open of read(signals, now).filter(({ ended_at }) => ended_at === null)) {
          const at = (instant: number) =>
            read(signals, instant).find(({ signals: own }) => own[0] === open.signals[0])?.closed_by
          expect(at(open.quiet_at === null ? now * 10 : open.quiet_at - 1)).toBeNull()
          if (open.quiet_at !== null) expect(at(open.quiet_at)).toBe('watchdog')
        }
      }),
      runs,
    )
  })

  it('silence cuts where it did when somebody looked in between, unless a later signal speaks of what was before', () => {
    const plain = member.map(signals => signals.filter(signal => !speaksBack(signal)).toSorted(inOrder))
    fc.assert(
      fc.property(plain, fc.nat(), (signals, cut) => {
        const known = signals.slice(0, cut % (signals.length + 1))
        const all = read(signals, 1e9)
        for (const session of read(known, known.at(-1)?.at ?? 0).filter(
          ({ ended_at }) => ended_at !== null,
        )) {
          const same = all.find(({ signals: own }) => own[0] === session.signals[0])
          expect(same).toMatchObject({
            started_at: session.started_at,
            ended_at: session.ended_at,
            closed_by: session.closed_by,
            signals: session.signals,
          })
        }
      }),
      runs,
    )
  })
})
