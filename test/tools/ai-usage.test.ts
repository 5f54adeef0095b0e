import { describe, expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

interface Told {
  id: string
  folder?: string
  /** `2026-05-04T08:00`, in UTC */
  at: string
  model?: string
  tokens: Record<string, number>
  open?: boolean
}

/** Acme, in dollars, with Website and App; Globex with Shop, in euros; a project of our own. It is 20 May 2026. */
async function given() {
  const made = await workspace()
  const { call, events } = made
  await call('update_settings', { currency: 'USD' })
  await call('save_client', { name: 'Acme' })
  await call('save_client', { name: 'Globex', currency: 'EUR' })
  await call('create_project', { name: 'Website', client: 'Acme' })
  await call('create_project', { name: 'App', client: 'Acme' })
  await call('create_project', { name: 'Shop', client: 'Globex' })
  await call('create_project', { name: 'Own' })
  for (const name of ['website', 'app', 'shop', 'own'])
    await call('map_directory', { directory: `/src/${name}`, project: name })
  const used = async ({ at, folder = 'website', id, model, open, tokens }: Told) => {
    const session = { host: 'claude-code', host_session: id, directory: `/src/${folder}`, attended: true }
    const signals = [
      { ...session, kind: 'prompt', at: `${at}:00Z` },
      { ...session, kind: 'stop', at: `${at}:30Z`, tokens, ...(model !== undefined && { model }) },
      ...(open ? [] : [{ ...session, kind: 'end', at: `${at}:40Z` }]),
    ]
    await call('take_in_signals', { signals })
  }
  const price = (more: object = {}) =>
    call('set_model_price', { model: 'opus*', input: '15', output: '75', cache_read: '1.5', ...more })
  await events()
  return { ...made, price, used }
}

const million = { input_tokens: 1_000_000 }
const tokens = (of: object) => ({ input: 0, output: 0, cache_read: 0, cache_write: 0, ...of })

describe('AI usage', () => {
  test('is told by project and model, at the price of each day, unknown where there is none', async () => {
    const { call, price, used } = await given()
    await price()
    await price({ input: '20', effective_from: '2026-05-10' })
    await used({ id: 'a', at: '2026-05-09T08:00', model: 'opus-4', tokens: million })
    await used({
      id: 'b',
      at: '2026-05-10T08:00',
      model: 'opus-4',
      tokens: { ...million, output_tokens: 10_000 },
    })
    await used({
      id: 'c',
      at: '2026-05-11T08:00',
      folder: 'shop',
      model: 'gpt-5',
      tokens: { output_tokens: 7 },
    })
    await used({ id: 'd', at: '2026-05-12T08:00', folder: 'own', tokens: { input_tokens: 5 } })
    await used({ id: 'e', at: '2026-04-12T08:00', model: 'opus-4', tokens: million })
    expect(await call('get_ai_usage')).toEqual({
      period: expect.objectContaining({ token: 'this_month' }),
      rows: [
        {
          project: { id: expect.any(String), name: 'Website' },
          client: { id: expect.any(String), name: 'Acme' },
          model: 'opus-4',
          sessions: 2,
          expensed_sessions: 0,
          tokens: tokens({ input: 2_000_000, output: 10_000 }),
          cost: '35.75',
          currency: 'USD',
          prices: [
            { model: 'opus*', currency: 'USD', input: '15.00', output: '75.00', cache_read: '1.50' },
            {
              model: 'opus*',
              currency: 'USD',
              effective_from: '2026-05-10',
              input: '20.00',
              output: '75.00',
              cache_read: '1.50',
            },
          ],
        },
        expect.objectContaining({
          project: { id: expect.any(String), name: 'Shop' },
          unpriced: 'no price is set',
        }),
        expect.objectContaining({ unpriced: 'the assistant named no model' }),
      ],
      totals: {
        sessions: 4,
        tokens: tokens({ input: 2_000_005, output: 10_007 }),
        unpriced_tokens: 12,
        cost: [{ currency: 'USD', amount: '35.75' }],
      },
    })
    for (const [input, rows] of [
      [{ period: '2026-04' }, 1],
      [{ client: 'globex' }, 1],
      [{ project: 'website', period: 'all_time' }, 1],
      [{ period: '2025' }, 0],
    ] as const)
      expect((await call('get_ai_usage', input)).rows).toHaveLength(rows)
  })

  test('belongs to the day on which its session began, where the workspace is', async () => {
    const { call, price, used } = await given()
    await price()
    await price({ input: '20', effective_from: '2026-05-10' })
    await used({ id: 'a', at: '2026-05-09T22:30', model: 'opus-4', tokens: million })
    expect((await call('get_ai_usage')).totals.cost).toEqual([{ currency: 'USD', amount: '20.00' }])
  })

  test('counts with what runs still, and without what was thrown away', async () => {
    const { call, clock, price, used } = await given()
    await price()
    clock.set('10:01')
    await used({ id: 'a', at: '2026-05-20T08:00', model: 'opus-4', tokens: million, open: true })
    expect((await call('get_ai_usage')).totals.cost).toEqual([{ currency: 'USD', amount: '15.00' }])
    const { sessions } = await call('status')
    await call('discard_timer', { timer: sessions[0].id, confirm: true })
    expect((await call('get_ai_usage')).rows).toEqual([])
  })
})

describe('an expense of AI usage', () => {
  test('is made for each project, model and currency, and says by which prices', async () => {
    const { call, events, price, used } = await given()
    await price()
    await price({ model: 'haiku', input: '1', output: '5' })
    await price({ input: '20', effective_from: '2026-05-10' })
    await used({ id: 'a', at: '2026-05-04T08:00', model: 'opus-4', tokens: million })
    await used({ id: 'b', at: '2026-05-10T08:00', model: 'opus-4', tokens: million })
    await used({ id: 'c', at: '2026-05-11T08:00', folder: 'app', model: 'opus-4', tokens: million })
    await used({ id: 'd', at: '2026-05-12T08:00', model: 'haiku', tokens: { output_tokens: 2_000 } })
    await used({ id: 'e', at: '2026-05-12T08:00', folder: 'shop', model: 'opus-4', tokens: million })
    await used({ id: 'f', at: '2026-05-13T08:00', model: 'gpt-5', tokens: million })
    await events()
    const input = { client: 'acme', markup_percent: 10 }
    const preview = await call('log_ai_expense', { ...input, preview: true })
    expect(await events()).toEqual([])
    const { expenses, unpriced } = await call('log_ai_expense', input)
    expect(expenses).toMatchObject([
      { project: { name: 'App' }, amount: '20.00', charge: '22.00', date: '2026-05-11' },
      { project: { name: 'Website' }, amount: '0.01', charge: '0.01', date: '2026-05-12' },
      {
        client: { name: 'Acme' },
        project: { name: 'Website' },
        date: '2026-05-10',
        category: 'AI',
        description: 'AI usage of opus-4, 2026-05-04 to 2026-05-10',
        amount: '35.00',
        currency: 'USD',
        billable: true,
        markup_percent: '10',
        charge: '38.50',
        usage: {
          model: 'opus-4',
          sessions: 2,
          from: '2026-05-04',
          to: '2026-05-10',
          tokens: tokens({ input: 2_000_000 }),
          prices: [{ input: '15.00' }, { input: '20.00', effective_from: '2026-05-10' }],
        },
      },
    ])
    expect(unpriced).toMatchObject([{ model: 'gpt-5', unpriced: 'no price is set' }])
    expect(await events()).toEqual(Array(3).fill('expense.created'))
    const unwritten = { id: undefined, version: undefined, created_at: undefined, updated_at: undefined }
    expect(preview.expenses).toEqual(expenses.map((one: object) => ({ ...one, ...unwritten })))
    expect(preview).toMatchObject({ preview: true, unpriced: [{ model: 'gpt-5' }] })
  })

  test('takes the same tokens never twice', async () => {
    const { call, price, used } = await given()
    await price()
    await used({ id: 'a', at: '2026-05-04T08:00', model: 'opus-4', tokens: million })
    const first = await call('log_ai_expense', { project: 'website' })
    expect((await call('log_ai_expense', { client: 'acme', period: 'all_time' })).expenses).toEqual([])
    await used({ id: 'b', at: '2026-05-05T08:00', model: 'opus-4', tokens: million })
    const second = await call('log_ai_expense', { client: 'acme' })
    expect(second.expenses).toMatchObject([{ amount: '15.00', usage: { sessions: 1, from: '2026-05-05' } }])
    expect((await call('get_ai_usage')).rows).toMatchObject([{ sessions: 2, expensed_sessions: 2 }])

    // deleted, its tokens are free; restored, they are taken again
    const expense = first.expenses[0].id
    await call('delete_expense', { expense, confirm: true })
    expect((await call('get_ai_usage')).rows).toMatchObject([{ expensed_sessions: 1 }])
    await call('restore_expense', { expense })
    expect((await call('log_ai_expense', { client: 'acme' })).expenses).toEqual([])
  })

  test('does not come back when its tokens are on another by now', async () => {
    const { call, price, refused, used } = await given()
    await price()
    await used({ id: 'a', at: '2026-05-04T08:00', model: 'opus-4', tokens: million })
    const [first] = (await call('log_ai_expense', { client: 'acme' })).expenses
    await call('delete_expense', { expense: first.id, confirm: true })
    const [second] = (await call('log_ai_expense', { client: 'acme' })).expenses
    expect(await refused('restore_expense', { expense: first.id })).toMatchObject({
      code: 'conflict',
      details: { expense: second.id },
    })
    await call('delete_expense', { expense: second.id, confirm: true })
    await call('restore_expense', { expense: first.id })
    expect((await call('list_expenses')).expenses).toMatchObject([{ id: first.id }])
  })

  test('is undone with all that the call made, and so is its deletion', async () => {
    const { call, price, refused, used } = await given()
    await price()
    await used({ id: 'a', at: '2026-05-04T08:00', model: 'opus-4', tokens: million })
    await used({ id: 'b', at: '2026-05-04T08:00', folder: 'app', model: 'opus-4', tokens: million })
    await call('log_ai_expense', { client: 'acme' })
    await call('undo')
    expect((await call('list_expenses')).expenses).toEqual([])
    const { expenses } = await call('log_ai_expense', { client: 'acme' })
    expect(expenses).toHaveLength(2)

    await call('delete_expense', { expense: expenses[0].id, confirm: true })
    await call('undo')
    expect((await call('log_ai_expense', { client: 'acme' })).expenses).toEqual([])
    await call('delete_expense', { expense: expenses[0].id, confirm: true })
    await call('log_ai_expense', { client: 'acme' })
    const twin = (await call('list_expenses')).expenses[0].id
    await call('undo')
    await call('undo')
    expect((await call('list_expenses')).expenses).toHaveLength(2)
    expect(await refused('get_expense', { expense: twin })).toMatchObject({ code: 'not_found' })
  })

  test('of less than half a cent waits for more', async () => {
    const { call, price, used } = await given()
    await price({ input: '5000', output: '0' })
    await used({
      id: 'a',
      at: '2026-05-04T08:00',
      model: 'opus-4',
      tokens: { input_tokens: 1, output_tokens: 5 },
    })
    const one = await call('log_ai_expense', { client: 'acme' })
    expect(one.expenses).toMatchObject([{ amount: '0.01' }])
    await call('undo')
    await price({ input: '4999.999999', output: '0', effective_from: '2026-01-01' })
    const less = await call('log_ai_expense', { client: 'acme' })
    expect(less.expenses).toEqual([])
    expect(less.notes).toEqual([expect.stringContaining('too little')])
    await used({ id: 'b', at: '2026-05-05T08:00', model: 'opus-4', tokens: { input_tokens: 1 } })
    expect((await call('log_ai_expense', { client: 'acme' })).expenses).toMatchObject([
      { amount: '0.01', usage: { sessions: 2, tokens: tokens({ input: 2, output: 5 }) } },
    ])
  })

  test('leaves what runs still for later', async () => {
    const { call, clock, price, used } = await given()
    await price()
    clock.set('10:01')
    await used({ id: 'a', at: '2026-05-20T08:00', model: 'opus-4', tokens: million, open: true })
    const early = await call('log_ai_expense', { client: 'acme' })
    expect(early).toMatchObject({
      expenses: [],
      notes: ['1 session runs still and can be expensed once ended.'],
    })
    clock.set('11:00')
    expect((await call('log_ai_expense', { client: 'acme' })).expenses).toHaveLength(1)
  })

  test('is in the currency that the client is billed in, if there is such a price', async () => {
    const { call, price, refused, used } = await given()
    await price()
    await used({ id: 'a', at: '2026-05-04T08:00', folder: 'shop', model: 'opus-4', tokens: million })
    expect(await refused('log_ai_expense', { client: 'globex' })).toMatchObject({ code: 'currency_mismatch' })
    expect(
      (await call('log_ai_expense', { client: 'globex', billable: false, preview: true })).expenses,
    ).toMatchObject([{ currency: 'USD', billable: false, charge: '0.00' }])
    await price({ model: '*', input: '14', currency: 'EUR' })
    expect((await call('log_ai_expense', { client: 'globex' })).expenses).toMatchObject([
      { amount: '14.00', currency: 'EUR', usage: { prices: [{ model: '*' }] } },
    ])
  })

  test('of our own project is not billable', async () => {
    const { call, price, used } = await given()
    await price()
    await used({ id: 'a', at: '2026-05-04T08:00', folder: 'own', model: 'opus-4', tokens: million })
    const { expenses } = await call('log_ai_expense', { project: 'own' })
    expect(expenses).toMatchObject([{ billable: false, amount: '15.00', charge: '0.00' }])
    expect(expenses[0]).not.toHaveProperty('client')
  })

  test('lies on a day that is open', async () => {
    const { call, price, refused, set, used } = await given()
    await price()
    await used({ id: 'a', at: '2026-05-04T08:00', model: 'opus-4', tokens: million })
    await set({ locked_until: '2026-05-10' })
    expect(await refused('log_ai_expense', { client: 'acme' })).toMatchObject({ code: 'period_locked' })
    expect(await refused('log_ai_expense', { client: 'acme', date: '2026-05-21' })).toMatchObject({
      code: 'validation_error',
    })
    const { expenses } = await call('log_ai_expense', { client: 'acme', date: '2026-05-15' })
    expect(expenses).toMatchObject([{ date: '2026-05-15' }])
  })

  test('is made by members of what their own assistants used', async () => {
    const { call, member, price, used } = await given()
    await price()
    await used({ id: 'a', at: '2026-05-04T08:00', model: 'opus-4', tokens: million })
    const { call: theirs } = await member('Bob')
    expect((await theirs('log_ai_expense', { client: 'acme' })).expenses).toEqual([])
    expect((await call('log_ai_expense', { client: 'acme' })).expenses).toHaveLength(1)
  })

  test.each([
    [{}, 'validation_error'],
    [{ client: 'acme', markup_percent: 1001 }, 'validation_error'],
    [{ client: 'acme', project: 'shop' }, 'validation_error'],
    [{ client: 'acme', period: 'soon' }, 'invalid_period'],
    [{ client: 'initech' }, 'not_found'],
  ])('is refused: %j', async (input, code) => {
    const { refused } = await given()
    expect(await refused('log_ai_expense', input)).toMatchObject({ code })
  })
})
