import type { Row } from '../../db/schema.ts'
import type { Reader } from '../../db/store.ts'
import { findShownToken, findTokenByHash, updateToken } from '../../db/tokens.ts'
import { AppError } from '../domain/error.ts'
import { keyHash, readEditorKey, readToken } from '../domain/token.ts'
import type { App } from './app.ts'
import type { Door, Principal } from './context.ts'
import { digest } from './digest.ts'

const useTold = 60_000

/** Who shows this token; whether its member is still there, `call` looks. */
export async function tokenPrincipal(app: App, shown: string, door: Door): Promise<Principal> {
  const store = await app.store()
  const row = await store.read(db => findShown(db, shown))
  if (!row) throw unknown()
  const now = app.clock()
  if (row.revoked_at !== null) throw refused('This token was revoked.')
  if (row.expires_at !== null && row.expires_at <= now) throw refused('This token has expired.')
  if (now - (row.last_used_at ?? 0) >= useTold) await tellUse(app, row, now)
  return {
    workspace_id: row.workspace_id,
    member_id: row.member_id,
    scope: row.scope,
    door,
    connection: row.id,
  }
}

async function findShown(db: Reader, shown: string): Promise<Row<'tokens'> | undefined> {
  const key = readEditorKey(shown)
  if (key !== undefined) return findTokenByHash(db, keyHash(digest(key)))
  const read = readToken(shown)
  const row = read && (await findShownToken(db, read.id))
  return row && isSame(row.hash, digest(read.secret)) ? row : undefined
}

/** A disk that is full must not keep anybody from reading. */
async function tellUse(app: App, { id, workspace_id }: Row<'tokens'>, now: number): Promise<void> {
  try {
    const store = await app.store()
    await store.change(async db => {
      await updateToken(db, workspace_id, id, { last_used_at: now })
    })
  } catch (error) {
    app.log('The use of a token could not be noted', error)
  }
}

/** Takes as long wherever they differ. */
const isSame = (one: string, other: string): boolean =>
  one.length === other.length &&
  process.getBuiltinModule('node:crypto').timingSafeEqual(Buffer.from(one), Buffer.from(other))

const unknown = (): AppError => refused('This token is not known.')

const refused = (message: string): AppError =>
  new AppError('not_authenticated', message, {
    hint: 'Show a token that is in force; `stint token create` makes one.',
  })
