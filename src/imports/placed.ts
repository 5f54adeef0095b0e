import { clock } from '../domain/duration.ts'
import { AppError } from '../domain/error.ts'
import { addDays } from '../domain/zone.ts'
import { dayIn } from './date.ts'
import type { Format } from './format.ts'
import { type Length, lengthIn } from './length.ts'
import { laterTwin, localMoment, type Moment, momentIn, unreadable } from './moment.ts'
import type { SourceRow } from './source.ts'

/** Where a row's time lies, and the words that name the place. */
export interface Placed {
  place: { started_at: number; ended_at: number; seconds: number } | { date: string; seconds: number }
  said: string
  note?: string
}

export function placed(row: SourceRow, format: Format, zone: string): Placed {
  const length = lengthIn(row, format.decimal_sign ?? '.')
  const [startText, endText, dateText] = [row.cell('start'), row.cell('end'), row.cell('date')]
  const order = format.date_order
  if (startText === '') return onDay(dateText, dayIn(dateText, order), length)

  const start = momentIn(startText, { date: dateText || undefined, order, zone })
  if (endText === '') {
    if (!length) throw openEnd(format)
    return { ...between(start.at, positive(length.seconds)), said: start.said, ...noted(start.moved) }
  }
  const end = momentIn(endText, { date: row.cell('end_date') || dateText || start.local?.day, order, zone })
  if (format.program === 'stint') {
    const seconds = length?.seconds ?? (end.at - start.at) / 1000
    return { place: { started_at: start.at, ended_at: end.at, seconds: positive(seconds) }, said: start.said }
  }
  const isClock = row.cell('end_date') === '' && clockOnly.test(endText)
  const found = measured(start, isClock ? [end, ...pastMidnight(start, end, zone)] : [end], length, zone)
  return { ...found, said: start.said, ...noted(start.moved, end.moved, found.note) }
}

function onDay(text: string, date: string | undefined, length: Length | undefined): Placed {
  if (!date) throw text === '' ? invalid('It has no date.', 'Give it one.') : unreadable(text, 'date')
  if (!length) throw invalid('It has neither an end nor a length.', 'Give it one of them.')
  return { place: { date, seconds: positive(length.seconds) }, said: date }
}

const clockOnly = /^\d{1,2}:/

/** Where only the clock is said: 23:00 to 01:00. */
function pastMidnight(start: Moment, { local, within }: Moment, zone: string): Moment[] {
  if (!start.local || !local || local.clock >= start.local.clock) return []
  return [localMoment(addDays(local.day, 1), local.clock, within, zone)]
}

/**
 * The place by start, possible ends and length. Where clocks go back, a time comes twice and the length tells which is
 * meant:
 *
 *     02:10 → 03:30   1:20:00     begins at the second 02:10, not an hour earlier
 *
 * Where the length is another than the clock's, the length holds, since the sums in the file are of lengths.
 */
function measured(
  start: Moment,
  ends: readonly Moment[],
  length: Length | undefined,
  zone: string,
): Pick<Placed, 'place' | 'note'> {
  const span = ((ends.at(-1)?.at ?? start.at) - start.at) / 1000
  if (!length) {
    if (span < 0) throw backwards()
    return between(start.at, positive(span))
  }
  const clockWithin = Math.max(start.within, ...ends.map(end => end.within))
  const within = Math.max(clockWithin, length.within)
  for (const [from, to] of places(start, ends, zone)) {
    const seconds = (to - from) / 1000
    if (seconds < 0 || Math.abs(seconds - length.seconds) > within) continue
    return between(from, positive(length.within <= clockWithin ? length.seconds : seconds))
  }
  if (span < 0) throw backwards()
  if (Math.abs(span - length.seconds) > daySeconds) throw contradicted(span, length.seconds)
  return {
    ...between(start.at, positive(length.seconds)),
    note: `From start to end it is ${clock(span)}; its duration ${clock(length.seconds)} was taken.`,
  }
}

/** The likely ones first: what comes later is worked out only where it is needed. */
function* places(
  start: Moment,
  ends: readonly Moment[],
  zone: string,
): Generator<[from: number, to: number]> {
  for (const from of twins(start, zone)) {
    for (const end of ends) for (const to of twins(end, zone)) yield [from, to]
  }
}

function* twins(moment: Moment, zone: string): Generator<number> {
  yield moment.at
  const later = laterTwin(moment, zone)
  if (later !== undefined) yield later
}

const daySeconds = 86_400

const between = (started_at: number, seconds: number) => ({
  place: { started_at, ended_at: started_at + seconds * 1000, seconds },
})

const noted = (...notes: (string | undefined)[]): { note?: string } => {
  const note = notes.filter(one => one !== undefined).join(' ')
  return note === '' ? {} : { note }
}

function positive(seconds: number): number {
  if (seconds > 0) return seconds
  throw invalid('It is no second long.', 'Nothing is lost by leaving it out.')
}

const orderHint = 'If its dates are read the wrong way round, say --date-order dmy or --date-order mdy.'

const backwards = (): AppError => invalid('It ends before it starts.', orderHint)

const contradicted = (span: number, seconds: number): AppError =>
  invalid(`From start to end it is ${clock(span)}, but its duration is ${clock(seconds)}.`, orderHint)

const openEnd = ({ program }: Format): AppError =>
  program === 'timewarrior'
    ? invalid('It is still running.', 'Stop it with `timew stop` and import again.')
    : invalid('It has neither an end nor a length.', 'Give it one of them, or stop it and export again.')

const invalid = (message: string, hint: string): AppError =>
  new AppError('validation_error', message, { hint })
