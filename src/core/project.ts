import { findProjectsByKey, insertProject, type ProjectRow } from '../../db/projects.ts'
import { flag } from '../../db/schema.ts'
import { touchNames } from '../../db/workspaces.ts'
import { foldName } from '../domain/name.ts'
import type { ChangeContext } from './context.ts'
import { taken } from './taken.ts'

export interface NewProject {
  name: string
  client?: { id: string; name: string; currency: string | null } | undefined
  currency?: string | undefined
  budget?: string | undefined
  color?: string | undefined
  billable?: boolean | undefined
  bill_agent_time?: boolean | undefined
  archived?: boolean | undefined
}

/** A project with a client is billable unless somebody says otherwise, one without is not. */
export async function makeProject(context: ChangeContext, wanted: NewProject): Promise<ProjectRow> {
  const { db, now, workspace } = context
  const name_key = foldName(wanted.name)
  const twin = (await findProjectsByKey(db, workspace.id, name_key)).find(
    row => row.client_id === (wanted.client?.id ?? null),
  )
  if (twin) throw taken('project', twin)
  const row = {
    workspace_id: workspace.id,
    id: context.newId('prj'),
    client_id: wanted.client?.id ?? null,
    name: wanted.name,
    name_key,
    color: wanted.color ?? null,
    billable: flag(wanted.billable ?? wanted.client !== undefined),
    bill_agent_time: flag(wanted.bill_agent_time ?? false),
    currency: wanted.currency ?? null,
    budget: wanted.budget ?? null,
    archived_at: wanted.archived ? now : null,
    version: 1,
    created_at: now,
    updated_at: now,
  }
  await insertProject(db, row)
  await touchNames(db, workspace.id)
  const made = {
    ...row,
    client_name: wanted.client?.name ?? null,
    client_currency: wanted.client?.currency ?? null,
  }
  context.emit({ type: 'project.created', subject: row.id, after: made })
  return made
}
