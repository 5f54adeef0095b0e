import { findProject, type ProjectRow } from '../../db/projects.ts'
import { findOpenSessions, type SessionRow, updateSession } from '../../db/sessions.ts'
import { AppError } from '../domain/error.ts'
import { dayOf } from '../domain/zone.ts'
import type { ChangeContext } from './context.ts'
import { isByHand } from './fold.ts'
import { type Frozen, freeze, rateNotes } from './rate.ts'
import { resolveProject, resolveTask } from './resolve.ts'

export interface RunChange {
  description?: string | undefined
  task?: string | undefined
  tags?: string[] | undefined
  move_to?: string | undefined
}

/** Changes a timer or session that is open; `notes` get what is not seen at once. */
export async function changeRun(
  context: ChangeContext,
  found: SessionRow,
  input: RunChange,
  notes: string[],
): Promise<SessionRow> {
  const { db, now, workspace } = context
  const moved =
    input.move_to === undefined
      ? undefined
      : await moveTo(context, found, { ...input, move_to: input.move_to }, notes)
  const project = {
    id: moved?.project_id ?? found.project_id,
    name: moved?.project_name ?? found.project_name,
  }
  const task =
    input.task === undefined || input.task === ''
      ? undefined
      : await resolveTask(context, input.task, project)
  const set = {
    ...(moved && {
      project_id: moved.project_id,
      billable: moved.billable,
      bill_agent_time: moved.bill_agent_time,
      task_id: null,
    }),
    ...(task && { task_id: task.id }),
    ...(input.task === '' && { task_id: null }),
    ...(await repriced(
      context,
      found,
      project.id,
      task?.id ?? (moved || input.task === '' ? null : found.task_id),
      notes,
    )),
    ...(input.description !== undefined && { description: input.description }),
    ...(input.tags !== undefined && { tags: JSON.stringify(input.tags) }),
  }
  if (isSame(found, set)) return found
  await updateSession(db, workspace.id, found.id, { ...set, version: found.version + 1, updated_at: now })
  const after = (await findOpenSessions(db, workspace.id, found.member_id)).find(one => one.id === found.id)
  if (!after) throw new Error('It was open a moment ago.')
  const type = found.kind === 'timer' ? 'timer.updated' : 'session.updated'
  context.emit({ type, subject: found.id, before: found, after })
  return after
}

/** Another project freezes anew what is billed. */
async function moveTo(
  context: ChangeContext,
  found: SessionRow,
  { move_to, task }: { move_to: string; task?: string | undefined },
  notes: string[],
) {
  const project = await resolveProject(context, move_to)
  if (project.id === found.project_id) return undefined
  await assertNoTwin(context, found, project)
  if (found.task_id !== null && task === undefined)
    notes.push('Its task belonged to the other project and was taken off.')
  if (project.billable !== found.billable) {
    notes.push(project.billable === 1 ? 'It is billable now.' : 'It is no longer billable.')
  }
  if (project.bill_agent_time !== found.bill_agent_time) {
    notes.push(
      project.bill_agent_time === 1 ? 'Agent time is billed now.' : 'Agent time is no longer billed.',
    )
  }
  return {
    project_id: project.id,
    project_name: project.name,
    billable: project.billable,
    bill_agent_time: project.bill_agent_time,
  }
}

/** By hand there is one timer and one session a project; hosts may have several there. */
async function assertNoTwin(
  { db, workspace }: ChangeContext,
  found: SessionRow,
  project: ProjectRow,
): Promise<void> {
  if (!isByHand(found)) return
  const { kind } = found
  const twin = (await findOpenSessions(db, workspace.id, found.member_id)).find(
    one => one.kind === kind && isByHand(one) && one.project_id === project.id,
  )
  if (!twin) return
  throw new AppError('conflict', `A ${kind} already runs on ${project.name}.`, {
    details: { [kind]: twin.id },
    hint: `${kind === 'timer' ? 'Stop' : 'End'} one of the two first; merge_entries joins their entries.`,
  })
}

/** Another project or task freezes the rate anew. */
async function repriced(
  context: ChangeContext,
  found: SessionRow,
  project_id: string,
  task: string | null,
  notes: string[],
): Promise<Partial<Frozen>> {
  if (project_id === found.project_id && task === found.task_id) return {}
  const { db, workspace } = context
  const project = await findProject(db, workspace.id, project_id)
  if (!project) throw new Error('It was found a moment ago.')
  const day = dayOf(found.started_at, workspace.zone)
  const frozen = await freeze(context, { project, task, member: found.member_id, day })
  notes.push(...rateNotes(context, found, frozen))
  return frozen
}

const isSame = (found: SessionRow, set: Partial<SessionRow>): boolean =>
  // a change names columns
  Object.entries(set).every(([column, value]) => found[column as keyof SessionRow] === value)
