import { findClientNames } from '../../db/clients.ts'
import { findProjectNames } from '../../db/projects.ts'
import { findOpenSessions } from '../../db/sessions.ts'
import { localPrincipal } from '../core/owner.ts'
import type { Program } from './index.ts'

/** One name a line. It is asked for while somebody types, so it does no more than read. */
export async function complete(
  { app, terminal }: Program,
  noun: 'projects' | 'clients' | 'timers',
): Promise<undefined> {
  const principal = await localPrincipal(app, 'cli', {
    member: terminal.environment.STINT_MEMBER || undefined,
  })
  const { member_id, workspace_id } = principal
  const store = await app.store()
  const names = await store.read(async db => {
    if (noun === 'timers')
      return (await findOpenSessions(db, workspace_id, member_id)).map(one => one.project_name)
    if (noun === 'projects')
      return (await findProjectNames(db, workspace_id)).filter(one => !one.archived).map(nameOf)
    return (await findClientNames(db, workspace_id)).filter(one => one.archived_at === null).map(nameOf)
  })
  terminal.print(
    [...new Set(names)]
      .toSorted()
      .map(name => `${name}\n`)
      .join(''),
  )
  return undefined
}

const nameOf = (one: { name: string }): string => one.name
