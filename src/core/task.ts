import type { ProjectRow } from '../../db/projects.ts'
import { findTaskByKey, insertTask, type TaskRow } from '../../db/tasks.ts'
import { foldName } from '../domain/name.ts'
import type { Reference } from '../domain/reference.ts'
import type { ChangeContext, Context } from './context.ts'
import { currencyOf, type Priced, type RateOwner, setRates } from './rate.ts'
import { taken } from './taken.ts'

export interface NewTask {
  name: string
  estimated_hours?: number | null | undefined
  assignee?: Reference | undefined
  hourly_rate?: string | undefined
}

export async function makeTask(
  context: ChangeContext,
  project: ProjectRow,
  { assignee, estimated_hours, hourly_rate, name }: NewTask,
): Promise<TaskRow> {
  const { db, now, workspace } = context
  const name_key = foldName(name)
  await assertTaskFree(context, project.id, name_key)
  const row = {
    workspace_id: workspace.id,
    id: context.newId('tsk'),
    project_id: project.id,
    name,
    name_key,
    estimated_seconds: secondsOf(estimated_hours),
    assignee_id: assignee?.id ?? null,
    completed_at: null,
    archived_at: null,
    version: 1,
    created_at: now,
    updated_at: now,
  }
  await insertTask(db, row)
  const made = { ...row, project_name: project.name, assignee_name: assignee?.name ?? null }
  await setRates(context, taskRateOwner(context, row, project), { hourly_rate })
  context.emit({ type: 'task.created', subject: row.id, after: made })
  return made
}

export const secondsOf = (hours: number | null | undefined): number | null =>
  hours == null ? null : Math.round(hours * 3600)

export const taskRateOwner = (
  { workspace }: Context,
  { id }: Pick<TaskRow, 'id'>,
  project: Priced,
): RateOwner => ({ level: 'task', id, currency: currencyOf(project, workspace) })

export async function assertTaskFree(
  { db, workspace }: ChangeContext,
  project: string,
  key: string,
  own?: string,
): Promise<void> {
  const twin = await findTaskByKey(db, workspace.id, project, key)
  if (twin && twin.id !== own) throw taken('task', twin)
}
