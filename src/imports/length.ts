import { AppError } from '../domain/error.ts'
import { quoted } from '../domain/zone.ts'
import { type DecimalSign, decimalText, secondsIn } from './number.ts'
import type { SourceRow } from './source.ts'

/** How long something took, and how many seconds the file may have rounded it by. */
export interface Length {
  seconds: number
  within: number
}

/** The length that a row says; undefined: it says none. */
export function lengthIn(row: SourceRow, sign: DecimalSign): Length | undefined {
  const [seconds, duration, hours, minutes] = [
    row.cell('seconds'),
    row.cell('duration'),
    row.cell('hours'),
    row.cell('minutes'),
  ]
  if (seconds !== '') return decimalLength(seconds, 1, sign)
  if (duration !== '') return clockLength(duration) ?? hoursLength(duration, sign)
  if (hours !== '') return clockLength(hours) ?? decimalLength(hours, 3600, sign)
  return minutes === '' ? undefined : decimalLength(minutes, 60, sign)
}

/** `1:30:00`, `0:45` and `1h 30m`. */
function clockLength(text: string): Length | undefined {
  const [, hour, minute, second] = clockForm.exec(text) ?? unitForm.exec(text) ?? []
  if (hour === undefined && minute === undefined && second === undefined) return undefined
  return {
    seconds: Number(hour ?? 0) * 3600 + Number(minute ?? 0) * 60 + Number(second ?? 0),
    within: second === undefined ? 60 : 1,
  }
}

const clockForm = /^(\d{1,5}):([0-5]\d)(?::([0-5]\d))?$/
const unitForm =
  /^(?:(\d{1,5})\s*h(?:ours?|rs?)?)?\s*(?:(\d{1,5})\s*m(?:in(?:utes?)?)?)?\s*(?:(\d{1,5})\s*s(?:ec(?:onds?)?)?)?$/i

/** With decimals it can only be hours; a whole number could be anything. */
function hoursLength(text: string, sign: DecimalSign): Length {
  if (text.includes(sign)) return decimalLength(text, 3600, sign)
  throw new AppError('validation_error', `The duration ${quoted(text)} has no unit.`, {
    hint: 'Write it as 1:30:00, or head the column Hours, Minutes or Seconds.',
  })
}

function decimalLength(text: string, unitSeconds: number, sign: DecimalSign): Length {
  const decimal = decimalText(text, sign, 'The length')
  // spreadsheets leave out zeros at the end: no fewer than two decimals were meant
  const decimals = Math.max(2, decimal.split('.')[1]?.length ?? 0)
  return {
    seconds: secondsIn(decimal, unitSeconds),
    within: Math.max(1, unitSeconds / 10 ** decimals),
  }
}
