import type { NewRow } from './schema.ts'
import type { Reader, Transaction } from './store.ts'

/** Of whichever workspace: whoever shows its code says nothing else. */
export const findShownInvite = (db: Reader, hash: string) =>
  db.selectFrom('invites').selectAll().where('hash', '=', hash).executeTakeFirst()

export const findInvites = (db: Reader, workspace: string, now: number) =>
  db
    .selectFrom('invites as i')
    .innerJoin('members as m', join =>
      join.onRef('m.workspace_id', '=', 'i.workspace_id').onRef('m.id', '=', 'i.member_id'),
    )
    .selectAll('i')
    .select('m.name as member_name')
    .where('i.workspace_id', '=', workspace)
    .where('i.used_at', 'is', null)
    .where('i.revoked_at', 'is', null)
    .where('i.expires_at', '>', now)
    .orderBy('i.id')
    .execute()

export type InviteRow = Awaited<ReturnType<typeof findInvites>>[number]

export const insertInvite = (db: Transaction, row: NewRow<'invites'>) =>
  db.insertInto('invites').values(row).execute()

export const updateInvite = (
  db: Transaction,
  workspace: string,
  id: string,
  set: Partial<NewRow<'invites'>>,
) => db.updateTable('invites').set(set).where('workspace_id', '=', workspace).where('id', '=', id).execute()
