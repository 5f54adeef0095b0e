import type { Invoice } from '@e-invoice-eu/core'
import type { InvoiceDocument } from '../domain/invoice-document.ts'
import { dayOf } from '../domain/zone.ts'
import { type Money, minor, moneyIn } from './amount.ts'
import { linesTree } from './line.ts'
import { buyerTree, sellerTree } from './party.ts'
import { categoryOf, taxRowTree, taxTree } from './tax.ts'
import { pruned, type Tree } from './tree.ts'

export type Issued = InvoiceDocument & { number: string; issued_on: string }

/** The document in the words of EN 16931, for the library to write down. */
export function invoiceOf(document: Issued): Invoice {
  const { number, issued_on, due_on, currency } = document
  const money = moneyIn(currency)
  const days = daysOf(document)
  const tree = pruned({
    'cbc:ID': number,
    'cbc:IssueDate': issued_on,
    'cbc:DueDate': due_on ?? issued_on,
    // a commercial invoice
    'cbc:InvoiceTypeCode': '380',
    'cbc:Note': [document.notes],
    'cbc:DocumentCurrencyCode': currency,
    'cbc:BuyerReference': document.buyer_reference,
    'cac:InvoicePeriod': { 'cbc:StartDate': days.first, 'cbc:EndDate': days.last },
    'cac:OrderReference': { 'cbc:ID': document.po_number },
    'cac:AccountingSupplierParty': { 'cac:Party': sellerTree(document) },
    'cac:AccountingCustomerParty': { 'cac:Party': buyerTree(document) },
    'cac:Delivery': { 'cbc:ActualDeliveryDate': days.last < issued_on ? days.last : issued_on },
    'cac:PaymentMeans': [paymentTree(document)],
    'cac:AllowanceCharge': allowanceTrees(document, money),
    'cac:TaxTotal': [taxTotalTree(document, money)],
    'cac:LegalMonetaryTotal': totalsTree(document, money),
    'cac:InvoiceLine': linesTree(document, days, money),
  })
  // the library checks it against its schema, more closely than types could
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { 'ubl:Invoice': tree } as unknown as Invoice
}

/** The period's days in its own zone; `all_time` has no first one. */
function daysOf({ period }: InvoiceDocument): { first: string | undefined; last: string } {
  const { from, to, time_zone: zone } = period
  return {
    first: from === undefined ? undefined : dayOf(Date.parse(from), zone),
    last: dayOf(Date.parse(to) - 1, zone),
  }
}

/** Without an account nothing is said: a transfer that names none is refused (BR-61). */
function paymentTree({ number, seller, payment, currency }: Issued): Tree | undefined {
  const { iban, bic, account_holder } = payment
  if (!iban) return undefined
  return {
    // SEPA moves euros only; anything else is a transfer
    'cbc:PaymentMeansCode': currency === 'EUR' ? '58' : '30',
    'cbc:PaymentID': number,
    'cac:PayeeFinancialAccount': {
      'cbc:ID': iban.replaceAll(' ', ''),
      'cbc:Name': account_holder ?? seller.name,
      'cac:FinancialInstitutionBranch': { 'cbc:ID': bic },
    },
  }
}

/** The discount, as much of it as each rate got: what its lines come to before, less what is taxed. */
function allowanceTrees(document: InvoiceDocument, money: Money): Tree[] {
  const { lines, taxes, currency, discount_percent: percent } = document
  return taxes.flatMap(({ rate, base }) => {
    const own = lines.filter(line => line.tax_rate === rate)
    const before = own.reduce((sum, line) => sum + minor(line.amount, currency), 0)
    const allowance = before - minor(base, currency)
    if (allowance === 0) return []
    return {
      'cbc:ChargeIndicator': 'false',
      // a discount, in UNTDID 5189
      'cbc:AllowanceChargeReasonCode': '95',
      'cbc:AllowanceChargeReason': percent ? `Discount ${percent} %` : 'Discount',
      ...money('cbc:Amount', allowance),
      'cac:TaxCategory': taxTree(categoryOf(document, rate)),
    }
  })
}

const taxTotalTree = (document: InvoiceDocument, money: Money): Tree => ({
  ...money('cbc:TaxAmount', document.tax),
  'cac:TaxSubtotal': document.taxes.map(({ rate, base, amount }) => ({
    ...money('cbc:TaxableAmount', base),
    ...money('cbc:TaxAmount', amount),
    'cac:TaxCategory': taxRowTree(categoryOf(document, rate)),
  })),
})

function totalsTree({ currency, subtotal, discount, total, paid, due }: InvoiceDocument, money: Money): Tree {
  const taxable = minor(subtotal, currency) - minor(discount, currency)
  return {
    ...money('cbc:LineExtensionAmount', subtotal),
    ...money('cbc:TaxExclusiveAmount', taxable),
    ...money('cbc:TaxInclusiveAmount', total),
    ...(minor(discount, currency) > 0 && money('cbc:AllowanceTotalAmount', discount)),
    ...(minor(paid, currency) > 0 && money('cbc:PrepaidAmount', paid)),
    ...money('cbc:PayableAmount', due),
  }
}
