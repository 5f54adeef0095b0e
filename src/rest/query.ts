import type * as z from 'zod'
import { AppError } from '../domain/error.ts'
import { readQuery } from './input.ts'

/** The query of a page that is no operation, as its fields say. */
export function queryOf<T extends z.ZodObject>(fields: T, query: URLSearchParams): z.output<T> {
  const read = fields.safeParse(readQuery(fields, query))
  if (read.success) return read.data
  const problems = read.error.issues.map(({ message, path }) =>
    [path.join('.'), message].filter(Boolean).join(': '),
  )
  throw new AppError('validation_error', problems.join('; '), {
    hint: `Known fields: ${Object.keys(fields.shape).join(', ')}.`,
  })
}
