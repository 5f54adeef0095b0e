import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { eventTypes } from '../../src/domain/event.ts'
import { document } from '../support/document.ts'
import { server } from '../support/server.ts'

// oxlint-disable-next-line typescript/no-explicit-any
type Json = any

describe('POST', () => {
  test('creates, and says so', async () => {
    const { call, send } = await server({ projects: ['Acme'] })
    const status = async (route: string, body: object) => (await send(route, { body })).status
    expect(await status('POST /v1/rates', { amount: '10.00', project: 'Acme' })).toBe(201)
    expect(await status('POST /v1/mappings', { directory: '/work/acme', project: 'Acme' })).toBe(201)
    expect(await status('POST /v1/clients', { name: 'Globex' })).toBe(201)
    await call('log_expense', { client: 'Globex', amount: '5.00' })
    const drafted = { client: 'Globex', period: 'this_month' }
    const { body } = await send('POST /v1/invoices', { body: drafted })
    expect(await status(`POST /v1/invoices/${body.invoice.id}/duplicate`, {})).toBe(201)
  })

  test('creates nothing where it only shows or turns to what is there', async () => {
    const { call, send } = await server({ projects: ['Acme'] })
    await call('save_client', { name: 'Globex' })
    const shown = await send('POST /v1/invoices', { body: { client: 'Globex', preview: true } })
    expect(shown.status).toBe(200)
    await call('start_session', { project: 'Acme' })
    expect((await send('POST /v1/sessions/Acme/focus')).status).toBe(200)
  })
})

test('a token whose scope is too small is told that first', async () => {
  const { send, tokenOf } = await server()
  const token = await tokenOf('read')
  for (const [route, sent] of [
    ['POST /v1/invoices/inv_1/void', { body: {} }],
    ['PATCH /v1/clients/acme', { body: { company: 'A' }, headers: { 'if-match': 'x' } }],
    ['POST /v1/clients', { body: { colour: 'red' } }],
  ] as const) {
    const { body, status } = await send(route, { ...sent, token })
    expect([status, body.error.code], route).toEqual([403, 'forbidden_scope'])
  }
})

describe('null and empty text', () => {
  test.each([null, ''])('clear numbers, choices and lists as they clear text: %j', async nothing => {
    const { call, send } = await server({ projects: ['Acme'] })
    const cleared = async (route: string, ...fields: string[]) => {
      const body = Object.fromEntries(fields.map(field => [field, nothing]))
      const answered = await send(`PATCH ${route}`, { body })
      expect(answered.status, `${route} ${answered.text}`).toBe(200)
      return answered.body
    }
    await call('update_project', { project: 'Acme', budget_hours: 10, aliases: ['a'] })
    const { project } = await cleared('/v1/projects/Acme', 'budget_hours', 'aliases')
    expect(project).toMatchObject({ aliases: [] })
    expect(project).not.toHaveProperty('budget_hours')

    await call('create_task', { project: 'Acme', name: 'Design', estimated_hours: 3 })
    const { task } = await cleared('/v1/tasks/Design', 'estimated_hours')
    expect(task).not.toHaveProperty('estimated_seconds')

    const terms = { payment_terms_days: 14, rounding_increment_minutes: 15, rounding_mode: 'nearest' }
    await call('save_client', { name: 'Globex', ...terms })
    const { client } = await cleared('/v1/clients/Globex', ...Object.keys(terms))
    for (const field of Object.keys(terms)) expect(client).not.toHaveProperty(field)

    await call('update_settings', { payment_terms_days: 14, weekly_hours: 35 })
    const { settings } = await cleared('/v1/settings', 'payment_terms_days', 'weekly_hours')
    expect(settings).not.toHaveProperty('payment_terms_days')
    expect(settings).not.toHaveProperty('weekly_hours')

    const { expense } = await call('log_expense', { project: 'Acme', amount: '5.00', category: 'travel' })
    const { expense: kept } = await cleared(`/v1/expenses/${expense.id}`, 'category')
    expect(kept.category).toBe('general')

    const { entry } = await call('log_time', {
      project: 'Acme',
      date: '2026-05-03',
      duration: '1h',
      tags: ['a'],
    })
    expect((await cleared(`/v1/entries/${entry.id}`, 'tags')).entry.tags).toEqual([])
  })
})

test('money and lengths are text or a plain number, and nothing else', async () => {
  const { send } = await server({ projects: ['Acme'] })
  const rated = async (hourly_rate: unknown) => send('PATCH /v1/projects/Acme', { body: { hourly_rate } })
  expect((await rated(12.5)).body.project.hourly_rate).toBe('12.50')
  for (const wrong of [[], [1], true, {}]) {
    expect(await rated(wrong), JSON.stringify(wrong)).toMatchObject({
      status: 422,
      body: { error: { code: 'validation_error' } },
    })
    const logged = await send('POST /v1/entries', {
      body: { project: 'Acme', date: '2026-05-03', duration: wrong },
    })
    expect(logged.status, JSON.stringify(wrong)).toBe(422)
  }
})

describe('a body', () => {
  test.each([
    ['application/json; charset=utf-8', 201],
    ['application/json;', 201],
    ['application/json; profile="x"', 201],
    ['application/json; charset=latin1', 415],
    ['application/vnd.api+json', 415],
    ['text/plain', 415],
  ])('that says it is %s: %i', async (type, status) => {
    const { send } = await server()
    const sent = await send('POST /v1/clients', {
      body: '{"name":"Globex"}',
      headers: { 'content-type': type },
    })
    expect(sent.status).toBe(status)
  })

  test('that is compressed is told so', async () => {
    const { origin, owner } = await server()
    const answered = await fetch(`${origin}/api/v1/clients`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${owner}`,
        'content-type': 'application/json',
        'content-encoding': 'gzip',
      },
      body: new Uint8Array(gzipSync('{"name":"Globex"}')),
    })
    expect(answered.status).toBe(415)
    expect(await answered.json()).toMatchObject({ error: { code: 'unsupported_media_type' } })
  })
})

test('the document says what webhooks send, and the headers of every answer', async () => {
  const told = eventTypes.filter(type =>
    /^(timer|session|entry|project|client|task|budget|expense|invoice)\./.test(type),
  )
  expect(Object.keys(document.webhooks)).toEqual([...told, 'webhook.test'])
  for (const [type, { post }] of Object.entries<Json>(document.webhooks)) {
    expect(
      post.parameters.map(({ name }: { name: string }) => name),
      type,
    ).toEqual(['webhook-id', 'webhook-timestamp', 'webhook-signature'])
    expect(post.requestBody.content['application/json'].schema.properties.type.const).toBe(type)
  }
  const { send } = await server()
  const answered = await send('GET /v1/me')
  expect(answered.headers.get('x-request-id')).toBeTruthy()
  expect(Object.keys(document.paths['/me'].get.responses[200].headers)).toContain('X-Request-Id')
})
