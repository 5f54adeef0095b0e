import type { App } from '../core/app.ts'
import type { Door, Principal } from '../core/context.ts'
import { tokenPrincipal } from '../core/token.ts'
import { AppError } from '../domain/error.ts'

/** Nobody is trusted for being on this machine: any page in a browser is too. */
export async function principalOf(app: App, header: string | undefined, door: Door): Promise<Principal> {
  const [, shown] = /^bearer +(\S+)$/i.exec(header?.trim() ?? '') ?? []
  if (shown === undefined)
    throw new AppError('not_authenticated', 'This needs a token.', {
      hint: 'Send Authorization: Bearer stint_…; `stint serve` keeps one in the file token of its home.',
    })
  return tokenPrincipal(app, shown, door)
}
