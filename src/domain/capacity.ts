import { addDays, daysBetween, weekOf } from './zone.ts'

export const defaultWeeklyHours = 40
const workingDaysOfWeek = 5

/** Monday to Friday in `[first, after)`. */
export function workingDays(first: string, after: string): number {
  let count = 0
  for (let day = first; day < after; day = addDays(day, 1)) {
    if (daysBetween(weekOf(day, 'monday'), day) < workingDaysOfWeek) count++
  }
  return count
}

/** What one person can work in so many days. */
export const capacityOf = (days: number, weeklyHours: number): number =>
  Math.round((days * weeklyHours * 3600) / workingDaysOfWeek)

/** With one decimal; of nothing there is none. */
export const percentOf = (part: number, whole: number): number | undefined =>
  whole > 0 ? Math.round((part * 1000) / whole) / 10 : undefined
