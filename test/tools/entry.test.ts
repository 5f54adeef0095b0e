import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type GivenWorkspace, workspace } from '../support/workspace.ts'

describe('logging time', () => {
  test('from start to end, in the zone of the workspace', async () => {
    const { call, events } = await workspace({ projects: ['Acme'] })
    const { entry } = await call('log_time', {
      project: 'acme',
      start: '07:30',
      end: '08:45',
      description: 'Design review',
      tags: ['UI', 'ui', 'call'],
    })
    expect(entry).toMatchObject({
      member: { name: 'Ada' },
      project: { name: 'Acme' },
      started_at: '2026-05-20T05:30:00.000Z',
      ended_at: '2026-05-20T06:45:00.000Z',
      date: '2026-05-20',
      seconds: 4500,
      active_seconds: 4500,
      agent_seconds: 0,
      idle_seconds: 0,
      billable: false,
      billable_seconds: 0,
      kind: 'manual',
      source: 'mcp',
      tags: ['UI', 'call'],
      version: 1,
    })
    expect(await events()).toEqual(['entry.created'])
    expect(await call('get_entry', { entry: entry.id })).toMatchObject({
      entry: { id: entry.id },
      spans: [{ kind: 'active', started_at: entry.started_at, ended_at: entry.ended_at }],
    })
  })

  test.each([
    [{ start: '07:00', duration: '1h30m' }, 5400],
    [{ start: '07:00', duration: '90' }, 5400],
    [{ start: '07:00', duration: 90 }, 5400],
    [{ start: '2026-05-19T22:00', end: '2026-05-20T01:30' }, 12_600],
    [{ start: '2026-05-19T10:00', end: '11:00' }, 3600],
    [{ start: '2026-05-20T07:00:00+02:00', end: '2026-05-20T05:00:30Z' }, 30],
    [{ date: '2026-05-18', start: '09:00', end: '10:00' }, 3600],
    [{ date: '2026-05-18', start: '9:00', duration: '0:45:30' }, 2730],
    [{ date: '2026-05-18', duration: '24h' }, 86_400],
    [{ duration: '5m' }, 300],
  ])('understands %o', async (said, seconds) => {
    const { call } = await workspace({ projects: ['Acme'] })
    expect((await call('log_time', { project: 'Acme', ...said })).entry.seconds).toBe(seconds)
  })

  test('of a day without a clock time belongs to that day and overlaps nothing', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    await call('log_time', { project: 'Acme', start: '2026-05-19T09:00', end: '2026-05-19T17:00' })
    const logged = await call('log_time', { project: 'Acme', date: '2026-05-19', duration: '2h' })
    expect(logged.entry).toMatchObject({ date: '2026-05-19', seconds: 7200 })
    expect(logged.entry).not.toHaveProperty('started_at')
    expect(logged.entry).not.toHaveProperty('ended_at')
    expect(logged).not.toHaveProperty('overlaps')
    expect((await call('list_overlaps', {})).count).toBe(0)
  })

  test('cuts to whole seconds', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    const said = { start: '2026-05-20T05:00:00.900Z', end: '2026-05-20T05:00:02.100Z' }
    const { entry } = await call('log_time', { project: 'Acme', ...said })
    expect(entry).toMatchObject({ started_at: '2026-05-20T05:00:00.000Z', seconds: 2 })
  })

  test.each([
    ['an end before its start', { start: '08:00', end: '07:00' }, 'validation_error'],
    ['no length', { start: '08:00', end: '08:00' }, 'validation_error'],
    ['zero', { date: '2026-05-19', duration: '0' }, 'validation_error'],
    ['a negative length', { start: '07:00', duration: '-5m' }, 'invalid_duration'],
    ['more than a day', { start: '2026-05-18T08:00', duration: '24h1m' }, 'validation_error'],
    ['25 hours of a day', { date: '2026-05-18', duration: '25h' }, 'validation_error'],
    ['an end in the future', { start: '08:30', end: '09:30' }, 'validation_error'],
    ['a future day', { date: '2026-05-21', duration: '1h' }, 'validation_error'],
    ['an impossible day', { date: '2026-02-30', duration: '1h' }, 'validation_error'],
    ['an impossible time', { start: '2026-05-19T24:30', duration: '1h' }, 'validation_error'],
    ['an end without a start', { end: '08:00' }, 'validation_error'],
    ['a start alone', { start: '08:00' }, 'validation_error'],
    ['nothing', {}, 'validation_error'],
    ['end and duration', { start: '07:00', end: '08:00', duration: '1h' }, 'validation_error'],
    [
      'a start on another day',
      { date: '2026-05-18', start: '2026-05-19T09:00', duration: '1h' },
      'validation_error',
    ],
    ['an unknown zone', { start: '07:00', duration: '1h', time_zone: 'Mars/Olympus' }, 'validation_error'],
    ['words for a duration', { start: '07:00', duration: 'a while' }, 'invalid_duration'],
    ['an unknown field', { duration: '1h', projekt: 'Acme' }, 'validation_error'],
    ['a text for a truth value', { duration: '1h', billable: 'yes' }, 'validation_error'],
    ['a text for tags', { duration: '1h', tags: 'a,b' }, 'validation_error'],
    ['21 tags', { duration: '1h', tags: Array.from({ length: 21 }, (_, n) => `t${n}`) }, 'validation_error'],
    ['10 kB of description', { duration: '1h', description: 'x'.repeat(10_000) }, 'validation_error'],
    ['a control character', { duration: '1h', description: 'a\u0007b' }, 'validation_error'],
    ['a sign that turns the text around', { duration: '1h', description: 'a\u202eb' }, 'validation_error'],
    ['an unknown task', { duration: '1h', task: 'Nothing' }, 'not_found'],
  ])('refuses %s', async (_, said, code) => {
    const { refused } = await workspace({ projects: ['Acme'] })
    const error = await refused('log_time', { project: 'Acme', ...said })
    expect(error).toMatchObject({ code })
    expect(error.message.length).toBeLessThan(300)
  })

  test.each(['Zürich 🚊', '👩‍💻 pairing', 'Ελλάδα', 'バス', 'c++'])(
    'takes %s as a description',
    async description => {
      const { call } = await workspace({ projects: ['Acme'] })
      expect(
        (await call('log_time', { project: 'Acme', duration: '1h', description })).entry.description,
      ).toBe(description)
    },
  )

  test('moves a time that the clocks skip forward and says so', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    const said = { start: '2026-03-29T02:30', end: '2026-03-29T04:00' }
    const { entry, notes } = await call('log_time', { project: 'Acme', ...said })
    expect(entry).toMatchObject({ started_at: '2026-03-29T01:30:00.000Z', seconds: 1800 })
    expect(notes).toEqual([expect.stringContaining('02:30')])
  })

  test('takes the earlier of a time that exists twice', async () => {
    const { call } = await workspace({ projects: ['Acme'], now: '2026-11-20T09:00' })
    const { entry } = await call('log_time', { project: 'Acme', start: '2026-10-25T02:30', duration: '10m' })
    expect(entry.started_at).toBe('2026-10-25T00:30:00.000Z')
  })

  test('reads times in the zone of the call', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    const said = { date: '2026-05-19', start: '20:00', duration: '1h', time_zone: 'America/New_York' }
    const { entry } = await call('log_time', { project: 'Acme', ...said })
    expect(entry).toMatchObject({ started_at: '2026-05-20T00:00:00.000Z', date: '2026-05-19' })
  })

  test('is billable as its project is, unless somebody says otherwise', async () => {
    const { call } = await workspace()
    await call('save_client', { name: 'Globex' })
    await call('create_project', { name: 'Web', client: 'Globex' })
    await call('create_project', { name: 'Internal' })
    const log = async (more: object) => (await call('log_time', { duration: '1h', ...more })).entry
    expect(await log({ project: 'Web' })).toMatchObject({
      billable: true,
      billable_seconds: 3600,
      client: { name: 'Globex' },
    })
    expect(await log({ project: 'Web', billable: false })).toMatchObject({
      billable: false,
      billable_seconds: 0,
    })
    expect(await log({ project: 'Internal' })).toMatchObject({ billable: false })
    expect(await log({ project: 'Internal', billable: true })).toMatchObject({ billable_seconds: 3600 })
  })

  test('makes the project only when asked to, and never from something like an id', async () => {
    const { call, refused, events } = await workspace()
    expect(await refused('log_time', { project: 'Nimbus', duration: '1h' })).toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining('auto_create'),
    })
    const made = await call('log_time', { project: 'Nimbus', duration: '1h', auto_create: true })
    expect(made).toMatchObject({ created_project: true, entry: { project: { name: 'Nimbus' } } })
    expect(await events()).toEqual(['project.created', 'entry.created'])
    const again = await call('log_time', { project: 'nimbus', duration: '1h', auto_create: true })
    expect(again).not.toHaveProperty('created_project')
    const id = `prj_${'0'.repeat(20)}`
    expect(await refused('log_time', { project: id, duration: '1h', auto_create: true })).toMatchObject({
      code: 'not_found',
    })
    const name = { project: 'a\u200bb', duration: '1h', auto_create: true }
    expect(await refused('log_time', name)).toMatchObject({ code: 'validation_error' })
  })

  test('asks which project is meant rather than guess', async () => {
    const { call, refused } = await workspace()
    for (const client of ['Acme', 'Globex']) {
      await call('save_client', { name: client })
      await call('create_project', { name: 'Website', client })
    }
    const error = await refused('log_time', { project: 'website', duration: '1h', auto_create: true })
    expect(error).toMatchObject({
      code: 'disambiguate',
      details: {
        candidates: [
          { name: 'Website', client: 'Acme' },
          { name: 'Website', client: 'Globex' },
        ],
      },
    })
    const { entry } = await call('log_time', { project: 'globex website', duration: '1h' })
    expect(entry.client.name).toBe('Globex')
  })

  test('never goes to an archived project', async () => {
    const { call, refused } = await workspace({ projects: ['Old Site'] })
    const { project } = await call('update_project', { project: 'Old Site', archived: true })
    for (const said of ['Old Site', 'old', project.id]) {
      expect(await refused('log_time', { project: said, duration: '1h' })).toMatchObject({
        code: 'not_found',
      })
    }
    expect((await refused('log_time', { project: 'Old Site', duration: '1h' })).message).toContain('archived')
    expect(
      await refused('log_time', { project: 'Old Site', duration: '1h', auto_create: true }),
    ).toMatchObject({
      code: 'conflict',
    })
  })

  test('takes a task of the project by its name, never one of another', async () => {
    const { call, refused } = await workspace({ projects: ['Acme', 'Globex'] })
    const { task } = await call('create_task', { project: 'Globex', name: 'Design' })
    expect(await refused('log_time', { project: 'Acme', task: 'Design', duration: '1h' })).toMatchObject({
      code: 'not_found',
    })
    expect(await refused('log_time', { project: 'Acme', task: task.id, duration: '1h' })).toMatchObject({
      code: 'validation_error',
    })
    const { entry } = await call('log_time', { project: 'Globex', task: 'design', duration: '1h' })
    expect(entry.task).toEqual({ id: task.id, name: 'Design' })
  })
})

describe('overlap warnings', () => {
  test('show at most five and count all; touching is none', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    for (let n = 0; n < 7; n++)
      await call('log_time', { project: 'Acme', start: '07:00', end: `07:0${n + 1}` })
    expect(await call('log_time', { project: 'Acme', start: '06:00', end: '07:00' })).not.toHaveProperty(
      'overlaps',
    )
    const { overlaps } = await call('log_time', { project: 'Acme', start: '06:59', end: '08:00' })
    expect(overlaps.count).toBe(8)
    expect(overlaps.entries).toHaveLength(5)
    expect(overlaps.seconds).toBe(60 + (1 + 2 + 3 + 4 + 5 + 6 + 7) * 60)
  })

  test('are of the own entries only, and never of deleted ones', async () => {
    const { call, member } = await workspace({ projects: ['Acme'] })
    const other = await member('Grace')
    const { entry } = await call('log_time', { project: 'Acme', start: '07:00', end: '08:00' })
    expect(
      await other.call('log_time', { project: 'Acme', start: '07:00', end: '08:00' }),
    ).not.toHaveProperty('overlaps')
    await call('delete_entry', { entry: entry.id, confirm: true })
    expect(await call('log_time', { project: 'Acme', start: '07:00', end: '08:00' })).not.toHaveProperty(
      'overlaps',
    )
  })
})

describe('editing', () => {
  const logged = async (more: object = {}) => {
    const given = await workspace({ projects: ['Acme'] })
    const said = { project: 'Acme', start: '2026-05-19T09:00', end: '2026-05-19T11:00', ...more }
    const { entry } = await given.call('log_time', said)
    await given.events()
    return {
      ...given,
      entry,
      edit: (change: object) => given.call('edit_entry', { entry: entry.id, ...change }),
    }
  }

  test.each([
    ['a start keeps the end', { start: '10:00' }, '10:00', '11:00'],
    ['an end keeps the start', { end: '10:30' }, '09:00', '10:30'],
    ['a duration keeps the start', { duration: '30m' }, '09:00', '09:30'],
    ['start and duration', { start: '08:00', duration: '30m' }, '08:00', '08:30'],
    ['start and end', { start: '12:00', end: '13:00' }, '12:00', '13:00'],
  ])('%s', async (_, change, start, end) => {
    const { edit } = await logged()
    const { entry } = await edit(change)
    const local = (text: string) => new Date(Date.parse(text) + 7_200_000).toISOString().slice(11, 16)
    expect([local(entry.started_at), local(entry.ended_at), entry.date]).toEqual([start, end, '2026-05-19'])
  })

  test.each([
    [{ date: '2026-05-18' }, '2026-05-18T07:00:00.000Z', 7200],
    [{ date: '2026-05-18', start: '10:00' }, '2026-05-18T08:00:00.000Z', 7200],
    [{ date: '2026-05-18', duration: '10m' }, '2026-05-18T07:00:00.000Z', 600],
    [{ date: '2026-01-18' }, '2026-01-18T08:00:00.000Z', 7200],
  ])('%o moves the whole', async (change, started_at, seconds) => {
    const { edit } = await logged()
    expect((await edit(change)).entry).toMatchObject({ started_at, seconds, date: change.date })
  })

  test('of an entry across midnight reads an end in its night', async () => {
    const { edit } = await logged({ start: '2026-05-18T22:00', end: '2026-05-19T01:00' })
    expect((await edit({ end: '02:00' })).entry.seconds).toBe(4 * 3600)
    expect((await edit({ end: '23:00' })).entry.seconds).toBe(3600)
  })

  test('gives a day a clock time when it gets a start', async () => {
    const { call, edit } = await logged({
      start: undefined,
      end: undefined,
      date: '2026-05-19',
      duration: '2h',
    })
    expect((await edit({ duration: '3h' })).entry).toMatchObject({ date: '2026-05-19', seconds: 10_800 })
    expect((await edit({ date: '2026-05-18' })).entry).toMatchObject({ date: '2026-05-18', seconds: 10_800 })
    expect((await edit({ start: '09:00' })).entry).toMatchObject({
      started_at: '2026-05-18T07:00:00.000Z',
      seconds: 10_800,
    })
    expect((await call('list_entries', { period: '2026-05-18' })).entries).toHaveLength(1)
  })

  test('empty text clears, and what is not said stays', async () => {
    const { call, edit } = await logged({ description: 'Review', tags: ['ui'] })
    await call('create_task', { project: 'Acme', name: 'Design' })
    expect((await edit({ task: 'design' })).entry).toMatchObject({
      description: 'Review',
      tags: ['ui'],
      task: { name: 'Design' },
    })
    const { entry } = await edit({ description: '', task: '', tags: [] })
    expect(entry).toMatchObject({ description: '', tags: [], seconds: 7200 })
    expect(entry).not.toHaveProperty('task')
    expect((await call('list_tags')).tags).toEqual([])
  })

  test('raises the version, which can be demanded, and tells what was', async () => {
    const { call, edit, entry, events, refused } = await logged()
    const asked = { entry: entry.id, description: 'x', version: 7 }
    expect(await refused('edit_entry', asked)).toMatchObject({
      code: 'version_mismatch',
      details: { version: 1 },
    })
    expect((await edit({ description: 'x', version: 1 })).entry.version).toBe(2)
    expect(await refused('delete_entry', { entry: entry.id, version: 1, confirm: true })).toMatchObject({
      code: 'version_mismatch',
    })
    expect(await events()).toEqual(['entry.updated'])
    const [event] = (await call('list_events', { subject: entry.id, type: 'entry.updated' })).events
    expect(event).toMatchObject({
      before: { description: '', version: 1 },
      after: { description: 'x', version: 2 },
    })
  })

  test('that says nothing changes nothing', async () => {
    const { edit, events } = await logged()
    expect((await edit({})).entry.version).toBe(1)
    expect(await events()).toEqual([])
  })

  test('keeps the old figures and spans in the event', async () => {
    const { call, edit, entry } = await logged()
    await edit({ duration: '1h' })
    const [event] = (await call('list_events', { subject: entry.id })).events
    expect(event.before).toMatchObject({
      seconds: 7200,
      ended_at: entry.ended_at,
      spans: [{ kind: 'active', started_at: entry.started_at, ended_at: entry.ended_at }],
    })
  })

  test('moves to another project with its terms, and without the old task', async () => {
    const { call, edit } = await logged()
    await call('create_task', { project: 'Acme', name: 'Design' })
    await call('save_client', { name: 'Globex' })
    await call('create_project', { name: 'Web', client: 'Globex' })
    await edit({ task: 'Design' })
    const { entry, notes } = await edit({ project: 'Web' })
    expect(entry).toMatchObject({
      project: { name: 'Web' },
      client: { name: 'Globex' },
      billable: true,
      billable_seconds: 7200,
    })
    expect(entry).not.toHaveProperty('task')
    expect(notes).toHaveLength(2)
    expect((await edit({ billable: false })).entry).toMatchObject({ billable: false, billable_seconds: 0 })
  })

  test('warns of the overlap that it makes, unless that is known', async () => {
    const { call, edit, entry } = await logged()
    const { entry: other } = await call('log_time', {
      project: 'Acme',
      start: '2026-05-19T11:00',
      end: '2026-05-19T12:00',
    })
    expect((await edit({ end: '11:30' })).overlaps).toMatchObject({
      count: 1,
      seconds: 1800,
      entries: [{ id: other.id }],
    })
    await call('acknowledge_overlap', { entry: entry.id, other: other.id })
    expect(await edit({ end: '11:20' })).not.toHaveProperty('overlaps')
  })

  test.each([
    [{ end: '08:00' }, 'validation_error'],
    [{ duration: '25h' }, 'validation_error'],
    [{ date: '2026-05-21' }, 'validation_error'],
    [{ end: '2026-05-20T09:30' }, 'validation_error'],
    [{ start: 'noon' }, 'validation_error'],
    [{ end: '10:00', duration: '1h' }, 'validation_error'],
    [{ project: 'Nowhere' }, 'not_found'],
    [{ task: 'Nothing' }, 'not_found'],
    [{ seconds: 5 }, 'validation_error'],
    [{ version: '1', description: 'x' }, 'validation_error'],
  ])('refuses %o', async (change, code) => {
    const { entry, refused } = await logged()
    expect(await refused('edit_entry', { entry: entry.id, ...change })).toMatchObject({ code })
  })

  test('of somebody else is for managers', async () => {
    const { edit, entry, member, refused } = await logged()
    const grace = await member('Grace')
    const linus = await member('Linus', 'manager')
    const change = { entry: entry.id, description: 'mine' }
    expect(await refused('edit_entry', change, grace.principal)).toMatchObject({ code: 'forbidden_role' })
    expect(await refused('delete_entry', { entry: entry.id, confirm: true }, grace.principal)).toMatchObject({
      code: 'forbidden_role',
    })
    expect((await linus.call('edit_entry', change)).entry).toMatchObject({
      member: { name: 'Ada' },
      description: 'mine',
    })
    expect((await edit({ description: 'x' })).entry.version).toBe(3)
  })
})

describe('deleting', () => {
  test('is soft: gone from lists, reports and tags, and comes back whole', async () => {
    const { call, events } = await workspace({ projects: ['Acme'] })
    const { entry } = await call('log_time', { project: 'Acme', start: '07:00', end: '08:00', tags: ['ui'] })
    await call('log_time', { project: 'Acme', start: '07:30', end: '08:00' })
    await events()
    const gone = await call('delete_entry', { entry: entry.id, confirm: true })
    expect(gone.entry).toMatchObject({ id: entry.id, version: 2, deleted_at: '2026-05-20T07:00:00.000Z' })
    const seen = async () => [
      (await call('list_entries')).entries.length,
      (await call('get_report')).totals.seconds,
      (await call('list_tags')).tags.length,
      (await call('get_project', { project: 'Acme' })).project.total_seconds,
      (await call('list_overlaps')).count,
    ]
    expect(await seen()).toEqual([1, 1800, 0, 1800, 0])
    const back = await call('restore_entry', { entry: entry.id })
    expect(back.entry).toMatchObject({ id: entry.id, version: 3, seconds: 3600, tags: ['ui'] })
    expect(await seen()).toEqual([2, 5400, 1, 5400, 1])
    expect(await events()).toEqual(['entry.deleted', 'entry.restored'])
    expect((await call('restore_entry', { entry: entry.id })).entry.version).toBe(3)
  })

  test('leaves nothing to change or delete again', async () => {
    const { call, refused } = await workspace({ projects: ['Acme'] })
    const { entry } = await call('log_time', { project: 'Acme', duration: '1h' })
    await call('delete_entry', { entry: entry.id, confirm: true })
    expect(await refused('delete_entry', { entry: entry.id, confirm: true })).toMatchObject({
      code: 'not_found',
    })
    expect(await refused('edit_entry', { entry: entry.id, description: 'x' })).toMatchObject({
      code: 'not_found',
    })
    expect(await refused('get_entry', { entry: 'ent_nothing' })).toMatchObject({ code: 'not_found' })
  })
})

describe('a list of entries', () => {
  test('is newest first, repeats its period and says when that was all', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    for (const day of ['17', '19', '18'])
      await call('log_time', { project: 'Acme', date: `2026-05-${day}`, duration: '1h' })
    const list = await call('list_entries', { period: 'this_week' })
    expect(list.entries.map((one: { date: string }) => one.date)).toEqual(['2026-05-19', '2026-05-18'])
    expect(list.next_cursor).toBe(null)
    expect(list.period).toEqual({
      token: 'this_week',
      from: '2026-05-17T22:00:00.000Z',
      to: '2026-05-24T22:00:00.000Z',
      time_zone: 'Europe/Berlin',
    })
    const all = await call('list_entries')
    expect(all.entries).toHaveLength(3)
    expect(all.period).toMatchObject({ token: 'all_time', to: '2026-05-20T22:00:00.000Z' })
    expect(all.period).not.toHaveProperty('from')
  })

  test('takes a pair of days or instants, in the zone of the call', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    await call('log_time', { project: 'Acme', start: '2026-05-19T23:30', duration: '15m' })
    const count = async (asked: object) => (await call('list_entries', asked)).entries.length
    expect(await count({ from: '2026-05-19', to: '2026-05-19' })).toBe(1)
    expect(await count({ from: '2026-05-19T21:30:00Z', to: '2026-05-19T21:30:01Z' })).toBe(1)
    expect(await count({ from: '2026-05-19T21:30:01Z' })).toBe(0)
    expect(await count({ period: '2026-05-20', time_zone: 'Asia/Tokyo' })).toBe(1)
    expect(await count({ period: '2026-05-19', time_zone: 'Asia/Tokyo' })).toBe(0)
  })

  test('shows a day without a clock time on that day in every zone', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    await call('log_time', { project: 'Acme', date: '2026-05-04', duration: '1h' })
    for (const time_zone of [
      'Pacific/Kiritimati',
      'Pacific/Pago_Pago',
      'Asia/Tokyo',
      'America/New_York',
      'UTC',
    ]) {
      const count = async (period: string) =>
        (await call('list_entries', { period, time_zone })).entries.length
      expect([await count('2026-05-03'), await count('2026-05-04'), await count('2026-05-05')]).toEqual([
        0, 1, 0,
      ])
    }
    await call('update_settings', { time_zone: 'Pacific/Auckland' })
    expect((await call('list_entries', { period: '2026-05-04' })).entries).toHaveLength(1)
    expect((await call('get_report', { period: '2026-05-04', group_by: 'day' })).rows).toMatchObject([
      { name: '2026-05-04' },
    ])
  })

  test('filters by all that an entry has', async () => {
    const { call } = await workspace({ projects: ['Internal'] })
    await call('save_client', { name: 'Globex Corporation' })
    await call('create_project', { name: 'Web Shop', client: 'Globex' })
    await call('create_task', { project: 'Web Shop', name: 'Checkout' })
    const log = async (more: object) =>
      (await call('log_time', { duration: '1h', ...more })).entry.id as string
    const shop = await log({
      project: 'Web Shop',
      task: 'Checkout',
      tags: ['Ürgent'],
      description: 'Café LOGIN fix',
    })
    const own = await log({ project: 'Internal', description: '100% done_now', date: '2026-05-19' })
    const ids = async (asked: object) =>
      (await call('list_entries', asked)).entries.map((one: { id: string }) => one.id)
    for (const asked of [
      { project: 'shop' },
      { client: 'globex corporation' },
      { task: 'checkout' },
      { tag: 'urgent' },
      { billable: true },
      { search: 'cafe login' },
      { search: 'CAFÉ' },
      { search: 'web shop' },
      { search: 'corporation' },
    ]) {
      expect(await ids(asked), JSON.stringify(asked)).toEqual([shop])
    }
    for (const asked of [
      { billable: false },
      { search: '100%' },
      { search: 'done_n' },
      { period: 'yesterday' },
    ]) {
      expect(await ids(asked), JSON.stringify(asked)).toEqual([own])
    }
    for (const asked of [
      { search: '' },
      { member: 'me' },
      { member: 'ada' },
      { invoiced: false },
      { tag: '' },
    ]) {
      expect(await ids(asked), JSON.stringify(asked)).toHaveLength(2)
    }
    for (const asked of [{ search: 'x%' }, { tag: 'other' }, { invoiced: true }, { search: 'fix_done' }]) {
      expect(await ids(asked), JSON.stringify(asked)).toEqual([])
    }
  })

  test('of an archived project can still be read', async () => {
    const { call } = await workspace({ projects: ['Old Site'] })
    await call('log_time', { project: 'Old Site', duration: '1h' })
    await call('update_project', { project: 'Old Site', archived: true })
    expect((await call('list_entries', { project: 'old site' })).entries).toHaveLength(1)
    expect((await call('get_report', { project: 'old site' })).totals.entries).toBe(1)
  })

  test('sorts by start, making and length, both ways', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    for (const [day, duration] of [
      ['18', '3h'],
      ['19', '1h'],
      ['17', '2h'],
    ]) {
      await call('log_time', { project: 'Acme', date: `2026-05-${day}`, duration })
    }
    const days = async (sort: string) =>
      (await call('list_entries', { sort })).entries
        .map((one: { date: string }) => one.date.slice(8))
        .join(' ')
    expect(await days('started_at')).toBe('17 18 19')
    expect(await days('-started_at')).toBe('19 18 17')
    expect(await days('created_at')).toBe('18 19 17')
    expect(await days('-seconds')).toBe('18 17 19')
    expect(await days('seconds')).toBe('19 17 18')
  })

  test.each([
    [{ limit: 0 }, 'validation_error'],
    [{ limit: 201 }, 'validation_error'],
    [{ limit: '10' }, 'validation_error'],
    [{ limit: 1.5 }, 'validation_error'],
    [{ cursor: 'abc' }, 'malformed'],
    [{ cursor: Buffer.from('["x",1,"y"]').toString('base64url') }, 'malformed'],
    [{ period: 'some day' }, 'invalid_period'],
    [{ period: '2026-13' }, 'invalid_period'],
    [{ period: 'today', from: '2026-05-01' }, 'invalid_period'],
    [{ from: '2026-05-20', to: '2026-05-01' }, 'invalid_period'],
    [{ time_zone: 'Berlin' }, 'validation_error'],
    [{ project: 'Nowhere' }, 'not_found'],
    [{ client: 'Nobody' }, 'not_found'],
    [{ sort: 'name' }, 'validation_error'],
    [{ search: 'x'.repeat(10_000) }, 'validation_error'],
  ])('refuses %o', async (asked, code) => {
    const { refused } = await workspace({ projects: ['Acme'] })
    expect(await refused('list_entries', asked)).toMatchObject({ code })
  })

  test('has 50 entries by default and 200 at most', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    for (let n = 0; n < 205; n++)
      await call('log_time', { project: 'Acme', date: '2026-05-19', duration: n + 1 })
    expect((await call('list_entries')).entries).toHaveLength(50)
    const whole = await call('list_entries', { limit: 200 })
    expect(whole.entries).toHaveLength(200)
    expect((await call('list_entries', { limit: 200, cursor: whole.next_cursor })).entries).toHaveLength(5)
  })

  test('binds its cursor to the question, not to the size of the page', async () => {
    const { call, refused } = await workspace({ projects: ['Acme'] })
    for (let n = 1; n < 9; n++) await call('log_time', { project: 'Acme', date: '2026-05-19', duration: n })
    const { next_cursor: cursor } = await call('list_entries', { limit: 2, search: 'acme' })
    expect((await call('list_entries', { limit: 3, search: 'acme', cursor })).entries).toHaveLength(3)
    for (const other of [
      {},
      { search: 'acm' },
      { search: 'acme', sort: 'seconds' },
      { search: 'acme', billable: false },
    ]) {
      expect(await refused('list_entries', { ...other, cursor })).toMatchObject({ code: 'malformed' })
    }
    expect(await refused('list_projects', { search: 'acme', cursor })).toMatchObject({ code: 'malformed' })
    const [bound, , id] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    for (const value of ['x', null, 1e300, {}]) {
      const forged = Buffer.from(JSON.stringify([bound, value, id])).toString('base64url')
      expect(await refused('list_entries', { search: 'acme', cursor: forged })).toMatchObject({
        code: 'malformed',
      })
    }
  })

  const sorts = ['-started_at', 'started_at', '-created_at', 'created_at', '-seconds', 'seconds'] as const
  test('skips and repeats nothing while others write', { timeout: 60_000 }, async () => {
    const given = await workspace({ projects: ['Acme'] })
    const step = fc.record({
      write: fc.constantFrom('log', 'delete', 'none'),
      hour: fc.nat(30),
      pick: fc.nat(50),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sorts),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.nat(30), { minLength: 3, maxLength: 12 }),
        fc.array(step, { maxLength: 12 }),
        async (sort, limit, hours, steps) => {
          await clear(given)
          const before = new Set<string>()
          for (const hour of hours) before.add(await logAt(given, hour))
          const seen: string[] = []
          const deleted = new Set<string>()
          let cursor: string | undefined
          for (let page = 0; ; page++) {
            const list = await given.call('list_entries', { sort, limit, cursor })
            seen.push(...list.entries.map((one: { id: string }) => one.id))
            if (list.next_cursor === null) break
            cursor = list.next_cursor
            const { hour, pick, write } = steps[page] ?? { write: 'none', hour: 0, pick: 0 }
            if (write === 'log') await logAt(given, hour)
            const victim = [...before][pick % before.size]
            if (write !== 'delete' || victim === undefined || deleted.has(victim)) continue
            await given.call('delete_entry', { entry: victim, confirm: true })
            deleted.add(victim)
          }
          expect(new Set(seen).size).toBe(seen.length)
          for (const id of before) if (!deleted.has(id)) expect(seen).toContain(id)
        },
      ),
      { numRuns: 40 },
    )
  })
})

const logAt = async (given: GivenWorkspace, hour: number): Promise<string> => {
  const start = new Date(Date.UTC(2026, 4, 10) + hour * 3_600_000).toISOString()
  return (await given.call('log_time', { project: 'Acme', start, duration: 1 + (hour % 5) })).entry.id
}

const clear = async (given: GivenWorkspace): Promise<void> => {
  for (const { id } of (await given.call('list_entries', { limit: 200 })).entries) {
    await given.call('delete_entry', { entry: id, confirm: true })
  }
}

describe('a locked period', () => {
  const locked = async () => {
    const given = await workspace({ projects: ['Acme', 'Globex'] })
    const { call } = given
    const log = async (more: object): Promise<string> =>
      (await call('log_time', { project: 'Acme', ...more })).entry.id
    const old = await log({ start: '2026-04-30T09:00', end: '2026-04-30T10:00' })
    const day = await log({ date: '2026-04-30', duration: '1h' })
    const across = await log({ start: '2026-04-30T23:00', end: '2026-05-01T01:00' })
    const open = await log({ start: '2026-05-01T09:00', end: '2026-05-01T10:00' })
    const gone = await log({ start: '2026-04-29T09:00', end: '2026-04-29T10:00' })
    await call('delete_entry', { entry: gone, confirm: true })
    await call('update_settings', { locked_until: '2026-05-01' })
    return { ...given, old, day, across, open, gone }
  }

  test('takes no writes before it, on any way', async () => {
    const { across, day, gone, old, open, refused } = await locked()
    for (const [name, input] of [
      ['log_time', { project: 'Acme', start: '2026-04-30T12:00', duration: '1h' }],
      ['log_time', { project: 'Acme', start: '2026-04-30T23:30', end: '2026-05-01T00:30' }],
      ['log_time', { project: 'Acme', date: '2026-04-30', duration: '1h' }],
      ['edit_entry', { entry: old, description: 'x' }],
      ['edit_entry', { entry: day, description: 'x' }],
      ['edit_entry', { entry: across, start: '2026-05-01T00:30' }],
      ['edit_entry', { entry: open, start: '2026-04-30T09:00', end: '2026-04-30T10:00' }],
      ['edit_entry', { entry: open, date: '2026-04-30' }],
      ['delete_entry', { entry: old, confirm: true }],
      ['restore_entry', { entry: gone }],
      ['split_entry', { entry: old, duration: '10m' }],
      ['merge_entries', { entries: [old, across] }],
      ['merge_entries', { entries: [open, across] }],
    ] as const) {
      expect(await refused(name, input), `${name} ${JSON.stringify(input)}`).toMatchObject({
        code: 'period_locked',
        details: { locked_until: '2026-05-01' },
      })
    }
  })

  test('is open from its day on, and again when the lock goes', async () => {
    const { call, day, old, open } = await locked()
    await call('edit_entry', { entry: open, description: 'x' })
    await call('log_time', { project: 'Acme', start: '2026-05-01T00:00', duration: '1h' })
    await call('log_time', { project: 'Acme', date: '2026-05-01', duration: '1h', time_zone: 'Asia/Tokyo' })
    await call('update_settings', { locked_until: '' })
    expect((await call('edit_entry', { entry: old, description: 'x' })).entry.version).toBe(2)
    expect((await call('edit_entry', { entry: day, duration: '2h' })).entry.seconds).toBe(7200)
  })
})
