import { describe, expect, test } from 'vitest'
import type { App } from '../../src/core/app.ts'
import { call as run } from '../../src/core/call.ts'
import { AppError } from '../../src/domain/error.ts'
import { operationNamed, workspace } from '../support/workspace.ts'

describe('silence', () => {
  test('longer than the timeout ends what an assistant started, at its last sign of life', async () => {
    const { call, clock, events, principal, rows } = await workspace({ projects: ['Acme'] })
    const { timer } = await call('start_timer', { project: 'acme' })
    clock.set('09:20')
    await call('list_projects')
    await events()
    clock.set('09:50')
    expect(await call('status')).toMatchObject({ timers: [{ seconds: 3000 }] })
    clock.set('10:20')
    clock.now += 1000
    expect(await call('status')).toMatchObject({ timers: [], ended: [{ id: timer.id, seconds: 3000 }] })
    expect(await events()).toEqual(['timer.stopped', 'entry.created'])
    expect(rows('events').slice(-2)).toMatchObject([
      { door: 'job', operation: 'watchdog', member_id: principal.member_id },
      { door: 'job', operation: 'watchdog' },
    ])
  })

  test('is counted in whole seconds: thirty minutes are not more than thirty minutes', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'] })
    clock.now += 300
    await call('start_timer', { project: 'acme' })
    clock.pass(30)
    clock.now += 600
    expect(await call('status')).toMatchObject({ timers: [{ seconds: 1800 }], ended: [] })
  })

  test('is as long as the workspace says', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'] })
    await call('update_settings', { idle_timeout_minutes: 90 })
    await call('start_timer', { project: 'acme' })
    clock.pass(90)
    expect(await call('status')).toMatchObject({ timers: [{ seconds: 5400 }] })
    clock.pass(91)
    expect(await call('status')).toMatchObject({ timers: [], ended: [{ seconds: 5400 }] })
  })

  test('that a new setting makes too long ends what runs', async () => {
    const { call, clock, through } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    clock.pass(20)
    const cli = through('cli')
    await cli('update_settings', { idle_timeout_minutes: 10 })
    expect(await cli('status')).toMatchObject({ timers: [], ended: [{ seconds: 0 }] })
  })

  test('that a new setting allows ends nothing', async () => {
    const { call, clock, through } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    clock.pass(20)
    const cli = through('cli')
    await cli('update_settings', { idle_timeout_minutes: 60 })
    clock.pass(30)
    expect(await cli('status')).toMatchObject({ timers: [{ seconds: 3000 }], ended: [] })
  })

  test.each(['cli', 'web', 'rest'] as const)('ends nothing that was started through %s', async door => {
    const { call, clock } = await workspace({ projects: ['Acme'], door })
    await call('start_timer', { project: 'acme' })
    clock.set('2026-05-23T09:00')
    expect(await call('status')).toMatchObject({ timers: [{ seconds: 259_200 }], ended: [] })
  })

  test('never ends a paused timer', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    clock.set('09:10')
    await call('pause_timer')
    clock.set('2026-05-25T09:00')
    expect(await call('status')).toMatchObject({ timers: [{ state: 'paused', seconds: 600 }], ended: [] })
    await call('resume_timer')
    clock.pass(10)
    expect(await call('stop_timer')).toMatchObject({ entry: { seconds: 1200 } })
  })

  test("is long where the agent's time was set by hand", async () => {
    const { call, clock } = await workspace({ projects: ['Acme'] })
    await call('start_session', { project: 'acme' })
    await call('session_beat', { kind: 'agent' })
    clock.pass(240)
    expect(await call('status')).toMatchObject({ sessions: [{ agent_seconds: 14_400 }] })
    clock.pass(241)
    expect(await call('status')).toMatchObject({ sessions: [], ended: [{ agent_seconds: 14_400 }] })
  })

  test('ends a session too, and bills no idle time', async () => {
    const { call, clock, events } = await workspace({ projects: ['Acme'] })
    await call('start_session', { project: 'acme' })
    clock.pass(20)
    await call('session_beat', { kind: 'active' })
    clock.pass(45)
    await call('status')
    expect(await events()).toEqual(['session.started', 'session.ended', 'entry.created'])
    const { entries } = await call('list_entries')
    expect(entries).toMatchObject([{ kind: 'session', seconds: 1200, idle_seconds: 0 }])
  })
})

describe('a sign of life', () => {
  test('is every call through MCP, even one that is refused', async () => {
    const { call, clock, principal, refused } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    for (let times = 0; times < 4; times++) {
      clock.pass(25)
      await refused('stop_timer', { at: 'never' }, principal)
    }
    expect(await call('status')).toMatchObject({ timers: [{ seconds: 6000 }] })
  })

  test('from another window counts as well', async () => {
    const { call, clock, through } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    clock.pass(25)
    await through('mcp', 'con_elsewhere')('list_projects')
    clock.pass(25)
    expect(await call('status')).toMatchObject({ timers: [{ seconds: 3000 }] })
  })

  test('is no call through another door, and none of another member', async () => {
    const { call, clock, member, through } = await workspace({ projects: ['Acme'] })
    const bo = await member('Bo')
    await call('start_timer', { project: 'acme' })
    clock.pass(25)
    await through('cli')('status')
    await bo.call('status')
    clock.pass(25)
    expect(await call('status')).toMatchObject({ timers: [], ended: [{ seconds: 0 }] })
  })

  test('is written at most once a minute, and is no event', async () => {
    const { call, clock, rows } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    const events = rows('events').length
    for (let second = 0; second < 300; second += 10) {
      clock.now += 10_000
      await call('status')
    }
    expect(rows('signals').filter(signal => signal.kind === 'alive').length).toBeLessThanOrEqual(5)
    expect(rows('events')).toHaveLength(events)
    expect(rows('sessions')).toMatchObject([{ version: 1 }])
  })

  test('does not revive what the silence ended', async () => {
    const { call, clock, rows } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    clock.pass(120)
    for (let times = 0; times < 3; times++) {
      await call('status')
      clock.pass(5)
    }
    expect(rows('sessions')).toMatchObject([{ closed_by: 'watchdog' }])
  })
})

test('it makes no difference when the watchdog happens to run', async () => {
  const outcomes = []
  for (const looks of [[], ['09:51'], ['09:49', '10:30', '11:00']]) {
    const { call, clock, member } = await workspace({ projects: ['Acme'] })
    // another member's calls let the watchdog run, and are no sign of life
    const bo = await member('Bo')
    await call('start_timer', { project: 'acme' })
    clock.set('09:20')
    await call('status')
    for (const look of looks) {
      clock.set(look)
      await bo.call('status')
    }
    clock.set('12:00')
    const { ended } = await call('status')
    outcomes.push(ended.map((one: { ended_at: string; seconds: number }) => [one.ended_at, one.seconds]))
  }
  expect(outcomes).toEqual(Array.from({ length: 3 }, () => [['2026-05-20T07:20:00.000Z', 1200]]))
})

test("another member's call ends what went quiet, in the name of its member", async () => {
  const { call, clock, member, principal, rows } = await workspace({ projects: ['Acme'] })
  const bo = await member('Bo')
  await call('start_timer', { project: 'acme' })
  clock.set('09:20')
  await call('status')
  clock.set('12:00')
  await bo.call('status')
  expect(rows('entries')).toMatchObject([{ member_id: principal.member_id, seconds: 1200 }])
  expect(rows('events').at(-1)).toMatchObject({ member_id: principal.member_id, door: 'job' })
  expect(await bo.call('status')).toMatchObject({ ended: [] })
})

test('what a removed member left running stands in nobody’s way', async () => {
  const { call, clock, member, rows, store } = await workspace({ projects: ['Acme'] })
  const bo = await member('Bo')
  await bo.call('start_timer', { project: 'acme' })
  clock.set('09:20')
  await bo.call('status')
  const { member_id, workspace_id } = bo.principal
  await store.change(db =>
    db
      .updateTable('members')
      .set({ archived_at: clock.now })
      .where('workspace_id', '=', workspace_id)
      .where('id', '=', member_id)
      .execute(),
  )
  clock.set('12:00')
  expect(await call('status')).toMatchObject({ ended: [] })
  expect(rows('sessions')).toMatchObject([{ closed_by: 'watchdog' }])
  expect(rows('entries')).toMatchObject([{ seconds: 1200 }])
})

test('a full disk does not keep anybody from reading', async () => {
  const { app, call, clock, logged, principal, store } = await workspace({ projects: ['Acme'] })
  await call('start_timer', { project: 'acme' })
  clock.pass(10)
  const full: App = {
    ...app,
    store: () =>
      Promise.resolve({
        kind: 'sqlite',
        read: work => store.read(work),
        change: () => Promise.reject(new AppError('storage_full', 'The disk is full.')),
        shareTurns: () => undefined,
        close: () => Promise.resolve(),
      }),
  }
  expect(await run(full, principal, operationNamed('status'), {})).toMatchObject({
    timers: [{ seconds: 600 }],
  })
  expect(String(logged)).toContain('watchdog')
  await expect(run(full, principal, operationNamed('stop_timer'), {})).rejects.toMatchObject({
    code: 'storage_full',
  })
})

test('a long day of calls leaves a sign of life every few minutes, not one for each', async () => {
  const { call, clock, rows } = await workspace({ projects: ['Acme'] })
  await call('start_timer', { project: 'Acme' })
  for (let minutes = 0; minutes < 240; minutes += 1.5) {
    clock.pass(1.5)
    await call('status')
  }
  expect(rows('signals').length).toBeLessThan(90)
  expect(await call('status')).toMatchObject({ timers: [{ state: 'running', seconds: 240 * 60 }] })
})
