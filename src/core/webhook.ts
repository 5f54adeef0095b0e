import type { Row } from '../../db/schema.ts'
import { type DeliveryRow, failPending, updateWebhook, type WebhookRow } from '../../db/webhooks.ts'
import { toText } from '../domain/instant.ts'
import type { Delivery, Webhook } from '../domain/webhook.ts'
import type { ChangeContext } from './context.ts'

export async function changeWebhook(
  context: ChangeContext,
  before: WebhookRow,
  wanted: Partial<Row<'webhooks'>>,
): Promise<WebhookRow> {
  const set = { ...wanted, version: before.version + 1, updated_at: context.now }
  await updateWebhook(context.db, before.workspace_id, before.id, set)
  const after = { ...before, ...set }
  context.emit({
    type: 'webhook.updated',
    subject: before.id,
    before: imageOf(before),
    after: imageOf(after),
  })
  return after
}

/** What still waits for it will not be sent. */
export async function switchOff(
  context: ChangeContext,
  before: WebhookRow,
  reason: NonNullable<WebhookRow['disabled_reason']>,
): Promise<WebhookRow> {
  const { db, now } = context
  await failPending(db, before.workspace_id, before.id, 'The webhook was switched off.', now)
  return changeWebhook(context, before, { disabled_at: now, disabled_reason: reason })
}

const patternsOf = ({ events }: Pick<Row<'webhooks'>, 'events'>): string[] =>
  // written by us from a list of strings
  JSON.parse(events) as string[]

/** For the audit, which has no business with secrets. */
export const imageOf = (row: Row<'webhooks'>): object => ({
  id: row.id,
  member_id: row.member_id,
  token_id: row.token_id,
  url: row.url,
  events: patternsOf(row),
  disabled_at: row.disabled_at,
  disabled_reason: row.disabled_reason,
  version: row.version,
  created_at: row.created_at,
  updated_at: row.updated_at,
})

/** Whether it gets nothing, and why. */
export function offOf(row: WebhookRow, now: number): Pick<Webhook, 'disabled_at' | 'disabled_reason'> {
  const since = (at: number | null) => (at === null ? {} : { disabled_at: toText(at) })
  if (row.disabled_reason !== null) return { ...since(row.disabled_at), disabled_reason: row.disabled_reason }
  const mayHaveThem = row.member_role === 'owner' || row.member_role === 'manager'
  if (row.member_left_at !== null || !mayHaveThem)
    return { ...since(row.member_left_at), disabled_reason: 'member' }
  const ended = row.token_revoked_at ?? row.token_expires_at
  return ended !== null && ended <= now ? { ...since(ended), disabled_reason: 'token' } : {}
}

export const webhookOf = (row: WebhookRow, now: number): Webhook => ({
  id: row.id,
  url: row.url,
  events: patternsOf(row),
  member: { id: row.member_id, name: row.member_name },
  ...offOf(row, now),
  ...(row.last_delivery_at !== null && { last_delivery_at: toText(row.last_delivery_at) }),
  ...(row.last_status !== null && { last_status: row.last_status }),
  failure_count: row.failure_count,
  ...(row.previous_until !== null &&
    now < row.previous_until && { previous_secret_until: toText(row.previous_until) }),
  version: row.version,
  created_at: toText(row.created_at),
  updated_at: toText(row.updated_at),
})

export const deliveryOf = (row: DeliveryRow): Delivery => ({
  id: row.id,
  webhook_id: row.webhook_id,
  ...(row.event_id !== null && { event_id: row.event_id }),
  type: row.type,
  status: row.status,
  attempts: row.attempts,
  ...(row.status === 'pending' && { next_at: toText(row.next_at) }),
  ...(row.last_status !== null && { last_status: row.last_status }),
  ...(row.last_error !== null && { last_error: row.last_error }),
  ...(row.delivered_at !== null && { delivered_at: toText(row.delivered_at) }),
  created_at: toText(row.created_at),
})
