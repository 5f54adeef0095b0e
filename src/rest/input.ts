import type { IncomingHttpHeaders } from 'node:http'
import * as z from 'zod'
import { questionBefore } from '../core/confirmation.ts'
import type { AnyOperation } from '../core/operation.ts'
import { AppError } from '../domain/error.ts'
import type { Json } from './body.ts'
import type { Route } from './routes.ts'

export interface Request {
  route: Route
  params: Record<string, string>
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: Json
}

/** Path, query, body and headers as the one flat input of an operation. */
export function inputOf({ body, headers, params, query, route }: Request): Json {
  const { given, method, operation, otherwise } = route
  const input = joined([given, named(params), readQuery(operation.input, query), readBody(operation, body)])
  for (const [name, value] of Object.entries(otherwise)) if (!(name in input)) input[name] = value
  const fields = operation.input.shape
  if (method === 'DELETE' && 'confirm' in fields) input.confirm = true
  if (operation.mutates) {
    add(input, 'idempotency_key', headers['idempotency-key'])
    add(input, 'version', versionWanted(headers['if-match'], 'version' in fields))
  }
  assertConfirmed(operation, input)
  return input
}

/** `-` names nothing: the name stands in the query or the body, or is left out where it may be. */
const named = (params: Record<string, string>): Json =>
  Object.fromEntries(Object.entries(params).filter(([, value]) => value !== '-'))

/** What two of them say must be the same. */
function joined(parts: readonly Json[]): Json {
  const input: Json = Object.create(null)
  for (const part of parts) for (const [name, value] of Object.entries(part)) add(input, name, value)
  return input
}

function add(input: Json, name: string, value: unknown): void {
  if (value === undefined) return
  if (name in input && input[name] !== value)
    throw new AppError('validation_error', `${name}: is said twice, and not alike.`, {
      hint: 'Say it once: in the path, the query, a header or the body.',
    })
  input[name] = value
}

/** Text becomes what the field is; a list is a key that is repeated. */
export function readQuery(input: z.ZodObject, query: URLSearchParams): Json {
  const read: Json = Object.create(null)
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name)
    const type = typesOf(input)[name]
    if (type === 'array') read[name] = values
    else if (values.length > 1) throw new AppError('validation_error', `${name}: may be given once only.`)
    else read[name] = valueOf(values[0] ?? '', type)
  }
  return read
}

function valueOf(text: string, type: unknown): unknown {
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  return text
}

const known = new WeakMap<z.ZodObject, Readonly<Record<string, unknown>>>()

function typesOf(input: z.ZodObject): Readonly<Record<string, unknown>> {
  const types = known.get(input) ?? typesIn(input)
  known.set(input, types)
  return types
}

function typesIn(input: z.ZodObject): Readonly<Record<string, unknown>> {
  const { properties = {} } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' })
  return Object.fromEntries(
    Object.entries(properties).map(([name, one]) => [name, typeof one === 'object' && one.type]),
  )
}

/** `null` and empty text clear a field, as far as it can be empty. */
function readBody({ input }: AnyOperation, body: Json): Json {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      value === null || value === '' ? (emptyFor(input, name) ?? value) : value,
    ]),
  )
}

/** Empty text, or an empty list; null where the field takes neither. */
function emptyFor({ shape }: z.ZodObject, name: string): unknown {
  const field: z.ZodType | undefined = Object.hasOwn(shape, name) ? shape[name] : undefined
  return ['', []].find(empty => field?.safeParse(empty).success) ?? null
}

export const takesEmpty = (input: z.ZodObject, name: string): boolean => emptyFor(input, name) !== null

/** `"7"`, or `"7-…"` where an answer holds more than the thing. Any other tag is of nothing that was ever here. */
function versionWanted(header: string | undefined, hasVersion: boolean): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined
  const [, version] = /^\s*(?:W\/)?"(\d{1,15})(?:-[\w-]+)?"\s*$/.exec(header) ?? []
  if (hasVersion && version !== undefined && Number(version) > 0) return Number(version)
  throw new AppError('version_mismatch', 'If-Match names no version of this.', {
    hint: 'Send the ETag of the answer that you decided on.',
  })
}

/** What takes something away is either a DELETE or says so. */
function assertConfirmed(operation: AnyOperation, input: Json): void {
  const question = questionBefore(operation, input)
  if (question === undefined) return
  throw new AppError('confirmation_required', `${question} This needs a person's word.`, {
    details: { field: 'confirm' },
    hint: 'Once they agreed, send it again with confirm: true.',
  })
}
