import { AppError } from './error.ts'

export const defaultFormat = '{yyyy}-{seq:4}'

const longest = 40
const placeholder = /\{(?:yyyy|yy|mm|seq(?::[1-9])?)\}/g
const plain = /^[\p{L}\p{N}\-/._ ]*$/u

/** How the workspace numbers its invoices: `{yyyy}-{seq:4}` makes `2026-0001`. */
export function checkedFormat(text: string): string {
  const format = text.trim()
  if (format.length > longest) throw invalid(`has to be ${longest} characters or shorter`)
  if (!/\{seq(?::[1-9])?\}/.test(format))
    throw invalid('has to have {seq} in it, else every number would be the same')
  if (!plain.test(format.replace(placeholder, ''))) {
    throw invalid('may have letters, digits, spaces and - / . _ beside what is known in braces')
  }
  return format
}

/** What is counted together: the year where the format names one, so that each year begins at 1; else all there are. */
export const seriesOf = (format: string, day: string): string =>
  /\{yy(?:yy)?\}/.test(format) ? day.slice(0, 4) : ''

export const numberOf = (format: string, day: string, seq: number): string =>
  format.replace(placeholder, found => {
    const [name, width = '1'] = found.slice(1, -1).split(':')
    if (name === 'yyyy') return day.slice(0, 4)
    if (name === 'yy') return day.slice(2, 4)
    if (name === 'mm') return day.slice(5, 7)
    return String(seq).padStart(Number(width), '0')
  })

const known = ['{yyyy}', '{yy}', '{mm}', '{seq}', '{seq:N}']

const invalid = (why: string): AppError =>
  new AppError('validation_error', `The number format ${why}.`, {
    hint: `Known: ${known.join(', ')} with N from 1 to 9 digits; for example ${defaultFormat}.`,
    details: { known },
  })
