import { expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

async function given() {
  const one = await workspace({ now: '2026-05-20T18:00' })
  const { call } = one
  await call('update_settings', { currency: 'EUR' })
  await call('save_client', { name: 'Acme', hourly_rate: '100' })
  await call('create_project', { name: 'Shop', client: 'Acme' })
  await call('create_project', { name: 'Internal' })
  return { ...one, log: (project: string, input: object) => call('log_time', { project, ...input }) }
}

test('is revenue less what people cost and what was laid out', async () => {
  const { call, log } = await given()
  await call('set_rate', { kind: 'cost', amount: '40' })
  await log('Shop', { start: '09:00', duration: '2h' })
  await call('log_expense', { project: 'Shop', amount: '20', markup_percent: '50' })
  await log('Internal', { start: '12:00', duration: '1h' })
  expect(await call('get_profit')).toMatchObject({
    rows: [
      {
        name: 'Acme',
        currency: 'EUR',
        seconds: 7200,
        revenue: '230.00',
        costs: '100.00',
        margin: '130.00',
        margin_percent: 56.5,
        uncosted_seconds: 0,
      },
      { name: 'no client', revenue: '0.00', costs: '40.00', margin: '-40.00' },
    ],
    totals: [{ currency: 'EUR', revenue: '230.00', costs: '140.00', margin: '90.00' }],
  })
  expect((await call('get_profit', { group_by: 'project', client: 'Acme' })).rows).toMatchObject([
    { name: 'Shop', client: { name: 'Acme' }, margin: '130.00' },
  ])
})

test('takes the cost rate of each day, a member’s own before the workspace’s', async () => {
  const { call, log, member } = await given()
  const bo = await member('Bo')
  await call('set_rate', { kind: 'cost', amount: '40' })
  await call('set_rate', { kind: 'cost', amount: '60', effective_from: '2026-05-10' })
  await call('set_rate', { kind: 'cost', amount: '10', member: 'Bo' })
  await log('Shop', { start: '2026-05-09T22:00', end: '2026-05-10T02:00' })
  await bo.call('log_time', { project: 'Shop', start: '2026-05-12T09:00', duration: '1h' })
  expect((await call('get_profit')).totals).toMatchObject([{ costs: '210.00', margin: '290.00' }])
})

test('knows no margin where nobody said what an hour costs, or in what currency', async () => {
  const { call, log } = await given()
  await log('Shop', { start: '09:00', duration: '1h' })
  const [none] = (await call('get_profit')).rows
  expect(none).toMatchObject({ revenue: '100.00', uncosted_seconds: 3600 })
  expect(none).not.toHaveProperty('costs')
  expect(none).not.toHaveProperty('margin')
  await call('save_client', { name: 'Globex', currency: 'USD', hourly_rate: '50' })
  await call('create_project', { name: 'App', client: 'Globex' })
  await log('App', { start: '11:00', duration: '2h' })
  await call('set_rate', { kind: 'cost', amount: '40' })
  const { totals } = await call('get_profit')
  expect(totals).toMatchObject([
    { currency: 'EUR', margin: '60.00', uncosted_seconds: 0 },
    { currency: 'USD', revenue: '100.00', uncosted_seconds: 7200 },
  ])
  expect(totals[1]).not.toHaveProperty('margin')
})

test('what was worked without a rate is told', async () => {
  const { call, log } = await given()
  await call('set_rate', { kind: 'cost', amount: '40' })
  await call('save_client', { name: 'Initech' })
  await call('create_project', { name: 'Open', client: 'Initech' })
  await log('Open', { start: '09:00', duration: '1h' })
  expect((await call('get_profit', { client: 'Initech' })).rows).toMatchObject([
    { revenue: '0.00', costs: '40.00', margin: '-40.00', unrated_seconds: 3600 },
  ])
})

test('is for managers', async () => {
  const { member, refused } = await given()
  const bo = await member('Bo')
  expect(await refused('get_profit', {}, bo.principal)).toMatchObject({ code: 'forbidden_role' })
})
