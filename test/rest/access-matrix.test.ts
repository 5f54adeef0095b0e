import { describe, expect, test } from 'vitest'
import type { Principal } from '../../src/core/context.ts'
import { makeWorkspace } from '../../src/core/owner.ts'
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
  entries: ['one', 'two'],
  directory: '/work/site',
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
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) query.append(name, String(value))
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

  test('shows nothing of another workspace, and changes nothing there', async () => {
    const { app, call, clock, principal, rows, send, store } = await server()
    const made = {
      client: await call('save_client', { name: 'Globex' }),
      project: await call('create_project', { name: 'Website', client: 'Globex' }),
      task: await call('create_task', { project: 'Website', name: 'Login' }),
      timer: await call('start_timer', { project: 'Website' }),
      session: await call('start_session', { project: 'Website' }),
      entry: await call('log_time', { project: 'Website', date: '2026-05-19', duration: '2h' }),
      expense: await call('log_expense', { project: 'Website', amount: '5', currency: 'EUR' }),
      rate: await call('set_rate', { project: 'Website', amount: '100', currency: 'EUR' }),
      webhook: await call('create_webhook', { url: 'https://example.com/hook', events: ['entry.*'] }),
      token: await call('create_token', { name: 'CI' }),
    }
    await call('map_directory', { directory: '/work/site', project: 'Website' })
    await call('log_time', { project: 'Website', date: '2026-05-20', duration: '1h' })
    const { invoice } = await call('draft_invoice', { client: 'Globex', period: '2026-05-20' })
    const { member, workspace } = await call('get_me')
    const { invite } = await call('invite_member', { name: 'Bo' })
    const [delivery] = rows('deliveries')
    const ids: Record<string, string> = {
      ...Object.fromEntries(Object.entries(made).map(([name, one]) => [name, one[name]?.id])),
      member: member.id,
      workspace: workspace.id,
      invoice: invoice.id,
      invite: invite.id,
      delivery: delivery?.id ?? '',
      id: made.entry.entry.id,
    }
    expect(Object.entries(ids).filter(([, id]) => !/^[a-z]{3}_/.test(id))).toEqual([])
    const eve = await store.change(db =>
      makeWorkspace(db, prefix => app.newId(prefix, clock.now), {
        name: 'Next door',
        owner: 'Eve',
        now: clock.now,
      }),
    )
    const stranger: Principal = { ...principal, workspace_id: eve.workspace_id, member_id: eve.id }
    const { secret: token } = await call('create_token', { name: 'for Eve', scope: 'full' }, stranger)
    const kept = (): unknown =>
      store.handle.prepare('select * from events where workspace_id = ?').all(ids.workspace)
    const before = kept()
    for (const route of routes) {
      const { body: told, route: asked } = requestOf(route, ids)
      const received = await send(asked, { token, ...(told && { body: told }) })
      const sent = `${asked} ${JSON.stringify(told)}`
      const about = `${sent} ${received.status} ${received.text}`
      if (Object.values(ids).some(id => sent.includes(id))) expect(received.status, about).toBe(404)
      expect(received.text, about).not.toMatch(/Globex|Website|Login/)
    }
    expect(kept()).toEqual(before)
  })
})
