import type { IncomingMessage } from 'node:http'
import { AppError } from '../domain/error.ts'

export type Json = Record<string, unknown>

/** What a request may carry, in bytes. */
export const bodyLimit = 1_048_576

/** What a request carries as JSON; undefined where it carries nothing. */
export async function readJson(incoming: IncomingMessage, limit: number): Promise<unknown> {
  const text = await readText(incoming, limit)
  if (text === '') return undefined
  if (!isJson(incoming.headers['content-type'])) throw notJson()
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('malformed', 'The body is not JSON.')
  }
}

export function asObject(body: unknown): Json {
  if (body === undefined) return {}
  // an object of JSON
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Json
  throw new AppError('malformed', 'The body has to be a JSON object.')
}

async function readText(incoming: IncomingMessage, limit: number): Promise<string> {
  const { 'content-encoding': encoding = 'identity' } = incoming.headers
  if (encoding.toLowerCase() !== 'identity') throw packed()
  if (Number(incoming.headers['content-length'] ?? 0) > limit) throw tooLarge(limit)
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > limit) throw tooLarge(limit)
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof AppError ? error : new AppError('malformed', 'The body broke off.')
  }
  return decoded(Buffer.concat(chunks))
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decoded(bytes: Buffer): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new AppError('malformed', 'The body is not UTF-8.')
  }
}

/** Of its parameters only the charset says how it is to be read. */
function isJson(header = ''): boolean {
  const [type = '', ...parameters] = header.split(';').map(one => one.trim())
  const strange = parameters.some(one => /^charset=/i.test(one) && !/^charset="?utf-?8"?$/i.test(one))
  return /^application\/json$/i.test(type) && !strange
}

const notJson = (): AppError =>
  new AppError('unsupported_media_type', 'The body has to be JSON.', {
    hint: 'Send it with Content-Type: application/json.',
  })

const packed = (): AppError =>
  new AppError('unsupported_media_type', 'The body has to come as it is, not compressed.', {
    hint: 'Send it without Content-Encoding.',
  })

const tooLarge = (limit: number): AppError =>
  new AppError('too_large', `A body may have ${limit} bytes at most.`, {
    details: { limit },
    hint: 'Send it in parts.',
  })
