import { expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

test('shows what runs, today, this week, overlaps and what was forgotten', async () => {
  // a Wednesday
  const { call, clock } = await workspace({ projects: ['Acme', 'Globex'], now: '2026-05-20T12:00' })
  await call('log_time', { project: 'acme', start: '2026-05-18T09:00', duration: '1h' })
  await call('log_time', { project: 'acme', start: '2026-05-17T09:00', duration: '4h' })
  await call('log_time', { project: 'acme', start: '09:00', duration: '2h' })
  await call('log_time', { project: 'globex', start: '10:30', duration: '1h' })
  await call('start_timer', { project: 'globex' })
  clock.set('12:10')
  expect(await call('get_dashboard')).toMatchObject({
    running: [{ project: { name: 'Globex' }, seconds: 600 }],
    today: { period: { token: 'today', time_zone: 'Europe/Berlin' }, seconds: 10_800 },
    week: { period: { token: 'this_week' }, seconds: 14_400 },
    overlaps: 1,
    forgotten: [],
  })
  clock.set('13:30')
  expect(await call('get_dashboard')).toMatchObject({
    running: [],
    forgotten: [{ project: { name: 'Globex' }, closed_by: 'watchdog' }],
  })
})

test('today is the day of the zone that was asked for', async () => {
  const { call } = await workspace({ projects: ['Acme'], now: '2026-05-20T01:00' })
  await call('log_time', { project: 'acme', start: '00:10', duration: '30m' })
  expect((await call('get_dashboard')).today.seconds).toBe(1800)
  // in New York it is still the 19th, and the entry lies in it
  expect(await call('get_dashboard', { time_zone: 'America/New_York' })).toMatchObject({
    today: { period: { from: '2026-05-19T04:00:00.000Z' }, seconds: 1800 },
  })
  expect((await call('get_dashboard', { time_zone: 'Asia/Tokyo' })).today.seconds).toBe(1800)
})

test('counts the own time only, and knows its zones', async () => {
  const { call, member, refused } = await workspace({ projects: ['Acme'] })
  const bo = await member('Bo')
  await bo.call('log_time', { project: 'acme', duration: '1h' })
  expect((await call('get_dashboard')).today.seconds).toBe(0)
  expect(await refused('get_dashboard', { time_zone: 'Middle/Earth' })).toMatchObject({
    code: 'validation_error',
  })
})

test('shows what today and this week are worth, and all that was never billed', async () => {
  const { call, member } = await workspace({ now: '2026-05-20T12:00' })
  await call('update_settings', { currency: 'EUR' })
  await call('save_client', { name: 'Acme', hourly_rate: '90' })
  await call('save_client', { name: 'Globex', currency: 'USD', hourly_rate: '100' })
  await call('create_project', { name: 'Shop', client: 'Acme' })
  await call('create_project', { name: 'App', client: 'Globex' })
  await call('log_time', { project: 'Shop', start: '09:00', duration: '1h' })
  await call('log_time', { project: 'App', start: '2026-05-18T09:00', duration: '30m' })
  await call('log_time', { project: 'Shop', date: '2024-01-03', duration: '2h' })
  expect(await call('get_dashboard')).toMatchObject({
    today: { amounts: [{ currency: 'EUR', amount: '90.00' }] },
    week: {
      amounts: [
        { currency: 'EUR', amount: '90.00' },
        { currency: 'USD', amount: '50.00' },
      ],
    },
    unbilled: [
      { currency: 'EUR', amount: '270.00' },
      { currency: 'USD', amount: '50.00' },
    ],
  })
  const bo = await member('Bo')
  expect(JSON.stringify(await bo.call('get_dashboard'))).not.toContain('amount')
})

test('tells which budgets are past a threshold, the fullest first', async () => {
  const { call } = await workspace({ now: '2026-05-20T12:00' })
  for (const [name, budget_hours] of [
    ['Calm', 10],
    ['Full', 4],
    ['Over', 2],
  ])
    await call('create_project', { name, budget_hours })
  for (const project of ['Calm', 'Full', 'Over']) await call('log_time', { project, duration: '3h' })
  expect((await call('get_dashboard')).budgets).toMatchObject([
    { project: { name: 'Over' }, share: 1.5, state: 'over' },
    { project: { name: 'Full' }, share: 0.75, state: 'warning' },
  ])
})
