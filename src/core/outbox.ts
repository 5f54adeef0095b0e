import { type DeliveryRow, findAwakeWebhooks, findNewestEvents, insertDelivery } from '../../db/webhooks.ts'
import { wants } from '../domain/webhook.ts'
import type { ChangeContext } from './context.ts'
import { eventOf } from './event.ts'
import { payloadOf } from './signature.ts'

/**
 * One delivery for each webhook that asked for one of the events just written, in their transaction: none is lost, and
 * none tells of what did not happen. What an import brings is no news, and can be thousands.
 */
export async function fillOutbox(context: ChangeContext, operation: string, count: number): Promise<void> {
  const { call_id, db, now, workspace } = context
  const webhooks = await findAwakeWebhooks(db, workspace.id, now)
  if (webhooks.length === 0 || operation.startsWith('import_')) return
  const rows = await findNewestEvents(db, workspace.id, call_id, count)
  for (const event of rows.toReversed().map(eventOf)) {
    // written by us from a list of strings
    const asking = webhooks.filter(one => wants(JSON.parse(one.events) as string[], event.type))
    const payload = asking.length > 0 ? payloadOf(event) : ''
    for (const { id } of asking) {
      const { id: event_id, seq: event_seq, type } = event
      await insertDelivery(db, newDelivery(context, { webhook_id: id, event_id, event_seq, type, payload }))
    }
  }
}

type Content = Pick<DeliveryRow, 'webhook_id' | 'event_id' | 'event_seq' | 'type' | 'payload'>

/** Due at once. */
export const newDelivery = ({ now, ...context }: ChangeContext, content: Content): DeliveryRow => ({
  workspace_id: context.workspace.id,
  id: context.newId('dlv'),
  ...content,
  status: 'pending',
  attempts: 0,
  next_at: now,
  holder: null,
  leased_until: null,
  last_status: null,
  last_error: null,
  delivered_at: null,
  created_at: now,
  updated_at: now,
})
