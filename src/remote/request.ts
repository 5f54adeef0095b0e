import type { AnyOperation } from '../core/operation.ts'

export type Json = Record<string, unknown>

/** What goes over the wire, below `/api/v1`. */
export interface Asked {
  method: string
  path: string
  headers: Record<string, string>
  body?: string
}

/** A short word instead of a thing's name would lead elsewhere: `/invoices/due`. */
const idForm = /^[a-z]{3}_\w+$/

/**
 * The request that tells a server what `call` would be told here: ids stand in the path, where `-` says that a name
 * stands in the query or the body, or that nothing was said.
 *
 *     stop_timer {project: 'acme'}     POST /timers/-/stop   {"project": "acme"}
 */
export function requestOf(operation: AnyOperation, input: Json, key: string): Asked {
  const [method = '', path = ''] = operation.route.split(' ')
  const { idempotency_key = key, ...said } = { ...input, ...agreedFor(operation) }
  const rest = saidIn(said)
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest.get(name)
    if (typeof value !== 'string' || !idForm.test(value)) return '-'
    rest.delete(name)
    return value
  })
  if (method === 'GET') return { method, path: filled + queryOf(rest), headers: {} }
  return {
    method,
    path: filled,
    headers: {
      'content-type': 'application/json',
      ...(operation.mutates && { 'idempotency-key': String(idempotency_key) }),
      // else a deletion is answered without what was deleted
      ...(method === 'DELETE' && { prefer: 'return=representation' }),
    },
    body: JSON.stringify(Object.fromEntries(rest)),
  }
}

export const exportOf = (wanted: object): Asked => ({
  method: 'GET',
  path: `/export/entries.csv${queryOf(saidIn(wanted))}`,
  headers: {},
})

const saidIn = (input: object): Map<string, unknown> =>
  new Map(Object.entries(input).filter(([, value]) => value !== undefined))

/** Whoever calls has asked the person before, as for a database here. */
const agreedFor = ({ input, mutates }: AnyOperation): Json =>
  mutates && 'confirm' in input.shape ? { confirm: true } : {}

function queryOf(said: ReadonlyMap<string, unknown>): string {
  const query = new URLSearchParams()
  for (const [name, value] of said)
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one))
  return query.size === 0 ? '' : `?${query.toString()}`
}
