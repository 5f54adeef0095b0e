import type { Rounding } from './invoice-document.ts'

export const increments = [0, 1, 5, 6, 10, 15, 30, 60] as const

export const noRounding: Rounding = { increment_minutes: 0, mode: 'up', scope: 'line', minimum_minutes: 0 }

type Step = Pick<Rounding, 'increment_minutes' | 'mode' | 'minimum_minutes'>

/**
 * Time as it is billed. Nothing stays nothing; anything else comes to the minimum at least, which is itself taken up
 * to a whole increment, so that what is rounded stays as it is when it is rounded again:
 *
 *     increment 15, minimum 20      7m → 30m      38m → up 45m, nearest 45m, down 30m
 */
export function roundSeconds(seconds: number, { increment_minutes, mode, minimum_minutes }: Step): number {
  if (seconds === 0) return 0
  const increment = increment_minutes * 60
  const minimum = toIncrement(minimum_minutes * 60, increment, 'up')
  return Math.max(minimum, toIncrement(seconds, increment, mode))
}

function toIncrement(seconds: number, increment: number, mode: Step['mode']): number {
  if (increment === 0) return seconds
  return steps[mode](seconds / increment) * increment
}

/** Seconds by whole minutes lie on a half exactly or not at all, and `Math.round` takes halves up. */
const steps = { up: Math.ceil, nearest: Math.round, down: Math.floor }
