import { expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

test('says what part of their working days members tracked and billed, up to today', async () => {
  // a Wednesday: three working days of this week have begun
  const { call, member } = await workspace({ projects: ['Internal'], now: '2026-05-20T18:00' })
  await member('Bo')
  await call('save_client', { name: 'Acme' })
  await call('create_project', { name: 'Shop', client: 'Acme' })
  await call('log_time', { project: 'Shop', start: '2026-05-18T09:00', duration: '6h' })
  await call('log_time', { project: 'Internal', start: '2026-05-18T14:00', duration: '2h' })
  expect(await call('get_utilization', { period: 'this_week' })).toMatchObject({
    weekly_hours: 40,
    rows: [
      {
        name: 'Ada',
        seconds: 8 * 3600,
        billable_seconds: 6 * 3600,
        billable_percent: 75,
        capacity_seconds: 24 * 3600,
        capacity_percent: 33.3,
        wall_seconds: 7 * 3600,
      },
      { name: 'Bo', seconds: 0, capacity_seconds: 24 * 3600, capacity_percent: 0, wall_seconds: 0 },
    ],
    totals: { seconds: 8 * 3600, capacity_seconds: 48 * 3600, capacity_percent: 16.7 },
  })
})

test('takes the hours of a week from the settings, and whole periods that are over', async () => {
  const { call } = await workspace({ projects: ['Internal'], now: '2026-05-20T18:00' })
  await call('update_settings', { weekly_hours: 30 })
  const { rows, weekly_hours } = await call('get_utilization', { period: '2026-04', member: 'Ada' })
  expect(weekly_hours).toBe(30)
  // twenty-two working days of six hours
  expect(rows).toMatchObject([{ capacity_seconds: 22 * 6 * 3600, capacity_percent: 0 }])
  expect(rows[0]).not.toHaveProperty('billable_percent')
})

test('of all time it begins with the first entry', async () => {
  const { call } = await workspace({ projects: ['Internal'], now: '2026-05-20T18:00' })
  await call('log_time', { project: 'Internal', date: '2026-05-18', duration: '1h' })
  expect((await call('get_utilization', { period: 'all_time' })).totals.capacity_seconds).toBe(24 * 3600)
})
