import * as z from 'zod'
import { isAddress, isLoopbackAddress, isPublicAddress } from './address.ts'
import { AppError } from './error.ts'
import { eventTypes } from './event.ts'
import { dayMs, instant } from './instant.ts'
import { reference } from './reference.ts'

export const webhook = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  member: reference,
  disabled_at: instant.optional(),
  /** The receiver wanted no more, or failed too long; its member or its token may have no webhooks any more. */
  disabled_reason: z.enum(['asked', 'gone', 'failing', 'member', 'token']).optional(),
  last_delivery_at: instant.optional(),
  last_status: z.int().optional(),
  failure_count: z.int(),
  /** Until then deliveries are signed with the secret before, too. */
  previous_secret_until: instant.optional(),
  version: z.int(),
  created_at: instant,
  updated_at: instant,
})
export type Webhook = z.infer<typeof webhook>

export const deliveryStatus = z.enum(['pending', 'delivered', 'failed'])

export const delivery = z.object({
  id: z.string(),
  webhook_id: z.string(),
  /** Missing: a test. */
  event_id: z.string().optional(),
  type: z.string(),
  status: deliveryStatus,
  attempts: z.int(),
  next_at: instant.optional(),
  last_status: z.int().optional(),
  last_error: z.string().optional(),
  delivered_at: instant.optional(),
  created_at: instant,
})
export type Delivery = z.infer<typeof delivery>

/** What is told outside; how a workspace is set up stays inside. */
const families = ['timer', 'session', 'entry', 'project', 'client', 'task', 'budget', 'expense', 'invoice']

const familyOf = (type: string): string => type.slice(0, type.indexOf('.'))

export const toldTypes = eventTypes.filter(type => families.includes(familyOf(type)))

/** `*`, `entry.*` or `entry.created`. */
export const eventPatterns = z
  .array(
    z
      .string()
      .max(60)
      .refine(isPattern, {
        error: `Must be *, or one of ${families.map(family => `${family}.*`).join(' ')}`,
      }),
  )
  .min(1)
  .max(50)

function isPattern(text: string): boolean {
  if (text === '*') return true
  if (!families.includes(familyOf(text))) return false
  return text.endsWith('.*') ? text.indexOf('.') === text.length - 2 : eventTypes.some(type => type === text)
}

export const wants = (patterns: readonly string[], type: string): boolean =>
  families.includes(familyOf(type)) &&
  patterns.some(pattern => pattern === '*' || pattern === type || pattern === `${familyOf(type)}.*`)

/**
 * The address that deliveries go to, as it will be called: https, or http on this machine. Hosts that the machine's
 * owner allowed may have both, and may stand in a private network.
 */
export function checkedUrl(text: string, allowed: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) throw refusedUrl('it has to begin with https://')
  if (url.username !== '' || url.password !== '') throw refusedUrl('a name or password has no place in it')
  const host = hostOf(url)
  if (isDisguised(host, text)) throw refusedUrl('an address is written as four plain numbers')
  const own = allowed.includes(host) || isLoopbackHost(host)
  if (url.protocol === 'http:' && !own) throw refusedUrl('outside of this machine it has to be https')
  if (!own && isOfOthers(url)) throw refusedUrl(`port ${url.port} is another service's`)
  if (isAddress(host) && !mayReach(host, host, allowed)) throw refusedUrl('it points into a private network')
  url.hash = ''
  return url
}

const refusedUrl = (why: string): AppError =>
  new AppError('validation_error', `url: ${why}.`, {
    hint: 'Give an https address that anybody can reach. Other hosts can be allowed in the config file only.',
  })

/** `2130706433`, `0177.0.0.1` and `127.1` are all 127.0.0.1: whoever writes it like that hides where it goes. */
const isDisguised = (host: string, text: string): boolean =>
  isAddress(host) && !host.includes(':') && hostIn(text) !== host

const hostIn = (text: string): string | undefined => /^[^:]*:[\\/]*([^:\\/?#]*)/.exec(text)?.[1]

/** Below 1024 each port has its service, and only one of them is https. */
const isOfOthers = ({ port }: URL): boolean => port !== '' && Number(port) < 1024

/** Without the brackets of IPv6 and the dot at the end of a full name. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')

const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || isLoopbackAddress(host)

/** Whether a connection for that host may go to that address. A name that only turns out to be this machine may not. */
export function mayReach(host: string, address: string, allowed: readonly string[]): boolean {
  if (allowed.includes(host)) return true
  return isLoopbackHost(host) ? isLoopbackAddress(address) : isPublicAddress(address)
}

/** How an attempt went: what the receiver answered, or why there was no answer. */
export type Outcome =
  | { status: number; retry_after?: string | undefined; error?: undefined }
  | { status: null; error: string }

/** What is known before an attempt. */
export interface Tried {
  attempts: number
  failure_count: number
  failing_since: number | null
}

/** Between one attempt and the next: three days altogether. */
const waits = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].map(seconds => seconds * 1000)
const longestFailing = 5 * dayMs

/** What an attempt makes of its delivery and of its webhook; `chance` is 0 to 1 and spreads the retries. */
export function afterAttempt(before: Tried, outcome: Outcome, now: number, chance: number) {
  const attempts = before.attempts + 1
  const ok = outcome.status !== null && outcome.status >= 200 && outcome.status < 300
  const last_error = ok ? null : errorOf(outcome)
  const failing_since = ok ? null : (before.failing_since ?? now)
  const reason = offReason(outcome, failing_since, now)
  const next_at = ok || reason ? null : nextAttempt(attempts, outcome, now, chance)
  return {
    delivery: {
      status: ok ? ('delivered' as const) : next_at === null ? ('failed' as const) : ('pending' as const),
      attempts,
      ...(next_at !== null && { next_at }),
      last_status: outcome.status,
      last_error,
      delivered_at: ok ? now : null,
    },
    webhook: {
      last_delivery_at: now,
      last_status: outcome.status,
      failure_count: ok ? 0 : before.failure_count + 1,
      failing_since,
    },
    off: reason,
  }
}

function errorOf({ error, status }: Outcome): string {
  if (status === null) return error
  return status >= 300 && status < 400
    ? `Answered ${status}: redirects are not followed.`
    : `Answered ${status}.`
}

function offReason(
  { status }: Outcome,
  failingSince: number | null,
  now: number,
): 'gone' | 'failing' | undefined {
  if (status === 410) return 'gone'
  return failingSince !== null && now - failingSince >= longestFailing ? 'failing' : undefined
}

/** None after the last. A fifth earlier or later, so that not all come at once; never earlier than the receiver asked. */
function nextAttempt(attempts: number, outcome: Outcome, now: number, chance: number): number | null {
  const wait = waits[attempts - 1]
  if (wait === undefined) return null
  const asked = outcome.status === null ? 0 : askedWait(outcome.retry_after, now)
  return now + Math.max(Math.round(wait * (0.8 + 0.4 * chance)), asked)
}

/** `Retry-After` is seconds or a date; more than a day nobody may ask for. */
function askedWait(text: string | undefined, now: number): number {
  if (text === undefined) return 0
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return Number.isNaN(wait) ? 0 : Math.min(Math.max(wait, 0), dayMs)
}
