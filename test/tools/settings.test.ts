import { describe, expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

describe('the settings', () => {
  test('have defaults, and the zone of the machine', async () => {
    const { call } = await workspace()
    expect((await call('get_settings')).settings).toEqual({
      workspace: 'Workspace',
      time_zone: 'Europe/Berlin',
      week_start: 'monday',
      currency: 'EUR',
      members_see_team: true,
      idle_timeout_minutes: 30,
      agent_gap_minutes: 10,
      tool_cap_minutes: 240,
      read_gap_minutes: 5,
      compose_minutes: 2,
      wait_cap_minutes: 5,
      version: 1,
    })
  })

  test('change one by one, and are cleared with empty text', async () => {
    const { call, events } = await workspace()
    await call('update_settings', {
      time_zone: 'america/new_york',
      locked_until: '2026-05-01',
      idle_timeout_minutes: 45,
    })
    await call('update_settings', { workspace: 'Studio', week_start: 'sunday', currency: 'usd' })
    expect((await call('get_settings')).settings).toMatchObject({
      workspace: 'Studio',
      time_zone: 'America/New_York',
      week_start: 'sunday',
      currency: 'USD',
      locked_until: '2026-05-01',
      idle_timeout_minutes: 45,
      version: 3,
    })
    const { settings } = await call('update_settings', {
      time_zone: '',
      locked_until: '',
      idle_timeout_minutes: 30,
    })
    expect(settings).toMatchObject({ time_zone: 'Europe/Berlin', idle_timeout_minutes: 30 })
    expect(settings).not.toHaveProperty('locked_until')
    expect((await call('get_report')).period.time_zone).toBe('Europe/Berlin')
    expect(await events()).toEqual(['settings.updated', 'settings.updated', 'settings.updated'])
  })

  test('demand the version that was seen', async () => {
    const { refused } = await workspace()
    expect(await refused('update_settings', { currency: 'USD', version: 2 })).toMatchObject({
      code: 'version_mismatch',
    })
  })

  test.each([
    { time_zone: 'Berlin' },
    { time_zone: '+02:00' },
    { week_start: 'tuesday' },
    { currency: 'XXQ' },
    { locked_until: '2026-02-30' },
    { locked_until: 'today' },
    { idle_timeout_minutes: 4 },
    { idle_timeout_minutes: 481 },
    { idle_timeout_minutes: '30' },
    { idle_timeout_minutes: 30.5 },
    { workspace: '' },
    { colour: 'red' },
  ])('refuse %o', async asked => {
    const { refused } = await workspace()
    expect(await refused('update_settings', asked)).toMatchObject({ code: 'validation_error' })
  })

  test('decide where days begin, and what lies before the lock', async () => {
    const { call, refused } = await workspace({ projects: ['Acme'] })
    await call('update_settings', { time_zone: 'America/New_York', locked_until: '2026-05-19' })
    const early = { project: 'Acme', start: '2026-05-19T03:59:59Z', duration: '1h' }
    expect(await refused('log_time', early)).toMatchObject({ code: 'period_locked' })
    const { entry } = await call('log_time', { ...early, start: '2026-05-19T04:00:00Z' })
    expect(entry.date).toBe('2026-05-19')
  })
})
