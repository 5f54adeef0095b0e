import { sql } from 'kysely'
import type { Transaction } from './store.ts'

export interface Lease {
  name: string
  holder: string
  until: number
}

/** False while somebody else holds it. */
export async function takeLease(db: Transaction, lease: Lease, now: number): Promise<boolean> {
  const [result] = await db
    .insertInto('leases')
    .values(lease)
    .onConflict(conflict =>
      conflict
        .column('name')
        .doUpdateSet({ holder: lease.holder, until: lease.until })
        .where(eb => eb.or([eb('leases.until', '<=', now), eb(sql.ref('leases.holder'), '=', lease.holder)])),
    )
    .execute()
  return (result?.numInsertedOrUpdatedRows ?? 0n) > 0n
}
