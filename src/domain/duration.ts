import { AppError } from './error.ts'

/** Whole seconds from `90` `90m` `1h30m` `1h30` `1.5h` `1:30` `0:45:30`; a bare number is minutes. */
export function parseDuration(input: string | number): number {
  const text = String(input).trim()
  const seconds = typeof input === 'number' ? input * 60 : secondsOf(text)
  // Not `seconds < 0`: what cannot be read is NaN.
  if (!(seconds >= 0)) throw invalid(text, 'is no duration')
  if (seconds > tenYears) throw invalid(text, 'is longer than ten years')
  return Math.round(seconds)
}

/** For people: `1h 05m`, `45m`, `30s`, `0m`. Seconds show only where there is no minute. */
export function hours(seconds: number): string {
  const { sign, hour, minute, second } = parts(seconds)
  if (hour > 0) return `${sign}${hour}h ${pad(minute)}m`
  if (minute > 0 || second === 0) return `${sign}${minute}m`
  return `${sign}${second}s`
}

/** `1:05:00`. */
export function clock(seconds: number): string {
  const { sign, hour, minute, second } = parts(seconds)
  return `${sign}${hour}:${pad(minute)}:${pad(second)}`
}

const longest = 40
const tenYears = 3653 * 86_400

function secondsOf(text: string): number {
  if (text === '' || text.length > longest) return Number.NaN
  const [, hour = 0, minute = 0, second = 0] = clockForm.exec(text) ??
    bareForm.exec(text) ??
    unitForm.exec(text) ?? [text, Number.NaN]
  return Number(hour) * 3600 + Number(minute) * 60 + Number(second)
}

const clockForm = /^(\d+):([0-5]\d)(?::([0-5]\d))?$/
const number = String.raw`(\d+(?:\.\d+)?|\.\d+)`
const hourUnit = String.raw`${number}\s*(?:h|hrs?|hours?)`
const minuteUnit = String.raw`${number}\s*(?:m|mins?|minutes?)`
const secondUnit = String.raw`${number}\s*(?:s|secs?|seconds?)`
const unitForm = new RegExp(String.raw`^(?:${hourUnit})?\s*(?:${minuteUnit})?\s*(?:${secondUnit})?$`, 'i')
const bareForm = new RegExp(String.raw`^(?:${hourUnit}\s*)?${number}$`, 'i')

const invalid = (text: string, why: string): AppError =>
  new AppError('invalid_duration', `${JSON.stringify(text.slice(0, longest))} ${why}.`, {
    hint: 'Write 90 (minutes), 90m, 1h30m, 1h30, 1.5h, 1:30 or 0:45:30; never less than 0.',
  })

function parts(seconds: number): { sign: string; hour: number; minute: number; second: number } {
  const whole = Math.floor(Math.abs(seconds))
  const minutes = Math.floor(whole / 60)
  const sign = seconds < 0 && whole > 0 ? '-' : ''
  return { sign, hour: Math.floor(minutes / 60), minute: minutes % 60, second: whole % 60 }
}

const pad = (n: number): string => String(n).padStart(2, '0')
