import { findShownInvite } from '../../db/invites.ts'
import type { Row } from '../../db/schema.ts'
import type { Reader } from '../../db/store.ts'
import { findActor } from '../../db/workspaces.ts'
import { AppError } from '../domain/error.ts'
import type { App } from './app.ts'
import type { Door, Principal } from './context.ts'
import { digest } from './digest.ts'

/** An invite lets in once, for some days, and only while whoever gave it is an owner. */
export async function inviteShown(db: Reader, code: string, now: number): Promise<Row<'invites'>> {
  const invite = await findShownInvite(db, digest(code.trim().toLowerCase()))
  const inviter = invite && (await findActor(db, invite.workspace_id, invite.member_id))
  const isGood =
    invite?.used_at === null &&
    invite.revoked_at === null &&
    invite.expires_at > now &&
    inviter?.member_left_at === null &&
    inviter.member_role === 'owner'
  if (isGood) return invite
  throw new AppError('not_found', 'No invite with this code is open: it was used, taken back or too old.', {
    hint: 'Ask the owner of the workspace for a new one; invite_member makes it.',
  })
}

/** Who shows a code and no token acts, for this one call, for whoever invites them. */
export async function invitePrincipal(app: App, code: string, door: Door): Promise<Principal> {
  const store = await app.store()
  const { member_id, workspace_id } = await store.read(db => inviteShown(db, code, app.clock()))
  return { workspace_id, member_id, scope: 'full', door }
}
