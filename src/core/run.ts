import { findLastEnded, findOpenSessions, findSession, type SessionRow } from '../../db/sessions.ts'
import { AppError } from '../domain/error.ts'
import { isId } from '../domain/id.ts'
import { toText } from '../domain/instant.ts'
import type { Candidate } from '../domain/match.ts'
import type { Context } from './context.ts'
import { Ambiguous, resolveAnyProject } from './resolve.ts'

export type Run = 'timer' | 'session'

/** What runs there, else what ended there last; thrown away or not where it is named by its id. */
export async function resolveRun(context: Context, ref: string | undefined, kind: Run): Promise<SessionRow> {
  const found = (await findOpenRun(context, ref, kind)) ?? (await findEnded(context, ref, kind))
  if (found) return found
  throw await nothingRuns(context, ref, kind)
}

/** What runs or is paused. */
export async function resolveOpenRun(
  context: Context,
  ref: string | undefined,
  kind: Run,
): Promise<SessionRow> {
  const found = await findOpenRun(context, ref, kind)
  if (found) return found
  throw await nothingRuns(context, ref, kind)
}

async function findOpenRun(context: Context, ref: string | undefined, kind: Run) {
  const { db, member, workspace } = context
  const open = (await findOpenSessions(db, workspace.id, member.id)).filter(one => one.kind === kind)
  return findRun(context, open, ref, kind)
}

/** The id of a timer or session, not a project. */
export const isRunRef = (ref: string | undefined): boolean =>
  ref !== undefined && (isId(ref, 'tmr') || isId(ref, 'ses'))

/**
 * Which of those that run is meant: by its id, by its project, or the only one. Where a name fits several
 * projects, what runs decides.
 */
export async function findRun(
  context: Context,
  running: readonly SessionRow[],
  ref: string | undefined,
  kind: Run,
): Promise<SessionRow | undefined> {
  if (ref === undefined) return only(running, kind)
  if (isRunRef(ref)) return running.find(one => one.id === ref)
  const projects = await projectsMeant(context, ref)
  return only(
    running.filter(one => projects.includes(one.project_id)),
    kind,
    ref,
  )
}

function only(running: readonly SessionRow[], kind: Run, query?: string): SessionRow | undefined {
  if (running.length <= 1) return running[0]
  const candidates: Candidate[] = running.map(one => ({
    id: one.id,
    name: one.project_name,
    client: one.client_name,
  }))
  const twins = running.filter(one => running.some(other => isTwin(one, other)))
  const names = running.map(one => {
    const name = one.client_name ? `${one.client_name} · ${one.project_name}` : one.project_name
    return twins.includes(one) ? `${name} from ${toText(one.started_at)}` : name
  })
  const which = query === undefined ? `Several ${kind}s are open` : `"${query}" fits several ${kind}s`
  const hint = `Ask which one is meant and call again with its ${twins.length > 0 ? 'id' : 'project or id'}.`
  throw new Ambiguous(`${which}: ${names.join(', ')}.`, candidates, hint)
}

/** The project does not tell them apart. */
const isTwin = (one: SessionRow, other: SessionRow): boolean =>
  one !== other && one.project_id === other.project_id

/** The project of that name; several when the name fits several. */
async function projectsMeant(context: Context, ref: string): Promise<string[]> {
  try {
    return [(await resolveAnyProject(context, ref)).id]
  } catch (error) {
    if (error instanceof Ambiguous) return error.all.map(one => one.id)
    throw error
  }
}

/** The one that a reference means although nothing of it runs any more: the newest of its project, or at all. */
export async function findEnded(
  context: Context,
  ref: string | undefined,
  kind: Run,
): Promise<SessionRow | undefined> {
  const { db, member, workspace } = context
  if (ref === undefined) return findLastEnded(db, workspace.id, member.id, kind)
  if (isRunRef(ref)) return ownEnded(context, ref, kind)
  const project = await resolveAnyProject(context, ref)
  return findLastEnded(db, workspace.id, member.id, kind, project.id)
}

async function ownEnded(
  { db, member, workspace }: Context,
  id: string,
  kind: Run,
): Promise<SessionRow | undefined> {
  const found = await findSession(db, workspace.id, id)
  return found?.member_id === member.id && found.kind === kind && found.ended_at !== null ? found : undefined
}

/** Nothing of that kind runs, or ever ran, where the reference points. */
export async function nothingRuns(context: Context, ref: string | undefined, kind: Run): Promise<AppError> {
  const project = ref === undefined || isRunRef(ref) ? undefined : await resolveAnyProject(context, ref)
  const where = project ? ` on ${project.name}` : ref === undefined ? '' : ` with the id ${ref}`
  return new AppError('not_found', `No ${kind} is running${where}.`, {
    hint: `status shows what runs; start_${kind} starts one.`,
  })
}
