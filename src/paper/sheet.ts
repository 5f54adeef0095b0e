import type { InvoiceDocument, InvoiceLine, Party } from '../domain/invoice-document.ts'
import { noteOnPaper } from '../domain/line-note.ts'
import { type Annex, annexOf } from './annex.ts'
import { type Format, formatOf, hoursText, ibanText, isZero, localeOf } from './format.ts'
import { languages, type Words, wordsOf } from './words.ts'

/** All that stands on the paper, as it is read; HTML and PDF only lay it out. */
export interface Sheet {
  language: string
  heading: string
  /** `Invoice 2026-0007` */
  title: string
  mark: Mark | undefined
  seller: string[]
  sellerDetails: Fact[]
  buyerLabel: string
  buyer: string[]
  buyerDetails: Fact[]
  facts: Fact[]
  lines: Table
  footnote: string | undefined
  sums: Sum[]
  payment: { label: string; request: string | undefined; facts: Fact[] }
  notes: { label: string; text: string } | undefined
  annex: Annex | undefined
}

export interface Mark {
  kind: 'draft' | 'void' | 'paid'
  word: string
}
export interface Fact {
  label: string
  value: string
}
export interface Sum extends Fact {
  strong?: boolean
}
export interface Table {
  columns: Column[]
  rows: Cell[][]
}
export interface Column {
  label: string
  figures?: boolean
  /** Takes the room that the others leave. */
  wide?: boolean
}
export interface Cell {
  text: string
  /** Below it, smaller. */
  small?: string[]
}

export function sheetOf(document: InvoiceDocument): Sheet {
  const { language } = localeOf(document.locale)
  const words = wordsOf(language)
  const format = formatOf(document.locale, document.currency, document.period.time_zone)
  const abroad = document.seller.country !== document.buyer.country
  return {
    language: languages.has(language) ? localeOf(document.locale).toString() : 'en',
    heading: words.invoice,
    title: `${words.invoice} ${document.number ?? words.marks.draft}`,
    mark: markOf(document.status, words),
    seller: addressOf(document.seller, abroad, language),
    sellerDetails: sellerDetailsOf(document.seller, words),
    buyerLabel: words.billTo,
    buyer: addressOf(document.buyer, abroad, language),
    buyerDetails: registrationsOf(document.buyer, words),
    facts: factsOf(document, words, format),
    lines: linesOf(document, words, format),
    footnote: footnoteOf(document, words),
    sums: sumsOf(document, words, format),
    payment: paymentOf(document, words, format),
    notes: document.notes ? { label: words.notes, text: document.notes } : undefined,
    annex: document.evidence?.length ? annexOf(document.evidence, words, format) : undefined,
  }
}

const markOf = (status: InvoiceDocument['status'], words: Words): Mark | undefined =>
  status === 'sent' ? undefined : { kind: status, word: words.marks[status] }

function addressOf(party: Party, abroad: boolean, language: string): string[] {
  const { name, contact, street, country } = party
  return filled([
    name,
    contact,
    street,
    ...placeOf(party),
    abroad && country ? countryName(country, language) : undefined,
  ])
}

const cityFirst = new Set(['US', 'CA', 'AU', 'NZ', 'GB', 'IE', 'IN'])

/** `Austin, TX 78701`, or `10115 Berlin` and the region below. */
function placeOf({ postal_code, city, region, country = '' }: Party): (string | undefined)[] {
  if (!cityFirst.has(country)) return [joined(' ', postal_code, city), region]
  return [joined(', ', city, joined(' ', region, postal_code))]
}

function countryName(code: string, language: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code
  const spoken = languages.has(language) ? language : 'en'
  return new Intl.DisplayNames(spoken, { type: 'region' }).of(code) ?? code
}

const sellerDetailsOf = (seller: Party, words: Words): Fact[] => [
  ...facts(['', seller.email], ['', seller.phone]),
  ...registrationsOf(seller, words),
]

const registrationsOf = ({ tax_id, tax_number, registration }: Party, words: Words): Fact[] =>
  facts([words.taxId, tax_id], [words.taxNumber, tax_number], [words.registration, registration])

function factsOf(document: InvoiceDocument, words: Words, format: Format): Fact[] {
  const { number, issued_on, due_on, period, po_number, buyer_reference } = document
  return facts(
    [words.number, number],
    [words.issued, issued_on && format.day(issued_on)],
    [words.due, due_on && format.day(due_on)],
    [
      words.period,
      period.from ? format.days(period.from, period.to) : words.until(format.dayBefore(period.to)),
    ],
    [words.purchaseOrder, po_number],
    [words.buyerReference, buyer_reference],
  )
}

function linesOf(document: InvoiceDocument, words: Words, format: Format): Table {
  const { lines } = document
  const byQuantity = lines.some(line => line.quantity !== undefined || line.unit_price !== undefined)
  const taxed = new Set(lines.map(line => line.tax_rate)).size > 1
  const figure = (decimal: string | undefined): Cell => ({ text: decimal ? format.figure(decimal) : '' })
  return {
    columns: [
      { label: words.description, wide: true },
      { label: byQuantity ? words.hoursOrQuantity : words.hours, figures: true },
      { label: byQuantity ? words.rateOrPrice : words.rate, figures: true },
      ...(taxed ? [{ label: words.tax, figures: true }] : []),
      { label: words.amount, figures: true },
    ],
    rows: lines.map(line => [
      { text: line.description, small: smallPrint(line, document, words, format) },
      line.seconds === undefined ? figure(line.quantity) : { text: hoursText(line.seconds) },
      figure(line.rate ?? line.unit_price),
      ...(taxed ? [{ text: format.percent(line.tax_rate) }] : []),
      figure(line.amount),
    ]),
  }
}

function smallPrint(line: InvoiceLine, document: InvoiceDocument, words: Words, format: Format): string[] {
  const { date, description, seconds, unrounded_seconds } = line
  const rounded = unrounded_seconds !== undefined && unrounded_seconds !== seconds
  return filled([
    date && !description.includes(date) ? format.day(date) : undefined,
    noteOnPaper(document, line),
    rounded ? words.beforeRounding(hoursText(unrounded_seconds)) : undefined,
  ])
}

function footnoteOf({ lines, rounding }: InvoiceDocument, words: Words): string | undefined {
  const timed = lines.some(line => line.seconds !== undefined)
  return timed && rounding.increment_minutes > 0 ? words.rounding(rounding) : undefined
}

function sumsOf(document: InvoiceDocument, words: Words, format: Format): Sum[] {
  const { subtotal, discount, discount_percent, taxes, total, paid, due } = document
  const percent = discount_percent ? ` ${format.percent(discount_percent)}` : ''
  const discounts = isZero(discount)
    ? []
    : [{ label: `${words.discount}${percent}`, value: format.money(`-${discount}`) }]
  const payments = isZero(paid)
    ? []
    : [
        { label: words.paid, value: format.money(`-${paid}`) },
        { label: words.amountDue, value: format.money(due), strong: true },
      ]
  return [
    { label: words.subtotal, value: format.money(subtotal) },
    ...discounts,
    ...taxSums(taxes, words, format),
    { label: words.total, value: format.money(total), strong: true },
    ...payments,
  ]
}

/** No word of tax where there is none; of several rates each says on what. */
function taxSums(taxes: InvoiceDocument['taxes'], words: Words, format: Format): Sum[] {
  if (taxes.length === 1 && taxes.every(({ rate }) => isZero(rate))) return []
  return taxes.map(({ rate, base, amount }) => {
    const on = taxes.length > 1 ? ` ${words.taxOn(format.money(base))}` : ''
    return { label: `${words.tax} ${format.percent(rate)}${on}`, value: format.money(amount) }
  })
}

function paymentOf(document: InvoiceDocument, words: Words, format: Format): Sheet['payment'] {
  const { status, number, due, due_on, payment } = document
  const isOwed = status !== 'void' && !isZero(due)
  const means = facts(
    [words.accountHolder, payment.account_holder],
    ['IBAN', payment.iban && ibanText(payment.iban)],
    ['BIC', payment.bic],
    [words.bank, payment.bank],
  )
  return {
    label: words.payment,
    request: isOwed ? words.pay(format.money(due), due_on && format.day(due_on)) : undefined,
    facts: isOwed && means.length > 0 ? [...means, ...facts([words.paymentReference, number])] : means,
  }
}

const facts = (...given: [label: string, value: string | undefined][]): Fact[] =>
  given.flatMap(([label, value]) => (value ? [{ label, value }] : []))

const filled = (texts: (string | undefined)[]): string[] => texts.flatMap(text => text || [])

const joined = (between: string, ...texts: (string | undefined)[]): string => filled(texts).join(between)
