import type { InvoiceDocument } from '../domain/invoice-document.ts'
import { isInUnion, vatId } from './codes.ts'
import type { Tree } from './tree.ts'

/** Standard, exempt, reverse charge, outside the scope: codes of UNTDID 5305. */
export interface TaxCategory {
  code: 'S' | 'E' | 'AE' | 'O'
  rate: string
  reason?: string
  reason_code?: string
}

/**
 * A rate alone does not say why there is no tax, and EN 16931 wants to know. So 0 % is, in this order:
 *
 *   AE  for a business in another member state of the EU, both with VAT ids: the buyer owes the tax
 *   O   across any other border: a service is taxed where its buyer is, the seller's law does not reach it
 *   E   when the seller has a VAT id or a tax number, small businesses among them
 *   O   for a seller whom no tax office knows
 *
 * Z stays unused: no service that is sold by the hour is taxed at a rate of zero. O admits no other category beside it
 * and no VAT ids, so an invoice that taxes anything has E where it would have O.
 */
export function categoryOf(document: InvoiceDocument, rate: string): TaxCategory {
  if (rate !== '0') return { code: 'S', rate }
  const { seller, buyer } = document
  const abroad = buyer.country !== undefined && seller.country !== buyer.country
  const inUnion = isInUnion(seller.country) && isInUnion(buyer.country)
  if (abroad && inUnion && vatId(seller.tax_id) && vatId(buyer.tax_id)) return reverseCharge
  const taxed = document.lines.some(line => line.tax_rate !== '0')
  if (taxed) return exempt
  if (abroad && !inUnion) return outOfScope
  return vatId(seller.tax_id) || seller.tax_number ? exempt : outOfScope
}

const reverseCharge: TaxCategory = {
  code: 'AE',
  rate: '0',
  reason: 'Reverse charge',
  reason_code: 'VATEX-EU-AE',
}
const exempt: TaxCategory = { code: 'E', rate: '0', reason: 'Exempt from VAT' }
const outOfScope: TaxCategory = {
  code: 'O',
  rate: '0',
  reason: 'Not subject to VAT',
  reason_code: 'VATEX-EU-O',
}

/** Whoever is outside the scope of VAT may show no VAT id. */
export const isOutOfScope = (document: InvoiceDocument): boolean =>
  document.lines.some(line => categoryOf(document, line.tax_rate).code === 'O')

/** As a line or an allowance says it. What is outside the scope has no rate, not even 0. */
export const taxTree = ({ code, rate }: TaxCategory): Tree => ({
  'cbc:ID': code,
  'cbc:Percent': code === 'O' ? undefined : rate,
  ...scheme,
})

/** As the breakdown says it: with the reason, and always with a rate, since XRechnung asks for one (BR-DE-14). */
export const taxRowTree = ({ code, rate, reason, reason_code }: TaxCategory): Tree => ({
  'cbc:ID': code,
  'cbc:Percent': rate,
  'cbc:TaxExemptionReasonCode': reason_code,
  'cbc:TaxExemptionReason': reason,
  ...scheme,
})

const scheme: Tree = { 'cac:TaxScheme': { 'cbc:ID': 'VAT' } }
