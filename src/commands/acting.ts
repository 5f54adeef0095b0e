import type { Principal } from '../core/context.ts'
import { localPrincipal } from '../core/owner.ts'
import type { Program } from './index.ts'

/** Whom a command acts for: the owner of this machine, or the member whom its environment names. */
export const actingMember = ({ app, terminal }: Pick<Program, 'app' | 'terminal'>): Promise<Principal> =>
  localPrincipal(app, 'cli', { member: terminal.environment.STINT_MEMBER || undefined })
