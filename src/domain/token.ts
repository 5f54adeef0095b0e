import * as z from 'zod'
import { instant } from './instant.ts'
import { reference } from './reference.ts'

export const scopes = ['read', 'write', 'full'] as const

export const token = z.object({
  id: z.string(),
  name: z.string(),
  member: reference.describe('For whom it acts'),
  scope: z.enum(scopes),
  created_at: instant,
  expires_at: instant.optional(),
  last_used_at: instant.optional().describe('Within a minute'),
  revoked_at: instant.optional(),
})
export type Token = z.infer<typeof token>

export const secretBytes = 32

/** `stint_<id>_<secret>`: the id finds it, and only the secret proves it. */
export const tokenText = (id: string, secret: Uint8Array): string =>
  `stint_${id.slice('tok_'.length)}_${Array.from(secret, byte => byte.toString(16).padStart(2, '0')).join('')}`

export function readToken(text: string): { id: string; secret: string } | undefined {
  const [, id, secret] = /^stint_([0-9a-z]{20})_([0-9a-f]{64})$/.exec(text) ?? []
  return id === undefined || secret === undefined ? undefined : { id: `tok_${id}`, secret }
}
