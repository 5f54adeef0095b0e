import { expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

test('the team summary has the hours of this week by member and by project', async () => {
  const { call, member } = await workspace({ projects: ['Shop', 'Blog'], now: '2026-05-20T18:00' })
  const bo = await member('Bo')
  await member('Cy')
  await call('log_time', { project: 'Shop', start: '09:00', duration: '1h' })
  await bo.call('log_time', { project: 'Shop', start: '09:00', duration: '2h', billable: true })
  await bo.call('log_time', { project: 'Blog', start: '12:00', duration: '30m' })
  await bo.call('log_time', { project: 'Blog', date: '2026-05-10', duration: '8h' })
  const found = await call('get_team_summary')
  expect(found).toMatchObject({
    period: { token: 'this_week' },
    members: [
      { name: 'Bo', seconds: 9000, billable_seconds: 7200 },
      { name: 'Ada', seconds: 3600 },
      { name: 'Cy', seconds: 0 },
    ],
    projects: [
      { name: 'Shop', seconds: 10_800, active_seconds: 10_800, agent_seconds: 0 },
      { name: 'Blog', seconds: 1800 },
    ],
    totals: { seconds: 12_600, billable_seconds: 7200 },
  })
  expect(JSON.stringify(found)).not.toContain('amount')
  expect((await call('get_team_summary', { period: '2026-05-10' })).totals.seconds).toBe(8 * 3600)
})
