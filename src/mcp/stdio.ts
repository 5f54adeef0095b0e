import type { Readable, Writable } from 'node:stream'
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server'

const longestLine = 16 * 1024 * 1024

export interface StdioTransport extends Transport {
  /** Takes no more requests; settles when those in hand are answered, or time is up. */
  finish(ms: number): Promise<void>
}

/**
 * One message a line. Unlike the SDK's own it answers what is in hand when the host closes its end, so that a call
 * that changed something is never left without its answer.
 */
export function stdioTransport(input: Readable, output: Writable): StdioTransport {
  const open = new Set<unknown>()
  let closed = false
  let rest = ''
  let idle: (() => void) | undefined

  const transport: StdioTransport = {
    async start() {
      input.setEncoding('utf8')
      input.on('data', read)
    },
    async send(message) {
      if (closed) return
      output.write(`${JSON.stringify(message)}\n`)
      if (!('method' in message)) settle(message.id)
    },
    async finish(ms) {
      input.off('data', read)
      if (open.size === 0) return
      await new Promise<void>(resolve => {
        idle = resolve
        setTimeout(resolve, ms).unref()
      })
    },
    async close() {
      if (closed) return
      closed = true
      input.off('data', read)
      input.pause()
      transport.onclose?.()
    },
  }
  return transport

  function read(chunk: string): void {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) {
      rest = ''
      complain('A line from the host is too long; it was dropped.')
    }
    for (const line of lines) if (line.trim() !== '') take(line)
  }

  function take(line: string): void {
    const message = parsed(line)
    if (!message) return complain('A line from the host is not a JSON-RPC message; it was dropped.')
    if ('method' in message && 'id' in message) open.add(message.id)
    if ('method' in message && message.method === 'notifications/cancelled') settle(message.params?.requestId)
    transport.onmessage?.(message)
  }

  function settle(id: unknown): void {
    open.delete(id)
    if (open.size === 0) idle?.()
  }

  function complain(text: string): void {
    transport.onerror?.(new Error(text))
  }
}

/** What the SDK looks into further, it checks itself. */
function parsed(line: string): JSONRPCMessage | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isMessage(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isMessage(value: unknown): value is JSONRPCMessage {
  if (typeof value !== 'object' || value === null || !('jsonrpc' in value) || value.jsonrpc !== '2.0')
    return false
  const named = 'method' in value && typeof value.method === 'string'
  if ('id' in value && typeof value.id !== 'string' && typeof value.id !== 'number') return false
  if (named) return !('params' in value) || (typeof value.params === 'object' && value.params !== null)
  return 'id' in value && ('result' in value || 'error' in value)
}
