import { exponentOf } from '../domain/currency.ts'
import type { InvoiceDocument, InvoiceLine } from '../domain/invoice-document.ts'
import { noteOnPaper } from '../domain/line-note.ts'
import { halfUp } from '../domain/money.ts'
import { type Money, minor } from './amount.ts'
import { categoryOf, taxTree } from './tax.ts'
import { type Tree, writable } from './tree.ts'

interface Days {
  first: string | undefined
  last: string
}

export function linesTree(document: InvoiceDocument, days: Days, money: Money): Tree[] {
  return document.lines.map((line, index) => {
    const { quantity, unit, price, base } = priced(line, document.currency)
    return {
      'cbc:ID': String(index + 1),
      'cbc:Note': noteOnPaper(document, line),
      'cbc:InvoicedQuantity': quantity,
      'cbc:InvoicedQuantity@unitCode': unit,
      ...money('cbc:LineExtensionAmount', line.amount),
      'cac:InvoicePeriod': isWithin(line.date, days) && {
        'cbc:StartDate': line.date,
        'cbc:EndDate': line.date,
      },
      'cac:Item': {
        'cbc:Name': nameOf(line),
        'cac:ClassifiedTaxCategory': taxTree(categoryOf(document, line.tax_rate)),
      },
      'cac:Price': {
        ...money('cbc:PriceAmount', price),
        'cbc:BaseQuantity': base,
        'cbc:BaseQuantity@unitCode': unit,
      },
    }
  })
}

const nameOf = ({ description, project, kind }: InvoiceLine): string =>
  writable(description.replaceAll(/\s+/g, ' ')) || project?.name || kind

/** An expense may lie before the period that it is billed with; a line's day may not. */
const isWithin = (day: string | undefined, { first, last }: Days): true | undefined =>
  (day !== undefined && (first === undefined || day >= first) && day <= last) || undefined

/** `quantity` units at `price` for `base` of them. */
interface Priced {
  quantity: string
  unit: 'SEC' | 'C62'
  price: string
  base: string
}

/** Whoever multiplies has to come to the amount; where yen are rounded to whole ones that takes a single piece. */
function priced(line: InvoiceLine, currency: string): Priced {
  const said = timePriced(line) ?? piecesPriced(line)
  return said && comesTo(said, line.amount, currency) ? said : piece(line.amount)
}

/** Seconds, of which 3,600 have the price: hours in two decimals would not come to the amount. */
function timePriced({ seconds, rate }: InvoiceLine): Priced | undefined {
  if (seconds === undefined || rate === undefined) return undefined
  return { quantity: String(seconds), unit: 'SEC', price: rate, base: '3600' }
}

const piecesPriced = ({ quantity, unit_price }: InvoiceLine): Priced | undefined =>
  quantity !== undefined && unit_price !== undefined
    ? { quantity, unit: 'C62', price: unit_price, base: '1' }
    : undefined

const piece = (amount: string): Priced => ({ quantity: '1', unit: 'C62', price: amount, base: '1' })

function comesTo({ quantity, price, base }: Priced, amount: string, currency: string): boolean {
  const cents = 10n ** BigInt(Math.max(0, 2 - exponentOf(currency)))
  const product = thousandths(quantity) * BigInt(minor(price, currency)) * cents
  return halfUp(product, 1000n * BigInt(base)) === BigInt(minor(amount, currency)) * cents
}

const thousandths = (quantity: string): bigint => {
  const [whole = '', fraction = ''] = quantity.split('.')
  return BigInt(whole + fraction.padEnd(3, '0').slice(0, 3))
}
