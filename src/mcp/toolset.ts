import type { Toolset } from '../core/operation.ts'
import { AppError } from '../domain/error.ts'

const known: readonly Toolset[] = ['track', 'report', 'billing', 'more', 'admin']
const usual = ['track', 'report', 'billing']

/** `--toolsets track,report`: which tools a host is offered. */
export function readToolsets(typed: string = usual.join(',')): Toolset[] {
  const wanted = typed.split(/[\s,]+/).filter(name => name !== '')
  const unknown = wanted.filter(name => !known.some(one => one === name))
  if (unknown.length === 0 && wanted.length > 0) return known.filter(one => wanted.includes(one))
  const message = unknown.length > 0 ? `Unknown toolset: ${unknown.join(', ')}.` : 'No toolset is named.'
  throw new AppError('validation_error', message, {
    details: { known },
    hint: `Known toolsets: ${known.join(', ')}. The default is ${usual.join(',')}.`,
  })
}
