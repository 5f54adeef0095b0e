import { AppError } from '../domain/error.ts'

/** Refuses a change that was decided on what is no longer so. */
export function assertVersion(row: { version: number }, expected: number | undefined): void {
  if (expected === undefined || expected === row.version) return
  throw new AppError('version_mismatch', `It is at version ${row.version} by now, not ${expected}.`, {
    details: { version: row.version },
    hint: 'Read it again and decide anew.',
  })
}
