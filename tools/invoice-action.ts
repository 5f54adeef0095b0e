import * as z from 'zod'
import {
  deleteCustomLine,
  findCustomLines,
  findInvoice,
  type InvoiceRow,
  insertCustomLine,
  insertPayment,
  nextNumber,
  release,
  reserve,
  updateInvoice as saveInvoice,
} from '../db/invoices.ts'
import { findWorkspace } from '../db/workspaces.ts'
import type { ChangeContext } from '../src/core/context.ts'
import { draftOf } from '../src/core/draft.ts'
import { confirm, date, version } from '../src/core/fields.ts'
import { billOf, dayNow, documentOf } from '../src/core/invoice.ts'
import { invoice, invoicePage, shownInvoice } from '../src/core/invoice-shown.ts'
import { change } from '../src/core/operation.ts'
import { assertVersion } from '../src/core/version.ts'
import { billingOf } from '../src/domain/billing.ts'
import { AppError } from '../src/domain/error.ts'
import { defaultFormat, numberOf, seriesOf } from '../src/domain/invoice-number.ts'
import { text, textOrNumber } from '../src/domain/label.ts'
import {
  halfUp,
  type Minor,
  moneyInput,
  moneyText,
  mostMinor,
  parseMoney,
  parsePercent,
  percentInput,
} from '../src/domain/money.ts'
import { parseDay } from '../src/domain/zone.ts'
import { assertDraft, invoiceRef, storedInvoice, takenBy } from './invoice.ts'

const expectedTotal = moneyInput().describe('Total that was seen')
const amount = moneyInput().describe('Default what is due')
const method = text(60).describe('How it was paid')

interface Sending {
  expected_total?: string | undefined
}
interface Paying {
  amount?: string | undefined
  date?: string | undefined
  method?: string | undefined
}

const output = z.object({ invoice, already_sent: z.literal(true).optional() })

export const sendInvoice = change({
  name: 'send_invoice',
  summary: 'Give a draft its number and fix it for good. Needs the total that was seen.',
  scope: 'write',
  role: 'manager',
  route: 'POST /invoices/{invoice}/send',
  command: 'invoice send <invoice>',
  examples: ['invoice send inv_… --expected-total 1190.00'],
  input: z.strictObject({ invoice: invoiceRef, expected_total: expectedTotal.optional() }),
  output,
  text: ({ already_sent, invoice }) => [
    ...(already_sent ? ['It was sent already.'] : []),
    ...invoicePage(invoice),
    `Print it: stint invoice pdf ${invoice.number}`,
  ],
  run: async (context, input) => send(context, await storedInvoice(context, input.invoice), input),
})

export const payInvoice = change({
  name: 'pay_invoice',
  summary: 'Note a payment, whole or in part.',
  scope: 'write',
  role: 'manager',
  route: 'POST /invoices/{invoice}/pay',
  command: 'invoice pay <invoice> [amount]',
  examples: ['invoice pay 2026-0001', 'invoice pay 2026-0001 500.00 --date 2026-04-12 --method transfer'],
  input: z.strictObject({
    invoice: invoiceRef,
    amount: amount.optional(),
    date: date.optional(),
    method: method.optional(),
  }),
  output,
  text: ({ invoice }) =>
    `Invoice ${invoice.number}: ${invoice.paid} ${invoice.currency} paid, ${invoice.due} due.`,
  run: async (context, input) => pay(context, await storedInvoice(context, input.invoice), input),
})

export const voidInvoice = change({
  name: 'void_invoice',
  summary: 'Void an invoice: its number stays, its time and expenses are free again.',
  scope: 'write',
  role: 'manager',
  destructive: true,
  route: 'POST /invoices/{invoice}/void',
  command: 'invoice void <invoice>',
  examples: ['invoice void 2026-0001'],
  input: z.strictObject({ invoice: invoiceRef, confirm: confirm.optional() }),
  output,
  text: ({ invoice }) => `Invoice ${invoice.number ?? invoice.id} is void.`,
  question: ({ invoice }) => `Void invoice ${invoice}?`,
  run: async (context, input) => voided(context, await storedInvoice(context, input.invoice)),
})

export const updateInvoice = change({
  name: 'update_invoice',
  summary:
    'send: show the person the total first, then pass it as expected_total. pay: whole or part. void: takes it back.',
  scope: 'write',
  role: 'manager',
  toolset: 'billing',
  destructive: ({ action }) => action === 'void',
  route: 'POST /invoices/{invoice}/actions',
  command: 'invoice update <invoice> <action>',
  examples: [
    'invoice update acme send --expected-total 1190.00',
    'invoice update 2026-0001 pay --amount 500.00',
  ],
  input: z.strictObject({
    invoice: invoiceRef,
    action: z.enum(['send', 'pay', 'void']).describe('What to do'),
    expected_total: expectedTotal.optional(),
    amount: amount.optional(),
    date: date.optional(),
    method: method.optional(),
    confirm: confirm.optional(),
  }),
  seldom: ['date', 'method'],
  output,
  text: ({ invoice }) => invoicePage(invoice),
  question: ({ invoice }) => `Void invoice ${invoice}?`,
  about: { query: 'get_invoice', field: 'invoice' },

  async run(context, input) {
    const row = await storedInvoice(context, input.invoice)
    assertFits(input)
    if (input.action === 'send') return send(context, row, input)
    return input.action === 'pay' ? pay(context, row, input) : voided(context, row)
  },
})

function assertFits({
  action,
  amount,
  date,
  expected_total,
  method,
}: Sending & Paying & { action: string }): void {
  const wrong = [
    ...(action !== 'send' && expected_total !== undefined ? ['expected_total goes with send'] : []),
    ...(action !== 'pay' && [amount, date, method].some(one => one !== undefined)
      ? ['amount, date and method go with pay']
      : []),
  ]
  if (wrong.length > 0) throw new AppError('validation_error', `${wrong.join('; ')}.`)
}

/** The number is given in the transaction that fixes the invoice: none is lost, none given twice. */
async function send(context: ChangeContext, before: InvoiceRow, { expected_total }: Sending) {
  const { db, now, workspace } = context
  if (before.status === 'sent')
    return { invoice: await shownInvoice(context, before), already_sent: true as const }
  assertDraft(before)
  const draft = draftOf(before)
  const bill = await billOf(context, draft, before)
  assertSeen(bill.computed.total, before.currency, expected_total)
  if (bill.computed.lines.length === 0) {
    throw new AppError('validation_error', 'There is nothing on this invoice.', {
      hint: 'Change its period with edit_invoice, or delete it.',
    })
  }
  const issued_on = dayNow(context)
  const number = await numberFor(context, issued_on)
  const document = await documentOf(context, draft, bill, { id: before.id, number, issued_on })
  const set = {
    status: 'sent' as const,
    number,
    issued_on,
    due_on: document.due_on ?? null,
    total: bill.computed.total,
    document: JSON.stringify(document),
    sent_at: now,
    version: before.version + 1,
    updated_at: now,
  }
  await saveInvoice(db, workspace.id, before.id, set)
  const taken = takenBy(bill)
  await reserve(db, workspace.id, before.id, taken)
  const after = { ...before, ...set }
  context.emit({ type: 'invoice.sent', subject: before.id, before, after: { ...after, ...taken } })
  return { invoice: await shownInvoice(context, after) }
}

function assertSeen(total: Minor, currency: string, expected: string | undefined): void {
  const shown = moneyText(total, currency)
  if (expected === undefined) {
    throw new AppError(
      'confirmation_required',
      `Sending needs the total that was seen: ${shown} ${currency}.`,
      {
        details: { total: shown, currency },
        hint: `Show it to the person, then call again with expected_total: "${shown}".`,
      },
    )
  }
  const seen = parseMoney(expected, currency, 'expected_total')
  if (seen === total) return
  const difference = moneyText(total - seen, currency)
  throw new AppError(
    'total_mismatch',
    `The total is ${shown} ${currency} now, not ${moneyText(seen, currency)}.`,
    {
      details: { total: shown, expected: moneyText(seen, currency), difference, currency },
      hint: 'Time or rates changed since it was shown: look at it again with get_invoice, then send what you see.',
    },
  )
}

async function numberFor({ db, workspace }: ChangeContext, day: string): Promise<string> {
  const own = await findWorkspace(db, workspace.id)
  const format = billingOf(own?.billing ?? '{}').invoice_number_format ?? defaultFormat
  const number = numberOf(format, day, await nextNumber(db, workspace.id, seriesOf(format, day)))
  if (!(await findInvoice(db, workspace.id, number))) return number
  throw new AppError('conflict', `There is an invoice ${number} already, from an earlier number format.`, {
    hint: 'Change invoice_number_format so that its numbers differ from those already given.',
  })
}

async function pay(context: ChangeContext, before: InvoiceRow, said: Paying) {
  const { db, member, now, workspace } = context
  if (before.status !== 'sent') {
    throw new AppError(
      'invoice_state',
      `A ${before.status === 'void' ? 'void invoice' : 'draft'} cannot be paid.`,
      {
        details: { status: before.status },
        hint: before.status === 'draft' ? 'Send it first.' : 'Duplicate it to bill anew.',
      },
    )
  }
  const due = (before.total ?? 0) - before.paid
  if (due <= 0) {
    throw new AppError('invoice_state', `Invoice ${before.number} is paid already.`, {
      details: { status: 'paid' },
    })
  }
  const paid = said.amount === undefined ? due : parseMoney(said.amount, before.currency, 'amount')
  if (paid === 0) throw new AppError('validation_error', 'A payment has to be more than nothing.')
  if (paid > due) {
    const [is, isDue] = [moneyText(paid, before.currency), moneyText(due, before.currency)]
    throw new AppError(
      'validation_error',
      `${is} is more than the ${isDue} ${before.currency} that are due.`,
      {
        details: { due: isDue, amount: is, currency: before.currency },
      },
    )
  }
  const payment = {
    workspace_id: workspace.id,
    id: context.newId('pay'),
    invoice_id: before.id,
    date: paidOn(context, said.date),
    amount: paid,
    method: said.method || null,
    member_id: member.id,
    created_at: now,
  }
  await insertPayment(db, payment)
  const set = { paid: before.paid + paid, version: before.version + 1, updated_at: now }
  await saveInvoice(db, workspace.id, before.id, set)
  const after = { ...before, ...set }
  const type = paid === due ? 'invoice.paid' : 'invoice.partly_paid'
  context.emit({
    type,
    subject: before.id,
    before,
    after: { ...after, payment: { date: payment.date, amount: paid } },
  })
  return { invoice: await shownInvoice(context, after) }
}

function paidOn(context: ChangeContext, said: string | undefined): string {
  const today = dayNow(context)
  const day = said === undefined ? today : parseDay(said, 'date')
  if (day <= today) return day
  throw new AppError('validation_error', 'A payment cannot lie in the future.')
}

async function voided(context: ChangeContext, before: InvoiceRow) {
  const { db, now, workspace } = context
  if (before.status === 'void') return { invoice: await shownInvoice(context, before) }
  if (before.paid > 0) {
    throw new AppError('invoice_state', `Invoice ${before.number} has payments and cannot be voided.`, {
      details: { paid: moneyText(before.paid, before.currency) },
      hint: 'Bill the difference with a new invoice.',
    })
  }
  const set = { status: 'void' as const, voided_at: now, version: before.version + 1, updated_at: now }
  await saveInvoice(db, workspace.id, before.id, set)
  await release(db, workspace.id, before.id)
  const after = { ...before, ...set }
  context.emit({ type: 'invoice.voided', subject: before.id, before, after })
  return { invoice: await shownInvoice(context, after) }
}

export const addInvoiceLine = change({
  name: 'add_invoice_line',
  summary: 'Put a line of your own on a draft.',
  scope: 'write',
  role: 'manager',
  toolset: 'more',
  route: 'POST /invoices/{invoice}/lines',
  command: 'invoice line add <invoice> <description> <unit_price>',
  examples: ['invoice line add inv_… "Hosting March" 25.00 --quantity 2'],
  input: z.strictObject({
    invoice: invoiceRef,
    description: text(500).describe('What it is for'),
    unit_price: moneyInput().describe('Money for one'),
    quantity: textOrNumber(20).optional().describe('Default 1; up to three decimals'),
    tax_rate: percentInput().optional().describe("Percent; default the invoice's"),
    version: version.optional(),
  }),
  output,
  text: ({ invoice }) => invoicePage(invoice),

  async run(context, input) {
    const before = await storedInvoice(context, input.invoice)
    assertDraft(before)
    assertVersion(before, input.version)
    if (input.description.trim() === '') throw new AppError('validation_error', 'A line needs a description.')
    const unit_price = parseMoney(input.unit_price, before.currency, 'unit_price')
    const quantity = parseQuantity(input.quantity ?? '1')
    if (halfUp(BigInt(quantity) * BigInt(unit_price), 1000n) > BigInt(mostMinor))
      throw new AppError('validation_error', 'The line comes to more than can be billed.')
    await insertCustomLine(context.db, {
      workspace_id: context.workspace.id,
      id: context.newId('lin'),
      invoice_id: before.id,
      description: input.description,
      quantity,
      unit_price,
      tax_rate: input.tax_rate === undefined ? null : parsePercent(input.tax_rate, 'tax_rate', 100),
      created_at: context.now,
    })
    return { invoice: await touched(context, before) }
  },
})

export const removeInvoiceLine = change({
  name: 'remove_invoice_line',
  summary: 'Take a line of your own off a draft.',
  scope: 'write',
  role: 'manager',
  toolset: 'more',
  idempotent: true,
  route: 'DELETE /invoices/{invoice}/lines/{line}',
  command: 'invoice line remove <invoice> <line>',
  examples: ['invoice line remove inv_… lin_…'],
  input: z.strictObject({ invoice: invoiceRef, line: z.string().max(60).describe('Id of the line') }),
  output,
  text: ({ invoice }) => invoicePage(invoice),

  async run(context, input) {
    const before = await storedInvoice(context, input.invoice)
    assertDraft(before)
    const lines = await findCustomLines(context.db, context.workspace.id, before.id)
    const line = lines.find(one => one.id === input.line)
    if (!line) {
      throw new AppError('not_found', `No line "${input.line}" on this draft.`, {
        details: { lines: lines.map(one => ({ id: one.id, description: one.description })) },
        hint: 'Lines of time and expenses follow what they bill; only lines of your own can be taken off.',
      })
    }
    await deleteCustomLine(context.db, context.workspace.id, line.id)
    return { invoice: await touched(context, before) }
  },
})

async function touched(context: ChangeContext, before: InvoiceRow) {
  const set = { version: before.version + 1, updated_at: context.now }
  await saveInvoice(context.db, context.workspace.id, before.id, set)
  const after = { ...before, ...set }
  context.emit({ type: 'invoice.updated', subject: before.id, before, after })
  return shownInvoice(context, after)
}

/** `1.5` is 1500 thousandths. */
function parseQuantity(said: string): number {
  const [, whole = '', fraction = ''] = /^(\d{1,9})(?:\.(\d{1,3}))?$/.exec(said.trim()) ?? []
  const quantity = Number(whole + fraction.padEnd(3, '0'))
  if (whole !== '' && quantity > 0) return quantity
  throw new AppError('validation_error', 'quantity has to be more than nothing, with three decimals at most.')
}
