import * as z from 'zod'
import { AppError } from './error.ts'
import { instant, toText, wholeSecond } from './instant.ts'
import {
  addDays,
  checkedZone,
  dayOf,
  daysBetween,
  isDay,
  monthOf,
  parseInstant,
  quoted,
  startOfDay,
  type WeekStart,
  weekOf,
  type ZoneId,
} from './zone.ts'

/** A stretch of calendar with a name: `[from, to)`. `all_time` and a lone `to` have no `from`. */
export interface Period {
  token: string
  from: number | null
  to: number
  time_zone: ZoneId
}

export interface PeriodInput {
  period?: string | undefined
  from?: string | undefined
  to?: string | undefined
  time_zone?: string | undefined
}

export interface CalendarContext {
  now: number
  zone: ZoneId
  week_start: WeekStart
}

export const periodShape = z.object({
  token: z.string(),
  from: instant.optional(),
  to: instant,
  time_zone: z.string(),
})

export const periodText = ({ token, from, to, time_zone }: Period): z.infer<typeof periodShape> => ({
  token,
  ...(from !== null && { from: toText(from) }),
  to: toText(to),
  time_zone,
})

export const periodTokens: readonly string[] = [
  'today',
  'yesterday',
  'this_week',
  'last_week',
  'this_month',
  'last_month',
  'this_quarter',
  'last_quarter',
  'this_year',
  'last_year',
  'last_7_days',
  'last_30_days',
  'last_90_days',
  'week_to_date',
  'month_to_date',
  'quarter_to_date',
  'year_to_date',
  'last_12_months',
  'all_time',
]

/** A token, or `from` and `to`, or one of the two, or nothing, which is the fallback; in the zone of the call. */
export function resolvePeriod(input: PeriodInput, calendar: CalendarContext, fallback: string): Period {
  const { period, from, to, time_zone } = input
  const local = time_zone ? { ...calendar, zone: checkedZone(time_zone) } : calendar
  if (!from && !to) return periodOf(daysOf(period || fallback, local), local)
  if (period) throw invalid('A period is a token or from and to, not both.')
  return pairPeriod(from, to, local)
}

/** What a period is compared with: any other period, or the `previous` one. */
export function comparedPeriod(period: Period, calendar: CalendarContext, compare: string): Period {
  const local = { ...calendar, zone: period.time_zone }
  if (wordOf(compare) !== 'previous')
    return periodOf(daysOf(compare, local, ['previous', ...periodTokens]), local)
  return period.token === 'custom'
    ? pairBefore(period)
    : periodOf(daysBefore(daysOf(period.token, local)), local)
}

type Unit = 'day' | 'week' | 'month' | 'quarter' | 'year'

/** Calendar days `[first, after)`. A stretch of a unit begins with it; `toDate` means that it may end before it. */
interface Days {
  token: string
  first: string | null
  after: string
  unit?: Unit
  toDate?: boolean
}

const periodOf = ({ token, first, after }: Days, { zone }: CalendarContext): Period => ({
  token,
  from: first === null ? null : startOfDay(first, zone),
  to: startOfDay(after, zone),
  time_zone: zone,
})

/** Instants are half-open, bare days are both in; without `to` today is the last. */
function pairPeriod(from: string | undefined, to: string | undefined, calendar: CalendarContext): Period {
  const last = to || dayOf(calendar.now, calendar.zone)
  const end = edge(last, 1, calendar)
  if (!from) return { token: 'custom', from: null, to: end, time_zone: calendar.zone }
  const start = edge(from, 0, calendar)
  // The day before `from` ends where `from` begins: instants alone do not tell that they are the wrong way round.
  const daysReversed = isDay(from.trim()) && isDay(last.trim()) && from.trim() > last.trim()
  if (start > end || daysReversed) throw invalid(`from ${quoted(from)} lies after to ${quoted(last)}.`)
  return { token: 'custom', from: start, to: end, time_zone: calendar.zone }
}

function edge(text: string, daysOn: 0 | 1, calendar: CalendarContext): number {
  const day = text.trim()
  if (isDay(day)) return startOfDay(addDays(day, daysOn), calendar.zone)
  try {
    return wholeSecond(parseInstant(text, calendar).at)
  } catch (error) {
    // To the reader it is the period that is wrong.
    throw error instanceof AppError ? invalid(error.message) : error
  }
}

/** Whole days have whole days before them, 23 and 25 hours long as they come; anything else the same length. */
function pairBefore({ token, from, to, time_zone: zone }: Period): Period {
  if (from === null) throw nothingBefore()
  const first = dayOf(from, zone)
  const after = dayOf(to, zone)
  const wholeDays = startOfDay(first, zone) === from && startOfDay(after, zone) === to
  const start = wholeDays ? startOfDay(addDays(first, -daysBetween(first, after)), zone) : from - (to - from)
  return { token, from: start, to: from, time_zone: zone }
}

function daysOf(token: string, calendar: CalendarContext, known = periodTokens): Days {
  const word = wordOf(token)
  const days = datedDays(word) ?? wordDays(word, calendar)
  if (days) return days
  throw invalid(`${quoted(token)} is no period.`, known)
}

/** `Last-Week`, `last week` and `last_week` are one word. No token is longer than 60 characters. */
const wordOf = (token: string): string =>
  token
    .trim()
    .slice(0, 60)
    .toLowerCase()
    .replace(/[-_]| +/g, '_')

function datedDays(word: string): Days | undefined {
  const text = word.replaceAll('_', '-')
  if (isDay(text)) return whole('day', text)
  if (isDay(`${text}-01`)) return whole('month', `${text}-01`)
  if (isDay(`${text}-01-01`)) return whole('year', `${text}-01-01`)

  const [, quarterYear, quarter] = /^(\d{4})-q([1-4])$/.exec(text) ?? []
  if (quarterYear) return quarterDays(quarterYear, Number(quarter))
  const [, weekYear, week] = /^(\d{4})-w(\d\d)$/.exec(text) ?? []
  if (weekYear) return isoWeekDays(weekYear, Number(week))

  const [first = '', last = '', ...more] = text.split(/-?\.\.-?/)
  if (more.length > 0 || !isDay(first) || !isDay(last)) return undefined
  if (first > last) throw invalid(`${first}..${last} ends before it begins.`)
  return range(first, addDays(last, 1))
}

function quarterDays(year: string, quarter: number): Days | undefined {
  const january = `${year}-01-01`
  return isDay(january) ? whole('quarter', shift(january, 'quarter', quarter - 1)) : undefined
}

/** The week of 4 January is the first of its year; a week of the next year is none of this one. */
function isoWeekDays(year: string, week: number): Days | undefined {
  if (week < 1 || !isDay(`${year}-01-04`)) return undefined
  const days = whole('week', addDays(weekOf(`${year}-01-04`, 'monday'), (week - 1) * 7))
  return days.token.startsWith(year) ? days : undefined
}

function wordDays(word: string, { now, zone, week_start }: CalendarContext): Days | undefined {
  const today = dayOf(now, zone)
  const tomorrow = addDays(today, 1)
  const current = (unit: Unit): string => unitStart(today, unit, week_start)

  if (word === 'today') return { ...whole('day', today), token: word }
  if (word === 'yesterday') return { ...whole('day', addDays(today, -1)), token: word }
  if (word === 'all_time') return { token: word, first: null, after: tomorrow }
  if (word === 'last_12_months') {
    const month = current('month')
    return { token: word, first: shift(month, 'month', -11), after: shift(month, 'month', 1) }
  }

  const [, which, named] = /^(this|last)_(week|month|quarter|year)$/.exec(word) ?? []
  if (isUnit(named)) {
    const first = current(named)
    return { ...whole(named, which === 'this' ? first : shift(first, named, -1)), token: word }
  }
  const unit = /^(week|month|quarter|year)_to_date$/.exec(word)?.[1]
  if (isUnit(unit)) return { token: word, first: current(unit), after: tomorrow, unit, toDate: true }

  const count = Number(/^last_(\d{1,4})_days$/.exec(word)?.[1] ?? 0)
  if (count < 1 || count > 3660) return undefined
  return { token: `last_${count}_days`, first: addDays(tomorrow, -count), after: tomorrow }
}

const isUnit = (text: string | undefined): text is Unit =>
  text === 'day' || text === 'week' || text === 'month' || text === 'quarter' || text === 'year'

const whole = (unit: Unit, first: string): Days => ({
  token: tokenOf(unit, first),
  first,
  after: shift(first, unit, 1),
  unit,
})

const range = (first: string, after: string): Days => ({
  token: `${first}..${addDays(after, -1)}`,
  first,
  after,
})

function unitStart(day: string, unit: Unit, weekStart: WeekStart): string {
  const year = day.slice(0, 4)
  if (unit === 'day') return day
  if (unit === 'week') return weekOf(day, weekStart)
  if (unit === 'month') return `${monthOf(day)}-01`
  if (unit === 'quarter') return shift(`${year}-01-01`, 'quarter', quarterOf(day) - 1)
  return `${year}-01-01`
}

/** `n` units on, from the first day of a unit. */
function shift(first: string, unit: Unit, n: number): string {
  if (unit === 'day') return addDays(first, n)
  if (unit === 'week') return addDays(first, n * 7)
  const months = { month: 1, quarter: 3, year: 12 }[unit] * n
  return toText(Date.UTC(Number(first.slice(0, 4)), Number(first.slice(5, 7)) - 1 + months, 1)).slice(0, 10)
}

/** The token that names a unit whenever it is read; weeks that begin on another day than Monday have only their days. */
function tokenOf(unit: Unit, first: string): string {
  const year = first.slice(0, 4)
  if (unit === 'day') return first
  if (unit === 'month') return monthOf(first)
  if (unit === 'quarter') return `${year}-Q${quarterOf(first)}`
  if (unit === 'year') return year
  return weekOf(first, 'monday') === first ? isoWeekToken(first) : `${first}..${addDays(first, 6)}`
}

/** A week belongs to the year of its Thursday. */
function isoWeekToken(monday: string): string {
  const thursday = addDays(monday, 3)
  const year = thursday.slice(0, 4)
  const week = Math.floor(daysBetween(`${year}-01-01`, thursday) / 7) + 1
  return `${year}-W${String(week).padStart(2, '0')}`
}

const quarterOf = (day: string): number => Math.ceil(Number(day.slice(5, 7)) / 3)

/**
 * The unit before; of a unit to date the same days, as far as the unit before has them; else as many days:
 *
 *     month_to_date on 31 March      1 Feb ── 28 Feb | 1 Mar ── 31 Mar
 *     last_7_days on 20 May           7 ────── 13 May | 14 ───── 20 May
 */
function daysBefore({ first, after, unit, toDate }: Days): Days {
  if (first === null) throw nothingBefore()
  const count = daysBetween(first, after)
  if (!unit) return range(addDays(first, -count), first)
  const start = shift(first, unit, -1)
  if (!toDate) return whole(unit, start)
  const cut = addDays(start, count)
  return range(start, cut < first ? cut : first)
}

const nothingBefore = (): AppError =>
  invalid('Nothing lies before a period without a beginning: name what to compare with.')

const invalid = (message: string, known = periodTokens): AppError =>
  new AppError('invalid_period', message, {
    hint:
      `Known: ${known.join(', ')}; any last_N_days (N 1 to 3660); a day 2026-05-04, a month 2026-04, a quarter 2026-Q2, ` +
      'a year 2026, an ISO week 2026-W23, days 2026-03-01..2026-03-31; or from and to.',
    details: { known },
  })
