import type { AnyOperation } from '../core/operation.ts'
import { type ErrorCode, kindOfCode } from '../domain/error.ts'
import { beside, tagsBeside } from './beside.ts'
import { bodyLimit, type Json } from './body.ts'
import type { Examples } from './examples.ts'
import { takesEmpty } from './input.ts'
import { outbound } from './outbound.ts'
import { statusOf } from './problem.ts'
import { instants, makes, type Route } from './routes.ts'
import { bounded, inputSchema, outputSchema, type Schema } from './schema.ts'
import { aboutTag } from './tags.ts'

const about = `Time for people who work with coding assistants: timers, sessions, entries, reports and invoices.

- Every request needs a bearer token; \`stint serve\` keeps one in the file \`token\` of its home.
- Where an id stands in a path, a name does too. A name that fits several is answered with \`disambiguate\`.
- \`-\` in a path names nothing: the name stands in the query or the body, or is left out where only one can be meant.
- DELETE answers 204, and with \`Prefer: return=representation\` what was deleted.
- Instants are UTC text with milliseconds, days are \`YYYY-MM-DD\`, lengths are whole seconds.
- Lists come in pages: pass \`next_cursor\` as \`cursor\` until it is null.
- \`null\` or empty text clears a field.
- The same \`Idempotency-Key\` makes a repeated change happen once.`

/** OpenAPI 3.1 of all that is served, as the operations themselves say it. */
export function openApi(routes: readonly Route[], version: string, examples: Examples): Json {
  const kept: Record<string, Schema> = {}
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    const path = pathOf(route)
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, kept, examples) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'stint', version, description: about, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/api/v1', 'x-internal': false }],
    security: [{ token: [] }],
    tags: [...new Set([...routes.map(tagOf), ...tagsBeside])].map(name => ({
      name,
      description: aboutTag[name],
    })),
    paths: sorted({ ...paths, ...beside }),
    webhooks: outbound,
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'stint_<id>_<secret>',
          description: 'Its scope is read, write or full, each with all of the one before it.',
        },
      },
      parameters: headers,
      headers: answerHeaders,
      responses: errorResponses(examples),
      schemas: { ...sorted(kept), Error: errorSchema },
    },
  }
}

function ref(kind: string, name: string) {
  return { $ref: `#/components/${kind}/${name}` }
}

const sorted = <T>(by: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(by).toSorted(([one], [other]) => (one < other ? -1 : 1)))

const tagOf = ({ segments }: Route): string => segments[0] ?? ''

/** What stands after these is said in one way, whatever operations say; and `token` would pass for the secret itself. */
const shownAfter: Readonly<Record<string, string>> = { timers: 'timer', sessions: 'session', tokens: 'id' }

/** As the document shows it: `/timers/{timer}`. */
export const pathOf = ({ segments }: Route): string =>
  `/${segments.map((one, at) => (one.startsWith('{') ? `{${shownName(segments, at)}}` : one)).join('/')}`

const shownName = (segments: readonly string[], at: number): string =>
  shownAfter[segments[at - 1] ?? ''] ?? nameIn(segments[at])

const nameIn = (segment = ''): string => segment.slice(1, -1)

function operationOf(route: Route, kept: Record<string, Schema>, examples: Examples): Json {
  const { given, method, operation, segments } = route
  const { properties = {}, required = [] } = inputSchema(operation.input)
  const inPath = segments.filter(one => one.startsWith('{')).map(nameIn)
  const fields = Object.entries(properties).filter(([name]) => {
    if (inPath.includes(name) || name in given || name === 'idempotency_key') return false
    return !(method === 'DELETE' && name === 'confirm')
  })
  const isRead = method === 'GET' || method === 'DELETE'
  const sample = Object.keys(given).length === 0 ? examples[operation.name] : undefined
  return {
    operationId: idOf(route),
    ...aboutOf(operation),
    tags: [tagOf(route)],
    // the code of an invite lets in who has no token yet
    ...(operation.name === 'join_workspace' && { security: [] }),
    'x-scope': operation.scope,
    parameters: [
      ...pathParameters(segments, properties),
      ...(isRead ? fields.map(field => queryParameter(field, required)) : []),
      ...(method === 'GET' ? [ref('parameters', 'IfNoneMatch')] : []),
      ...(method === 'DELETE' ? [ref('parameters', 'Prefer')] : []),
      ...(operation.mutates ? [ref('parameters', 'IdempotencyKey')] : []),
      ...(method !== 'GET' && 'version' in properties ? [ref('parameters', 'IfMatch')] : []),
    ],
    ...(!isRead && fields.length > 0 && { requestBody: requestBody(route, fields, required, sample?.body) }),
    responses: {
      ...success(route, kept, sample?.answer),
      ...Object.fromEntries(errorsOf(route).map(status => [status, ref('responses', `Error${status}`)])),
    },
  }
}

/** Its first sentence is its heading. */
function aboutOf(operation: AnyOperation): Json {
  const [first = '', ...others] = operation.summary.split(/(?<=\.) /)
  return { summary: first.replace(/\.$/, ''), ...(others.length > 0 && { description: others.join(' ') }) }
}

/** An operation with several ways to it is named after the way, but for its own. */
function idOf({ method, operation, segments }: Route): string {
  if (operation.route === `${method} /${segments.join('/')}`) return operation.name
  const words = segments.filter(one => !one.startsWith('{')).join('_')
  return `${operation.name}_by_${method.toLowerCase()}_${words}`
}

const pathParameters = (segments: readonly string[], properties: Record<string, Schema>): Json[] =>
  segments.flatMap((one, at) => {
    if (!one.startsWith('{')) return []
    const schema = { ...properties[nameIn(one)], description: 'Id or name' }
    return [{ name: shownName(segments, at), in: 'path', required: true, schema }]
  })

function queryParameter([name, schema]: [string, Schema], required: readonly string[]): Json {
  const { description, ...rest } = schema
  return {
    name,
    in: 'query',
    ...(required.includes(name) && { required: true }),
    ...(description !== undefined && { description }),
    schema: rest,
  }
}

function requestBody(
  { operation, over }: Route,
  fields: readonly [string, Schema][],
  required: readonly string[],
  example: unknown,
): Json {
  const needed = required.filter(name => fields.some(([field]) => field === name))
  return {
    ...(needed.length > 0 && { required: true }),
    content: {
      'application/json': {
        schema: oneOf(bodySchema(operation, fields, needed), ...(over ? overSchemas(over) : [])),
        ...(example !== undefined && { example }),
      },
    },
  }
}

const oneOf = (first: Schema, ...others: Schema[]): Schema =>
  others.length === 0 ? first : { oneOf: [first, ...others] }

/** With both its instants, by either of their names. */
function overSchemas(operation: AnyOperation): Schema[] {
  const { properties = {}, required = [] } = inputSchema(operation.input)
  const fields = Object.entries(properties).filter(([name]) => name !== 'idempotency_key')
  return ([0, 1] as const).map(way => {
    const called = (name: string): string => instants.find(([own]) => own === name)?.[way] ?? name
    const named = fields.map(([name, schema]): [string, Schema] => [called(name), schema])
    const needed = [...required, ...instants.map(names => names[way])]
    return {
      description: 'What is over: an entry is made of it at once.',
      ...bodySchema(operation, named, needed),
    }
  })
}

function bodySchema(
  operation: AnyOperation,
  fields: readonly [string, Schema][],
  needed: readonly string[],
): Schema {
  const properties = fields.map(([name, schema]) => [
    name,
    !needed.includes(name) && takesEmpty(operation.input, name) ? orNull(schema) : schema,
  ])
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(needed.length > 0 && { required: [...needed] }),
    additionalProperties: false,
  }
}

const orNull = (schema: Schema): Schema =>
  typeof schema.type === 'string'
    ? {
        ...schema,
        type: [schema.type, 'null'],
        ...(schema.enum !== undefined && { enum: [...schema.enum, null] }),
      }
    : schema

function success(route: Route, kept: Record<string, Schema>, example: unknown): Json {
  const { method, operation } = route
  const replayed = { 'Idempotency-Replayed': ref('headers', 'IdempotencyReplayed') }
  const own = inPages(operation, outputSchema(operation.output, kept))
  const answerAs = (schema: Schema): Json => ({
    headers: { ...usual, ETag: ref('headers', 'ETag'), ...(operation.mutates && replayed) },
    content: operation.file
      ? anyFile
      : { 'application/json': { schema, ...(example !== undefined && { example }) } },
  })
  const answer = answerAs(own)
  if (method === 'DELETE')
    return {
      200: { description: 'Done, with what was deleted, as Prefer asked for.', ...answer },
      204: { description: 'Done.', headers: { ...usual, ...replayed } },
    }
  const isRead = method === 'GET'
  if (!makes(route))
    return {
      200: { description: isRead ? 'What was asked for.' : 'Done.', ...answer },
      ...(isRead && { 304: { description: 'It is as it was.', headers: usual } }),
    }
  const wasThere = ['created', 'already_running'].some(name => name in operation.output.shape)
  const isShown = 'preview' in operation.input.shape
  return {
    201: {
      description: 'It was made.',
      ...(route.over ? answerAs(oneOf(own, outputSchema(route.over.output, kept))) : answer),
    },
    ...(wasThere && { 200: { description: 'It was there already.', ...answer } }),
    ...(isShown && { 200: { description: 'It was only shown, as preview asked for.', ...answer } }),
  }
}

/** A list that comes in pages is never longer than the longest page. */
function inPages({ input }: AnyOperation, schema: Schema): Schema {
  const { properties = {} } = schema
  const most = inputSchema(input).properties?.limit?.maximum
  if (!('next_cursor' in properties) || most === undefined) return schema
  const fields = Object.entries(properties).map(([name, one]) => [
    name,
    one.type === 'array' ? { ...one, maxItems: most } : one,
  ])
  return { ...schema, properties: Object.fromEntries(fields) }
}

/** Which it is, its type says. */
const anyFile = { '*/*': { schema: { description: 'The file itself' } } }

function errorsOf({ method, operation }: Route): number[] {
  const always = [400, 401, 403, 404, 409, 422, 429, 500]
  if (method === 'GET') return always
  return [...always, ...(operation.mutates ? [412] : []), 413, 415, 507]
}

const shortText = { type: 'string', maxLength: 200 }

const headers = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'With the same key a change happens once; the answer is kept for seven days.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'ETag of what was decided on: of anything newer the change is refused.',
    schema: shortText,
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'ETag of what is known already.',
    schema: { type: 'string', maxLength: 16_384 },
  },
  Prefer: {
    name: 'Prefer',
    in: 'header',
    description: 'With return=representation, DELETE answers what was deleted.',
    schema: shortText,
  },
}

const answerHeaders = {
  'Access-Control-Allow-Origin': {
    description: 'To a page of this server: its origin. Pages of other sites get nothing.',
    schema: shortText,
  },
  ETag: { description: 'Version of the thing.', schema: shortText },
  IdempotencyReplayed: {
    description: 'The change was made before with this key.',
    schema: { type: 'string', const: 'true' },
  },
  RateLimit: {
    description: 'What remains: r requests, and in t seconds there are more.',
    schema: shortText,
  },
  RequestId: {
    description:
      'The X-Request-Id of the request if it had a plain one, else a new one; it stands in the log.',
    schema: shortText,
  },
  Version: { description: 'Version of the program.', schema: shortText },
  WWWAuthenticate: { description: 'How to show a token.', schema: shortText },
  RateLimitPolicy: { description: 'q requests in w seconds.', schema: shortText },
  RetryAfter: {
    description: 'Seconds to wait.',
    schema: { type: 'integer', format: 'int64', minimum: 0, maximum: 60 },
  },
}

/** Of every answer to somebody who is known; without a limit there are none of the limit. */
const usual = {
  'X-Request-Id': ref('headers', 'RequestId'),
  'Stint-Version': ref('headers', 'Version'),
  RateLimit: ref('headers', 'RateLimit'),
  'RateLimit-Policy': ref('headers', 'RateLimitPolicy'),
  'Access-Control-Allow-Origin': ref('headers', 'Access-Control-Allow-Origin'),
}

// the list of the contract
const codes = Object.keys(kindOfCode) as ErrorCode[]

const longText = bounded({ type: 'string' })

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string', enum: codes },
        message: { ...longText, description: 'What is wrong' },
        details: { type: 'object', description: 'What the code is about, as candidates or problems' },
        hint: { ...longText, description: 'What to do next' },
      },
    },
  },
}

const described: Readonly<Record<number, string>> = {
  400: 'It cannot be read.',
  401: 'No token, or none that is in force.',
  403: 'The scope of the token, or the role of its member, is not enough.',
  404: 'It is not there, or not in this workspace.',
  409: 'It does not go with what is there.',
  412: 'It is at another version by now.',
  413: `The body is larger than ${bodyLimit} bytes, or holds too many things.`,
  415: 'The body is not JSON.',
  422: 'What it says is not possible.',
  429: 'Too many requests.',
  500: 'A fault of stint; nothing was changed.',
  507: 'The disk is full; nothing was changed.',
}

function errorResponses(examples: Examples): Json {
  return Object.fromEntries(
    Object.entries(described).map(([status, description]) => {
      const here = codes.filter(code => statusOf[code] === Number(status))
      const example = examples[`error ${status}`]?.answer
      return [
        `Error${status}`,
        {
          description: `${description} Code: ${here.map(code => `\`${code}\``).join(', ')}.`,
          headers: {
            ...usual,
            ...(status === '401' && { 'WWW-Authenticate': ref('headers', 'WWWAuthenticate') }),
            ...(status === '429' && { 'Retry-After': ref('headers', 'RetryAfter') }),
          },
          content: {
            'application/json': {
              schema: ref('schemas', 'Error'),
              ...(example !== undefined && { example }),
            },
          },
        },
      ]
    }),
  )
}
