import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

/** |AAAA 30m|GGGG 60m|.... 15m|AA 15m| from 07:00 to 09:00, billed with the agent's time. */
const worked = async () => {
  const given = await workspace({ now: '2026-05-20T07:00' })
  const { call, clock } = given
  await call('save_client', { name: 'Globex' })
  await call('create_project', { name: 'Web', client: 'Globex', bill_agent_time: true })
  const { session } = await call('start_session', { project: 'Web', description: 'Work' })
  for (const [time, kind] of [
    ['07:30', 'agent'],
    ['08:30', 'idle'],
    ['08:45', 'active'],
  ]) {
    clock.set(time ?? '')
    await call('session_beat', { session: session.id, kind })
  }
  clock.set('09:00')
  const { entry } = await call('end_session', { session: session.id })
  await given.events()
  return { ...given, entry }
}

const figures = ['seconds', 'active_seconds', 'agent_seconds', 'idle_seconds', 'billable_seconds'] as const

describe('splitting', () => {
  test('cuts time and figures where it is told to', async () => {
    const { call, entry, events } = await worked()
    expect(entry).toMatchObject({
      active_seconds: 2700,
      agent_seconds: 3600,
      idle_seconds: 900,
      billable_seconds: 6300,
    })
    const { entries } = await call('split_entry', { entry: entry.id, at: '08:00' })
    expect(entries).toMatchObject([
      {
        id: entry.id,
        active_seconds: 1800,
        agent_seconds: 1800,
        idle_seconds: 0,
        billable_seconds: 3600,
        version: entry.version + 1,
      },
      {
        active_seconds: 900,
        agent_seconds: 1800,
        idle_seconds: 900,
        billable_seconds: 2700,
        version: 1,
        project: { name: 'Web' },
      },
    ])
    expect(entries[0].ended_at).toBe(entries[1].started_at)
    expect(await events()).toEqual(['entry.updated', 'entry.created'])
    expect((await call('list_overlaps')).count).toBe(0)
  })

  test('neither makes nor loses time', { timeout: 30_000 }, async () => {
    const { call, entry } = await worked()
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5399 }), async second => {
        const { entries } = await call('split_entry', { entry: entry.id, duration: `${second}s` })
        for (const figure of figures) expect(entries[0][figure] + entries[1][figure]).toBe(entry[figure])
        const { entry: whole } = await call('merge_entries', {
          entries: entries.map((one: { id: string }) => one.id),
        })
        for (const figure of figures) expect(whole[figure]).toBe(entry[figure])
      }),
      { numRuns: 20 },
    )
  })

  test('reads a clock time in the entry, on its day or in its night', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'] })
    const said = {
      project: 'Acme',
      start: '2026-05-18T22:00',
      end: '2026-05-19T02:00',
      tags: ['ui'],
      description: 'Night',
    }
    const { entry } = await call('log_time', said)
    clock.set('10:00')
    const { entries } = await call('split_entry', { entry: entry.id, at: '00:30' })
    expect(entries).toMatchObject([
      { seconds: 9000, date: '2026-05-18', tags: ['ui'], description: 'Night' },
      { seconds: 5400, date: '2026-05-19', tags: ['ui'], description: 'Night' },
    ])
    const [early] = entries
    expect((await call('split_entry', { entry: early.id, at: '23:00' })).entries).toMatchObject([
      { seconds: 3600 },
      { seconds: 5400 },
    ])
    expect((await call('list_tags')).tags).toEqual([{ tag: 'ui', entries: 3, seconds: 14_400 }])
  })

  test('of a day without a clock time takes a duration', async () => {
    const { call, refused } = await workspace({ projects: ['Acme'] })
    const { entry } = await call('log_time', { project: 'Acme', date: '2026-05-18', duration: '3h' })
    expect(await refused('split_entry', { entry: entry.id, at: '10:00' })).toMatchObject({
      code: 'validation_error',
    })
    const { entries } = await call('split_entry', { entry: entry.id, duration: '1h' })
    expect(entries).toMatchObject([
      { seconds: 3600, date: '2026-05-18' },
      { seconds: 7200, date: '2026-05-18' },
    ])
  })

  test.each([
    [{}, 'validation_error'],
    [{ at: '07:30', duration: '10m' }, 'validation_error'],
    [{ at: '07:00' }, 'validation_error'],
    [{ at: '08:00' }, 'validation_error'],
    [{ at: '2026-05-21T07:30' }, 'validation_error'],
    [{ duration: '1h' }, 'validation_error'],
    [{ duration: '0' }, 'validation_error'],
    [{ at: 'half' }, 'validation_error'],
    [{ at: '07:30', version: 9 }, 'version_mismatch'],
  ])('refuses %o', async (asked, code) => {
    const { call, refused } = await workspace({ projects: ['Acme'] })
    const { entry } = await call('log_time', { project: 'Acme', start: '07:00', end: '08:00' })
    expect(await refused('split_entry', { entry: entry.id, ...asked })).toMatchObject({ code })
  })

  test('never leaves a half of idle time alone', async () => {
    const { call, clock, refused } = await workspace({ projects: ['Acme'], now: '2026-05-20T07:00' })
    const { timer } = await call('start_timer', { project: 'Acme' })
    clock.set('07:10')
    await call('pause_timer')
    clock.set('07:40')
    await call('resume_timer')
    clock.set('07:50')
    const { entry } = await call('stop_timer', { project: timer.id })
    expect((await call('split_entry', { entry: entry.id, at: '07:20' })).entries).toMatchObject([
      { seconds: 600, idle_seconds: 600 },
      { seconds: 600, idle_seconds: 1200 },
    ])
    expect(await refused('split_entry', { entry: entry.id, at: '07:15' })).toMatchObject({
      code: 'validation_error',
    })
  })
})

describe('merging', () => {
  const two = async (first: object, second: object) => {
    const given = await workspace({ projects: ['Acme', 'Globex'] })
    const log = async (more: object): Promise<string> =>
      (await given.call('log_time', { project: 'Acme', ...more })).entry.id
    const entries = [await log(first), await log(second)]
    await given.events()
    return { ...given, entries }
  }

  test('joins into the earliest; shared time counts once, gaps are idle', async () => {
    const { call, entries, events } = await two(
      { start: '08:00', end: '08:30', description: 'Two', tags: ['UI', 'b'] },
      { start: '07:00', end: '07:15', description: 'One', tags: ['ui', 'a'] },
    )
    const { entry, merged } = await call('merge_entries', { entries })
    expect(entry).toMatchObject({
      id: entries[1],
      started_at: '2026-05-20T05:00:00.000Z',
      ended_at: '2026-05-20T06:30:00.000Z',
      seconds: 2700,
      idle_seconds: 2700,
      description: 'One; Two',
      tags: ['ui', 'a', 'b'],
    })
    expect(merged).toEqual([entries[0]])
    expect(await events()).toEqual(['entry.updated', 'entry.deleted'])
    expect((await call('list_entries')).entries).toHaveLength(1)
    expect((await call('list_tags')).tags).toHaveLength(3)
  })

  test('of overlapping entries counts no second twice', async () => {
    const { call, entries } = await two({ start: '07:00', end: '08:00' }, { start: '07:30', end: '08:30' })
    const { entry } = await call('merge_entries', { entries, description: 'Both' })
    expect(entry).toMatchObject({ seconds: 5400, idle_seconds: 0, description: 'Both' })
  })

  test('adds up days without a clock time', async () => {
    const { call, entries } = await two(
      { date: '2026-05-18', duration: '1h' },
      { date: '2026-05-18', duration: '2h' },
    )
    expect((await call('merge_entries', { entries })).entry).toMatchObject({
      seconds: 10_800,
      date: '2026-05-18',
    })
  })

  test('cuts long descriptions in no character', async () => {
    const long = { description: `${'x'.repeat(498)}😀` }
    const { call, entries } = await two(
      { duration: '1h', ...long },
      { duration: '1h', description: `y${long.description}z` },
    )
    const { entry } = await call('merge_entries', { entries })
    expect(entry.description.length).toBeLessThanOrEqual(1000)
    expect(await call('edit_entry', { entry: entry.id, description: entry.description })).toMatchObject({
      entry: { version: 3 },
    })
  })

  test.each([
    ['other projects', { duration: '1h' }, { duration: '1h', project: 'Globex' }],
    ['other terms', { duration: '1h' }, { duration: '1h', billable: true }],
    ['other days', { date: '2026-05-18', duration: '1h' }, { date: '2026-05-17', duration: '1h' }],
    ['clock times and days', { start: '07:00', duration: '1h' }, { duration: '1h' }],
    [
      'more than a day',
      { start: '2026-05-18T07:00', duration: '1h' },
      { start: '2026-05-19T07:00', duration: '1h' },
    ],
  ])('refuses %s', async (_, first, second) => {
    const { entries, refused } = await two(first, second)
    expect(await refused('merge_entries', { entries })).toMatchObject({ code: 'validation_error' })
  })

  test('refuses one entry twice, and what is not there', async () => {
    const { entries, refused } = await two({ duration: '1h' }, { duration: '1h' })
    const [first] = entries
    expect(await refused('merge_entries', { entries: [first, first] })).toMatchObject({
      code: 'validation_error',
    })
    expect(await refused('merge_entries', { entries: [first] })).toMatchObject({ code: 'validation_error' })
    expect(await refused('merge_entries', { entries: [first, 'ent_nothing'] })).toMatchObject({
      code: 'not_found',
    })
  })
})
