import { describe, expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

describe('start_timer', () => {
  test('runs from start to stop and becomes an entry', async () => {
    const { call, clock, events } = await workspace({ projects: ['Acme'] })
    const { timer } = await call('start_timer', { project: 'acme', description: 'Login', tags: ['bug'] })
    expect(timer).toMatchObject({ state: 'running', beat: 'active', source: 'mcp', seconds: 0 })
    clock.set('09:25')
    expect(await call('stop_timer')).toMatchObject({
      timer: { state: 'ended', closed_by: 'end', ended_at: '2026-05-20T07:25:00.000Z' },
      entry: {
        project: { name: 'Acme' },
        description: 'Login',
        tags: ['bug'],
        kind: 'timer',
        source: 'mcp',
        seconds: 1500,
        active_seconds: 1500,
        agent_seconds: 0,
        idle_seconds: 0,
        started_at: '2026-05-20T07:00:00.000Z',
        ended_at: '2026-05-20T07:25:00.000Z',
        date: '2026-05-20',
      },
    })
    expect(await events()).toEqual(['timer.started', 'timer.stopped', 'entry.created'])
  })

  test('begins in the past, and does not fall asleep for it', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'], now: '2026-05-20T12:00' })
    expect(await call('start_timer', { project: 'acme', at: '08:00' })).toMatchObject({
      timer: { state: 'running', seconds: 14_400, started_at: '2026-05-20T06:00:00.000Z' },
    })
    clock.set('12:10')
    expect(await call('stop_timer')).toMatchObject({ entry: { seconds: 15_000 } })
  })

  test('takes an offset, a local time and a bare clock time', async () => {
    const { call } = await workspace({ projects: ['A', 'B', 'C'], now: '2026-05-20T12:00' })
    for (const [project, at] of [
      ['A', '2026-05-20T09:30:00+02:00'],
      ['B', '2026-05-20T09:30'],
      ['C', '09:30'],
    ]) {
      const { timer } = await call('start_timer', { project, at })
      expect(timer.started_at).toBe('2026-05-20T07:30:00.000Z')
    }
  })

  test('says so when the clocks skip the time that was named', async () => {
    const { call } = await workspace({ projects: ['Acme'], now: '2026-03-29T12:00' })
    const { notes, timer } = await call('start_timer', { project: 'acme', at: '2026-03-29T02:30' })
    expect(timer.started_at).toBe('2026-03-29T01:30:00.000Z')
    expect(notes).toEqual([expect.stringContaining('does not exist')])
  })

  test('lets others run', async () => {
    const { call, clock } = await workspace({ projects: ['Acme', 'Globex'] })
    await call('start_timer', { project: 'acme' })
    clock.set('09:10')
    await call('start_timer', { project: 'globex' })
    clock.set('09:20')
    expect(await call('status')).toMatchObject({
      timers: [
        { project: { name: 'Acme' }, seconds: 1200, state: 'running' },
        { project: { name: 'Globex' }, seconds: 600, state: 'running' },
      ],
      sessions: [],
      ended: [],
      warnings: [],
    })
  })

  test('stops the others when asked, where it begins', async () => {
    const { call, clock, events } = await workspace({ projects: ['Acme', 'Globex'] })
    await call('start_timer', { project: 'acme' })
    clock.set('09:30')
    expect(await call('start_timer', { project: 'globex', at: '09:20', stop_others: true })).toMatchObject({
      timer: { project: { name: 'Globex' }, seconds: 600 },
      stopped: [{ project: { name: 'Acme' }, seconds: 1200 }],
    })
    expect(await events()).toEqual(['timer.started', 'timer.stopped', 'entry.created', 'timer.started'])
  })

  test('loses no time of another that began later than the start in the past', async () => {
    const { call, clock } = await workspace({ projects: ['Acme', 'Globex'], now: '2026-05-20T09:30' })
    await call('start_timer', { project: 'acme' })
    clock.set('10:00')
    expect(await call('start_timer', { project: 'globex', at: '09:00', stop_others: true })).toMatchObject({
      stopped: [{ project: { name: 'Acme' }, seconds: 1800 }],
    })
  })

  test('answers what runs already', async () => {
    const { call, clock, events } = await workspace({ projects: ['Acme'] })
    const { timer } = await call('start_timer', { project: 'acme' })
    clock.set('09:10')
    await events()
    expect(await call('start_timer', { project: 'acme' })).toMatchObject({
      already_running: true,
      timer: { id: timer.id, seconds: 600 },
    })
    expect(await events()).toEqual([])
  })

  test('says so when what runs already keeps its description', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme', description: 'Login' })
    expect(await call('start_timer', { project: 'acme', description: 'Login' })).not.toHaveProperty('notes')
    expect(await call('start_timer', { project: 'acme', description: 'Logout' })).toMatchObject({
      timer: { description: 'Login' },
      notes: [expect.stringContaining('update_timer')],
    })
  })

  test('takes up again what is paused, from the moment that was named', async () => {
    const { call, clock, events } = await workspace({ projects: ['Acme'] })
    const { timer } = await call('start_timer', { project: 'acme' })
    clock.set('09:10')
    await call('pause_timer')
    clock.set('10:00')
    await events()
    expect(await call('start_timer', { project: 'acme', at: '09:50' })).toMatchObject({
      already_running: true,
      resumed: true,
      timer: { id: timer.id, state: 'running', seconds: 1200, idle_seconds: 2400 },
    })
    expect(await events()).toEqual(['timer.resumed'])
  })

  test('makes a project only if it may, else takes the fallback', async () => {
    const { call, events, refused } = await workspace({ projects: ['Acme'] })
    expect(await refused('start_timer', { project: 'Initech' })).toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining('auto_create'),
    })
    expect(await call('start_timer', { project: 'Initech', fallback_project: 'Acme' })).toMatchObject({
      timer: { project: { name: 'Acme' } },
    })
    await events()
    expect(await call('start_timer', { project: 'Initech', auto_create: true })).toMatchObject({
      created_project: true,
      timer: { project: { name: 'Initech' }, billable: false },
    })
    expect(await events()).toEqual(['project.created', 'timer.started'])
  })

  test('asks which project is meant and does nothing', async () => {
    const { call, refused } = await workspace()
    for (const name of ['Acme', 'Globex']) {
      await call('save_client', { name })
      await call('create_project', { name: 'Website', client: name })
    }
    const asked = await refused('start_timer', { project: 'website' })
    expect(asked).toMatchObject({
      code: 'disambiguate',
      details: {
        candidates: [
          { name: 'Website', client: 'Acme' },
          { name: 'Website', client: 'Globex' },
        ],
      },
    })
    expect(await refused('start_timer', { project: 'website', auto_create: true })).toMatchObject({
      code: 'disambiguate',
    })
    expect(await call('start_timer', { project: 'globex website' })).toMatchObject({
      timer: { client: { name: 'Globex' } },
    })
  })

  test('freezes what is billed; billable may be said', async () => {
    const { call, clock } = await workspace()
    await call('save_client', { name: 'Acme' })
    await call('create_project', { name: 'Website', client: 'Acme', bill_agent_time: true })
    await call('start_timer', { project: 'website' })
    await call('update_project', { project: 'website', bill_agent_time: false, billable: false })
    clock.set('09:10')
    expect(await call('stop_timer')).toMatchObject({
      timer: { billable: true, bill_agent_time: true },
      entry: { billable: true, billable_seconds: 600 },
    })
    expect(await call('start_timer', { project: 'website', billable: true })).toMatchObject({
      timer: { billable: true, bill_agent_time: false },
    })
  })

  test('belongs to a task of the project', async () => {
    const { call, refused } = await workspace({ projects: ['Acme', 'Globex'] })
    await call('create_task', { project: 'acme', name: 'Backend' })
    expect(await refused('start_timer', { project: 'globex', task: 'backend' })).toMatchObject({
      code: 'not_found',
    })
    expect(await call('start_timer', { project: 'acme', task: 'backend' })).toMatchObject({
      timer: { task: { name: 'Backend' } },
    })
  })

  test.each([
    ['the future', { at: '09:01' }],
    ['a second ahead', { at: '2026-05-20T09:00:01+02:00' }],
    ['no time', { at: 'yesterday-ish' }],
    ['an empty time', { at: '' }],
    ['a number for a time', { at: 900 }],
    ['a day that does not exist', { at: '2026-02-30T09:00' }],
    ['a time before 1970', { at: '1969-12-31T23:00' }],
    ['an unknown field', { projekt: 'Acme' }],
    ['text for truth', { billable: 'true' }],
    ['a text for tags', { tags: 'bug' }],
    ['a tag that cannot be seen', { tags: ['a\u202eb'] }],
    ['a description of 10 kB', { description: 'x'.repeat(10_000) }],
    ['a description with an escape', { description: 'a\u001b[31mb' }],
    ['no project', { project: '' }],
    ['a blank project', { project: '   ' }],
    ['a project of 10 kB', { project: 'x'.repeat(10_000), auto_create: true }],
    ['a project that turns the reading', { project: 'ab\u202edc', auto_create: true }],
    ['a project with a control character', { project: 'a\u0000b', auto_create: true }],
    ['a number for a project', { project: 7 }],
    ['null', { project: null }],
  ])('refuses %s', async (_, input) => {
    const { refused } = await workspace({ projects: ['Acme'] })
    const error = await refused('start_timer', { project: 'Acme', ...input })
    expect(error.code).toBe('validation_error')
    // nothing in it that a terminal obeys, or that turns the order of reading
    // oxlint-disable-next-line no-control-regex
    expect(error.message).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
    expect(error.message.length).toBeLessThan(1000)
  })

  test('names the fields it knows when one is unknown', async () => {
    const { refused } = await workspace()
    expect(await refused('start_timer', { projekt: 'x', project: 'Acme' })).toMatchObject({
      hint: expect.stringContaining('stop_others'),
      details: { problems: [{ path: 'projekt', message: 'unknown field' }] },
    })
  })

  test('keeps names as people write them', async () => {
    const { call } = await workspace()
    for (const project of ['Zürich Trams', '日本語', '👩‍💻 Tools', 'العربية']) {
      expect(await call('start_timer', { project, auto_create: true })).toMatchObject({
        timer: { project: { name: project } },
      })
      expect(await call('start_timer', { project })).toMatchObject({ already_running: true })
    }
  })

  test('refuses a start before the lock', async () => {
    const { refused, set } = await workspace({ projects: ['Acme'] })
    await set({ locked_until: '2026-05-20' })
    expect(await refused('start_timer', { project: 'acme', at: '2026-05-19T23:59' })).toMatchObject({
      code: 'period_locked',
      details: { locked_until: '2026-05-20' },
    })
  })

  test('never starts on an archived project', async () => {
    const { call, refused } = await workspace({ projects: ['Acme'] })
    await call('update_project', { project: 'acme', archived: true })
    expect(await refused('start_timer', { project: 'acme' })).toMatchObject({ code: 'not_found' })
    expect(await refused('start_timer', { project: 'acme', auto_create: true })).toMatchObject({
      code: 'conflict',
    })
  })

  test('begins and ends on whole seconds', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'] })
    clock.now += 900
    await call('start_timer', { project: 'acme' })
    clock.now += 1200
    expect(await call('stop_timer')).toMatchObject({
      entry: {
        started_at: '2026-05-20T07:00:00.000Z',
        ended_at: '2026-05-20T07:00:02.000Z',
        seconds: 2,
      },
    })
  })
})

test('many at once start one timer and write one entry', async () => {
  const { call, clock, rows, through } = await workspace({ projects: ['Acme'] })
  const cli = through('cli')
  const both = (name: string) => [call(name, { project: 'acme' }), cli(name, { project: 'acme' })]
  const started = await Promise.all([...both('start_timer'), ...both('start_timer')])
  expect(started.filter(answer => answer.already_running)).toHaveLength(3)
  clock.set('09:10')
  const stopped = await Promise.all([...both('stop_timer'), ...both('stop_timer')])
  expect(new Set(stopped.map(answer => answer.entry.id)).size).toBe(1)
  expect(stopped.filter(answer => answer.already_ended)).toHaveLength(3)
  expect(rows('entries')).toHaveLength(1)
})

describe('stop_timer', () => {
  test('answers the same entry when it has stopped already', async () => {
    const { call, clock, events } = await workspace({ projects: ['Acme', 'Globex'] })
    await call('start_timer', { project: 'acme' })
    await call('start_timer', { project: 'globex' })
    clock.set('09:05')
    await call('stop_timer', { project: 'globex' })
    clock.set('09:10')
    const { entry, timer } = await call('stop_timer')
    await events()
    clock.set('09:20')
    for (const ref of [undefined, 'acme', timer.id]) {
      expect(await call('stop_timer', { project: ref })).toMatchObject({
        already_ended: true,
        entry,
        timer: { id: timer.id, state: 'ended', seconds: 600, entry_id: entry.id },
      })
    }
    expect(await events()).toEqual([])
  })

  test('ends in the past', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'], door: 'cli' })
    await call('start_timer', { project: 'acme' })
    clock.set('17:00')
    expect(await call('stop_timer', { at: '12:30' })).toMatchObject({ entry: { seconds: 12_600 } })
  })

  test('ends in the past before a pause and what followed it', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    for (const [time, name] of [
      ['09:20', 'pause_timer'],
      ['09:25', 'resume_timer'],
    ] as const) {
      clock.set(time)
      await call(name)
    }
    clock.set('09:30')
    expect(await call('stop_timer', { at: '09:10' })).toMatchObject({
      timer: { state: 'ended' },
      entry: { seconds: 600, idle_seconds: 0 },
    })
    expect(await call('status')).toMatchObject({ timers: [], sessions: [] })
  })

  test.each([
    ['an end before the start', '08:59'],
    ['a future end', '09:11'],
  ])('refuses %s', async (_, at) => {
    const { call, clock, refused } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    clock.set('09:10')
    expect(await refused('stop_timer', { at })).toMatchObject({ code: 'validation_error' })
  })

  test('refuses an end before the lock', async () => {
    const { call, refused, set } = await workspace({ projects: ['Acme'], door: 'cli' })
    await call('start_timer', { project: 'acme', at: '2026-05-19T20:00' })
    await set({ locked_until: '2026-05-20' })
    expect(await refused('stop_timer', { at: '2026-05-19T21:00' })).toMatchObject({ code: 'period_locked' })
  })

  test('tells of time that the lock holds back, and writes no entry', async () => {
    const { call, clock, events, set } = await workspace({ projects: ['Acme'], door: 'cli' })
    await call('start_timer', { project: 'acme', at: '2026-05-19T20:00' })
    await set({ locked_until: '2026-05-20' })
    expect((await call('status')).warnings).toContainEqual(expect.objectContaining({ code: 'held_by_lock' }))
    clock.set('10:00')
    await events()
    const answer = await call('stop_timer')
    expect(answer).toMatchObject({ held_by_lock: true, timer: { state: 'ended' } })
    expect(answer).not.toHaveProperty('entry')
    expect(answer).not.toHaveProperty('discarded_empty')
    expect(await events()).toEqual(['timer.stopped'])
    expect(await call('stop_timer')).toMatchObject({ held_by_lock: true, already_ended: true })
  })

  test('writes no entry of nothing', async () => {
    const { call, events } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    const answer = await call('stop_timer')
    expect(answer).toMatchObject({ discarded_empty: true, timer: { state: 'ended', seconds: 0 } })
    expect(answer).not.toHaveProperty('entry')
    expect(await events()).toEqual(['timer.started', 'timer.stopped'])
    expect(await call('stop_timer')).toMatchObject({ discarded_empty: true, already_ended: true })
  })

  test('sets the description of its entry', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme', description: 'Login' })
    clock.set('09:10')
    expect(await call('stop_timer', { description: 'Login fixed' })).toMatchObject({
      entry: { description: 'Login fixed' },
      timer: { description: 'Login fixed' },
    })
    expect(await call('stop_timer', { description: 'Late' })).toMatchObject({
      entry: { description: 'Login fixed' },
      notes: [expect.stringContaining('edit_entry')],
    })
  })

  test('asks which of several is meant and stops none', async () => {
    const { call, refused } = await workspace({ projects: ['Acme', 'Globex'] })
    const { timer } = await call('start_timer', { project: 'acme' })
    await call('start_timer', { project: 'globex' })
    expect(await refused('stop_timer')).toMatchObject({
      code: 'disambiguate',
      details: { candidates: [{ id: timer.id, name: 'Acme' }, { name: 'Globex' }] },
    })
  })

  test('finds the one that runs among projects of one name, however many they are', async () => {
    const { call } = await workspace()
    const names = Array.from({ length: 12 }, (_, number) => `Client ${String(number).padStart(2, '0')}`)
    for (const name of names) {
      await call('save_client', { name })
      await call('create_project', { name: 'Website', client: name })
    }
    for (const name of [names[0], names[11]]) {
      await call('start_timer', { project: `${name} website` })
      expect(await call('stop_timer', { project: 'website' })).toMatchObject({ timer: { client: { name } } })
    }
  })

  test('takes the id of a timer, but of no session and of nobody else', async () => {
    const { call, clock, member, refused } = await workspace({ projects: ['Acme', 'Globex'] })
    const bo = await member('Bo')
    const { timer } = await call('start_timer', { project: 'acme' })
    const { session } = await call('start_session', { project: 'globex' })
    expect(await refused('stop_timer', { project: session.id })).toMatchObject({ code: 'not_found' })
    expect(await refused('end_session', { session: timer.id })).toMatchObject({ code: 'not_found' })
    expect(await refused('stop_timer', { project: timer.id }, bo.principal)).toMatchObject({
      code: 'not_found',
    })
    expect(await refused('stop_timer', {}, bo.principal)).toMatchObject({ code: 'not_found' })
    clock.set('09:10')
    expect(await call('stop_timer', { project: timer.id })).toMatchObject({ entry: { seconds: 600 } })
  })

  test('says what to do where nothing runs', async () => {
    const { refused } = await workspace({ projects: ['Acme'] })
    expect(await refused('stop_timer')).toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining('start_timer'),
    })
    expect(await refused('stop_timer', { project: 'acme' })).toMatchObject({
      message: 'No timer is running on Acme.',
    })
    expect(await refused('stop_timer', { project: 'Nobody' })).toMatchObject({ code: 'not_found' })
  })
})

describe('pause_timer and resume_timer', () => {
  test('do not count the pause', async () => {
    const { call, clock, events } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    clock.set('09:10')
    expect(await call('pause_timer')).toMatchObject({
      timer: { state: 'paused', beat: 'idle', seconds: 600 },
    })
    clock.set('12:10')
    expect(await call('resume_timer')).toMatchObject({
      timer: { state: 'running', seconds: 600, idle_seconds: 10_800 },
    })
    clock.set('12:20')
    expect(await call('stop_timer')).toMatchObject({ entry: { seconds: 1200, idle_seconds: 10_800 } })
    expect(await events()).toEqual([
      'timer.started',
      'timer.paused',
      'timer.resumed',
      'timer.stopped',
      'entry.created',
    ])
  })

  test('reach into the past, but not before the last change', async () => {
    const { call, clock, refused } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    clock.set('09:20')
    expect(await call('pause_timer', { at: '09:10' })).toMatchObject({
      timer: { seconds: 600, idle_seconds: 600 },
    })
    expect(await refused('resume_timer', { at: '09:05' })).toMatchObject({ code: 'validation_error' })
    expect(await refused('resume_timer', { at: '09:25' })).toMatchObject({ code: 'validation_error' })
    expect(await call('resume_timer', { at: '09:15' })).toMatchObject({
      timer: { seconds: 900, idle_seconds: 300 },
    })
  })

  test('also do not reach before a change of this very second', async () => {
    const { call, clock, refused } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    clock.set('09:20')
    await call('pause_timer')
    expect(await refused('resume_timer', { at: '09:10' })).toMatchObject({ code: 'validation_error' })
  })

  test('refuse a moment before the lock', async () => {
    const { call, refused, set } = await workspace({ projects: ['Acme'], door: 'cli' })
    await call('start_timer', { project: 'acme', at: '2026-05-19T20:00' })
    await set({ locked_until: '2026-05-20' })
    expect(await refused('pause_timer', { at: '2026-05-19T21:00' })).toMatchObject({ code: 'period_locked' })
  })

  test('count the last word of one instant', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    expect(await call('pause_timer')).toMatchObject({ timer: { state: 'paused' } })
    expect(await call('resume_timer')).toMatchObject({ timer: { state: 'running' } })
    expect(await call('pause_timer')).toMatchObject({ timer: { state: 'paused' } })
    expect(await call('start_timer', { project: 'acme' })).toMatchObject({
      resumed: true,
      timer: { state: 'running' },
    })
    expect(await call('stop_timer')).toMatchObject({ timer: { state: 'ended' } })
    expect(await call('status')).toMatchObject({ timers: [] })
  })

  test('say when there was nothing to do', async () => {
    const { call, events } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    await events()
    expect(await call('resume_timer')).toMatchObject({
      timer: { state: 'running' },
      notes: ['It was running already.'],
    })
    await call('pause_timer')
    expect(await call('pause_timer')).toMatchObject({
      timer: { state: 'paused' },
      notes: ['It was paused already.'],
    })
    expect(await events()).toEqual(['timer.paused'])
  })

  test('mean the only one that can be meant', async () => {
    const { call, refused } = await workspace({ projects: ['Acme', 'Globex', 'Initech'] })
    for (const project of ['acme', 'globex']) await call('start_timer', { project })
    expect(await refused('pause_timer')).toMatchObject({ code: 'disambiguate' })
    await call('pause_timer', { project: 'acme' })
    expect(await call('pause_timer')).toMatchObject({ timer: { project: { name: 'Globex' } } })
    await call('start_timer', { project: 'initech' })
    expect(await refused('resume_timer')).toMatchObject({ code: 'disambiguate' })
    expect(await refused('resume_timer', { project: 'Nobody' })).toMatchObject({ code: 'not_found' })
  })
})

describe('update_timer', () => {
  test('changes the description, task and tags of what runs', async () => {
    const { call, clock, events } = await workspace({ projects: ['Acme'] })
    await call('create_task', { project: 'acme', name: 'Backend' })
    await call('start_timer', { project: 'acme', task: 'backend', tags: ['a'] })
    await events()
    expect(await call('update_timer', { description: 'Login', tags: ['b', 'B'], task: '' })).toMatchObject({
      timer: { description: 'Login', tags: ['b'], version: 2 },
    })
    expect(await events()).toEqual(['timer.updated'])
    clock.set('09:10')
    const { entry } = await call('stop_timer')
    expect(entry).toMatchObject({ description: 'Login', tags: ['b'] })
    expect(entry).not.toHaveProperty('task')
  })

  test('changes nothing where nothing is different', async () => {
    const { call, events } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme', description: 'Login' })
    await events()
    expect(await call('update_timer', { description: 'Login', move_to: 'acme' })).toMatchObject({
      timer: { version: 1 },
    })
    expect(await events()).toEqual([])
  })

  test('moves to another project, freezes anew what is billed, and says so', async () => {
    const { call, clock } = await workspace({ projects: ['Inside'] })
    await call('save_client', { name: 'Acme' })
    await call('create_project', { name: 'Website', client: 'Acme', bill_agent_time: true })
    await call('create_task', { project: 'inside', name: 'Talks' })
    await call('create_task', { project: 'website', name: 'Pages' })
    const { timer } = await call('start_timer', { project: 'inside', task: 'talks' })
    clock.set('09:10')
    const moved = await call('update_timer', { move_to: 'website' })
    expect(moved).toMatchObject({
      timer: {
        id: timer.id,
        project: { name: 'Website' },
        billable: true,
        bill_agent_time: true,
        seconds: 600,
      },
      notes: [
        expect.stringContaining('task'),
        expect.stringContaining('billable'),
        expect.stringContaining('Agent time'),
      ],
    })
    expect(moved.timer).not.toHaveProperty('task')
    expect(await call('update_timer', { move_to: 'inside', task: 'talks' })).toMatchObject({
      timer: { task: { name: 'Talks' } },
    })
    expect(await call('stop_timer')).toMatchObject({
      entry: { project: { name: 'Inside' }, billable: false, billable_seconds: 0 },
    })
  })

  test('does not move onto a project where a timer runs', async () => {
    const { call, refused } = await workspace({ projects: ['Acme', 'Globex'] })
    await call('start_timer', { project: 'acme' })
    await call('start_timer', { project: 'globex' })
    expect(await refused('update_timer', { project: 'acme', move_to: 'globex' })).toMatchObject({
      code: 'conflict',
    })
    expect(await refused('update_timer', { project: 'acme', move_to: 'nobody' })).toMatchObject({
      code: 'not_found',
    })
  })

  test.each([
    ['until without action', { until: '09:00' }],
    ['an action with other changes', { action: 'discard', description: 'x' }],
    ['an unknown action', { action: 'keepp' }],
    ['trim without until', { action: 'trim' }],
    ['a description of 10 kB', { description: 'x'.repeat(10_000) }],
    ['21 tags', { tags: Array.from({ length: 21 }, (_, n) => `t${n}`) }],
  ])('refuses %s', async (_, input) => {
    const { call, refused } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    expect(await refused('update_timer', input)).toMatchObject({ code: 'validation_error' })
  })
})

describe('a clock that goes backwards', () => {
  test('ends nothing before its start', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    clock.set('08:00')
    expect(await call('status')).toMatchObject({ timers: [{ state: 'running', seconds: 0 }] })
    expect(await call('stop_timer')).toMatchObject({
      discarded_empty: true,
      timer: { ended_at: '2026-05-20T07:00:00.000Z' },
    })
  })

  test('still pauses, resumes and counts what is known', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    clock.set('09:20')
    await call('status')
    clock.set('09:10')
    expect(await call('pause_timer')).toMatchObject({ timer: { state: 'paused', seconds: 1200 } })
    expect(await call('resume_timer')).toMatchObject({ timer: { state: 'running', seconds: 1200 } })
    expect(await call('stop_timer')).toMatchObject({ entry: { seconds: 1200 } })
  })
})

test('list_timers shows timers and no sessions', async () => {
  const { call } = await workspace({ projects: ['Acme', 'Globex'] })
  await call('start_timer', { project: 'acme' })
  await call('start_session', { project: 'globex' })
  const { timers } = await call('list_timers')
  expect(timers).toMatchObject([{ project: { name: 'Acme' }, kind: 'timer' }])
  expect(timers).toHaveLength(1)
})
