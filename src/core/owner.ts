import type { Store } from '../../db/store.ts'
import { findMemberByName, findOwner, insertMember, insertWorkspace } from '../../db/workspaces.ts'
import { AppError } from '../domain/error.ts'
import { foldName } from '../domain/name.ts'
import type { App } from './app.ts'
import type { Door, Principal } from './context.ts'

/**
 * A process that opens a database file itself acts as its owner, or as the member that was named.
 * A new database gets its workspace and owner here.
 */
export async function localPrincipal(
  app: App,
  door: Door,
  options: { member?: string | undefined; connection?: string | undefined },
): Promise<Principal> {
  const store = await app.store()
  const owner = (await store.read(findOwner)) ?? (await foundWorkspace(app, store))
  const member =
    options.member === undefined ? owner.id : await namedMember(store, owner.workspace_id, options.member)
  return {
    workspace_id: owner.workspace_id,
    member_id: member,
    scope: 'full',
    door,
    ...(options.connection !== undefined && { connection: options.connection }),
  }
}

async function namedMember(store: Store, workspace: string, name: string): Promise<string> {
  const found = await store.read(db => findMemberByName(db, workspace, name, foldName(name)))
  if (found) return found.id
  throw new AppError('not_found', `No member "${name.slice(0, 64)}".`, {
    hint: 'STINT_MEMBER has to be the id or the name of a member of this database.',
  })
}

function foundWorkspace(app: App, store: Store): Promise<{ workspace_id: string; id: string }> {
  return store.change(async db => {
    // another process may have been first
    const known = await findOwner(db)
    if (known) return known
    const now = app.clock()
    const workspace_id = app.newId('wsp', now)
    const id = app.newId('mem', now)
    await insertWorkspace(db, {
      id: workspace_id,
      name: 'Workspace',
      time_zone: null,
      week_start: 'monday',
      currency: 'EUR',
      policy: '{}',
      locked_until: null,
      names_version: 0,
      version: 1,
      created_at: now,
      updated_at: now,
    })
    await insertMember(db, {
      workspace_id,
      id,
      name: app.userName(),
      name_key: foldName(app.userName()),
      role: 'owner',
      archived_at: null,
      created_at: now,
    })
    return { workspace_id, id }
  })
}
