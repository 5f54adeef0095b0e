import { findGrants, listMembers, type MemberRow } from '../../db/members.ts'
import { findOpenSessions } from '../../db/sessions.ts'
import { AppError } from '../domain/error.ts'
import { toText } from '../domain/instant.ts'
import type { Member, Role } from '../domain/member.ts'
import { foldName } from '../domain/name.ts'
import type { Reference } from '../domain/reference.ts'
import type { ChangeContext, Context } from './context.ts'
import { nowOf, sayByHand, settle } from './engine.ts'
import { isByHand } from './fold.ts'
import { resolveClient, resolveProject } from './resolve.ts'
import { isManager } from './role.ts'

export type Grants = Awaited<ReturnType<typeof findGrants>>

/** What others are kept to concerns those who manage alone: it names projects. */
export function memberOf(context: Context, row: MemberRow, grants: Grants): Member {
  const tells = isManager(context) || row.id === context.member.id
  const projects = tells ? grants.projects.get(row.id) : undefined
  const clients = tells ? grants.clients.get(row.id) : undefined
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    ...(projects && { projects }),
    ...(clients && { clients }),
    created_at: toText(row.created_at),
    ...(row.archived_at !== null && { archived_at: toText(row.archived_at) }),
  }
}

export async function shownMember(context: Context, row: MemberRow): Promise<Member> {
  return memberOf(context, row, await findGrants(context.db, context.workspace.id))
}

/** For the audit: what they are kept to belongs to it. */
export const imageOf = (row: MemberRow, grants: Grants): object => ({
  ...row,
  projects: grants.projects.get(row.id) ?? [],
  clients: grants.clients.get(row.id) ?? [],
})

export interface Kept {
  projects?: Reference[] | undefined
  clients?: Reference[] | undefined
}

/** The projects and clients that were named. */
export async function keptTo(
  context: Context,
  role: Role,
  wanted: { projects?: readonly string[] | undefined; clients?: readonly string[] | undefined },
): Promise<Kept> {
  const { clients, projects } = wanted
  if (clients && clients.length > 0 && role !== 'viewer') {
    throw new AppError('validation_error', 'clients: only viewers are given clients to read.', {
      hint: 'Others are kept to projects, or to nothing.',
    })
  }
  if (projects && projects.length > 0 && (role === 'owner' || role === 'manager')) {
    throw new AppError('validation_error', `projects: nothing is out of reach for the role ${role}.`, {
      hint: 'Leave projects out, or choose the role member or viewer.',
    })
  }
  const found: Kept = {}
  if (projects) found.projects = await each(projects, one => resolveProject(context, one))
  if (clients) found.clients = await each(clients, one => resolveClient(context, one))
  return found
}

async function each(names: readonly string[], find: (name: string) => Promise<Reference>) {
  const found = new Map<string, Reference>()
  for (const one of names) {
    const { id, name } = await find(one)
    found.set(id, { id, name })
  }
  return [...found.values()]
}

export const idsOf = (of: readonly Reference[] | undefined): string[] | undefined => of?.map(one => one.id)

export async function assertNameFree(
  context: Context,
  workspace: string,
  name: string,
  own?: string,
): Promise<void> {
  const key = foldName(name)
  const twin = (await listMembers(context.db, workspace, false)).find(one => one.name_key === key)
  if (!twin || twin.id === own) return
  throw new AppError('conflict', `There is already a member "${twin.name}".`, {
    hint: 'Choose another name.',
  })
}

/** A workspace that nobody owns could never be put right again. */
export async function assertOwnerLeft({ db, workspace }: Context, without: string): Promise<void> {
  const members = await listMembers(db, workspace.id, false)
  if (members.some(one => one.role === 'owner' && one.id !== without)) return
  throw new AppError('conflict', 'A workspace needs an owner, and this is the last one.', {
    hint: 'Make another member the owner first: update_member with role: owner.',
  })
}

/** What they started by hand would run on for ever; what hosts report falls silent by itself. */
export async function endAllOf(context: ChangeContext, { id, name, role }: MemberRow): Promise<void> {
  const theirs: ChangeContext = { ...context, member: { id, name, role }, reach: undefined }
  for (const one of await findOpenSessions(context.db, context.workspace.id, id)) {
    if (!isByHand(one)) continue
    await sayByHand(theirs, one, 'end', nowOf(theirs, one))
    await settle(theirs, one)
  }
}
