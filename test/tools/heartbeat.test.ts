import { expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

test('heartbeats of an editor are kept once each, whatever it shows', async () => {
  const { call, rows } = await workspace({ door: 'rest', now: '2026-05-20T12:00' })
  const heartbeats = [
    { at: '2026-05-20T09:00', project: 'site', editor: 'vim', machine: 'laptop' },
    { at: '2026-05-20T09:10', project: 'site', editor: 'vim', machine: 'laptop', by: 'agent' },
    { at: '2026-05-20T09:20', project: 'site', editor: 'vim', machine: 'laptop' },
  ]
  const { signals } = await call('take_in_heartbeats', { heartbeats })
  expect(new Set(signals).size).toBe(3)
  expect(await call('take_in_heartbeats', { heartbeats: heartbeats.slice(1) })).toEqual({
    signals: signals.slice(1),
  })
  expect(
    rows('signals')
      .map(one => one.kind)
      .toSorted(),
  ).toEqual(['active', 'active', 'work'])
})

test('heartbeats of two members on one machine are two people at work', async () => {
  const { call, member } = await workspace({ door: 'rest', now: '2026-05-20T12:00' })
  const grace = await member('Grace')
  const heartbeats = ['2026-05-20T09:00', '2026-05-20T09:10'].map(at => ({ at, project: 'site' }))
  await call('take_in_heartbeats', { heartbeats })
  await grace.call('take_in_heartbeats', { heartbeats })
  const { rows } = await call('get_report', { period: 'today', group_by: 'member' })
  expect(rows).toMatchObject([{ active_seconds: 600 }, { active_seconds: 600 }])
})

test('heartbeats keep a timer that an assistant started from going quiet', async () => {
  const { call, clock, through } = await workspace({ now: '2026-05-20T09:00', projects: ['site'] })
  await call('start_timer', { project: 'site' })
  for (const time of ['09:20', '09:40', '10:00']) {
    clock.set(time)
    await through('rest')('take_in_heartbeats', {
      heartbeats: [{ at: `2026-05-20T${time}`, project: 'site' }],
    })
  }
  expect((await call('status')).timers).toMatchObject([{ state: 'running', active_seconds: 3600 }])
})

test('what editors told is no change that a member takes back', async () => {
  const { call } = await workspace({ door: 'rest', now: '2026-05-20T12:00' })
  await call('save_client', { name: 'Acme' })
  const heartbeats = ['2026-05-20T09:00', '2026-05-20T09:10'].map(at => ({ at, project: 'site' }))
  await call('take_in_heartbeats', { heartbeats })
  expect((await call('undo')).undone).toMatchObject({ operation: 'save_client' })
  expect((await call('list_entries')).entries).toHaveLength(1)
})
