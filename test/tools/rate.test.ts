import { describe, expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

/** Acme is billed in euros, its project Website at 100 an hour. */
async function acme(more: object = { hourly_rate: '100' }) {
  const given = await workspace({ now: '2026-05-20T12:00', door: 'cli' })
  await given.call('save_client', { name: 'Acme', currency: 'EUR' })
  await given.call('create_project', { name: 'Website', client: 'acme', ...more })
  return given
}

describe('the rate of an entry', () => {
  test('is frozen when it is logged', async () => {
    const { call } = await acme()
    const { entry } = await call('log_time', { project: 'website', duration: '1h30m' })
    expect(entry).toMatchObject({ hourly_rate: '100.00', currency: 'EUR', amount: '150.00' })
    const { notes } = await call('update_project', { project: 'website', hourly_rate: '140' })
    expect(notes).toBeUndefined()
    expect((await call('get_entry', { entry: entry.id })).entry.amount).toBe('150.00')
    const later = await call('log_time', { project: 'website', duration: '1h' })
    expect(later.entry.amount).toBe('140.00')
  })

  test.each([
    ['its task', { task: '10', project: '20', client: '30', member: '40', workspace: '50' }, '10.00'],
    ['else its project', { project: '20', client: '30', member: '40', workspace: '50' }, '20.00'],
    ['else its client', { client: '30', member: '40', workspace: '50' }, '30.00'],
    ['else its member', { member: '40', workspace: '50' }, '40.00'],
    ['else the workspace', { workspace: '50' }, '50.00'],
    ['nobody', {}, undefined],
  ])('comes from %s', async (_who, rates: Record<string, string>, expected) => {
    const { call } = await acme({})
    await call('update_settings', { currency: 'EUR' })
    await call('create_task', { project: 'website', name: 'Pages' })
    const owner: Record<string, object> = {
      task: { task: 'pages' },
      project: { project: 'website' },
      client: { client: 'acme' },
      member: { member: 'Ada' },
      workspace: {},
    }
    for (const [level, amount] of Object.entries(rates)) await call('set_rate', { amount, ...owner[level] })
    const { entry } = await call('log_time', { project: 'website', task: 'pages', duration: '1h' })
    expect(entry.hourly_rate).toBe(expected)
    expect(entry.amount).toBe(expected)
  })

  test('is never one in another currency', async () => {
    const { call } = await acme({})
    await call('set_rate', { amount: '90', currency: 'USD' })
    expect((await call('log_time', { project: 'website', duration: '1h' })).entry.hourly_rate).toBeUndefined()
    await call('set_rate', { amount: '80', currency: 'EUR' })
    expect((await call('log_time', { project: 'website', duration: '1h' })).entry.hourly_rate).toBe('80.00')
  })

  test('is the one of the day on which it starts', async () => {
    const { call } = await acme()
    await call('set_rate', { project: 'website', amount: '120', effective_from: '2026-05-10' })
    await call('set_rate', { project: 'website', amount: '140', effective_from: '2026-06-01' })
    const on = async (date: string) =>
      (await call('log_time', { project: 'website', date, duration: '1h' })).entry.amount
    expect([await on('2026-05-09'), await on('2026-05-10'), await on('2026-05-20')]).toEqual([
      '100.00',
      '120.00',
      '120.00',
    ])
  })

  test('may be its own, and stays when rates change', async () => {
    const { call } = await acme()
    const { entry } = await call('log_time', { project: 'website', duration: '1h' })
    const edited = await call('edit_entry', { entry: entry.id, hourly_rate: '75.5' })
    expect(edited.entry).toMatchObject({ hourly_rate: '75.50', amount: '75.50' })
    await call('edit_entry', { entry: entry.id, date: '2026-05-19' })
    expect((await call('reprice', { confirm: true })).kept.own_rate).toBe(1)
    expect((await call('get_entry', { entry: entry.id })).entry.amount).toBe('75.50')
    const back = await call('edit_entry', { entry: entry.id, hourly_rate: '' })
    expect(back.entry.amount).toBe('100.00')
  })

  test('is frozen anew on another project, and says so', async () => {
    const { call } = await acme()
    await call('create_project', { name: 'App', client: 'acme', hourly_rate: 60 })
    const { entry } = await call('log_time', { project: 'website', duration: '1h' })
    const moved = await call('edit_entry', { entry: entry.id, project: 'app' })
    expect(moved.entry.amount).toBe('60.00')
    expect(moved.notes).toEqual(['Its rate is 60.00 EUR now, not 100.00 EUR.'])
  })

  test('without one the amount is unknown, not nothing', async () => {
    const { call } = await acme({})
    const { entry } = await call('log_time', { project: 'website', duration: '2h' })
    expect(entry).not.toHaveProperty('amount')
    const { notes } = await call('update_project', { project: 'website', hourly_rate: '100' })
    expect(notes).toEqual(['1 entry (2h 00m) tracked before have no rate: reprice gives it to them.'])
  })
})

describe('the rate of a timer', () => {
  test('is frozen when it starts, and shows what it would bill now', async () => {
    const { call, clock } = await acme()
    await call('start_timer', { project: 'website' })
    await call('update_project', { project: 'website', hourly_rate: '200' })
    clock.pass(90)
    const { timers } = await call('status')
    expect(timers[0]).toMatchObject({ hourly_rate: '100.00', currency: 'EUR', amount: '150.00' })
    expect((await call('stop_timer')).entry.amount).toBe('150.00')
  })

  test('is frozen anew on another project or task', async () => {
    const { call } = await acme()
    await call('create_project', { name: 'App', client: 'acme', hourly_rate: '60' })
    await call('create_task', { project: 'app', name: 'Review', hourly_rate: '30' })
    await call('start_timer', { project: 'website' })
    const moved = await call('update_timer', { move_to: 'app' })
    expect(moved).toMatchObject({ timer: { hourly_rate: '60.00' } })
    expect(moved.notes).toContain('Its rate is 60.00 EUR now, not 100.00 EUR.')
    expect((await call('update_timer', { task: 'review' })).timer.hourly_rate).toBe('30.00')
  })
})

describe('agent time', () => {
  test.each([
    ['money of its own', '40', '140.00'],
    ['a percentage of the rate', '25%', '125.00'],
    ['the same rate', undefined, '200.00'],
  ])('costs %s', async (_what, agent_rate, amount) => {
    const { call, clock } = await acme({
      hourly_rate: '100',
      bill_agent_time: true,
      ...(agent_rate && { agent_rate }),
    })
    await call('start_session', { project: 'website' })
    clock.pass(60)
    await call('session_beat', { kind: 'agent' })
    clock.pass(60)
    const { entry } = await call('end_session')
    expect(entry).toMatchObject({ active_seconds: 3600, agent_seconds: 3600, amount })
  })
})

describe('reprice', () => {
  test('shows what would change, then changes unbilled time alone', async () => {
    const { call, clock, events } = await acme({})
    const { entry } = await call('log_time', { project: 'website', duration: '2h' })
    await call('start_timer', { project: 'website' })
    await call('set_rate', { project: 'website', amount: '100' })
    await events()
    const preview = await call('reprice', { preview: true })
    expect(preview).toMatchObject({
      applied: false,
      entries: 1,
      running: 1,
      before: [],
      after: [{ currency: 'EUR', amount: '200.00' }],
    })
    expect(await events()).toEqual([])
    expect(await call('reprice', { confirm: true })).toMatchObject({ applied: true, entries: 1 })
    expect((await call('get_entry', { entry: entry.id })).entry.amount).toBe('200.00')
    clock.pass(60)
    expect((await call('stop_timer')).entry.amount).toBe('100.00')
    expect((await call('reprice', { confirm: true })).entries).toBe(0)
  })

  test('does not reach behind the lock', async () => {
    const { call } = await acme({})
    await call('log_time', { project: 'website', date: '2026-04-30', duration: '2h' })
    await call('update_settings', { locked_until: '2026-05-01' })
    await call('set_rate', { project: 'website', amount: '100' })
    expect(await call('reprice', { confirm: true })).toMatchObject({ entries: 0, kept: { locked: 1 } })
  })
})

describe('what was set', () => {
  test('is listed with the day from which it holds', async () => {
    const { call } = await acme()
    await call('set_rate', { project: 'website', amount: '120' })
    const { rates } = await call('list_rates')
    expect(rates).toMatchObject([
      { level: 'project', owner: { name: 'Website' }, amount: '100.00', in_force: false },
      { amount: '120.00', effective_from: '2026-05-20', in_force: true },
    ])
    await call('delete_rate', { rate: rates[1].id, confirm: true })
    expect((await call('get_project', { project: 'website' })).project.hourly_rate).toBe('100.00')
  })

  test('can be taken off from today on', async () => {
    const { call } = await acme()
    const { project } = await call('update_project', { project: 'website', hourly_rate: '' })
    expect(project).not.toHaveProperty('hourly_rate')
    expect(
      (await call('log_time', { project: 'website', date: '2026-05-19', duration: '1h' })).entry.amount,
    ).toBe('100.00')
    expect((await call('log_time', { project: 'website', duration: '1h' })).entry).not.toHaveProperty(
      'amount',
    )
  })

  test('is taken back by undo', async () => {
    const { call } = await acme()
    await call('update_project', { project: 'website', hourly_rate: '200' })
    await call('undo')
    expect((await call('list_rates')).rates).toMatchObject([{ amount: '100.00' }])
  })

  test.each([
    ['more decimals than the currency has', { amount: '10.005' }, 'validation_error'],
    ['a negative one', { amount: '-5' }, 'validation_error'],
    ['an absurd one', { amount: '99999999999999' }, 'validation_error'],
    ['a word', { amount: 'much' }, 'validation_error'],
    ['a percentage of nothing', { amount: '50%' }, 'validation_error'],
    ['another currency than the client has', { amount: '10', currency: 'USD' }, 'currency_mismatch'],
    ['a day that is none', { amount: '10', effective_from: '2026-02-30' }, 'validation_error'],
    ['two owners', { amount: '10', client: 'acme' }, 'validation_error'],
  ])('is not %s', async (_what, wanted, code) => {
    const { refused } = await acme()
    expect((await refused('set_rate', { project: 'website', ...wanted })).code).toBe(code)
  })

  test('has as many decimals as its currency', async () => {
    const { call } = await workspace({ now: '2026-05-20T12:00' })
    for (const [currency, hourly_rate, amount] of [
      ['JPY', '15000', '15000'],
      ['BHD', '12.5', '12.500'],
      ['EUR', 0.1, '0.10'],
    ]) {
      await call('create_project', { name: `P ${currency}`, currency, hourly_rate, billable: true })
      expect((await call('log_time', { project: `P ${currency}`, duration: '1h' })).entry.amount).toBe(amount)
    }
  })
})

describe('the currency of a project', () => {
  test('is its client’s, and cannot be another', async () => {
    const { call, refused } = await acme()
    expect((await call('get_project', { project: 'website' })).project.currency).toBe('EUR')
    expect((await refused('update_project', { project: 'website', currency: 'USD' })).code).toBe(
      'currency_mismatch',
    )
    expect((await refused('create_project', { name: 'X', client: 'acme', currency: 'USD' })).code).toBe(
      'currency_mismatch',
    )
  })
})
