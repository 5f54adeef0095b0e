const two = (n: number): string => String(n).padStart(2, '0')

const dayOf = (date: Date): string =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`

/** An instant in the machine's zone, as `timeOf` says it in any: `09:15`, `yesterday 09:15`, `2026-05-04 09:15`. */
export function machineTime(ms: number, now: number): string {
  const date = new Date(ms)
  const today = new Date(now)
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1)
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`
  if (dayOf(date) === dayOf(today)) return clock
  return `${dayOf(date) === dayOf(yesterday) ? 'yesterday' : dayOf(date)} ${clock}`
}

/** Where the machine's day began, as `startOfDay` finds it in any zone. */
export const startOfMachineDay = (now: number): number => new Date(now).setHours(0, 0, 0, 0)
