import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { AppError } from '../domain/error.ts'
import { problem } from './problem.ts'
import type { Site } from './site.ts'

export interface Listening {
  port: number
  /** Takes no more, and waits for what is under way; what takes longer than that is cut off. */
  close(ms: number): Promise<void>
}

const limits = { headersTimeout: 10_000, requestTimeout: 30_000, maxHeaderSize: 16_384 }
const sweepEvery = 50

export async function listen(site: Site, { host, port }: { host: string; port: number }): Promise<Listening> {
  const listener = getRequestListener(
    (request, { incoming, outgoing }) =>
      // this server speaks HTTP/1.1 only
      site(request, incoming as IncomingMessage, outgoing as ServerResponse),
    { errorHandler: () => problem(new AppError('malformed', 'This is no request that can be read.')) },
  )
  const server = createServer(limits, (incoming, outgoing) => void listener(incoming, outgoing))
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => reject(unreachable(error, host, port)))
    server.listen(port, host, resolve)
  })
  // it listens on a port
  return { port: (server.address() as AddressInfo).port, close: ms => close(server, ms) }
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
