import * as z from 'zod'
import { instant } from './instant.ts'
import { reference } from './reference.ts'

/** From the one who may do everything to the one who only looks on. */
export const roles = ['owner', 'manager', 'member', 'viewer'] as const
export type Role = (typeof roles)[number]

/** Whether it may do all that the other one may. */
export const isAtLeast = (role: Role, least: Role): boolean => roles.indexOf(role) <= roles.indexOf(least)

/** What a member is kept to. */
export interface Reach {
  projects: ReadonlySet<string>
  /** Whose names are seen. */
  clients: ReadonlySet<string>
  /** Those that are granted whole, with what belongs to no project of theirs. */
  whole_clients: ReadonlySet<string>
}

export const member = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(roles),
  projects: z.array(reference).optional().describe('Kept to these; absent: all'),
  clients: z.array(reference).optional().describe('Those that a viewer reads'),
  created_at: instant,
  archived_at: instant.optional(),
})
export type Member = z.infer<typeof member>

export const invite = z.object({
  id: z.string(),
  name: z.string().optional().describe('For whom it is'),
  role: z.enum(roles),
  projects: z.array(reference).optional(),
  clients: z.array(reference).optional(),
  member: reference.describe('Who invites'),
  created_at: instant,
  expires_at: instant,
})
export type Invite = z.infer<typeof invite>

export const inviteBytes = 16
export const inviteDays = 7

/** 32 hex digits. */
export const inviteCode = (chance: Uint8Array): string =>
  Array.from(chance, byte => byte.toString(16).padStart(2, '0')).join('')
