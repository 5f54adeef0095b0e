import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { moneyText, rounded } from '../../src/domain/money.ts'
import { workspace } from '../support/workspace.ts'

interface Row {
  seconds: number
  name: string
  amounts: { currency: string; amount: string }[]
  rows?: Row[]
}
const eur = (amount: string) => [{ currency: 'EUR', amount }]
const moneyOf = (rows: readonly Row[]) => Object.fromEntries(rows.map(row => [row.name, row.amounts]))

/** Acme pays 90.00 EUR an hour, Globex 100.00 USD; Internal is not billed, nobody set a rate for Open. */
async function given(options: Parameters<typeof workspace>[0] = {}) {
  const one = await workspace({ now: '2026-05-20T18:00', ...options })
  const { call } = one
  await call('update_settings', { currency: 'EUR' })
  await call('create_project', { name: 'Internal' })
  await call('save_client', { name: 'Acme', hourly_rate: '90' })
  await call('save_client', { name: 'Globex', currency: 'USD', hourly_rate: '100' })
  await call('save_client', { name: 'Initech' })
  await call('create_project', { name: 'Shop', client: 'Acme' })
  await call('create_project', { name: 'App', client: 'Globex' })
  await call('create_project', { name: 'Open', client: 'Initech' })
  return { ...one, log: (project: string, input: object) => call('log_time', { project, ...input }) }
}

describe('money in a report', () => {
  test('stands by currency in rows and totals, and what has no rate is counted', async () => {
    const { call, log } = await given()
    await log('Shop', { start: '09:00', duration: '1h30m' })
    await log('App', { start: '11:00', duration: '20m' })
    await log('Open', { start: '12:00', duration: '45m' })
    await log('Internal', { start: '13:00', duration: '5h' })
    const { rows, totals } = await call('get_report')
    expect(moneyOf(rows)).toEqual({
      Internal: [],
      Shop: eur('135.00'),
      Open: [],
      App: [{ currency: 'USD', amount: '33.33' }],
    })
    expect(totals).toMatchObject({
      unrated_seconds: 2700,
      amounts: [
        { currency: 'EUR', amount: '135.00' },
        { currency: 'USD', amount: '33.33' },
      ],
    })
    expect(rows.find((row: Row) => row.name === 'Open')).toMatchObject({ unrated_seconds: 2700 })
  })

  test('is rounded once for a row, and the total is the sum of the rows', async () => {
    const { call, log } = await given()
    await call('create_project', { name: 'Blog', client: 'Acme' })
    // each second is worth 2.5 cents
    for (const start of ['09:00:00', '09:10:00', '09:20:00']) await log('Shop', { start, duration: '1s' })
    await log('Blog', { start: '10:00', duration: '1s' })
    const { rows, totals } = await call('get_report')
    expect(moneyOf(rows)).toEqual({ Shop: eur('0.08'), Blog: eur('0.03') })
    expect(totals.amounts).toEqual(eur('0.11'))
    const byDay = await call('get_report', { group_by: 'day' })
    expect(moneyOf(byDay.rows)).toEqual({ '2026-05-20': eur('0.10') })
    expect(byDay.totals.amounts).toEqual(eur('0.10'))
  })

  test('is cut with the time at the edges of a period', async () => {
    const { call, log } = await given()
    await log('Shop', { start: '2026-05-18T23:00', end: '2026-05-19T01:30' })
    await log('Open', { start: '2026-05-18T23:30', end: '2026-05-19T00:30' })
    expect((await call('get_report', { period: '2026-05-18' })).totals).toMatchObject({
      seconds: 5400,
      unrated_seconds: 1800,
      amounts: eur('90.00'),
    })
    const { rows, totals } = await call('get_report', { group_by: 'day' })
    expect(moneyOf(rows)).toEqual({ '2026-05-18': eur('90.00'), '2026-05-19': eur('135.00') })
    expect(totals).toMatchObject({ entries: 2, unrated_seconds: 3600, amounts: eur('225.00') })
  })

  test('follows what each entry was frozen with, also in another currency than the project is paid in now', async () => {
    const { call, log } = await given()
    await log('Shop', { start: '08:00', duration: '1h' })
    await call('save_client', { client: 'Acme', currency: 'CHF', hourly_rate: '110' })
    await log('Shop', { start: '10:00', duration: '2h' })
    const both = [
      { currency: 'CHF', amount: '220.00' },
      { currency: 'EUR', amount: '90.00' },
    ]
    for (const group_by of ['project', 'client', 'member', 'day']) {
      const { rows, totals } = await call('get_report', { group_by })
      expect(rows[0].amounts, group_by).toEqual(both)
      expect(totals.amounts, group_by).toEqual(both)
    }
    expect(
      (await call('get_report', { group_by: 'client', then_by: 'project' })).rows[0].rows[0],
    ).toMatchObject({
      name: 'Shop',
      amounts: both,
    })
  })

  test('of an entry with two tags is in both rows, and once in the total', async () => {
    const { call, log } = await given()
    await log('Shop', { start: '08:00', duration: '1h', tags: ['ui', 'call'] })
    const { rows, totals } = await call('get_report', { group_by: 'tag' })
    expect(moneyOf(rows)).toEqual({ ui: eur('90.00'), call: eur('90.00') })
    expect(totals.amounts).toEqual(eur('90.00'))
  })

  test('is seen by who manages alone', async () => {
    const { log, member } = await given()
    await log('Shop', { start: '08:00', duration: '1h' })
    const bo = await member('Bo')
    const found = await bo.call('get_report', { compare: 'previous', then_by: 'day' })
    expect(found.totals.seconds).toBe(3600)
    expect(JSON.stringify(found)).not.toMatch(/amount|90\.00/)
    const { file } = await bo.call('get_report_file', { format: 'csv' })
    expect(Buffer.from(file.content, 'base64').toString()).not.toContain('90.00')
  })

  test('is the exact sum of the entries, whatever they are', { timeout: 60_000 }, async () => {
    const { call, log, rows: stored } = await given()
    const entry = fc.record({
      project: fc.constantFrom('Shop', 'App', 'Open', 'Internal'),
      minute: fc.nat(5 * 1440),
      seconds: fc.integer({ min: 1, max: 80_000 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 8 }), async entries => {
        const made: string[] = []
        for (const { minute, project, seconds } of entries) {
          const start = new Date(Date.parse('2026-05-10') + minute * 60_000).toISOString()
          made.push((await log(project, { start, duration: `${seconds}s` })).entry.id)
        }
        const kept = stored('entries').filter(row => row.deleted_at === null)
        const exact = new Map<string, bigint>()
        for (const { project_id, rate, rate_currency, seconds } of kept) {
          if (rate === null || rate_currency === null) continue
          const key = `${project_id} ${rate_currency}`
          exact.set(key, (exact.get(key) ?? 0n) + BigInt(rate) * BigInt(seconds))
        }
        const { rows } = await call('get_report', { period: '2026-05' })
        const shown = rows.flatMap((row: Row & { id: string }) =>
          row.amounts.map(({ amount, currency }) => [`${row.id} ${currency}`, amount]),
        )
        expect(Object.fromEntries(shown)).toEqual(
          Object.fromEntries(
            [...exact].map(([key, one]) => [key, moneyText(rounded(one), key.split(' ')[1] ?? '')]),
          ),
        )
        for (const entry of made) await call('delete_entry', { entry, confirm: true })
      }),
      { numRuns: 25 },
    )
  })
})

const days = async () => {
  const { call, log } = await given()
  await call('create_task', { project: 'Shop', name: 'Design' })
  await log('Shop', { start: '2026-05-18T09:00', duration: '1h', task: 'Design', tags: ['ui'] })
  await log('Shop', { start: '2026-05-19T09:00', duration: '2h', tags: ['ui', 'call'] })
  await log('App', { start: '2026-05-19T12:00', duration: '3h' })
  return { call }
}

describe('a second grouping', () => {
  test.each([
    ['client', 'project', { Acme: { Shop: 10_800 }, Globex: { App: 10_800 } }],
    ['project', 'task', { Shop: { Design: 3600, 'no task': 7200 }, App: { 'no task': 10_800 } }],
    ['project', 'day', { Shop: { '2026-05-18': 3600, '2026-05-19': 7200 }, App: { '2026-05-19': 10_800 } }],
    ['day', 'project', { '2026-05-18': { Shop: 3600 }, '2026-05-19': { Shop: 7200, App: 10_800 } }],
    ['month', 'week', { '2026-05': { 'week of 2026-05-18': 21_600 } }],
    ['member', 'client', { Ada: { Acme: 10_800, Globex: 10_800 } }],
    ['client', 'tag', { Acme: { ui: 10_800, call: 7200 }, Globex: { 'no tag': 10_800 } }],
    ['host', 'member', { 'by hand': { Ada: 21_600 } }],
  ])('by %s, then by %s', async (group_by, then_by, expected) => {
    const { call } = await days()
    const { rows, totals } = await call('get_report', { group_by, then_by })
    const found = rows.map((row: Row & { rows: { name: string; seconds: number }[] }) => [
      row.name,
      Object.fromEntries(row.rows.map(inner => [inner.name, inner.seconds])),
    ])
    expect(Object.fromEntries(found)).toEqual(expected)
    expect(totals.seconds).toBe(21_600)
  })

  test('has to be another one', async () => {
    const { refused } = await given()
    expect(await refused('get_report', { then_by: 'project' })).toMatchObject({ code: 'validation_error' })
    expect(await refused('get_report', { group_by: 'day', then_by: 'day' })).toMatchObject({
      code: 'validation_error',
    })
  })
})

test('filters by task and by what is billable', async () => {
  const { call, log } = await given()
  await call('create_task', { project: 'Shop', name: 'Design' })
  await log('Shop', { start: '08:00', duration: '1h', task: 'Design' })
  await log('Shop', { start: '10:00', duration: '2h', billable: false })
  const seconds = async (input: object) => (await call('get_report', input)).totals.seconds
  expect(await seconds({ task: 'Design' })).toBe(3600)
  expect(await seconds({ billable: true })).toBe(3600)
  expect(await seconds({ billable: false })).toBe(7200)
})

test('compares money, and names what moved', async () => {
  const { call, log } = await given()
  await log('Shop', { date: '2026-05-04', duration: '3h' })
  await log('App', { date: '2026-04-07', duration: '30m' })
  await log('Shop', { date: '2026-04-04', duration: '2h' })
  expect((await call('get_report', { compare: 'previous' })).compared).toMatchObject({
    change_seconds: 1800,
    change_percent: 20,
    change_amounts: [
      { currency: 'EUR', amount: '90.00' },
      { currency: 'USD', amount: '-50.00' },
    ],
    movers: [
      { name: 'Shop', client: { name: 'Acme' }, change_seconds: 3600, change_percent: 50 },
      { name: 'App', change_seconds: -1800, change_percent: -100 },
    ],
  })
})

describe('wall-clock time', () => {
  test('counts what overlaps once for each member, and days without a clock time beside it', async () => {
    const { call, log, member } = await given()
    const bo = await member('Bo')
    await log('Shop', { start: '09:00', duration: '2h' })
    await log('App', { start: '10:00', duration: '2h' })
    await log('App', { start: '10:30', duration: '5m' })
    await log('App', { date: '2026-05-20', duration: '30m' })
    await bo.call('log_time', { project: 'Internal', start: '09:00', duration: '1h' })
    expect((await call('get_report')).totals).toMatchObject({
      seconds: 5 * 3600 + 300 + 1800,
      wall_seconds: 4 * 3600 + 1800,
    })
    expect((await call('get_report', { wall_clock: false })).totals).not.toHaveProperty('wall_seconds')
  })

  test('ends at the edges of the period, and obeys its filters', async () => {
    const { call, log } = await given()
    await log('Shop', { start: '2026-05-18T23:00', end: '2026-05-19T02:00' })
    await log('App', { start: '2026-05-19T01:00', end: '2026-05-19T03:00' })
    const wall = async (input: object) => (await call('get_report', input)).totals.wall_seconds
    expect(await wall({ period: '2026-05-18' })).toBe(3600)
    expect(await wall({ period: '2026-05-19' })).toBe(3 * 3600)
    expect(await wall({ project: 'App' })).toBe(2 * 3600)
    expect(await wall({ period: 'all_time' })).toBe(4 * 3600)
  })
})
