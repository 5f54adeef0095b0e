import { createRequire } from 'node:module'
import type { InvoiceDocument } from '../../src/domain/invoice-document.ts'

// An e-invoice read back with another program than wrote it, and the rules of EN 16931 and XRechnung that an invoice of
// ours can break, in our own words and under the names that validators call them by.

interface Saxon {
  getResource(options: { type: 'xml'; text: string }): Promise<object>
  XPath: { evaluate(path: string, context: object, options: object): unknown }
}
const saxon: Saxon = createRequire(import.meta.url)('saxon-js')

/** By field: where UBL has it, and where CII has it. */
type Paths = Record<string, readonly [ubl: string, cii: string]>
type Read = Record<string, string | undefined>

const trade = '/*/rsm:SupplyChainTradeTransaction'
const agreement = `${trade}/ram:ApplicableHeaderTradeAgreement`
const settlement = `${trade}/ram:ApplicableHeaderTradeSettlement`
const sum = `${settlement}/ram:SpecifiedTradeSettlementHeaderMonetarySummation`
const means = `${settlement}/ram:SpecifiedTradeSettlementPaymentMeans`
const context = '/*/rsm:ExchangedDocumentContext'

const head: Paths = {
  guideline: ['/*/cbc:CustomizationID', `${context}/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID`],
  number: ['/*/cbc:ID', '/*/rsm:ExchangedDocument/ram:ID'],
  type: ['/*/cbc:InvoiceTypeCode', '/*/rsm:ExchangedDocument/ram:TypeCode'],
  issued_on: ['/*/cbc:IssueDate', '/*/rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString'],
  note: ['/*/cbc:Note', '/*/rsm:ExchangedDocument/ram:IncludedNote/ram:Content'],
  due_on: [
    '/*/cbc:DueDate',
    `${settlement}/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString`,
  ],
  currency: ['/*/cbc:DocumentCurrencyCode', `${settlement}/ram:InvoiceCurrencyCode`],
  buyer_reference: ['/*/cbc:BuyerReference', `${agreement}/ram:BuyerReference`],
  order: [
    '/*/cac:OrderReference/cbc:ID',
    `${agreement}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID`,
  ],
  first_day: [
    '/*/cac:InvoicePeriod/cbc:StartDate',
    `${settlement}/ram:BillingSpecifiedPeriod/ram:StartDateTime/udt:DateTimeString`,
  ],
  last_day: [
    '/*/cac:InvoicePeriod/cbc:EndDate',
    `${settlement}/ram:BillingSpecifiedPeriod/ram:EndDateTime/udt:DateTimeString`,
  ],
  delivered_on: [
    '/*/cac:Delivery/cbc:ActualDeliveryDate',
    `${trade}/ram:ApplicableHeaderTradeDelivery/ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/udt:DateTimeString`,
  ],
  means: ['/*/cac:PaymentMeans/cbc:PaymentMeansCode', `${means}/ram:TypeCode`],
  reference: ['/*/cac:PaymentMeans/cbc:PaymentID', `${settlement}/ram:PaymentReference`],
  account: [
    '/*/cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID',
    `${means}/ram:PayeePartyCreditorFinancialAccount/ram:IBANID`,
  ],
  bic: [
    '/*/cac:PaymentMeans/cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID',
    `${means}/ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID`,
  ],
  sum_of_lines: ['/*/cac:LegalMonetaryTotal/cbc:LineExtensionAmount', `${sum}/ram:LineTotalAmount`],
  allowances: ['/*/cac:LegalMonetaryTotal/cbc:AllowanceTotalAmount', `${sum}/ram:AllowanceTotalAmount`],
  before_tax: ['/*/cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount', `${sum}/ram:TaxBasisTotalAmount`],
  tax: ['/*/cac:TaxTotal/cbc:TaxAmount', `${sum}/ram:TaxTotalAmount`],
  with_tax: ['/*/cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount', `${sum}/ram:GrandTotalAmount`],
  paid: ['/*/cac:LegalMonetaryTotal/cbc:PrepaidAmount', `${sum}/ram:TotalPrepaidAmount`],
  due: ['/*/cac:LegalMonetaryTotal/cbc:PayableAmount', `${sum}/ram:DuePayableAmount`],
}

const party: Paths = {
  name: ['cac:PartyLegalEntity/cbc:RegistrationName', 'ram:Name'],
  registration: ['cac:PartyLegalEntity/cbc:CompanyID', 'ram:SpecifiedLegalOrganization/ram:ID'],
  vat_id: [
    "cac:PartyTaxScheme[cac:TaxScheme/cbc:ID='VAT']/cbc:CompanyID",
    "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']",
  ],
  tax_number: [
    "cac:PartyTaxScheme[cac:TaxScheme/cbc:ID!='VAT']/cbc:CompanyID",
    "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='FC']",
  ],
  contact: ['cac:Contact/cbc:Name', 'ram:DefinedTradeContact/ram:PersonName'],
  phone: [
    'cac:Contact/cbc:Telephone',
    'ram:DefinedTradeContact/ram:TelephoneUniversalCommunication/ram:CompleteNumber',
  ],
  email: [
    'cac:Contact/cbc:ElectronicMail',
    'ram:DefinedTradeContact/ram:EmailURIUniversalCommunication/ram:URIID',
  ],
  address: ['cbc:EndpointID', 'ram:URIUniversalCommunication/ram:URIID'],
  scheme: ['cbc:EndpointID/@schemeID', 'ram:URIUniversalCommunication/ram:URIID/@schemeID'],
  street: ['cac:PostalAddress/cbc:StreetName', 'ram:PostalTradeAddress/ram:LineOne'],
  city: ['cac:PostalAddress/cbc:CityName', 'ram:PostalTradeAddress/ram:CityName'],
  postal_code: ['cac:PostalAddress/cbc:PostalZone', 'ram:PostalTradeAddress/ram:PostcodeCode'],
  country: ['cac:PostalAddress/cac:Country/cbc:IdentificationCode', 'ram:PostalTradeAddress/ram:CountryID'],
}

const lineTax = 'ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax'
const linePeriod = 'ram:SpecifiedLineTradeSettlement/ram:BillingSpecifiedPeriod'
const price = 'ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice'
const line: Paths = {
  id: ['cbc:ID', 'ram:AssociatedDocumentLineDocument/ram:LineID'],
  name: ['cac:Item/cbc:Name', 'ram:SpecifiedTradeProduct/ram:Name'],
  note: ['cbc:Note', 'ram:AssociatedDocumentLineDocument/ram:IncludedNote/ram:Content'],
  quantity: ['cbc:InvoicedQuantity', 'ram:SpecifiedLineTradeDelivery/ram:BilledQuantity'],
  unit: ['cbc:InvoicedQuantity/@unitCode', 'ram:SpecifiedLineTradeDelivery/ram:BilledQuantity/@unitCode'],
  price: ['cac:Price/cbc:PriceAmount', `${price}/ram:ChargeAmount`],
  base: ['cac:Price/cbc:BaseQuantity', `${price}/ram:BasisQuantity`],
  base_unit: ['cac:Price/cbc:BaseQuantity/@unitCode', `${price}/ram:BasisQuantity/@unitCode`],
  amount: [
    'cbc:LineExtensionAmount',
    'ram:SpecifiedLineTradeSettlement/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount',
  ],
  category: ['cac:Item/cac:ClassifiedTaxCategory/cbc:ID', `${lineTax}/ram:CategoryCode`],
  rate: ['cac:Item/cac:ClassifiedTaxCategory/cbc:Percent', `${lineTax}/ram:RateApplicablePercent`],
  first_day: ['cac:InvoicePeriod/cbc:StartDate', `${linePeriod}/ram:StartDateTime/udt:DateTimeString`],
  last_day: ['cac:InvoicePeriod/cbc:EndDate', `${linePeriod}/ram:EndDateTime/udt:DateTimeString`],
}
const allowance: Paths = {
  amount: ['cbc:Amount', 'ram:ActualAmount'],
  reason: ['cbc:AllowanceChargeReason', 'ram:Reason'],
  category: ['cac:TaxCategory/cbc:ID', 'ram:CategoryTradeTax/ram:CategoryCode'],
  rate: ['cac:TaxCategory/cbc:Percent', 'ram:CategoryTradeTax/ram:RateApplicablePercent'],
}
const tax: Paths = {
  base: ['cbc:TaxableAmount', 'ram:BasisAmount'],
  amount: ['cbc:TaxAmount', 'ram:CalculatedAmount'],
  category: ['cac:TaxCategory/cbc:ID', 'ram:CategoryCode'],
  rate: ['cac:TaxCategory/cbc:Percent', 'ram:RateApplicablePercent'],
  reason: ['cac:TaxCategory/cbc:TaxExemptionReason', 'ram:ExemptionReason'],
}

const groups = {
  seller: ['/*/cac:AccountingSupplierParty/cac:Party', `${agreement}/ram:SellerTradeParty`, party],
  buyer: ['/*/cac:AccountingCustomerParty/cac:Party', `${agreement}/ram:BuyerTradeParty`, party],
  lines: ['/*/cac:InvoiceLine', `${trade}/ram:IncludedSupplyChainTradeLineItem`, line],
  discounts: ['/*/cac:AllowanceCharge', `${settlement}/ram:SpecifiedTradeAllowanceCharge`, allowance],
  taxes: ['/*/cac:TaxTotal/cac:TaxSubtotal', `${settlement}/ram:ApplicableTradeTax`, tax],
} as const

const namespaceContext = {
  cbc: 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2',
  cac: 'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2',
  rsm: 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100',
  ram: 'urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100',
  udt: 'urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100',
}

export interface ReadInvoice {
  head: Read
  seller: Read
  buyer: Read
  lines: Read[]
  discounts: Read[]
  taxes: Read[]
  /** Elements with neither text nor children. */
  empty: string[]
}

export async function readInvoice(bytes: Uint8Array | string): Promise<ReadInvoice> {
  const text = typeof bytes === 'string' ? bytes : new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  const document = await saxon.getResource({ type: 'xml', text })
  const cii = text.includes('CrossIndustryInvoice')
  const group = (name: keyof typeof groups): Read[] => {
    const [ublPath, ciiPath, fields] = groups[name]
    return all(cii ? ciiPath : ublPath, document).map(node => fieldsOf(node, fields, cii))
  }
  return {
    head: fieldsOf(document, head, cii),
    seller: group('seller')[0] ?? {},
    buyer: group('buyer')[0] ?? {},
    lines: group('lines'),
    discounts: group('discounts'),
    taxes: group('taxes'),
    empty: texts('//*[not(*) and normalize-space(.) = ""]/name()', document),
  }
}

const fieldsOf = (node: object, paths: Paths, cii: boolean): Read =>
  Object.fromEntries(
    Object.entries(paths).map(([name, [ublPath, ciiPath]]) => {
      const [text, more] = texts(`(${cii ? ciiPath : ublPath})/string()`, node)
      if (more !== undefined) throw new Error(`${name} stands there twice.`)
      return [name, isDate(name) ? text?.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3') : text]
    }),
  )

const isDate = (name: string): boolean => name.endsWith('_on') || name.endsWith('_day')

function evaluated(path: string, node: object): unknown[] {
  const found = saxon.XPath.evaluate(path, node, { namespaceContext, resultForm: 'array' })
  if (!Array.isArray(found)) throw new Error(`${path} gave no list.`)
  return found
}
const all = (path: string, node: object): object[] =>
  evaluated(path, node).filter((one): one is object => typeof one === 'object' && one !== null)
const texts = (path: string, node: object): string[] => evaluated(path, node).map(String)

/** The rules that it breaks. */
export function brokenRules(invoice: ReadInvoice, xrechnung = false): string[] {
  const rules = [...basics, ...arithmetic, ...categories, ...(xrechnung ? germany : [])]
  return rules.filter(([, holds]) => !holds(invoice)).map(([name]) => name)
}

type Rule = readonly [name: string, holds: (invoice: ReadInvoice) => boolean]

/** Amounts as whole cents, so that nothing is lost while checking. */
const cents = (text: string | undefined): number => Math.round(Number(text ?? 0) * 100)
const sumOf = (amounts: readonly (string | undefined)[]): number =>
  amounts.reduce((total, amount) => total + cents(amount), 0)
const hasTwoDecimals = (text: string | undefined): boolean => /^-?\d+(\.\d{1,2})?$/.test(text ?? '0')

const basics: Rule[] = [
  ['BR-01', ({ head }) => Boolean(head.guideline)],
  ['BR-02', ({ head }) => Boolean(head.number)],
  ['BR-03', ({ head }) => /^\d{4}-\d\d-\d\d$/.test(head.issued_on ?? '')],
  ['BR-04', ({ head }) => head.type === '380'],
  ['BR-05', ({ head }) => /^[A-Z]{3}$/.test(head.currency ?? '')],
  ['BR-06', ({ seller }) => Boolean(seller.name)],
  ['BR-07', ({ buyer }) => Boolean(buyer.name)],
  ['BR-09', ({ seller }) => /^[A-Z]{2}$/.test(seller.country ?? '')],
  ['BR-11', ({ buyer }) => /^[A-Z]{2}$/.test(buyer.country ?? '')],
  ['BR-16', ({ lines }) => lines.length > 0],
  ['BR-21', ({ lines }) => new Set(lines.map(line => line.id)).size === lines.length],
  ['BR-22', ({ lines }) => lines.every(line => Number(line.quantity) > 0)],
  ['BR-23', ({ lines }) => lines.every(line => ['HUR', 'SEC', 'C62'].includes(line.unit ?? ''))],
  ['BR-25', ({ lines }) => lines.every(line => line.name)],
  ['BR-27', ({ lines }) => lines.every(line => Number(line.price) >= 0)],
  ['BR-29', ({ head }) => !head.first_day || !head.last_day || head.first_day <= head.last_day],
  ['BR-33', ({ discounts }) => discounts.every(discount => discount.reason)],
  ['BR-61', ({ head }) => !head.means || Boolean(head.account)],
  ['BR-62/63', ({ seller, buyer }) => [seller, buyer].every(one => !one.address || one.scheme === 'EM')],
  ['BR-CO-09', ({ seller, buyer }) => [seller, buyer].every(one => /^[A-Z]{2}|^$/.test(one.vat_id ?? ''))],
  ['BR-CO-25', ({ head }) => cents(head.due) <= 0 || Boolean(head.due_on)],
  ['BR-CO-26', ({ seller }) => Boolean(seller.vat_id || seller.registration)],
  ['PEPPOL-R008', ({ empty }) => empty.length === 0],
  ['delivery', ({ head }) => Boolean(head.delivered_on || head.last_day)],
]

const arithmetic: Rule[] = [
  ['BR-CO-10', ({ head, lines }) => cents(head.sum_of_lines) === sumOf(lines.map(line => line.amount))],
  ['BR-CO-11', ({ head, discounts }) => cents(head.allowances) === sumOf(discounts.map(one => one.amount))],
  ['BR-CO-13', ({ head }) => cents(head.before_tax) === cents(head.sum_of_lines) - cents(head.allowances)],
  ['BR-CO-14', ({ head, taxes }) => cents(head.tax) === sumOf(taxes.map(row => row.amount))],
  ['BR-CO-15', ({ head }) => cents(head.with_tax) === cents(head.before_tax) + cents(head.tax)],
  ['BR-CO-16', ({ head }) => cents(head.due) === cents(head.with_tax) - cents(head.paid)],
  [
    'BR-CO-17',
    // yen are rounded to whole ones
    ({ head, taxes }) =>
      taxes.every(row => {
        const exact = (cents(row.base) * Number(row.rate)) / 100
        return Math.abs(cents(row.amount) - exact) <= (head.currency === 'JPY' ? 50 : 0.5)
      }),
  ],
  ['BR-CO-18', ({ taxes }) => taxes.length > 0],
  [
    'BR-DEC',
    ({ head, lines, discounts, taxes }) =>
      [head.sum_of_lines, head.allowances, head.before_tax, head.tax, head.with_tax, head.paid, head.due]
        .concat(lines.map(one => one.amount))
        .concat(discounts.map(one => one.amount))
        .concat(taxes.flatMap(one => [one.base, one.amount]))
        .every(hasTwoDecimals),
  ],
  [
    'BR-08 of every category',
    ({ lines, discounts, taxes }) =>
      taxes.every(row => {
        const of = (rows: Read[]): number =>
          sumOf(rows.filter(one => isSameTax(one, row)).map(one => one.amount))
        return cents(row.base) === of(lines) - of(discounts)
      }),
  ],
  [
    'PEPPOL-R120',
    ({ lines }) =>
      lines.every(line => {
        const exact = (Number(line.quantity) * Number(line.price) * 100) / Number(line.base)
        return Math.abs(cents(line.amount) - exact) <= 0.5 + 1e-6
      }),
  ],
  ['PEPPOL-R121', ({ lines }) => lines.every(line => Number(line.base) > 0)],
  ['PEPPOL-R130', ({ lines }) => lines.every(line => line.base_unit === line.unit)],
  [
    'PEPPOL-R110/R111',
    ({ head, lines }) =>
      lines.every(
        line =>
          (!line.first_day || !head.first_day || line.first_day >= head.first_day) &&
          (!line.last_day || !head.last_day || line.last_day <= head.last_day),
      ),
  ],
]

/** What is outside the scope has no rate in a line, and 0 in the breakdown. */
const isSameTax = (one: Read, row: Read): boolean =>
  one.category === row.category && Number(one.rate ?? 0) === Number(row.rate ?? 0)

const used = ({ lines, discounts }: ReadInvoice): Read[] => [...lines, ...discounts]
const has = (invoice: ReadInvoice, category: string): boolean =>
  [...used(invoice), ...invoice.taxes].some(one => one.category === category)

const categories: Rule[] = [
  [
    'BR-01 of every category',
    invoice =>
      used(invoice).every(one => invoice.taxes.filter(row => isSameTax(one, row)).length === 1) &&
      invoice.taxes.every(row => invoice.lines.some(one => isSameTax(one, row))),
  ],
  ['BR-S-02', one => !has(one, 'S') || Boolean(one.seller.vat_id || one.seller.tax_number)],
  ['BR-E-02', one => !has(one, 'E') || Boolean(one.seller.vat_id || one.seller.tax_number)],
  ['BR-AE-02', one => !has(one, 'AE') || Boolean(one.seller.vat_id && one.buyer.vat_id)],
  ['BR-O-02', one => !has(one, 'O') || (!one.seller.vat_id && !one.buyer.vat_id)],
  ['BR-S-05', one => used(one).every(({ category, rate }) => category !== 'S' || Number(rate) > 0)],
  ['BR-E-05', one => used(one).every(({ category, rate }) => category !== 'E' || rate === '0')],
  ['BR-AE-05', one => used(one).every(({ category, rate }) => category !== 'AE' || rate === '0')],
  ['BR-O-05', one => used(one).every(({ category, rate }) => category !== 'O' || rate === undefined)],
  ['BR-10', ({ taxes }) => taxes.every(({ category, reason }) => (category === 'S') === !reason)],
  ['BR-O-11', one => !has(one, 'O') || one.taxes.length === 1],
]

const germany: Rule[] = [
  ['BR-DE-1', ({ head }) => Boolean(head.means)],
  ['BR-DE-3', ({ seller }) => Boolean(seller.city)],
  ['BR-DE-4', ({ seller }) => Boolean(seller.postal_code)],
  ['BR-DE-5', ({ seller }) => Boolean(seller.contact)],
  ['BR-DE-6', ({ seller }) => Boolean(seller.phone)],
  ['BR-DE-7', ({ seller }) => Boolean(seller.email)],
  ['BR-DE-8', ({ buyer }) => Boolean(buyer.city)],
  ['BR-DE-9', ({ buyer }) => Boolean(buyer.postal_code)],
  ['BR-DE-14', ({ taxes }) => taxes.every(({ rate }) => rate)],
  ['BR-DE-15', ({ head }) => Boolean(head.buyer_reference)],
  [
    'BR-DE-16',
    one =>
      used(one).every(({ category }) => category === 'O') ||
      Boolean(one.seller.vat_id || one.seller.tax_number),
  ],
  [
    'BR-DE-21',
    ({ head }) => Boolean(head.guideline?.endsWith('#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0')),
  ],
  ['BR-DE-23-a', ({ head }) => Boolean(head.account)],
  ['BR-DE-27', ({ seller }) => /\d.*\d.*\d/.test(seller.phone ?? '')],
  ['PEPPOL-R010', ({ buyer }) => Boolean(buyer.address)],
  ['PEPPOL-R020', ({ seller }) => Boolean(seller.address)],
]

/** An invoice that was sent: two and a half hours at 120 EUR, from Berlin to an office in Berlin. */
export const sentInvoice = (change: Partial<InvoiceDocument> = {}): InvoiceDocument => ({
  id: 'inv_1',
  status: 'sent',
  number: '2026-0001',
  seller: {
    name: 'Müller & Söhne <Software>',
    contact: 'Erika Müller',
    street: 'Weg 1',
    postal_code: '10115',
    city: 'Berlin',
    country: 'DE',
    email: 'rechnung@mueller.example',
    phone: '+49 30 123456',
    tax_id: 'DE123456789',
    tax_number: '12/345/67890',
    registration: 'HRB 1234',
  },
  buyer: {
    name: 'Acme GmbH',
    street: 'Platz 2',
    postal_code: '10117',
    city: 'Berlin',
    country: 'DE',
    email: 'rechnungen@acme.example',
    tax_id: 'DE987654321',
  },
  payment: { iban: 'DE89370400440532013000', bic: 'COBADEFFXXX', account_holder: 'Erika Müller' },
  currency: 'EUR',
  locale: 'de-DE',
  period: {
    token: '2026-03',
    from: '2026-02-28T23:00:00.000Z',
    to: '2026-03-31T22:00:00.000Z',
    time_zone: 'Europe/Berlin',
  },
  issued_on: '2026-04-02',
  due_on: '2026-05-02',
  po_number: 'PO-77',
  buyer_reference: '04011000-12345-34',
  notes: 'Thank you.',
  lines: [
    {
      kind: 'human',
      description: 'Website · Relaunch',
      seconds: 9000,
      rate: '120.00',
      amount: '300.00',
      tax_rate: '19',
    },
  ],
  subtotal: '300.00',
  discount: '0.00',
  taxes: [{ rate: '19', base: '300.00', amount: '57.00' }],
  tax: '57.00',
  total: '357.00',
  paid: '0.00',
  due: '357.00',
  rounding: { increment_minutes: 0, mode: 'up', scope: 'entry', minimum_minutes: 0 },
  overlap_strategy: 'add',
  ...change,
})
