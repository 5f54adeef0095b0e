import fc from 'fast-check'
import { expect, test } from 'vitest'
import { statusOf } from '../../src/rest/problem.ts'
import { type Route, routesOf } from '../../src/rest/routes.ts'
import { inputSchema, type Schema } from '../../src/rest/schema.ts'
import { operations } from '../../tools/index.ts'
import { server } from '../support/server.ts'

const routes = routesOf(operations)
const statuses = new Set([200, 201, 204, ...Object.values(statusOf)])

/** What is there, what could be, and what nobody would write. */
const texts = fc.oneof(
  fc.constantFrom(
    'Acme',
    'Website',
    'Login',
    'this_week',
    '2026-05',
    '1h30m',
    '2026-05-19',
    '09:00',
    '12.50',
    'EUR',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('', '..', '%', 'a/b', '__proto__', '\u0000', '9'.repeat(400), '-1', 'null', '\ud800'),
)
const anything = fc.oneof(
  texts,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(texts, { maxLength: 3 }),
  fc.dictionary(fc.string(), fc.integer(), { maxKeys: 2 }),
)

function valueFor({ enum: choices, type }: Schema): fc.Arbitrary<unknown> {
  const fitting =
    choices !== undefined
      ? fc.constantFrom(...choices)
      : type === 'boolean'
        ? fc.boolean()
        : type === 'integer' || type === 'number'
          ? fc.integer({ min: 0, max: 300 })
          : type === 'array'
            ? fc.array(texts, { maxLength: 3 })
            : texts
  return fc.oneof({ weight: 4, arbitrary: fitting }, { weight: 1, arbitrary: anything })
}

const bodyFor = ({ operation }: Route): fc.Arbitrary<object> => {
  const { properties = {} } = inputSchema(operation.input)
  const fields = Object.entries(properties).map(([name, schema]) => [name, valueFor(schema)] as const)
  return fc.record(Object.fromEntries(fields), { requiredKeys: [] })
}

const requests = fc.constantFrom(...routes.keys()).chain(at => {
  const route = routes[at]
  if (!route) throw new Error('There is a route at every place.')
  return fc.record({ at: fc.constant(at), body: bodyFor(route), ref: texts })
})

const pathOf = ({ template }: Route, ref: string): string =>
  template.replaceAll(/\{\w+\}/g, encodeURIComponent(Buffer.from(ref).toString() || 'x')).replace('/api', '')

function queryOf(body: object): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(body))
    for (const one of Array.isArray(value) ? value : [value])
      query.append(name, typeof one === 'string' ? one : JSON.stringify(one))
  return query.size > 0 ? `?${query.toString()}` : ''
}

test('whatever is asked, the answer is one of those that are described, and never a fault', async () => {
  const { call, logged, send } = await server({ projects: ['Acme'] })
  await call('save_client', { name: 'Globex' })
  await call('create_project', { name: 'Website', client: 'Globex' })
  await call('create_task', { project: 'Website', name: 'Login' })
  await call('start_timer', { project: 'Website' })
  await fc.assert(
    fc.asyncProperty(requests, async ({ at, body, ref }) => {
      const route = routes[at]
      if (!route) return
      const path = pathOf(route, ref)
      const isRead = route.method === 'GET' || route.method === 'DELETE'
      const received = await send(
        `${route.method} ${path}${isRead ? queryOf(body) : ''}`,
        isRead ? {} : { body },
      )
      const told = `${route.operation.route}: ${received.status} ${received.text} ${String(logged.at(-1))}`
      expect(statuses.has(received.status) && received.status < 500, told).toBe(true)
      if (received.status >= 400)
        expect(statusOf[received.body.error.code as 'internal']).toBe(received.status)
    }),
    { numRuns: 300, seed: 4747 },
  )
})
