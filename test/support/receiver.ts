import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { onTestFinished } from 'vitest'

export interface Received {
  headers: IncomingHttpHeaders
  body: string
}

interface Reply {
  status?: number
  headers?: Record<string, string>
  body?: string
  /** It goes on and on. */
  endless?: boolean
}

/** How it answers, counted from 1: at once, never, or by breaking off. */
export type Behaviour = (post: Received, count: number) => Reply | 'hang' | 'break'

/** Somebody's server on this machine, who keeps what they are sent. */
export async function receiver(behave: Behaviour = () => ({ status: 204 })) {
  const received: Received[] = []
  let behaviour = behave
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const post = { headers: request.headers, body: Buffer.concat(pieces).toString() }
      received.push(post)
      const reply = behaviour(post, received.length)
      if (reply === 'hang') return
      if (reply === 'break') return request.socket.destroy()
      response.writeHead(reply.status ?? 200, reply.headers).write(reply.body ?? ' ')
      if (!reply.endless) response.end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  // a server that listens on a port has such an address
  const { port } = server.address() as AddressInfo
  return {
    received,
    port,
    url: `http://127.0.0.1:${port}/hook`,
    behave: (next: Behaviour) => void (behaviour = next),
    payloads: () => received.map(({ body }) => JSON.parse(body)),
  }
}

/**
 * What a receiver that follows Standard Webhooks makes of a post; throws when the signature is wrong. Its own clock is
 * set to the time of the post.
 */
export function verified(secret: string, { body, headers }: Received, clock: number): unknown {
  const { now } = Date
  Date.now = () => clock
  try {
    return new Webhook(secret).verify(body, {
      'webhook-id': String(headers['webhook-id']),
      'webhook-timestamp': String(headers['webhook-timestamp']),
      'webhook-signature': String(headers['webhook-signature']),
    })
  } finally {
    Date.now = now
  }
}
