import type { Due } from '../../db/webhooks.ts'
import type { Event } from '../domain/event.ts'
import { toText } from '../domain/instant.ts'

// Standard Webhooks 1.0: what is sent, and how it is signed.

/** What goes to a receiver. */
export interface Post {
  url: string
  headers: Record<string, string>
  body: string
}

export const payloadOf = (event: Event): string =>
  JSON.stringify({ type: event.type, timestamp: event.at, data: event })

export const testType = 'webhook.test'

export const testPayload = (webhook: string, now: number): string =>
  JSON.stringify({ type: testType, timestamp: toText(now), data: { webhook_id: webhook } })

export const newSecret = (random: Uint8Array): string => `whsec_${Buffer.from(random).toString('base64')}`

/** The id stays through all attempts, so that a receiver knows what it has seen; the time and signature are new. */
export function postOf(due: Due, now: number, version: string): Post {
  const timestamp = String(Math.floor(now / 1000))
  const signed = `${due.id}.${timestamp}.${due.payload}`
  return {
    url: due.url,
    headers: {
      'content-type': 'application/json',
      'user-agent': `stint/${version}`,
      'webhook-id': due.id,
      'webhook-timestamp': timestamp,
      'webhook-signature': secretsOf(due, now)
        .map(secret => signature(secret, signed))
        .join(' '),
    },
    body: due.payload,
  }
}

function secretsOf({ previous_secret, previous_until, secret }: Due, now: number): string[] {
  const isRotating = previous_secret !== null && previous_until !== null && now < previous_until
  return isRotating ? [secret, previous_secret] : [secret]
}

/** Loaded when somebody needs it, as in `digest`. */
function signature(secret: string, signed: string): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const { createHmac } = process.getBuiltinModule('node:crypto')
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
}
