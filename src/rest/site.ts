import type { IncomingMessage, ServerResponse } from 'node:http'
import { countOpenSessions } from '../../db/sessions.ts'
import { findOwner } from '../../db/workspaces.ts'
import type { App } from '../core/app.ts'
import { assertScope, call } from '../core/call.ts'
import type { Door, Principal } from '../core/context.ts'
import { invitePrincipal } from '../core/invite.ts'
import type { AnyOperation } from '../core/operation.ts'
import { AppError } from '../domain/error.ts'
import { answer } from './answer.ts'
import { editorPrincipal, principalOf } from './auth.ts'
import { asObject, bodyLimit, type Json, readJson } from './body.ts'
import { exportCsv } from './export.ts'
import { sendFile } from './file.ts'
import { assertFamiliar, hostsOf } from './guard.ts'
import { inputOf } from './input.ts'
import { bucketsOf, limitHeaders, type Quota } from './limit.ts'
import { metricsOf } from './metrics.ts'
import { asAppError, problem } from './problem.ts'
import { referenceOf } from './reference.ts'
import { finderOf, meantBy, prefix, routesOf } from './routes.ts'
import type { EventStreams } from './stream.ts'
import { type Caller, currentUser, summaries, takeHeartbeats, today } from './wakatime.ts'

export interface SiteOptions {
  app: App
  /** The same app as it is for one who calls. */
  appFor(principal: Principal): App
  operations: readonly AnyOperation[]
  /** Names, beside its own, under which the server may be reached. */
  hosts: readonly string[]
  /** Requests a minute and token; null: as many as they like. */
  rate_limit: number | null
  body_limit?: number
  /** The program that shows the reference page. */
  reader: () => Uint8Array
  /** Answers a message of an assistant. */
  mcp: (request: Request, body: unknown, principal: Principal) => Promise<Response>
  streams: EventStreams
  /** Told of every request. */
  note?(line: string): void
}

export type Site = (
  request: Request,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
) => Promise<Response>

/** One request and what is known of it so far. */
interface Exchange {
  request: Request
  incoming: IncomingMessage
  outgoing: ServerResponse
  method: string
  path: string
  query: URLSearchParams
  /** As figures name it. */
  route: string
}

interface Page {
  methods: readonly string[]
  /** Editors show their keys in a way of their own. */
  door?: Door | 'editor'
  show(exchange: Exchange, principal: () => Principal): Promise<Response> | Response
}

const joining = `${prefix}/workspaces/join`
const reading = ['GET', 'HEAD', 'OPTIONS']

/** Everything that is served over HTTP. No header is set once there is a response: that would make it slow. */
export function siteOf(options: SiteOptions): Site {
  const { app, body_limit = bodyLimit, operations, rate_limit } = options
  const hosts = hostsOf(...options.hosts)
  const routes = routesOf(operations)
  const find = finderOf(routes)
  const metrics = metricsOf()
  const startedAt = app.clock()
  const assertWithin = limiterOf(rate_limit)

  const pages: Readonly<Record<string, Page>> = {
    '/healthz': { methods: reading, show: () => json({ status: 'ok' }) },
    '/readyz': { methods: reading, show: ready },
    '/metrics': { methods: reading, door: 'rest', show: figures },
    '/mcp': { methods: ['POST', 'GET', 'DELETE', 'OPTIONS'], door: 'mcp', show: assist },
    [`${prefix}/events/stream`]: { methods: ['GET', 'OPTIONS'], door: 'rest', show: listen },
    [`${prefix}/export/entries.csv`]: { methods: reading, door: 'rest', show: exported },
    ...wakatime('/users/current/heartbeats', ['POST', 'OPTIONS'], heartbeats),
    ...wakatime('/users/current/heartbeats.bulk', ['POST', 'OPTIONS'], heartbeats),
    ...wakatime('/users/current/statusbar/today', reading, async (_, caller) => json(await today(caller))),
    ...wakatime('/users/current/summaries', reading, async ({ query }, caller) =>
      json(await summaries(caller, query)),
    ),
    ...wakatime('/users/current', reading, async (_, caller) => json(await currentUser(caller))),
    ...referenceOf(routes, app.version, options.reader),
  }

  return async (request, incoming, outgoing) => {
    const { path, query } = placeOf(incoming.url ?? '')
    const method = incoming.method ?? 'GET'
    const exchange: Exchange = { request, incoming, outgoing, method, path, query, route: 'unknown' }
    const since = app.clock()
    const id = requestId(app, incoming, since)
    outgoing.setHeader('X-Request-Id', id)
    outgoing.setHeader('Stint-Version', app.version)
    for (const [name, value] of always) outgoing.setHeader(name, value)
    outgoing.once('close', () => {
      const ms = Math.max(0, app.clock() - since)
      metrics.count(method, exchange.route, outgoing.statusCode, ms)
      options.note?.(`${method} ${exchange.route} ${outgoing.statusCode} ${ms} ms ${id}`)
    })
    try {
      assertFamiliar(incoming, hosts)
      tellPage(exchange)
      return await respond(exchange)
    } catch (error) {
      const known = asAppError(app, error)
      // what it still sends is not read
      if (known.code === 'too_large') outgoing.setHeader('Connection', 'close')
      return problem(known)
    }
  }

  async function respond(exchange: Exchange): Promise<Response> {
    const { method, path } = exchange
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined
    if (page) {
      exchange.route = path
      const principal = page.door && (await enter(exchange, page.door))
      if (!page.methods.includes(method)) throw notAllowed(exchange, page.methods)
      if (method === 'OPTIONS') return options204(exchange, page.methods)
      return page.show(exchange, () => principal ?? nobody())
    }
    if (path !== prefix && !path.startsWith(`${prefix}/`)) throw notFound(exchange)
    if (path === joining && method === 'POST' && exchange.incoming.headers.authorization === undefined)
      return join(exchange)
    return operate(exchange, await enter(exchange, 'rest'))
  }

  /** Whoever is invited has no token yet: the code of the invite lets them in, for this alone. */
  async function join(exchange: Exchange): Promise<Response> {
    const { incoming, outgoing, path } = exchange
    assertWithin(incoming.socket.remoteAddress ?? '', path, app.clock(), outgoing)
    const body = asObject(await readJson(incoming, body_limit))
    const code = typeof body.code === 'string' ? body.code : ''
    return operate(exchange, await invitePrincipal(app, code, 'rest'), body)
  }

  async function operate(exchange: Exchange, principal: Principal, read?: Json): Promise<Response> {
    const { incoming, method, path, query } = exchange
    const found = find(method, path)
    if (!found) throw notFound(exchange)
    if ('allowed' in found) {
      if (method === 'OPTIONS') return options204(exchange, found.allowed)
      throw notAllowed(exchange, found.allowed)
    }
    const { params } = found
    exchange.route = found.route.template
    const { headers } = incoming
    const told = read ?? (found.route.method === 'GET' ? {} : asObject(await readJson(incoming, body_limit)))
    const { body, route } = meantBy(found.route, told)
    // who may not do it learns nothing of what would be wrong with it
    assertScope(principal, route.operation)
    const input = inputOf({ route, params, query, headers, body })
    const output = await call(options.appFor(principal), principal, route.operation, input)
    return route.operation.file
      ? sendFile(output, headers, exchange.outgoing)
      : answer(route, input, output, headers)
  }

  async function enter({ incoming, outgoing, path }: Exchange, door: Door | 'editor'): Promise<Principal> {
    const { authorization } = incoming.headers
    const principal = await (door === 'editor'
      ? editorPrincipal(app, authorization)
      : principalOf(app, authorization, door))
    assertWithin(principal.connection ?? '', path, app.clock(), outgoing)
    return principal
  }

  async function ready(): Promise<Response> {
    try {
      await (await app.store()).read(findOwner)
      return json({ status: 'ready' })
    } catch (error) {
      app.log('The store does not answer', error)
      return json({ status: 'unavailable' }, 503)
    }
  }

  async function figures(_: Exchange, principal: () => Principal): Promise<Response> {
    const { workspace_id } = principal()
    const open = await (await app.store()).read(db => countOpenSessions(db, workspace_id))
    const { heapUsed, rss } = process.memoryUsage()
    const text = metrics.text([
      { name: 'stint_sessions_open', help: 'Timers and sessions that run or are paused.', value: open },
      { name: 'process_resident_memory_bytes', help: 'Memory of this process.', value: rss },
      { name: 'nodejs_heap_size_used_bytes', help: 'Of it, what the program holds.', value: heapUsed },
      { name: 'process_start_time_seconds', help: 'When this process began.', value: startedAt / 1000 },
    ])
    return new Response(text, {
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
    })
  }

  function wakatime(
    path: string,
    methods: readonly string[],
    show: (exchange: Exchange, caller: Caller) => Promise<Response>,
  ): Record<string, Page> {
    const page: Page = {
      methods,
      door: 'editor',
      show: (exchange, principal) =>
        show(exchange, { app: options.appFor(principal()), principal: principal() }),
    }
    // where the plugins look when their api_url is all of the API, as WakaTime's own is
    return { [`${prefix}/wakatime${path}`]: page, [`${prefix}${path}`]: page }
  }

  async function heartbeats({ incoming }: Exchange, caller: Caller): Promise<Response> {
    const { 'user-agent': user_agent, 'x-machine-name': machine } = incoming.headers
    const body = await readJson(incoming, body_limit)
    const responses = await takeHeartbeats(caller, body, {
      user_agent,
      machine: typeof machine === 'string' ? machine : undefined,
    })
    const [first] = responses
    if (Array.isArray(body) || !first) return json({ responses }, 202)
    const [said, status] = first
    if ('error' in said) throw new AppError('malformed', String(said.error))
    return json(said, status)
  }

  async function listen({ incoming, query }: Exchange): Promise<Response> {
    const { authorization, 'last-event-id': last } = incoming.headers
    return options.streams.open({
      query,
      last_event_id: typeof last === 'string' ? last : undefined,
      enter: () => principalOf(app, authorization, 'rest'),
    })
  }

  async function exported({ method, query }: Exchange, principal: () => Principal): Promise<Response> {
    const by = principal()
    const response = await exportCsv(options.appFor(by), by, query)
    if (method !== 'HEAD') return response
    await response.body?.cancel()
    return new Response(null, response)
  }

  async function assist({ incoming, request }: Exchange, principal: () => Principal): Promise<Response> {
    try {
      const body = incoming.method === 'POST' ? await readJson(incoming, body_limit) : undefined
      return await options.mcp(request, body, principal())
    } catch (error) {
      if (error instanceof AppError && error.code === 'malformed') return unreadable(error)
      throw error
    }
  }
}

/** In the words of JSON-RPC, which is what hosts read. */
const unreadable = ({ message }: AppError): Response =>
  json({ jsonrpc: '2.0', id: null, error: { code: -32700, message: `Parse error: ${message}` } }, 400)

/** Only a page of this server comes so far. */
function tellPage({ incoming: { headers }, outgoing }: Exchange): void {
  if (headers.origin === undefined) return
  outgoing.setHeader('Access-Control-Allow-Origin', headers.origin)
  outgoing.setHeader('Vary', 'Origin')
}

/** A response of ours is no page, and stands in no page of others. */
const always: readonly [string, string][] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
]

/** Nobody adds to it. */
const nothingAsked = new URLSearchParams()

function placeOf(url: string): { path: string; query: URLSearchParams } {
  const at = url.indexOf('?')
  return at < 0
    ? { path: url, query: nothingAsked }
    : { path: url.slice(0, at), query: new URLSearchParams(url.slice(at + 1)) }
}

/** The one that was brought along, if it can stand in a log. */
function requestId(app: App, { headers }: IncomingMessage, now: number): string {
  const brought = headers['x-request-id']
  return typeof brought === 'string' && /^[\w.-]{1,64}$/.test(brought) ? brought : app.newId('req', now)
}

const crowded = /\/(signals|heartbeats|heartbeats\.bulk)$/

/** Signals come in crowds, and are counted for themselves. */
function limiterOf(rate: number | null) {
  if (rate === null) return () => undefined
  const kinds = [
    { name: 'default', amount: rate },
    { name: 'signals', amount: rate * 10 },
  ].map((quota: Quota) => ({ quota, take: bucketsOf(quota) }))
  return (holder: string, path: string, now: number, outgoing: ServerResponse): void => {
    const kind = kinds[crowded.test(path) ? 1 : 0]
    if (!kind) return
    const verdict = kind.take(holder, now)
    for (const [name, value] of limitHeaders(kind.quota, verdict)) outgoing.setHeader(name, value)
    if (verdict.allowed) return
    outgoing.setHeader('Retry-After', verdict.reset)
    throw new AppError('rate_limited', `At most ${kind.quota.amount} requests a minute.`, {
      details: { retry_after_seconds: verdict.reset },
      hint: 'Wait that long and go on more slowly; many things at once go in one request where there is one for it.',
    })
  }
}

export const json = (value: object, status = 200): Response =>
  new Response(JSON.stringify(value), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  })

function options204({ outgoing }: Exchange, methods: readonly string[]): Response {
  outgoing.setHeader('Allow', methods.join(', '))
  return new Response(null, { status: 204 })
}

function notAllowed({ method, outgoing }: Exchange, methods: readonly string[]): AppError {
  outgoing.setHeader('Allow', methods.join(', '))
  return new AppError('method_not_allowed', `${method.slice(0, 20)} is not possible here.`, {
    details: { allowed: methods },
    hint: `Possible are ${methods.join(', ')}.`,
  })
}

const notFound = ({ path }: Exchange): AppError =>
  new AppError('not_found', `There is nothing at ${path.slice(0, 100)}.`, {
    hint: `${prefix}/openapi.json lists all there is.`,
  })

function nobody(): never {
  throw new Error('A page that asks for somebody has a door.')
}
