import {
  Client as NewClient,
  StreamableHTTPClientTransport as NewTransport,
} from '@modelcontextprotocol/client'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
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
type Connect = (url: string, token: string, answer?: boolean) => Promise<Client>

const info = { name: 'test', version: '1' }
const shown = (token: string) => ({ requestInit: { headers: { authorization: `Bearer ${token}` } } })

const oldClient: Connect = async (url, token) => {
  const client = new OldClient(info)
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
      client.setRequestHandler('elicitation/create', () => ({
        action: 'accept',
        content: { confirm: answer },
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

  test.each([true, false])('asks the person in the era of 2026, who says %s', async yes => {
    const { input, origin, owner, rows } = await given()
    const client = await newClient({ pin: '2026-07-28' })(`${origin}/mcp`, owner, yes)
    onTestFinished(() => client.close())
    expect(Boolean((await client.callTool(input)).isError)).toBe(!yes)
    expect(rows('entries')[0]?.deleted_at !== null).toBe(yes)
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

  test('is too long, or asks for tools that are not there', async () => {
    const { send } = await server({ body_limit: 1000 })
    expect((await send('POST /mcp', { body: `"${'x'.repeat(1000)}"` })).status).toBe(413)
    for (const query of ['toolsets=moon', 'tools=more'])
      expect(await send(`POST /mcp?${query}`, { body: '{}' })).toMatchObject({
        status: 422,
        body: { error: { code: 'validation_error' } },
      })
  })
})
