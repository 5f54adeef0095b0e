import { AppError } from './error.ts'
import { grouped } from './grouped.ts'
import type { Interval } from './interval.ts'
import type { Grouping, InvoiceDocument, InvoiceLine, Rounding, Strategy } from './invoice-document.ts'
import {
  halfUp,
  type Minor,
  moneyText,
  mostMinor,
  percentOf,
  percentText,
  type Share,
  spread,
} from './money.ts'
import type { Reference } from './reference.ts'
import type { Billed } from './sharing.ts'
import { textOrder } from './signal.ts'
import { type BillableEntry, billedTime, timeLines } from './time-lines.ts'

export type { BillableEntry } from './time-lines.ts'

export interface BillableExpense {
  id: string
  date: string
  description: string
  category: string
  charge: Minor
  project?: Reference | undefined
}

export interface CustomLine {
  id: string
  description: string
  /** In thousandths. */
  quantity: number
  unit_price: Minor
  tax_rate?: Share | undefined
}

export interface InvoiceInput {
  currency: string
  strategy: Strategy
  grouping: Grouping
  rounding: Rounding
  tax_rate: Share
  discount: { amount: Minor } | { percent: Share } | null
  entries: readonly BillableEntry[]
  /** By member: what earlier invoices billed under `merge`. */
  taken: ReadonlyMap<string, readonly Interval[]>
  expenses: readonly BillableExpense[]
  custom: readonly CustomLine[]
}

/** A line with its figures as numbers: money in smallest units, the quantity in thousandths. */
export interface ComputedLine
  extends Omit<InvoiceLine, 'rate' | 'quantity' | 'unit_price' | 'amount' | 'tax_rate'> {
  rate?: Minor
  quantity?: number
  unit_price?: Minor
  amount: Minor
  tax_rate: Share
}

export interface TaxRow {
  rate: Share
  /** After its part of the discount. */
  base: Minor
  amount: Minor
}

export interface ComputedInvoice {
  lines: ComputedLine[]
  subtotal: Minor
  discount: Minor
  taxes: TaxRow[]
  tax: Minor
  total: Minor
  /** By entry: after overlaps, before rounding. */
  billed: Map<string, Billed>
}

/** From entries to a total, always in this order: overlaps, rounding, money a line, discount, tax. */
export function computeInvoice(input: InvoiceInput): ComputedInvoice {
  const billed = billedTime(input.entries, input.strategy, input.taken)
  const lines = [...hourLines(input, billed), ...expenseLines(input), ...customLines(input)]
  const subtotal = sum(lines.map(line => line.amount))
  const discount = discountOf(subtotal, input.discount)
  const taxes = taxesOf(lines, discount)
  const tax = sum(taxes.map(row => row.amount))
  const total = subtotal - discount + tax
  if (subtotal > mostMinor || total > mostMinor) {
    throw new AppError('validation_error', 'The invoice comes to more than can be billed at once.', {
      hint: 'Take a shorter period, or correct the rate or the price that is too high.',
    })
  }
  return { lines, subtotal, discount, taxes, tax, total, billed }
}

/** As an invoice stands on the wire. */
export function invoiceText(
  invoice: ComputedInvoice,
  currency: string,
): Pick<InvoiceDocument, 'lines' | 'subtotal' | 'discount' | 'taxes' | 'tax' | 'total'> {
  const text = (minor: Minor): string => moneyText(minor, currency)
  return {
    lines: invoice.lines.map(line => lineText(line, text)),
    subtotal: text(invoice.subtotal),
    discount: text(invoice.discount),
    taxes: invoice.taxes.map(({ rate, base, amount }) => ({
      rate: percentText(rate),
      base: text(base),
      amount: text(amount),
    })),
    tax: text(invoice.tax),
    total: text(invoice.total),
  }
}

function lineText(line: ComputedLine, text: (minor: Minor) => string): InvoiceLine {
  const { rate, quantity, unit_price, amount, tax_rate, ...same } = line
  return {
    ...same,
    ...(rate !== undefined && { rate: text(rate) }),
    ...(quantity !== undefined && { quantity: String(quantity / 1000) }),
    ...(unit_price !== undefined && { unit_price: text(unit_price) }),
    amount: text(amount),
    tax_rate: percentText(tax_rate),
  }
}

const hourLines = (input: InvoiceInput, billed: ReadonlyMap<string, Billed>): ComputedLine[] =>
  timeLines(input, billed).map(line => ({ ...line, tax_rate: input.tax_rate }))

function expenseLines({ expenses, tax_rate }: InvoiceInput): ComputedLine[] {
  return expenses
    .toSorted((a, b) => textOrder(a.date, b.date) || textOrder(a.id, b.id))
    .map(({ id, date, description, category, charge, project }) => ({
      id,
      kind: 'expense',
      description: description || category,
      ...(project && { project }),
      date,
      amount: charge,
      tax_rate,
    }))
}

function customLines({ custom, tax_rate }: InvoiceInput): ComputedLine[] {
  return custom.map(line => ({
    id: line.id,
    kind: 'custom',
    description: line.description,
    quantity: line.quantity,
    unit_price: line.unit_price,
    amount: Number(halfUp(BigInt(line.quantity) * BigInt(line.unit_price), 1000n)),
    tax_rate: line.tax_rate ?? tax_rate,
  }))
}

function discountOf(subtotal: Minor, discount: InvoiceInput['discount']): Minor {
  if (!discount) return 0
  const wanted = 'amount' in discount ? discount.amount : percentOf(subtotal, discount.percent)
  return Math.min(wanted, subtotal)
}

/** A row a rate, lowest first; each bears its part of the discount and is rounded once. */
function taxesOf(lines: readonly ComputedLine[], discount: Minor): TaxRow[] {
  const byRate = [...grouped(lines, line => line.tax_rate)]
    .map(([rate, own]) => ({ rate, sum: sum(own.map(line => line.amount)) }))
    .toSorted((a, b) => a.rate - b.rate)
  const discounts = spread(
    discount,
    byRate.map(row => row.sum),
  )
  return byRate.map((row, index) => {
    const base = row.sum - (discounts[index] ?? 0)
    return { rate: row.rate, base, amount: percentOf(base, row.rate) }
  })
}

const sum = (amounts: readonly Minor[]): Minor => amounts.reduce((all, one) => all + one, 0)
