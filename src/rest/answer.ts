import type { IncomingHttpHeaders } from 'node:http'
import { digest } from '../core/digest.ts'
import type { Json } from './body.ts'
import { isKnown } from './known.ts'
import { makes, type Route } from './routes.ts'

/** The output of an operation as a response. */
export function answer(route: Route, input: Json, output: Json, headers: IncomingHttpHeaders): Response {
  const replayed = output.replayed === true ? { 'idempotency-replayed': 'true' } : undefined
  if (route.method === 'DELETE' && !wantsOutput(headers))
    return new Response(null, { status: 204, headers: { ...replayed } })
  const text = textOf(route, output)
  const tag = tagOf(route, output, text)
  const about = {
    'cache-control': route.method === 'GET' ? 'private, no-cache' : 'no-store',
    ...(tag !== undefined && { etag: tag }),
  }
  if (route.method === 'GET' && tag !== undefined && isKnown(headers['if-none-match'], tag))
    return new Response(null, { status: 304, headers: about })
  return new Response(text, {
    status: isNew(route, input, output) ? 201 : 200,
    headers: { 'content-type': 'application/json', ...about, ...replayed },
  })
}

const texts = new WeakMap<Json, string>()

/** What is answered from memory is the same thing each time, and so is its text. */
function textOf({ operation }: Route, output: Json): string {
  if (operation.mutates || !operation.steady) return JSON.stringify(output)
  const text = texts.get(output) ?? JSON.stringify(output)
  texts.set(output, text)
  return text
}

/** RFC 7240. */
const wantsOutput = ({ prefer = '' }: IncomingHttpHeaders): boolean =>
  /\breturn=representation\b/i.test(String(prefer))

/** POST made a thing, unless it was there already or only shown. */
function isNew(route: Route, input: Json, output: Json): boolean {
  if (!makes(route) || input.preview === true) return false
  if ('created' in route.operation.output.shape) return output.created === true
  return output.already_running !== true
}

/** They hold nothing that could change without their version: no figures, no names of other things. */
const whole = new Set(['client', 'settings'])

/** The version of the thing; where what is read of it tells more than that, its content too. */
function tagOf({ method }: Route, output: Json, text: string): string | undefined {
  const [name = '', ...others] = Object.keys(output)
  const version = versionOf(output[name])
  if (version === undefined) return undefined
  const isWhole = method !== 'GET' || (others.length === 0 && whole.has(name))
  return isWhole ? `"${version}"` : `"${version}-${digest(text).slice(0, 10)}"`
}

function versionOf(thing: unknown): number | undefined {
  if (typeof thing !== 'object' || thing === null || !('version' in thing)) return undefined
  return typeof thing.version === 'number' ? thing.version : undefined
}
