import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { migrations } from '../../db/migrations/index.ts'
import { openSqlite } from '../../db/sqlite.ts'
import { statusline } from '../../src/commands/statusline.ts'
import { call as callOperation } from '../../src/core/call.ts'
import { getBudget, listBudgets } from '../../tools/budget.ts'
import { ownProgram } from '../commands/given.ts'
import { type Given, operationNamed, workspace } from '../support/workspace.ts'

const h = (n: number) => n * 3600

/** Acme's project Website at 100 EUR an hour, 2026-05-20 being a Wednesday. */
async function website(limits: object = {}, given: Given = {}) {
  const around = await workspace({ now: '2026-05-20T12:00', door: 'cli', ...given })
  const { call } = around
  await call('save_client', { name: 'Acme', currency: 'EUR' })
  await call('create_project', { name: 'Website', client: 'acme', hourly_rate: '100', ...limits })
  const log = (duration: string, more: object = {}) =>
    call('log_time', { project: 'website', duration, date: '2026-05-20', ...more })
  const budget = async () => (await call('get_budget', { project: 'website' })).budget
  const told = (): [number, string][] =>
    around
      .rows('events')
      .filter(row => row.type === 'budget.threshold')
      .map(row => JSON.parse(row.after ?? '{}'))
      .map(after => [after.percent, after.window_start])
  await around.events()
  return { ...around, log, budget, told }
}

const page = (text: ReturnType<typeof getBudget.text>) => (typeof text === 'string' ? text.split('\n') : text)

describe('a budget', () => {
  test('says what was used, of what, and what is left', async () => {
    const { budget, log } = await website({ budget_hours: 40, budget_amount: '2000' })
    await log('15h')
    expect(await budget()).toEqual({
      project: { id: expect.any(String), name: 'Website' },
      client: { id: expect.any(String), name: 'Acme' },
      window: 'total',
      basis: 'billable',
      period: { token: 'all_time', to: '2026-05-20T22:00:00.000Z', time_zone: 'Europe/Berlin' },
      used: '1500.00',
      limit: '2000.00',
      unit: 'EUR',
      used_seconds: h(15),
      limit_seconds: h(40),
      remaining_seconds: h(25),
      used_amount: '1500.00',
      limit_amount: '2000.00',
      remaining_amount: '500.00',
      currency: 'EUR',
      share: 0.75,
      state: 'warning',
      thresholds: [75, 100],
      reached: 75,
      running_seconds: 0,
      burn_seconds_per_day: h(15),
      burn_amount_per_day: '1500.00',
      recent_seconds_per_day: 3857,
      recent_amount_per_day: '107.14',
      forecast_on: '2026-05-25',
      unrated_seconds: 0,
      other_currency_seconds: 0,
    })
  })

  test('is shown with its project, in the unit of the fuller limit', async () => {
    const { call, log } = await website({ budget_hours: 50 })
    await log('12h30m')
    const shown = async () => (await call('get_project', { project: 'website' })).project.budget
    expect(await shown()).toEqual({ used: '12.5', limit: '50', unit: 'hours', share: 0.25 })
    await call('update_project', { project: 'website', budget_amount: '5000' })
    await call('update_project', { project: 'website', budget_hours: 500 })
    expect(await shown()).toEqual({ used: '1250.00', limit: '5000.00', unit: 'EUR', share: 0.25 })
    await call('update_project', { project: 'website', budget_amount: '', budget_hours: 0 })
    expect(await shown()).toEqual({ unlimited: true })
  })

  test('is unlimited without a limit, and says how much was tracked', async () => {
    const { budget, log } = await website()
    await log('2h')
    await log('1h', { billable: false })
    expect(await budget()).toMatchObject({
      unlimited: true,
      window: 'total',
      basis: 'all',
      used_seconds: h(3),
      used_amount: '300.00',
      state: 'ok',
      thresholds: [],
      reached: null,
    })
    expect(await budget()).not.toHaveProperty('share')
    expect(await budget()).not.toHaveProperty('forecast_on')
    expect(getBudget.text({ budget: await budget() }, { time: String })).toBe(
      'Acme · Website has no budget, so it is unlimited: 3h 00m so far.',
    )
  })

  test('goes on counting what is over it', async () => {
    const { budget, log } = await website({ budget_hours: 8 })
    await log('10h')
    expect(await budget()).toMatchObject({
      share: 1.25,
      state: 'over',
      remaining_seconds: -h(2),
      reached: 100,
    })
    expect(await budget()).not.toHaveProperty('forecast_on')
  })

  test('of a project that was put away can still be asked for', async () => {
    const { budget, call, log } = await website({ budget_hours: 8 })
    await log('2h')
    await call('update_project', { project: 'website', archived: true })
    expect(await budget()).toMatchObject({ share: 0.25 })
    expect((await call('list_budgets')).budgets).toEqual([])
  })
})

describe('the window', () => {
  const days = ['2025-12-31', '2026-01-02', '2026-04-01', '2026-05-01', '2026-05-18', '2026-05-20']

  // an hour on each of these days, and 30 minutes on it that are not billable
  test.each([
    ['total', 'billable', 6],
    ['total', 'all', 9],
    ['daily', 'billable', 1],
    ['daily', 'all', 1.5],
    ['weekly', 'billable', 2],
    ['weekly', 'all', 3],
    ['monthly', 'billable', 3],
    ['monthly', 'all', 4.5],
    ['quarterly', 'billable', 4],
    ['quarterly', 'all', 6],
    ['yearly', 'billable', 5],
    ['yearly', 'all', 7.5],
  ])('%s counts %s time: %s hours', async (budget_window, budget_basis, expected) => {
    const limits = { budget_hours: 100, budget_amount: '10000', budget_window, budget_basis }
    const { budget, log } = await website(limits)
    for (const date of days) {
      await log('45m', { date })
      await log('15m', { date: undefined, start: `${date}T09:00` })
      await log('20m', { date, billable: false })
      await log('10m', { date: undefined, start: `${date}T09:30`, billable: false })
    }
    expect(await budget()).toMatchObject({
      used_seconds: h(expected),
      used_amount: `${expected * 100}.00`,
      share: expected / 100,
      unrated_seconds: 0,
    })
  })

  test('holds an entry where it starts, at the midnight of the workspace', async () => {
    const { budget, clock, log } = await website({ budget_hours: 8, budget_window: 'daily' })
    await log('2h', { date: undefined, start: '2026-05-19T23:59:59' })
    expect(await budget()).toMatchObject({ used_seconds: 0 })
    await log('1h', { date: undefined, start: '2026-05-20T00:00' })
    expect(await budget()).toMatchObject({ used_seconds: h(1) })
    clock.set('2026-05-21T00:00')
    expect(await budget()).toMatchObject({ used_seconds: 0, period: { from: '2026-05-20T22:00:00.000Z' } })
  })

  test.each([
    ['Pacific/Kiritimati', '2026-05-31T10:00:00Z', '2026-06-01'],
    ['Pacific/Pago_Pago', '2026-06-01T11:00:00Z', '2026-06-01'],
    ['America/New_York', '2026-06-01T04:00:00Z', '2026-06-01'],
  ])('begins with the first of the month in %s', async (time_zone, from, first) => {
    const { budget, call, log } = await website(
      { budget_hours: 8, budget_window: 'monthly' },
      { now: '2026-06-03T12:00', zone: 'UTC' },
    )
    await call('update_settings', { time_zone })
    const edge = Date.parse(from)
    await log('1h', { date: undefined, start: new Date(edge - 1000).toISOString() })
    await log('2h', { date: undefined, start: new Date(edge).toISOString() })
    await log('3h', { date: first })
    await log('4h', { date: '2026-05-31' })
    expect(await budget()).toMatchObject({
      used_seconds: h(5),
      period: { from: new Date(edge).toISOString() },
    })
  })

  test('holds a day without a clock time by its date, wherever it was logged', async () => {
    const { budget, call, log } = await website({ budget_hours: 8, budget_window: 'monthly' })
    await log('1h', { date: '2026-05-01', time_zone: 'Pacific/Kiritimati' })
    await log('2h', { date: '2026-04-30', time_zone: 'Pacific/Pago_Pago' })
    expect(await budget()).toMatchObject({ used_seconds: h(1) })
    await call('update_settings', { time_zone: 'Pacific/Pago_Pago' })
    expect(await budget()).toMatchObject({ used_seconds: h(1) })
    await call('update_settings', { time_zone: 'Pacific/Kiritimati' })
    expect(await budget()).toMatchObject({ used_seconds: h(1) })
  })

  test('of a day of 25 hours holds all of them', async () => {
    const { budget, log } = await website(
      { budget_hours: 30, budget_window: 'daily' },
      { now: '2026-10-25T23:59' },
    )
    await log('1h', { date: undefined, start: '2026-10-25T00:00' })
    await log('30m', { date: undefined, start: '2026-10-25T22:59' })
    await log('1h', { date: undefined, start: '2026-10-24T22:59' })
    expect(await budget()).toMatchObject({ used_seconds: h(1.5) })
  })

  test('of a week begins as the workspace says', async () => {
    const { budget, call, log } = await website({ budget_hours: 8, budget_window: 'weekly' })
    await log('1h', { date: '2026-05-17' })
    await log('2h', { date: '2026-05-18' })
    expect(await budget()).toMatchObject({ used_seconds: h(2) })
    await call('update_settings', { week_start: 'sunday' })
    expect(await budget()).toMatchObject({ used_seconds: h(3) })
  })
})

describe('time of agents', () => {
  test.each([
    ['billable', true, h(1.5), '125.00'],
    ['billable', false, h(1), '100.00'],
    ['all', true, h(1.5), '125.00'],
    ['all', false, h(1.5), '125.00'],
  ])('counts for basis %s, billed: %s', async (budget_basis, bill_agent_time, seconds, amount) => {
    const limits = { budget_hours: 8, budget_basis, bill_agent_time, agent_rate: '50%' }
    const { budget, call, clock } = await website(limits)
    await call('start_session', { project: 'website' })
    clock.set('13:00')
    await call('session_beat', { kind: 'agent' })
    clock.set('13:30')
    const running = { used_seconds: 0, running_seconds: seconds, running_amount: amount, share: 0 }
    expect(await budget()).toMatchObject(running)
    await call('end_session')
    expect(await budget()).toMatchObject({ used_seconds: seconds, used_amount: amount, running_seconds: 0 })
  })

  test('and of other members counts too', async () => {
    const { budget, clock, log, member } = await website({ budget_hours: 8 })
    const bo = await member('Bo')
    await bo.call('start_timer', { project: 'website' })
    await log('1h')
    clock.set('12:30')
    expect(await budget()).toMatchObject({ used_seconds: h(1), running_seconds: h(0.5) })
  })
})

describe('money', () => {
  test('in another currency, or of unknown worth, is told and not added', async () => {
    const { budget, call, log } = await website({ budget_amount: '1000' })
    await log('1h')
    await call('save_client', { client: 'acme', currency: 'USD' })
    await call('update_project', { project: 'website', hourly_rate: '200' })
    await log('2h')
    await call('update_project', { project: 'website', hourly_rate: '' })
    await log('4h')
    expect(await budget()).toMatchObject({
      currency: 'EUR',
      used_seconds: h(7),
      used_amount: '100.00',
      share: 0.1,
      other_currency_seconds: h(2),
      unrated_seconds: h(4),
    })
    await call('update_project', { project: 'website', budget_basis: 'all' })
    expect(await budget()).toMatchObject({
      used_amount: '100.00',
      other_currency_seconds: h(2),
      unrated_seconds: h(4),
    })
  })

  test('is exact, and rounded once', async () => {
    const { budget, call, log } = await website({ budget_amount: '1000' })
    await call('update_project', { project: 'website', hourly_rate: '99.99' })
    for (let n = 0; n < 3; n++) await log('20m')
    expect(await budget()).toMatchObject({ used_amount: '99.99', share: 0.0999 })
  })
})

describe('the pace', () => {
  test('is that of the window so far, and that of the last two weeks foretells', async () => {
    const { budget, log } = await website({ budget_hours: 40, budget_window: 'monthly' })
    await log('6h', { date: '2026-05-01' })
    await log('14h', { date: '2026-05-10' })
    expect(await budget()).toMatchObject({
      burn_seconds_per_day: h(1),
      recent_seconds_per_day: h(1),
      share: 0.5,
    })
    // 20 hours at an hour a day, and eleven days are left
    expect(await budget()).not.toHaveProperty('forecast_on')
    await log('14h', { date: '2026-05-19' })
    expect(await budget()).toMatchObject({ recent_seconds_per_day: h(2), forecast_on: '2026-05-23' })
  })

  test('of a budget without a window begins with the first entry', async () => {
    const { budget, log } = await website({ budget_hours: 400 })
    expect(await budget()).toMatchObject({ burn_seconds_per_day: 0, recent_seconds_per_day: 0 })
    await log('10h', { date: '2026-04-11' })
    expect(await budget()).toMatchObject({ burn_seconds_per_day: h(10) / 40, recent_seconds_per_day: 0 })
    expect(await budget()).not.toHaveProperty('forecast_on')
    await log('14h', { date: '2026-05-18' })
    expect(await budget()).toMatchObject({ forecast_on: '2027-05-31' })
  })

  test('may be one of money', async () => {
    const { budget, log } = await website({ budget_amount: '3000' })
    await log('14h', { date: '2026-05-18' })
    expect(await budget()).toMatchObject({
      recent_amount_per_day: '100.00',
      forecast_on: '2026-06-05',
    })
  })
})

describe('a threshold', () => {
  test('is told once, in the call that crossed it', async () => {
    const { events, log, rows } = await website({ budget_hours: 10 })
    await log('7h')
    expect(await events()).toEqual(['entry.created'])
    await log('30m')
    expect(await events()).toEqual(['entry.created', 'budget.threshold'])
    await log('1h')
    expect(await events()).toEqual(['entry.created'])
    await log('1h30m')
    expect(await events()).toEqual(['entry.created', 'budget.threshold'])
    await log('10h')
    expect(await events()).toEqual(['entry.created'])
    const [first, second] = rows('events').filter(row => row.type === 'budget.threshold')
    expect(first?.subject_id).toMatch(/^prj_/)
    expect(JSON.parse(first?.after ?? '')).toEqual({
      project: { id: first?.subject_id, name: 'Website' },
      client: { id: expect.any(String), name: 'Acme' },
      percent: 75,
      share: 0.75,
      state: 'warning',
      window: 'total',
      basis: 'billable',
      used_seconds: h(7.5),
      limit_seconds: h(10),
    })
    expect(JSON.parse(second?.after ?? '')).toMatchObject({ percent: 100, share: 1, state: 'over' })
  })

  test('each is told when one entry crosses several', async () => {
    const { log, told } = await website({ budget_hours: 10 })
    await log('12h')
    expect(told().map(([percent]) => percent)).toEqual([75, 100])
  })

  test('is crossed by whichever limit is reached first, and not again by the other', async () => {
    const { log, told } = await website({ budget_hours: 20, budget_amount: '1000' })
    await log('8h')
    expect(told()).toEqual([[75, undefined]])
    await log('8h', { billable: false })
    await log('7h')
    expect(told()).toEqual([
      [75, undefined],
      [100, undefined],
    ])
    // 100 percent of the hours as well
    await log('5h')
    expect(told()).toHaveLength(2)
  })

  test.each([
    ['deleted', 'delete_entry', { confirm: true }],
    ['shortened', 'edit_entry', { duration: '1h' }],
    ['no longer billable', 'edit_entry', { billable: false }],
    ['moved to another project', 'edit_entry', { project: 'other' }],
    ['moved to another day', 'edit_entry', { date: '2026-05-19' }],
  ])('is armed again when time is %s', async (_, operation, change) => {
    const { call, log, rows, told } = await website({ budget_hours: 10, budget_window: 'daily' })
    await call('create_project', { name: 'Other', client: 'acme' })
    await log('5h')
    const { entry } = await log('3h')
    expect(told()).toEqual([[75, '2026-05-20']])
    await call(operation, { entry: entry.id, ...change })
    expect(told()).toHaveLength(1)
    expect(rows('budget_alarms')).toEqual([])
    await log('3h')
    expect(told()).toHaveLength(2)
  })

  test('is armed again by undo, and undo is not in its way', async () => {
    const { call, log, rows, told } = await website({ budget_hours: 10 })
    await log('8h')
    expect(told()).toHaveLength(1)
    const { undone } = await call('undo')
    expect(undone.events.map((one: { type: string }) => one.type)).toEqual(['entry.created'])
    expect(rows('budget_alarms')).toEqual([])
    await log('8h')
    expect(told()).toHaveLength(2)
    await call('undo')
    // before that there was only the project
    expect((await call('undo')).undone.operation).toBe('create_project')
    expect(rows('projects')).toEqual([])
  })

  test('stands in no way of taking back what came before it', async () => {
    const { call, log, through, told } = await website({ budget_hours: 10 })
    const other = through('cli', 'con_elsewhere')
    await other('update_project', { project: 'website', color: '#112233' })
    const { entry } = await log('8h')
    expect(told()).toHaveLength(1)
    expect((await other('undo')).undone.operation).toBe('update_project')
    await other('update_project', { project: 'website', color: '#445566' })
    expect((await call('undo')).undone.operation).toBe('log_time')
    expect((await call('list_entries')).entries).toEqual([])
    expect(entry.seconds).toBe(h(8))
  })

  test('is crossed by setting a limit, and armed by raising it', async () => {
    const { call, events, log, rows } = await website()
    await log('8h')
    await events()
    const limit = (budget_hours: number) => call('update_project', { project: 'website', budget_hours })
    await limit(10)
    expect(await events()).toEqual(['project.updated', 'budget.threshold'])
    await limit(8)
    expect(await events()).toEqual(['project.updated', 'budget.threshold'])
    await limit(9)
    expect(rows('budget_alarms').map(row => row.percent)).toEqual([75])
    await limit(20)
    expect(rows('budget_alarms')).toEqual([])
    await call('undo')
    expect(await events()).toEqual([
      'project.updated',
      'project.updated',
      'project.updated',
      'budget.threshold',
    ])
    await limit(0)
    expect(rows('budget_alarms')).toEqual([])
    await call('update_project', { project: 'website', color: '#112233' })
    expect(await events()).toEqual(['project.updated', 'project.updated'])
  })

  test('follows what is asked for', async () => {
    const { call, log, told } = await website({ budget_hours: 10 })
    await log('8h')
    await call('update_project', { project: 'website', budget_thresholds: '50, 80, 90' })
    expect(told().map(([percent]) => percent)).toEqual([75, 50, 80])
  })

  test('is armed in each new window', async () => {
    const { clock, log, told } = await website({ budget_hours: 10, budget_window: 'weekly' })
    await log('8h')
    clock.set('2026-05-25T12:00')
    await log('7h', { date: '2026-05-25' })
    expect(told()).toEqual([[75, '2026-05-18']])
    await log('1h', { date: '2026-05-25' })
    expect(told()).toEqual([
      [75, '2026-05-18'],
      [75, '2026-05-25'],
    ])
  })

  test('is told of the window in which the time starts, though it ended after it', async () => {
    const { call, clock, log, told } = await website({ budget_hours: 10, budget_window: 'daily' })
    await log('7h')
    clock.set('23:00')
    await call('start_timer', { project: 'website' })
    clock.set('2026-05-21T00:30')
    await call('stop_timer')
    expect(told()).toEqual([[75, '2026-05-20']])
  })

  test('is armed when the budget gets other windows, though they begin on the same day', async () => {
    const { call, log, told } = await website(
      { budget_hours: 10, budget_window: 'monthly' },
      { now: '2026-06-01T12:00' },
    )
    await log('8h', { date: '2026-06-01' })
    await call('update_project', { project: 'website', budget_window: 'weekly' })
    expect(told()).toEqual([
      [75, '2026-06-01'],
      [75, '2026-06-01'],
    ])
  })

  test('is crossed by new rates', async () => {
    const { call, log, told } = await website({ budget_amount: '1000' })
    await log('5h')
    await call('set_rate', { project: 'website', amount: '160', effective_from: '2026-05-01' })
    expect(told()).toEqual([])
    await call('reprice', { confirm: true })
    expect(told()).toEqual([[75, undefined]])
    await call('set_rate', { project: 'website', amount: '100', effective_from: '2026-05-01' })
    await call('reprice', { confirm: true })
    await log('3h')
    expect(told()).toHaveLength(2)
  })

  test('is not crossed by what still runs', async () => {
    const { call, clock, told } = await website({ budget_hours: 1 })
    await call('start_timer', { project: 'website' })
    clock.set('14:00')
    await call('status')
    expect(told()).toEqual([])
    await call('stop_timer')
    expect(told()).toHaveLength(2)
  })

  test('is told once although a retry says the same', async () => {
    const { log, told } = await website({ budget_hours: 10 })
    await log('8h', { idempotency_key: 'once' })
    await log('8h', { idempotency_key: 'once' })
    expect(told()).toHaveLength(1)
  })

  test('is told once though several processes cross it together', async () => {
    const { app, principal, store, told } = await website({ budget_hours: 10 })
    const second = await openSqlite({
      path: join(app.home, 'stint.db'),
      migrations,
      clock: () => app.clock(),
    })
    onTestFinished(() => second.close())
    const logTime = operationNamed('log_time')
    const calls = [store, second, store, second, store, second].map((opened, at) =>
      callOperation({ ...app, store: () => Promise.resolve(opened) }, principal, logTime, {
        project: 'website',
        date: '2026-05-20',
        duration: '2h',
        description: String(at),
      }),
    )
    await Promise.all(calls)
    expect(told().map(([percent]) => percent)).toEqual([75, 100])
  })
})

describe('alarms', () => {
  test('come first in the list of budgets', async () => {
    const { call, log } = await website({ budget_hours: 10 })
    for (const [name, budget_hours] of [
      ['Full', 2],
      ['Free', 100],
    ])
      await call('create_project', { name, client: 'acme', budget_hours })
    await call('create_project', { name: 'Unlimited', client: 'acme' })
    await log('8h')
    await log('3h', { project: 'full' })
    await log('9h', { project: 'free' })
    const { budgets } = await call('list_budgets')
    expect(budgets.map((one: { project: object; state: string }) => one)).toMatchObject([
      { project: { name: 'Full' }, state: 'over', share: 1.5 },
      { project: { name: 'Website' }, state: 'warning', share: 0.8 },
      { project: { name: 'Free' }, state: 'ok', share: 0.09 },
    ])
    expect(listBudgets.text({ budgets, next_cursor: null }, { time: String })).toEqual([
      {
        columns: ['Project', 'Window', '', 'Share', 'Used', 'State', 'Runs out'],
        rows: [
          ['Acme · Full', 'total', '██████████', '150 %', '3h 00m of 2h', 'over', ''],
          ['Acme · Website', 'total', '████████░░', '80 %', '8h 00m of 10h', 'warning', '2026-05-24'],
          ['Acme · Free', 'total', '█░░░░░░░░░', '9 %', '9h 00m of 100h', '', '2026-10-09'],
        ],
      },
    ])
    expect(listBudgets.text({ budgets: [], next_cursor: null }, { time: String })).toMatch(/^No budgets/)
  })

  test('of what runs are warnings of status', async () => {
    const { call, log } = await website({ budget_hours: 10, budget_window: 'weekly' })
    await log('7h')
    const { timer } = await call('start_timer', { project: 'website' })
    expect((await call('status')).warnings).toEqual([])
    await log('2h')
    expect((await call('status')).warnings).toEqual([
      { code: 'budget', message: 'Acme · Website has used 90 % of its weekly budget.', session: timer.id },
    ])
    await call('stop_timer')
    expect((await call('status')).warnings).toEqual([])
  })
})

test('people read bars, and a sentence on the day it runs out', async () => {
  const { budget, call, log } = await website({
    budget_hours: 40,
    budget_amount: '5200',
    budget_window: 'monthly',
  })
  await log('8h', { date: '2026-05-04' })
  await log('23h12m', { date: '2026-05-18' })
  await log('1h')
  await call('update_project', { project: 'website', hourly_rate: '' })
  await log('15m')
  await call('start_timer', { project: 'website', at: '11:15' })
  expect(page(getBudget.text({ budget: await budget() }, { time: String }))).toEqual([
    'Acme · Website, monthly budget of billable time, 2026-05-01 to 2026-05-31:',
    '████████░░ 81 %  32h 27m of 40h',
    '██████░░░░ 61 %  3220.00 of 5200.00 EUR',
    'At the pace of the last 14 days (1h 44m a day) it runs out on 2026-05-24.',
    'Running, and counted when it ends: 45m.',
    'In no amount, for want of a rate: 15m.',
  ])
})

test('whoever sees no money sees how full it is', async () => {
  const { budget, log } = await website({ budget_amount: '1000' })
  await log('8h')
  const { limit_amount: _limit, used_amount: _used, ...left } = await budget()
  expect(page(getBudget.text({ budget: left }, { time: String }))[1]).toBe('████████░░ 80 %')
})

test('where there is no budget nothing is asked but whether there is one', async () => {
  const { log, store } = await website()
  const asked: string[] = []
  const { handle } = store
  const prepare = handle.prepare.bind(handle)
  handle.prepare = (sql: string) => (asked.push(sql), prepare(sql))
  await log('1h')
  expect(asked.filter(sql => /budget/.test(sql) && !/"p"\.\*/.test(sql))).toHaveLength(1)
})

test('the status line tells how full the budget of its project is', async () => {
  const { call, program, terminal, written } = await ownProgram({ directory: '/work/website' })
  await call('create_project', { name: 'Website', budget_hours: 10, billable: true })
  terminal.environment = { NO_COLOR: '1' }
  const line = async (json: boolean) => {
    written.out = ''
    const answer = await statusline(program, async () => '').run({}, { json, yes: false })
    return answer?.output ?? written.out
  }
  await call('log_time', { project: 'website', duration: '2h54m' })
  expect(await line(false)).toBe('Website · idle · budget 29 %\n')
  expect(await line(true)).toMatchObject({ statusline: { budget: { percent: 29, state: 'ok' } } })
})
