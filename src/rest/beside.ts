import type * as z from 'zod'
import type { Json } from './body.ts'
import { exportFields } from './export.ts'
import { inputSchema } from './schema.ts'
import { streamFields } from './stream.ts'
import { heartbeat, summaryFields } from './wakatime.ts'

const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` })

const errors = (...statuses: number[]): Json =>
  Object.fromEntries(statuses.map(status => [status, ref('responses', `Error${status}`)]))

const limits = {
  'X-Request-Id': ref('headers', 'RequestId'),
  'Stint-Version': ref('headers', 'Version'),
  RateLimit: ref('headers', 'RateLimit'),
  'RateLimit-Policy': ref('headers', 'RateLimitPolicy'),
  'Access-Control-Allow-Origin': ref('headers', 'Access-Control-Allow-Origin'),
}

interface Page {
  operationId: string
  summary: string
  tag: string
  scope?: string
  query?: z.ZodObject
  parameters?: Json[]
  requestBody?: Json
  success: Json
  more?: number[]
}

function page({
  more = [],
  operationId,
  parameters = [],
  query,
  requestBody,
  scope = 'read',
  success,
  summary,
  tag,
}: Page): Json {
  const { properties = {}, required = [] } = query ? inputSchema(query) : {}
  return {
    operationId,
    summary,
    tags: [tag],
    'x-scope': scope,
    parameters: [
      ...Object.entries(properties).map(([name, { description, ...schema }]) => ({
        name,
        in: 'query',
        ...(required.includes(name) && { required: true }),
        description,
        schema,
      })),
      ...parameters,
    ],
    ...(requestBody && { requestBody }),
    responses: { ...success, ...errors(400, 401, 403, 404, ...more, 422, 429, 500) },
  }
}

const json = (status: number, description: string, schema: Json): Json => ({
  [status]: { description, headers: limits, content: { 'application/json': { schema } } },
})

const text = (type: string, description: string): Json => ({
  200: { description, headers: limits, content: { [type]: { schema: { description: 'As it comes' } } } },
})

const anything = { type: 'object' }

/** What is served beside the operations. */
export const beside: Readonly<Record<string, Json>> = {
  '/events/stream': {
    get: page({
      operationId: 'stream_events',
      summary: 'Events as they happen, as server-sent events: id is seq, data is the event',
      tag: 'events',
      query: streamFields,
      parameters: [
        {
          name: 'Last-Event-ID',
          in: 'header',
          description: 'Goes on after this one; goes before after.',
          schema: { type: 'integer', format: 'int64', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
        },
      ],
      success: text('text/event-stream', 'It goes on until one of both hangs up.'),
    }),
  },
  '/export/entries.csv': {
    get: page({
      operationId: 'export_entries',
      summary: 'All entries of a period, oldest first, as CSV',
      tag: 'export',
      query: exportFields,
      success: text('text/csv', 'One line each, the titles first.'),
    }),
  },
  ...Object.fromEntries(
    ['heartbeats', 'heartbeats.bulk'].map(name => [
      `/wakatime/users/current/${name}`,
      {
        post: page({
          operationId: `send_${name.replace('.', '_')}`,
          summary: 'Heartbeats as the plugins of WakaTime send them, with api_url = …/api/v1/wakatime',
          tag: 'wakatime',
          scope: 'write',
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema:
                  name === 'heartbeats'
                    ? inputSchema(heartbeat)
                    : { type: 'array', items: inputSchema(heartbeat), maxItems: 1000 },
              },
            },
          },
          success:
            name === 'heartbeats'
              ? json(201, 'It was kept.', anything)
              : json(202, 'Each is answered for itself.', anything),
          more: [413, 415, 507],
        }),
      },
    ]),
  ),
  '/wakatime/users/current/statusbar/today': {
    get: page({
      operationId: 'show_today',
      summary: "This day's time, as editors show it in their status bar",
      tag: 'wakatime',
      success: json(200, 'What was asked for.', anything),
    }),
  },
  '/wakatime/users/current/summaries': {
    get: page({
      operationId: 'show_summaries',
      summary: 'Finished time, day by day',
      tag: 'wakatime',
      query: summaryFields,
      success: json(200, 'What was asked for.', anything),
    }),
  },
  '/wakatime/users/current': {
    get: page({
      operationId: 'show_user',
      summary: 'For whom the key acts',
      tag: 'wakatime',
      success: json(200, 'What was asked for.', anything),
    }),
  },
}

export const tagsBeside = ['export', 'wakatime']
