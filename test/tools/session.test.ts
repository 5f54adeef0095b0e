import { describe, expect, test } from 'vitest'
import { leave } from '../support/host.ts'
import { workspace } from '../support/workspace.ts'

describe('a session', () => {
  test('counts what it was, second by second', async () => {
    const { call, clock, events } = await workspace()
    await call('save_client', { name: 'Acme' })
    await call('create_project', { name: 'Website', client: 'Acme', bill_agent_time: true })
    await events()
    expect(await call('start_session', { project: 'website', description: 'Login' })).toMatchObject({
      session: { kind: 'session', state: 'running', beat: 'active' },
    })
    for (const [time, kind] of [
      ['09:10', 'agent'],
      ['09:25', 'idle'],
      ['09:30', 'active'],
    ] as const) {
      clock.set(time)
      expect(await call('session_beat', { kind })).toMatchObject({ session: { beat: kind } })
    }
    clock.set('09:35')
    expect(await call('end_session')).toMatchObject({
      session: { state: 'ended' },
      entry: {
        kind: 'session',
        description: 'Login',
        active_seconds: 900,
        agent_seconds: 900,
        idle_seconds: 300,
        seconds: 1800,
        billable_seconds: 1800,
      },
    })
    expect(await events()).toEqual([
      'session.started',
      'session.updated',
      'session.updated',
      'session.updated',
      'session.ended',
      'entry.created',
    ])
    expect(await call('end_session')).toMatchObject({ already_ended: true, entry: { seconds: 1800 } })
  })

  test('bills agent time only where the project does', async () => {
    const { call, clock } = await workspace()
    await call('save_client', { name: 'Acme' })
    await call('create_project', { name: 'Website', client: 'Acme' })
    await call('start_session', { project: 'website' })
    clock.set('09:10')
    await call('session_beat', { kind: 'agent' })
    clock.set('09:20')
    expect(await call('end_session')).toMatchObject({ entry: { seconds: 1200, billable_seconds: 600 } })
  })

  test('has spans of active and agent time', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'] })
    await call('start_session', { project: 'acme' })
    clock.set('09:10')
    await call('session_beat', { kind: 'agent' })
    clock.set('09:20')
    const { entry } = await call('end_session')
    expect(await call('get_entry', { entry: entry.id })).toMatchObject({
      spans: [
        { kind: 'active', started_at: '2026-05-20T07:00:00.000Z', ended_at: '2026-05-20T07:10:00.000Z' },
        { kind: 'agent', started_at: '2026-05-20T07:10:00.000Z', ended_at: '2026-05-20T07:20:00.000Z' },
      ],
    })
  })

  test('is one for a project: starting it again takes the focus back', async () => {
    const { call, clock, events } = await workspace({ projects: ['Acme'] })
    const { session } = await call('start_session', { project: 'acme' })
    await events()
    expect(await call('start_session', { project: 'acme' })).toMatchObject({ already_running: true })
    expect(await events()).toEqual([])
    clock.set('09:10')
    await call('session_beat', { kind: 'idle' })
    clock.set('09:15')
    expect(await call('start_session', { project: 'acme' })).toMatchObject({
      already_running: true,
      session: { id: session.id, beat: 'active', seconds: 600, idle_seconds: 300 },
    })
  })

  test('keeps the last word of one instant', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    await call('start_session', { project: 'acme' })
    for (const kind of ['agent', 'active', 'idle', 'agent', 'idle', 'active'])
      expect(await call('session_beat', { kind })).toMatchObject({ session: { beat: kind } })
  })

  test('without any time makes no entry', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'] })
    await call('start_session', { project: 'acme' })
    await call('session_beat', { kind: 'idle' })
    clock.set('09:30')
    const answer = await call('end_session')
    expect(answer).toMatchObject({ discarded_empty: true, session: { idle_seconds: 1800 } })
    expect(answer).not.toHaveProperty('entry')
  })
})

describe('one attention', () => {
  test('a new session makes the others idle, not timers and not agents at work', async () => {
    const { call, clock, events } = await workspace({ projects: ['A', 'B', 'C', 'T'] })
    await call('start_timer', { project: 'T' })
    const { session: a } = await call('start_session', { project: 'A' })
    const { session: b } = await call('start_session', { project: 'B' })
    await call('session_beat', { session: 'B', kind: 'agent' })
    await call('session_beat', { session: 'A', kind: 'active' })
    clock.set('09:10')
    await events()
    expect(await call('start_session', { project: 'C' })).toMatchObject({ idled: [{ id: a.id, name: 'A' }] })
    expect(await events()).toEqual(['session.updated', 'session.started'])
    clock.set('09:20')
    expect(await call('status')).toMatchObject({
      timers: [{ beat: 'active', seconds: 1200 }],
      sessions: expect.arrayContaining([
        expect.objectContaining({ id: a.id, beat: 'idle', active_seconds: 600, idle_seconds: 600 }),
        expect.objectContaining({ id: b.id, beat: 'agent', agent_seconds: 1200 }),
      ]),
    })
  })

  test('an active beat takes the focus, agent and idle do not', async () => {
    const { call } = await workspace({ projects: ['A', 'B'] })
    const { session: a } = await call('start_session', { project: 'A' })
    const { session: b } = await call('start_session', { project: 'B' })
    expect(await call('session_beat', { session: 'A', kind: 'agent' })).not.toHaveProperty('idled')
    expect(await call('session_beat', { session: a.id, kind: 'active' })).toMatchObject({
      idled: [{ id: b.id, name: 'B' }],
    })
  })

  test('two timers run by hand both count', async () => {
    const { call, clock } = await workspace({ projects: ['A', 'B'] })
    await call('start_timer', { project: 'A' })
    await call('start_timer', { project: 'B' })
    clock.set('09:10')
    for (const project of ['A', 'B'])
      expect(await call('stop_timer', { project })).toMatchObject({ entry: { active_seconds: 600 } })
  })

  test("another member's focus is their own", async () => {
    const { call, member } = await workspace({ projects: ['A', 'B'] })
    const bo = await member('Bo')
    await bo.call('start_session', { project: 'A' })
    expect(await call('start_session', { project: 'A' })).not.toHaveProperty('idled')
    expect(await bo.call('status')).toMatchObject({ sessions: [{ beat: 'active' }] })
  })
})

describe('update_session', () => {
  test('moves it, freezes anew what is billed, and says so; undo takes it back', async () => {
    const { call, clock, events } = await workspace({ projects: ['Inside'] })
    await call('save_client', { name: 'Acme' })
    await call('create_project', { name: 'Website', client: 'Acme', hourly_rate: '60' })
    await call('start_session', { project: 'inside' })
    clock.set('09:10')
    await events()
    expect(
      await call('update_session', { move_to: 'website', description: 'Pages', tags: ['x'] }),
    ).toMatchObject({
      session: {
        project: { name: 'Website' },
        description: 'Pages',
        tags: ['x'],
        billable: true,
        hourly_rate: '60.00',
        seconds: 600,
      },
      notes: expect.arrayContaining([expect.stringContaining('billable')]),
    })
    expect(await call('update_session', { description: 'Pages' })).toMatchObject({ session: { version: 2 } })
    expect(await events()).toEqual(['session.updated'])
    await call('undo')
    expect(await call('get_session')).toMatchObject({
      session: { project: { name: 'Inside' }, description: '', billable: false },
    })
  })

  test('keeps to where it was moved, whatever its host reports then', async () => {
    const { app, call, clock } = await workspace({ projects: ['Acme', 'Globex'], door: 'cli' })
    const told = (kind: 'prompt' | 'work' | 'stop') =>
      leave(app.home, {
        at: clock.now,
        host: 'claude-code',
        host_session: 'one',
        directory: '/src/acme',
        kind,
        attended: true,
      })
    told('prompt')
    expect(await call('update_session', { move_to: 'globex' })).toMatchObject({
      session: { host: 'claude-code', project: { name: 'Globex' } },
    })
    clock.pass(5)
    told('stop')
    expect((await call('status')).sessions).toMatchObject([{ project: { name: 'Globex' } }])
    expect(await call('end_session')).toMatchObject({
      entry: { project: { name: 'Globex' }, agent_seconds: 300 },
    })
  })

  test('is refused where another is open, once it has ended, and of others', async () => {
    const { call, clock, member, refused } = await workspace({ projects: ['A', 'B'] })
    const grace = await member('Grace')
    const { session } = await call('start_session', { project: 'A' })
    clock.pass(5)
    await call('start_session', { project: 'B' })
    const move = { session: session.id, move_to: 'B' }
    expect(await refused('update_session', move)).toMatchObject({ code: 'conflict' })
    expect(await refused('update_session', { session: session.id, version: 9 })).toMatchObject({
      code: 'version_mismatch',
    })
    expect(await refused('update_session', move, grace.principal)).toMatchObject({ code: 'not_found' })
    const { entry } = await call('end_session', { session: session.id })
    expect(await refused('update_session', move)).toMatchObject({
      code: 'conflict',
      details: { entry: entry.id },
      hint: expect.stringContaining('edit_entry'),
    })
  })
})

describe('what is refused', () => {
  test.each([
    ['session_beat', { kind: 'working' }, 'validation_error'],
    ['session_beat', {}, 'validation_error'],
    ['session_beat', { kind: 'active', session: 'Nobody' }, 'not_found'],
    ['session_beat', { kind: 'active', session: 'B' }, 'not_found'],
    ['end_session', { session: 'B' }, 'not_found'],
    ['end_session', { session: '' }, 'validation_error'],
    ['start_session', { project: 'Nobody' }, 'not_found'],
    ['start_session', { project: 'B', at: '23:00' }, 'validation_error'],
    ['start_session', { project: 'B', task: 'none' }, 'not_found'],
  ])('%s %j: %s', async (name, input, code) => {
    const { call, refused } = await workspace({ projects: ['A', 'B'] })
    await call('start_session', { project: 'A' })
    expect(await refused(name, input)).toMatchObject({ code })
  })

  test('several sessions are asked about', async () => {
    const { call, refused } = await workspace({ projects: ['A', 'B'] })
    await call('start_session', { project: 'A' })
    await call('start_session', { project: 'B' })
    for (const [name, input] of [
      ['end_session', {}],
      ['session_beat', { kind: 'idle' }],
    ] as const)
      expect(await refused(name, input)).toMatchObject({
        code: 'disambiguate',
        details: { candidates: [{ name: 'A' }, { name: 'B' }] },
      })
  })

  test('with nothing open', async () => {
    const { refused } = await workspace()
    for (const name of ['end_session'])
      expect(await refused(name)).toMatchObject({
        code: 'not_found',
        hint: expect.stringContaining('start_session'),
      })
  })
})

test('a session may have begun a while ago', async () => {
  const { call } = await workspace({ projects: ['A'] })
  await call('start_session', { project: 'A', at: '08:15' })
  expect(await call('status')).toMatchObject({ sessions: [{ state: 'running', active_seconds: 45 * 60 }] })
})
