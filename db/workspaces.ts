import { remembered } from './remembered.ts'
import type { NewRow } from './schema.ts'
import { statement } from './statement.ts'
import type { Reader, Transaction } from './store.ts'

const byMember = statement<{ workspace: string; member: string }>()((db, $) =>
  db
    .selectFrom('workspaces as w')
    .innerJoin('members as m', 'm.workspace_id', 'w.id')
    .selectAll('w')
    .select([
      'm.id as member_id',
      'm.name as member_name',
      'm.role as member_role',
      'm.archived_at as member_left_at',
    ])
    .where('w.id', '=', $.workspace)
    .where('m.id', '=', $.member),
)

/** The workspace together with the member who calls. */
export const findActor = remembered((db, workspace: string, member: string) =>
  byMember.first(db, { workspace, member }),
)

export const findWorkspace = (db: Reader, id: string) =>
  db.selectFrom('workspaces').selectAll().where('id', '=', id).executeTakeFirst()

/** The owner of the oldest workspace: who a process is that opens a database file itself. */
export const findOwner = (db: Reader) =>
  db
    .selectFrom('members')
    .select(['workspace_id', 'id'])
    .where('role', '=', 'owner')
    .where('archived_at', 'is', null)
    .orderBy('workspace_id')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()

export const findMemberByName = (db: Reader, workspace: string, id: string, key: string) =>
  db
    .selectFrom('members')
    .select(['workspace_id', 'id'])
    .where('workspace_id', '=', workspace)
    .where('archived_at', 'is', null)
    .where(eb => eb.or([eb('id', '=', id), eb('name_key', '=', key)]))
    .executeTakeFirst()

export const findMembers = (db: Reader, workspace: string) =>
  db
    .selectFrom('members')
    .selectAll()
    .where('workspace_id', '=', workspace)
    .where('archived_at', 'is', null)
    .orderBy('name_key')
    .execute()

/** Also those who left: their time stays. */
export const findAllMembers = (db: Reader, workspace: string) =>
  db.selectFrom('members').select(['id', 'name']).where('workspace_id', '=', workspace).execute()

export const insertWorkspace = (db: Transaction, row: NewRow<'workspaces'>) =>
  db.insertInto('workspaces').values(row).execute()

export const insertMember = (db: Transaction, row: NewRow<'members'>) =>
  db.insertInto('members').values(row).execute()

export const updateWorkspace = (db: Transaction, id: string, set: Partial<NewRow<'workspaces'>>) =>
  db.updateTable('workspaces').set(set).where('id', '=', id).execute()

const namesChanged = statement<{ workspace: string }>()((db, $) =>
  db
    .updateTable('workspaces')
    .set(eb => ({ names_version: eb('names_version', '+', 1) }))
    .where('id', '=', $.workspace),
)

/** Call it with every change of what people may type for a name. */
export const touchNames = (db: Transaction, workspace: string) => namesChanged.run(db, { workspace })

/** One for each workspace: whom a process stands for that does what is due in all of them. */
export async function findOwners(db: Reader) {
  const owners = await db
    .selectFrom('members')
    .select(['workspace_id', 'id'])
    .where('role', '=', 'owner')
    .where('archived_at', 'is', null)
    .orderBy('workspace_id')
    .orderBy('id')
    .execute()
  return owners.filter((one, at) => one.workspace_id !== owners[at - 1]?.workspace_id)
}
