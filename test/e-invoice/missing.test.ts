import { describe, expect, test } from 'vitest'
import type { InvoiceDocument, Party } from '../../src/domain/invoice-document.ts'
import type { EInvoiceFormat } from '../../src/e-invoice/format.ts'
import { missingFor } from '../../src/e-invoice/missing.ts'
import { sentInvoice } from '../support/e-invoice.ts'

const fields = (document: InvoiceDocument, format: EInvoiceFormat): string[] =>
  missingFor(document, format).map(({ field }) => field)

/** Nothing but names. */
const { buyer_reference: _, ...rest } = sentInvoice()
const bare: InvoiceDocument = { ...rest, seller: { name: 'Ada' }, buyer: { name: 'Acme' }, payment: {} }
const change = (seller: Partial<Party>, buyer: Partial<Party> = {}): InvoiceDocument => {
  const whole = sentInvoice()
  return { ...whole, seller: { ...whole.seller, ...seller }, buyer: { ...whole.buyer, ...buyer } }
}

describe('what an e-invoice lacks', () => {
  test('is nothing when both addresses are complete', () => {
    for (const format of ['xrechnung-ubl', 'xrechnung-cii', 'ubl', 'cii', 'factur-x'] as const)
      expect(fields(sentInvoice(), format)).toEqual([])
  })

  test('depends on the format', () => {
    const least = ['seller.country', 'seller.tax_id', 'buyer.country']
    const addresses = ['seller.email', 'buyer.email']
    expect(fields(bare, 'cii')).toEqual(least)
    expect(fields(bare, 'factur-x')).toEqual(least)
    expect(fields(bare, 'ubl')).toEqual([...least, ...addresses])
    const all = [
      ...least,
      ...addresses,
      'seller.contact',
      'seller.phone',
      'seller.postal_code',
      'seller.city',
      'payment.iban',
      'buyer.postal_code',
      'buyer.city',
      'buyer_reference',
    ]
    expect(fields(bare, 'xrechnung-ubl')).toEqual(all)
    expect(fields(bare, 'xrechnung-cii')).toEqual(all)
  })

  test('is told with the command that fills it, of a draft too', () => {
    const { number: _, ...draft } = bare
    const missing = missingFor({ ...draft, status: 'draft' }, 'xrechnung-ubl', "Tom's $(Bar)")
    expect(missing).toContainEqual({
      field: 'seller.postal_code',
      what: 'The postal code of your address',
      where: 'settings update --postal-code 10115',
    })
    expect(missing).toContainEqual({
      field: 'buyer.city',
      what: "The city of the client's address",
      where: String.raw`client save 'Tom'\''s $(Bar)' --city Berlin`,
    })
    expect(missing.at(-1)?.where).toMatch(/--buyer-reference 04011000-12345-34$/)
    expect(missingFor(bare, 'ubl').at(-1)?.where).toBe('client save Acme --email invoices@example.com')
  })

  test.each([
    ['a country that is none', change({ country: 'XX' }), ['seller.country']],
    ['a VAT id without its country', change({ tax_id: '123456789' }), ['seller.tax_id']],
    ["a client's VAT id without its country", change({}, { tax_id: '123456789' }), ['buyer.tax_id']],
    ['a phone number without digits', change({ phone: 'call me' }), ['seller.phone']],
    ['an address without a domain', change({ email: 'ada@' }), ['seller.email']],
    ['a name of spaces', change({ contact: ' ' }), ['seller.contact']],
  ])('may be %s', (_, document, missing) => {
    expect(fields(document, 'xrechnung-ubl')).toEqual(missing)
  })

  test('is the tax number only for whoever taxes, and else anything that identifies the seller', () => {
    const seller = { tax_id: '', tax_number: '', registration: '' }
    const untaxed = {
      lines: [{ kind: 'human', description: 'Work', amount: '300.00', tax_rate: '0' }],
    } as const
    expect(fields(change(seller), 'cii')).toEqual(['seller.tax_id'])
    expect(fields({ ...change(seller), lines: [...untaxed.lines] }, 'cii')).toEqual(['seller.registration'])
    expect(
      fields({ ...change({ ...seller, registration: 'HRB 1' }), lines: [...untaxed.lines] }, 'cii'),
    ).toEqual([])
  })

  test('is no VAT id with its country before it, however it is written', () => {
    expect(fields(change({ tax_id: 'de 123 456 789' }, { tax_id: 'EL-123456789' }), 'ubl')).toEqual([])
  })
})
