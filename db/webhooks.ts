import { type ExpressionBuilder, sql } from 'kysely'
import { byNumber } from './events.ts'
import { insertOf } from './insert.ts'
import type { NewRow, Row, Schema } from './schema.ts'
import { statement } from './statement.ts'
import type { Reader, Transaction } from './store.ts'

export type DeliveryRow = Row<'deliveries'>
export type WebhookRow = Awaited<ReturnType<typeof listWebhooks>>[number]

type Joined = Schema & { w: Schema['webhooks']; m: Schema['members'] }

/** On, made by who may still have webhooks, and with a token that is still in force. */
const isAwake = (eb: ExpressionBuilder<Joined, 'w' | 'm'>, now: number) =>
  eb.and([
    eb('w.disabled_at', 'is', null),
    eb('m.archived_at', 'is', null),
    eb('m.role', 'in', ['owner', 'manager']),
    eb.or([
      eb('w.token_id', 'is', null),
      eb.exists(
        eb
          .selectFrom('tokens as t')
          .select('t.id')
          .whereRef('t.workspace_id', '=', 'w.workspace_id')
          .whereRef('t.id', '=', 'w.token_id')
          .where('t.revoked_at', 'is', null)
          .where(token => token.or([token('t.expires_at', 'is', null), token('t.expires_at', '>', now)])),
      ),
    ]),
  ])

const awake = statement<{ workspace: string; now: number }>()((db, $) =>
  db
    .selectFrom('webhooks as w')
    .innerJoin('members as m', join =>
      join.onRef('m.workspace_id', '=', 'w.workspace_id').onRef('m.id', '=', 'w.member_id'),
    )
    .select(['w.id', 'w.events'])
    .where('w.workspace_id', '=', $.workspace)
    .where(eb => isAwake(eb, $.now)),
)

/** Those that are told what happens. */
export const findAwakeWebhooks = (db: Reader, workspace: string, now: number) =>
  awake.all(db, { workspace, now })

/** What this call has just written: one transaction numbers its events one after the other. */
export const findNewestEvents = (db: Reader, workspace: string, call: string, count: number) =>
  db
    .selectFrom('events as e')
    .leftJoin('members as m', join =>
      join.onRef('m.workspace_id', '=', 'e.workspace_id').onRef('m.id', '=', 'e.member_id'),
    )
    .selectAll('e')
    .select('m.name as member_name')
    .where(byNumber(workspace, 'e'))
    .where('e.call_id', '=', call)
    .orderBy('e.seq', 'desc')
    .limit(count)
    .execute()

const selectWebhooks = (db: Reader, workspace: string) =>
  db
    .selectFrom('webhooks as w')
    .innerJoin('members as m', join =>
      join.onRef('m.workspace_id', '=', 'w.workspace_id').onRef('m.id', '=', 'w.member_id'),
    )
    .leftJoin('tokens as t', join =>
      join.onRef('t.workspace_id', '=', 'w.workspace_id').onRef('t.id', '=', 'w.token_id'),
    )
    .selectAll('w')
    .select(['m.name as member_name', 'm.role as member_role', 'm.archived_at as member_left_at'])
    .select(['t.revoked_at as token_revoked_at', 't.expires_at as token_expires_at'])
    .where('w.workspace_id', '=', workspace)

export const findWebhook = (db: Reader, workspace: string, id: string) =>
  selectWebhooks(db, workspace).where('w.id', '=', id).executeTakeFirst()

interface Page {
  descending?: boolean
  after?: { at: number; id: string } | undefined
  limit: number
}

export const listWebhooks = (db: Reader, workspace: string, { after, descending, limit }: Page) =>
  selectWebhooks(db, workspace)
    .$if(after !== undefined, query =>
      query.where(eb =>
        eb(
          eb.refTuple('w.created_at', 'w.id'),
          descending ? '<' : '>',
          eb.tuple(after?.at ?? 0, after?.id ?? ''),
        ),
      ),
    )
    .orderBy('w.created_at', descending ? 'desc' : 'asc')
    .orderBy('w.id', descending ? 'desc' : 'asc')
    .limit(limit)
    .execute()

export const insertWebhook = (db: Transaction, row: NewRow<'webhooks'>) =>
  db.insertInto('webhooks').values(row).execute()

export const updateWebhook = (
  db: Transaction,
  workspace: string,
  id: string,
  set: Partial<NewRow<'webhooks'>>,
) => db.updateTable('webhooks').set(set).where('workspace_id', '=', workspace).where('id', '=', id).execute()

export async function deleteWebhook(db: Transaction, workspace: string, id: string): Promise<void> {
  await db
    .deleteFrom('deliveries')
    .where('workspace_id', '=', workspace)
    .where('webhook_id', '=', id)
    .execute()
  await db.deleteFrom('webhooks').where('workspace_id', '=', workspace).where('id', '=', id).execute()
}

const insert = insertOf('deliveries', [
  'workspace_id',
  'id',
  'webhook_id',
  'event_id',
  'event_seq',
  'type',
  'payload',
  'status',
  'attempts',
  'next_at',
  'holder',
  'leased_until',
  'last_status',
  'last_error',
  'delivered_at',
  'created_at',
  'updated_at',
])

export const insertDelivery = (db: Transaction, row: DeliveryRow) => insert.run(db, row)

export const findDelivery = (db: Reader, workspace: string, id: string) =>
  db
    .selectFrom('deliveries')
    .selectAll()
    .where('workspace_id', '=', workspace)
    .where('id', '=', id)
    .executeTakeFirst()

/** The log of a webhook. */
export const listDeliveries = (
  db: Reader,
  workspace: string,
  webhook: string,
  { after, descending, limit, status }: Page & { status?: DeliveryRow['status'] | undefined },
) =>
  db
    .selectFrom('deliveries')
    .selectAll()
    .where('workspace_id', '=', workspace)
    .where('webhook_id', '=', webhook)
    .$if(status !== undefined, query => query.where('status', '=', status ?? 'pending'))
    .$if(after !== undefined, query =>
      query.where(eb =>
        eb(
          eb.refTuple('created_at', 'id'),
          descending ? '<' : '>',
          eb.tuple(after?.at ?? 0, after?.id ?? ''),
        ),
      ),
    )
    .orderBy('created_at', descending ? 'desc' : 'asc')
    .orderBy('id', descending ? 'desc' : 'asc')
    .limit(limit)
    .execute()

export const updateDelivery = (
  db: Transaction,
  workspace: string,
  id: string,
  set: Partial<NewRow<'deliveries'>>,
) =>
  db.updateTable('deliveries').set(set).where('workspace_id', '=', workspace).where('id', '=', id).execute()

/** Nothing more goes to a webhook that was switched off. */
export const failPending = (
  db: Transaction,
  workspace: string,
  webhook: string,
  error: string,
  now: number,
) =>
  db
    .updateTable('deliveries')
    .set({ status: 'failed', last_error: error, holder: null, leased_until: null, updated_at: now })
    .where('workspace_id', '=', workspace)
    .where('webhook_id', '=', webhook)
    .where('status', '=', 'pending')
    .execute()

/** A delivery and what is needed to send it. */
export type Due = DeliveryRow &
  Pick<Row<'webhooks'>, 'url' | 'secret' | 'previous_secret' | 'previous_until' | 'member_id'> &
  Pick<Row<'webhooks'>, 'failure_count' | 'failing_since'>

// One at a time for each webhook: what happened first comes first, and one that hangs holds up no other.
const next = statement<{ now: number }>()((db, $) =>
  db
    .selectFrom('webhooks as w')
    .innerJoin('members as m', join =>
      join.onRef('m.workspace_id', '=', 'w.workspace_id').onRef('m.id', '=', 'w.member_id'),
    )
    .innerJoin('deliveries as d', join => join.onRef('d.workspace_id', '=', 'w.workspace_id'))
    .selectAll('d')
    .select(['w.url', 'w.secret', 'w.previous_secret', 'w.previous_until', 'w.member_id'])
    .select(['w.failure_count', 'w.failing_since'])
    .where(eb => isAwake(eb, $.now))
    .where('d.id', '=', eb => firstDue(eb, $.now))
    .where(eb =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('deliveries as l')
            .select('l.id')
            .whereRef('l.workspace_id', '=', 'w.workspace_id')
            .whereRef('l.webhook_id', '=', 'w.id')
            .where('l.leased_until', '>', $.now),
        ),
      ),
    )
    .orderBy('d.next_at')
    .orderBy('d.event_seq')
    .limit(sql.lit(1)),
)

const firstDue = (eb: ExpressionBuilder<Schema & { w: Schema['webhooks'] }, 'w'>, now: number) =>
  eb
    .selectFrom('deliveries as f')
    .select('f.id')
    .whereRef('f.workspace_id', '=', 'w.workspace_id')
    .whereRef('f.webhook_id', '=', 'w.id')
    .where('f.status', '=', sql.lit('pending' as const))
    .where('f.next_at', '<=', now)
    .orderBy('f.next_at')
    .orderBy('f.event_seq')
    .limit(sql.lit(1))

/** The delivery that has waited longest, of a webhook to which nobody sends at the moment. */
export const findDue = (db: Reader, now: number): Promise<Due | undefined> => next.first(db, { now })

export const leaseDelivery = (db: Transaction, due: Due, holder: string, until: number) =>
  updateDelivery(db, due.workspace_id, due.id, { holder, leased_until: until })

/** Whether the holder had it still. */
export async function endLease(
  db: Transaction,
  due: Due,
  holder: string,
  set: Partial<NewRow<'deliveries'>>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('deliveries')
    .set({ ...set, holder: null, leased_until: null })
    .where('workspace_id', '=', due.workspace_id)
    .where('id', '=', due.id)
    .where('holder', '=', holder)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** What was sent, and what nobody could be told, is forgotten after a while. */
export const forgetDeliveries = (db: Transaction, before: number) =>
  db.deleteFrom('deliveries').where('created_at', '<', before).execute()
