import { insertOf } from './insert.ts'
import { remembered } from './remembered.ts'
import type { Row } from './schema.ts'
import { statement } from './statement.ts'
import type { Reader, Transaction } from './store.ts'

const byId = statement<{ id: string }>()((db, $) =>
  db.selectFrom('tokens').selectAll().where('id', '=', $.id),
)

/** Of whichever workspace: whoever shows it says nothing else. */
export const findShownToken = remembered((db, id: string) => byId.first(db, { id }))

const byHash = statement<{ hash: string }>()((db, $) =>
  db.selectFrom('tokens').selectAll().where('hash', '=', $.hash),
)

export const findTokenByHash = remembered((db, hash: string) => byHash.first(db, { hash }))

export const findTokens = (
  db: Reader,
  workspace: string,
  { all, member }: { member?: string | undefined; all: boolean },
) =>
  db
    .selectFrom('tokens as t')
    .innerJoin('members as m', join =>
      join.onRef('m.workspace_id', '=', 't.workspace_id').onRef('m.id', '=', 't.member_id'),
    )
    .selectAll('t')
    .select('m.name as member_name')
    .where('t.workspace_id', '=', workspace)
    .$if(member !== undefined, query => query.where('t.member_id', '=', member ?? ''))
    .$if(!all, query => query.where('t.revoked_at', 'is', null))
    .orderBy('t.id')
    .execute()

export type TokenRow = Awaited<ReturnType<typeof findTokens>>[number]

const insert = insertOf('tokens', [
  'workspace_id',
  'id',
  'member_id',
  'name',
  'name_key',
  'scope',
  'hash',
  'expires_at',
  'last_used_at',
  'revoked_at',
  'created_at',
  'updated_at',
])

export const insertToken = (db: Transaction, row: Row<'tokens'>) => insert.run(db, row)

export const updateToken = (db: Transaction, workspace: string, id: string, set: Partial<Row<'tokens'>>) =>
  db.updateTable('tokens').set(set).where('workspace_id', '=', workspace).where('id', '=', id).execute()
