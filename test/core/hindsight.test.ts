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

describe('what a person says of the past', () => {
  const morning: [string, string][] = [
    ['09:00', 'start'],
    ['09:04', 'prompt'],
    ['09:10', 'stop'],
    ['09:13', 'prompt'],
    ['09:20', 'stop'],
    ['09:21', 'end'],
  ]

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
