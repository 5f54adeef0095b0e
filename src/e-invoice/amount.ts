import { exponentOf } from '../domain/currency.ts'
import { AppError } from '../domain/error.ts'
import { type Minor, moneyText, parseMoney } from '../domain/money.ts'
import { isKnownCurrency } from './codes.ts'
import type { Tree } from './tree.ts'

/** An element with an amount in it, from smallest units or from the document's own text. */
export type Money = (name: string, amount: Minor | string) => Tree

export function moneyIn(currency: string): Money {
  if (!isKnownCurrency(currency)) throw refused(`E-invoices do not know the currency ${currency}.`)
  return (name, amount) => ({
    [name]: decimals(typeof amount === 'string' ? amount : moneyText(amount, currency), currency),
    [`${name}@currencyID`]: currency,
  })
}

export const minor = (amount: string, currency: string): Minor => parseMoney(amount, currency, 'amount')

/** EN 16931 carries two decimals: 12.340 BHD can be said as 12.34, 12.345 BHD cannot. */
function decimals(amount: string, currency: string): string {
  if (exponentOf(currency) <= 2) return amount
  const [, kept, cut = ''] = /^(.*\.\d\d)(\d+)$/.exec(amount) ?? []
  if (kept === undefined || /[1-9]/.test(cut))
    throw refused(`E-invoices carry two decimals, and ${amount} ${currency} needs more.`)
  return kept
}

const refused = (message: string): AppError =>
  new AppError('validation_error', message, { hint: 'Send the PDF instead.' })
