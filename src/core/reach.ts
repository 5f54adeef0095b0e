import { AppError } from '../domain/error.ts'
import type { Context } from './context.ts'

/** Whether this project is among those that the one who calls is kept to. */
export const reaches = ({ reach }: Pick<Context, 'reach'>, project: string): boolean =>
  reach === undefined || reach.projects.has(project)

export const reachesClient = ({ reach }: Pick<Context, 'reach'>, client: string): boolean =>
  reach === undefined || reach.clients.has(client)

/** A workspace may leave to each member their own time. Viewers have none: they read what is granted to them. */
export const readsOthers = ({ member, workspace }: Pick<Context, 'member' | 'workspace'>): boolean =>
  member.role !== 'member' || workspace.members_see_team

export function assertReadsOthers(context: Context, what: string): void {
  if (readsOthers(context)) return
  throw new AppError('forbidden_role', `${what} needs the role manager: members read their own time here.`, {
    details: { required: 'manager', role: context.member.role },
    hint: 'update_settings with members_see_team: true lets members read the hours of others.',
  })
}

/** What a query of time is narrowed to; lists are JSON, so that the text of the query does not depend on them. */
export interface Sight {
  within?: string | undefined
  within_clients?: string | undefined
  member?: string | undefined
}

export const sightOf = (context: Pick<Context, 'member' | 'reach' | 'workspace'>): Sight => ({
  ...(context.reach && { within: JSON.stringify([...context.reach.projects]) }),
  ...(!readsOthers(context) && { member: context.member.id }),
})

/** Money laid out may belong to a client as a whole. */
export const expenseSightOf = (context: Pick<Context, 'member' | 'reach' | 'workspace'>): Sight => ({
  ...sightOf(context),
  ...(context.reach && { within_clients: JSON.stringify([...context.reach.whole_clients]) }),
})

/** Whoever is kept to some projects makes no others. */
export function assertMakesProjects({ member, reach }: Context): void {
  if (reach === undefined) return
  throw new AppError('forbidden_role', 'Making projects needs the role manager: you are kept to some.', {
    details: { required: 'manager', role: member.role },
    hint: 'list_projects shows those that are yours.',
  })
}
