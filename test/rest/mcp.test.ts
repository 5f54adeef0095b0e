import {
  Client as NewClient,
  StreamableHTTPClientTransport as NewTransport,
} from '@modelcontextprotocol/client'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { describe, expect, onTestFinished, test } from 'vitest'
import { server } from '../support/server.ts'

// oxlint-disable-next-line typescript/no-explicit-any
type Json = any
interface Client {
  listTools(): Promise<Json>
  callTool(params: { name: string; arguments: object }): Promise<Json>
  readResource(params: { uri: string }): Promise<Json>
  getPrompt(params: { name: string }): Promise<Json>
  close(): Promise<void>
}
/** What the person says when they are asked. */
type Answer = () => boolean | Promise<boolean>
type Connect = (url: string, token: string, answer?: Answer) => Promise<Client>

const info = { name: 'test', version: '1' }
const shown = (token: string) => ({ requestInit: { headers: { authorization: `Bearer ${token}` } } })

const oldClient: Connect = async (url, token, answer) => {
  const client = new OldClient(info, { capabilities: answer === undefined ? {} : { elicitation: {} } })
  if (answer !== undefined)
    client.setRequestHandler(ElicitRequestSchema, async () => ({
      action: 'accept',
      content: { confirm: await answer() },
    }))
  await client.connect(new OldTransport(new URL(url), shown(token)))
  // each of the clients has its own types for the same answers
  return client as unknown as Client
}

const newClient =
  (mode: 'legacy' | 'auto' | { pin: string }): Connect =>
  async (url, token, answer) => {
    const client = new NewClient(info, {
      capabilities: answer === undefined ? {} : { elicitation: { form: {} } },
      versionNegotiation: { mode },
    })
    if (answer !== undefined)
      client.setRequestHandler('elicitation/create', async () => ({
        action: 'accept',
        content: { confirm: await answer() },
      }))
    await client.connect(new NewTransport(new URL(url), shown(token)))
    return client as unknown as Client
  }

const clients: [string, Connect][] = [
  ['the older client', oldClient],
  ['the newer client in the older era', newClient('legacy')],
  ['the newer client that looks first', newClient('auto')],
  ['the newer client in the era of 2026', newClient({ pin: '2026-07-28' })],
]

describe.each(clients)('%s', (_, connect) => {
  const connected = async (path = '/mcp', scope: 'read' | 'write' | 'full' = 'full') => {
    const given = await server({ projects: ['Acme'] })
    const client = await connect(given.origin + path, await given.tokenOf(scope))
    onTestFinished(() => client.close())
    return { ...given, client }
  }

  test('is offered the usual tools, and those that it asks for', async () => {
    const { client, origin, owner } = await connected()
    const names = (listed: Json): string[] => listed.tools.map((one: Json) => one.name)
    const usual = names(await client.listTools())
    expect(usual.slice(0, 3)).toEqual(['start_timer', 'stop_timer', 'pause_timer'])
    expect(usual).not.toContain('undo')
    const other = await connect(`${origin}/mcp?toolsets=more`, owner)
    onTestFinished(() => other.close())
    expect(names(await other.listTools())).toContain('undo')
    expect(names(await other.listTools())).not.toContain('start_timer')
  })

  test('works for the member of its token, through the door mcp', async () => {
    const { client, rows } = await connected()
    const started = await client.callTool({ name: 'start_timer', arguments: { project: 'acme' } })
    expect(started.structuredContent).toMatchObject({ timer: { state: 'running', source: 'mcp' } })
    expect(JSON.parse(started.content[0].text)).toEqual(started.structuredContent)
    const told = rows('events').at(-1)
    expect(told).toMatchObject({
      type: 'timer.started',
      door: 'mcp',
      connection: expect.stringMatching(/^tok_/),
    })
    const status = await client.readResource({ uri: 'stint://status' })
    expect(JSON.parse(status.contents[0].text).timers).toHaveLength(1)
    expect((await client.getPrompt({ name: 'end_of_day' })).messages).toHaveLength(1)
  })

  test('is refused what its token does not allow', async () => {
    const { client } = await connected('/mcp', 'read')
    expect((await client.callTool({ name: 'status', arguments: {} })).isError).toBeFalsy()
    const refused = await client.callTool({ name: 'start_timer', arguments: { project: 'acme' } })
    expect(refused).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'forbidden_scope' } },
    })
  })

  test('is not let in without a token', async () => {
    const { origin } = await server()
    await expect(connect(`${origin}/mcp`, 'stint_x')).rejects.toThrow()
  })
})

describe('what takes away', () => {
  const given = async () => {
    const workplace = await server({ projects: ['Acme'] })
    const { entry } = await workplace.call('log_time', {
      project: 'Acme',
      date: '2026-05-19',
      duration: '1h',
    })
    return { ...workplace, input: { name: 'delete_entry', arguments: { entry: entry.id } } }
  }

  describe.each(clients)('%s', (_, connect) => {
    test.each([true, false])('is let ask the person, who says %s', async yes => {
      const { input, origin, owner, rows } = await given()
      const client = await connect(`${origin}/mcp`, owner, () => yes)
      onTestFinished(() => client.close())
      expect(Boolean((await client.callTool(input)).isError)).toBe(!yes)
      expect(rows('entries')[0]?.deleted_at !== null).toBe(yes)
    })

    test('has several questions open at once', async () => {
      const { call, input, origin, owner, rows } = await given()
      const { entry } = await call('log_time', { project: 'Acme', date: '2026-05-18', duration: '1h' })
      const client = await connect(`${origin}/mcp`, owner, () => true)
      onTestFinished(() => client.close())
      await Promise.all([
        client.callTool(input),
        client.callTool({ ...input, arguments: { entry: entry.id } }),
      ])
      expect(rows('entries').filter(one => one.deleted_at === null)).toEqual([])
    })
  })

  test('does not keep the server from ending while a question is open', async () => {
    const { input, listening, mcp, origin, owner, rows } = await given()
    await new Promise<void>((asked, failed) => {
      const silent: Answer = () => new Promise(() => asked())
      oldClient(`${origin}/mcp`, owner, silent).then(client => {
        onTestFinished(() => client.close())
        client.callTool(input).catch(() => {})
      }, failed)
    })
    await mcp.close()
    await listening.close(1000)
    expect(rows('entries')[0]?.deleted_at).toBeNull()
  })

  test('wants a word for it where nobody can be asked', async () => {
    const { input, origin, owner } = await given()
    const client = await oldClient(`${origin}/mcp`, owner)
    onTestFinished(() => client.close())
    expect((await client.callTool(input)).structuredContent.error.code).toBe('confirmation_required')
    const confirmed = { ...input, arguments: { ...input.arguments, confirm: true } }
    expect((await client.callTool(confirmed)).isError).toBeFalsy()
  })
})

describe('a host of the older era that can ask', () => {
  const accept = 'application/json, text/event-stream'
  const hello = (elicitation?: object) => ({
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: {
      protocolVersion: '2025-11-25',
      capabilities: { ...(elicitation && { elicitation }) },
      clientInfo: info,
    },
  })
  const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }

  async function greeted() {
    const given = await server()
    const { headers } = await given.send('POST /mcp', { body: hello({}), headers: { accept } })
    const id = headers.get('mcp-session-id') ?? ''
    const say = (route: string, body?: object, token = given.owner) =>
      given.send(route, { body, token, headers: { accept, 'mcp-session-id': id } })
    return { ...given, id, say }
  }

  test('gets a session of the protocol, and one that cannot ask gets none', async () => {
    const { id, send } = await greeted()
    expect(id).toMatch(/^[\da-f]{32}$/)
    const { headers, status } = await send('POST /mcp', { body: hello(), headers: { accept } })
    expect([status, headers.get('mcp-session-id')]).toEqual([200, null])
  })

  test('is told that it ended its session', async () => {
    const { id, say } = await greeted()
    expect((await say('POST /mcp', list)).headers.get('mcp-session-id')).toBe(id)
    expect((await say('DELETE /mcp')).status).toBe(200)
    expect((await say('POST /mcp', list)).status).toBe(404)
    expect((await say('DELETE /mcp')).status).toBe(404)
  })

  test('has nothing to listen to', async () => {
    const { say } = await greeted()
    expect((await say('GET /mcp')).status).toBe(405)
  })

  test('speaks with the permission of the token that it shows, and with no other token in its session', async () => {
    const { id, say, tokenOf } = await greeted()
    const reading = await tokenOf('read')
    const answered = await say('POST /mcp', list, reading)
    expect([answered.status, answered.headers.get('mcp-session-id')]).toEqual([200, null])
    expect((await say('DELETE /mcp', undefined, reading)).status).toBe(405)
    expect((await say('POST /mcp', list, 'stint_x')).status).toBe(401)
    expect((await say('POST /mcp', list)).headers.get('mcp-session-id')).toBe(id)
  })

  test('takes a question back', async () => {
    const { call, id, origin, owner, rows, say } = await greeted()
    await call('create_project', { name: 'Acme' })
    const { entry } = await call('log_time', { project: 'Acme', date: '2026-05-19', duration: '1h' })
    const params = { name: 'delete_entry', arguments: { entry: entry.id } }
    const asking = await fetch(`${origin}/mcp`, {
      method: 'POST',
      headers: {
        accept,
        authorization: `Bearer ${owner}`,
        'content-type': 'application/json',
        'mcp-session-id': id,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 'q', method: 'tools/call', params }),
    })
    const stream = asking.body?.pipeThrough(new TextDecoderStream()).getReader()
    expect((await stream?.read())?.value).toContain('elicitation/create')
    const cancel = { method: 'notifications/cancelled', params: { requestId: 'q' } }
    expect((await say('POST /mcp', { jsonrpc: '2.0', ...cancel })).status).toBe(202)
    let rest = ''
    for (let piece = await stream?.read(); piece?.value; piece = await stream?.read()) rest += piece.value
    // the host is told to close the question
    expect(rest).toContain('notifications/cancelled')
    expect(rest).not.toContain('"result"')
    expect(rows('entries')[0]?.deleted_at).toBeNull()
  })

  test('is served on where its session is forgotten', async () => {
    const { send } = await server()
    const headers = { accept, 'mcp-session-id': '0'.repeat(32) }
    const { status, text } = await send('POST /mcp', { body: list, headers })
    expect(status).toBe(200)
    expect(text).toContain('start_timer')
  })
})

describe('a request that is none', () => {
  test.each([
    ['POST', '{', 400],
    ['POST', '{}', 400],
    ['POST', '', 400],
    ['GET', undefined, 405],
    ['DELETE', undefined, 405],
    ['PUT', '{}', 405],
  ])('%s %s: %i', async (method, body, status) => {
    const { send } = await server()
    const headers = { accept: 'application/json, text/event-stream' }
    expect((await send(`${method} /mcp`, { body, headers })).status).toBe(status)
  })

  const headers = { accept: 'application/json, text/event-stream' }

  test('is told so in the words of JSON-RPC', async () => {
    const { send } = await server()
    expect((await send('POST /mcp', { body: '{', headers })).body).toMatchObject({
      jsonrpc: '2.0',
      id: null,
      error: { code: -32700, message: 'Parse error: The body is not JSON.' },
    })
  })

  test('is nested without end', async () => {
    const { send } = await server()
    const endless = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        capabilities: { elicitation: {}, experimental: 'endless' },
        clientInfo: info,
      },
    }).replace('"endless"', endless)
    expect((await send('POST /mcp', { body, headers })).status).toBe(400)
  })

  test('takes back what it asks for in the same breath', async () => {
    const { send } = await server()
    const body = [
      { jsonrpc: '2.0', id: 1, method: 'tools/list' },
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } },
    ]
    expect((await send('POST /mcp', { body, headers })).status).toBe(200)
  })

  test('is too long, or asks for tools that are not there', async () => {
    const { send } = await server({ body_limit: 1000 })
    expect((await send('POST /mcp', { body: `"${'x'.repeat(1000)}"` })).status).toBe(413)
    for (const query of ['toolsets=moon', 'tools=more', 'toolsets=more&toolsets=moon'])
      expect(await send(`POST /mcp?${query}`, { body: '{}' })).toMatchObject({
        status: 422,
        body: { error: { code: 'validation_error' } },
      })
  })
})
