import * as z from 'zod'
import {
  deleteWebhook as dropWebhook,
  listDeliveries as findDeliveries,
  findDelivery,
  findWebhook,
  listWebhooks as findWebhooks,
  insertDelivery,
  insertWebhook,
  updateDelivery,
  type WebhookRow,
} from '../db/webhooks.ts'
import type { Context } from '../src/core/context.ts'
import { confirm, newestFirst, nextCursor, oldestFirst, pageFields, version } from '../src/core/fields.ts'
import { change, query } from '../src/core/operation.ts'
import { newDelivery } from '../src/core/outbox.ts'
import { cut, defaultLimit, readNumberCursor, writeCursor } from '../src/core/page.ts'
import { newSecret, testPayload, testType } from '../src/core/signature.ts'
import { assertVersion } from '../src/core/version.ts'
import { changeWebhook, deliveryOf, imageOf, offOf, switchOff, webhookOf } from '../src/core/webhook.ts'
import { AppError } from '../src/domain/error.ts'
import { isId } from '../src/domain/id.ts'
import { dayMs } from '../src/domain/instant.ts'
import { checkedUrl, delivery, deliveryStatus, eventPatterns, webhook } from '../src/domain/webhook.ts'

const webhookRef = z.string().max(60).describe('Webhook id')
const url = z.string().max(2000)
const events = eventPatterns.describe('As entry.created, entry.*; default * for all')
/** Shown when it is made and never again; an answer that is replayed has none. */
const secret = z.string().optional()

/** So long a receiver may take to learn the new secret. */
const rotationTime = dayMs

export const createWebhook = change({
  name: 'create_webhook',
  summary: 'Send events to a URL, signed as Standard Webhooks 1.0. The secret is shown this once.',
  scope: 'full',
  role: 'manager',
  toolset: 'admin',
  secrets: ['secret'],
  route: 'POST /webhooks',
  command: 'webhook create <url>',
  examples: [
    'webhook create https://example.com/hook',
    'webhook create https://example.com/hook --events entry.* --events invoice.*',
  ],
  input: z.strictObject({
    url: url.describe('https; http on this machine only'),
    events: events.optional(),
  }),
  output: z.object({ webhook, secret }),
  text: ({ secret, webhook }) => [`Made webhook ${webhook.id} to ${webhook.url}.`, ...secretLines(secret)],

  async run(context, input) {
    const { db, member, now, workspace } = context
    const row = {
      workspace_id: workspace.id,
      id: context.newId('whk'),
      member_id: member.id,
      token_id: tokenOf(context),
      url: checkedUrl(input.url, context.webhookHosts()).href,
      events: JSON.stringify([...new Set(input.events ?? ['*'])]),
      secret: newSecret(context.random(32)),
      previous_secret: null,
      previous_until: null,
      disabled_at: null,
      disabled_reason: null,
      failing_since: null,
      failure_count: 0,
      last_delivery_at: null,
      last_status: null,
      version: 1,
      created_at: now,
      updated_at: now,
    }
    await insertWebhook(db, row)
    context.emit({ type: 'webhook.created', subject: row.id, after: imageOf(row) })
    return { webhook: webhookOf(await stored(context, row.id), now), secret: row.secret }
  },
})

export const listWebhooks = query({
  name: 'list_webhooks',
  summary: 'Webhooks with how their last delivery went, and why one was switched off.',
  scope: 'full',
  role: 'manager',
  toolset: 'admin',
  route: 'GET /webhooks',
  command: 'webhook list',
  examples: ['webhook list'],
  input: z.strictObject({ sort: oldestFirst.optional(), ...pageFields }),
  output: z.object({ webhooks: z.array(webhook), next_cursor: nextCursor }),
  text: ({ webhooks }) =>
    webhooks.length === 0
      ? 'No webhooks.'
      : [
          {
            columns: ['Webhook', 'URL', 'Events', 'Last', 'Failures', 'State'],
            rows: webhooks.map(one => [
              one.id,
              one.url,
              one.events.join(' '),
              String(one.last_status ?? ''),
              String(one.failure_count),
              one.disabled_reason ? `off: ${one.disabled_reason}` : 'on',
            ]),
          },
        ],

  async run(context, { cursor, limit = defaultLimit, sort }) {
    const asked = { list: 'webhooks', sort }
    const rows = await findWebhooks(context.db, context.workspace.id, {
      descending: sort === '-created_at',
      after: positionIn(asked, cursor),
      limit: limit + 1,
    })
    const { last, page } = cut(rows, limit)
    return {
      webhooks: page.map(row => webhookOf(row, context.now)),
      next_cursor: last ? writeCursor(asked, { value: last.created_at, id: last.id }) : null,
    }
  },
})

export const getWebhook = query({
  name: 'get_webhook',
  summary: 'One webhook.',
  scope: 'full',
  role: 'manager',
  route: 'GET /webhooks/{webhook}',
  command: 'webhook show <webhook>',
  examples: ['webhook show whk_…'],
  input: z.strictObject({ webhook: webhookRef }),
  output: z.object({ webhook }),
  text: ({ webhook }) => `${webhook.id} to ${webhook.url}, for ${webhook.events.join(' ')}.`,
  run: async (context, input) => ({ webhook: webhookOf(await stored(context, input.webhook), context.now) }),
})

export const updateWebhook = change({
  name: 'update_webhook',
  summary:
    'Change where a webhook sends and what, or switch it off and on. Off, its waiting deliveries fail.',
  scope: 'full',
  role: 'manager',
  toolset: 'admin',
  idempotent: true,
  route: 'PATCH /webhooks/{webhook}',
  command: 'webhook update <webhook>',
  examples: ['webhook update whk_… --events timer.*', 'webhook update whk_… --enabled'],
  input: z.strictObject({
    webhook: webhookRef,
    url: url.optional().describe('The new address'),
    events: eventPatterns.optional().describe('Instead of those before'),
    enabled: z.boolean().optional().describe('false switches it off'),
    version: version.optional(),
  }),
  output: z.object({ webhook }),
  text: ({ webhook }) => `Changed webhook ${webhook.id}${webhook.disabled_reason ? ' (off)' : ''}.`,

  async run(context, input) {
    const found = await stored(context, input.webhook)
    assertVersion(found, input.version)
    const { disabled_reason } = offOf(found, context.now)
    const isOff = disabled_reason !== undefined
    const before = input.enabled === false && !isOff ? await switchOff(context, found, 'asked') : found
    const set = {
      ...(input.url !== undefined && { url: checkedUrl(input.url, context.webhookHosts()).href }),
      ...(input.events !== undefined && { events: JSON.stringify([...new Set(input.events)]) }),
      ...(input.enabled === true && isOff && switchedOn(context)),
    }
    if (Object.keys(set).length > 0) await changeWebhook(context, before, set)
    return { webhook: webhookOf(await stored(context, found.id), context.now) }
  },
})

/** It is theirs from then on: who made it may be gone. */
const switchedOn = (context: Context) => ({
  member_id: context.member.id,
  token_id: tokenOf(context),
  disabled_at: null,
  disabled_reason: null,
  failing_since: null,
  failure_count: 0,
})

/** What is made with a token ends with it. */
const tokenOf = ({ principal: { connection } }: Context): string | null =>
  connection !== undefined && isId(connection, 'tok') ? connection : null

export const deleteWebhook = change({
  name: 'delete_webhook',
  summary: 'Delete a webhook for good, with its log and what still waits.',
  scope: 'full',
  role: 'manager',
  toolset: 'admin',
  destructive: true,
  route: 'DELETE /webhooks/{webhook}',
  command: 'webhook delete <webhook>',
  examples: ['webhook delete whk_…'],
  input: z.strictObject({ webhook: webhookRef, version: version.optional(), confirm: confirm.optional() }),
  output: z.object({ webhook }),
  text: ({ webhook }) => `Deleted webhook ${webhook.id} to ${webhook.url}.`,
  question: ({ webhook }) => `Delete webhook ${webhook} and its deliveries for good?`,

  async run(context, input) {
    const before = await stored(context, input.webhook)
    assertVersion(before, input.version)
    await dropWebhook(context.db, before.workspace_id, before.id)
    context.emit({ type: 'webhook.deleted', subject: before.id, before: imageOf(before) })
    return { webhook: webhookOf(before, context.now) }
  },
})

export const rotateWebhook = change({
  name: 'rotate_webhook',
  summary: 'Give a webhook a new secret, shown this once. For 24 hours both secrets sign.',
  scope: 'full',
  role: 'manager',
  toolset: 'admin',
  secrets: ['secret'],
  route: 'POST /webhooks/{webhook}/rotate',
  command: 'webhook rotate <webhook>',
  examples: ['webhook rotate whk_…'],
  input: z.strictObject({ webhook: webhookRef }),
  output: z.object({ webhook, secret }),
  text: ({ secret, webhook }) => [`Webhook ${webhook.id} has a new secret.`, ...secretLines(secret)],

  async run(context, input) {
    const before = await stored(context, input.webhook)
    const after = await changeWebhook(context, before, {
      secret: newSecret(context.random(32)),
      previous_secret: before.secret,
      previous_until: context.now + rotationTime,
    })
    return { webhook: webhookOf(after, context.now), secret: after.secret }
  },
})

export const testWebhook = change({
  name: 'test_webhook',
  summary: 'Send a test to a webhook; list_deliveries tells how it went.',
  scope: 'full',
  role: 'manager',
  toolset: 'admin',
  route: 'POST /webhooks/{webhook}/test',
  command: 'webhook test <webhook>',
  examples: ['webhook test whk_…'],
  input: z.strictObject({ webhook: webhookRef }),
  output: z.object({ delivery }),
  text: ({ delivery }) => `Test ${delivery.id} is on its way to ${delivery.webhook_id}.`,

  async run(context, input) {
    const { id } = awake(await stored(context, input.webhook), context.now)
    const content = { webhook_id: id, event_id: null, event_seq: null, type: testType }
    const row = newDelivery(context, { ...content, payload: testPayload(id, context.now) })
    await insertDelivery(context.db, row)
    return { delivery: deliveryOf(row) }
  },
})

export const listDeliveries = query({
  name: 'list_deliveries',
  summary: 'What was sent to a webhook in the last 30 days, newest first, and how it went.',
  scope: 'full',
  role: 'manager',
  toolset: 'admin',
  route: 'GET /webhooks/{webhook}/deliveries',
  command: 'webhook deliveries <webhook>',
  examples: ['webhook deliveries whk_…', 'webhook deliveries whk_… --status failed'],
  input: z.strictObject({
    webhook: webhookRef,
    status: deliveryStatus.optional().describe('Only these'),
    sort: newestFirst.optional(),
    ...pageFields,
  }),
  output: z.object({ deliveries: z.array(delivery), next_cursor: nextCursor }),
  text: ({ deliveries }) =>
    deliveries.length === 0
      ? 'No deliveries.'
      : [
          {
            columns: ['Delivery', 'At', 'Event', 'Status', 'Attempts', 'Answer'],
            rows: deliveries.map(one => [
              one.id,
              one.created_at,
              one.type,
              one.status,
              String(one.attempts),
              one.last_error ?? String(one.last_status ?? ''),
            ]),
          },
        ],

  async run(context, { cursor, limit = defaultLimit, sort, status, webhook }) {
    const { id, workspace_id } = await stored(context, webhook)
    const asked = { list: 'deliveries', webhook: id, status, sort }
    const rows = await findDeliveries(context.db, workspace_id, id, {
      descending: sort !== 'created_at',
      after: positionIn(asked, cursor),
      limit: limit + 1,
      status,
    })
    const { last, page } = cut(rows, limit)
    return {
      deliveries: page.map(deliveryOf),
      next_cursor: last ? writeCursor(asked, { value: last.created_at, id: last.id }) : null,
    }
  },
})

export const retryDelivery = change({
  name: 'retry_delivery',
  summary: 'Send a delivery again now, with its id and content as before.',
  scope: 'full',
  role: 'manager',
  toolset: 'admin',
  idempotent: true,
  route: 'POST /deliveries/{delivery}/retry',
  command: 'webhook retry <delivery>',
  examples: ['webhook retry dlv_…'],
  input: z.strictObject({ delivery: z.string().max(60).describe('Delivery id') }),
  output: z.object({ delivery }),
  text: ({ delivery }) => `Delivery ${delivery.id} is on its way again.`,

  async run(context, input) {
    const { db, now, workspace } = context
    const before = await findDelivery(db, workspace.id, input.delivery)
    if (!before) throw notFound('delivery', input.delivery, 'list_deliveries')
    awake(await stored(context, before.webhook_id), now)
    const isWaiting = before.status === 'pending'
    const set = {
      status: 'pending' as const,
      // the schedule begins anew for what had come to its end
      attempts: isWaiting ? before.attempts : 0,
      next_at: now,
      delivered_at: null,
      updated_at: now,
    }
    await updateDelivery(db, workspace.id, before.id, set)
    return { delivery: deliveryOf({ ...before, ...set }) }
  },
})

async function stored(context: Context, id: string): Promise<WebhookRow> {
  const row = await findWebhook(context.db, context.workspace.id, id)
  if (!row) throw notFound('webhook', id, 'list_webhooks')
  return row
}

const notFound = (noun: string, id: string, list: string): AppError =>
  new AppError('not_found', `No ${noun} "${id.slice(0, 60)}".`, {
    hint: `${list} shows them with their ids.`,
  })

function awake(row: WebhookRow, now: number): WebhookRow {
  const { disabled_reason } = offOf(row, now)
  if (disabled_reason === undefined) return row
  throw new AppError('conflict', 'This webhook is switched off.', {
    details: { reason: disabled_reason },
    hint: 'update_webhook with enabled: true switches it on.',
  })
}

function positionIn(asked: { list: string }, cursor: string | undefined) {
  const after = readNumberCursor(asked, cursor)
  return after && { at: after.value, id: after.id }
}

const secretLines = (secret: string | undefined): string[] =>
  secret === undefined ? [] : [`Secret, shown this once: ${secret}`]
