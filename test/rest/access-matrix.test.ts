import { describe, expect, test } from 'vitest'
import { roleOf } from '../../src/core/role.ts'
import { isAtLeast, type Role } from '../../src/domain/member.ts'
import type { Route } from '../../src/rest/routes.ts'
import { routesOf } from '../../src/rest/routes.ts'
import { inputSchema, type Schema } from '../../src/rest/schema.ts'
import { operations } from '../../tools/index.ts'
import { server } from '../support/server.ts'

const routes = routesOf(operations)

/** Where the name of a field says more than its schema. */
const usual: Readonly<Record<string, unknown>> = {
  amount: '12.50',
  input: '1',
  output: '1',
  unit_price: '10',
  currency: 'EUR',
  date: '2026-05-19',
  duration: '1h',
  start: '07:00',
  end: '08:00',
  at: '07:30',
  until: '08:30',
  url: 'https://example.com/hook',
  events: ['entry.*'],
  confirm: true,
  expected_total: '0',
  period: '2026-05-19',
}

function valueOf(name: string, schema: Schema, things: Record<string, string>): unknown {
  if (things[name] !== undefined) return things[name]
  if (name in usual) return usual[name]
  if (schema.enum) return schema.enum[0]
  if (schema.type === 'array') return [valueOf(name.replace(/s$/, ''), schema.items ?? {}, things)]
  if (schema.type === 'object') return fieldsOf(schema, things)
  if (schema.type === 'boolean') return true
  return schema.type === 'integer' || schema.type === 'number' ? 1 : 'thing'
}

const alsoNeeded: Readonly<Record<string, readonly string[]>> = {
  log_time: ['date', 'duration'],
  log_expense: ['project'],
  log_ai_expense: ['project'],
  reprice: ['project'],
  split_entry: ['at'],
}

function fieldsOf(schema: Schema, things: Record<string, string>, more: readonly string[] = []): object {
  const names = [
    ...(schema.required ?? []),
    ...more,
    ...('confirm' in (schema.properties ?? {}) ? ['confirm'] : []),
  ]
  return Object.fromEntries(names.map(name => [name, valueOf(name, schema.properties?.[name] ?? {}, things)]))
}

/** A request that could be granted: what has to be named is named, by one of these. */
function requestOf({ given, method, operation, template }: Route, things: Record<string, string>) {
  const schema = inputSchema(operation.input)
  const fields = { ...fieldsOf(schema, things, alsoNeeded[operation.name]) }
  const path = template.replace('/api', '').replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = valueOf(name, schema.properties?.[name] ?? {}, things)
    Reflect.deleteProperty(fields, name)
    return encodeURIComponent(String(value))
  })
  for (const name of Object.keys(given)) Reflect.deleteProperty(fields, name)
  if (method !== 'GET' && method !== 'DELETE') return { route: `${method} ${path}`, body: fields }
  if (method === 'DELETE') Reflect.deleteProperty(fields, 'confirm')
  const query = new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)]))
  return { route: `${method} ${path}?${query.toString()}` }
}

describe('every route', () => {
  test.each<Role>(['viewer', 'member', 'manager'])('refuses a %s what is for more than that', async role => {
    const { call, member, rows, send } = await server()
    await member('Bo', role)
    const { secret: token } = await call('create_token', { name: 'for Bo', scope: 'full', member: 'Bo' })
    const before = rows('events').length
    for (const route of routes) {
      const required = roleOf(route.operation)
      if (isAtLeast(role, required)) continue
      const { body, route: asked } = requestOf(route, {})
      const received = await send(asked, { token, ...(body && { body }) })
      expect(received, `${asked} ${JSON.stringify(body)} ${received.text}`).toMatchObject({
        status: 403,
        body: { error: { code: 'forbidden_role', details: { required, role } } },
      })
    }
    expect(rows('events')).toHaveLength(before)
  })
})
