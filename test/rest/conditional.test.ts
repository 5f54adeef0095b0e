import { describe, expect, test } from 'vitest'
import { server } from '../support/server.ts'

describe('an ETag', () => {
  test('is the version of the thing, and saves what is known already', async () => {
    const { send } = await server()
    const made = await send('POST /v1/clients', { body: { name: 'Globex' } })
    expect(made.headers.get('etag')).toBe('"1"')
    const known = (tag: string) => send('GET /v1/clients/globex', { headers: { 'if-none-match': tag } })
    for (const tag of ['"1"', 'W/"1"', '"0", "1"', '*']) {
      const unchanged = await known(tag)
      expect(unchanged, tag).toMatchObject({ status: 304, text: '' })
      expect(unchanged.headers.get('etag')).toBe('"1"')
    }
    await send('PATCH /v1/clients/globex', { body: { company: 'G' } })
    expect((await known('"1"')).headers.get('etag')).toBe('"2"')
  })

  test('tells of figures beside the thing too', async () => {
    const { call, send } = await server({ projects: ['Acme'] })
    const first = (await send('GET /v1/projects/acme')).headers.get('etag') ?? ''
    expect(first).toMatch(/^"1-[\w-]+"$/)
    const again = () => send('GET /v1/projects/acme', { headers: { 'if-none-match': first } })
    expect((await again()).status).toBe(304)
    await call('log_time', { project: 'Acme', date: '2026-05-19', duration: '1h' })
    expect((await again()).status).toBe(200)
    const changed = await send('PATCH /v1/projects/acme', {
      headers: { 'if-match': first },
      body: { color: '#112233' },
    })
    expect(changed.status).toBe(200)
  })

  test('keeps a change from what is no longer so', async () => {
    const { send } = await server()
    await send('POST /v1/clients', { body: { name: 'Globex' } })
    const change = (tag: string) =>
      send('PATCH /v1/clients/globex', { headers: { 'if-match': tag }, body: { company: tag } })
    expect((await change('"1"')).status).toBe(200)
    for (const tag of ['"1"', '"99"', '"x"', 'x'])
      expect(await change(tag), tag).toMatchObject({
        status: 412,
        body: { error: { code: 'version_mismatch' } },
      })
    expect((await change('*')).status).toBe(200)
    expect((await change('W/"3"')).status).toBe(200)
  })
})

describe('a key', () => {
  const key = { 'idempotency-key': 'one' }

  test('makes a change happen once, and the answer the same', async () => {
    const { events, send } = await server({ projects: ['Acme'] })
    await events()
    const body = { project: 'Acme', date: '2026-05-19', duration: '1h' }
    const first = await send('POST /v1/entries', { body, headers: key })
    const second = await send('POST /v1/entries', { body, headers: key })
    expect(first.headers.get('idempotency-replayed')).toBeNull()
    expect(second).toMatchObject({ status: 201, body: { ...first.body, replayed: true } })
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(await events()).toEqual(['entry.created'])
    const other = await send('POST /v1/entries', { body: { ...body, duration: '2h' }, headers: key })
    expect(other).toMatchObject({ status: 409, body: { error: { code: 'idempotency_conflict' } } })
  })

  test('may stand in the body, of 255 characters at most', async () => {
    const { send } = await server()
    const body = { name: 'Globex', idempotency_key: 'one' }
    expect((await send('POST /v1/clients', { body, headers: key })).status).toBe(201)
    expect((await send('POST /v1/clients', { body })).headers.get('idempotency-replayed')).toBe('true')
    const long = { 'idempotency-key': 'x'.repeat(256) }
    expect((await send('POST /v1/clients', { body: { name: 'x' }, headers: long })).status).toBe(422)
  })

  test('gives a deletion the same answer again, and no secret a second time', async () => {
    const { send } = await server()
    const made = await send('POST /v1/tokens', { body: { name: 'CI' }, headers: key })
    expect(made.body.secret).toMatch(/^stint_/)
    const again = await send('POST /v1/tokens', { body: { name: 'CI' }, headers: key })
    expect(again).toMatchObject({ status: 201, body: { token: made.body.token, replayed: true } })
    expect(again.body).not.toHaveProperty('secret')
    for (const replayed of [null, 'true']) {
      const gone = await send('DELETE /v1/tokens/ci', { headers: { 'idempotency-key': 'two' } })
      expect(gone.status).toBe(204)
      expect(gone.headers.get('idempotency-replayed')).toBe(replayed)
    }
  })
})
