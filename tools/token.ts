import * as z from 'zod'
import type { Row } from '../db/schema.ts'
import { findTokens, insertToken, type TokenRow, updateToken } from '../db/tokens.ts'
import type { ChangeContext, Context } from '../src/core/context.ts'
import { digest } from '../src/core/digest.ts'
import { confirm, memberRef, nextCursor, oldestFirst, pageFields } from '../src/core/fields.ts'
import { change, query } from '../src/core/operation.ts'
import { pageOf } from '../src/core/page.ts'
import { ambiguous, resolveMember } from '../src/core/resolve.ts'
import { AppError } from '../src/domain/error.ts'
import { toText } from '../src/domain/instant.ts'
import { name } from '../src/domain/label.ts'
import { roles } from '../src/domain/member.ts'
import { foldName } from '../src/domain/name.ts'
import { reference } from '../src/domain/reference.ts'
import {
  editorKey,
  isKeyHash,
  keyHash,
  readEditorKey,
  readToken,
  scopes,
  secretBytes,
  type Token,
  token,
  tokenText,
} from '../src/domain/token.ts'
import { addDays, isDay, parseInstant, startOfDay } from '../src/domain/zone.ts'

const tokenRef = name().describe('Name or id')

export const getMe = query({
  name: 'get_me',
  summary: 'For whom these calls act, in which workspace, and what they may do.',
  scope: 'read',
  route: 'GET /me',
  command: 'me',
  examples: ['me'],
  input: z.strictObject({}),
  output: z.object({
    member: reference.extend({ role: z.enum(roles) }),
    workspace: reference.extend({ time_zone: z.string(), currency: z.string() }),
    scope: z.enum(scopes),
    token: reference.optional(),
  }),
  text: ({ member, scope, workspace }) =>
    `${member.name} (${member.role}) in ${workspace.name}, scope ${scope}.`,

  async run(context) {
    const { member, principal, workspace } = context
    const shown = await findOwn(context, principal.connection)
    return {
      member: { id: member.id, name: member.name, role: member.role },
      workspace: {
        id: workspace.id,
        name: workspace.name,
        time_zone: workspace.zone,
        currency: workspace.currency,
      },
      scope: principal.scope,
      ...(shown && { token: { id: shown.id, name: shown.name } }),
    }
  },
})

export const listTokens = query({
  name: 'list_tokens',
  summary: 'Tokens that let programs in; of a secret only its hash is kept.',
  scope: 'full',
  toolset: 'admin',
  route: 'GET /tokens',
  command: 'token list',
  examples: ['token list', 'token list --revoked'],
  input: z.strictObject({
    member: memberRef.optional(),
    revoked: z.boolean().optional().describe('Those that were revoked too'),
    sort: oldestFirst.optional(),
    ...pageFields,
  }),
  output: z.object({ tokens: z.array(token), next_cursor: nextCursor }),
  text: ({ next_cursor, tokens }) =>
    tokens.length === 0
      ? 'No tokens.'
      : [
          {
            columns: ['Token', 'Member', 'Scope', 'Last use', 'Expires', 'Id'],
            rows: tokens.map(one => [
              one.revoked_at === undefined ? one.name : `${one.name} (revoked)`,
              one.member.name,
              one.scope,
              one.last_used_at ?? 'never',
              one.expires_at ?? 'never',
              one.id,
            ]),
          },
          ...(next_cursor ? ['There are more.'] : []),
        ],

  async run(context, { cursor, limit, ...question }) {
    const { member, revoked = false, sort } = question
    const whose = member === undefined ? undefined : (await resolveMember(context, member)).id
    if (whose !== undefined) assertMayHold(context, whose)
    const rows = (await visible(context, revoked)).filter(
      row => whose === undefined || row.member_id === whose,
    )
    const asked = { list: 'tokens', ...question }
    const { next_cursor, page } = pageOf(
      rows,
      asked,
      { cursor, limit },
      {
        value: row => toText(row.created_at),
        id: row => row.id,
        descending: sort === '-created_at',
      },
    )
    return { tokens: page.map(tokenOf), next_cursor }
  },
})

export const createToken = change({
  name: 'create_token',
  summary: 'Make a token for a program. Its secret is shown only this once.',
  scope: 'full',
  toolset: 'admin',
  route: 'POST /tokens',
  command: 'token create <name>',
  examples: ['token create dashboard --scope read', 'token create ci --scope write --expires-at 2027-01-31'],
  secrets: ['secret'],
  input: z.strictObject({
    name: name(100).describe('What it is for'),
    scope: z.enum(scopes).optional().describe('Default read'),
    expires_at: z.string().max(40).optional().describe('Last day or instant; default never'),
    member: memberRef.optional().describe('For whom it acts; default you'),
    wakatime: z.boolean().optional().describe("A key for WakaTime's editor plugins"),
  }),
  output: z.object({
    token,
    secret: z.string().optional().describe('To be sent as Authorization: Bearer; shown once'),
  }),
  text: ({ secret, token }) => shownOnce(`Made token ${token.name}, scope ${token.scope}.`, secret),

  async run(context, { expires_at, member, name, scope = 'read', wakatime }) {
    const { db, workspace } = context
    const holder = member === undefined ? context.member : await resolveMember(context, member)
    assertMayHold(context, holder.id)
    const { row, secret } = newToken(context, {
      workspace_id: workspace.id,
      member_id: holder.id,
      name,
      scope,
      expires_at: expires_at ? expiry(context, expires_at) : null,
      wakatime,
    })
    await assertFree(context, row)
    await insertToken(db, row)
    context.emit({ type: 'token.created', subject: row.id, after: imageOf(row) })
    return { token: tokenOf({ ...row, member_name: holder.name }), secret }
  },
})

export const rotateToken = change({
  name: 'rotate_token',
  summary: 'Give a token a new secret; the old one stops at once.',
  scope: 'full',
  toolset: 'admin',
  route: 'POST /tokens/{token}/rotate',
  command: 'token rotate <token>',
  examples: ['token rotate ci'],
  secrets: ['secret'],
  input: z.strictObject({ token: tokenRef }),
  output: z.object({
    token,
    secret: z.string().optional().describe('To be sent as Authorization: Bearer; shown once'),
  }),
  text: ({ secret, token }) => shownOnce(`Token ${token.name} has a new secret.`, secret),

  async run(context, { token }) {
    const { db, now, workspace } = context
    const before = await resolveToken(context, token)
    const { hash, secret } = newSecret(context, before.id, isKeyHash(before.hash))
    await updateToken(db, workspace.id, before.id, { hash, updated_at: now })
    const after = { ...before, updated_at: now }
    context.emit({
      type: 'token.rotated',
      subject: before.id,
      before: imageOf(before),
      after: imageOf(after),
    })
    return { token: tokenOf(after), secret }
  },
})

export const revokeToken = change({
  name: 'revoke_token',
  summary: 'Shut a token out at once and for good.',
  scope: 'full',
  toolset: 'admin',
  destructive: true,
  route: 'DELETE /tokens/{token}',
  command: 'token revoke <token>',
  examples: ['token revoke ci'],
  input: z.strictObject({ token: tokenRef, confirm: confirm.optional() }),
  output: z.object({ token }),
  text: ({ token }) => `Token ${token.name} lets nobody in any more.`,
  question: ({ token }) => `Shut out what uses the token ${JSON.stringify(token)}?`,

  async run(context, { token }) {
    const { db, now, workspace } = context
    const before = await resolveToken(context, token)
    const set = { revoked_at: now, updated_at: now }
    await updateToken(db, workspace.id, before.id, set)
    const after = { ...before, ...set }
    context.emit({
      type: 'token.revoked',
      subject: before.id,
      before: imageOf(before),
      after: imageOf(after),
    })
    return { token: tokenOf(after) }
  },
})

export const shownOnce = (said: string, secret: string | undefined): string[] =>
  secret === undefined
    ? [said]
    : [said, '', secret, '', 'This is shown only once: put it where it is needed now.']

/** Its owner alone sees to the tokens of others. */
const visible = ({ db, member, workspace }: Context, all: boolean): Promise<TokenRow[]> =>
  findTokens(db, workspace.id, { all, member: member.role === 'owner' ? undefined : member.id })

function assertMayHold({ member }: Context, holder: string): void {
  if (holder === member.id || member.role === 'owner') return
  throw new AppError('forbidden_role', `The tokens of others need the role owner; yours is ${member.role}.`, {
    details: { required: 'owner', role: member.role },
    hint: 'Leave member out for tokens of your own.',
  })
}

async function resolveToken(context: Context, query: string): Promise<TokenRow> {
  const tokens = await visible(context, false)
  const byId = tokens.find(one => one.id === query)
  if (byId) return byId
  const [found, ...others] = tokens.filter(one => one.name_key === foldName(query))
  if (found && others.length > 0) throw ambiguous(query, [found, ...others])
  if (found) return found
  throw new AppError('not_found', `No token "${query.slice(0, 64)}" is in force.`, {
    hint: 'list_tokens shows all.',
  })
}

async function findOwn(context: Context, id: string | undefined): Promise<TokenRow | undefined> {
  if (id === undefined) return undefined
  return (await visible(context, false)).find(one => one.id === id)
}

async function assertFree({ db }: ChangeContext, row: Row<'tokens'>): Promise<void> {
  const own = await findTokens(db, row.workspace_id, { member: row.member_id, all: false })
  const twin = own.find(one => one.name_key === row.name_key)
  if (!twin) return
  throw new AppError('conflict', `There is already a token "${twin.name}".`, {
    details: { token: { id: twin.id, name: twin.name } },
    hint: 'Choose another name, or give that one a new secret with rotate_token.',
  })
}

interface TokenWanted
  extends Pick<Row<'tokens'>, 'workspace_id' | 'member_id' | 'name' | 'scope' | 'expires_at'> {
  wakatime?: boolean | undefined
}

/** With the secret that is shown this once. */
export function newToken(
  context: ChangeContext,
  { wakatime = false, ...wanted }: TokenWanted,
): { row: Row<'tokens'>; secret: string } {
  const id = context.newId('tok')
  const { hash, secret } = newSecret(context, id, wakatime)
  const row: Row<'tokens'> = {
    ...wanted,
    id,
    name_key: foldName(wanted.name),
    hash,
    last_used_at: null,
    revoked_at: null,
    created_at: context.now,
    updated_at: context.now,
  }
  return { row, secret }
}

function newSecret(context: ChangeContext, id: string, isKey: boolean): { secret: string; hash: string } {
  if (isKey) {
    const secret = editorKey(context.random(secretBytes))
    return { secret, hash: keyHash(digest(readEditorKey(secret) ?? '')) }
  }
  const secret = tokenText(id, context.random(secretBytes))
  return { secret, hash: digest(readToken(secret)?.secret ?? '') }
}

/** A day is the last one on which it lets in. */
function expiry({ now, workspace }: Context, text: string): number {
  const at = isDay(text)
    ? startOfDay(addDays(text, 1), workspace.zone)
    : parseInstant(text, { now, zone: workspace.zone }).at
  if (at > now) return at
  throw new AppError('validation_error', 'expires_at: lies in the past.', {
    hint: 'Name a later day, or leave it out for a token that does not expire.',
  })
}

/** Not even the hash goes into the record of what changed. */
export const imageOf = (row: Row<'tokens'>): object => ({ ...row, hash: null })

const tokenOf = (row: Row<'tokens'> & { member_name: string }): Token => ({
  id: row.id,
  name: row.name,
  member: { id: row.member_id, name: row.member_name },
  scope: row.scope,
  created_at: toText(row.created_at),
  ...(row.expires_at !== null && { expires_at: toText(row.expires_at) }),
  ...(row.last_used_at !== null && { last_used_at: toText(row.last_used_at) }),
  ...(row.revoked_at !== null && { revoked_at: toText(row.revoked_at) }),
})
