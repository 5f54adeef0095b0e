import { findHostSessions, findOpenSessions, type SessionRow } from '../../db/sessions.ts'
import type { SessionBeats } from '../domain/beats.ts'
import { overlap } from '../domain/interval.ts'
import { limitsOf } from '../domain/policy.ts'
import { tally } from '../domain/session.ts'
import type { Context } from './context.ts'
import { foldOf, type HostKey, isByHand } from './fold.ts'

export interface AtWork {
  project: { id: string; name: string }
  active_seconds: number
  agent_seconds: number
  /** Nobody works: neither the person nor the agent. */
  idle: boolean
}

/** What somebody who looks at one host session in a folder sees. */
export interface Sight {
  session: HostKey | undefined
  directory: string
  /** Only what was done since counts. */
  since: number
}

/**
 * The project of a host session and its time. Where the host has told nothing of it yet, that of the folder, with what
 * is run there by hand; where no session is meant, with all that runs there.
 */
export async function atWork(
  context: Context,
  { directory, session, since }: Sight,
): Promise<AtWork | undefined> {
  const own = session ? await ownSessions(context, session) : []
  const last = own.at(-1)
  if (last) return summed(context, own, { id: last.project_id, name: last.project_name }, since)
  const project = await projectAt(context, directory)
  if (!project) return undefined
  const running = await runningOn(context, project.id)
  return summed(context, session ? running.filter(isByHand) : running, project, since)
}

async function ownSessions({ db, member, workspace }: Context, key: HostKey): Promise<SessionRow[]> {
  const found = await findHostSessions(db, workspace.id, key)
  return found.filter(one => one.member_id === member.id && one.discarded_at === null)
}

async function runningOn({ db, member, workspace }: Context, project: string): Promise<SessionRow[]> {
  return (await findOpenSessions(db, workspace.id, member.id)).filter(one => one.project_id === project)
}

async function summed(
  context: Context,
  sessions: readonly SessionRow[],
  { id, name }: AtWork['project'],
  since: number,
): Promise<AtWork> {
  const folds: SessionBeats[] = []
  for (const one of sessions)
    if (one.ended_at === null || one.ended_at > since) folds.push(await foldOf(context, one))
  const { active_seconds, agent_seconds } = tally(folds.flatMap(({ beats }) => beatsSince(beats, since)))
  return {
    project: { id, name },
    active_seconds,
    agent_seconds,
    idle: !folds.some(one => isBusy(context, one)),
  }
}

const beatsSince = (beats: SessionBeats['beats'], since: number) =>
  beats.flatMap(beat => {
    const part = overlap(beat, { start: since, end: Infinity })
    return part ? [{ ...beat, ...part }] : []
  })

/** What the agent wrote is read for a while: whether that time counts shows only with the next prompt. */
function isBusy({ now, workspace }: Context, { current, last_sign_at }: SessionBeats): boolean {
  if (!current) return false
  return (
    current.kind !== 'idle' || (!current.hand_set && now - last_sign_at <= limitsOf(workspace.policy).reading)
  )
}

async function projectAt(context: Context, directory: string): Promise<AtWork['project'] | undefined> {
  const { placeOf } = await import('./place.ts')
  const { locate } = await import('./locate.ts')
  const { declared, directory: folder, nowhere, repository } = placeOf(directory)
  const place = { directory: folder, nowhere, declared: declared?.project, ...repository }
  return (await locate(context, place)).project
}
