import { AppError, type ErrorShape, kindOfCode } from '../domain/error.ts'
import type { Answered } from './link.ts'

/** Nobody answers, or not as a server of stint does: the same may go well later. */
export class Unreachable extends AppError {
  constructor(url: string, why: string) {
    super('internal', `${url} cannot be reached: ${why}.`, {
      hint: 'Is the network there, and `stint serve` running? What assistants report waits here until then.',
    })
  }
}

/** What the server said is wrong, as if it had been said here. */
export function problemOf(url: string, { body, headers, status }: Answered): AppError {
  if (status >= 300 && status < 400)
    return new AppError('validation_error', `${url} leads elsewhere: ${headers.location ?? 'nowhere'}.`, {
      hint: 'Log in under the address at which stint itself answers: `stint login <url>`.',
    })
  const told = errorIn(body)
  if (!told) return new Unreachable(url, `it answers with status ${status}, and not as stint does`)
  const { code, details, hint, message } = told
  if (code === 'not_authenticated')
    return new AppError(code, message, {
      hint: `Ask for a new token (\`stint token create\` on the server), then \`stint login ${url}\`.`,
    })
  return new AppError(code, message, { ...(details && { details }), ...(hint !== undefined && { hint }) })
}

function errorIn(body: Buffer): ErrorShape | undefined {
  try {
    // looked at as what it should be, and checked
    const { error } = JSON.parse(body.toString('utf8')) as { error?: Partial<ErrorShape> }
    const { code, message } = error ?? {}
    if (code === undefined || !Object.hasOwn(kindOfCode, code) || typeof message !== 'string')
      return undefined
    const { details, hint } = error ?? {}
    return {
      code,
      message,
      ...(typeof details === 'object' && { details }),
      ...(typeof hint === 'string' && { hint }),
    }
  } catch {
    return undefined
  }
}
