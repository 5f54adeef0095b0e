import { expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

async function given() {
  const one = await workspace({ now: '2026-05-20T18:00' })
  const { call } = one
  await call('update_settings', { currency: 'EUR' })
  await call('save_client', { name: 'Acme', hourly_rate: '90' })
  await call('save_client', { name: 'Globex', currency: 'USD' })
  await call('create_project', { name: 'Shop', client: 'Acme' })
  await call('create_project', { name: 'Blog', client: 'Acme' })
  await call('create_project', { name: 'App', client: 'Globex' })
  await call('create_project', { name: 'Internal' })
  return { ...one, log: (project: string, input: object) => call('log_time', { project, ...input }) }
}

test('shows what was never billed, by client and project, with its oldest day', async () => {
  const { call, log } = await given()
  await log('Shop', { date: '2025-11-03', duration: '1h' })
  await log('Shop', { start: '09:00', duration: '30m' })
  await log('Blog', { start: '10:00', duration: '20m' })
  await log('App', { start: '11:00', duration: '3h' })
  await log('Internal', { start: '14:00', duration: '1h' })
  await call('log_expense', { project: 'Blog', amount: '10.50', markup_percent: '10', date: '2026-05-02' })
  await call('log_expense', { client: 'Acme', amount: '5', date: '2026-05-03' })
  await call('log_expense', { client: 'Acme', amount: '99', billable: false })
  expect(await call('get_unbilled')).toMatchObject({
    period: { token: 'all_time' },
    rows: [
      {
        name: 'Globex',
        seconds: 10_800,
        unrated_seconds: 10_800,
        amounts: [],
        expenses: [],
        oldest: '2026-05-20',
        rows: [{ name: 'App', seconds: 10_800 }],
      },
      {
        name: 'Acme',
        seconds: 6600,
        entries: 3,
        unrated_seconds: 0,
        amounts: [{ currency: 'EUR', amount: '165.00' }],
        expenses: [{ currency: 'EUR', amount: '16.55' }],
        oldest: '2025-11-03',
        rows: [
          { name: 'Shop', amounts: [{ currency: 'EUR', amount: '135.00' }], expenses: [] },
          {
            name: 'Blog',
            amounts: [{ currency: 'EUR', amount: '30.00' }],
            expenses: [{ currency: 'EUR', amount: '11.55' }],
          },
          { name: 'no project', seconds: 0, expenses: [{ currency: 'EUR', amount: '5.00' }] },
        ],
      },
    ],
    totals: {
      seconds: 17_400,
      entries: 4,
      unrated_seconds: 10_800,
      amounts: [{ currency: 'EUR', amount: '165.00' }],
      expenses: [{ currency: 'EUR', amount: '16.55' }],
    },
  })
})

test('what a draft took is no longer unbilled', async () => {
  const { call, log } = await given()
  await log('Shop', { start: '09:00', duration: '1h' })
  await call('log_expense', { project: 'Shop', amount: '10' })
  await call('draft_invoice', { client: 'Acme', period: 'this_month' })
  expect(await call('get_unbilled')).toMatchObject({ rows: [], totals: { seconds: 0, expenses: [] } })
})

test('is of a period, a client or a project where one is named', async () => {
  const { call, log } = await given()
  await log('Shop', { date: '2026-04-03', duration: '1h' })
  await log('Blog', { start: '10:00', duration: '2h' })
  await call('log_expense', { client: 'Globex', amount: '10', date: '2026-04-30' })
  const names = async (input: object) =>
    (await call('get_unbilled', input)).rows.map((row: { name: string; rows: { name: string }[] }) => [
      row.name,
      row.rows.map(inner => inner.name),
    ])
  expect(await names({ period: '2026-04' })).toEqual([
    ['Acme', ['Shop']],
    ['Globex', ['no project']],
  ])
  expect(await names({ client: 'Globex' })).toEqual([['Globex', ['no project']]])
  expect(await names({ project: 'Blog' })).toEqual([['Acme', ['Blog']]])
})
