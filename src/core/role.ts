import { AppError } from '../domain/error.ts'
import { isAtLeast, type Role } from '../domain/member.ts'
import type { Actor, Context } from './context.ts'
import type { AnyOperation } from './operation.ts'

interface Acting {
  member: Pick<Actor, 'role'>
}

/** Who only looks on changes nothing. */
export const roleOf = ({ mutates, role }: Pick<AnyOperation, 'mutates' | 'role'>): Role =>
  role ?? (mutates ? 'member' : 'viewer')

export function assertRole({ member }: Acting, least: Role, what: string): void {
  if (isAtLeast(member.role, least)) return
  throw new AppError('forbidden_role', `${what} needs the role ${least}; yours is ${member.role}.`, {
    details: { required: least, role: member.role },
    hint: 'An owner of the workspace can do it, or give you that role with update_member.',
  })
}

/** Rates, invoices, webhooks and the audit are for who answers for the business. */
export const assertManager = (context: Context, what: string): void => assertRole(context, 'manager', what)

export const isManager = ({ member }: Acting): boolean => isAtLeast(member.role, 'manager')
export const seesMoney = isManager
