import fc from 'fast-check'
import { expect } from 'vitest'
import { type Bill, heldBy, takenBy, totalOf } from './bill.ts'
import { withRate } from './rates.ts'
import { pick, step, which } from './step.ts'
import { clients, dayOf, dayStart, type ModelEntry, projects, type World } from './world.ts'

const day = 86_400_000
const text = (cents: number): string => (cents / 100).toFixed(2)

const owner = fc.constantFrom(...Object.keys(projects), ...clients, null)

const rate = step(
  'rate',
  fc.record({
    owner,
    cents: fc.integer({ min: 100, max: 20_000 }),
    days: fc.constantFrom(undefined, -3, -1, 0, 2),
  }),
  {
    async run(world, product, { cents, days, owner }) {
      const from = days === undefined ? undefined : dayOf(world.now + days * day)
      await product.call('set_rate', {
        amount: text(cents),
        ...(owner !== null && (clients.includes(owner) ? { client: owner } : { project: owner })),
        ...(from && { effective_from: from }),
      })
      world.rates = withRate(world.rates, { owner, rate: cents, from }, world.today)
    },
  },
)

/** Unbilled time gets the rates that hold on its days, but for rates of its own. */
const reprice = step('reprice', fc.record({}), {
  async run(world, product) {
    const entries = world
      .living()
      .filter(one => !world.isLocked(one) && one.level !== 'entry')
      .filter(one => world.price(one.project, one.date).rate !== one.rate)
    const timers = world
      .open()
      .filter(one => world.price(one.project, dayOf(one.marks[0]?.at ?? 0)).rate !== one.rate)
    const { output } = await product.attempt('reprice', { period: 'all_time', confirm: true })
    expect({ entries: output.entries, running: output.running }).toEqual({
      entries: entries.length,
      running: timers.length,
    })
    if (entries.length + timers.length === 0) return
    const touched = {
      entries: entries.map(one => one.id),
      timers: timers.map(one => one.id),
      following: entries.filter(one => !one.fixed && one.invoice === null).map(one => one.id),
    }
    world.change(touched, () => {
      for (const one of entries) Object.assign(one, world.price(one.project, one.date))
      for (const one of timers) Object.assign(one, world.price(one.project, dayOf(one.marks[0]?.at ?? 0)))
    })
  },
})

const all = ['add', 'merge', 'split'] as const
interface Told {
  strategy: string
  total: string
}

const how: fc.Arbitrary<Bill> = fc.record({
  overlap_strategy: fc.constantFrom('add', 'split', 'merge', 'merge'),
  group_by: fc.constantFrom('project_task', 'entry'),
  tax_rate: fc.constantFrom('0', '19'),
  discount: fc.constantFrom('', '10%', '25.50'),
  rounding_increment_minutes: fc.constantFrom(0, 0, 15),
  rounding_scope: fc.constantFrom('entry', 'line'),
})

const draft = step('draft', fc.record({ client: fc.constantFrom('Acme', ...clients), how }), {
  async run(world, product, { client, how }) {
    const entries = takenBy(world, client)
    const expected = totalOf(world, client, how, entries)
    const { code, output } = await product.attempt('draft_invoice', { client, period: 'all_time', ...how })
    expect(code).toBe(expected.lines === 0 ? 'validation_error' : undefined)
    if (code) return
    const { id, strategies, total } = output.invoice
    expect(total).toBe(text(expected.total))
    expect(strategies.map(({ strategy, total }: Told) => [strategy, total])).toEqual(
      all.map(one => [one, text(totalOf(world, client, { ...how, overlap_strategy: one }, entries).total)]),
    )
    const until = dayStart(world.today) + day
    world.invoices.set(id, { id, client, how, until, status: 'draft', number: null, total: null, paid: 0 })
    for (const one of entries) one.invoice = id
  },
})

const send = step('send', fc.record({ which }), {
  when: world => world.drafts().length > 0,
  async run(world, product, input) {
    const invoice = pick(world.drafts(), input.which)
    const entries = heldBy(world, invoice)
    const { lines, total } = totalOf(world, invoice.client, invoice.how, entries)
    const { code, output } = await product.attempt('send_invoice', {
      invoice: invoice.id,
      expected_total: text(total),
    })
    expect(code).toBe(lines === 0 ? 'validation_error' : undefined)
    if (code) return
    world.sent++
    const number = `2026-${String(world.sent).padStart(4, '0')}`
    expect(output.invoice.number).toBe(number)
    Object.assign(invoice, { status: 'sent', number, total })
    for (const one of entries) one.invoice = invoice.id
    release(world, invoice.id, entries)
  },
})

/** What is on it and not among those that stay is free again, also what was deleted meanwhile. */
function release(world: World, invoice: string, stay: readonly ModelEntry[] = []): void {
  for (const one of world.entries.values())
    if (one.invoice === invoice && !stay.includes(one)) one.invoice = null
}

const sentIn = (world: Readonly<World>) => [...world.invoices.values()].filter(one => one.status === 'sent')

const pay = step('pay', fc.record({ which, cents: fc.integer({ min: 1, max: 30_000 }) }), {
  when: world => sentIn(world).length > 0,
  async run(world, product, { cents, which }) {
    const invoice = pick(sentIn(world), which)
    const due = (invoice.total ?? 0) - invoice.paid
    const expected = due <= 0 ? 'invoice_state' : cents > due ? 'validation_error' : undefined
    const { code } = await product.attempt('pay_invoice', { invoice: invoice.id, amount: text(cents) })
    expect(code).toBe(expected)
    if (!code) invoice.paid += cents
  },
})

const takeBack = step('void', fc.record({ which }), {
  when: world => sentIn(world).length > 0,
  async run(world, product, input) {
    const invoice = pick(sentIn(world), input.which)
    const { code } = await product.attempt('void_invoice', { invoice: invoice.id, confirm: true })
    expect(code).toBe(invoice.paid > 0 ? 'invoice_state' : undefined)
    if (code) return
    invoice.status = 'void'
    release(world, invoice.id)
  },
})

const throwAway = step('throw away', fc.record({ which }), {
  when: world => world.drafts().length > 0,
  async run(world, product, input) {
    const { id } = pick(world.drafts(), input.which)
    await product.call('delete_invoice', { invoice: id, confirm: true })
    world.invoices.delete(id)
    release(world, id)
  },
})

export const billingCommands = [rate, reprice, draft, draft, draft, send, send, pay, takeBack, throwAway]
