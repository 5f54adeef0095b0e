import { expect } from 'vitest'
import { halfUp, heldBy, totalOf } from './bill.ts'
import type { Product } from './product.ts'
import { lengthOf, type ModelEntry, type ModelInvoice, type ModelTimer, ranIn, type World } from './world.ts'

/** What the product says of everything is what the model says of it. */
export async function agree(world: World, { call }: Product): Promise<void> {
  const [{ timers }, { entries }, { rows, totals }, { invoices }] = await Promise.all([
    call('status'),
    call('list_entries', { limit: 200 }),
    call('get_report', { period: 'all_time' }),
    call('list_invoices', { limit: 200 }),
  ])
  expect(byId(timers.map(toldTimer))).toEqual(byId(world.open().map(one => shownTimer(world, one))))
  expect(byId(entries.map(toldEntry))).toEqual(byId(world.living().map(one => shownEntry(world, one))))
  expect(byId(invoices.map(toldInvoice))).toEqual(
    byId([...world.invoices.values()].map(one => shownInvoice(world, one))),
  )
  const report = reportOf(world)
  expect(rows.map(toldRow).toSorted(byName)).toEqual(report.rows)
  expect(toldRow({ ...totals, name: '' })).toEqual(report.totals)
}

interface Named {
  name: string
}
interface Known {
  id: string
}
const byName = (a: Named, b: Named): number => (a.name < b.name ? -1 : 1)
const byId = (list: readonly Known[]): Known[] => list.toSorted((a, b) => (a.id < b.id ? -1 : 1))
const text = (cents: number): string => (cents / 100).toFixed(2)
const wire = (at: number): string => new Date(at).toISOString()

// oxlint-disable-next-line typescript/no-explicit-any
type Told = any

const toldTimer = ({ hourly_rate, id, idle_seconds, project, seconds, state }: Told) => ({
  id,
  project: project.name,
  state,
  seconds,
  idle_seconds,
  hourly_rate,
})

function shownTimer(world: World, timer: ModelTimer) {
  const seconds = lengthOf(ranIn(timer, world.now))
  const runs = timer.marks.at(-1)?.runs === true
  return {
    id: timer.id,
    project: timer.project,
    state: runs ? 'running' : 'paused',
    seconds,
    idle_seconds: (world.now - (timer.marks[0]?.at ?? 0)) / 1000 - seconds,
    hourly_rate: timer.rate === null ? undefined : text(timer.rate),
  }
}

const toldEntry = (one: Told) => ({
  id: one.id,
  project: one.project.name,
  description: one.description,
  date: one.date,
  started_at: one.started_at,
  ended_at: one.ended_at,
  seconds: one.seconds,
  idle_seconds: one.idle_seconds,
  billable: one.billable,
  billable_seconds: one.billable_seconds,
  hourly_rate: one.hourly_rate,
  amount: one.billable ? one.amount : undefined,
  invoice: one.invoice,
})

function shownEntry(world: World, one: ModelEntry) {
  const number = one.invoice === null ? null : world.invoices.get(one.invoice)?.number
  return {
    id: one.id,
    project: one.project,
    description: one.description,
    date: one.date,
    started_at: one.start === null ? undefined : wire(one.start),
    ended_at: one.end === null ? undefined : wire(one.end),
    seconds: one.seconds,
    idle_seconds: one.idle,
    billable: one.billable,
    billable_seconds: one.billable ? one.seconds : 0,
    hourly_rate: one.rate === null ? undefined : text(one.rate),
    amount: one.billable && one.rate !== null ? text(halfUp(one.seconds * one.rate, 3600)) : undefined,
    invoice: one.invoice === null ? undefined : { id: one.invoice, ...(number && { number }) },
  }
}

const toldInvoice = ({ due, id, number, paid, status, total }: Told) => ({
  id,
  status,
  number,
  total,
  paid,
  due,
})

function shownInvoice(world: World, one: ModelInvoice) {
  const total = one.total ?? totalOf(world, one.client, one.how, heldBy(world, one)).total
  const isPaid = one.status === 'sent' && one.paid >= total
  return {
    id: one.id,
    status: isPaid ? 'paid' : one.status,
    number: one.number ?? undefined,
    total: text(total),
    paid: text(one.paid),
    due: text(one.status === 'void' ? 0 : total - one.paid),
  }
}

const toldRow = ({
  amounts,
  billable_seconds,
  entries,
  idle_seconds,
  name,
  seconds,
  unrated_seconds,
}: Told) => ({
  name,
  entries,
  seconds,
  idle_seconds,
  billable_seconds,
  unrated_seconds,
  amount: amounts[0]?.amount ?? '0.00',
})

/** A row's money is rounded once; the total is the sum of what is shown. */
function reportOf(world: World) {
  const entries = world.living()
  const names = [...new Set(entries.map(one => one.project))].toSorted()
  const sums = names.map(name => ({ name, ...sumOf(entries.filter(one => one.project === name)) }))
  const add = (
    figure: 'entries' | 'seconds' | 'idle_seconds' | 'billable_seconds' | 'unrated_seconds' | 'cents',
  ) => sums.reduce((all, row) => all + row[figure], 0)
  const shown = ({ cents, ...row }: (typeof sums)[number]) => ({ ...row, amount: text(cents) })
  return {
    rows: sums.map(shown),
    totals: shown({
      name: '',
      entries: add('entries'),
      seconds: add('seconds'),
      idle_seconds: add('idle_seconds'),
      billable_seconds: add('billable_seconds'),
      unrated_seconds: add('unrated_seconds'),
      cents: add('cents'),
    }),
  }
}

const billable = (one: ModelEntry): number => (one.billable ? one.seconds : 0)

function sumOf(entries: readonly ModelEntry[]) {
  const sum = (of: (one: ModelEntry) => number): number => entries.reduce((all, one) => all + of(one), 0)
  return {
    entries: entries.length,
    seconds: sum(one => one.seconds),
    idle_seconds: sum(one => one.idle),
    billable_seconds: sum(billable),
    unrated_seconds: sum(one => (one.rate === null ? billable(one) : 0)),
    cents: halfUp(
      sum(one => billable(one) * (one.rate ?? 0)),
      3600,
    ),
  }
}
