import { describe, expect, test } from 'vitest'
import { leave } from '../support/host.ts'
import { type GivenWorkspace, operationNamed, workspace } from '../support/workspace.ts'

/** A timer that an assistant started at 9:00, last seen at 9:20, and now it is 12:00. */
async function forgotten() {
  const given = await workspace({ projects: ['Acme', 'Globex'] })
  const { timer } = await given.call('start_timer', { project: 'acme', description: 'Login' })
  given.clock.set('09:20')
  await given.call('status')
  given.clock.set('12:00')
  const { ended } = await given.call('status')
  await given.events()
  return { ...given, timer, ended }
}

type HostTold = Parameters<typeof leave>[1]

/** What an assistant tells of its session at minutes of the day's clock. */
const hostTells =
  ({ app, clock }: GivenWorkspace) =>
  (...told: [minute: number, kind: HostTold['kind'], tool?: HostTold['tool']][]): void => {
    const of = { host: 'claude-code', host_session: 's1', directory: '/src/acme', attended: true }
    const nine = Math.floor(clock.now / 86_400_000) * 86_400_000 + 7 * 3_600_000
    const signals = told.map(([minute, kind, tool]) => ({
      ...of,
      at: nine + minute * 60_000,
      kind,
      ...(tool && { tool }),
    }))
    leave(app.home, ...signals)
  }

describe('what ended by itself', () => {
  test('ended at its last sign of life, is an entry, and is told', async () => {
    const { call, ended, timer } = await forgotten()
    expect(ended).toMatchObject([
      {
        id: timer.id,
        state: 'ended',
        closed_by: 'watchdog',
        ended_at: '2026-05-20T07:20:00.000Z',
        seconds: 1200,
        idle_seconds: 0,
      },
    ])
    expect(await call('status')).toMatchObject({
      timers: [],
      ended,
      warnings: [{ code: 'ended_by_itself', session: timer.id }],
    })
    expect(await call('get_dashboard')).toMatchObject({ forgotten: ended })
    expect(await call('list_entries')).toMatchObject({ entries: [{ seconds: 1200, session_id: timer.id }] })
  })

  test('is told apart by when it began, where more than one of a project did', async () => {
    const { call, clock, ended, refused } = await forgotten()
    const { timer } = await call('start_timer', { project: 'acme' })
    clock.set('14:00')
    const { code, details, hint, message } = await refused('update_timer', {
      action: 'keep',
      project: 'acme',
    })
    expect(code).toBe('disambiguate')
    expect(message).toContain('Acme from 2026-05-20T07:00:00.000Z')
    expect(message).toContain('Acme from 2026-05-20T10:00:00.000Z')
    expect(hint).toBe('Ask which one is meant and call again with its id.')
    const candidates = [ended[0].id, timer.id].map(id => expect.objectContaining({ id, name: 'Acme' }))
    expect(details?.candidates).toHaveLength(2)
    expect(details?.candidates).toEqual(expect.arrayContaining(candidates))
  })

  test('is told for seven days', async () => {
    const { call, clock } = await forgotten()
    clock.set('2026-05-27T09:20')
    expect((await call('status')).ended).toHaveLength(1)
    clock.pass(1)
    expect((await call('status')).ended).toEqual([])
  })

  test('is told also where it left no entry', async () => {
    const { call, clock, events } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    clock.set('12:00')
    expect(await call('status')).toMatchObject({ ended: [{ seconds: 0, closed_by: 'watchdog' }] })
    expect(await events()).toEqual(['timer.started', 'timer.stopped'])
    expect((await call('list_entries')).entries).toEqual([])
    expect(await call('update_timer', { action: 'keep', until: '10:00' })).toMatchObject({
      entry: { seconds: 3600 },
    })
  })

  test('answers a stop with what it became', async () => {
    const { call, ended } = await forgotten()
    expect(await call('stop_timer', { project: 'acme' })).toMatchObject({
      already_ended: true,
      entry: { id: ended[0].entry_id, seconds: 1200 },
    })
  })
})

describe('keep', () => {
  test('lets it run on, and the silence counts', async () => {
    const { call, clock, ended, events, timer } = await forgotten()
    const kept = await call('update_timer', { action: 'keep' })
    expect(kept).toMatchObject({ timer: { id: timer.id, state: 'running', seconds: 10_800 } })
    expect(kept).not.toHaveProperty('entry')
    expect(kept.timer).not.toHaveProperty('entry_id')
    expect(await events()).toEqual(['timer.updated', 'entry.deleted'])
    expect(await call('status')).toMatchObject({ timers: [{ id: timer.id }], ended: [], warnings: [] })
    expect((await call('list_entries')).entries).toEqual([])
    clock.set('12:10')
    expect(await call('stop_timer')).toMatchObject({
      entry: { id: ended[0].entry_id, seconds: 11_400, version: 3 },
    })
    expect(await events()).toEqual(['timer.stopped', 'entry.restored'])
    expect((await call('list_entries')).entries).toHaveLength(1)
  })

  test('and when it falls silent again, it is told again', async () => {
    const { call, clock, timer } = await forgotten()
    await call('update_timer', { action: 'keep' })
    clock.set('15:00')
    expect(await call('status')).toMatchObject({ timers: [], ended: [{ id: timer.id, seconds: 10_800 }] })
  })

  test('with until it ends there', async () => {
    const { call, ended, events, timer } = await forgotten()
    expect(await call('update_timer', { project: 'acme', action: 'keep', until: '10:30' })).toMatchObject({
      timer: { id: timer.id, state: 'ended', closed_by: 'end' },
      entry: { id: ended[0].entry_id, version: 2, seconds: 5400, ended_at: '2026-05-20T08:30:00.000Z' },
    })
    expect(await events()).toEqual(['timer.updated', 'entry.updated'])
    expect(await call('status')).toMatchObject({ timers: [], ended: [], warnings: [] })
  })

  test('counts the silence as the beat that was set', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'] })
    await call('start_session', { project: 'acme' })
    clock.set('09:10')
    await call('session_beat', { kind: 'agent' })
    clock.set('14:00')
    expect(await call('status')).toMatchObject({ ended: [{ active_seconds: 600, agent_seconds: 0 }] })
    expect(await call('keep_session', { until: '10:10' })).toMatchObject({
      session: { kind: 'session' },
      entry: { active_seconds: 600, agent_seconds: 3600 },
    })
  })

  test('of what runs changes nothing', async () => {
    const { call, events } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    await events()
    expect(await call('update_timer', { action: 'keep' })).toMatchObject({ timer: { state: 'running' } })
    expect(await events()).toEqual([])
  })

  test('means what ended, although another runs on the project since', async () => {
    const { call, clock, refused, timer } = await forgotten()
    const { timer: newer } = await call('start_timer', { project: 'acme' })
    clock.set('12:10')
    expect(await refused('update_timer', { project: 'acme', action: 'keep' })).toMatchObject({
      code: 'conflict',
      details: { timer: newer.id },
      hint: expect.stringContaining('until'),
    })
    expect(await call('update_timer', { project: 'acme', action: 'keep', until: '11:00' })).toMatchObject({
      timer: { id: timer.id },
      entry: { seconds: 7200 },
    })
    expect(await call('status')).toMatchObject({ timers: [{ id: newer.id }], ended: [] })
  })

  test.each([
    ['before its last sign of life', { until: '09:10' }, 'validation_error'],
    ['in the future', { until: '12:01' }, 'validation_error'],
    ['no time', { until: 'noon' }, 'validation_error'],
  ])('refuses an until %s', async (_, input, code) => {
    const { refused } = await forgotten()
    expect(await refused('update_timer', { action: 'keep', ...input })).toMatchObject({ code })
  })

  test('refuses what was ended by hand', async () => {
    const { call, clock, refused } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    clock.set('09:10')
    await call('stop_timer')
    expect(await refused('keep_session', { session: 'acme' })).toMatchObject({ code: 'conflict' })
  })
})

describe('trim', () => {
  test('ends it earlier', async () => {
    const { call, ended, events, timer } = await forgotten()
    expect(await call('update_timer', { action: 'trim', until: '09:05' })).toMatchObject({
      timer: { id: timer.id, state: 'ended', closed_by: 'end' },
      entry: { id: ended[0].entry_id, version: 2, seconds: 300 },
    })
    expect(await events()).toEqual(['timer.updated', 'entry.updated'])
    expect(await call('status')).toMatchObject({ ended: [] })
    expect(await call('trim_session', { session: timer.id, until: '09:02' })).toMatchObject({
      entry: { id: ended[0].entry_id, seconds: 120 },
    })
  })

  test('to its start leaves nothing', async () => {
    const { call, events } = await forgotten()
    const answer = await call('update_timer', { action: 'trim', until: '09:00' })
    expect(answer).not.toHaveProperty('entry')
    expect(answer.timer).not.toHaveProperty('entry_id')
    expect(await events()).toEqual(['timer.updated', 'entry.deleted'])
    const again = await call('stop_timer', { project: 'acme' })
    expect(again).toMatchObject({ already_ended: true, discarded_empty: true })
    expect(again).not.toHaveProperty('entry')
  })

  test('ends what runs', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'], door: 'cli' })
    await call('start_timer', { project: 'acme' })
    clock.set('20:00')
    expect(await call('trim_session', { until: '17:00' })).toMatchObject({ entry: { seconds: 28_800 } })
    expect(await call('status')).toMatchObject({ timers: [] })
  })

  test.each([
    ['after its end', '09:21', 'validation_error'],
    ['before its start', '08:59', 'validation_error'],
    ['in the future', '13:00', 'validation_error'],
  ])('refuses an until %s', async (_, until, code) => {
    const { refused } = await forgotten()
    expect(await refused('update_timer', { action: 'trim', until })).toMatchObject({ code })
  })
})

/**
 *     prompt, tool opens |10|GGGGGGG until 80 GGGGGGG|80| stop, prompt |82|GG|85|
 */
describe('an assistant’s session', () => {
  async function worked() {
    const given = await workspace({ now: '2026-05-20T09:00', projects: ['Acme'] })
    const tells = hostTells(given)
    given.clock.set('12:00')
    tells([0, 'prompt'], [10, 'work', { id: 'x', open: true }], [80, 'work', { id: 'x', open: false }])
    tells([80, 'stop'], [82, 'prompt'], [85, 'stop'])
    const { ended } = await given.call('status')
    expect(ended).toMatchObject([{ active_seconds: 120, agent_seconds: 83 * 60 }])
    return { ...given, session: ended[0].id, tells }
  }

  test('that is trimmed keeps the agent’s time until there, and the rest does not come back', async () => {
    const { call, session, tells } = await worked()
    expect(await call('trim_session', { session, until: '10:00' })).toMatchObject({
      entry: { active_seconds: 0, agent_seconds: 3600, idle_seconds: 0 },
    })
    tells([150, 'start'], [151, 'prompt'], [161, 'stop'], [162, 'end'])
    expect((await call('list_entries')).entries).toMatchObject([
      { active_seconds: 60, agent_seconds: 600 },
      { agent_seconds: 3600 },
    ])
    expect(await call('status')).toMatchObject({ ended: [], sessions: [] })
  })

  test('is whole again when its trimming is taken back', async () => {
    const { call, session, tells } = await worked()
    await call('trim_session', { session, until: '10:00' })
    await call('undo')
    tells([151, 'prompt'], [161, 'stop'], [162, 'end'])
    expect((await call('list_entries')).entries).toMatchObject([
      { agent_seconds: 600 },
      { active_seconds: 120, agent_seconds: 83 * 60 },
    ])
  })

  test('that ended by hand and went on is one again when that is taken back', async () => {
    const given = await workspace({ now: '2026-05-20T09:00', projects: ['Acme'] })
    const tells = hostTells(given)
    given.clock.set('09:05')
    tells([0, 'prompt'], [3, 'stop'])
    await given.call('end_session')
    given.clock.set('09:20')
    tells([10, 'prompt'], [14, 'stop'], [15, 'end'])
    expect((await given.call('list_entries')).entries).toHaveLength(2)
    await given.call('undo')
    expect((await given.call('list_entries')).entries).toMatchObject([
      { active_seconds: 120, agent_seconds: 7 * 60 },
    ])
  })

  test('that is thrown away while it runs takes nothing with it that is asked for later', async () => {
    const given = await workspace({ now: '2026-05-20T09:00', projects: ['Acme'] })
    const tells = hostTells(given)
    given.clock.set('09:05')
    tells([0, 'start'], [1, 'prompt'], [3, 'work'])
    const { sessions } = await given.call('status')
    await given.call('discard_timer', { timer: sessions[0].id, confirm: true })
    given.clock.set('09:20')
    tells([6, 'work'], [7, 'stop'], [10, 'prompt'], [14, 'stop'], [15, 'end'])
    expect((await given.call('list_entries')).entries).toMatchObject([
      { started_at: '2026-05-20T07:10:00.000Z', active_seconds: 0, agent_seconds: 240 },
    ])
  })
})

describe('discard', () => {
  test('throws it and its entry away', async () => {
    const { call, ended, events, refused, timer } = await forgotten()
    expect(await call('update_timer', { action: 'discard', confirm: true })).toMatchObject({
      timer: { id: timer.id, state: 'discarded' },
    })
    expect(await events()).toEqual(['timer.discarded', 'entry.deleted'])
    expect(await call('status')).toMatchObject({ timers: [], ended: [], warnings: [] })
    expect((await call('list_entries')).entries).toEqual([])
    expect(await call('get_entry', { entry: ended[0].entry_id })).toMatchObject({
      entry: { deleted_at: expect.any(String) },
    })
    expect(await refused('stop_timer', { project: 'acme' })).toMatchObject({ code: 'not_found' })
    expect(await refused('discard_timer', { timer: timer.id })).toMatchObject({ code: 'not_found' })
    expect(await refused('keep_session', { session: timer.id })).toMatchObject({ code: 'not_found' })
  })

  test('throws away what runs, timer or session', async () => {
    const { call, clock, events } = await workspace({ projects: ['Acme'] })
    for (const [start, event] of [
      ['start_timer', 'timer'],
      ['start_session', 'session'],
    ]) {
      await call(start!, { project: 'acme' })
      clock.pass(10)
      clock.now += 321
      await events()
      expect(await call('discard_timer', { timer: 'acme' })).toMatchObject({
        timer: { state: 'discarded', seconds: 600, ended_at: expect.stringMatching(/\.000Z$/) },
      })
      expect(await events()).toEqual([`${event}.discarded`])
    }
    expect((await call('list_entries')).entries).toEqual([])
  })

  test('takes one that a person ended by its id only', async () => {
    const { call, clock, refused } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    clock.set('09:10')
    const { timer } = await call('stop_timer')
    for (const ref of [undefined, 'acme'])
      expect(await refused('discard_timer', { timer: ref })).toMatchObject({ code: 'not_found' })
    expect(await call('discard_timer', { timer: timer.id })).toMatchObject({ timer: { state: 'discarded' } })
    expect((await call('list_entries')).entries).toEqual([])
  })

  test('has to be told which, where one runs and one ended', async () => {
    const { call, refused, timer } = await forgotten()
    const { timer: newer } = await call('start_timer', { project: 'acme' })
    for (const ref of [undefined, 'acme'])
      expect(await refused('discard_timer', { timer: ref })).toMatchObject({
        code: 'disambiguate',
        details: { candidates: [{ id: timer.id }, { id: newer.id }] },
      })
    expect(await call('discard_timer', { timer: newer.id })).toMatchObject({ timer: { id: newer.id } })
  })

  test('asks a person before it acts', () => {
    const takesAway = (name: string, input: object): unknown => {
      const operation = operationNamed(name)
      if (!operation.mutates) return false
      return typeof operation.destructive === 'function'
        ? operation.destructive(input)
        : operation.destructive
    }
    expect(takesAway('discard_timer', {})).toBe(true)
    expect(takesAway('update_timer', { action: 'discard' })).toBe(true)
    expect(takesAway('update_timer', { action: 'keep' })).toBe(false)
    expect(takesAway('update_timer', { description: 'x' })).toBe(false)
  })
})

describe('none of them', () => {
  const rescues = [
    { action: 'keep' },
    { action: 'keep', until: '10:00' },
    { action: 'trim', until: '09:10' },
    { action: 'discard' },
  ]

  test.each(rescues)('changes an entry that a person changed: %j', async input => {
    const { call, ended, refused } = await forgotten()
    await call('edit_entry', { entry: ended[0].entry_id, description: 'Mine' })
    expect(await refused('update_timer', input)).toMatchObject({
      code: 'conflict',
      details: { entry: ended[0].entry_id },
    })
  })

  test.each(rescues)('reaches behind the lock: %j', async input => {
    const { clock, refused, set } = await forgotten()
    clock.set('2026-05-21T09:00')
    await set({ locked_until: '2026-05-21' })
    const until = input.until && `2026-05-20T${input.until}`
    expect(await refused('update_timer', { ...input, until })).toMatchObject({ code: 'period_locked' })
  })

  test.each(rescues)("touches another member's: %j", async input => {
    const { member, refused, timer } = await forgotten()
    const bo = await member('Bo')
    expect(await refused('update_timer', { ...input, project: timer.id }, bo.principal)).toMatchObject({
      code: 'not_found',
    })
  })

  test.each(rescues)('finds anything where nothing ever ran: %j', async input => {
    const { refused } = await workspace({ projects: ['Acme'] })
    expect(await refused('update_timer', input)).toMatchObject({ code: 'not_found' })
    expect(await refused('update_timer', { ...input, project: 'acme' })).toMatchObject({ code: 'not_found' })
  })
})
