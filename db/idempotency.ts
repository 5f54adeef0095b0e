import { insertOf } from './insert.ts'
import type { Row } from './schema.ts'
import { statement } from './statement.ts'
import type { Reader, Transaction } from './store.ts'

const byKey = statement<{ workspace: string; member: string; key: string; since: number }>()((db, $) =>
  db
    .selectFrom('idempotency_keys')
    .select(['operation', 'fingerprint', 'output'])
    .where('workspace_id', '=', $.workspace)
    .where('member_id', '=', $.member)
    .where('key', '=', $.key)
    .where('created_at', '>', $.since),
)

export const findAnswer = (db: Reader, workspace: string, member: string, key: string, since: number) =>
  byKey.first(db, { workspace, member, key, since })

const insert = insertOf('idempotency_keys', [
  'workspace_id',
  'member_id',
  'key',
  'operation',
  'fingerprint',
  'output',
  'created_at',
])

const expire = statement<{ until: number }>()((db, $) =>
  db.deleteFrom('idempotency_keys').where('created_at', '<=', $.until),
)

/** Keeps an answer, and lets go of those whose time is over. */
export async function keepAnswer(
  db: Transaction,
  row: Row<'idempotency_keys'>,
  since: number,
): Promise<void> {
  await expire.run(db, { until: since })
  await insert.run(db, row)
}
