import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { AnyOperation } from '../../src/core/operation.ts'
import { type Json, requestOf } from '../../src/remote/request.ts'
import { inputOf } from '../../src/rest/input.ts'
import { finderOf, prefix, routesOf } from '../../src/rest/routes.ts'
import { operations } from '../../tools/index.ts'
import { operationNamed } from '../support/workspace.ts'

const find = finderOf(routesOf(operations))

/** What the server makes of the request: the operation and its input. */
function arrived(operation: AnyOperation, input: Json) {
  const { body, headers, method, path } = requestOf(operation, input, 'key')
  const [place = '', query] = path.split('?')
  const found = find(method, prefix + place)
  if (!found || !('route' in found)) throw new Error(`${method} ${path} leads nowhere.`)
  const { params, route } = found
  const read = inputOf({
    route,
    params,
    query: new URLSearchParams(query),
    headers,
    body: body === undefined ? {} : (JSON.parse(body) as Json),
  })
  return { operation: route.operation.name, input: { ...read } }
}

/** Something for each field, awkward where it may be text. */
function filled(operation: AnyOperation, text: string): Json {
  const { properties = {} } = z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' })
  const fields = Object.entries(properties).map(([name, one]) => [name, valueOf(one, text)])
  return Object.fromEntries(fields) as Json
}

function valueOf(schema: unknown, text: string): unknown {
  const { enum: choices, type } = schema as { type?: string; enum?: unknown[] }
  if (choices) return choices[0]
  if (type === 'boolean') return true
  if (type === 'integer' || type === 'number') return 7
  return type === 'array' ? [text] : text
}

describe('a request says to a server what a call says here', () => {
  const texts = ['due', 'a/b c', '..', '-', '%2F?&=#', 'Zürich 東京', 'prj_01', 'true', '']
  test.each(operations.map(one => [one.name, one] as const))('%s', (name, operation) => {
    const keyed = operation.mutates ? { idempotency_key: 'key' } : {}
    const agreed = operation.mutates && 'confirm' in operation.input.shape ? { confirm: true } : {}
    expect(arrived(operation, {})).toEqual({ operation: name, input: { ...agreed, ...keyed } })
    for (const text of texts) {
      const { idempotency_key: _, ...input } = filled(operation, text)
      expect(arrived(operation, input)).toEqual({ operation: name, input: { ...input, ...agreed, ...keyed } })
    }
  })
})

test('ids stand in the path, names beside it, and what was not said nowhere', () => {
  const stop = operationNamed('stop_timer')
  expect(requestOf(stop, { project: 'prj_01', description: undefined }, 'k')).toMatchObject({
    method: 'POST',
    path: '/timers/prj_01/stop',
    body: '{}',
  })
  expect(requestOf(stop, { project: 'acme' }, 'k')).toMatchObject({
    path: '/timers/-/stop',
    body: '{"project":"acme"}',
  })
  expect(requestOf(stop, { idempotency_key: 'mine' }, 'k').headers).toMatchObject({
    'idempotency-key': 'mine',
  })
})
