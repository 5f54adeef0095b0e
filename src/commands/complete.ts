import { findClientNames } from '../../db/clients.ts'
import { findProjectNames } from '../../db/projects.ts'
import { findOpenSessions } from '../../db/sessions.ts'
import { call } from '../core/call.ts'
import { contextOf } from '../core/context.ts'
import { reaches, reachesClient } from '../core/reach.ts'
import { actingMember } from './acting.ts'
import type { Program } from './index.ts'

/** One name a line of what is within their reach. It is asked for while somebody types, so it does no more than read. */
export async function complete(program: Program, noun: Noun): Promise<undefined> {
  const names = program.app.remote ? await namesThere(program, noun) : await namesHere(program, noun)
  program.terminal.print(
    [...new Set(names)]
      .toSorted()
      .map(name => `${name}\n`)
      .join(''),
  )
  return undefined
}

type Noun = 'projects' | 'clients' | 'timers'

async function namesHere({ app, terminal }: Program, noun: Noun): Promise<string[]> {
  const principal = await actingMember({ app, terminal })
  const { member_id, workspace_id } = principal
  const store = await app.store()
  return store.read(async db => {
    if (noun === 'timers')
      return (await findOpenSessions(db, workspace_id, member_id)).map(one => one.project_name)
    const context = await contextOf(app, principal, db)
    const found =
      noun === 'projects'
        ? (await findProjectNames(db, workspace_id)).filter(one => !one.archived && reaches(context, one.id))
        : (await findClientNames(db, workspace_id)).filter(
            one => one.archived_at === null && reachesClient(context, one.id),
          )
    return found.map(one => one.name)
  })
}

/** A page of them: nobody chooses among more. */
async function namesThere({ app, operations, terminal }: Program, noun: Noun): Promise<string[]> {
  const operation = (await operations()).find(one => one.name === `list_${noun}`)
  if (!operation) throw new Error(`There is no list_${noun}.`)
  const principal = await actingMember({ app, terminal })
  const input = 'limit' in operation.input.shape ? { limit: 200 } : {}
  // a list of things, each with its name or that of its project
  const output = (await call(app, principal, operation, input)) as Record<
    string,
    { name?: string; project?: { name: string } }[]
  >
  return (output[noun] ?? []).map(one => one.name ?? one.project?.name ?? '')
}
