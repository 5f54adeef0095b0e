import type { AppError, ErrorKind } from '../domain/error.ts'
import type { Field } from './field.ts'
import type { Look } from './look.ts'
import { renderTable } from './page.ts'

/** What a shell sees of an error. */
export const exitCodes: Record<ErrorKind, number> = {
  internal: 1,
  invalid: 2,
  unauthorized: 3,
  forbidden: 3,
  not_found: 4,
  conflict: 5,
  rate_limited: 6,
}

export function renderProblem(
  error: AppError,
  look: Look,
  speak: { say: (text: string) => string; fields: readonly Field[] },
): string {
  const { paint } = look
  const message = messageOf(error, speak.fields)
  const lines = [`${paint.bad('stint:')} ${speak.say(message)}\n`, candidates(error, look)]
  if (error.hint) lines.push(`${paint.dim(speak.say(error.hint))}\n`)
  return lines.join('')
}

/** `limit: Too big` is about what was typed as --limit. */
function messageOf({ details, message }: AppError, fields: readonly Field[]): string {
  const problems: unknown = details?.problems
  if (!Array.isArray(problems)) return message
  return problems
    .map(({ message, path }: { message: string; path: string }) => {
      const field = fields.find(one => one.name === path.split('.')[0])
      return field ? `--${field.flag}: ${message}` : [path, message].filter(part => part !== '').join(': ')
    })
    .join('; ')
}

interface Candidate {
  id: string
  name: string
  client?: string
}

/** Where a name fits several, only their ids tell them apart for certain. */
function candidates({ details }: AppError, look: Look): string {
  if (!Array.isArray(details?.candidates)) return ''
  // written by `ambiguous` in the core
  const rows = (details.candidates as Candidate[]).map(one => [one.name, one.client ?? '', one.id])
  return renderTable({ columns: ['Name', 'Client', 'Id'], rows }, look)
}
