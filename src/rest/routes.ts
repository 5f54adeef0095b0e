import type { AnyOperation } from '../core/operation.ts'
import type { Json } from './body.ts'

export const prefix = '/api/v1'

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** One way to an operation: `GET /clients/{client}`. */
export interface Route {
  method: Method
  /** As documents and figures name it: `/api/v1/clients/{client}`. */
  template: string
  segments: readonly string[]
  operation: AnyOperation
  /** What this way says without being told. */
  given: Readonly<Record<string, unknown>>
  /** What it says where nothing else is said. */
  otherwise: Readonly<Record<string, unknown>>
  /** Meant instead where the body tells of something that is over. */
  over: AnyOperation | undefined
}

export type Match =
  | { route: Route; params: Record<string, string> }
  /** The path is known, but not with this method. */
  | { allowed: readonly string[] }
  | undefined

export type Find = (method: string, path: string) => Match

interface Way {
  route: string
  given?: Record<string, unknown>
  otherwise?: Record<string, unknown>
}

/** Ways beside the one that an operation names itself. */
const more: Readonly<Record<string, readonly Way[]>> = {
  save_client: [{ route: 'PATCH /clients/{client}' }],
  discard_timer: [{ route: 'DELETE /timers/{timer}' }, { route: 'DELETE /sessions/{timer}' }],
  session_beat: [{ route: 'POST /sessions/{session}/focus', given: { kind: 'active' } }],
  get_report: [{ route: 'GET /reports/compare', otherwise: { compare: 'previous' } }],
  unmap_directory: [{ route: 'DELETE /mappings/{directory}' }],
}

/** A session that has ended is an entry. */
const overAs: Readonly<Record<string, string>> = { start_session: 'log_time' }

export const routesOf = (operations: readonly AnyOperation[]): readonly Route[] =>
  operations.flatMap(operation => {
    const over = operations.find(one => one.name === overAs[operation.name])
    const ways: readonly Way[] = [{ route: operation.route }, ...(more[operation.name] ?? [])]
    return ways.map(way => routeOf(operation, way, over))
  })

function routeOf(
  operation: AnyOperation,
  { given = {}, otherwise = {}, route }: Way,
  over: AnyOperation | undefined,
): Route {
  const [method = '', path = ''] = route.split(' ')
  return {
    // a test holds routes to these four
    method: method as Method,
    template: prefix + path,
    segments: path.slice(1).split('/'),
    operation,
    given,
    otherwise,
    over,
  }
}

/** What is over has both, as entries name them in a body or as sessions do. */
export const instants = [
  ['start', 'started_at'],
  ['end', 'ended_at'],
] as const

/** `POST /sessions` with both its instants is an entry. */
export function meantBy(route: Route, body: Json): { route: Route; body: Json } {
  const isOver = instants.every(names => names.some(name => body[name] !== undefined))
  if (!route.over || !isOver) return { route, body }
  const told = { ...body }
  for (const [name, other] of instants) {
    if (told[other] === undefined || told[name] !== undefined) continue
    told[name] = told[other]
    delete told[other]
  }
  return { route: { ...route, operation: route.over, over: undefined }, body: told }
}

/** What these are sent is taken in, or noted on what is there: they read like collections. */
const taking = new Set(['actions', 'focus', 'heartbeats', 'imports', 'overlaps', 'signals'])

/** POST to a collection makes a thing, and so does a second one like the first. */
export function makes({ method, segments }: Route): boolean {
  const last = segments.at(-1) ?? ''
  const isCollection = /^[a-z-]+s$/.test(last) && !taking.has(last)
  return method === 'POST' && (isCollection || last === 'duplicate')
}

/** Where a word and a thing's name could both stand, the word is meant: `/mappings/locate`. */
export function finderOf(routes: readonly Route[]): Find {
  const near = new Map<string, Route[]>()
  for (const route of routes.toSorted((one, other) => rankOf(one).localeCompare(rankOf(other)))) {
    const key = nearnessOf(route.segments)
    near.set(key, [...(near.get(key) ?? []), route])
  }
  return (method, path) => {
    if (!path.startsWith(`${prefix}/`)) return undefined
    const wanted = path.slice(prefix.length + 1).split('/')
    const fitting = near.get(nearnessOf(wanted))?.filter(one => fits(one.segments, wanted)) ?? []
    const asked = method === 'HEAD' ? 'GET' : method
    const route = fitting.find(one => one.method === asked)
    if (route) return { route, params: paramsOf(route, wanted) }
    return fitting.length > 0 ? { allowed: methodsOf(fitting) } : undefined
  }
}

/** Every path begins with a word, so that few routes have to be looked at. */
const nearnessOf = (segments: readonly string[]): string => `${segments.length} ${segments[0]}`

const rankOf = ({ segments }: Route): string => segments.map(one => (isParam(one) ? '1' : '0')).join('')

const fits = (segments: readonly string[], wanted: readonly string[]): boolean =>
  segments.length === wanted.length &&
  segments.every((one, at) => (isParam(one) ? wanted[at] !== '' : one === wanted[at]))

const isParam = (segment: string): boolean => segment.startsWith('{')

const paramsOf = ({ segments }: Route, wanted: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    segments.flatMap((one, at) => (isParam(one) ? [[one.slice(1, -1), decoded(wanted[at] ?? '')]] : [])),
  )

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export function methodsOf(routes: readonly Route[]): readonly string[] {
  const methods = new Set<string>(routes.map(one => one.method))
  return [
    ...(methods.has('GET') ? ['GET', 'HEAD'] : []),
    ...['POST', 'PATCH', 'DELETE'].filter(one => methods.has(one)),
    'OPTIONS',
  ]
}
