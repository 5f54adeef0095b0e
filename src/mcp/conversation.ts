import {
  isLegacyRequest,
  type RequestId,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import type { McpDoor } from './requests.ts'

export interface Conversations {
  /** Nothing, where the request belongs to none and begins none. An id lets nobody into what another token began. */
  answer(request: Request, body: unknown, door: McpDoor, token: string): Promise<Response | undefined>
  /** Hangs up on all. */
  close(): Promise<void>
}

interface Options {
  serverFor: (door: McpDoor) => Server
  onerror: (error: Error) => void
  /** One that nobody can guess. */
  newId: () => string
  most?: number
}

interface Conversation {
  door: McpDoor
  server: Server
  transport: WebStandardStreamableHTTPServerTransport
}

/**
 * In the era of 2025 a question to the person goes out with the answer to the call that it is about, and what they
 * say comes in with a request of its own: only what the protocol calls a session brings the two together. Hosts that
 * can ask get one, and that is all it is for. One that is forgotten, by a restart or to make room, is served on
 * without questions; the protocol wants it refused, but not every host begins anew then.
 */
export function conversationsOf({ most = 500, newId, onerror, serverFor }: Options): Conversations {
  // the one that said something last stands last
  const known = new Map<string, Conversation>()

  async function begin(request: Request, parsedBody: unknown, door: McpDoor, token: string) {
    const server = serverFor(door)
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: newId,
      onsessioninitialized: id => remember(`${token} ${id}`, { door, server, transport }),
    })
    server.onerror = onerror
    await server.connect(transport)
    return transport.handleRequest(request, { parsedBody })
  }

  function remember(key: string, conversation: Conversation): void {
    known.delete(key)
    known.set(key, conversation)
    const [oldest] = known
    if (!oldest || known.size <= most) return
    known.delete(oldest[0])
    void hangUp(oldest[1])
  }

  const hangUp = ({ server }: Conversation): Promise<void> => server.close().catch(onerror)

  return {
    async answer(request, body, door, token) {
      const key = `${token} ${request.headers.get('mcp-session-id')}`
      const conversation = known.get(key)
      if (!conversation)
        return (await isFromOneWhoAsks(request, body)) ? begin(request, body, door, token) : undefined
      // nothing is ever said unasked, so there is nothing to listen to
      if (request.method === 'GET' || (request.method === 'POST' && body === undefined)) return undefined
      remember(key, conversation)
      // what its token may do may have changed
      Object.assign(conversation.door, door)
      // one that its host ended stays, to be told so
      const answered = await conversation.transport.handleRequest(request, { parsedBody: body })
      const cancelled = cancelledBy(body)
      // no answer comes to that any more
      if (cancelled !== undefined) conversation.transport.closeSSEStream(cancelled)
      return answered
    },
    async close() {
      const open = [...known.values()]
      known.clear()
      await Promise.all(open.map(hangUp))
    },
  }
}

const isFromOneWhoAsks = async (request: Request, body: unknown): Promise<boolean> =>
  methodOf(body) === 'initialize' &&
  isObject(fieldOf(fieldOf(fieldOf(body, 'params'), 'capabilities'), 'elicitation')) &&
  (await isLegacyRequest(request, body))

function cancelledBy(body: unknown): RequestId | undefined {
  if (!isCancel(body)) return undefined
  const id = fieldOf(fieldOf(body, 'params'), 'requestId')
  return typeof id === 'string' || typeof id === 'number' ? id : undefined
}

export const isCancel = (message: unknown): boolean => methodOf(message) === 'notifications/cancelled'

const methodOf = (message: unknown): unknown => fieldOf(message, 'method')

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

function fieldOf(value: unknown, name: string): unknown {
  // any object has names for what it holds
  return isObject(value) && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}
