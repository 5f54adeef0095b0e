import { Temporal } from 'temporal-polyfill'
import { AppError } from './error.ts'
import { dayMs, dayText, toText } from './instant.ts'

/** An IANA name as the zone's people spell it: `Asia/Kathmandu`. */
export type ZoneId = string
export type WeekStart = 'monday' | 'sunday' | 'saturday'

/** The zone with its capitals put right; aliases stay what the caller said. */
export function checkedZone(zone: string): ZoneId {
  try {
    // Temporal also takes offsets and whole date texts for zones.
    if (zoneForm.test(zone.trim()))
      return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone.trim()).timeZoneId
  } catch {}
  throw new AppError('validation_error', `${quoted(zone)} is no time zone.`, {
    hint: 'Use an IANA name such as Europe/Berlin, America/New_York or UTC.',
  })
}

/**
 * The local day of an instant. A day lasts from its first midnight to the first midnight of the next, so days never
 * come back, even where the clocks go back across midnight:
 *
 *     St. John's, 29 October 2006    23:59 | 00:00 00:01→23:01 … 23:59 00:00 00:01 …
 *                                    28th  | 29th
 */
export function dayOf(ms: number, zone: ZoneId): string {
  return dayAt(ms, calendarOf(zone)).text
}

/** The first instant of a day. One that a zone left out begins, and ends, where the next one begins. */
export function startOfDay(day: string, zone: ZoneId): number {
  return calendarOf(zone).day(dayNumber(day)).start
}

/** The same local time of another day. */
export const clockOn = (day: string, ms: number, zone: ZoneId): number =>
  Temporal.PlainDate.from(day).toZonedDateTime({
    timeZone: zone,
    plainTime: Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainTime(),
  }).epochMilliseconds

/** For people: `09:15` today, `yesterday 09:15`, else `2026-05-04 09:15`. */
export function timeOf(ms: number, zone: ZoneId, now: number): string {
  const day = dayOf(ms, zone)
  const time = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainTime()
  const clock = time.toString({ smallestUnit: 'minute' })
  const ago = daysBetween(day, dayOf(now, zone))
  return ago === 0 ? clock : ago === 1 ? `yesterday ${clock}` : `${day} ${clock}`
}

/** The parts of `[start, end)` day by day; they add up to the whole. */
export function splitByDay(
  start: number,
  end: number,
  zone: ZoneId,
): { day: string; start: number; end: number }[] {
  const calendar = calendarOf(zone)
  const parts = []
  for (let at = start; at < end; ) {
    const day = dayAt(at, calendar)
    const until = Math.min(end, calendar.day(day.number + 1).start)
    parts.push({ day: day.text, start: at, end: until })
    at = until
  }
  return parts
}

export const addDays = (day: string, n: number): string => dayText(dayNumber(day) + n)

/** How many days lie between two days: 1 from one day to the next. */
export const daysBetween = (day: string, later: string): number => dayNumber(later) - dayNumber(day)

/** The first day of the week that the day is in. */
export function weekOf(day: string, weekStart: WeekStart): string {
  const number = dayNumber(day)
  return dayText(number - ((number - firstWeekday[weekStart] + 7_000_000) % 7))
}

/** `2026-05` */
export const monthOf = (day: string): string => day.slice(0, 7)

/** A day as it must be written, and that exists. */
export function parseDay(text: string, what: string): string {
  const day = text.trim()
  if (isDay(day)) return day
  throw new AppError('validation_error', `${what} ${quoted(text)} is no day of the years 1970 to 2100.`, {
    hint: 'Write a day as 2026-05-04.',
  })
}

export function isDay(text: string): boolean {
  const [, year, month, day] = dayForm.exec(text) ?? []
  if (!year || year < '1970' || year > '2100') return false
  return toText(Date.UTC(Number(year), Number(month) - 1, Number(day))).slice(0, 10) === text
}

/**
 * An instant with an offset, or a local time, where a bare `09:00` is today's. A local time that the clocks skip moves
 * forward and `moved` says so; of one that comes twice the earlier is meant.
 */
export function parseInstant(
  text: string,
  { now, zone }: { now: number; zone: ZoneId },
): { at: number; moved?: string } {
  const [said, day, hour, minute, second = '0', fraction = '', offset] = instantForm.exec(text.trim()) ?? []
  if (!said || (offset && !day) || (day && !isDay(day))) throw notATime(text)
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) throw notATime(text)

  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Math.min(Number(second), 59)
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3))
  const wall = dayNumber(day ?? dayOf(now, zone)) * dayMs + seconds * 1000 + milliseconds

  const read = offset ? { at: wall - offsetMs(offset) } : localInstant(wall, zone)
  if (Number.isNaN(read.at)) throw notATime(text)
  if (read.at < 0 || read.at >= yearsEnd) {
    throw new AppError('validation_error', `${quoted(text)} lies outside the years 1970 to 2100.`)
  }
  return read
}

const zoneForm = /^[a-z][\w+\-/]{0,60}$/i
const dayForm = /^(\d{4})-(\d{2})-(\d{2})$/
const instantForm =
  /^(?:(\d{4}-\d{2}-\d{2})[t ])?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?: ?(z|[+-]\d{2}(?::?\d{2})?))?$/i
const yearsEnd = Date.UTC(2101, 0, 1)

/** `wall` is the local time read as if it were UTC. */
function localInstant(wall: number, zone: ZoneId): { at: number; moved?: string } {
  const asked = Temporal.PlainDateTime.from(toText(wall).slice(0, -1))
  const found = asked.toZonedDateTime(zone)
  const at = found.epochMilliseconds
  const taken = found.toPlainDateTime()
  if (taken.equals(asked)) return { at }
  const [missing, instead] = [asked, taken].map(time => time.toString({ smallestUnit: 'minute' }))
  return {
    at,
    moved: `${missing} does not exist in ${zone}, where the clocks skip it: ${instead} was taken.`,
  }
}

function offsetMs(offset: string): number {
  if (offset === 'Z' || offset === 'z') return 0
  const [hour, minute] = [Number(offset.slice(1, 3)), Number(offset.slice(3).replace(':', ''))]
  if (hour > 23 || minute > 59) return Number.NaN
  return (offset.startsWith('-') ? -1 : 1) * (hour * 60 + minute) * 60_000
}

const notATime = (text: string): AppError =>
  new AppError('validation_error', `${quoted(text)} is no time.`, {
    hint: 'Write an instant such as 2026-05-04T09:00:00+02:00, or a local time such as 2026-05-04T09:00 or 09:00.',
  })

/** What was said, short enough for a message. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)

interface Day {
  number: number
  text: string
  start: number
}

interface Calendar {
  day(number: number): Day
}

/** Local days overlap two or three UTC days: the latest that has begun is it. */
function dayAt(ms: number, calendar: Calendar): Day {
  let day = calendar.day(Math.floor(ms / dayMs) + 1)
  while (day.start > ms) day = calendar.day(day.number - 1)
  return day
}

/** Midnights are dear (10 µs), so each is computed once; kept for a few zones only, since callers choose them. */
const calendars = new Map<ZoneId, Calendar>()

function calendarOf(zone: ZoneId): Calendar {
  const known = calendars.get(zone)
  if (known) return known
  if (calendars.size >= 16) calendars.clear()
  const calendar = newCalendar(zone)
  calendars.set(zone, calendar)
  return calendar
}

function newCalendar(zone: ZoneId): Calendar {
  const days = new Map<number, Day>()
  return {
    day(number) {
      const known = days.get(number)
      if (known) return known
      const text = dayText(number)
      const day = {
        number,
        text,
        start: Temporal.PlainDate.from(text).toZonedDateTime(zone).epochMilliseconds,
      }
      days.set(number, day)
      return day
    },
  }
}

/** Days are counted from 1970-01-01, a Thursday: day 4 was a Monday. */
const dayNumber = (day: string): number => Date.parse(day) / dayMs
const firstWeekday = { monday: 4, sunday: 3, saturday: 2 } as const
