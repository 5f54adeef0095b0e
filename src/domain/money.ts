import * as z from 'zod'
import { exponentOf } from './currency.ts'
import { AppError } from './error.ts'
import { textOrNumber } from './label.ts'

/**
 * Money is a whole number of its currency's smallest unit: 12050 for 120.50 EUR, 121 for 121 JPY. Time times a rate is
 * kept as an exact product, a bigint of smallest units × seconds an hour, and rounded once, where it is shown.
 */
export type Minor = number
export type Exact = bigint

const hour = 3600n
/** Beyond it no hour is paid in any currency, and products still fit into 64 bits. */
export const mostAnHour: Minor = 1e12
export const mostMinor: Minor = 1e15

/** Money in: a decimal text. */
export const moneyInput = () => textOrNumber(30)

/** Percentages are stored in hundredths: 1950 is 19.5 %. */
export type Share = number
export const percentInput = () => textOrNumber(12)

const form = /^(-?)(\d+)(?:\.(\d+))?$/

/** Reads `120`, `120.5` or `120.50`; more decimals than the currency has are refused, never rounded. */
export function parseMoney(text: string, currency: string, field: string, most = mostMinor): Minor {
  const exponent = exponentOf(currency)
  const [, sign, whole = '', fraction = ''] = form.exec(text.trim()) ?? []
  if (whole === '') throw invalid(field, `${field} has to be an amount such as ${exampleOf(exponent)}.`)
  if (fraction.length > exponent) {
    throw invalid(field, `${currency} has ${decimals(exponent)}; ${field} was given as ${text.trim()}.`)
  }
  if (sign) throw invalid(field, `${field} cannot be negative.`)
  const minor = Number(whole + fraction.padEnd(exponent, '0'))
  if (minor > most) throw invalid(field, `${field} is too large: ${text.trim()} ${currency}.`)
  return minor
}

/** `12050` EUR is `120.50`: always with exactly the decimals of the currency. */
export function moneyText(minor: Minor, currency: string): string {
  const exponent = exponentOf(currency)
  const digits = String(Math.abs(minor)).padStart(exponent + 1, '0')
  const cut = digits.length - exponent
  return `${minor < 0 ? '-' : ''}${digits.slice(0, cut)}${exponent > 0 ? `.${digits.slice(cut)}` : ''}`
}

/** Reads `19`, `19.5` or `19.55` percent. */
export function parsePercent(text: string, field: string, most: number): Share {
  const [, sign, whole = '', fraction = ''] = form.exec(text.trim().replace(/\s*%$/, '')) ?? []
  if (whole === '' || fraction.length > 2) {
    throw invalid(field, `${field} has to be a percentage with at most two decimals, such as 19 or 7.5.`)
  }
  const share = Number(whole + fraction.padEnd(2, '0'))
  if (sign || share > most * 100) throw invalid(field, `${field} has to lie between 0 and ${most} percent.`)
  return share
}

/** `1950` is `19.5`. */
export const percentText = (share: Share): string => String(share / 100)

/** Half a unit goes up. Nothing here is ever negative. */
export const halfUp = (numerator: bigint, denominator: bigint): bigint =>
  (2n * numerator + denominator) / (2n * denominator)

/** What so many seconds are worth at so much an hour. */
export const worth = (seconds: number, rate: Minor): Exact => BigInt(seconds) * BigInt(rate)

export const rounded = (exact: Exact): Minor => Number(halfUp(exact, hour))

/** From whole units and the seconds left over, as a database adds them up without leaving 64 bits. */
export const exactOf = (units: number, rest: number): Exact => BigInt(units) * hour + BigInt(rest)

/** So many percent of it, half up. */
export const percentOf = (minor: Minor, share: Share): Minor =>
  Number(halfUp(BigInt(minor) * BigInt(share), 10_000n))

/**
 * Shares out an amount by weights: each part is within one unit of its exact share, and together they are the whole.
 * The units left over go to the largest remainders, the earlier first.
 */
export function spread(amount: Minor, weights: readonly Minor[]): Minor[] {
  const sum = weights.reduce((all, weight) => all + BigInt(weight), 0n)
  if (sum === 0n) return weights.map(() => 0)
  const exact = weights.map(weight => BigInt(amount) * BigInt(weight))
  const parts = exact.map(one => Number(one / sum))
  const left = amount - parts.reduce((all, part) => all + part, 0)
  const order = exact
    .map((one, index) => ({ index, rest: one % sum }))
    .toSorted((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))
  for (const { index } of order.slice(0, left)) parts[index] = (parts[index] ?? 0) + 1
  return parts
}

/** For people: `1.234,50 €` in `de`, `€1,234.50` in `en`. */
export function moneyShown(minor: Minor, currency: string, locale: string): string {
  const exponent = exponentOf(currency)
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  })
  // A decimal text is formatted exactly, however long; the types know of numbers only.
  return format.format(moneyText(minor, currency) as unknown as number)
}

/** By definition, which a shape keeps when it is described. */
const marked = new WeakSet<object>()
/** Marks a shape as money on its way out: who may not see money gets answers without it. */
export function money<T extends z.ZodType>(shape: T): T {
  marked.add(shape.def)
  return shape
}
export const isMoney = (shape: z.ZodType): boolean => marked.has(shape.def)

export const amountOut = () => money(z.string())
/** Sums by currency: what is in another is never added. */
export const amountShape = z.object({ currency: z.string(), amount: z.string() })
export const amountsOut = () => money(z.array(amountShape))
export type Amount = z.infer<typeof amountShape>

const decimals = (exponent: number): string =>
  exponent === 0 ? 'no decimals' : `${exponent} decimals at most`
const exampleOf = (exponent: number): string => (exponent === 0 ? '120' : `120.${'5'.padEnd(exponent, '0')}`)

const invalid = (field: string, message: string): AppError =>
  new AppError('validation_error', message, { details: { problems: [{ path: field, message }] } })
