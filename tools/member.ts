import * as z from 'zod'
import { findInvites, type InviteRow, insertInvite, updateInvite } from '../db/invites.ts'
import {
  findGrants,
  listMembers as findMembers,
  type MemberRow,
  replaceGrants,
  updateMember as saveMember,
} from '../db/members.ts'
import type { NewRow } from '../db/schema.ts'
import { touchNames } from '../db/workspaces.ts'
import type { ChangeContext, Context } from '../src/core/context.ts'
import { digest } from '../src/core/digest.ts'
import { confirm, memberRef, nameSort, nextCursor, oldestFirst, pageFields } from '../src/core/fields.ts'
import {
  assertNameFree,
  assertOwnerLeft,
  endAllOf,
  idsOf,
  imageOf,
  keptTo,
  memberOf,
  shownMember,
} from '../src/core/member.ts'
import { change, query } from '../src/core/operation.ts'
import { pageOf } from '../src/core/page.ts'
import { resolveMember } from '../src/core/resolve.ts'
import { AppError } from '../src/domain/error.ts'
import { dayMs, toText } from '../src/domain/instant.ts'
import { name } from '../src/domain/label.ts'
import {
  type Invite,
  invite,
  inviteBytes,
  inviteCode,
  inviteDays,
  type Member,
  member,
  roles,
} from '../src/domain/member.ts'
import { foldName } from '../src/domain/name.ts'
import type { Reference } from '../src/domain/reference.ts'
import { assertThisWorkspace, workspaceRef } from './workspace.ts'

const role = z.enum(roles)
const projects = z.array(name()).max(500).describe('Kept to these; none: all')
const clients = z.array(name()).max(500).describe('What a viewer reads')

export const listMembers = query({
  name: 'list_members',
  summary: 'Members with their roles, and what they are kept to.',
  scope: 'full',
  role: 'member',
  toolset: 'admin',
  route: 'GET /members',
  command: 'member list',
  examples: ['member list', 'member list --archived'],
  input: z.strictObject({
    archived: z.boolean().optional().describe('Those who left instead'),
    sort: nameSort.optional(),
    ...pageFields,
  }),
  output: z.object({ members: z.array(member), next_cursor: nextCursor }),
  text: ({ members, next_cursor }) =>
    members.length === 0
      ? 'No members.'
      : [
          {
            columns: ['Member', 'Role', 'Kept to', 'Id'],
            rows: members.map(one => [one.name, one.role, keptText(one), one.id]),
          },
          ...(next_cursor ? ['There are more.'] : []),
        ],

  async run(context, { cursor, limit, ...question }) {
    const { db, workspace } = context
    const grants = await findGrants(db, workspace.id)
    const rows = await findMembers(db, workspace.id, question.archived ?? false)
    const asked = { list: 'members', ...question }
    const { next_cursor, page } = pageOf(
      rows,
      asked,
      { cursor, limit },
      { value: row => row.name_key, id: row => row.id, descending: question.sort === '-name' },
    )
    return { members: page.map(row => memberOf(context, row, grants)), next_cursor }
  },
})

const keptText = ({ clients = [], projects = [] }: Pick<Member, 'clients' | 'projects'>): string =>
  [...clients, ...projects].map(one => one.name).join(', ')

export const updateMember = change({
  name: 'update_member',
  summary: 'Change the role of a member, their name, or what they are kept to. An empty list frees them.',
  scope: 'full',
  role: 'owner',
  toolset: 'admin',
  idempotent: true,
  route: 'PATCH /members/{member}',
  command: 'member update <member>',
  examples: ['member update grace --role manager', 'member update grace --projects website --projects app'],
  input: z.strictObject({
    member: memberRef,
    name: name(100).optional().describe('New name'),
    role: role.optional().describe('New role'),
    projects: projects.optional(),
    clients: clients.optional(),
    archived: z.boolean().optional().describe('true: as remove_member; false: takes them back'),
  }),
  output: z.object({ member }),
  text: ({ member }) => `${member.name} is ${member.role}${member.archived_at ? ' and left' : ''}.`,

  async run(context, input) {
    const before = await resolveAny(context, input.member, input.archived === false)
    const role = input.role ?? before.role
    if (input.archived) await assertMayLeave(context, before)
    if (before.role === 'owner' && role !== 'owner') await assertOwnerLeft(context, before.id)
    const isBack = input.archived === false && before.archived_at !== null
    if (input.name !== undefined || isBack)
      await assertNameFree(context, context.workspace.id, input.name ?? before.name, before.id)
    const kept = await keptTo(context, role, input)
    const after = await changed(context, before, kept, {
      role,
      ...(input.name !== undefined && { name: input.name, name_key: foldName(input.name) }),
      ...(input.archived !== undefined && {
        archived_at: input.archived ? (before.archived_at ?? context.now) : null,
      }),
    })
    return { member: await shownMember(context, after) }
  },
})

export const removeMember = change({
  name: 'remove_member',
  summary: 'Let a member go: their tokens and webhooks stop at once, their time stays.',
  scope: 'full',
  role: 'owner',
  toolset: 'admin',
  destructive: true,
  idempotent: true,
  route: 'DELETE /members/{member}',
  command: 'member remove <member>',
  examples: ['member remove grace'],
  input: z.strictObject({ member: memberRef, confirm: confirm.optional() }),
  output: z.object({ member }),
  text: ({ member }) => `${member.name} left; update_member with archived: false takes them back.`,
  question: ({ member }) => `Shut out ${JSON.stringify(member)} with their tokens and webhooks?`,

  async run(context, input) {
    const before = await resolveAny(context, input.member, false)
    await assertMayLeave(context, before)
    const after = await changed(context, before, {}, { archived_at: context.now })
    return { member: await shownMember(context, after) }
  },
})

async function assertMayLeave(context: Context, row: MemberRow): Promise<void> {
  if (row.role === 'owner') await assertOwnerLeft(context, row.id)
}

/** Whoever left is found by their id or whole name alone. */
async function resolveAny(context: Context, query: string, isBack: boolean): Promise<MemberRow> {
  const { db, workspace } = context
  const gone = isBack ? await findMembers(db, workspace.id, true) : []
  const back = gone.findLast(one => one.id === query || one.name_key === foldName(query))
  if (back) return back
  const { id } = await resolveMember(context, query)
  const row = (await findMembers(db, workspace.id, false)).find(one => one.id === id)
  if (!row) throw new Error('It was found a moment ago.')
  return row
}

type Change = Partial<Pick<NewRow<'members'>, 'name' | 'name_key' | 'role' | 'archived_at'>>

async function changed(
  context: ChangeContext,
  before: MemberRow,
  kept: { projects?: Reference[] | undefined; clients?: Reference[] | undefined },
  set: Change,
): Promise<MemberRow> {
  const { db, workspace } = context
  const leaves = before.archived_at === null && typeof set.archived_at === 'number'
  const earlier = imageOf(before, await findGrants(db, workspace.id))
  if (leaves) await endAllOf(context, before)
  await saveMember(db, workspace.id, before.id, set)
  await replaceGrants(
    db,
    { workspace_id: workspace.id, member_id: before.id },
    { projects: idsOf(kept.projects), clients: idsOf(kept.clients) },
  )
  // which names they may type is known by the same number
  await touchNames(db, workspace.id)
  const after = { ...before, ...set }
  context.emit({
    type: leaves ? 'member.removed' : 'member.updated',
    subject: before.id,
    before: earlier,
    after: imageOf(after, await findGrants(db, workspace.id)),
  })
  return after
}

export const inviteMember = change({
  name: 'invite_member',
  summary: `Make a code with which somebody joins, within ${inviteDays} days. It is shown only this once.`,
  scope: 'full',
  role: 'owner',
  toolset: 'admin',
  secrets: ['code'],
  route: 'POST /workspaces/{workspace}/invites',
  command: 'member invite [name]',
  examples: ['member invite Grace', 'member invite Bob --role viewer --clients acme'],
  input: z.strictObject({
    workspace: workspaceRef.optional(),
    name: name(100).optional().describe('For whom'),
    role: role.optional().describe('Default member'),
    projects: projects.optional(),
    clients: clients.optional(),
  }),
  output: z.object({
    invite,
    code: z.string().optional().describe('For join_workspace; shown once'),
  }),
  text: ({ code, invite }) => [
    `An invite for ${invite.name ?? 'somebody'} as ${invite.role}, good until ${invite.expires_at}.`,
    ...(code === undefined ? [] : ['', code, '', 'This is shown only once: give it to them now.']),
  ],

  async run(context, { clients, name, projects, role = 'member', workspace: ref }) {
    const { db, member, now, workspace } = context
    await assertThisWorkspace(context, ref)
    const kept = await keptTo(context, role, { clients, projects })
    const code = inviteCode(context.random(inviteBytes))
    const row = {
      workspace_id: workspace.id,
      id: context.newId('ivt'),
      member_id: member.id,
      name: name ?? null,
      role,
      projects: JSON.stringify(kept.projects ?? []),
      clients: JSON.stringify(kept.clients ?? []),
      hash: digest(code),
      expires_at: now + inviteDays * dayMs,
      used_at: null,
      revoked_at: null,
      created_at: now,
    }
    await insertInvite(db, row)
    context.emit({ type: 'invite.created', subject: row.id, after: { ...row, hash: null } })
    return { invite: inviteOf({ ...row, member_name: member.name }), code }
  },
})

export const listInvites = query({
  name: 'list_invites',
  summary: 'Invites that still let somebody in.',
  scope: 'full',
  role: 'owner',
  toolset: 'admin',
  route: 'GET /workspaces/{workspace}/invites',
  command: 'member invites',
  examples: ['member invites'],
  input: z.strictObject({
    workspace: workspaceRef.optional(),
    sort: oldestFirst.optional(),
    ...pageFields,
  }),
  output: z.object({ invites: z.array(invite), next_cursor: nextCursor }),
  text: ({ invites }) =>
    invites.length === 0
      ? 'No invites.'
      : [
          {
            columns: ['For', 'Role', 'Kept to', 'Good until', 'Id'],
            rows: invites.map(one => [one.name ?? '', one.role, keptText(one), one.expires_at, one.id]),
          },
        ],

  async run(context, { cursor, limit, sort, workspace: ref }) {
    const { db, now, workspace } = context
    await assertThisWorkspace(context, ref)
    const { next_cursor, page } = pageOf(
      await findInvites(db, workspace.id, now),
      { list: 'invites', sort },
      { cursor, limit },
      { value: row => toText(row.created_at), id: row => row.id, descending: sort === '-created_at' },
    )
    return { invites: page.map(inviteOf), next_cursor }
  },
})

export const revokeInvite = change({
  name: 'revoke_invite',
  summary: 'Take an invite back before it is used.',
  scope: 'full',
  role: 'owner',
  toolset: 'admin',
  route: 'DELETE /workspaces/{workspace}/invites/{invite}',
  command: 'member uninvite <invite>',
  examples: ['member uninvite Grace'],
  input: z.strictObject({
    workspace: workspaceRef.optional(),
    invite: name(100).describe('Id, or for whom'),
  }),
  output: z.object({ invite }),
  text: ({ invite }) => `The invite for ${invite.name ?? 'somebody'} lets nobody in any more.`,

  async run(context, { invite, workspace: ref }) {
    const { db, now, workspace } = context
    await assertThisWorkspace(context, ref)
    const before = await resolveInvite(context, invite)
    await updateInvite(db, workspace.id, before.id, { revoked_at: now })
    const [was, is] = [before, { ...before, revoked_at: now }].map(row => ({ ...row, hash: null }))
    context.emit({
      type: 'invite.revoked',
      subject: before.id,
      ...(was && { before: was }),
      ...(is && { after: is }),
    })
    return { invite: inviteOf(before) }
  },
})

async function resolveInvite({ db, now, workspace }: Context, query: string): Promise<InviteRow> {
  const open = await findInvites(db, workspace.id, now)
  const key = foldName(query)
  const found =
    open.find(one => one.id === query) ?? open.find(one => one.name !== null && foldName(one.name) === key)
  if (found) return found
  throw new AppError('not_found', `No invite "${query.slice(0, 64)}" is open.`, {
    hint: 'list_invites shows all.',
  })
}

function inviteOf(row: InviteRow): Invite {
  // written by us from the same shape
  const [projects, clients] = [row.projects, row.clients].map(json => JSON.parse(json) as Reference[])
  return {
    id: row.id,
    ...(row.name !== null && { name: row.name }),
    role: row.role,
    ...(projects && projects.length > 0 && { projects }),
    ...(clients && clients.length > 0 && { clients }),
    member: { id: row.member_id, name: row.member_name },
    created_at: toText(row.created_at),
    expires_at: toText(row.expires_at),
  }
}
