import { exponentOf } from '../domain/currency.ts'
import { AppError } from '../domain/error.ts'
import { halfUp } from '../domain/money.ts'
import { quoted } from '../domain/zone.ts'

export type DecimalSign = '.' | ','

/** The decimal sign that a number gives away: `0,5` and `2.000,0` do, `1,000` and `12` do not. */
export function signIn(number: string): DecimalSign | undefined {
  const [, sign = '', after = ''] = /([.,])(\d*)$/.exec(bare(number)) ?? []
  if (sign !== '.' && sign !== ',') return undefined
  const before = bare(number).slice(0, -after.length - 1)
  const other = sign === '.' ? ',' : '.'
  if (before.includes(sign)) return other
  const isGroup = after.length === 3 && /^[1-9]\d{0,2}$/.test(before)
  return isGroup ? undefined : sign
}

/** `2.000,50` → `2000.50` */
export function decimalText(number: string, sign: DecimalSign, what: string): string {
  const text = bare(number)
  const [whole = '', fraction, ...more] = text.split(sign)
  const isNumber =
    more.length === 0 &&
    (sign === '.' ? /^\d{1,15}$|^\d{1,3}(,\d{3}){1,4}$/ : /^\d{1,15}$|^\d{1,3}(\.\d{3}){1,4}$/).test(whole) &&
    /^\d{0,8}$/.test(fraction ?? '')
  if (!isNumber) {
    throw new AppError('validation_error', `${what} ${quoted(number)} is no number from 0 up.`, {
      hint: `Its decimals have to stand after a ${sign === '.' ? 'point' : 'comma'}, as in the rest of the file.`,
    })
  }
  const digits = whole.replace(/[.,]/g, '')
  return fraction ? `${digits}.${fraction}` : digits
}

/** Whole seconds; half a second goes up. */
export function secondsIn(decimal: string, unitSeconds: number): number {
  const [whole = '', fraction = ''] = decimal.split('.')
  const exact = BigInt(whole + fraction) * BigInt(unitSeconds)
  return Number(halfUp(exact, 10n ** BigInt(fraction.length)))
}

/** With the decimals of its currency, and with more only where they are not zeros. */
export function inCurrency(decimal: string, currency: string): string {
  const [whole = '', fraction = ''] = decimal.split('.')
  const exponent = exponentOf(currency)
  const said = fraction.slice(exponent).replace(/0+$/, '')
  const decimals = fraction.slice(0, exponent).padEnd(exponent, '0') + said
  const units = whole.replace(/^0+(?=\d)/, '')
  return decimals ? `${units}.${decimals}` : units
}

/** Without what stands around digits and between groups of them: spaces, apostrophes, signs of currencies. */
const bare = (number: string): string => number.replace(/[\s'’\p{Sc}]/gu, '')
