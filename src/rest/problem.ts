import type { App } from '../core/app.ts'
import { AppError, type ErrorCode } from '../domain/error.ts'

export const statusOf: Record<ErrorCode, number> = {
  malformed: 400,
  not_authenticated: 401,
  forbidden_scope: 403,
  forbidden_role: 403,
  not_found: 404,
  method_not_allowed: 405,
  disambiguate: 409,
  conflict: 409,
  entry_invoiced: 409,
  period_locked: 409,
  invoice_state: 409,
  idempotency_conflict: 409,
  version_mismatch: 412,
  too_large: 413,
  unsupported_media_type: 415,
  validation_error: 422,
  invalid_period: 422,
  invalid_duration: 422,
  currency_mismatch: 422,
  total_mismatch: 422,
  confirmation_required: 422,
  rate_limited: 429,
  internal: 500,
  storage_full: 507,
}

export function problem(error: AppError): Response {
  return new Response(JSON.stringify({ error }), {
    status: statusOf[error.code],
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      ...(error.code === 'not_authenticated' && { 'www-authenticate': 'Bearer realm="stint"' }),
    },
  })
}

/** Only our own sentences go out. */
export function asAppError(app: App, error: unknown): AppError {
  if (error instanceof AppError) {
    // what the database said itself is for the log only
    if (error.cause !== undefined) app.log(error.message, error.cause)
    return error
  }
  app.log('A request failed', error)
  return new AppError('internal', 'Internal error: this is a fault of stint, and nothing was changed.', {
    hint: 'Try again; `stint doctor` checks the installation.',
  })
}
