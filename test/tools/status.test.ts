import { describe, expect, test } from 'vitest'
import { status } from '../../tools/status.ts'
import { workspace } from '../support/workspace.ts'

test('says in one line that nothing runs', async () => {
  const { call } = await workspace()
  expect(await call('status')).toEqual({ timers: [], sessions: [], ended: [], warnings: [] })
})

test('shows time by kind and what it would bill', async () => {
  const { call, clock } = await workspace()
  await call('save_client', { name: 'Acme' })
  await call('create_project', { name: 'Website', client: 'Acme' })
  await call('start_session', { project: 'website' })
  clock.set('09:10')
  await call('session_beat', { kind: 'agent' })
  clock.set('09:15')
  await call('session_beat', { kind: 'idle' })
  clock.set('09:16')
  expect(await call('status')).toMatchObject({
    sessions: [
      {
        client: { name: 'Acme' },
        state: 'paused',
        seconds: 900,
        active_seconds: 600,
        agent_seconds: 300,
        idle_seconds: 60,
        billable: true,
        billable_seconds: 600,
      },
    ],
  })
})

test("shows only the member's own", async () => {
  const { call, member } = await workspace({ projects: ['Acme'] })
  const bo = await member('Bo')
  await call('start_timer', { project: 'acme' })
  expect(await bo.call('status')).toMatchObject({ timers: [] })
  expect(await bo.call('start_timer', { project: 'acme' })).not.toHaveProperty('already_running')
})

test('reading writes nothing', async () => {
  const { call, clock, rows } = await workspace({ projects: ['Acme'], door: 'cli' })
  await call('start_timer', { project: 'acme' })
  clock.set('18:00')
  const before = [rows('signals'), rows('sessions'), rows('events')]
  for (const name of ['status', 'get_dashboard', 'list_timers']) await call(name)
  expect([rows('signals'), rows('sessions'), rows('events')]).toEqual(before)
})

describe('a timer that nothing watches', () => {
  test.each(['cli', 'web', 'rest'] as const)('from %s is pointed out over eight hours', async door => {
    const { call, clock } = await workspace({ projects: ['Acme'], door })
    const { timer } = await call('start_timer', { project: 'acme' })
    clock.set('17:00')
    expect(await call('status')).toMatchObject({ timers: [{ seconds: 28_800 }], warnings: [] })
    clock.pass(1)
    expect(await call('status')).toMatchObject({
      timers: [{ state: 'running', long_running: true, seconds: 28_860 }],
      warnings: [{ code: 'long_running', session: timer.id }],
    })
    expect(await call('list_timers')).toMatchObject({ timers: [{ long_running: true }] })
    expect(await call('get_dashboard')).toMatchObject({ forgotten: [{ id: timer.id }] })
    clock.set('2026-05-27T09:00')
    expect(await call('stop_timer')).toMatchObject({ entry: { seconds: 7 * 86_400 } })
  })

  test('is told apart from a paused one that an assistant started', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    await call('pause_timer')
    clock.set('2026-05-22T09:00')
    expect(await call('status')).toMatchObject({ timers: [{ state: 'paused' }], warnings: [] })
  })
})

describe('on the command line', () => {
  const view = { time: (ms: number) => new Date(ms).toISOString().slice(11, 16) }

  test('what ended by itself comes with what keeps, trims or discards it', async () => {
    const { call, clock } = await workspace({ projects: ['Web Shop'] })
    await call('start_timer', { project: 'web shop' })
    clock.set('09:10')
    await call('status')
    clock.set('11:00')
    expect(status.text(await call('status'), view)).toEqual([
      'Nothing is running.',
      '',
      'Web Shop ended by itself (07:10) with 10m.',
      '  stint keep Web Shop, stint trim TIME Web Shop or stint discard Web Shop',
    ])
    // a name that means two of them, or that a shell would read, is no name to type
    const { timer } = await call('start_timer', { project: 'web shop' })
    const [ended] = (await call('status')).ended
    expect(timer.id).not.toBe(ended.id)
    expect(status.text(await call('status'), view)).toContain(`  stint discard ${ended.id}`)
  })

  test('a name that a shell would read is not typed', async () => {
    const { call, clock } = await workspace({ projects: ['api (globex)'] })
    const { timer } = await call('start_timer', { project: 'api (globex)' })
    clock.set('09:10')
    await call('status')
    clock.set('11:00')
    expect(status.text(await call('status'), view)).toContain(`  stint keep ${timer.id}`)
  })

  test('only the newest are told', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(letter => `Project ${letter}`)
    const { call, clock } = await workspace({ projects: names })
    for (const project of names) await call('start_timer', { project })
    clock.set('09:10')
    await call('status')
    clock.set('11:00')
    const text = status.text(await call('status'), view)
    expect(text).toContain('2 more ended by themselves: stint doctor')
    expect(text).toHaveLength(2 + 2 * 5 + 1)
  })
})
