import type { Reach, Role } from '../src/domain/member.ts'
import type { Reference } from '../src/domain/reference.ts'
import { remembered } from './remembered.ts'
import type { NewRow } from './schema.ts'
import type { Reader, Transaction } from './store.ts'

export const listMembers = (db: Reader, workspace: string, archived: boolean) =>
  db
    .selectFrom('members')
    .selectAll()
    .where('workspace_id', '=', workspace)
    .where('archived_at', archived ? 'is not' : 'is', null)
    .orderBy('name_key')
    .orderBy('id')
    .execute()

export type MemberRow = Awaited<ReturnType<typeof listMembers>>[number]

export const findMember = (db: Reader, workspace: string, id: string) =>
  db
    .selectFrom('members')
    .selectAll()
    .where('workspace_id', '=', workspace)
    .where('id', '=', id)
    .executeTakeFirst()

export const updateMember = (
  db: Transaction,
  workspace: string,
  id: string,
  set: Partial<NewRow<'members'>>,
) => db.updateTable('members').set(set).where('workspace_id', '=', workspace).where('id', '=', id).execute()

/** Whoever opens the database names a member by id alone, in whichever workspace. */
export const findMemberAnywhere = (db: Reader, id: string) =>
  db
    .selectFrom('members')
    .select(['workspace_id', 'id'])
    .where('id', '=', id)
    .where('archived_at', 'is', null)
    .executeTakeFirst()

/** The workspaces that a person is a member of, by the first of their members. */
export const findMemberships = (db: Reader, first: string) =>
  db
    .selectFrom('members as m')
    .innerJoin('workspaces as w', 'w.id', 'm.workspace_id')
    .select([
      'w.id',
      'w.name',
      'w.time_zone',
      'w.currency',
      'w.version',
      'w.created_at',
      'm.id as member_id',
      'm.name as member_name',
      'm.role as member_role',
    ])
    .where(eb => eb.or([eb('m.id', '=', first), eb('m.first_id', '=', first)]))
    .where('m.archived_at', 'is', null)
    .orderBy('w.id')
    .orderBy('m.id')
    .execute()

export type MembershipRow = Awaited<ReturnType<typeof findMemberships>>[number]

const grantedProjects = (db: Reader, workspace: string) =>
  db
    .selectFrom('member_projects as g')
    .innerJoin('projects as p', join =>
      join.onRef('p.workspace_id', '=', 'g.workspace_id').onRef('p.id', '=', 'g.project_id'),
    )
    .select(['g.member_id', 'p.id', 'p.name', 'p.client_id'])
    .where('g.workspace_id', '=', workspace)
    .orderBy('p.name_key')
    .orderBy('p.id')

const grantedClients = (db: Reader, workspace: string) =>
  db
    .selectFrom('member_clients as g')
    .innerJoin('clients as c', join =>
      join.onRef('c.workspace_id', '=', 'g.workspace_id').onRef('c.id', '=', 'g.client_id'),
    )
    .select(['g.member_id', 'c.id', 'c.name'])
    .where('g.workspace_id', '=', workspace)
    .orderBy('c.name_key')

/** What each member is kept to. */
export async function findGrants(db: Reader, workspace: string) {
  return {
    projects: byMember(await grantedProjects(db, workspace).execute()),
    clients: byMember(await grantedClients(db, workspace).execute()),
  }
}

function byMember(rows: readonly (Reference & { member_id: string })[]): Map<string, Reference[]> {
  const all = new Map<string, Reference[]>()
  for (const { id, member_id, name } of rows)
    all.set(member_id, [...(all.get(member_id) ?? []), { id, name }])
  return all
}

export async function replaceGrants(
  db: Transaction,
  of: { workspace_id: string; member_id: string },
  granted: { projects?: readonly string[] | undefined; clients?: readonly string[] | undefined },
): Promise<void> {
  const { clients, projects } = granted
  if (projects) {
    await db
      .deleteFrom('member_projects')
      .where('workspace_id', '=', of.workspace_id)
      .where('member_id', '=', of.member_id)
      .execute()
    for (const project_id of projects) await grantProject(db, { ...of, project_id })
  }
  if (!clients) return
  await db
    .deleteFrom('member_clients')
    .where('workspace_id', '=', of.workspace_id)
    .where('member_id', '=', of.member_id)
    .execute()
  for (const client_id of clients)
    await db
      .insertInto('member_clients')
      .values({ ...of, client_id })
      .execute()
}

export const grantProject = (db: Transaction, row: NewRow<'member_projects'>) =>
  db.insertInto('member_projects').values(row).execute()

/** What a member is kept to; undefined: nothing is out of reach. */
export const findReach = (
  db: Reader,
  workspace: string,
  member: { id: string; role: Role },
): Promise<Reach | undefined> =>
  member.role === 'viewer'
    ? reachOfViewer(db, workspace, member.id)
    : member.role === 'member'
      ? reachOfMember(db, workspace, member.id)
      : Promise.resolve(undefined)

const reachOfMember = remembered(async (db, workspace: string, member: string) => {
  const projects = await grantedProjects(db, workspace).where('g.member_id', '=', member).execute()
  if (projects.length === 0) return undefined
  const clients = projects.flatMap(one => (one.client_id === null ? [] : [one.client_id]))
  return {
    projects: new Set(projects.map(one => one.id)),
    clients: new Set(clients),
    whole_clients: new Set<string>(),
  }
})

/** Of their clients all projects, or only those that they are kept to. */
const reachOfViewer = remembered(async (db, workspace: string, member: string) => {
  const clients = await grantedClients(db, workspace).where('g.member_id', '=', member).execute()
  const projects = await db
    .selectFrom('projects')
    .select('id')
    .where('workspace_id', '=', workspace)
    .where('client_id', 'in', eb =>
      eb
        .selectFrom('member_clients')
        .select('member_clients.client_id')
        .where('member_clients.workspace_id', '=', workspace)
        .where('member_clients.member_id', '=', member),
    )
    .execute()
  const only = (await reachOfMember(db, workspace, member))?.projects
  const ids = new Set(clients.map(one => one.id))
  return {
    projects: new Set(projects.map(one => one.id).filter(id => !only || only.has(id))),
    clients: ids,
    whole_clients: only ? new Set<string>() : ids,
  }
})
