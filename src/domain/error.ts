/** Each code of the contract belongs to one kind; the doors turn kinds and codes into statuses and exit codes. */
export const kindOfCode = {
  malformed: 'invalid',
  not_authenticated: 'unauthorized',
  forbidden_scope: 'forbidden',
  forbidden_role: 'forbidden',
  not_found: 'not_found',
  method_not_allowed: 'invalid',
  disambiguate: 'conflict',
  conflict: 'conflict',
  entry_invoiced: 'conflict',
  period_locked: 'conflict',
  invoice_state: 'conflict',
  idempotency_conflict: 'conflict',
  version_mismatch: 'conflict',
  too_large: 'invalid',
  unsupported_media_type: 'invalid',
  validation_error: 'invalid',
  invalid_period: 'invalid',
  invalid_duration: 'invalid',
  currency_mismatch: 'invalid',
  total_mismatch: 'invalid',
  confirmation_required: 'invalid',
  rate_limited: 'rate_limited',
  internal: 'internal',
  storage_full: 'internal',
} as const

export type ErrorCode = keyof typeof kindOfCode
export type ErrorKind = (typeof kindOfCode)[ErrorCode]

export interface ErrorShape {
  code: ErrorCode
  message: string
  details?: Record<string, unknown>
  hint?: string
}

/** A message may quote what a stranger wrote: nothing in it that a terminal obeys or that turns the order of reading. */
// oxlint-disable-next-line no-control-regex
const obeyed = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Papers and e-invoices wait in files of their own, each with a class of this name: one mark for all of them. */
const mark = Symbol.for('stint.AppError')

/** What is wrong, in the reader's words; `hint` says what to do next. */
export class AppError extends Error {
  static override [Symbol.hasInstance](thrown: unknown): boolean {
    if (this === AppError) return thrown instanceof Error && mark in thrown
    return super[Symbol.hasInstance](thrown)
  }

  readonly [mark] = true
  readonly code: ErrorCode
  readonly details: Record<string, unknown> | undefined
  readonly hint: string | undefined

  constructor(
    code: ErrorCode,
    message: string,
    more: { details?: Record<string, unknown>; hint?: string } = {},
  ) {
    super(message.replaceAll(obeyed, '�'))
    this.name = 'AppError'
    this.code = code
    this.details = more.details
    this.hint = more.hint
  }

  get kind(): ErrorKind {
    return kindOfCode[this.code]
  }

  toJSON(): ErrorShape {
    return {
      code: this.code,
      message: this.message,
      ...(this.details && { details: this.details }),
      ...(this.hint && { hint: this.hint }),
    }
  }
}
