import { isDay } from '../domain/zone.ts'

/** Which stands first in 03/04/2024: the day or the month. */
export const dateOrders = ['dmy', 'mdy'] as const
export type DateOrder = (typeof dateOrders)[number]

const yearFirst = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\.?$/
const yearLast = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})\.?$/

/** `2024-03-04`; undefined: there is no such day. */
export function dayIn(date: string, order: DateOrder | undefined): string | undefined {
  const [, year, month, day] = yearFirst.exec(date) ?? []
  if (year && month && day) return dayOf(year, month, day)
  const [, first, sign, second, last] = yearLast.exec(date) ?? []
  if (!first || !second || !last) return undefined
  return sign === '.' || order === 'dmy' ? dayOf(last, second, first) : dayOf(last, first, second)
}

/** The order that a date gives away. With points the day stands first everywhere. */
export function orderIn(date: string): DateOrder | 'unclear' | undefined {
  const [, first, sign, second] = yearLast.exec(date) ?? []
  if (!first || !second || sign === '.') return undefined
  if (Number(first) > 12) return 'dmy'
  if (Number(second) > 12) return 'mdy'
  return first === second ? undefined : 'unclear'
}

/**
 * The order that a start and an end give away, since time that crosses a midnight crosses one:
 *
 *     03/04/2024 → 03/05/2024     a day later with the month first, a month later with the day first
 */
export function orderBetween(start: string, end: string): DateOrder | undefined {
  const near = dateOrders.filter(order => {
    const [from, to] = [dayIn(start, order), dayIn(end, order)]
    return from !== undefined && to !== undefined && Date.parse(to) - Date.parse(from) === 86_400_000
  })
  return near.length === 1 ? near[0] : undefined
}

function dayOf(year: string, month: string, day: string): string | undefined {
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return isDay(text) ? text : undefined
}
