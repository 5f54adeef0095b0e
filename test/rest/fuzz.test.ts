import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { appsOf } from '../../src/commands/serve.ts'
import type { Schema } from '../../src/rest/schema.ts'
import { type Site, siteOf } from '../../src/rest/site.ts'
import { eventStreams } from '../../src/rest/stream.ts'
import { operations } from '../../tools/index.ts'
import { type Described, described, misfitOf } from '../support/document.ts'
import { workspace } from '../support/workspace.ts'

// FUZZ_RUNS=100000 FUZZ_SEED=7 npx vitest run test/rest/fuzz.test.ts

const runs = Number(process.env.FUZZ_RUNS ?? 1000)
const seed = Number(process.env.FUZZ_SEED ?? 4747)

// oxlint-disable-next-line typescript/no-explicit-any
type Json = any

/** It never ends. */
const isEndless = ({ operation }: Described): boolean =>
  Boolean(operation.responses[200]?.content?.['text/event-stream'])

const ways = described.filter(one => !isEndless(one))

/** `@12`: one of the things that were met on the way, as far as there are any of the kind that the field names. */
const something = fc.nat(40).map(number => `@${number}`)

const strange = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    '-',
    '..',
    '%',
    '%zz',
    'a/b',
    '__proto__',
    '\u0000',
    '9'.repeat(400),
    '-1',
    'null',
    '\ud800',
  ),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.string(), { maxLength: 3 }),
  fc.dictionary(fc.string(), fc.integer(), { maxKeys: 2 }),
)

const moments = [
  '08:00',
  '2026-05-19T09:00',
  '2026-05-20T06:30:00Z',
  '2026-05-20T10:00:00.000Z',
  '2027-01-01T00:00Z',
]
const days = ['2026-05-19', '2026-05-20', '2026-04-30', '2026-02-30', '1999-12-31']
const amounts = ['0', '1', '120.00', '99.999', '-5', '99999999999999']
const named: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(project|move_to|fallback_project)$/, ['Website', 'Acme', 'web', 'nothing like it']],
  [/^client$/, ['Globex', 'globex', 'Initech']],
  [/^task$/, ['Login', '']],
  [/^(at|start|end|until|expires_at|started_at|ended_at)$/, moments],
  [/^(from|to)$/, [...days, ...moments]],
  [/^(date|due_date|effective_from|locked_until)$/, [...days, '']],
  [/^duration$/, ['1h30m', '90', '0:45:30', '25h', '0']],
  [/^(period|compare)$/, ['today', 'this_week', 'last_month', '2026-05', '2026-W21', 'all_time', 'previous']],
  [/amount|rate$|total|price|discount|percent/, amounts],
  [/^currency$/, ['EUR', 'USD', 'JPY', 'XXX', 'eur']],
  [/^(time_zone)$/, ['Europe/Berlin', 'Pacific/Apia', 'Mars/Phobos']],
  [/^email$/, ['ada@example.com', 'ada']],
  [/^url$/, ['https://example.com/hook', 'http://127.0.0.1:9/x', 'file:///etc/passwd']],
  [/^(directory|root)$/, ['/work/site', '/', '~', '../..']],
  [/^sort$/, ['name', '-started_at', 'colour']],
  [/^host$/, ['claude-code', 'cli', 'nobody']],
]

function textFor(name: string): fc.Arbitrary<unknown> {
  const fitting = named.filter(([pattern]) => pattern.test(name)).flatMap(([, words]) => words)
  const known = fitting.length > 0 ? [fc.constantFrom(...fitting)] : []
  const isThing = kinds[name] !== undefined
  return fc.oneof(
    { weight: isThing ? 8 : 1, arbitrary: something },
    { weight: isThing ? 1 : 3, arbitrary: fc.string({ maxLength: 20 }) },
    ...known.map(arbitrary => ({ weight: 4, arbitrary })),
  )
}

/** Mostly what the schema asks for. */
function valueFor(name: string, schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: fittingFor(name, schema) }, { weight: 1, arbitrary: strange })
}

function fittingFor(
  name: string,
  { anyOf, enum: choices, items, oneOf, properties, required, type }: Schema,
): fc.Arbitrary<unknown> {
  const branches = anyOf ?? oneOf
  // schemas of the document hold schemas there
  if (branches) return fc.oneof(...(branches as Schema[]).map(one => fittingFor(name, one)))
  const [kind] = [type].flat()
  if (choices) return fc.constantFrom(...choices)
  if (kind === 'boolean') return fc.boolean()
  if (kind === 'integer' || kind === 'number') return fc.integer({ min: 0, max: 300 })
  if (kind === 'array') return fc.array(valueFor(name.replace(/s$/, ''), items ?? {}), { maxLength: 3 })
  if (kind === 'object') return fieldsFor(properties ?? {}, required)
  return textFor(name)
}

function fieldsFor(
  properties: Record<string, Schema>,
  required: readonly string[] = [],
): fc.Arbitrary<object> {
  const fields = Object.entries(properties).map(([name, schema]) => [name, valueFor(name, schema)] as const)
  const optional = fields.filter(([name]) => !required.includes(name))
  const few = fc.subarray(optional, { maxLength: Math.min(4, optional.length) })
  const needed = fields.filter(([name]) => required.includes(name))
  return few.chain(some => fc.record(Object.fromEntries([...needed, ...some])))
}

interface Asked {
  way: Described
  params: Record<string, string>
  query: Json
  body: Json
  headers: Record<string, string>
  /** Asked for again with the same key. */
  twice: boolean
}

const oneOfBodies = (schema: Schema): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 30, arbitrary: fittingFor('', schema) }, { weight: 1, arbitrary: strange })

function askedOf(way: Described): fc.Arbitrary<Asked> {
  const { parameters = [], requestBody } = way.operation
  const of = (place: string): Json[] => parameters.filter((one: Json) => one.in === place)
  const query = Object.fromEntries(of('query').map(one => [one.name, one.schema]))
  const needed = of('query')
    .filter(one => one.required)
    .map(one => one.name)
  const schema = requestBody?.content['application/json'].schema
  const isKeyed = JSON.stringify(parameters).includes('IdempotencyKey')
  return fc.record({
    way: fc.constant(way),
    params: fc.record(Object.fromEntries(of('path').map(one => [one.name, textFor(one.name).map(String)]))),
    query: fieldsFor(query, needed),
    body: schema ? oneOfBodies(schema) : fc.constant(undefined),
    headers: fc.oneof(
      { weight: 6, arbitrary: fc.constant({}) },
      {
        weight: 1,
        arbitrary: fc.constantFrom<Record<string, string>>(
          { 'if-match': '"1"' },
          { 'if-match': '"99"' },
          { 'if-match': 'colour' },
          { 'if-none-match': '*' },
          { 'content-type': 'text/plain' },
          { prefer: 'return=representation' },
          { authorization: 'Bearer nobody' },
        ),
      },
    ),
    twice: fc.constant(isKeyed).chain(possible => (possible ? fc.boolean() : fc.constant(false))),
  })
}

const asked = fc.constantFrom(...ways).chain(askedOf)

interface Answer {
  status: number
  type: string | null
  text: string
  replayed: boolean
}

test('whatever is asked, it is answered as the document says, and never with a fault', {
  timeout: 120_000,
}, async () => {
  const { answer, logged, newToken } = await village()
  const met = new Things()
  for (const way of ways)
    if (way.method === 'GET' && !way.path.includes('{'))
      met.meet((await answer('GET', way.path, {}, undefined)).text)
  let keys = 0
  const law = fc.asyncProperty(asked, async ({ body, headers, params, query, twice, way }) => {
    const url = urlOf(way, met.put(params), met.put(query))
    const key: Record<string, string> = twice ? { 'idempotency-key': `key ${keys++}` } : {}
    const told = body === undefined ? undefined : JSON.stringify(met.put(body))
    const once = await answer(way.method, url, { ...headers, ...key }, told)
    const about = `${way.method} ${url} ${told?.slice(0, 500)}: ${once.status} ${once.text.slice(0, 500)}`
    expect(misfitOf(way.method, url, once), about).toBeUndefined()
    expect(once.status, `${about} ${String(logged.at(-1))}`).toBeLessThan(500)
    met.meet(once.text)
    // its own token may be among what it revokes
    if (once.status === 401 || url.includes('/tokens')) await newToken()
    if (!twice || once.status >= 300) return
    const again = await answer(way.method, url, { ...headers, ...key }, told)
    expect(misfitOf(way.method, url, again), `again: ${about}`).toBeUndefined()
    expect(again.replayed, `again: ${about} ${again.text}`).toBe(true)
  })
  await fc.assert(law, { numRuns: runs, seed, endOnFailure: true, interruptAfterTimeLimit: 20_000 })
})

/** A workspace with a little of everything, and its site without sockets. */
async function village() {
  const { app, call, logged, principal } = await workspace({ door: 'rest', projects: ['Acme'] })
  await call('save_client', { name: 'Globex', hourly_rate: '100', currency: 'EUR' })
  await call('create_project', { name: 'Website', client: 'Globex' })
  await call('create_task', { project: 'Website', name: 'Login' })
  await call('log_time', { project: 'Website', date: '2026-05-19', duration: '2h' })
  await call('log_time', { project: 'Website', start: '07:00', end: '08:30', tags: ['ui'] })
  await call('start_timer', { project: 'Website' })
  await call('start_session', { project: 'Acme' })
  await call('log_expense', { project: 'Website', amount: '12.50', currency: 'EUR', description: 'Train' })
  await call('set_rate', { project: 'Website', amount: '100', currency: 'EUR' })
  await call('draft_invoice', { client: 'Globex', period: '2026-05-19' })
  await call('create_webhook', { url: 'https://example.com/hook', events: ['entry.*'] })
  let secret = ''
  let tokens = 0
  const newToken = async (): Promise<void> => {
    secret = (await call('create_token', { name: `fuzzer ${tokens++}`, scope: 'full' })).secret
  }
  await newToken()
  const appFor = appsOf(app, () => principal)
  const site = siteOf({
    app,
    appFor,
    operations,
    streams: eventStreams(app, appFor),
    hosts: [],
    rate_limit: null,
    reader: () => Buffer.from(''),
    mcp: () => Promise.reject(new Error('Nobody assists here.')),
  })
  return {
    logged,
    newToken,
    answer: (method: string, url: string, headers: Record<string, string>, body: string | undefined) => {
      const usual = {
        host: '127.0.0.1',
        authorization: `Bearer ${secret}`,
        'content-type': 'application/json',
      }
      return answerOf(site, method, url, { ...usual, ...headers }, body)
    },
  }
}

async function answerOf(
  site: Site,
  method: string,
  url: string,
  headers: Record<string, string>,
  body: string | undefined,
): Promise<Answer> {
  const rawHeaders = Object.entries(headers).flat()
  const incoming = Object.assign(Readable.from(body === undefined ? [] : [Buffer.from(body)]), {
    method,
    url,
    headers,
    rawHeaders,
  })
  // as much of a response as the site looks at before it has answered
  const outgoing = { statusCode: 200, setHeader: () => outgoing, once: () => outgoing }
  const response = await site(
    new Request('http://127.0.0.1/'),
    incoming as unknown as IncomingMessage,
    outgoing as unknown as ServerResponse,
  )
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text: await response.text(),
    replayed: response.headers.get('idempotency-replayed') === 'true',
  }
}

function urlOf({ path }: Described, params: Record<string, string>, query: Json): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(well(params[name] ?? '') || 'x'),
  )
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    for (const one of [value].flat()) search.append(name, typeof one === 'string' ? one : JSON.stringify(one))
  return search.size > 0 ? `${filled}?${search.toString()}` : filled
}

/** Half of a letter cannot stand in an address. */
const well = (text: string): string => Buffer.from(text).toString()

const kinds: Readonly<Record<string, string>> = {
  client: 'cli',
  project: 'prj',
  task: 'tsk',
  timer: 'tmr',
  session: 'ses',
  entry: 'ent',
  invoice: 'inv',
  expense: 'exp',
  rate: 'rat',
  webhook: 'whk',
  delivery: 'dlv',
  member: 'mem',
  workspace: 'wsp',
  id: 'tok',
  invite: 'ivt',
  line: 'lin',
  subject: 'ent',
}

/** The things whose ids were seen in answers. */
class Things {
  readonly #ids = new Map<string, string[]>()
  #cursors: string[] = []

  meet(text: string): void {
    for (const [id = ''] of text.matchAll(/\b[a-z]{3}_[0-9a-z]{20,}\b/g)) {
      const kind = id.slice(0, 3)
      const known = this.#ids.get(kind) ?? []
      if (!known.includes(id)) this.#ids.set(kind, [...known, id])
    }
    for (const [, cursor = ''] of text.matchAll(/"next_cursor":"([^"]+)"/g)) this.#cursors = [cursor]
  }

  /** With things in the places that were left for them. */
  put<T>(value: T, name = ''): T {
    // the same shape again
    return this.#put(value, name) as T
  }

  #put(value: unknown, name: string): unknown {
    if (typeof value === 'string' && /^@\d+$/.test(value)) return this.#thing(name, Number(value.slice(1)))
    if (Array.isArray(value)) return value.map(one => this.#put(one, name.replace(/s$/, '')))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([field, one]) => [field, this.#put(one, field)]))
  }

  #thing(name: string, number: number): string {
    const known = name === 'cursor' ? this.#cursors : (this.#ids.get(kinds[name] ?? '') ?? [])
    return known[number % (known.length || 1)] ?? `thing ${number}`
  }
}
