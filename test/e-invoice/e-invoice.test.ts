import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { type BillableExpense, computeInvoice, invoiceText } from '../../src/domain/invoice.ts'
import type { InvoiceDocument, InvoiceLine } from '../../src/domain/invoice-document.ts'
import { moneyText } from '../../src/domain/money.ts'
import type { EInvoiceFormat } from '../../src/e-invoice/format.ts'
import { eInvoice } from '../../src/e-invoice/index.ts'
import { brokenRules, type ReadInvoice, readInvoice, sentInvoice } from '../support/e-invoice.ts'

const formats = ['xrechnung-ubl', 'xrechnung-cii', 'ubl', 'cii'] as const

async function read(document: InvoiceDocument, format: EInvoiceFormat = 'ubl'): Promise<ReadInvoice> {
  const { bytes } = await eInvoice(document, format)
  const invoice = await readInvoice(bytes)
  expect(brokenRules(invoice, format.startsWith('xrechnung'))).toEqual([])
  return invoice
}

const refused = async (document: InvoiceDocument, format: EInvoiceFormat = 'ubl'): Promise<unknown> =>
  eInvoice(document, format).catch(error => error)

describe.each(formats)('an e-invoice as %s', format => {
  let xml: string
  beforeAll(async () => {
    xml = new TextDecoder().decode((await eInvoice(mixed, format)).bytes)
  })

  test('says who bills whom for what, and how to pay', async () => {
    const invoice = await read(sentInvoice(), format)
    expect(invoice.head).toMatchObject({
      number: '2026-0001',
      issued_on: '2026-04-02',
      due_on: '2026-05-02',
      currency: 'EUR',
      note: 'Thank you.',
      buyer_reference: '04011000-12345-34',
      order: 'PO-77',
      first_day: '2026-03-01',
      last_day: '2026-03-31',
      delivered_on: '2026-03-31',
      means: '58',
      reference: '2026-0001',
      account: 'DE89370400440532013000',
      bic: 'COBADEFFXXX',
      due: '357.00',
    })
    expect(invoice.seller).toMatchObject({
      name: 'Müller & Söhne <Software>',
      vat_id: 'DE123456789',
      tax_number: '12/345/67890',
      registration: 'HRB 1234',
      street: 'Weg 1',
      postal_code: '10115',
      city: 'Berlin',
      country: 'DE',
      contact: 'Erika Müller',
      phone: '+49 30 123456',
      email: 'rechnung@mueller.example',
      address: 'rechnung@mueller.example',
    })
    expect(invoice.buyer).toMatchObject({
      name: 'Acme GmbH',
      vat_id: 'DE987654321',
      address: 'rechnungen@acme.example',
    })
    expect(invoice.lines).toMatchObject([
      { name: 'Website · Relaunch', quantity: '9000', unit: 'SEC', price: '120.00', amount: '300.00' },
    ])
  })

  test('carries two rates, a discount on both, time to the second, an expense, pieces and a part payment', async () => {
    const invoice = await read(mixed, format)
    expect(invoice.lines).toMatchObject([
      { quantity: '4801', unit: 'SEC', price: '95.00', base: '3600', amount: '126.69', rate: '19' },
      { quantity: '900', unit: 'SEC', price: '40.00', base: '3600', amount: '10.00', note: 'Overlaps: 0:45' },
      { quantity: '1', unit: 'C62', price: '19.99', amount: '19.99', first_day: '2026-03-12' },
      { quantity: '2.345', unit: 'C62', price: '9.99', amount: '23.43', rate: '7' },
    ])
    expect(invoice.discounts).toMatchObject([
      { amount: '2.34', category: 'S', rate: '7', reason: 'Discount 10 %' },
      { amount: '15.67', category: 'S', rate: '19', reason: 'Discount 10 %' },
    ])
    expect(invoice.taxes).toMatchObject([
      { base: '21.09', amount: '1.48', rate: '7' },
      { base: '141.01', amount: '26.79', rate: '19' },
    ])
    expect(invoice.head).toMatchObject({ paid: '90.37', due: '100.00' })
  })

  // where each amount stands with its tag, and the rules that its falsification breaks
  test.each([
    ['due', /(<(cbc:PayableAmount|ram:DuePayableAmount)[^>]*>)100\.00/, ['BR-CO-16']],
    ['with_tax', /(<(cbc:TaxInclusiveAmount|ram:GrandTotalAmount)[^>]*>)190\.37/, ['BR-CO-15', 'BR-CO-16']],
    [
      'before_tax',
      /(<(cbc:TaxExclusiveAmount|ram:TaxBasisTotalAmount)[^>]*>)162\.10/,
      ['BR-CO-13', 'BR-CO-15'],
    ],
    [
      'a line',
      /(<(cbc:LineExtensionAmount|ram:LineTotalAmount)[^>]*>)126\.69/,
      ['BR-CO-10', 'BR-08 of every category', 'PEPPOL-R120'],
    ],
    ['a discount', /(<(cbc:Amount|ram:ActualAmount)[^>]*>)15\.67/, ['BR-CO-11', 'BR-08 of every category']],
    ['a tax', /(<(cbc:TaxAmount|ram:CalculatedAmount)[^>]*>)26\.79/, ['BR-CO-14', 'BR-CO-17']],
  ])('is found out when %s is falsified', async (_, place, rules) => {
    const falsified = xml.replace(place, '$11.00')
    expect(brokenRules(await readInvoice(falsified), format.startsWith('xrechnung'))).toEqual(rules)
  })

  test('is the same bytes each time', async () => {
    const { bytes } = await eInvoice(mixed, format)
    expect(new TextDecoder().decode(bytes)).toBe(xml)
  })
})

describe('an e-invoice', () => {
  test('is named after its number', async () => {
    expect(await eInvoice(sentInvoice({ number: 'R/2026 0001' }), 'cii')).toMatchObject({
      media_type: 'application/xml',
      file_name: 'invoice-R-2026-0001.xml',
    })
  })

  test.each([
    ['draft', 'a draft'],
    ['void', 'void'],
  ] as const)('is not made of an invoice that is %s', async (status, word) => {
    const { number: _, issued_on: __, ...draft } = sentInvoice({ status })
    expect(await refused(status === 'draft' ? draft : sentInvoice({ status }))).toMatchObject({
      code: 'invoice_state',
      message: `Only an invoice that was sent can be an e-invoice; this one is ${word}.`,
    })
  })

  test('is refused with a list of what it lacks', async () => {
    const { seller, ...rest } = sentInvoice()
    const { phone: _, ...silent } = seller
    expect(await refused({ ...rest, seller: silent }, 'xrechnung-cii')).toMatchObject({
      code: 'validation_error',
      message:
        'The e-invoice 2026-0001 lacks: Your phone number, of three digits at least ' +
        "(settings update --phone '+49 30 123456').",
      details: { missing: [{ field: 'seller.phone' }] },
    })
  })

  test('that is paid owes nothing', async () => {
    const { head } = await read(sentInvoice({ status: 'paid', paid: '357.00', due: '0.00' }))
    expect(head).toMatchObject({ with_tax: '357.00', paid: '357.00', due: '0.00' })
  })

  test('names no account where none is known, and no SEPA transfer for other money than euros', async () => {
    expect((await read(sentInvoice({ payment: {} }))).head).toMatchObject({
      means: undefined,
      account: undefined,
    })
    expect((await read(sentInvoice({ currency: 'CHF' }))).head).toMatchObject({ means: '30' })
  })

  test('of all time has no first day, and none delivers after it was sent', async () => {
    const period = { token: 'all_time', to: '2026-04-30T22:00:00.000Z', time_zone: 'Europe/Berlin' }
    expect((await read(sentInvoice({ period }))).head).toMatchObject({
      first_day: undefined,
      last_day: '2026-04-30',
      delivered_on: '2026-04-02',
    })
  })

  test('leaves out what no XML can hold, and the day of an expense that lies before the period', async () => {
    const line: InvoiceLine = {
      kind: 'expense',
      description: 'Train\u0000 to\n Köln \ud800]]>&',
      date: '2026-02-10',
      amount: '300.00',
      tax_rate: '19',
    }
    const nameless: InvoiceLine = { ...line, description: '\u0001', amount: '0.00' }
    const { lines } = await read(sentInvoice({ lines: [line, nameless] }), 'cii')
    expect(lines).toMatchObject([{ name: 'Train to Köln ]]>&', first_day: undefined }, { name: 'expense' }])
  })

  test('counts whole yen as one piece where the product is not whole', async () => {
    const invoice = await read(
      sentInvoice({
        currency: 'JPY',
        lines: [
          {
            kind: 'human',
            description: 'Design',
            seconds: 4801,
            rate: '9000',
            amount: '12003',
            tax_rate: '10',
          },
          {
            kind: 'human',
            description: 'Build',
            seconds: 7200,
            rate: '9000',
            amount: '18000',
            tax_rate: '10',
          },
        ],
        subtotal: '30003',
        discount: '0',
        taxes: [{ rate: '10', base: '30003', amount: '3000' }],
        tax: '3000',
        total: '33003',
        paid: '0',
        due: '33003',
      }),
    )
    expect(invoice.lines).toMatchObject([
      { quantity: '1', unit: 'C62', price: '12003', amount: '12003' },
      { quantity: '7200', unit: 'SEC', price: '9000', amount: '18000' },
    ])
  })

  test('carries dinars as far as two decimals hold them', async () => {
    expect((await read(dinars('12.340'))).head).toMatchObject({ due: '12.34' })
    expect(await refused(dinars('12.345'))).toMatchObject({
      code: 'validation_error',
      message: 'E-invoices carry two decimals, and 12.345 BHD needs more.',
      hint: 'Send the PDF instead.',
    })
  })

  test('is refused in money that its code list does not have', async () => {
    expect(await refused(sentInvoice({ currency: 'XCG' }))).toMatchObject({
      message: 'E-invoices do not know the currency XCG.',
    })
  })

  test('keeps every rule, whatever was billed', async () => {
    await fc.assert(
      fc.asyncProperty(billed, fc.constantFrom('ubl', 'cii'), async (document, format) => {
        expect(brokenRules(await readInvoice((await eInvoice(document, format)).bytes))).toEqual([])
      }),
      { numRuns: 20 },
    )
  })
})

/** 0 % of tax, so that every amount is the one. */
const dinars = (amount: string): InvoiceDocument =>
  sentInvoice({
    currency: 'BHD',
    lines: [
      { kind: 'custom', description: 'Work', quantity: '1', unit_price: amount, amount, tax_rate: '0' },
    ],
    subtotal: amount,
    discount: '0.000',
    taxes: [{ rate: '0', base: amount, amount: '0.000' }],
    tax: '0.000',
    total: amount,
    paid: '0.000',
    due: amount,
  })

const mixed = sentInvoice({
  lines: [
    { kind: 'human', description: 'Website', seconds: 4801, rate: '95.00', amount: '126.69', tax_rate: '19' },
    {
      kind: 'agent',
      description: 'Website, by assistants',
      seconds: 900,
      rate: '40.00',
      amount: '10.00',
      tax_rate: '19',
      note: 'Overlaps: 0:45',
    },
    { kind: 'expense', description: 'Domain', date: '2026-03-12', amount: '19.99', tax_rate: '19' },
    {
      kind: 'custom',
      description: 'Books',
      quantity: '2.345',
      unit_price: '9.99',
      amount: '23.43',
      tax_rate: '7',
    },
  ],
  subtotal: '180.11',
  discount: '18.01',
  discount_percent: '10',
  taxes: [
    { rate: '7', base: '21.09', amount: '1.48' },
    { rate: '19', base: '141.01', amount: '26.79' },
  ],
  tax: '28.27',
  total: '190.37',
  paid: '90.37',
  due: '100.00',
})

const share = fc.constantFrom(0, 700, 1900, 2550)
const price = fc.integer({ min: 1, max: 1e8 })
const custom = fc.record({
  id: fc.constant('lin_1'),
  description: fc.string({ minLength: 1 }),
  quantity: fc.integer({ min: 1, max: 1e6 }),
  unit_price: price,
  tax_rate: share,
})
const expense: fc.Arbitrary<BillableExpense> = fc.record({
  id: fc.constant('exp_1'),
  date: fc.constantFrom('2026-01-01', '2026-03-15', '2026-04-15'),
  description: fc.string({ unit: 'binary' }),
  category: fc.constant('travel'),
  charge: price,
})
const time = fc.record({ seconds: fc.integer({ min: 1, max: 1e6 }), rate: price })
const acme = { id: 'prj_1', name: 'Acme' }

/** What the workspace would bill, computed by its own rules, for sellers with and without tax numbers. */
const billed: fc.Arbitrary<InvoiceDocument> = fc
  .record({
    currency: fc.constantFrom('EUR', 'JPY'),
    times: fc.array(time, { maxLength: 3 }),
    expenses: fc.array(expense, { maxLength: 2 }),
    custom: fc.array(custom, { minLength: 1, maxLength: 3 }),
    tax_rate: share,
    discount: fc.oneof(
      fc.constant(null),
      fc.record({ amount: fc.integer({ min: 0, max: 1e6 }) }),
      fc.record({ percent: fc.integer({ min: 0, max: 10_000 }) }),
    ),
    abroad: fc.constantFrom('DE', 'FR', 'US'),
  })
  .map(({ currency, times, expenses, custom, tax_rate, discount, abroad }) => {
    const computed = computeInvoice({
      currency,
      strategy: 'add',
      grouping: 'entry',
      rounding: { increment_minutes: 0, mode: 'up', scope: 'entry', minimum_minutes: 0 },
      tax_rate,
      discount,
      entries: times.map(({ seconds, rate }, index) => ({
        id: `ent_${index}`,
        member: { id: 'mem_1', name: 'Ada' },
        project: acme,
        date: '2026-03-15',
        started_at: null,
        ended_at: null,
        description: 'Work',
        spans: [],
        active_seconds: seconds,
        agent_seconds: 0,
        rate,
        agent_rate: rate,
      })),
      taken: new Map(),
      expenses,
      custom,
    })
    const { buyer } = sentInvoice()
    return sentInvoice({
      currency,
      buyer: { ...buyer, country: abroad, tax_id: abroad === 'FR' ? 'FR12345678901' : 'DE987654321' },
      ...invoiceText(computed, currency),
      paid: moneyText(0, currency),
      due: moneyText(computed.total, currency),
    })
  })
