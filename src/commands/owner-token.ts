import { readFileSync } from 'node:fs'
import { createToken, listTokens } from '../../tools/token.ts'
import type { App } from '../core/app.ts'
import { call } from '../core/call.ts'
import type { Principal } from '../core/context.ts'
import { tokenPrincipal } from '../core/token.ts'
import { writePrivate } from './private-file.ts'

/** The token of the one who serves: kept in a file that they alone can read. Answers it only when it is new. */
export async function ownerToken(app: App, owner: Principal, path: string): Promise<string | undefined> {
  if (await isInForce(app, owner, path)) return undefined
  const { secret = '' } = await call(app, owner, createToken, {
    name: freeName(await namesOfTokens(app, owner)),
    scope: 'full',
  })
  writePrivate(path, `${secret}\n`)
  return secret
}

async function namesOfTokens(app: App, owner: Principal): Promise<string[]> {
  const names: string[] = []
  let cursor: string | null | undefined
  do {
    const { next_cursor, tokens } = await call(app, owner, listTokens, {
      limit: 200,
      ...(cursor && { cursor }),
    })
    names.push(...tokens.map(one => one.name))
    cursor = next_cursor
  } while (cursor)
  return names
}

async function isInForce(app: App, owner: Principal, path: string): Promise<boolean> {
  try {
    const kept = await tokenPrincipal(app, readFileSync(path, 'utf8').trim(), 'rest')
    return kept.member_id === owner.member_id
  } catch {
    return false
  }
}

function freeName(taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'stint serve' : `stint serve ${number}`
    if (!taken.includes(name)) return name
  }
}
