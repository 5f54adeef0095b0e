import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

/** Acme's Website at 100 an hour, on the 20th of May. */
async function acme(more: object = {}) {
  const given = await workspace({ now: '2026-05-20T12:00', door: 'cli' })
  const { call } = given
  await call('save_client', { name: 'Acme', currency: 'EUR', ...more })
  await call('create_project', { name: 'Website', client: 'acme', hourly_rate: '100' })
  const log = async (start: string, duration: string, other: object = {}) =>
    (await call('log_time', { project: 'website', start: `2026-05-${start}`, duration, ...other })).entry
  const draft = async (options: object = {}) =>
    (await call('draft_invoice', { client: 'acme', period: 'this_month', ...options })).invoice
  const send = async (invoice: { id: string; total: string }) =>
    (await call('send_invoice', { invoice: invoice.id, expected_total: invoice.total })).invoice
  return { ...given, log, draft, send }
}

describe('a draft', () => {
  test('bills what is unbilled, line by line', async () => {
    const { call, draft, log } = await acme()
    await call('create_task', { project: 'website', name: 'Design', hourly_rate: '80' })
    await log('04T09:00', '1h30m')
    await log('05T09:00', '45m')
    await log('06T09:00', '2h', { task: 'design' })
    const invoice = await draft({ tax_rate: 19, discount: '10%' })
    expect(invoice.lines).toMatchObject([
      { kind: 'human', description: 'Website', seconds: 8100, rate: '100.00', amount: '225.00', entries: 2 },
      { kind: 'human', description: 'Website: Design', seconds: 7200, rate: '80.00', amount: '160.00' },
    ])
    expect(invoice).toMatchObject({
      status: 'draft',
      subtotal: '385.00',
      discount: '38.50',
      taxes: [{ rate: '19', base: '346.50', amount: '65.84' }],
      tax: '65.84',
      total: '412.34',
      currency: 'EUR',
    })
    expect(invoice).not.toHaveProperty('number')
  })

  test('as a preview writes nothing, and says what was left out and why', async () => {
    const { call, draft, events, log } = await acme()
    await call('create_project', { name: 'App', client: 'acme' })
    await log('04T09:00', '1h')
    await log('05T09:00', '1h', { project: 'app' })
    await log('06T09:00', '1h', { billable: false })
    await log('31T09:00', '1h').catch(() => undefined)
    await call('start_timer', { project: 'website' })
    await events()
    const preview = await draft({ preview: true })
    expect(preview).not.toHaveProperty('id')
    expect(preview.left_out).toMatchObject([
      { reason: 'no_rate', entries: 1, seconds: 3600 },
      { reason: 'not_billable', entries: 1 },
      { reason: 'running', entries: 1 },
    ])
    expect(await events()).toEqual([])
    expect((await call('list_invoices')).invoices).toEqual([])
  })

  test('reserves its entries: they are on no second draft', async () => {
    const { call, draft, log, refused } = await acme()
    const entry = await log('04T09:00', '1h')
    const invoice = await draft()
    expect((await call('get_entry', { entry: entry.id })).entry.invoice).toEqual({ id: invoice.id })
    const error = await refused('draft_invoice', { client: 'acme', period: 'this_month' })
    expect(error).toMatchObject({
      code: 'validation_error',
      details: { left_out: [{ reason: 'on_another_draft' }] },
    })
    await call('delete_invoice', { invoice: invoice.id, confirm: true })
    expect((await draft()).total).toBe('100.00')
  })

  test('follows its entries until it is sent', async () => {
    const { call, draft, log } = await acme()
    const entry = await log('04T09:00', '1h')
    const other = await log('05T09:00', '1h')
    const { id } = await draft()
    await call('edit_entry', { entry: entry.id, duration: '2h' })
    expect((await call('get_invoice', { invoice: id })).invoice.total).toBe('300.00')
    await call('delete_entry', { entry: other.id, confirm: true })
    expect((await call('get_invoice', { invoice: id })).invoice.total).toBe('200.00')
    await call('edit_entry', { entry: entry.id, billable: false })
    expect((await call('get_invoice', { invoice: id })).invoice.lines).toEqual([])
    expect((await call('get_entry', { entry: entry.id })).entry).not.toHaveProperty('invoice')
  })

  test('takes what is unbilled at each reading, and reserves it when it is changed', async () => {
    const { call, draft, log, refused } = await acme()
    await log('04T09:00', '1h')
    const { id } = await draft()
    const entry = await log('05T09:00', '1h')
    await call('log_expense', { client: 'acme', date: '2026-05-05', amount: '10' })
    expect((await call('get_invoice', { invoice: id })).invoice.total).toBe('210.00')
    expect((await call('list_invoices')).invoices).toMatchObject([{ id, total: '210.00' }])
    expect(await refused('send_invoice', { invoice: id, expected_total: '100' })).toMatchObject({
      code: 'total_mismatch',
      details: { difference: '110.00' },
    })
    expect((await call('get_entry', { entry: entry.id })).entry).not.toHaveProperty('invoice')
    const { invoice } = await call('edit_invoice', { invoice: id, tax_rate: '7', notes: 'Thank you' })
    expect(invoice).toMatchObject({ subtotal: '210.00', tax: '14.70', notes: 'Thank you' })
    expect((await call('get_entry', { entry: entry.id })).entry.invoice).toEqual({ id })
  })

  test('that is older has what is new; one that is made for it takes it over', async () => {
    const { call, draft, log } = await acme()
    await log('04T09:00', '1h')
    const { id: older } = await draft()
    await log('05T09:00', '1h')
    const { id: newer } = await draft()
    await log('06T09:00', '2h')
    await call('log_expense', { client: 'acme', date: '2026-05-06', amount: '10' })
    const totals = (await call('list_invoices')).invoices.map((one: { id: string; total: string }) => [
      one.id,
      one.total,
    ])
    expect(totals).toEqual([
      [newer, '100.00'],
      [older, '310.00'],
    ])
    expect((await call('get_invoice', { invoice: newer })).invoice.left_out).toMatchObject([
      { reason: 'on_another_draft', entries: 2 },
    ])
  })

  test('loses what starts outside its period by now, or on a project that it does not bill', async () => {
    const { call, draft, log } = await acme()
    await call('create_project', { name: 'Shop', client: 'acme', hourly_rate: '100' })
    const moved = await log('04T09:00', '1h')
    const other = await log('05T09:00', '2h')
    const { id } = await draft({ projects: ['Website'] })
    await call('edit_entry', { entry: moved.id, start: '2026-04-30T09:00', duration: '1h' })
    const total = async () => (await call('get_invoice', { invoice: id })).invoice.total
    expect(await total()).toBe('200.00')
    expect((await call('get_entry', { entry: moved.id })).entry).not.toHaveProperty('invoice')
    await call('edit_entry', { entry: other.id, project: 'Shop' })
    expect(await total()).toBe('0.00')
    expect((await draft({ period: '2026-04' })).total).toBe('100.00')
  })

  test('takes whole entries that start in the period', async () => {
    const { draft, log } = await acme()
    const late = await log('04T23:00', '2h')
    await log('05T23:30', '2h')
    const invoice = await draft({ period: '2026-05-04' })
    expect(invoice.total).toBe('200.00')
    expect(invoice.hanging_over).toEqual([late.id])
    expect((await draft({ period: '2026-05-05..2026-05-06' })).total).toBe('200.00')
  })

  test('may have lines of its own', async () => {
    const { call, draft, log } = await acme()
    await log('04T09:00', '1h')
    const { id } = await draft({ tax_rate: '19' })
    const { invoice } = await call('add_invoice_line', {
      invoice: id,
      description: 'Books',
      unit_price: '12.50',
      quantity: '1.5',
      tax_rate: '7',
    })
    expect(invoice.lines[1]).toMatchObject({ kind: 'custom', quantity: '1.5', amount: '18.75' })
    expect(invoice.taxes).toEqual([
      { rate: '7', base: '18.75', amount: '1.31' },
      { rate: '19', base: '100.00', amount: '19.00' },
    ])
    const line = invoice.lines[1].id
    expect((await call('remove_invoice_line', { invoice: id, line })).invoice.total).toBe('119.00')
  })

  test('rounds as the client wants it, and shows the unrounded figure', async () => {
    const { draft, log } = await acme({ rounding_increment_minutes: 15, rounding_scope: 'day' })
    await log('04T09:00', '10m')
    await log('04T11:00', '10m')
    await log('05T09:00', '1m')
    expect((await draft({ preview: true })).lines).toMatchObject([
      { seconds: 2700, unrounded_seconds: 1260, amount: '75.00' },
    ])
    const own = await draft({ preview: true, rounding_increment_minutes: 0 })
    expect(own.lines[0]).toMatchObject({ seconds: 1260, amount: '35.00' })
  })

  test.each(['add', 'merge', 'split'])('comes to the same in the list, overlaps counted by %s', async way => {
    const { call, draft, log, send } = await acme()
    await log('04T09:00', '2h')
    await send(await draft({ overlap_strategy: 'merge' }))
    await log('04T10:00', '3h')
    await log('04T12:00', '2h')
    await call('log_expense', { project: 'website', amount: '12.50', date: '2026-05-05' })
    const { id, total } = await draft({ overlap_strategy: way, discount: '10%', tax_rate: 19 })
    await call('add_invoice_line', { invoice: id, description: 'Hosting', unit_price: '20.00' })
    const { invoice } = await call('get_invoice', { invoice: id })
    expect(invoice.total).not.toBe(total)
    const { invoices } = await call('list_invoices', { status: 'draft' })
    expect(invoices).toMatchObject([{ id, total: invoice.total }])
  })

  test('shows what each overlap strategy comes to', async () => {
    const { draft, log } = await acme()
    await log('04T09:00', '2h')
    await log('04T10:00', '2h')
    const preview = await draft({ preview: true, overlap_strategy: 'merge' })
    expect(preview.strategies).toEqual([
      { strategy: 'add', seconds: 14_400, total: '400.00' },
      { strategy: 'merge', seconds: 10_800, total: '300.00' },
      { strategy: 'split', seconds: 10_800, total: '300.00' },
    ])
    expect(preview.lines[0].note).toMatch(/overlapping time counted once/)
  })

  test('bills agent time on a line of its own', async () => {
    const { call, clock, draft } = await acme()
    await call('update_project', { project: 'website', bill_agent_time: true, agent_rate: '40%' })
    await call('start_session', { project: 'website' })
    clock.pass(60)
    await call('session_beat', { kind: 'agent' })
    clock.pass(90)
    await call('end_session')
    expect((await draft()).lines).toMatchObject([
      { kind: 'human', amount: '100.00' },
      { kind: 'agent', rate: '40.00', seconds: 5400, amount: '60.00' },
    ])
  })

  test('takes expenses along', async () => {
    const { call, draft } = await acme()
    await call('log_expense', { client: 'acme', amount: '50', markup_percent: '10', description: 'Train' })
    const invoice = await draft()
    expect(invoice.lines).toMatchObject([{ kind: 'expense', description: 'Train', amount: '55.00' }])
    expect((await call('list_expenses')).expenses).toMatchObject([{ invoice: { id: invoice.id } }])
  })
})

describe('sending', () => {
  test('needs the total that was seen', async () => {
    const { call, draft, log, refused, send } = await acme()
    const entry = await log('04T09:00', '1h')
    const invoice = await draft()
    expect(await refused('send_invoice', { invoice: invoice.id })).toMatchObject({
      code: 'confirmation_required',
      details: { total: '100.00', currency: 'EUR' },
    })
    await call('edit_entry', { entry: entry.id, duration: '90m' })
    expect(await refused('send_invoice', { invoice: invoice.id, expected_total: '100' })).toMatchObject({
      code: 'total_mismatch',
      details: { total: '150.00', expected: '100.00', difference: '50.00' },
    })
    const sent = await send({ ...invoice, total: '150' })
    expect(sent).toMatchObject({
      number: '2026-0001',
      status: 'sent',
      payment_status: 'unpaid',
      issued_on: '2026-05-20',
      due_on: '2026-06-19',
    })
  })

  test('twice answers the same invoice', async () => {
    const { call, draft, log, send } = await acme()
    await log('04T09:00', '1h')
    const sent = await send(await draft())
    const again = await call('update_invoice', { invoice: sent.number, action: 'send', expected_total: '1' })
    expect(again).toMatchObject({ already_sent: true, invoice: { number: '2026-0001' } })
  })

  test('freezes names, addresses, lines and rates, and locks the entries', async () => {
    const { call, draft, log, refused, send } = await acme({ street: 'High Street 1', city: 'Town' })
    const entry = await log('04T09:00', '1h')
    const sent = await send(await draft())
    await call('save_client', { client: 'acme', name: 'Acme & Sons', street: 'Other Road' })
    await call('update_project', { project: 'website', hourly_rate: '500' })
    const { invoice } = await call('get_invoice', { invoice: sent.number })
    expect(invoice.buyer).toMatchObject({ name: 'Acme', street: 'High Street 1' })
    expect(invoice.total).toBe('100.00')
    for (const [name, input] of [
      ['edit_entry', { entry: entry.id, duration: '2h' }],
      ['delete_entry', { entry: entry.id, confirm: true }],
      ['split_entry', { entry: entry.id, duration: '20m' }],
    ] as const) {
      expect(await refused(name, input)).toMatchObject({
        code: 'entry_invoiced',
        details: { invoice: { number: '2026-0001' } },
      })
    }
    expect((await call('reprice', { confirm: true })).entries).toBe(0)
  })

  test('counts without a gap, anew each year', async () => {
    const { call, clock, draft, log, refused, send } = await acme()
    for (const day of ['04', '05', '06']) {
      await log(`${day}T09:00`, '1h')
      const invoice = await draft()
      await refused('send_invoice', { invoice: invoice.id, expected_total: '1' })
      expect((await send(invoice)).number).toBe(`2026-000${Number(day) - 3}`)
    }
    clock.set('2027-01-03T09:00')
    await call('log_time', { project: 'website', date: '2027-01-02', duration: '1h' })
    expect((await send(await draft())).number).toBe('2027-0001')
    await call('update_settings', { invoice_number_format: 'R-{seq}' })
    await call('log_time', { project: 'website', date: '2027-01-02', duration: '1h' })
    expect((await send(await draft())).number).toBe('R-1')
  })

  test('an invoice that two windows send at once is sent once', async () => {
    const { call, draft, log } = await acme()
    await log('04T09:00', '1h')
    const { id } = await draft()
    const sent = await Promise.all(
      [1, 2, 3].map(() => call('send_invoice', { invoice: id, expected_total: '100.00' })),
    )
    expect(sent.map(one => one.invoice.number)).toEqual(['2026-0001', '2026-0001', '2026-0001'])
  })
})

describe('payments', () => {
  test('come whole or in part, and never to more than is due', async () => {
    const { call, draft, log, refused, send } = await acme()
    await log('04T09:00', '1h')
    const { number } = await send(await draft())
    const part = await call('pay_invoice', { invoice: number, amount: '40', date: '2026-05-10' })
    expect(part.invoice).toMatchObject({
      payment_status: 'partial',
      paid: '40.00',
      due: '60.00',
      status: 'sent',
    })
    expect((await refused('pay_invoice', { invoice: number, amount: '60.01' })).code).toBe('validation_error')
    expect((await refused('pay_invoice', { invoice: number, date: '2026-05-21' })).code).toBe(
      'validation_error',
    )
    const whole = await call('pay_invoice', { invoice: number, method: 'transfer' })
    expect(whole.invoice).toMatchObject({ status: 'paid', payment_status: 'paid', due: '0.00' })
    expect((await refused('pay_invoice', { invoice: number })).code).toBe('invoice_state')
    expect((await refused('void_invoice', { invoice: number, confirm: true })).code).toBe('invoice_state')
  })

  test('are late once the day has passed', async () => {
    const { call, clock, draft, log, send } = await acme({ payment_terms_days: 14 })
    await log('04T09:00', '1h')
    await send(await draft())
    expect((await call('list_invoices', { status: 'overdue' })).invoices).toEqual([])
    clock.set('2026-06-04T00:00')
    expect((await call('list_invoices', { status: 'overdue' })).invoices).toMatchObject([
      { number: '2026-0001', overdue: true, due_on: '2026-06-03' },
    ])
    expect((await call('list_invoices', { status: 'unpaid' })).invoices).toHaveLength(1)
    expect((await call('list_invoices', { status: 'paid' })).invoices).toEqual([])
    expect((await call('list_invoices', { status: 'sent' })).invoices).toHaveLength(1)
    await call('pay_invoice', { invoice: '2026-0001' })
    expect((await call('list_invoices', { status: 'paid' })).invoices).toHaveLength(1)
    expect((await call('list_invoices', { status: 'sent' })).invoices).toEqual([])
  })
})

describe('a void invoice', () => {
  test('that was never sent has nothing on it, and no claim on what is free again', async () => {
    const { call, draft, log } = await acme()
    await log('04T09:00', '1h')
    await call('log_expense', { client: 'acme', date: '2026-05-05', amount: '10' })
    const { id } = await draft()
    const { invoice } = await call('void_invoice', { invoice: id, confirm: true })
    expect(invoice).toMatchObject({ status: 'void', lines: [], total: '0.00', left_out: [] })
    expect((await call('list_invoices')).invoices).toMatchObject([{ id, total: '0.00' }])
    expect((await draft()).total).toBe('110.00')
  })

  test('keeps its number and gives its time back', async () => {
    const { call, draft, log, send } = await acme()
    const entry = await log('04T09:00', '1h')
    const { number } = await send(await draft())
    await call('update_invoice', { invoice: number, action: 'void', confirm: true })
    expect((await call('get_invoice', { invoice: number })).invoice).toMatchObject({ status: 'void', number })
    expect((await call('get_entry', { entry: entry.id })).entry).not.toHaveProperty('invoice')
    const { invoice } = await call('duplicate_invoice', { invoice: number })
    expect((await send(invoice)).number).toBe('2026-0002')
  })
})

describe('what is refused, with nothing changed', () => {
  test.each([
    ['an invoice with nothing on it', { period: 'last_year' }, 'validation_error'],
    ['tax of 1000 %', { tax_rate: '1000' }, 'validation_error'],
    ['negative tax', { tax_rate: '-1' }, 'validation_error'],
    ['a discount with too many decimals', { discount: '1.005' }, 'validation_error'],
    ['a discount of 101 %', { discount: '101%' }, 'validation_error'],
    ['a period that ends before it starts', { period: '2026-05-10..2026-05-01' }, 'invalid_period'],
    ['an unknown period', { period: 'someday' }, 'invalid_period'],
    ['another client’s project', { projects: ['other'] }, 'validation_error'],
    ['a day that is none', { due_date: '2026-02-30' }, 'validation_error'],
    ['time rounded to seven minutes', { rounding_increment_minutes: 7 }, 'validation_error'],
    ['two dates when it is due', { due_date: '2026-07-01', terms_days: 3 }, 'validation_error'],
  ])('%s', async (_what, options, code) => {
    const { call, log, refused } = await acme()
    await call('create_project', { name: 'Other' })
    await log('04T09:00', '1h')
    const period = { period: 'this_month', ...options }
    expect((await refused('draft_invoice', { client: 'acme', ...period })).code).toBe(code)
  })

  test('sending, paying and changing what is in another state', async () => {
    const { call, draft, log, refused, send } = await acme()
    await log('04T09:00', '1h')
    const { id, total } = await draft()
    expect((await refused('pay_invoice', { invoice: id })).code).toBe('invoice_state')
    await send({ id, total })
    expect((await refused('edit_invoice', { invoice: id, notes: 'x' })).code).toBe('invoice_state')
    expect((await refused('delete_invoice', { invoice: id, confirm: true })).code).toBe('invoice_state')
    await call('void_invoice', { invoice: id, confirm: true })
    expect((await refused('send_invoice', { invoice: id, expected_total: total })).code).toBe('invoice_state')
    expect((await refused('get_invoice', { invoice: '2026-0099' })).code).toBe('not_found')
  })

  test('members, who see no money', async () => {
    const { member, refused } = await acme()
    const eve = await member('Eve')
    expect((await refused('list_invoices', {}, eve.principal)).code).toBe('forbidden_role')
  })
})

describe('for any entries', () => {
  const anyEntries = fc.array(
    fc.record({
      day: fc.integer({ min: 1, max: 3 }),
      minute: fc.integer({ min: 0, max: 600 }),
      minutes: fc.integer({ min: 1, max: 300 }),
    }),
    { minLength: 1, maxLength: 6 },
  )

  test('no second is billed twice under merge, also not across invoices', async () => {
    await fc.assert(
      fc.asyncProperty(anyEntries, anyEntries, async (first, second) => {
        const { call, draft, send } = await acme()
        const covered = new Set<string>()
        let billed = 0
        for (const round of [first, second]) {
          for (const { day, minute, minutes } of round) {
            const start = `2026-05-0${day}T${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
            await call('log_time', { project: 'website', start, duration: `${minutes}m` })
            for (let at = 0; at < minutes; at++) covered.add(`${day} ${minute + at}`)
          }
          const options = { overlap_strategy: 'merge' }
          const preview = await draft({ ...options, preview: true })
          if (preview.lines.length === 0) continue
          const sent = await send(await draft(options))
          for (const line of sent.lines) billed += line.seconds / 60
        }
        expect(billed).toBe(covered.size)
      }),
      { numRuns: 12 },
    )
  })
})

test('clients with unbilled time of the last month are due', async () => {
  const { call, clock, log } = await acme()
  await log('04T09:00', '90m')
  clock.set('2026-06-01T09:00')
  const due = await call('due_invoices')
  expect(due).toMatchObject({
    period: { token: 'last_month' },
    clients: [{ client: { name: 'Acme' }, seconds: 5400, amounts: [{ currency: 'EUR', amount: '150.00' }] }],
  })
  await call('draft_invoice', { client: 'acme', period: 'last_month' })
  expect((await call('due_invoices')).clients).toEqual([])
})
