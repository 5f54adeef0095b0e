import { expect, test } from 'vitest'
import { conversationsOf } from '../../src/mcp/conversation.ts'
import type { McpDoor } from '../../src/mcp/requests.ts'
import { mcpServer } from '../../src/mcp/server.ts'

const headers = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' }
// nobody enters
const door = {} as McpDoor

test('hosts that were quiet for longest are forgotten when there is no room', async () => {
  const faults: Error[] = []
  let ids = 0
  const conversations = conversationsOf({
    most: 2,
    newId: () => String(++ids),
    serverFor: () => mcpServer('1', () => Promise.reject(new Error('Nobody asks for more.'))),
    onerror: error => faults.push(error),
  })
  const say = (body: object, id?: string) => {
    const request = new Request('http://localhost/mcp', {
      method: 'POST',
      headers: { ...headers, ...(id !== undefined && { 'mcp-session-id': id }) },
    })
    return conversations.answer(request, body, door, 'tok_1')
  }
  const greet = async (): Promise<string> => {
    const answered = await say({ jsonrpc: '2.0', id: 0, method: 'initialize', params: hello })
    return answered?.headers.get('mcp-session-id') ?? ''
  }
  const isKnown = async (id: string) => Boolean(await say({ jsonrpc: '2.0', id: 1, method: 'ping' }, id))

  const [first, second] = [await greet(), await greet()]
  expect(await isKnown(first)).toBe(true)
  const third = await greet()
  expect([await isKnown(first), await isKnown(second), await isKnown(third)]).toEqual([true, false, true])
  await conversations.close()
  expect([await isKnown(first), await isKnown(third)]).toEqual([false, false])
  expect(faults).toEqual([])
})

const hello = {
  protocolVersion: '2025-11-25',
  capabilities: { elicitation: {} },
  clientInfo: { name: 'test', version: '1' },
}
