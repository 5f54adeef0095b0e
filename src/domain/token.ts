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

/**
 * A secret in the one form that WakaTime's plugins take: a UUID of chance, version 4. It names no token, so the token
 * is found by the hash.
 */
export function editorKey(bytes: Uint8Array): string {
  const hex = Array.from(bytes.slice(0, 16), (byte, at) =>
    (at === 6 ? (byte & 0x0f) | 0x40 : at === 8 ? (byte & 0x3f) | 0x80 : byte).toString(16).padStart(2, '0'),
  ).join('')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
  return `waka_${parts.join('-')}`
}

const editorKeyForm = /^(?:waka_)?([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})$/

export const readEditorKey = (text: string): string | undefined => editorKeyForm.exec(text.toLowerCase())?.[1]

const keyMark = 'key '
export const isKeyHash = (hash: string): boolean => hash.startsWith(keyMark)
export const keyHash = (digested: string): string => keyMark + digested

export function readToken(text: string): { id: string; secret: string } | undefined {
  const [, id, secret] = /^stint_([0-9a-z]{20})_([0-9a-f]{64})$/.exec(text) ?? []
  return id === undefined || secret === undefined ? undefined : { id: `tok_${id}`, secret }
}
