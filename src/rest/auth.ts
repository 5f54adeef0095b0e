import type { App } from '../core/app.ts'
import type { Door, Principal } from '../core/context.ts'
import { tokenPrincipal } from '../core/token.ts'
import { AppError } from '../domain/error.ts'

/** Nobody is trusted for being on this machine: any page in a browser is too. */
export async function principalOf(app: App, header: string | undefined, door: Door): Promise<Principal> {
  const shown = bearerIn(header)
  if (shown === undefined)
    throw new AppError('not_authenticated', 'This needs a token.', {
      hint: 'Send Authorization: Bearer stint_…; `stint serve` keeps one in the file token of its home.',
    })
  return tokenPrincipal(app, shown, door)
}

/** Editor plugins show their key as the name of a user without a password, or that in the word's place. */
export async function editorPrincipal(app: App, header: string | undefined): Promise<Principal> {
  const [, coded] = /^basic +([\w+/=-]+)$/i.exec(header?.trim() ?? '') ?? []
  const parts = Buffer.from(coded ?? '', 'base64')
    .toString()
    .split(':')
  const shown = bearerIn(header) ?? parts.find(part => part.trim() !== '')?.trim()
  if (shown === undefined)
    throw new AppError('not_authenticated', 'This needs a key.', {
      hint: 'Set api_key to one that `stint token create editors --scope write --wakatime` made.',
    })
  return tokenPrincipal(app, shown, 'rest')
}

const bearerIn = (header: string | undefined): string | undefined =>
  /^bearer +(\S+)$/i.exec(header?.trim() ?? '')?.[1]
