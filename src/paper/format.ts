import { clock } from '../domain/duration.ts'
import { languages } from './words.ts'

/** How an invoice writes its figures and days. Money and percentages come in as decimal text and are never numbers. */
export interface Format {
  /** `1.234,50 €` */
  money: (amount: string) => string
  /** `1.234,50` */
  figure: (decimal: string) => string
  /** `19,5 %` */
  percent: (decimal: string) => string
  /** `12. Oktober 2026` */
  day: (day: string) => string
  /** `12.10.2026` */
  shortDay: (day: string) => string
  /** `1.–31. Oktober 2026`, of the half-open `[from, to)` */
  days: (from: string, to: string) => string
  /** The last day before it. */
  dayBefore: (instant: string) => string
  /** `09:05` */
  time: (instant: string) => string
}

export function formatOf(locale: string, currency: string, timeZone: string): Format {
  const known = localeOf(locale)
  // Other digits and other calendars are no help to whoever has to book it, and our typeface does not have them.
  const tag = new Intl.Locale(known, { numberingSystem: 'latn', calendar: 'gregory' }).toString()
  const dayStyle = languages.has(known.language) ? spelledOut : inFigures
  const local = new Intl.DateTimeFormat(tag, { ...dayStyle.long, timeZone })
  const long = new Intl.DateTimeFormat(tag, { ...dayStyle.long, timeZone: 'UTC' })
  const short = new Intl.DateTimeFormat(tag, { ...dayStyle.short, timeZone: 'UTC' })
  const time = new Intl.DateTimeFormat(tag, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  })
  const money = { style: 'currency', currency, currencyDisplay: displayOf(tag, currency) } as const

  return {
    money: amount => exact(tag, amount, money).replace('￥', '¥'),
    figure: decimal => exact(tag, decimal, {}),
    percent: decimal => exact(tag, decimal, { style: 'unit', unit: 'percent' }),
    day: day => plain(long.format(Date.parse(day))),
    shortDay: day => plain(short.format(Date.parse(day))),
    // our typeface has no wave between two days
    days: (from, to) =>
      plain(local.formatRange(Date.parse(from), Date.parse(to) - 1)).replace(/[～〜]/, ' – '),
    dayBefore: instant => plain(local.format(Date.parse(instant) - 1)),
    time: instant => plain(time.format(Date.parse(instant))),
  }
}

/** What cannot be read as a locale is English. */
export function localeOf(locale: string): Intl.Locale {
  try {
    return new Intl.Locale(locale)
  } catch {
    return new Intl.Locale('en')
  }
}

/** `8:30`, and `8:30:20` where there are seconds: what is shown times the rate has to be the amount. */
export const hoursText = (seconds: number): string =>
  seconds % 60 === 0 ? clock(seconds).slice(0, -':00'.length) : clock(seconds)

/** `DE89 3704 0044 0532 0130 00` */
export const ibanText = (iban: string): string => iban.replace(/\s/g, '').replace(/(.{4})(?=.)/g, '$1 ')

export const isZero = (decimal: string): boolean => !/[1-9]/.test(decimal)

// Months have names only beside labels of the same language.
const spelledOut = { long: { dateStyle: 'long' }, short: { dateStyle: 'medium' } } as const
const figures = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
const inFigures = { long: figures, short: figures } as const

/** With the decimals that it has. */
function exact(tag: string, decimal: string, options: Intl.NumberFormatOptions): string {
  const decimals = decimal.split('.')[1]?.length ?? 0
  const format = new Intl.NumberFormat(tag, {
    ...options,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  })
  // a decimal text, which is formatted exactly, however long
  return plain(format.format(decimal as `${number}`))
}

/** The sign of the currency, unless it is written in a script that our typeface lacks. */
function displayOf(tag: string, currency: string): 'symbol' | 'code' {
  const parts = new Intl.NumberFormat(tag, { style: 'currency', currency }).formatToParts(0)
  const symbol = parts.find(({ type }) => type === 'currency')?.value ?? ''
  return /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Sc}.\s]+$/u.test(symbol) ? 'symbol' : 'code'
}

/** Marks of direction only matter beside letters that run the other way. */
const plain = (text: string): string => text.replace(/[\u061c\u200e\u200f]/g, '')
