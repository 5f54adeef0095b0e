import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { fileOf, fileShape } from '../../src/core/file.ts'
import { query } from '../../src/core/operation.ts'
import { server } from '../support/server.ts'

describe('a thing', () => {
  test('is made, read, changed and listed, each with its status', async () => {
    const { send } = await server()
    const made = await send('POST /v1/clients', { body: { name: 'Globex', company: 'Globex Corp' } })
    expect(made).toMatchObject({ status: 201, body: { client: { name: 'Globex', version: 1 } } })
    const { id } = made.body.client
    for (const ref of [id, 'globex', 'GLOB%45X'])
      expect(await send(`GET /v1/clients/${ref}`)).toMatchObject({ status: 200, body: { client: { id } } })
    const changed = await send('PATCH /v1/clients/globex', { body: { company: null } })
    expect(changed).toMatchObject({ status: 200, body: { client: { id, version: 2 } } })
    expect(changed.body.client).not.toHaveProperty('company')
    expect((await send('GET /v1/clients?limit=1&archived=false')).body).toMatchObject({
      clients: [{ id }],
      next_cursor: null,
    })
  })

  test('starts, stops and is not ended by DELETE, which throws away', async () => {
    const { events, send } = await server({ projects: ['Acme Web', 'Globex'] })
    await events()
    const started = await send('POST /v1/timers', { body: { project: 'Acme Web', tags: ['a', 'b'] } })
    expect(started).toMatchObject({ status: 201, body: { timer: { state: 'running' } } })
    expect(await send('POST /v1/timers', { body: { project: 'Acme Web' } })).toMatchObject({
      status: 200,
      body: { already_running: true },
    })
    expect((await send('POST /v1/timers/acme%20web/pause')).status).toBe(200)
    expect((await send(`POST /v1/timers/${started.body.timer.id}/resume`, { body: {} })).status).toBe(200)
    const gone = await send('DELETE /v1/timers/acme-web')
    expect(gone).toMatchObject({ status: 204, text: '' })
    expect(await events()).toEqual(['timer.started', 'timer.paused', 'timer.resumed', 'timer.discarded'])
    await send('POST /v1/timers', { body: { project: 'Globex' } })
    expect(await send('POST /v1/timers/globex/discard')).toMatchObject({
      status: 422,
      body: { error: { code: 'confirmation_required', details: { field: 'confirm' } } },
    })
    expect((await send('POST /v1/timers/globex/discard', { body: { confirm: true } })).status).toBe(200)
  })

  test('is deleted softly', async () => {
    const { send } = await server({ projects: ['Acme'] })
    const { body } = await send('POST /v1/entries', {
      body: { project: 'Acme', date: '2026-05-19', duration: 90 },
    })
    expect(body.entry.seconds).toBe(5400)
    expect(await send(`DELETE /v1/entries/${body.entry.id}`)).toMatchObject({ status: 204, text: '' })
    expect((await send(`POST /v1/entries/${body.entry.id}/restore`)).status).toBe(200)
  })
})

describe('what is asked', () => {
  test('is read from the query as what each field is', async () => {
    const { send } = await server({ projects: ['Acme'] })
    expect((await send('GET /v1/projects?limit=x')).body.error).toMatchObject({ code: 'validation_error' })
    expect((await send('GET /v1/projects?archived=yes')).body.error).toMatchObject({
      code: 'validation_error',
    })
    expect((await send('GET /v1/projects?limit=1&limit=2')).body.error.message).toContain('limit')
    expect((await send('GET /v1/projects?colour=red')).body.error).toMatchObject({
      code: 'validation_error',
      details: { problems: [{ path: 'colour', message: 'unknown field' }] },
    })
    expect((await send('GET /v1/projects?__proto__=1')).status).toBe(422)
  })

  test('is said once, or alike', async () => {
    const { send } = await server({ projects: ['Acme'] })
    expect(
      (await send('PATCH /v1/projects/acme', { body: { project: 'acme', color: '#112233' } })).status,
    ).toBe(200)
    expect(await send('PATCH /v1/projects/acme', { body: { project: 'other' } })).toMatchObject({
      status: 422,
      body: { error: { code: 'validation_error' } },
    })
  })

  test.each([
    ['{"name": ', 400, 'malformed'],
    ['"name"', 400, 'malformed'],
    ['[1]', 400, 'malformed'],
    ['null', 400, 'malformed'],
    ['{"name": 7}', 422, 'validation_error'],
    ['{"name": "x", "__proto__": {"a": 1}}', 422, 'validation_error'],
    ['{"name": null}', 422, 'validation_error'],
    ['{}', 422, 'validation_error'],
    ['', 422, 'validation_error'],
    [`{"name": ${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 422, 'validation_error'],
  ])('refuses %s', async (body, status, code) => {
    const { send } = await server()
    const received = await send('POST /v1/clients', { body })
    expect(received).toMatchObject({ status, body: { error: { code, message: expect.any(String) } } })
    expect(received.headers.get('content-type')).toBe('application/json')
  })

  test('has to be JSON and short', async () => {
    const { send } = await server({ body_limit: 100 })
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect(await send('POST /v1/clients', { body: 'name=x', headers: form })).toMatchObject({
      status: 415,
      body: { error: { code: 'unsupported_media_type' } },
    })
    const long = JSON.stringify({ name: 'x'.repeat(100) })
    expect(await send('POST /v1/clients', { body: long })).toMatchObject({
      status: 413,
      body: { error: { code: 'too_large', details: { limit: 100 } } },
    })
    expect((await send('GET /v1/clients')).body.clients).toEqual([])
  })

  test('may be as long as the document says, and no byte longer', async () => {
    const { send } = await server()
    const { body } = await send('GET /v1/openapi.json')
    const [, said] = /(\d+) bytes/.exec(body.components.responses.Error413.description) ?? []
    const client = (bytes: number) => `${' '.repeat(bytes - 16)}{"name": "Acme"}`
    expect(await send('POST /v1/clients', { body: client(Number(said) + 1) })).toMatchObject({
      status: 413,
      body: { error: { details: { limit: Number(said) } } },
    })
    expect((await send('POST /v1/clients', { body: client(Number(said)) })).status).toBe(201)
  })

  test('is counted while it comes where its length is not said', async () => {
    const { owner, port } = await server({ body_limit: 1000 })
    const status = await new Promise(resolve => {
      const headers = { authorization: `Bearer ${owner}`, 'content-type': 'application/json' }
      const asked = request({ port, method: 'POST', path: '/api/v1/clients', headers }, response => {
        resolve(response.statusCode)
        response.resume()
      })
      asked.on('error', () => undefined)
      for (let part = 0; part < 20; part++) asked.write('x'.repeat(100))
      asked.end()
    })
    expect(status).toBe(413)
  })
})

test("a request that breaks off is nobody's fault", async () => {
  const { logged, owner, port, send } = await server()
  await new Promise<void>(resolve => {
    const headers = {
      authorization: `Bearer ${owner}`,
      'content-type': 'application/json',
      'content-length': 100,
    }
    const asked = request({ port, method: 'POST', path: '/api/v1/clients', headers })
    asked.on('error', () => undefined)
    asked.on('close', resolve)
    asked.write('{"name":', () => asked.destroy())
  })
  expect((await send('GET /v1/clients')).body.clients).toEqual([])
  expect(logged).toEqual([])
})

describe('what is not there', () => {
  test('is told as that: a path, a method, a thing', async () => {
    const { send } = await server()
    for (const path of ['/v1/moon', '/v1', '/v1/', '/v1/clients/', '/v1/clients/a/b', '/', '/api/v2/clients'])
      expect(await send(`GET ${path}`), path).toMatchObject({
        status: 404,
        body: { error: { code: 'not_found' } },
      })
    const put = await send('PUT /v1/clients', { body: {} })
    expect(put).toMatchObject({ status: 405, body: { error: { code: 'method_not_allowed' } } })
    expect(put.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS')
    expect(await send('GET /v1/clients/nobody')).toMatchObject({
      status: 404,
      body: { error: { code: 'not_found', hint: expect.any(String) } },
    })
    expect((await send('POST /healthz')).status).toBe(405)
  })

  test('is told as several where a name fits several', async () => {
    const { send } = await server({ projects: ['Acme Web', 'Acme App'] })
    expect(await send('POST /v1/timers', { body: { project: 'acme' } })).toMatchObject({
      status: 409,
      body: { error: { code: 'disambiguate', details: { candidates: [{}, {}] } } },
    })
  })
})

describe('every answer', () => {
  test('has an id, and the one that was brought along where it can stand in a log', async () => {
    const { send } = await server()
    const given = async (id?: string) =>
      (await send('GET /v1/me', { headers: id === undefined ? {} : { 'x-request-id': id } })).headers.get(
        'x-request-id',
      )
    expect(await given()).toMatch(/^req_/)
    expect(await given('abc-1')).toBe('abc-1')
    expect(await given('a b')).toMatch(/^req_/)
    expect((await send('GET /nowhere')).headers.get('x-request-id')).toMatch(/^req_/)
  })

  test('is no page, and stands in none', async () => {
    const { send } = await server()
    for (const route of ['GET /v1/me', 'GET /healthz', 'GET /nowhere']) {
      const { headers } = await send(route)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  test('to HEAD is that to GET without its body, to OPTIONS what is possible', async () => {
    const { send } = await server()
    const get = await send('GET /v1/clients')
    const head = await send('HEAD /v1/clients')
    expect(head).toMatchObject({ status: 200, text: '' })
    expect(head.headers.get('content-length')).toBe(String(get.text.length))
    const possible = await send('OPTIONS /v1/clients/x')
    expect(possible).toMatchObject({ status: 204, text: '' })
    expect(possible.headers.get('allow')).toBe('GET, HEAD, PATCH, OPTIONS')
    expect((await send('OPTIONS /v1/moon')).status).toBe(404)
  })

  test('hides what went wrong inside', async () => {
    const { app, logged, send } = await server()
    app.store = () => Promise.reject(new Error('secret of the house'))
    const { body, status, text } = await send('GET /v1/me')
    expect([status, body.error.code]).toEqual([500, 'internal'])
    expect(text).not.toContain('secret')
    expect(String(logged.at(-1))).toContain('secret of the house')
    expect((await send('GET /readyz')).status).toBe(503)
    expect((await send('GET /healthz')).status).toBe(200)
  })
})

describe('a file', () => {
  const hello = query({
    name: 'get_hello',
    summary: 'A file.',
    scope: 'read',
    route: 'GET /hello',
    command: 'hello',
    file: true,
    input: z.strictObject({}),
    output: z.object({ file: fileShape }),
    text: ({ file }) => file.name,
    run: async () => ({ file: fileOf('Grüße.html', 'text/html; charset=utf-8', '<b>Hallo</b>') }),
  })

  test('comes as its bytes, under its name, and can do nothing', async () => {
    const { send } = await server({ operations: [hello] })
    const { headers, status, text } = await send('GET /v1/hello')
    expect([status, text]).toEqual([200, '<b>Hallo</b>'])
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(headers.get('content-disposition')).toBe(
      `inline; filename="Gr__e.html"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.html`,
    )
    expect(headers.get('content-security-policy')).toContain('sandbox')
    const known = await send('GET /v1/hello', { headers: { 'if-none-match': headers.get('etag') ?? '' } })
    expect(known).toMatchObject({ status: 304, text: '' })
  })
})

describe('the figures', () => {
  test('tell requests, how long they took, memory and what runs', async () => {
    const { call, send } = await server({ projects: ['Acme'] })
    await call('start_timer', { project: 'Acme' })
    await send('GET /v1/clients/secret-name')
    await send('GET /v1/clients')
    const { headers, text } = await send('GET /metrics')
    expect(headers.get('content-type')).toContain('text/plain; version=0.0.4')
    expect(text).toContain(
      'stint_http_requests_total{method="GET",route="/api/v1/clients/{client}",status="404"} 1',
    )
    expect(text).toContain(
      'stint_http_request_duration_seconds_count{method="GET",route="/api/v1/clients"} 1',
    )
    expect(text).toMatch(/^stint_sessions_open 1$/m)
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m)
    expect(text).not.toContain('secret-name')
  })
})
