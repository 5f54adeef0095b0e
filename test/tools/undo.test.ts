import { describe, expect, test } from 'vitest'
import { picture } from '../support/picture.ts'
import { type GivenWorkspace, workspace } from '../support/workspace.ts'

/** Acme with a timer since 9:00 that was paused for a while, Globex with an entry and a task; it is 9:40. */
async function busy() {
  const given = await workspace({ now: '2026-05-20T08:00' })
  const { call, clock } = given
  await call('save_client', { name: 'Acme' })
  await call('create_project', { name: 'Website', client: 'Acme', aliases: ['site one'] })
  await call('create_project', { name: 'Globex' })
  await call('create_task', { project: 'globex', name: 'Backend' })
  await call('start_session', { project: 'globex' })
  clock.set('08:10')
  await call('session_beat', { kind: 'agent' })
  clock.set('08:20')
  const { entry } = await call('end_session')
  clock.set('09:00')
  const { timer } = await call('start_timer', { project: 'website', tags: ['a'], description: 'Pages' })
  clock.set('09:10')
  await call('pause_timer')
  clock.set('09:15')
  await call('resume_timer')
  clock.set('09:40')
  return { ...given, entry, timer }
}

type Change = [name: string, input: object | ((ids: { entry: string; timer: string }) => object)]
const changes: Change[] = [
  ['start_timer', { project: 'globex', at: '09:20', task: 'backend', tags: ['x'] }],
  ['start_timer', { project: 'globex', stop_others: true }],
  ['start_timer', { project: 'Initech', auto_create: true }],
  ['stop_timer', {}],
  ['stop_timer', { at: '09:12', description: 'Other' }],
  ['stop_timer', { at: '09:00' }],
  ['pause_timer', {}],
  ['pause_timer', { at: '09:20' }],
  ['update_timer', { description: 'Other', tags: ['b', 'c'] }],
  ['update_timer', { move_to: 'globex', task: 'backend' }],
  ['update_timer', { action: 'discard' }],
  ['discard_timer', {}],
  ['trim_session', { until: '09:12' }],
  ['start_session', { project: 'globex' }],
  ['log_time', { project: 'globex', duration: '1h', tags: ['x'] }],
  ['log_time', { project: 'Initech', start: '07:00', end: '07:30', auto_create: true }],
  [
    'edit_entry',
    ({ entry }) => ({ entry, description: 'Other', tags: ['x'], task: 'backend', billable: true }),
  ],
  ['edit_entry', ({ entry }) => ({ entry, start: '08:05', duration: '1h' })],
  ['edit_entry', ({ entry }) => ({ entry, project: 'website' })],
  ['delete_entry', ({ entry }) => ({ entry })],
  ['split_entry', ({ entry }) => ({ entry, at: '08:12' })],
  ['create_project', { name: 'Initech', aliases: ['ini'] }],
  ['update_project', { project: 'website', name: 'Pages', client: '', aliases: ['p'], color: '#123456' }],
  ['update_project', { project: 'globex', archived: true }],
  ['create_task', { project: 'globex', name: 'Frontend' }],
  ['update_task', { task: 'backend', name: 'Server', estimated_hours: 3 }],
  ['complete_task', { task: 'backend' }],
  ['save_client', { name: 'Hooli' }],
  ['save_client', { client: 'acme', name: 'Acme Corp', company: 'Acme Inc.' }],
]

describe('undo takes back', () => {
  test.each(changes)('%s %j', async (name, input) => {
    const given = await busy()
    const { call, entry, timer } = given
    const before = await picture(given)
    await call(name, typeof input === 'function' ? input({ entry: entry.id, timer: timer.id }) : input)
    expect(await picture(given)).not.toEqual(before)
    expect(await call('undo')).toMatchObject({ undone: { operation: name } })
    expect(await picture(given)).toEqual(before)
    // and what was found by its name is found again
    expect(await call('get_project', { project: 'site one' })).toMatchObject({ project: { name: 'Website' } })
  })

  test('a resume', async () => {
    const given = await busy()
    await given.call('pause_timer')
    given.clock.set('09:45')
    const before = await picture(given)
    await given.call('resume_timer')
    await given.call('undo')
    expect(await picture(given)).toEqual(before)
  })

  test('beats and ends of sessions', async () => {
    const given = await workspace({ projects: ['A', 'B'] })
    const { call, clock } = given
    await call('start_session', { project: 'A' })
    clock.set('09:10')
    await call('start_session', { project: 'B' })
    clock.set('09:20')
    for (const [name, input] of [
      ['session_beat', { session: 'A', kind: 'active' }],
      ['session_beat', { session: 'B', kind: 'agent' }],
      ['start_session', { project: 'A' }],
      ['end_session', { session: 'A' }],
      ['discard_timer', { timer: 'B' }],
    ] as const) {
      const before = await picture(given)
      await call(name, input)
      await call('undo')
      expect(await picture(given)).toEqual(before)
    }
  })

  test.each([
    ['update_timer', { action: 'keep' }],
    ['update_timer', { action: 'keep', until: '10:00' }],
    ['update_timer', { action: 'trim', until: '09:10' }],
    ['update_timer', { action: 'trim', until: '09:00' }],
    ['update_timer', { action: 'discard' }],
  ])('what was decided of a timer that ended by itself: %s %j', async (name, input) => {
    const given = await workspace({ projects: ['Acme'] })
    const { call, clock } = given
    await call('start_timer', { project: 'acme' })
    clock.set('09:20')
    await call('status')
    clock.set('12:00')
    const before = await picture(given)
    expect(before).toMatchObject({ ended: [{ seconds: 1200 }] })
    await call(name, input)
    expect(await picture(given)).toMatchObject({ ended: [] })
    await call('undo')
    expect(await picture(given)).toEqual(before)
  })

  test('a merge', async () => {
    const given = await workspace({ projects: ['Acme'], now: '2026-05-20T12:00' })
    const { call } = given
    const ids = []
    for (const start of ['08:00', '09:30'])
      ids.push((await call('log_time', { project: 'acme', start, duration: '1h', tags: [start] })).entry.id)
    const before = await picture(given)
    await call('merge_entries', { entries: ids })
    await call('undo')
    expect(await picture(given)).toEqual(before)
  })

  test('one change after the other, the newest first', async () => {
    const given = await workspace({ projects: ['Acme'] })
    const { call, clock, refused } = given
    const pictures = [await picture(given)]
    for (const name of ['start_timer', 'pause_timer', 'resume_timer', 'stop_timer']) {
      clock.pass(5)
      await call(name, { project: 'acme' })
      pictures.push(await picture(given))
    }
    const taken = []
    for (let times = 0; times < 4; times++) taken.push((await call('undo')).undone.operation)
    expect(taken).toEqual(['stop_timer', 'resume_timer', 'pause_timer', 'start_timer'])
    expect(await picture(given)).toEqual(pictures[0])
    // the project was made here too
    expect((await call('undo')).undone.operation).toBe('create_project')
    expect(await refused('undo')).toMatchObject({ code: 'not_found' })
  })

  test('and what was stopped again after it keeps its id', async () => {
    const { call, clock, events } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    clock.set('09:10')
    const { entry } = await call('stop_timer')
    await call('undo')
    clock.set('09:20')
    await call('update_timer', { description: 'More', tags: ['x'] })
    await events()
    expect(await call('stop_timer')).toMatchObject({
      entry: { id: entry.id, seconds: 1200, description: 'More', tags: ['x'], version: 3 },
    })
    expect(await events()).toEqual(['timer.stopped', 'entry.restored'])
    expect((await call('list_entries', { tag: 'x' })).entries).toHaveLength(1)
  })
})

describe('undo keeps to', () => {
  async function twoDoors(): Promise<GivenWorkspace> {
    const given = await workspace({ projects: ['A', 'B'] })
    await given.call('start_timer', { project: 'A' })
    return given
  }

  test('the door', async () => {
    const { call, through } = await twoDoors()
    const cli = through('cli')
    await cli('start_timer', { project: 'B' })
    expect((await call('undo')).undone.events).toMatchObject([{ type: 'timer.started' }])
    expect(await call('status')).toMatchObject({ timers: [{ project: { name: 'B' } }] })
  })

  test('the connection', async () => {
    const { principal, refused } = await twoDoors()
    expect(await refused('undo', {}, { ...principal, connection: 'con_elsewhere' })).toMatchObject({
      code: 'not_found',
    })
  })

  test('the member', async () => {
    const { member, principal, refused } = await twoDoors()
    const bo = await member('Bo')
    const sameWindow = { ...bo.principal, connection: principal.connection! }
    expect(await refused('undo', {}, sameWindow)).toMatchObject({ code: 'not_found' })
  })

  test('what nobody changed since', async () => {
    const { clock, refused, through } = await twoDoors()
    clock.set('09:10')
    await through('cli')('stop_timer')
    expect(await refused('undo')).toMatchObject({
      code: 'conflict',
      details: { event: 'timer.started', since: { operation: 'stop_timer', door: 'cli' } },
    })
  })

  test('what the watchdog did not end since', async () => {
    const { clock, refused } = await twoDoors()
    clock.set('12:00')
    expect(await refused('undo')).toMatchObject({ code: 'conflict' })
  })

  test('one timer a project', async () => {
    const { call, clock, refused, through } = await twoDoors()
    clock.set('09:10')
    await call('stop_timer')
    await through('cli')('start_timer', { project: 'A' })
    expect(await refused('undo')).toMatchObject({ code: 'conflict' })
  })

  test('what the lock leaves open', async () => {
    const { call, clock, refused, set } = await twoDoors()
    clock.set('09:10')
    await call('stop_timer')
    clock.set('2026-05-21T09:00')
    await set({ locked_until: '2026-05-21' })
    expect(await refused('undo')).toMatchObject({ code: 'period_locked' })
  })

  test('things that nothing else hangs on', async () => {
    const { call, refused, through } = await workspace()
    await call('create_project', { name: 'Acme' })
    await through('cli')('log_time', { project: 'acme', duration: '1h' })
    expect(await refused('undo')).toMatchObject({ code: 'conflict' })
  })

  test('its own key', async () => {
    const { call } = await twoDoors()
    const first = await call('undo', { idempotency_key: 'u' })
    expect(await call('undo', { idempotency_key: 'u' })).toEqual({ ...first, replayed: true })
  })
})

test('an undo is told as an event, with its images in order', async () => {
  const { call, clock, rows } = await workspace({ projects: ['Acme'] })
  await call('start_timer', { project: 'acme', description: 'Login' })
  clock.set('09:10')
  await call('stop_timer', { description: 'Done' })
  await call('undo')
  const told = rows('events').filter(event => event.operation === 'undo')
  expect(told.map(event => event.type)).toEqual(['timer.updated', 'entry.deleted'])
  expect(JSON.parse(told[0]!.before!)).toMatchObject({ description: 'Done', closed_by: 'end' })
  expect(JSON.parse(told[0]!.after!)).toMatchObject({ description: 'Login' })
  expect(rows('events').filter(event => event.undone_at !== null)).toMatchObject([
    { type: 'timer.stopped' },
    { type: 'entry.created' },
  ])
})
