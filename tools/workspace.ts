import * as z from 'zod'
import { updateInvite } from '../db/invites.ts'
import { findMember, findMemberships, listMembers, type MembershipRow, replaceGrants } from '../db/members.ts'
import { findProject, findProjectNames } from '../db/projects.ts'
import type { Row } from '../db/schema.ts'
import { findAllRunning } from '../db/sessions.ts'
import { insertToken } from '../db/tokens.ts'
import { findActor, findWorkspace, insertMember, updateWorkspace as saveWorkspace } from '../db/workspaces.ts'
import { type ChangeContext, type Context, type Fact, writeEvents } from '../src/core/context.ts'
import { nextCursor, oldestFirst, pageFields, version } from '../src/core/fields.ts'
import { inviteShown } from '../src/core/invite.ts'
import { measuredWhole, stretchOf } from '../src/core/measured.ts'
import { assertNameFree, shownMember } from '../src/core/member.ts'
import { change, query } from '../src/core/operation.ts'
import { makeWorkspace } from '../src/core/owner.ts'
import { pageOf } from '../src/core/page.ts'
import { assertReadsOthers, reaches, sightOf } from '../src/core/reach.ts'
import { calendarOf } from '../src/core/time.ts'
import { assertVersion } from '../src/core/version.ts'
import { actorOf, workspaceOf } from '../src/core/workspace.ts'
import { currency } from '../src/domain/currency.ts'
import { hours } from '../src/domain/duration.ts'
import { AppError } from '../src/domain/error.ts'
import { isId } from '../src/domain/id.ts'
import { instant, toText } from '../src/domain/instant.ts'
import { name } from '../src/domain/label.ts'
import { member, roles } from '../src/domain/member.ts'
import { foldName } from '../src/domain/name.ts'
import { periodShape, periodText, resolvePeriod } from '../src/domain/period.ts'
import { fullName, type Reference, reference } from '../src/domain/reference.ts'
import { checkedZone } from '../src/domain/zone.ts'
import { newToken, shownOnce, imageOf as tokenImageOf } from './token.ts'

export const workspaceRef = name().describe('Name or id; default this one')

const workspace = z.object({
  id: z.string(),
  name: z.string(),
  member: reference.describe('Who you are there'),
  role: z.enum(roles),
  time_zone: z.string(),
  currency: z.string(),
  current: z.boolean().describe('The one these calls act in'),
  version: z.int(),
  created_at: instant,
})
type Workspace = z.infer<typeof workspace>
const secret = z.string().optional().describe('A token for it; shown once')

export const listWorkspaces = query({
  name: 'list_workspaces',
  summary: 'The workspaces that you are a member of.',
  scope: 'read',
  toolset: 'admin',
  route: 'GET /workspaces',
  command: 'workspace list',
  examples: ['workspace list'],
  input: z.strictObject({ sort: oldestFirst.optional(), ...pageFields }),
  output: z.object({ workspaces: z.array(workspace), next_cursor: nextCursor }),
  text: ({ workspaces }) => [
    {
      columns: ['Workspace', 'You', 'Role', '', 'Member id'],
      rows: workspaces.map(one => [
        one.name,
        one.member.name,
        one.role,
        one.current ? 'this one' : '',
        one.member.id,
      ]),
    },
    ...(workspaces.length > 1
      ? ['`stint workspace use NAME` acts in another on this machine, STINT_MEMBER with a member id once.']
      : []),
  ],

  async run(context, { cursor, limit, sort }) {
    const { next_cursor, page } = pageOf(
      await findMemberships(context.db, (await personOf(context)).first),
      { list: 'workspaces', sort },
      { cursor, limit },
      {
        value: row => toText(row.created_at),
        id: row => `${row.id} ${row.member_id}`,
        descending: sort === '-created_at',
      },
    )
    return { workspaces: page.map(row => shapeOf(context, row)), next_cursor }
  },
})

export const getWorkspace = query({
  name: 'get_workspace',
  summary: 'One workspace, and who you are there.',
  scope: 'read',
  route: 'GET /workspaces/{workspace}',
  command: 'workspace show [workspace]',
  examples: ['workspace show'],
  input: z.strictObject({ workspace: workspaceRef.optional() }),
  output: z.object({ workspace }),
  text: ({ workspace }) =>
    `${workspace.name} (${workspace.id}): ${workspace.member.name}, ${workspace.role}.`,
  run: async (context, input) => ({ workspace: shapeOf(context, await resolved(context, input.workspace)) }),
})

export const createWorkspace = change({
  name: 'create_workspace',
  summary: 'Make another workspace, with nothing of this one in it. You are its owner.',
  scope: 'full',
  role: 'owner',
  toolset: 'admin',
  secrets: ['secret'],
  route: 'POST /workspaces',
  command: 'workspace create <name>',
  examples: ['workspace create "Side business" --currency USD'],
  input: z.strictObject({
    name: name().describe('What it is called'),
    currency: currency.optional().describe('ISO 4217; default EUR'),
    time_zone: z.string().max(60).optional().describe("IANA zone; default the machine's"),
  }),
  output: z.object({ workspace, secret }),
  text: ({ secret, workspace }) => [
    ...shownOnce(`Made workspace ${workspace.name}.`, secret),
    ...(secret === undefined
      ? [`\`stint workspace use ${JSON.stringify(workspace.name)}\` acts in it.`]
      : []),
  ],

  async run(context, input) {
    const { db, member, now } = context
    const person = await personOf(context)
    await assertNameless(context, input.name, person.first)
    const made = await makeWorkspace(db, prefix => context.newId(prefix), {
      name: input.name,
      owner: member.name,
      now,
      currency: input.currency,
      time_zone: input.time_zone && checkedZone(input.time_zone),
      first_id: person.first,
    })
    const there = await contextThere(context, made)
    const row = await findWorkspace(db, made.workspace_id)
    const facts: Fact[] = [
      { type: 'workspace.created', subject: made.workspace_id, ...(row && { after: row }) },
    ]
    // a program that came with a token needs one to get in there
    const isToken = isId(context.principal.connection ?? '', 'tok')
    const secret = isToken ? await tokenThere(there, made, facts) : undefined
    await writeEvents(there, 'create_workspace', facts)
    return {
      workspace: shapeOf(context, await resolved(context, made.workspace_id)),
      ...(secret !== undefined && { secret }),
    }
  },
})

export const updateWorkspace = change({
  name: 'update_workspace',
  summary: 'Give this workspace another name; update_settings changes how it counts.',
  scope: 'write',
  role: 'owner',
  toolset: 'admin',
  idempotent: true,
  route: 'PATCH /workspaces/{workspace}',
  command: 'workspace rename <name>',
  examples: ['workspace rename "Ada Byron Software"'],
  input: z.strictObject({
    workspace: workspaceRef.optional(),
    name: name().describe('New name'),
    version: version.optional(),
  }),
  output: z.object({ workspace }),
  text: ({ workspace }) => `This workspace is called ${workspace.name}.`,

  async run(context, input) {
    const { db, now } = context
    await assertThisWorkspace(context, input.workspace)
    await assertNameless(context, input.name, (await personOf(context)).first)
    const before = await findWorkspace(db, context.workspace.id)
    if (!before) throw new Error('A call has a workspace.')
    assertVersion(before, input.version)
    const set = { name: input.name, version: before.version + 1, updated_at: now }
    await saveWorkspace(db, before.id, set)
    context.emit({ type: 'workspace.updated', subject: before.id, before, after: { ...before, ...set } })
    return { workspace: shapeOf(context, await resolved(context, before.id)) }
  },
})

const running = z.object({
  id: z.string(),
  kind: z.enum(['timer', 'session']),
  member: reference,
  project: reference,
  client: reference.optional(),
  started_at: instant,
})

export const getWorkspaceSummary = query({
  name: 'get_workspace_summary',
  summary: 'Who is here, how many projects, hours this week, and what runs now.',
  scope: 'read',
  role: 'member',
  toolset: 'admin',
  route: 'GET /workspaces/{workspace}/summary',
  command: 'workspace summary',
  examples: ['workspace summary'],
  input: z.strictObject({ workspace: workspaceRef.optional() }),
  output: z.object({
    workspace: reference,
    members: z.int(),
    projects: z.int(),
    week: z.object({
      period: periodShape,
      seconds: z.int(),
      active_seconds: z.int(),
      agent_seconds: z.int(),
      billable_seconds: z.int(),
    }),
    running: z.array(running),
  }),
  text: ({ members, projects, running, week, workspace }) => [
    `${workspace.name}: ${members} members, ${projects} projects, ${hours(week.seconds)} this week.`,
    running.length === 0
      ? 'Nothing is running.'
      : {
          columns: ['Member', 'Project', 'Kind', 'Since'],
          rows: running.map(one => [
            one.member.name,
            fullName({ ...one.project, client: one.client }),
            one.kind,
            one.started_at,
          ]),
        },
  ],

  async run(context, input) {
    await assertThisWorkspace(context, input.workspace)
    assertReadsOthers(context, 'Reading the summary of a workspace')
    const { db, workspace } = context
    const period = resolvePeriod({ period: 'this_week' }, calendarOf(context), 'this_week')
    const { active_seconds, agent_seconds, billable_seconds } = await measuredWhole(
      context,
      stretchOf(period),
      {},
    )
    const projects = (await findProjectNames(db, workspace.id)).filter(
      one => !one.archived && reaches(context, one.id),
    )
    return {
      workspace: { id: workspace.id, name: workspace.name },
      members: (await listMembers(db, workspace.id, false)).length,
      projects: projects.length,
      week: {
        period: periodText(period),
        seconds: active_seconds + agent_seconds,
        active_seconds,
        agent_seconds,
        billable_seconds,
      },
      running: (await findAllRunning(db, workspace.id, sightOf(context).within)).map(row => ({
        id: row.id,
        kind: row.kind,
        member: { id: row.member_id, name: row.member_name },
        project: { id: row.project_id, name: row.project_name },
        ...(row.client_id !== null &&
          row.client_name !== null && { client: { id: row.client_id, name: row.client_name } }),
        started_at: toText(row.started_at),
      })),
    }
  },
})

export const joinWorkspace = change({
  name: 'join_workspace',
  summary: 'Join a workspace with the code of an invite. The token that lets you in is shown only this once.',
  scope: 'full',
  role: 'viewer',
  toolset: 'admin',
  secrets: ['secret'],
  route: 'POST /workspaces/join',
  command: 'join <code> [name]',
  examples: ['join 4F7K-Q2MX Grace'],
  input: z.strictObject({
    code: z.string().min(1).max(100).describe('From whoever invites you'),
    name: name(100).optional().describe('Your name; default as invited'),
  }),
  output: z.object({ workspace: reference, member, secret }),
  text: ({ member, secret, workspace }) =>
    shownOnce(`${member.name} joined ${workspace.name} as ${member.role}.`, secret),

  async run(context, input) {
    const { db, now } = context
    const invite = await inviteShown(db, input.code, now)
    const name = input.name ?? invite.name
    if (name === null) throw new AppError('validation_error', 'name: say how you are called.')
    await assertNameFree(context, invite.workspace_id, name)
    const row = await joined(context, invite, name)
    const there = await contextThere(context, row)
    const facts: Fact[] = [{ type: 'member.joined', subject: row.id, after: row }]
    const secret = await tokenThere(there, row, facts)
    await writeEvents(there, 'join_workspace', facts)
    const { id, name: called } = there.workspace
    return { workspace: { id, name: called }, member: await shownMember(there, row), secret }
  },
})

async function joined(context: ChangeContext, invite: Row<'invites'>, name: string): Promise<Row<'members'>> {
  const { db, now } = context
  const { role, workspace_id } = invite
  const row = {
    workspace_id,
    id: context.newId('mem'),
    name,
    name_key: foldName(name),
    role,
    first_id: await firstElsewhere(context, workspace_id),
    archived_at: null,
    created_at: now,
  }
  await insertMember(db, row)
  // written by us as references
  const [projects, clients] = [invite.projects, invite.clients].map(json => JSON.parse(json) as Reference[])
  for (const { id, name } of projects ?? []) {
    if (await findProject(db, workspace_id, id)) continue
    // without it they would be kept to nothing
    throw new AppError('conflict', `The project ${name} of this invite is gone.`, {
      hint: 'Ask the owner of the workspace for a new invite.',
    })
  }
  await replaceGrants(
    db,
    { workspace_id, member_id: row.id },
    { projects: projects?.map(one => one.id), clients: clients?.map(one => one.id) },
  )
  await updateInvite(db, workspace_id, invite.id, { used_at: now })
  return row
}

/** Whoever comes with a token of another workspace is the same person here. */
async function firstElsewhere(context: Context, workspace: string): Promise<string | null> {
  if (workspace === context.workspace.id) return null
  const { first } = await personOf(context)
  const rows = await findMemberships(context.db, first)
  if (!rows.some(one => one.id === workspace)) return first
  throw new AppError('conflict', 'You are a member of that workspace already.', {
    hint: 'list_workspaces shows who you are there.',
  })
}

/** What a new member does first, they do there. */
async function contextThere(
  context: ChangeContext,
  { id, workspace_id }: { workspace_id: string; id: string },
): Promise<ChangeContext> {
  const row = await findActor(context.db, workspace_id, id)
  if (!row) throw new Error('They joined a moment ago.')
  return {
    ...context,
    workspace: workspaceOf(row, () => context.workspace.machine_zone),
    member: actorOf(row),
    reach: undefined,
    principal: { ...context.principal, workspace_id, member_id: id },
  }
}

async function tokenThere(
  there: ChangeContext,
  { id, workspace_id }: { workspace_id: string; id: string },
  facts: Fact[],
): Promise<string> {
  const wanted = { workspace_id, member_id: id, name: 'first', scope: 'full' as const, expires_at: null }
  const { row, secret } = newToken(there, wanted)
  await insertToken(there.db, row)
  facts.push({ type: 'token.created', subject: row.id, after: tokenImageOf(row) })
  return secret
}

/** The first of the members that the one who calls is, in all workspaces. */
async function personOf({ db, member, workspace }: Context): Promise<{ first: string }> {
  const row = await findMember(db, workspace.id, member.id)
  return { first: row?.first_id ?? member.id }
}

async function resolved(context: Context, query: string | undefined): Promise<MembershipRow> {
  const rows = await findMemberships(context.db, (await personOf(context)).first)
  const wanted = query ?? context.workspace.id
  const found =
    rows.find(one => one.id === wanted) ?? rows.find(one => foldName(one.name) === foldName(wanted))
  if (found) return found
  throw new AppError('not_found', `No workspace "${wanted.slice(0, 64)}".`, {
    hint: 'list_workspaces shows yours.',
  })
}

/** A call acts in one workspace; another one is out of its reach. */
export async function assertThisWorkspace(context: Context, query: string | undefined): Promise<void> {
  if (query === undefined) return
  const found = await resolved(context, query)
  if (found.id === context.workspace.id) return
  throw new AppError('not_found', `These calls act in ${context.workspace.name}, not in ${found.name}.`, {
    hint: `Use a token of ${found.name}; on its machine \`stint workspace use ${JSON.stringify(found.name)}\`, or STINT_MEMBER=${found.member_id} for once.`,
  })
}

/** Two of the same name could not be told apart. */
async function assertNameless(context: Context, name: string, first: string): Promise<void> {
  const twin = (await findMemberships(context.db, first)).find(one => foldName(one.name) === foldName(name))
  if (!twin || twin.id === context.workspace.id) return
  throw new AppError('conflict', `There is already a workspace "${twin.name}".`, {
    hint: 'Choose another name.',
  })
}

const shapeOf = ({ workspace }: Context, row: MembershipRow): Workspace => ({
  id: row.id,
  name: row.name,
  member: { id: row.member_id, name: row.member_name },
  role: row.member_role,
  time_zone: row.time_zone ?? workspace.machine_zone,
  currency: row.currency,
  current: row.id === workspace.id,
  version: row.version,
  created_at: toText(row.created_at),
})
