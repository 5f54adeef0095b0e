import { describe, expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

/** An assistant at work in the folder of the Website, and what its hooks told of it. */
async function atWork(now: string) {
  const given = await workspace({ door: 'cli', now, projects: ['Website', 'App'] })
  const { call } = given
  await call('map_directory', { directory: '/work/website', project: 'Website' })
  const tell = (host_session: string, ...told: [string, string][]) =>
    call('take_in_signals', {
      signals: told.map(([at, kind]) => ({
        host: 'claude-code',
        host_session,
        directory: '/work/website',
        at: `2026-05-20T${at}:00+02:00`,
        kind,
        attended: true,
      })),
    })
  const active = async () => {
    const { entries } = await call('list_entries', { project: 'Website' })
    return entries.reduce((sum: number, one: { active_seconds: number }) => sum + one.active_seconds, 0)
  }
  return { ...given, active, tell }
}

const morning: [string, string][] = [
  ['09:00', 'start'],
  ['09:04', 'prompt'],
  ['09:10', 'stop'],
  ['09:13', 'prompt'],
  ['09:20', 'stop'],
  ['09:21', 'end'],
]

describe('what a person says of the past', () => {
  test('takes from what their assistants reported: nobody is in two places', async () => {
    const { active, call, tell } = await atWork('2026-05-20T10:00')
    await tell('a', ...morning)
    expect(await active()).toBe(420)
    await call('start_timer', { project: 'App', at: '09:12' })
    expect(await active()).toBe(360)
  })

  test('gives it back when it is taken back', async () => {
    const { active, call, events, tell } = await atWork('2026-05-20T10:00')
    await tell('a', ...morning)
    await call('start_timer', { project: 'App', at: '09:12' })
    await events()
    await call('undo')
    expect(await active()).toBe(420)
    expect(await events()).toEqual(['timer.discarded', 'entry.updated'])
  })
})

test('a timer that was ended before it was taken up again takes nothing from what came after', async () => {
  const { active, call, clock, tell } = await atWork('2026-05-20T08:30')
  await call('start_timer', { project: 'App' })
  clock.set('08:40')
  await call('pause_timer')
  clock.set('09:02')
  await call('resume_timer')
  clock.set('09:05')
  await call('stop_timer', { at: '09:00' })
  clock.set('10:00')
  await tell('a', ['08:50', 'start'], ...morning)
  expect(await active()).toBe(420)
})

/** A timer that nobody showed a sign of since 09:12, and an assistant at work until 09:21. */
async function forgotten() {
  const given = await atWork('2026-05-20T09:00')
  await given.through('mcp')('start_timer', { project: 'App' })
  given.clock.set('09:12')
  await given.through('mcp')('list_projects')
  given.clock.set('09:22')
  await given.tell('a', ...morning)
  await given.events()
  return given
}

describe('what the watchdog takes from a timer that was started through MCP', () => {
  test('goes back to the assistants that were at work beside it', async () => {
    const { active, clock, events } = await forgotten()
    expect(await active()).toBe(0)
    clock.set('09:42')
    expect(await active()).toBe(0)
    clock.set('09:43')
    expect(await active()).toBe(60)
    expect(await events()).toEqual(['timer.stopped', 'entry.created', 'entry.updated'])
  })

  test('is the timer’s again when a person takes the end back', async () => {
    const { active, call, clock } = await forgotten()
    clock.set('09:43')
    const { ended } = await call('status')
    await call('keep_session', { session: ended[0].id, until: '09:30' })
    expect(await active()).toBe(0)
  })

  test('stays with an entry that was made by hand of what they did', async () => {
    const { active, call, clock } = await forgotten()
    const { entries } = await call('list_entries', { project: 'Website' })
    await call('edit_entry', { entry: entries[0].id, description: 'Mine' })
    clock.set('09:43')
    expect(await active()).toBe(0)
    expect((await call('list_entries', { project: 'Website' })).entries[0]).toMatchObject({
      late_seconds: 60,
    })
  })
})

test('late signals leave alone what another part of the same session gave to a timer', async () => {
  const { active, call, clock, tell } = await atWork('2026-05-20T11:00')
  await tell('a', ['09:00', 'start'], ['09:04', 'prompt'], ['09:10', 'stop'])
  await call('start_timer', { project: 'App', at: '10:58' })
  clock.set('11:30')
  await tell('a', ['11:05', 'start'], ['11:09', 'prompt'], ['11:15', 'stop'], ['11:16', 'end'])
  expect(await active()).toBe(240)
  await tell('b', ['09:02', 'start'], ['09:03', 'prompt'], ['09:05', 'stop'], ['09:06', 'end'])
  expect(await active()).toBe(240)
})

test.each(['start', 'prompt', 'active', 'agent'])(
  'what a clock that ran ahead signalled, as %s, can be ended',
  async kind => {
    const { call, tell } = await atWork('2026-05-20T10:00')
    await tell('a', ['10:20', kind])
    const { sessions } = await call('status')
    const [open] = sessions
    expect(open.project.name).toBe('Website')
    await call('session_beat', { session: open.id, kind: 'idle' })
    const ended = await call('end_session', { session: open.id })
    expect(Date.parse(ended.session.ended_at)).toBeGreaterThanOrEqual(Date.parse(ended.session.started_at))
  },
)

test('what an assistant waited for, and nobody answered, was nobody’s time', async () => {
  const { active, clock, events, tell } = await atWork('2026-05-20T09:08')
  await tell('a', ['08:58', 'start'], ['08:59', 'prompt'], ['09:00', 'wait'])
  await tell(
    'b',
    ['09:01', 'start'],
    ['09:01', 'prompt'],
    ['09:02', 'stop'],
    ['09:06', 'prompt'],
    ['09:07', 'end'],
  )
  // of the four minutes before 09:06 three seem to be the other's, who is still asked
  expect(await active()).toBe(60)
  await events()
  clock.set('10:00')
  expect(await active()).toBe(60 + 240)
  expect(await events()).toEqual(['session.ended', 'entry.created', 'entry.updated'])
})
