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

const isJson = (type: string | undefined): boolean =>
  type !== undefined && /^application\/json\s*(;\s*charset="?utf-?8"?\s*)?$/i.test(type)

const notJson = (): AppError =>
  new AppError('unsupported_media_type', 'The body has to be JSON.', {
    hint: 'Send it with Content-Type: application/json.',
  })

const tooLarge = (limit: number): AppError =>
  new AppError('too_large', `A body may have ${limit} bytes at most.`, {
    details: { limit },
    hint: 'Send it in parts.',
  })
