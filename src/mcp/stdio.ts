import type { Readable, Writable } from 'node:stream'
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server'
import { unsupported } from './introduction.ts'

const longestLine = 16 * 1024 * 1024

export interface StdioTransport extends Transport {
  /** Settles when the host has said something. */
  opened: Promise<void>
  /** Takes no more requests; settles when those in hand are answered, or time is up. */
  finish(ms: number): Promise<void>
}

/**
 * One message a line. Unlike the SDK's own it reads before a server is there, so that the first words can be answered
 * at once, and it answers what is in hand when the host closes its end: a call that changed something is not left
 * without its answer.
 */
export function stdioTransport(
  input: Readable,
  output: Writable,
  greet: (first: JSONRPCMessage) => JSONRPCMessage | undefined,
): StdioTransport {
  const open = new Set<unknown>()
  const waiting: JSONRPCMessage[] = []
  let greeted: unknown
  let isFirst = true
  let started = false
  let closed = false
  let rest = ''
  let idle: (() => void) | undefined
  let opened: (() => void) | undefined

  input.setEncoding('utf8')
  input.on('data', read)

  const transport: StdioTransport = {
    opened: new Promise(resolve => {
      opened = resolve
    }),
    async start() {
      started = true
      for (const message of waiting.splice(0)) transport.onmessage?.(message)
    },
    async send(message) {
      if (closed) return
      const isAnswer = !('method' in message)
      if (isAnswer && greeted !== undefined && message.id === greeted) {
        greeted = undefined
      } else {
        write(message)
      }
      if (isAnswer) settle(message.id)
    },
    async finish(ms) {
      input.off('data', read)
      if (open.size === 0) return
      const answered = new Promise<void>(resolve => {
        idle = resolve
      })
      const late = setTimeout(() => idle?.(), ms)
      await answered
      clearTimeout(late)
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
    if (!isMessage(message)) return refuse(message)
    const answer = unsupported(message)
    if (answer) return write(answer)
    if (isFirst) welcome(message)
    // a subscription is never answered, and keeps nobody
    if ('method' in message && 'id' in message && message.method !== 'subscriptions/listen')
      open.add(message.id)
    if ('method' in message && message.method === 'notifications/cancelled') settle(message.params?.requestId)
    if (started) transport.onmessage?.(message)
    else waiting.push(message)
  }

  /** The server will answer the first words too, which sets it up; that answer is then not needed any more. */
  function welcome(first: JSONRPCMessage): void {
    isFirst = false
    const answer = greet(first)
    if (answer) {
      write(answer)
      greeted = 'id' in first ? first.id : undefined
    }
    opened?.()
  }

  /** Whoever sent it may wait for an answer. */
  function refuse(value: unknown): void {
    complain('A line from the host is not a JSON-RPC message; it was dropped.')
    const error = value === undefined ? notJson : noMessage
    write({ jsonrpc: '2.0', id: idOf(value), error })
  }

  function write(message: object): void {
    output.write(`${JSON.stringify(message)}\n`)
  }

  function settle(id: unknown): void {
    open.delete(id)
    if (open.size === 0) idle?.()
  }

  function complain(text: string): void {
    transport.onerror?.(new Error(text))
  }
}

const notJson = { code: -32700, message: 'Parse error: a line has to be one JSON-RPC message' }
const noMessage = { code: -32600, message: 'Invalid request: a line has to be one JSON-RPC message' }

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** What the SDK looks into further, it checks itself. */
function isMessage(value: unknown): value is JSONRPCMessage {
  if (!isObject(value) || !('jsonrpc' in value) || value.jsonrpc !== '2.0') return false
  if ('id' in value && !isId(value.id)) return false
  if ('method' in value && typeof value.method === 'string') {
    return !('params' in value) || (isObject(value.params) && !Array.isArray(value.params))
  }
  return 'id' in value && ('result' in value || 'error' in value)
}

/** Only of what was asked: an answer is never answered. */
const idOf = (value: unknown) =>
  isObject(value) && 'method' in value && 'id' in value && isId(value.id) ? value.id : null

const isId = (id: unknown): boolean => typeof id === 'string' || Number.isInteger(id)

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
