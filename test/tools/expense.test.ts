import { describe, expect, test } from 'vitest'
import { type GivenWorkspace, workspace } from '../support/workspace.ts'

/** Acme, billed in euros, with a website; Globex in dollars; a project of our own. It is 20 May 2026. */
async function given(): Promise<GivenWorkspace> {
  const made = await workspace()
  const { call } = made
  await call('update_settings', { currency: 'EUR' })
  await call('save_client', { name: 'Acme', currency: 'EUR' })
  await call('save_client', { name: 'Globex', currency: 'USD' })
  await call('create_project', { name: 'Website', client: 'Acme' })
  await call('create_project', { name: 'Shop', client: 'Globex' })
  await call('create_project', { name: 'Own', currency: 'CHF' })
  await made.events()
  return made
}

/** On an invoice of Acme, as sending or drafting one would leave it. */
async function onInvoice({ store, principal, rows }: GivenWorkspace, status: 'draft' | 'sent') {
  const { workspace_id, member_id } = principal
  const client = rows('clients').find(row => row.name === 'Acme')?.id ?? ''
  const number = status === 'draft' ? null : '2026-0007'
  await store.change(async db => {
    await db
      .insertInto('invoices')
      .values({
        workspace_id,
        id: 'inv_1',
        client_id: client,
        member_id,
        status,
        number,
        issued_on: null,
        due_on: null,
        currency: 'EUR',
        period: JSON.stringify({ token: 'all_time', from: null, to: Date.UTC(2027, 0), time_zone: 'UTC' }),
        options: JSON.stringify({ expenses: true }),
        total: 1,
        paid: 0,
        document: null,
        sent_at: null,
        voided_at: null,
        version: 1,
        created_at: 0,
        updated_at: 0,
      })
      .execute()
    await db
      .updateTable('expenses')
      .set({ invoice_id: 'inv_1' })
      .where('workspace_id', '=', workspace_id)
      .execute()
  })
}

describe('logging an expense', () => {
  test('takes the currency, the billing and the day from what it is for', async () => {
    const { call, events } = await given()
    const { expense } = await call('log_expense', { client: 'acme', amount: 49.9, description: 'Domain' })
    expect(expense).toEqual({
      id: expect.stringMatching(/^exp_/),
      client: { id: expect.any(String), name: 'Acme' },
      member: { id: expect.any(String), name: expect.any(String) },
      date: '2026-05-20',
      category: 'general',
      description: 'Domain',
      amount: '49.90',
      currency: 'EUR',
      billable: true,
      charge: '49.90',
      version: 1,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    })
    expect(await events()).toEqual(['expense.created'])
    expect((await call('get_expense', { expense: expense.id })).expense).toEqual(expense)
  })

  test.each([
    [
      { project: 'shop', amount: '100', markup_percent: 12.5, category: 'Travel', date: '2026-05-04' },
      {
        client: { name: 'Globex' },
        project: { name: 'Shop' },
        currency: 'USD',
        amount: '100.00',
        markup_percent: '12.5',
        charge: '112.50',
        category: 'Travel',
        date: '2026-05-04',
      },
    ],
    [
      { project: 'own', amount: '10' },
      { project: { name: 'Own' }, currency: 'CHF', billable: false, charge: '0.00' },
    ],
    [
      { client: 'acme', project: 'website', amount: '10', currency: 'usd', billable: false },
      { client: { name: 'Acme' }, project: { name: 'Website' }, currency: 'USD', billable: false },
    ],
    [
      { project: 'own', amount: '1000', currency: 'JPY' },
      { amount: '1000', currency: 'JPY' },
    ],
  ])('%j', async (input, expected) => {
    const { call } = await given()
    expect((await call('log_expense', input)).expense).toMatchObject(expected)
  })

  test.each([
    ['too many decimals', { client: 'acme', amount: '1.001' }, 'validation_error'],
    [
      'decimals of a currency without',
      { project: 'own', amount: '1.5', currency: 'JPY' },
      'validation_error',
    ],
    ['less than nothing', { client: 'acme', amount: '-5' }, 'validation_error'],
    ['nothing', { client: 'acme', amount: 0 }, 'validation_error'],
    ['no amount', { client: 'acme' }, 'validation_error'],
    ['a word', { client: 'acme', amount: 'much' }, 'validation_error'],
    ['more than there is', { client: 'acme', amount: '99999999999999' }, 'validation_error'],
    ['more digits than there are', { client: 'acme', amount: '9'.repeat(31) }, 'validation_error'],
    ['no currency', { client: 'acme', amount: '5', currency: 'XXQ' }, 'validation_error'],
    [
      "another currency than the client's",
      { client: 'acme', amount: '5', currency: 'USD' },
      'currency_mismatch',
    ],
    ['a markup of 1001 %', { client: 'acme', amount: '5', markup_percent: 1001 }, 'validation_error'],
    ['a markup below 0', { client: 'acme', amount: '5', markup_percent: '-1' }, 'validation_error'],
    ['tomorrow', { client: 'acme', amount: '5', date: '2026-05-21' }, 'validation_error'],
    ['no day', { client: 'acme', amount: '5', date: '2026-02-30' }, 'validation_error'],
    ['nobody', { amount: '5' }, 'validation_error'],
    ['a project of another client', { client: 'acme', project: 'shop', amount: '5' }, 'validation_error'],
    ['a client that is none', { client: 'initech', amount: '5' }, 'not_found'],
    ['an unknown field', { client: 'acme', amount: '5', vat: '19' }, 'validation_error'],
  ])('refuses %s', async (_, input, code) => {
    const { refused } = await given()
    expect(await refused('log_expense', input)).toMatchObject({ code })
  })

  test('today is the day in the workspace', async () => {
    const { call, clock } = await given()
    clock.set('2026-05-21T00:30')
    expect((await call('log_expense', { client: 'acme', amount: '5' })).expense.date).toBe('2026-05-21')
  })

  test('once, however often it is tried', async () => {
    const { call } = await given()
    const input = { client: 'acme', amount: '5', idempotency_key: 'k' }
    const first = await call('log_expense', input)
    expect(await call('log_expense', input)).toEqual({ ...first, replayed: true })
    expect((await call('list_expenses')).expenses).toHaveLength(1)
  })
})

describe('an expense', () => {
  const logged = async () => {
    const all = await given()
    const { expense } = await all.call('log_expense', {
      project: 'website',
      amount: '100',
      markup_percent: 10,
      description: 'Fonts',
    })
    await all.events()
    return { ...all, expense }
  }

  test.each([
    [{ amount: '50.5' }, { amount: '50.50', charge: '55.55' }],
    [{ markup_percent: '' }, { charge: '100.00' }],
    [{ billable: false }, { billable: false, charge: '0.00' }],
    [
      { date: '2026-05-01', category: 'Licences', description: '' },
      { date: '2026-05-01', category: 'Licences' },
    ],
    [
      { project: 'shop', currency: 'USD' },
      { client: { name: 'Globex' }, project: { name: 'Shop' } },
    ],
    [
      { project: 'own', amount: '100', currency: 'JPY' },
      { project: { name: 'Own' }, amount: '100', currency: 'JPY' },
    ],
    [
      { client: 'globex', project: '', currency: 'USD', amount: '9' },
      { client: { name: 'Globex' }, amount: '9.00' },
    ],
    [{ project: '' }, { client: { name: 'Acme' } }],
  ])('is changed: %j', async (input, expected) => {
    const { call, events, expense } = await logged()
    const answer = await call('edit_expense', { expense: expense.id, ...input })
    expect(answer.expense).toMatchObject(expected)
    expect(await events()).toEqual(['expense.updated'])
  })

  test.each([
    [{ amount: '0' }, 'validation_error'],
    [{ amount: '1.005' }, 'validation_error'],
    [{ currency: 'USD' }, 'currency_mismatch'],
    [{ project: 'shop' }, 'currency_mismatch'],
    [{ client: 'globex' }, 'validation_error'],
    [{ client: '' }, 'validation_error'],
    [{ client: '', project: '' }, 'validation_error'],
    [{ date: '2027-01-01' }, 'validation_error'],
    [{ markup_percent: 1001 }, 'validation_error'],
    [{ amount: '5', version: 7 }, 'version_mismatch'],
  ])('is not changed: %j', async (input, code) => {
    const { expense, refused } = await logged()
    expect(await refused('edit_expense', { expense: expense.id, ...input })).toMatchObject({ code })
  })

  test('follows its project to another client, as its time does', async () => {
    const { call, expense } = await logged()
    await call('update_project', { project: 'website', client: 'globex' })
    expect((await call('get_expense', { expense: expense.id })).expense.client.name).toBe('Globex')
    expect((await call('list_expenses', { client: 'globex' })).expenses).toHaveLength(1)
    expect((await call('list_expenses', { client: 'acme' })).expenses).toEqual([])
  })

  test('is deleted and comes back', async () => {
    const { call, events, expense, refused } = await logged()
    const gone = await call('delete_expense', { expense: expense.id, confirm: true })
    expect(gone.expense.deleted_at).toEqual(expect.any(String))
    expect((await call('list_expenses')).expenses).toEqual([])
    expect(await refused('edit_expense', { expense: expense.id, amount: '5' })).toMatchObject({
      code: 'not_found',
    })
    expect((await call('restore_expense', { expense: expense.id })).expense).not.toHaveProperty('deleted_at')
    await call('restore_expense', { expense: expense.id })
    expect(await events()).toEqual(['expense.deleted', 'expense.restored'])
  })

  test.each([
    ['log_expense', () => ({ client: 'globex', amount: '5' })],
    ['edit_expense', (expense: string) => ({ expense, amount: '5', category: 'X', date: '2026-05-01' })],
    ['edit_expense', (expense: string) => ({ expense, project: 'shop', currency: 'USD' })],
    ['delete_expense', (expense: string) => ({ expense, confirm: true })],
  ])('%s is undone', async (name, input) => {
    const { call, expense } = await logged()
    const seen = async () =>
      (await call('list_expenses')).expenses.map((one: object) => ({
        ...one,
        updated_at: undefined,
        version: undefined,
      }))
    const before = await seen()
    await call(name, input(expense.id))
    expect(await seen()).not.toEqual(before)
    expect(await call('undo')).toMatchObject({ undone: { operation: name } })
    expect(await seen()).toEqual(before)
  })

  test('a restored one is taken back by undo as well', async () => {
    const { call, expense } = await logged()
    await call('delete_expense', { expense: expense.id, confirm: true })
    await call('restore_expense', { expense: expense.id })
    await call('undo')
    expect((await call('list_expenses')).expenses).toEqual([])
  })

  test('on an invoice that was sent is locked', async () => {
    const all = await logged()
    const { call, expense, refused } = all
    await onInvoice(all, 'sent')
    const locked = { code: 'entry_invoiced', details: { invoice: { id: 'inv_1', number: '2026-0007' } } }
    expect(await refused('edit_expense', { expense: expense.id, amount: '5' })).toMatchObject(locked)
    expect(await refused('delete_expense', { expense: expense.id, confirm: true })).toMatchObject(locked)
    expect(await refused('undo')).toMatchObject(locked)
    expect((await call('get_expense', { expense: expense.id })).expense.invoice).toEqual({
      id: 'inv_1',
      number: '2026-0007',
    })
    expect((await call('list_expenses', { billed: true })).expenses).toHaveLength(1)
    expect((await call('list_expenses', { billed: false })).expenses).toEqual([])
  })

  test.each([
    [{ description: 'Other' }, true],
    [{ amount: '5' }, true],
    [{ billable: false }, false],
    [{ date: '2026-01-01' }, true],
    [{ project: 'shop', currency: 'USD' }, false],
  ])('on a draft may change; %j leaves it there: %s', async (input, stays) => {
    const all = await logged()
    const { call, expense } = all
    await onInvoice(all, 'draft')
    expect((await call('list_expenses', { billed: false })).expenses).toHaveLength(1)
    const answer = await call('edit_expense', { expense: expense.id, ...input })
    expect('invoice' in answer.expense).toBe(stays)
  })

  test('that was deleted is on no draft any more', async () => {
    const all = await logged()
    await onInvoice(all, 'draft')
    await all.call('delete_expense', { expense: all.expense.id, confirm: true })
    await all.call('undo')
    expect((await all.call('get_expense', { expense: all.expense.id })).expense).not.toHaveProperty('invoice')
  })

  test('before the lock is neither made nor changed nor moved there', async () => {
    const { call, expense, refused, set } = await logged()
    const old = await call('log_expense', { client: 'acme', amount: '5', date: '2026-04-30' })
    await set({ locked_until: '2026-05-01' })
    for (const [name, input] of [
      ['log_expense', { client: 'acme', amount: '5', date: '2026-04-30' }],
      ['edit_expense', { expense: old.expense.id, amount: '6' }],
      ['edit_expense', { expense: expense.id, date: '2026-04-30' }],
      ['delete_expense', { expense: old.expense.id, confirm: true }],
      ['undo', {}],
    ] as const)
      expect(await refused(name, input)).toMatchObject({ code: 'period_locked' })
    await call('log_expense', { client: 'acme', amount: '5', date: '2026-05-01' })
  })

  test('of another member is theirs to change', async () => {
    const { call, expense, member, refused } = await logged()
    const { call: theirs, principal } = await member('Bob')
    expect(await refused('edit_expense', { expense: expense.id, amount: '5' }, principal)).toMatchObject({
      code: 'forbidden_role',
    })
    const { expense: own } = await theirs('log_expense', { project: 'own', amount: '5' })
    await call('edit_expense', { expense: own.id, description: 'The owner may' })
  })

  test('that is none is not found', async () => {
    const { refused } = await given()
    for (const name of ['get_expense', 'edit_expense', 'restore_expense'])
      expect(await refused(name, { expense: 'exp_0' })).toMatchObject({ code: 'not_found' })
  })
})

describe('the list of expenses', () => {
  async function listed() {
    const all = await given()
    const { call } = all
    for (const [date, input] of [
      ['2026-04-30', { client: 'acme', category: 'Travel', description: 'Train to Köln' }],
      ['2026-05-01', { project: 'website', description: 'Fonts' }],
      ['2026-05-20', { project: 'shop', category: 'travel' }],
      ['2026-05-20', { project: 'own', description: '100 % cotton' }],
    ] as const)
      await call('log_expense', { amount: '5', date, ...input })
    return all
  }
  type Listed = { expenses: { date: string; id: string }[]; period: { token: string } }

  test.each([
    [{}, ['2026-05-20', '2026-05-20', '2026-05-01', '2026-04-30']],
    [{ sort: 'date' }, ['2026-04-30', '2026-05-01', '2026-05-20', '2026-05-20']],
    [{ period: 'this_month' }, ['2026-05-20', '2026-05-20', '2026-05-01']],
    [{ period: '2026-04' }, ['2026-04-30']],
    [{ from: '2026-04-30', to: '2026-05-01' }, ['2026-05-01', '2026-04-30']],
    [{ client: 'acme' }, ['2026-05-01', '2026-04-30']],
    [{ project: 'shop' }, ['2026-05-20']],
    [{ category: 'TRAVEL' }, ['2026-05-20', '2026-04-30']],
    [{ search: 'koln' }, ['2026-04-30']],
    [{ search: '100 %' }, ['2026-05-20']],
    [{ search: 'globex' }, ['2026-05-20']],
    [{ search: 'travel', client: 'globex' }, ['2026-05-20']],
    [{ billed: true }, []],
  ])('%j', async (input, dates) => {
    const { call } = await listed()
    const { expenses }: Listed = await call('list_expenses', input)
    expect(expenses.map(one => one.date)).toEqual(dates)
  })

  test('repeats its period, which is all time', async () => {
    const { call } = await listed()
    expect((await call('list_expenses')).period).toMatchObject({
      token: 'all_time',
      time_zone: 'Europe/Berlin',
    })
  })

  test.each(['-date', 'date'])('comes page by page by %s, nothing twice while others write', async sort => {
    const { call, refused } = await listed()
    const whole: Listed = await call('list_expenses', { sort })
    const ids: string[] = []
    let cursor: string | undefined
    do {
      const page = await call('list_expenses', { sort, limit: 1, cursor })
      ids.push(...page.expenses.map((one: { id: string }) => one.id))
      cursor = page.next_cursor ?? undefined
      if (ids.length === 2) await call('log_expense', { client: 'acme', amount: '1', date: '2020-01-01' })
    } while (cursor !== undefined && ids.length < 4)
    expect(ids).toEqual(whole.expenses.map(one => one.id))
    const { next_cursor } = await call('list_expenses', { sort, limit: 1 })
    expect(await refused('list_expenses', { sort, cursor: next_cursor, client: 'acme' })).toMatchObject({
      code: 'malformed',
    })
  })
})
