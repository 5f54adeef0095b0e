import { findClient, findClientByKey, findClientNames } from '../../db/clients.ts'
import { findProject, findProjectNames, findProjectsByKey, insertProject, type ProjectRow } from '../../db/projects.ts'
import { findTask, listTasks, type TaskRow } from '../../db/tasks.ts'
import { findMembers, touchNames } from '../../db/workspaces.ts'
import { AppError } from '../domain/error.ts'
import { isId } from '../domain/id.ts'
import { type Candidate, match, type MatchIndex, matchIndex } from '../domain/match.ts'
import { name as nameField } from '../domain/label.ts'
import { foldName } from '../domain/name.ts'
import type { ChangeContext, Context } from './context.ts'

interface Noun {
  word: 'project' | 'client' | 'task' | 'member'
  /** Lists all of them. */
  list: string
}

export async function resolveProject(context: Context, query: string): Promise<ProjectRow> {
  const found = await seekProject(context, query)
  if ('row' in found) return found.row
  throw notFound({ word: 'project', list: 'list_projects' }, query, found.nearest, 'or pass auto_create: true')
}

/** Also one that was archived, by its id or whole name. */
export async function resolveAnyProject(context: Context, query: string): Promise<ProjectRow> {
  const found = await seekProject(context, query)
  if ('row' in found) return found.row
  const archived = await findProjectsByKey(context.db, context.workspace.id, foldName(query))
  if (archived[0] && archived.length === 1) return archived[0]
  if (archived.length > 1) throw ambiguous({ word: 'project' }, query, archived.map(asCandidate))
  throw notFound({ word: 'project', list: 'list_projects' }, query, found.nearest)
}

/** Where nobody is there to ask, only an id, a whole name or an alias counts. */
export async function findExactly(context: Context, query: string): Promise<ProjectRow | undefined> {
  const found = match(query, await projectIndex(context), { exact_only: true })
  return 'found' in found ? findProject(context.db, context.workspace.id, found.found.id) : undefined
}

const asCandidate = ({ client_name, id, name }: ProjectRow): Candidate => ({ id, name, client: client_name })

export interface ProjectChoice {
  auto_create?: boolean | undefined
  fallback_project?: string | undefined
}

/** The project that was named; else a new one of that name, if wanted; else the fallback. */
export async function resolveOrMakeProject(
  context: ChangeContext,
  query: string,
  choice: ProjectChoice,
): Promise<{ project: ProjectRow; created: boolean }> {
  const found = await seekProject(context, query)
  if ('row' in found) return { project: found.row, created: false }
  if (choice.auto_create) {
    const project = await makeProject(context, { name: checkedName(query) })
    return { project, created: true }
  }
  if (choice.fallback_project !== undefined) {
    return { project: await resolveProject(context, choice.fallback_project), created: false }
  }
  throw notFound({ word: 'project', list: 'list_projects' }, query, found.nearest, 'or pass auto_create: true')
}

async function seekProject(
  context: Context,
  query: string,
): Promise<{ row: ProjectRow } | { nearest: readonly Candidate[] }> {
  const { db, workspace } = context
  if (isId(query, 'prj')) {
    const row = await findProject(db, workspace.id, query)
    if (row) return { row }
    return { nearest: [] }
  }
  const key = foldName(query.slice(0, 64))
  // A single word can be no client's name with a project's behind it, so an exact name needs no index.
  if (key !== '' && !key.includes(' ')) {
    const exact = (await findProjectsByKey(db, workspace.id, key)).filter(row => row.archived_at === null)
    if (exact[0] && exact.length === 1) return { row: exact[0] }
  }
  const found = match(query, await projectIndex(context))
  if ('ambiguous' in found) throw ambiguous({ word: 'project' }, query, found.ambiguous)
  if ('nothing' in found) return { nearest: found.nothing }
  const row = await findProject(db, workspace.id, found.found.id)
  return row ? { row } : { nearest: [] }
}

/** Kept while no name changes: building it costs more than thousands of questions to it. */
const indexes = new WeakMap<object, Map<string, { version: number; index: MatchIndex }>>()

async function projectIndex({ db, workspace }: Context): Promise<MatchIndex> {
  const known = indexes.get(db.sqlite) ?? new Map<string, { version: number; index: MatchIndex }>()
  indexes.set(db.sqlite, known)
  const kept = known.get(workspace.id)
  if (kept && kept.version === workspace.names_version) return kept.index
  const names = await findProjectNames(db, workspace.id)
  const index = matchIndex(names.filter(name => !name.archived))
  known.set(workspace.id, { version: workspace.names_version, index })
  return index
}

export interface NewProject {
  name: string
  client?: { id: string; name: string } | undefined
  color?: string | undefined
  billable?: boolean | undefined
  bill_agent_time?: boolean | undefined
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
    archived_at: null,
    version: 1,
    created_at: now,
    updated_at: now,
  }
  await insertProject(db, row)
  await touchNames(db, workspace.id)
  const made = { ...row, client_name: wanted.client?.name ?? null }
  context.emit({ type: 'project.created', subject: row.id, after: made })
  return made
}

export const flag = (value: boolean): 0 | 1 => (value ? 1 : 0)

/** Names are unique after folding; an archived one still holds its name. */
export function taken(
  word: 'project' | 'client' | 'task',
  twin: { id: string; name: string; archived_at: number | null },
): AppError {
  const archived = twin.archived_at !== null
  return new AppError('conflict', `There is already ${archived ? 'an archived' : 'a'} ${word} "${twin.name}".`, {
    details: { [word]: { id: twin.id, name: twin.name } },
    hint: archived ? `Take it back with archived: false, or choose another name.` : 'Choose another name.',
  })
}

export async function resolveClient(context: Context, query: string) {
  const { db, workspace } = context
  const noun: Noun = { word: 'client', list: 'list_clients' }
  if (isId(query, 'cli')) {
    const row = await findClient(db, workspace.id, query)
    if (row) return row
    throw notFound(noun, query, [])
  }
  const exact = await findClientByKey(db, workspace.id, foldName(query))
  if (exact) return exact
  const names = await findClientNames(db, workspace.id)
  const found = oneOf(noun, query, names.filter(name => name.archived_at === null))
  const row = await findClient(db, workspace.id, found.id)
  if (row) return row
  throw notFound(noun, query, [])
}

/** A task by its id, or by its name within a project. */
export async function resolveTask(context: Context, query: string, project?: { id: string; name: string }): Promise<TaskRow> {
  const { db, workspace } = context
  const noun: Noun = { word: 'task', list: 'list_tasks' }
  if (isId(query, 'tsk')) {
    const row = await findTask(db, workspace.id, query)
    if (!row) throw notFound(noun, query, [])
    if (project && row.project_id !== project.id) {
      throw new AppError('validation_error', `The task "${row.name}" belongs to ${row.project_name}, not to ${project.name}.`, {
        hint: 'Name a task of that project; list_tasks shows them.',
      })
    }
    return row
  }
  const tasks = await listTasks(db, workspace.id, { status: 'all', project: project?.id })
  const found = oneOf(
    noun,
    query,
    tasks.map(row => ({ id: row.id, name: row.name, client: project ? undefined : row.project_name })),
  )
  const row = tasks.find(one => one.id === found.id)
  if (row) return row
  throw notFound(noun, query, [])
}

export async function resolveMember(context: Context, query: string) {
  const members = await findMembers(context.db, context.workspace.id)
  if (foldName(query) === 'me') return context.member
  return oneOf({ word: 'member', list: 'get_settings' }, query, members)
}

function oneOf(noun: Noun, query: string, candidates: readonly Candidate[]): Candidate {
  const found = match(query, matchIndex(candidates))
  if ('found' in found) return found.found
  if ('ambiguous' in found) throw ambiguous(noun, query, found.ambiguous)
  throw notFound(noun, query, found.nothing)
}

const mostShown = 10

export function ambiguous(noun: { word: string }, query: string, several: readonly Candidate[]): AppError {
  const candidates = several.slice(0, mostShown).map(({ client, id, name }) => ({ id, name, ...(client && { client }) }))
  const names = candidates.map(one => (one.client ? `${one.client} · ${one.name}` : one.name)).join(', ')
  return new AppError('disambiguate', `"${query.slice(0, 64)}" fits several: ${names}.`, {
    details: { candidates, count: several.length },
    hint: `Ask which one is meant and call again with its whole name or id as ${noun.word}.`,
  })
}

export function notFound(noun: Noun, query: string, nearest: readonly Candidate[], also?: string): AppError {
  const names = nearest.slice(0, 5).map(({ client, id, name }) => ({ id, name, ...(client && { client }) }))
  const near = names.length > 0 ? ` Nearest: ${names.map(one => one.name).join(', ')}.` : ''
  return new AppError('not_found', `No ${noun.word} "${query.slice(0, 64)}".${near}`, {
    details: { nearest: names },
    hint: `${noun.list} shows all${also ? `, ${also}` : ''}.`,
  })
}

/** A name that is about to become a project's has to pass like one that was typed for it. */
function checkedName(query: string): string {
  const result = nameField().safeParse(query)
  if (result.success) return result.data
  throw new AppError('validation_error', result.error.issues.map(issue => `project: ${issue.message}`).join('; '))
}
