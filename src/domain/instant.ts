import * as z from 'zod'

/** The wire shape of an instant. The format is named by hand: zod's own puts 322 bytes of pattern into every field. */
export const instant = z.string().meta({ format: 'date-time' })

export const dayMs = 86_400_000

/** An instant as UTC text of fixed width, `2026-07-01T09:00:00.000Z`; Date does the same, five times slower. */
export function toText(ms: number): string {
  const day = Math.floor(ms / dayMs)
  const rest = Math.floor(ms - day * dayMs)
  const second = Math.floor(rest / 1000)
  const minute = Math.floor(second / 60)
  const time = `${sixty[Math.floor(minute / 60)]}:${sixty[minute % 60]}:${sixty[second % 60]}`
  return `${dayText(day)}T${time}.${thousand[rest % 1000]}Z`
}

/** The day that many days after 1970-01-01. */
export function dayText(number: number): string {
  const known = dayTexts.get(number)
  if (known) return known
  if (dayTexts.size >= 10_000) dayTexts.clear()
  const text = new Date(number * dayMs).toISOString().slice(0, 10)
  dayTexts.set(number, text)
  return text
}

/** Cut down, never up, so that lengths are exact and parts add up. */
export const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000

const dayTexts = new Map<number, string>()
const sixty = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'))
const thousand = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0'))
