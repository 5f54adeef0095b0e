import { AppError } from '../domain/error.ts'
import { dayMs, toText, wholeSecond } from '../domain/instant.ts'
import { addDays, dayOf, parseInstant, quoted, startOfDay, timeOf } from '../domain/zone.ts'
import { type DateOrder, dayIn } from './date.ts'

/** A point on the clock, as the file says it and as an instant. */
export interface Moment {
  at: number
  /** The same in every zone that the file is read in. */
  said: string
  /** How many seconds its last digit stands for. */
  within: 1 | 60
  /** Of a local time: its day, and the seconds since midnight by the clock. */
  local?: { day: string; clock: number }
  moved?: string
}

/** Of a time: `10:23`, `10:23:00 AM`, `03/04/2024 10:23`, `2024-03-04T10:23:00Z`, `20240304T102300Z`. */
export function momentIn(
  text: string,
  { date, order, zone }: { date: string | undefined; order: DateOrder | undefined; zone: string },
): Moment {
  const exact = text.replace(compactForm, '$1-$2-$3T$4:$5:$6Z')
  if (offsetForm.test(exact)) {
    const at = wholeSecond(parseInstant(exact, { now: 0, zone }).at)
    return { at, said: toText(at), within: 1 }
  }
  const [, written = date, hour = '', minute = '', second, half = ''] = timeForm.exec(text) ?? []
  const day = written && dayIn(written, order)
  const clock = secondsOfDay(Number(hour), Number(minute), Number(second ?? 0), half.toLowerCase())
  if (hour === '' || Number.isNaN(clock)) throw unreadable(text, 'time')
  if (!day) throw unreadable(written ?? '', 'date')
  return localMoment(day, clock, second === undefined ? 60 : 1, zone)
}

export function localMoment(day: string, clock: number, within: 1 | 60, zone: string): Moment {
  const said = toText(Date.parse(day) + clock * 1000).slice(0, 19)
  return { ...instantAt(day, clock, said, zone), said, within, local: { day, clock } }
}

/** Of a local time that comes twice, the second; parseInstant takes the first. */
export function laterTwin({ at, local }: Moment, zone: string): number | undefined {
  if (!local) return undefined
  // where clocks go back across midnight, the time comes again on a day that is counted as the next
  const day = dayOf(at, zone)
  const longer = [day, addDays(day, 1)].map(one => lengthOf(one, zone) - dayMs).find(ms => ms > 0)
  if (longer === undefined) return undefined
  // a day long ago, for which the time is told with its date
  return timeOf(at + longer, zone, 0) === timeOf(at, zone, 0) ? at + longer : undefined
}

export function unreadable(text: string, what: 'date' | 'time'): AppError {
  return new AppError('validation_error', `${quoted(text)} is no ${what}.`, {
    hint:
      what === 'date'
        ? 'Write it as 2024-03-04, or say with --date-order what stands first: dmy or mdy.'
        : 'Write it as 14:30, 14:30:00 or 2:30 PM.',
  })
}

const compactForm = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/
const offsetForm = /^\d{4}-\d{2}-\d{2}[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)? ?(?:Z|[+-]\d{2}(?::?\d{2})?)$/i
const timeForm =
  /^(?:([\d./-]{8,11})[T ,]\s*)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(?:([ap])\.?\s?m\.?)?$/i

function secondsOfDay(hour: number, minute: number, second: number, half: string): number {
  const isHour = half ? hour >= 1 && hour <= 12 : hour <= 23
  if (!isHour || minute > 59 || second > 59) return Number.NaN
  const hours = half === '' ? hour : (hour % 12) + (half === 'p' ? 12 : 0)
  return (hours * 60 + minute) * 60 + second
}

/** On days on which the clocks are left alone a sum does, at a tenth of the price. */
function instantAt(day: string, clock: number, said: string, zone: string): { at: number; moved?: string } {
  const isPlain = lengthOf(day, zone) === dayMs
  return isPlain ? { at: startOfDay(day, zone) + clock * 1000 } : parseInstant(said, { now: 0, zone })
}

const lengthOf = (day: string, zone: string): number =>
  startOfDay(addDays(day, 1), zone) - startOfDay(day, zone)
