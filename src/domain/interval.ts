/** A stretch of time `[start, end)` in milliseconds: its end is not part of it, so touching is not overlapping. */
export interface Interval {
  start: number
  end: number
}

/** What two intervals share, or null.
 *
 *     a      [-------)
 *     b          [--------)
 *     result     [---)
 */
export function overlap(a: Interval, b: Interval): Interval | null {
  const start = Math.max(a.start, b.start)
  const end = Math.min(a.end, b.end)
  return start < end ? { start, end } : null
}

/** The fewest intervals that cover the same time, in order; those that touch become one.
 *
 *     from    [---)[--)   [----)
 *                [--)        [---)
 *     result  [-------)   [------)
 */
export function union(intervals: readonly Interval[]): Interval[] {
  const result: Interval[] = []
  for (const { start, end } of byStart(intervals)) {
    const last = result.at(-1)
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else if (start < end) result.push({ start, end })
  }
  return result
}

/** What is left of each interval, in order; a piece keeps whatever else its interval carries.
 *
 *     from    [----------)  [---)
 *     taken      [--)         [-----)
 *     result  [--)  [----)  [-)
 */
export function subtract<T extends Interval>(from: readonly T[], taken: readonly Interval[]): T[] {
  const holes = union(taken)
  const result: T[] = []
  let passed = 0
  for (const whole of byStart(from)) {
    while ((holes[passed]?.end ?? Infinity) <= whole.start) passed++
    let start = whole.start
    for (let next = passed; start < whole.end; next++) {
      const hole = holes[next] ?? { start: Infinity, end: Infinity }
      const end = Math.min(hole.start, whole.end)
      if (start < end) result.push({ ...whole, start, end })
      start = Math.max(start, hole.end)
    }
  }
  return result
}

/** The length of all together in milliseconds; what overlaps counts more than once. */
export function total(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, { start, end }) => sum + (end - start), 0)
}

function byStart<T extends Interval>(intervals: readonly T[]): T[] {
  return intervals.toSorted((a, b) => a.start - b.start)
}
