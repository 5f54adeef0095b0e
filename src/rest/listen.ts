import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { AppError } from '../domain/error.ts'
import { problem, statusOf } from './problem.ts'
import type { Site } from './site.ts'

export interface Listening {
  port: number
  /** Takes no more, and waits for what is under way; what takes longer than that is cut off. */
  close(ms: number): Promise<void>
}

/** Who takes longer to say what they want, or says more before it, keeps others out. */
const patience = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16_384,
  // who names none is answered as everybody is
  requireHostHeader: false,
}
const sweepEvery = 50

export async function listen(
  site: Site,
  { host, port }: { host: string; port: number },
  limits: ServerOptions = patience,
): Promise<Listening> {
  const listener = getRequestListener(
    async (request, { incoming, outgoing }) => {
      // this server speaks HTTP/1.1 only
      const response = await site(request, incoming as IncomingMessage, outgoing as ServerResponse)
      // Those who ask together are answered together: to wake up a waiting client takes as long as most answers.
      await new Promise(resolve => setImmediate(resolve))
      return response
    },
    { errorHandler: () => problem(new AppError('malformed', 'This is no request that can be read.')) },
  )
  const take: RequestListener = (incoming, outgoing) => void listener(incoming, outgoing)
  const server = createServer(limits, take)
  // nothing else than to go on can be expected
  server.on('checkExpectation', take)
  server.on('clientError', refuse)
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => reject(unreachable(error, host, port)))
    server.listen(port, host, resolve)
  })
  // it listens on a port
  return { port: (server.address() as AddressInfo).port, close: ms => close(server, ms) }
}

/** What is no HTTP, or never becomes any, gets its answer before there is a request. */
function refuse({ code }: NodeJS.ErrnoException, socket: Duplex): void {
  // an answer may be under way, and another one would fall into the midst of it
  const isAnswered = !(socket instanceof Socket) || socket.bytesWritten > 0
  if (isAnswered || !socket.writable) return void socket.destroy()
  const error = errorOf(code)
  const body = JSON.stringify({ error })
  const head = [
    `HTTP/1.1 ${statusOf[error.code]} ${error.code === 'too_large' ? 'Content Too Large' : 'Bad Request'}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function errorOf(code: string | undefined): AppError {
  if (code === 'HPE_HEADER_OVERFLOW') return new AppError('too_large', 'The headers are too long.')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new AppError('malformed', 'The request took too long.')
  return new AppError('malformed', 'This is no request that can be read.')
}

async function close(server: Server, ms: number): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  // a connection that was busy is idle later
  const sweep = setInterval(() => server.closeIdleConnections(), sweepEvery)
  const late = setTimeout(() => server.closeAllConnections(), ms)
  server.closeIdleConnections()
  await closed
  clearInterval(sweep)
  clearTimeout(late)
}

function unreachable(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new AppError('conflict', `Port ${port} is taken by another program.`, {
      hint: 'Is stint being served already? Else choose another one: `stint serve --port 4748`.',
    })
  if (error.code === 'EACCES')
    return new AppError('validation_error', `This system does not let us use port ${port}.`, {
      hint: 'Choose one above 1023, as in `stint serve --port 4747`.',
    })
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new AppError('validation_error', `This machine has no address ${host}.`, {
      hint: 'Use 127.0.0.1, or 0.0.0.0 for all addresses.',
    })
  return error
}
