import { describe, expect, test } from 'vitest'
import type { InvoiceDocument, Party } from '../../src/domain/invoice-document.ts'
import { eInvoice } from '../../src/e-invoice/index.ts'
import { brokenRules, type ReadInvoice, readInvoice, sentInvoice } from '../support/e-invoice.ts'

const { seller: known, buyer: german } = sentInvoice()
const { tax_id: _, tax_number: __, ...unknown } = known
const small: Party = { ...unknown, tax_number: '12/345/67890' }
const french: Party = { ...german, country: 'FR', tax_id: 'FR12345678901' }
const american: Party = { ...german, country: 'US', tax_id: '' }

/** Everything at 0 %, or a second line with tax. */
const untaxed = (seller: Party, buyer: Party, taxed = false): InvoiceDocument => {
  const free = {
    kind: 'custom',
    description: 'Course',
    quantity: '1',
    unit_price: '100.00',
    amount: '100.00',
    tax_rate: '0',
  } as const
  const more = { ...free, description: 'Work', tax_rate: '19' } as const
  const row = { rate: '0', base: '100.00', amount: '0.00' }
  return sentInvoice({
    seller,
    buyer,
    lines: taxed ? [free, more] : [free],
    subtotal: taxed ? '200.00' : '100.00',
    taxes: taxed ? [row, { rate: '19', base: '100.00', amount: '19.00' }] : [row],
    tax: taxed ? '19.00' : '0.00',
    total: taxed ? '219.00' : '100.00',
    due: taxed ? '219.00' : '100.00',
  })
}

async function read(
  document: InvoiceDocument,
  format: 'xrechnung-ubl' | 'xrechnung-cii',
): Promise<ReadInvoice> {
  const invoice = await readInvoice((await eInvoice(document, format)).bytes)
  expect(brokenRules(invoice, true)).toEqual([])
  return invoice
}

describe.each(['xrechnung-ubl', 'xrechnung-cii'] as const)('zero percent in %s', format => {
  test.each([
    ['is exempt for a seller with a VAT id', known, german, 'E', 'Exempt from VAT'],
    ['is exempt for a small business with a tax number', small, german, 'E', 'Exempt from VAT'],
    ['is outside the scope for a seller without either', unknown, german, 'O', 'Not subject to VAT'],
    ['is owed by a business in another member state', known, french, 'AE', 'Reverse charge'],
    [
      'is exempt for a private buyer in another member state',
      known,
      { ...french, tax_id: '' },
      'E',
      'Exempt from VAT',
    ],
    ['is outside the scope for a buyer beyond the union', known, american, 'O', 'Not subject to VAT'],
  ])('%s', async (_, seller, buyer, category, reason) => {
    const invoice = await read(untaxed(seller, buyer), format)
    expect(invoice.lines).toMatchObject([{ category, rate: category === 'O' ? undefined : '0' }])
    expect(invoice.taxes).toMatchObject([{ category, rate: '0', reason, base: '100.00', amount: '0.00' }])
  })

  test('shows no VAT ids where it is outside the scope, and something else that identifies the seller', async () => {
    const invoice = await read(untaxed({ ...known, registration: '' }, american), format)
    expect(invoice.seller).toMatchObject({ vat_id: undefined, registration: '12/345/67890' })
  })

  test('is exempt beside a line that is taxed, wherever the buyer is', async () => {
    const { taxes } = await read(untaxed(known, american, true), format)
    expect(taxes).toMatchObject([
      { category: 'E', rate: '0' },
      { category: 'S', rate: '19' },
    ])
  })
})
