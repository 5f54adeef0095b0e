import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import * as z from 'zod'
import { digest } from '../core/digest.ts'
import { fileShape } from '../core/file.ts'
import type { Json } from './body.ts'
import { isKnown } from './known.ts'

const answer = z.object({ file: fileShape })

/** A page that people printed from what others wrote: it may look like something, and do nothing. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox; frame-ancestors 'none'"

/** The bytes of a file, which are what was wanted. */
export function sendFile(output: Json, headers: IncomingHttpHeaders, outgoing: ServerResponse): Response {
  const { file } = answer.parse(output)
  const tag = `"${digest(file.content).slice(0, 20)}"`
  const about = { 'cache-control': 'private, no-cache', etag: tag }
  if (isKnown(headers['if-none-match'], tag)) return new Response(null, { status: 304, headers: about })
  outgoing.setHeader('Content-Security-Policy', policy)
  return new Response(Buffer.from(file.content, 'base64'), {
    headers: { ...about, 'content-type': file.media_type, 'content-disposition': dispositionOf(file.name) },
  })
}

/** Programs of every age read the first name, those of today the second. */
const dispositionOf = (name: string): string =>
  `inline; filename="${name.replaceAll(/[^\w.-]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name)}`
