import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { routesOf } from '../../src/rest/routes.ts'
import { operations } from '../../tools/index.ts'
import { server } from '../support/server.ts'

const routes = routesOf(operations)
const lower = { write: 'read', full: 'write' } as const

describe('every route', () => {
  test('needs a token, and one with the scope of its operation', async () => {
    const { send, tokenOf } = await server()
    // the code of an invite lets in who has no token yet
    const guarded = routes.filter(({ operation }) => operation.name !== 'join_workspace')
    for (const { method, operation, template } of guarded) {
      const route = `${method} ${template.replaceAll(/\{\w+\}/g, 'x').replace('/api', '')}`
      const without = await send(route, { token: null })
      expect(without, route).toMatchObject({ status: 401, body: { error: { code: 'not_authenticated' } } })
      expect(without.headers.get('www-authenticate')).toBe('Bearer realm="stint"')
      if (operation.scope === 'read') continue
      const confirmed = 'confirm' in operation.input.shape && method !== 'DELETE' ? { confirm: true } : {}
      const token = await tokenOf(lower[operation.scope])
      expect(await send(route, { token, ...(method !== 'GET' && { body: confirmed }) }), route).toMatchObject(
        {
          status: 403,
          body: { error: { code: 'forbidden_scope', details: { required: operation.scope } } },
        },
      )
    }
  })

  test('of this machine as well, but for four that tell nothing', async () => {
    const { send } = await server()
    const open = ['/healthz', '/readyz', '/v1/openapi.json', '/v1/docs']
    for (const path of open) expect((await send(`GET ${path}`, { token: null })).status, path).toBe(200)
    for (const path of ['/metrics', '/mcp', '/v1/moon', '/v1/me'])
      expect((await send(`GET ${path}`, { token: null })).status, path).toBe(401)
  })
})

describe('a token', () => {
  test.each(['', 'stint_x', `stint_${'0'.repeat(20)}_${'0'.repeat(64)}`])('%o is not let in', async token => {
    const { send } = await server()
    expect(await send('GET /v1/me', { token })).toMatchObject({ status: 401 })
  })

  test('is let in as long as it holds, whatever the case of Bearer', async () => {
    const { owner, send } = await server()
    const { body } = await send('POST /v1/tokens', { body: { name: 'CI', scope: 'write' } })
    expect((await send('GET /v1/me', { token: body.secret })).body).toMatchObject({
      scope: 'write',
      token: { name: 'CI' },
    })
    expect((await send('DELETE /v1/tokens/CI', { token: body.secret })).status).toBe(403)
    await send('DELETE /v1/tokens/CI')
    expect((await send('GET /v1/me', { token: body.secret })).status).toBe(401)
    const lowercase = { authorization: `bearer ${owner}` }
    expect((await send('GET /v1/me', { token: null, headers: lowercase })).status).toBe(200)
    expect((await send(`GET /v1/me?token=${owner}`, { token: null })).status).toBe(401)
  })

  test('undoes what was done with it, not what others did', async () => {
    const { call, send, tokenOf } = await server()
    await call('save_client', { name: 'By hand' })
    await send('POST /v1/clients', { body: { name: 'Over HTTP' } })
    const other = await tokenOf('write')
    expect((await send('POST /v1/undo', { token: other })).status).toBe(404)
    expect((await send('POST /v1/undo')).body.undone).toMatchObject({ operation: 'save_client' })
    expect((await send('GET /v1/clients')).body.clients).toMatchObject([{ name: 'By hand' }])
  })
})

describe('a page of another site', () => {
  /** Sends what is written; answers the status. */
  const raw = (port: number, lines: readonly string[]): Promise<number> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`))
      socket.once('data', data => {
        socket.destroy()
        resolve(Number(/^HTTP\/1\.\d (\d+)/.exec(String(data))?.[1]))
      })
      socket.once('error', reject)
    })
  const get = 'GET /healthz HTTP/1.1'

  test.each([
    [[get, 'Host: 127.0.0.1'], 200],
    [[get, 'Host: 127.0.0.1:PORT'], 200],
    [[get, 'Host: LOCALHOST:PORT'], 200],
    [[get, 'Host: [::1]:PORT'], 200],
    [[get, 'Host: stint.example'], 200],
    [[get, 'Host: evil.example'], 403],
    [[get, 'Host: localhost.evil.example'], 403],
    [[get, 'Host: localhost@evil.example'], 400],
    [[get, 'Host: 127.1'], 403],
    [[get, 'Host: '], 400],
    [[get, 'Host: 127.0.0.1', 'Host: evil.example'], 403],
    [['GET /healthz HTTP/1.0'], 400],
    [[get, 'Host: localhost:PORT', 'Origin: http://localhost:PORT'], 200],
    [[get, 'Host: 127.0.0.1:PORT', 'Origin: http://localhost:PORT'], 200],
    [[get, 'Host: stint.example', 'Origin: https://stint.example'], 200],
    [[get, 'Host: localhost:PORT', 'Origin: http://localhost:1'], 403],
    [[get, 'Host: localhost:PORT', 'Origin: http://evil.example:PORT'], 403],
    [[get, 'Host: localhost:PORT', 'Origin: null'], 403],
    [[get, 'Host: localhost:PORT', 'Origin: '], 403],
    [['GET http://evil.example/healthz HTTP/1.1', 'Host: evil.example'], 403],
    [['GET http://evil.example/healthz HTTP/1.1', 'Host: localhost:PORT'], 404],
    [['POST /healthz HTTP/1.1', 'Host: localhost', 'Content-Length: 1', 'Transfer-Encoding: chunked'], 400],
  ])('%j: %i', async (lines, status) => {
    const { port } = await server({ hosts: ['stint.example'] })
    expect(
      await raw(
        port,
        lines.map(line => line.replaceAll('PORT', String(port))),
      ),
    ).toBe(status)
  })

  test('is told nothing, and one of this server its own origin', async () => {
    const { origin, send } = await server()
    const told = async (from: string) => {
      const { headers, status } = await send('GET /v1/me', { headers: { origin: from } })
      return [status, headers.get('access-control-allow-origin'), headers.get('vary')]
    }
    expect(await told(origin)).toEqual([200, origin, 'Origin'])
    expect(await told('https://evil.example')).toEqual([403, null, null])
    expect((await send('GET /v1/me')).headers.get('access-control-allow-origin')).toBeNull()
  })
})
