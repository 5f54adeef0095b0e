import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SignalKind } from '../../src/domain/signal.ts'
import { leave } from '../support/host.ts'
import { workspace } from '../support/workspace.ts'
import vectors from '../vectors/beats.json' with { type: 'json' }

interface Told {
  session: string
  at: number
  kind: string
  attended?: boolean
  tool?: { id: string; open: boolean }
  ran_ms?: number
  reason?: string
}

const inSession = (base: number, directory: string) => (told: Told) => ({
  at: base + told.at * 1000,
  host: 'claude-code',
  host_session: told.session,
  directory,
  // the vectors use the kinds of the design
  kind: told.kind as SignalKind,
  attended: told.attended ?? true,
  ...(told.tool && { tool: told.tool }),
  ...(told.reason !== undefined && { reason: told.reason }),
  ...(told.ran_ms !== undefined && { ran_ms: told.ran_ms }),
})

/** Seconds of each kind by host session, over finished entries and what still runs. */
async function seconds(given: Awaited<ReturnType<typeof workspace>>) {
  const sums: Record<string, { active: number; agent: number }> = {}
  const add = (session: string, of: { active_seconds: number; agent_seconds: number }) => {
    const sum = (sums[session] ??= { active: 0, agent: 0 })
    sum.active += of.active_seconds
    sum.agent += of.agent_seconds
  }
  const { sessions } = await given.call('status')
  const rows = given.rows('sessions')
  for (const row of rows) {
    const open = sessions.find((one: { id: string }) => one.id === row.id)
    if (open) add(String(row.host_session), open)
  }
  const { entries } = await given.call('list_entries', { limit: 200 })
  for (const entry of entries) add(entry.assistant.host_session, entry)
  return sums
}

describe('what hosts report through the spool', () => {
  test.each(vectors.cases)('$name', async ({ expect: expected, now, signals }) => {
    const given = await workspace()
    const base = given.clock.now
    const told = (signals as Told[]).map(inSession(base, '/src/acme'))
    given.clock.pass(now / 60)
    leave(given.app.home, ...told)
    expect(await seconds(given)).toMatchObject(expected)
  })

  test.each(vectors.cases)(
    'signal by signal, as time goes on: $name',
    async ({ expect: expected, now, signals }) => {
      const given = await workspace()
      const base = given.clock.now
      const told = (signals as Told[]).map(inSession(base, '/src/acme')).toSorted((a, b) => a.at - b.at)
      for (const one of told) {
        given.clock.now = Math.max(given.clock.now, one.at)
        leave(given.app.home, one)
        await given.call('status')
      }
      given.clock.now = base + now * 1000
      expect(await seconds(given)).toMatchObject(expected)
    },
  )
})

describe('delivery', () => {
  const kinds = ['start', 'prompt', 'work', 'work', 'work', 'wait', 'stop', 'prompt', 'stop', 'end'] as const
  const told = fc.record({
    session: fc.constantFrom('a', 'b', 'c'),
    at: fc.integer({ min: 0, max: 6 * 3600 }),
    kind: fc.constantFrom(...kinds),
    tool: fc.option(fc.record({ id: fc.constantFrom('x', 'y'), open: fc.boolean() }), { nil: undefined }),
  })
  const day = fc.array(told, { minLength: 1, maxLength: 40 })

  /** What stands in the books at the end. */
  async function books(given: Awaited<ReturnType<typeof workspace>>) {
    const { sessions } = await given.call('status')
    const { entries } = await given.call('list_entries', { limit: 200, sort: 'started_at' })
    const figures = ({ active_seconds, agent_seconds, idle_seconds }: Record<string, number>) =>
      `${active_seconds} ${agent_seconds} ${idle_seconds}`
    return [
      ...entries.map((one: Record<string, never>) => `${one.started_at} ${one.ended_at} ${figures(one)}`),
      ...sessions.map((one: Record<string, never>) => `open ${one.started_at} ${figures(one)}`),
    ].toSorted((a, b) => (a < b ? -1 : 1))
  }

  test('in any order, in any portions, at any time comes to the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        day,
        fc.array(fc.nat(8), { maxLength: 40 }),
        fc.infiniteStream(fc.nat()),
        async (signals, portions, dice) => {
          const shuffled = signals
            .map(one => ({
              one: one.kind === 'work' ? one : { ...one, tool: undefined },
              key: dice.next().value,
            }))
            .toSorted((a, b) => a.key - b.key)
            .map(({ one }) => one)
          const atOnce = await workspace()
          const inParts = await workspace()
          const base = atOnce.clock.now
          leave(atOnce.app.home, ...shuffled.map(inSession(base, '/src/acme')))
          const rest = shuffled.map(inSession(base, '/src/acme'))
          for (const portion of portions) {
            leave(inParts.app.home, ...rest.splice(0, portion))
            inParts.clock.pass(9)
            await inParts.call('status')
          }
          leave(inParts.app.home, ...rest)
          atOnce.clock.now = inParts.clock.now = base + 8 * 3_600_000
          expect(await books(inParts)).toEqual(await books(atOnce))
        },
      ),
      { numRuns: 40 },
    )
  })
})

test('two sessions that a late signal made one are two again when a later one parts them', async () => {
  const given = await workspace()
  const base = given.clock.now
  const report = async (...told: Told[]): Promise<void> => {
    leave(given.app.home, ...told.map(inSession(base, '/src/acme')))
    await given.call('status')
  }
  const entries = async () => (await given.call('list_entries', { sort: 'started_at' })).entries
  given.clock.pass(120)
  await report(
    { session: 'a', at: 0, kind: 'prompt' },
    { session: 'a', at: 10, kind: 'stop' },
    { session: 'a', at: 2400, kind: 'prompt' },
    { session: 'a', at: 2500, kind: 'stop' },
  )
  const apart = await entries()
  expect(apart).toMatchObject([{ agent_seconds: 10 }, { active_seconds: 120, agent_seconds: 100 }])

  await report({ session: 'a', at: 1200, kind: 'work' })
  expect(await entries()).toMatchObject([{ id: apart[0].id, active_seconds: 120, agent_seconds: 110 }])
  await given.events()

  await report({ session: 'a', at: 1300, kind: 'end' })
  expect(await entries()).toMatchObject([
    { id: apart[0].id, active_seconds: 0, agent_seconds: 10 },
    { id: apart[1].id, active_seconds: 0, agent_seconds: 100 },
  ])
  expect(await given.events()).toEqual([
    'session.updated',
    'entry.updated',
    'session.updated',
    'entry.restored',
  ])
})

test('what a person threw away stays away, whatever signals come late', async () => {
  const given = await workspace()
  const base = given.clock.now
  given.clock.pass(120)
  leave(
    given.app.home,
    ...[
      { session: 'a', at: 0, kind: 'prompt' },
      { session: 'a', at: 10, kind: 'stop' },
    ].map(inSession(base, '/src/acme')),
  )
  await given.call('discard_timer', { confirm: true })
  leave(given.app.home, inSession(base, '/src/acme')({ session: 'a', at: 30, kind: 'prompt' }))
  expect(await given.call('list_entries')).toMatchObject({ entries: [] })
  expect(await given.call('status')).toMatchObject({ ended: [], sessions: [] })
})

describe('an assistant at work', () => {
  test('keeps the timer alive that was started through MCP on its project, and no other', async () => {
    const given = await workspace({ projects: ['acme', 'globex'] })
    await given.call('start_timer', { project: 'acme' })
    await given.call('start_timer', { project: 'globex' })
    const base = given.clock.now
    const signals = Array.from({ length: 12 }, (_, n) => ({ session: 'a', at: 600 * (n + 1), kind: 'work' }))
    given.clock.pass(121)
    leave(given.app.home, ...signals.map(inSession(base, '/src/acme')))
    const { ended, timers } = await given.through('cli')('status')
    expect(timers).toMatchObject([{ project: { name: 'acme' }, seconds: 121 * 60 }])
    expect(ended).toMatchObject([{ project: { name: 'globex' }, seconds: 0 }])
  })
})

describe('a question of the host', () => {
  const tool = (id: string, open: boolean) => ({ tool: { id, open } })

  test('is answered when its tool began to run, not when it was done', async () => {
    const given = await workspace()
    const told = [
      { session: 'a', at: 0, kind: 'prompt' },
      { session: 'a', at: 10, kind: 'work', ...tool('x', true) },
      { session: 'a', at: 10, kind: 'wait' },
      { session: 'a', at: 130, kind: 'work', ...tool('x', false), ran_ms: 100_000 },
      { session: 'a', at: 140, kind: 'stop' },
    ]
    leave(given.app.home, ...told.map(inSession(given.clock.now, '/src/acme')))
    given.clock.pass(3)
    expect(await seconds(given)).toMatchObject({ a: { active: 20, agent: 120 } })
  })

  test('is not answered by the tool that it is about, though its hook was faster', async () => {
    const given = await workspace()
    const told = [
      { session: 'a', at: 0, kind: 'prompt' },
      { session: 'a', at: 10, kind: 'wait' },
      { session: 'a', at: 10.04, kind: 'work', ...tool('x', true) },
      { session: 'a', at: 70, kind: 'work', ...tool('x', false) },
      { session: 'a', at: 80, kind: 'stop' },
    ]
    leave(given.app.home, ...told.map(inSession(given.clock.now, '/src/acme')))
    given.clock.pass(3)
    expect(await seconds(given)).toMatchObject({ a: { active: 60, agent: 20 } })
  })

  test('right after another one is a question too', async () => {
    const given = await workspace()
    const told = [
      { session: 'a', at: 0, kind: 'prompt' },
      { session: 'a', at: 10, kind: 'wait', ...tool('first', true) },
      { session: 'a', at: 11, kind: 'work', ...tool('x', false) },
      { session: 'a', at: 12, kind: 'wait', ...tool('second', true) },
      { session: 'a', at: 72, kind: 'work', ...tool('y', false) },
      { session: 'a', at: 80, kind: 'stop' },
    ]
    leave(given.app.home, ...told.map(inSession(given.clock.now, '/src/acme')))
    given.clock.pass(3)
    expect(await seconds(given)).toMatchObject({ a: { active: 61, agent: 19 } })
  })
})

test('an end that the host told is no twin of the end of its connection: what is resumed is another session', async () => {
  const given = await workspace()
  const told = [
    { session: 'a', at: 0, kind: 'prompt' },
    { session: 'a', at: 10, kind: 'stop' },
    { session: 'a', at: 20, kind: 'end', reason: 'connection_closed' },
    { session: 'a', at: 20, kind: 'end', reason: 'other' },
    { session: 'a', at: 60, kind: 'start' },
    { session: 'a', at: 61, kind: 'prompt' },
    { session: 'a', at: 70, kind: 'stop' },
    { session: 'a', at: 80, kind: 'end' },
  ]
  leave(given.app.home, ...told.map(inSession(given.clock.now, '/src/acme')))
  given.clock.pass(3)
  const { entries } = await given.call('list_entries')
  expect(entries).toMatchObject([{ seconds: 10 }, { seconds: 10 }])
})
