import { findMember, findMemberAnywhere, findMemberships } from '../../db/members.ts'
import type { NewRow } from '../../db/schema.ts'
import type { Store, Transaction } from '../../db/store.ts'
import { findMemberByName, findOwner, insertMember, insertWorkspace } from '../../db/workspaces.ts'
import { AppError } from '../domain/error.ts'
import { isId, type Prefix } from '../domain/id.ts'
import { foldName } from '../domain/name.ts'
import type { App, Remote } from './app.ts'
import type { Door, Principal } from './context.ts'

/**
 * A process that opens a database file itself acts as its owner, in the workspace that they chose, or as the member
 * that was named. A new database gets its workspace and owner here.
 */
export async function localPrincipal(
  app: App,
  door: Door,
  options: { member?: string | undefined; connection?: string | undefined },
): Promise<Principal> {
  if (app.remote) return elsewhere(app.remote, door, options)
  const store = await app.store()
  const owner = (await store.read(findOwner)) ?? (await foundWorkspace(app, store))
  const acting = await actingMember(store, owner, app.workspace?.(), options.member)
  return {
    workspace_id: acting.workspace_id,
    member_id: acting.id,
    scope: 'full',
    door,
    ...(options.connection !== undefined && { connection: options.connection }),
  }
}

/** The server knows by the token who calls, and what they may do. */
function elsewhere(
  { url }: Remote,
  door: Door,
  { connection, member }: { connection?: string | undefined; member?: string | undefined },
): Principal {
  if (member !== undefined)
    throw new AppError(
      'validation_error',
      `STINT_MEMBER chooses nobody on ${url}: the token says who you are.`,
      {
        hint: 'Unset it, or log in with the token of that member.',
      },
    )
  return {
    workspace_id: '',
    member_id: '',
    scope: 'full',
    door,
    ...(connection !== undefined && { connection }),
  }
}

interface Membership {
  workspace_id: string
  id: string
}

/** A name is one of the workspace that was chosen; an id may be one of any. */
async function actingMember(
  store: Store,
  owner: Membership,
  chosen: string | undefined,
  name: string | undefined,
): Promise<Membership> {
  if (name !== undefined && isId(name, 'mem'))
    return (await store.read(db => findMemberAnywhere(db, name))) ?? nobodyNamed(name)
  const here = chosen === undefined ? owner : await memberIn(store, owner, chosen)
  if (name === undefined) return here
  return (
    (await store.read(db => findMemberByName(db, here.workspace_id, name, foldName(name)))) ??
    nobodyNamed(name)
  )
}

function nobodyNamed(name: string): never {
  throw new AppError('not_found', `No member "${name.slice(0, 64)}".`, {
    hint: 'STINT_MEMBER has to be the id or the name of a member of this database.',
  })
}

/** One person is another member in each of their workspaces. */
async function memberIn(store: Store, owner: Membership, chosen: string): Promise<Membership> {
  const all = await store.read(async db => {
    const row = await findMember(db, owner.workspace_id, owner.id)
    return findMemberships(db, row?.first_id ?? owner.id)
  })
  const found = all.find(one => one.id === chosen)
  if (found) return { workspace_id: found.id, id: found.member_id }
  const names = all.map(one => JSON.stringify(one.name))
  throw new AppError(
    'not_found',
    `The workspace chosen on this machine, ${chosen.slice(0, 64)}, is not there.`,
    {
      details: { workspaces: all.map(({ id, name }) => ({ id, name })) },
      hint: `Choose one with \`stint workspace use\`: ${names.join(', ')}.`,
    },
  )
}

function foundWorkspace(app: App, store: Store): Promise<Membership> {
  return store.change(async db => {
    // another process may have been first
    const known = await findOwner(db)
    if (known) return known
    const now = app.clock()
    return makeWorkspace(db, prefix => app.newId(prefix, now), {
      name: 'Workspace',
      owner: app.userName(),
      now,
    })
  })
}

interface NewWorkspace {
  name: string
  owner: string
  now: number
  currency?: string | undefined
  time_zone?: string | undefined
  /** Of an owner who is a member elsewhere. */
  first_id?: string
}

/** Together with its owner. */
export async function makeWorkspace(
  db: Transaction,
  newId: (prefix: Prefix) => string,
  { currency = 'EUR', first_id, name, now, owner, time_zone }: NewWorkspace,
): Promise<Membership> {
  const workspace: NewRow<'workspaces'> = {
    id: newId('wsp'),
    name,
    time_zone: time_zone ?? null,
    week_start: 'monday',
    currency,
    policy: '{}',
    locked_until: null,
    names_version: 0,
    version: 1,
    created_at: now,
    updated_at: now,
  }
  await insertWorkspace(db, workspace)
  const member = { workspace_id: workspace.id, id: newId('mem') }
  await insertMember(db, {
    ...member,
    name: owner,
    name_key: foldName(owner),
    role: 'owner',
    first_id: first_id ?? null,
    archived_at: null,
    created_at: now,
  })
  return member
}
