import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findSession } from '../../db/sessions.ts'
import { changeContext, contextOf, type Door, type Fact, writeEvents } from '../../src/core/context.ts'
import { say, settle } from '../../src/core/engine.ts'
import type { Session } from '../../src/domain/session.ts'
import { picture } from '../support/picture.ts'
import { type GivenWorkspace, workspace } from '../support/workspace.ts'

// What people and assistants may do in any order, against a clock on the wall that knows nothing of signals.

const projects = ['Acme', 'Globex'] as const
type Project = (typeof projects)[number]
type Step = { door: 'mcp' | 'cli'; wait: number } & (
  | { does: 'start' | 'stop' | 'pause' | 'resume' | 'keep' | 'discard'; project: Project; undo: boolean }
  | { does: 'look' }
)

const second = 1000
const minute = 60 * second
const timeout = 30 * minute
const floor = (at: number): number => Math.floor(at / second) * second

const waits = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.constantFrom(1, second, minute, timeout, timeout + second) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 50 * minute }) },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constantFrom('start', 'stop', 'pause', 'resume', 'keep', 'discard' as const),
      project: fc.constantFrom(...projects),
      door: fc.constantFrom('mcp', 'cli'),
      wait: waits,
      undo: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('look' as const),
      door: fc.constantFrom('mcp', 'cli'),
      wait: waits,
    }),
  },
)

/** A timer as somebody with a watch would note it. */
interface Noted {
  project: Project
  door: Door
  state: 'running' | 'paused' | 'ended' | 'asleep' | 'gone'
  /** Counted before `since`. */
  counted: number
  since: number
  sign: number
}

const seconds = (one: Noted, now: number): number =>
  (one.counted + (one.state === 'running' ? Math.max(0, floor(now) - one.since) : 0)) / second

/** What the wall clock does by itself when somebody calls: what was silent for too long sleeps since it was last seen. */
function passed(all: Noted[], now: number, door: string): void {
  for (const one of all) {
    if (one.door !== 'mcp') continue
    if (one.state === 'running' && floor(now) - one.sign > timeout) {
      one.counted += one.sign - one.since
      one.since = one.sign
      one.state = 'asleep'
    }
    const open = one.state === 'running' || one.state === 'paused'
    if (open && door === 'mcp' && now - one.sign > minute) one.sign = floor(now)
  }
}

function noted(all: Noted[], done: Exclude<Step, { does: 'look' }>, now: number): void {
  const at = floor(now)
  const open = all.find(
    one => one.project === done.project && (one.state === 'running' || one.state === 'paused'),
  )
  const asleep = all.findLast(one => one.project === done.project && one.state === 'asleep')
  const turn = (one: Noted, state: Noted['state']): void => {
    one.counted = seconds(one, now) * second
    one.since = at
    one.sign = at
    one.state = state
  }
  if (done.does === 'start') {
    if (open?.state === 'paused') turn(open, 'running')
    else if (!open)
      all.push({ project: done.project, door: done.door, state: 'running', counted: 0, since: at, sign: at })
  }
  if (done.does === 'stop' && open) turn(open, 'ended')
  if (done.does === 'pause' && open?.state === 'running') turn(open, 'paused')
  if (done.does === 'resume' && open?.state === 'paused') turn(open, 'running')
  if (done.does === 'keep' && asleep && !open) {
    asleep.state = 'running'
    asleep.sign = at
  }
  if (done.does === 'discard' && open && !asleep) open.state = 'gone'
  if (done.does === 'discard' && !open && asleep) asleep.state = 'gone'
}

const operation = {
  start: 'start_timer',
  stop: 'stop_timer',
  pause: 'pause_timer',
  resume: 'resume_timer',
  keep: 'keep_session',
  discard: 'discard_timer',
} as const

const inputOf = ({ does, project }: Exclude<Step, { does: 'look' }>): object =>
  does === 'keep' ? { session: project } : does === 'discard' ? { timer: project } : { project }

test('whatever is done in whatever order, time is what the clock says', { timeout: 120_000 }, async () => {
  const given = await workspace({ projects, now: '2026-05-20T00:00' })
  // one database for all runs, and a member for each: a run begins with nothing
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async steps => {
      const somebody = await given.member(`Member ${run++}`)
      let all: Noted[] = []
      for (const one of steps) {
        given.clock.now += one.wait
        const call = (name: string, input: object = {}) =>
          given.call(name, input, { ...somebody.principal, door: one.door })
        await call('status')
        passed(all, given.clock.now, one.door)
        if (one.does !== 'look') all = await tried(given, call, all, one)
        await agree(given, somebody.principal.member_id, all)
      }
    }),
    { numRuns: 150, seed: 20_260_520 },
  )
  assertLog(given)
})

async function tried(
  given: GivenWorkspace,
  call: GivenWorkspace['call'],
  all: Noted[],
  one: Exclude<Step, { does: 'look' }>,
): Promise<Noted[]> {
  const before = one.undo ? await picture({ call }) : undefined
  const events = given.rows('events').length
  await call(operation[one.does], inputOf(one)).catch((error: { code?: string }) => {
    if (!['not_found', 'conflict', 'disambiguate'].includes(error.code ?? '')) throw error
    expect(given.rows('events')).toHaveLength(events)
  })
  const after = structuredClone(all)
  noted(after, one, given.clock.now)
  if (!before || given.rows('events').length === events) return after
  await call('undo')
  expect(await picture({ call })).toEqual(before)
  return all
}

async function agree(given: GivenWorkspace, member: string, all: readonly Noted[]): Promise<void> {
  const own = given.rows('sessions').filter(row => row.member_id === member)
  const names = new Map(given.rows('projects').map(row => [row.id, row.name]))
  const entries = given.rows('entries').filter(row => row.member_id === member && row.deleted_at === null)

  for (const project of projects)
    expect(
      own.filter(row => row.ended_at === null && names.get(row.project_id) === project).length,
    ).toBeLessThan(2)

  const counted = all
    .filter(one => ['ended', 'asleep'].includes(one.state))
    .map(one => [one.project, seconds(one, 0)])
  expect(asTexts(entries.map(row => [names.get(row.project_id), row.seconds]))).toEqual(
    asTexts(counted.filter(([, length]) => length !== 0)),
  )
  const { timers } = await given.call('status', {}, { ...given.principal, member_id: member, door: 'rest' })
  const shown = timers.map((one: Session) => [one.project.name, one.seconds, one.state])
  const running = all.filter(one => one.state === 'running' || one.state === 'paused')
  const expected = running.map(one => [one.project, seconds(one, given.clock.now), one.state])
  expect(asTexts(shown)).toEqual(asTexts(expected))

  for (const row of entries) {
    const spans = given.rows('spans').filter(span => span.entry_id === row.id)
    const length = spans.reduce((sum, span) => sum + (span.ended_at - span.started_at) / second, 0)
    expect(row.seconds).toBe(row.active_seconds + row.agent_seconds)
    expect(row.seconds).toBe(length)
    expect(row.seconds).toBeGreaterThan(0)
    expect(row.idle_seconds).toBeGreaterThanOrEqual(0)
    expect(((row.ended_at ?? 0) - (row.started_at ?? 0)) / second).toBe(row.seconds + row.idle_seconds)
  }
}

/** To compare what has no order. */
const asTexts = (values: readonly unknown[]): string[] =>
  values.map(value => JSON.stringify(value)).toSorted()

/** The log alone tells what is kept. */
function assertLog(given: GivenWorkspace): void {
  const last = new Map(given.rows('events').map(event => [event.subject_id, event.after]))
  for (const row of given.rows('entries')) {
    const image: Record<string, unknown> = JSON.parse(last.get(row.id) ?? '{}')
    for (const [column, value] of Object.entries(row)) expect(image[column] ?? null).toEqual(value)
  }
}

describe('an entry that the engine wrote', () => {
  /** A timer that fell asleep at 9:20; a sign of life of 9:40 comes late, at noon. */
  async function late({
    first,
  }: {
    first?: (given: GivenWorkspace, entry: string) => Promise<unknown>
  } = {}) {
    const given = await workspace({ projects: ['Acme'] })
    const { app, call, clock, principal, store } = given
    const { timer } = await call('start_timer', { project: 'acme' })
    clock.set('09:20')
    await call('status')
    clock.set('12:00')
    const { entry } = await call('stop_timer', { project: 'acme' })
    await first?.(given, entry.id)
    await given.events()
    await store.change(async db => {
      const facts: Fact[] = []
      const context = changeContext(app, await contextOf(app, principal, db), db, facts)
      const session = await findSession(db, principal.workspace_id, timer.id)
      if (!session) throw new Error('It was there a moment ago.')
      await say(context, session, 'alive', Date.parse('2026-05-20T07:40:00Z'))
      await settle(context, session)
      await writeEvents(context, 'watchdog', facts)
    })
    const now = await call('get_entry', { entry: entry.id })
    return { ...given, entry, now }
  }

  test('follows its signals', async () => {
    const { entry, events, now } = await late()
    expect(entry).toMatchObject({ seconds: 1200, version: 1 })
    expect(now).toMatchObject({
      entry: { id: entry.id, seconds: 2400, version: 2, ended_at: '2026-05-20T07:40:00.000Z' },
      spans: [{ kind: 'active', ended_at: '2026-05-20T07:40:00.000Z' }],
    })
    expect(await events()).toEqual(['entry.updated'])
  })

  test.each<[string, (given: GivenWorkspace, entry: string) => Promise<unknown>]>([
    ['edited', ({ call }, entry) => call('edit_entry', { entry, description: 'Mine' })],
    ['split', ({ call }, entry) => call('split_entry', { entry, at: '09:10' })],
    ['deleted', ({ call }, entry) => call('delete_entry', { entry })],
    ['locked', ({ clock, set }) => (clock.set('2026-05-21T09:00'), set({ locked_until: '2026-05-21' }))],
  ])('is fixed once it was %s', async (_, first) => {
    const { entry, events, now, rows } = await late({ first })
    expect(now.entry.seconds).toBeLessThan(1201)
    expect(await events()).toEqual([])
    expect(rows('entries').find(row => row.id === entry.id)).toMatchObject({ version: now.entry.version })
  })
})
