import { findClient, findClientByKey, findClientNames } from '../../db/clients.ts'
import { findProject, findProjectNames, findProjectsByKey, type ProjectRow } from '../../db/projects.ts'
import { findTask, listTasks, type TaskRow } from '../../db/tasks.ts'
import { findMembers } from '../../db/workspaces.ts'
import { AppError } from '../domain/error.ts'
import { isId } from '../domain/id.ts'
import { name as nameField } from '../domain/label.ts'
import { type Candidate, type MatchIndex, match, matchIndex } from '../domain/match.ts'
import { foldName } from '../domain/name.ts'
import type { ChangeContext, Context } from './context.ts'
import { makeProject } from './project.ts'
import { assertMakesProjects, reaches, reachesClient, readsOthers, type Sight, sightOf } from './reach.ts'

interface Noun {
  word: 'project' | 'client' | 'task' | 'member'
  /** Lists all of them. */
  list: string
}

export async function resolveProject(context: Context, query: string): Promise<ProjectRow> {
  const found = await seekProject(context, query)
  if ('row' in found) return found.row
  throw await noProject(context, query, found.nearest)
}

/** Also one that was archived, by its id, whole name or alias: before another whose name only begins like it. */
export async function resolveAnyProject(context: Context, query: string): Promise<ProjectRow> {
  const { archived, open } = await projectIndexes(context)
  const exact = exactlyOneOf(query, open) ?? exactlyOneOf(query, archived)
  const row = exact && (await findProject(context.db, context.workspace.id, exact.id))
  return row ?? resolveProject(context, query)
}

/** Where nobody is there to ask, only an id, a whole name or an alias counts. */
export async function findExactly(context: Context, query: string): Promise<ProjectRow | undefined> {
  const found = match(query, (await projectIndexes(context)).open, { exact_only: true })
  return 'found' in found ? findProject(context.db, context.workspace.id, found.found.id) : undefined
}

function exactlyOneOf(query: string, index: MatchIndex): Candidate | undefined {
  const found = match(query, index, { exact_only: true })
  if ('ambiguous' in found) throw ambiguous(query, found.ambiguous)
  return 'found' in found ? found.found : undefined
}

async function noProject(
  context: Context,
  query: string,
  nearest: readonly Candidate[],
  also?: string,
): Promise<AppError> {
  const { archived } = await projectIndexes(context)
  const found = match(query, archived, { exact_only: true })
  if ('nothing' in found) {
    return notFound({ word: 'project', list: 'list_projects' }, query, nearest, also)
  }
  return new AppError('not_found', `The project "${query.slice(0, 64)}" is archived.`, {
    hint: 'update_project with archived: false takes it back.',
  })
}

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
  // an id that is no project's is a mistake, not a name
  const isName = !isId(query, 'prj')
  if (choice.auto_create && isName) {
    assertMakesProjects(context)
    const project = await makeProject(context, { name: checkedName(query) })
    return { project, created: true }
  }
  if (choice.fallback_project !== undefined) {
    return { project: await resolveProject(context, choice.fallback_project), created: false }
  }
  throw await noProject(context, query, found.nearest, isName ? 'or pass auto_create: true' : undefined)
}

/** Archived ones never match. */
async function seekProject(
  context: Context,
  query: string,
): Promise<{ row: ProjectRow } | { nearest: readonly Candidate[] }> {
  const { db, workspace } = context
  if (isId(query, 'prj')) {
    const row = await findProject(db, workspace.id, query)
    return row?.archived_at === null && reaches(context, row.id) ? { row } : { nearest: [] }
  }
  const key = foldName(query)
  // A single word can be no client's name with a project's behind it, so an exact name needs no index.
  if (key !== '' && !key.includes(' ')) {
    const exact = (await findProjectsByKey(db, workspace.id, key)).filter(
      row => row.archived_at === null && reaches(context, row.id),
    )
    if (exact[0] && exact.length === 1) return { row: exact[0] }
  }
  const found = match(query, (await projectIndexes(context)).open)
  if ('ambiguous' in found) throw ambiguous(query, found.ambiguous)
  if ('nothing' in found) return { nearest: found.nothing }
  const row = await findProject(db, workspace.id, found.found.id)
  return row ? { row } : { nearest: [] }
}

/** Kept while no name changes: building it costs more than thousands of questions to it. */
const indexes = new WeakMap<object, Map<string, Indexes>>()

interface Indexes {
  version: number
  open: MatchIndex
  archived: MatchIndex
}

async function projectIndexes(context: Context): Promise<Indexes> {
  const { db, member, reach, workspace } = context
  const known = indexes.get(db.sqlite) ?? new Map<string, Indexes>()
  indexes.set(db.sqlite, known)
  // what a member is kept to changes with the names as well
  const key = reach ? `${workspace.id} ${member.id}` : workspace.id
  const kept = known.get(key)
  if (kept && kept.version === workspace.names_version) return kept
  const names = (await findProjectNames(db, workspace.id)).filter(one => reaches(context, one.id))
  const made = {
    version: workspace.names_version,
    open: matchIndex(names.filter(name => !name.archived)),
    archived: matchIndex(names.filter(name => name.archived)),
  }
  known.set(key, made)
  return made
}

export async function resolveClient(context: Context, query: string) {
  const { db, workspace } = context
  const noun: Noun = { word: 'client', list: 'list_clients' }
  if (isId(query, 'cli')) {
    const row = await findClient(db, workspace.id, query)
    if (row && reachesClient(context, row.id)) return row
    throw notFound(noun, query, [])
  }
  const exact = await findClientByKey(db, workspace.id, foldName(query))
  if (exact && reachesClient(context, exact.id)) return exact
  const names = await findClientNames(db, workspace.id)
  const found = oneOf(
    noun,
    query,
    names.filter(name => name.archived_at === null && reachesClient(context, name.id)),
  )
  const row = await findClient(db, workspace.id, found.id)
  if (row) return row
  throw notFound(noun, query, [])
}

/** A task by its id, or by its name within a project. */
export async function resolveTask(
  context: Context,
  query: string,
  project?: { id: string; name: string },
): Promise<TaskRow> {
  const { db, workspace } = context
  const noun: Noun = { word: 'task', list: 'list_tasks' }
  if (isId(query, 'tsk')) {
    const row = await findTask(db, workspace.id, query)
    if (!row || !reaches(context, row.project_id)) throw notFound(noun, query, [])
    if (project && row.project_id !== project.id) {
      throw new AppError(
        'validation_error',
        `The task "${row.name}" belongs to ${row.project_name}, not to ${project.name}.`,
        {
          hint: 'Name a task of that project; list_tasks shows them.',
        },
      )
    }
    return row
  }
  const tasks = await listTasks(db, workspace.id, { status: 'all', project: project?.id })
  const open = tasks.filter(row => row.archived_at === null && reaches(context, row.project_id))
  const found = oneOf(
    noun,
    query,
    open.map(row => ({ id: row.id, name: row.name, client: project ? undefined : row.project_name })),
  )
  const row = tasks.find(one => one.id === found.id)
  if (row) return row
  throw notFound(noun, query, [])
}

export async function resolveMember(context: Context, query: string) {
  if (foldName(query) === 'me') return context.member
  const members = (await findMembers(context.db, context.workspace.id)).filter(
    one => readsOthers(context) || one.id === context.member.id,
  )
  return oneOf({ word: 'member', list: 'list_members' }, query, members)
}

interface Named {
  project?: string | undefined
  client?: string | undefined
  task?: string | undefined
  member?: string | undefined
}

/** The ids of what a filter names, within what may be seen; what was archived can still be looked at. */
export async function namedIds(context: Context, named: Named): Promise<Named & Sight> {
  const project = named.project === undefined ? undefined : await resolveAnyProject(context, named.project)
  const client = named.client === undefined ? undefined : await resolveClient(context, named.client)
  const task = named.task === undefined ? undefined : await resolveTask(context, named.task, project)
  const member = named.member === undefined ? undefined : await resolveMember(context, named.member)
  return { project: project?.id, client: client?.id, task: task?.id, member: member?.id, ...sightOf(context) }
}

function oneOf(noun: Noun, query: string, candidates: readonly Candidate[]): Candidate {
  const found = match(query, matchIndex(candidates))
  if ('found' in found) return found.found
  if ('ambiguous' in found) throw ambiguous(query, found.ambiguous)
  throw notFound(noun, query, found.nothing)
}

const mostShown = 10

/** A name that fits several; it shows the first and knows them all. */
export class Ambiguous extends AppError {
  readonly all: readonly Candidate[]

  constructor(message: string, all: readonly Candidate[], hint: string) {
    super('disambiguate', message, { details: { candidates: shownOf(all), count: all.length }, hint })
    this.all = all
  }
}

const shownOf = (all: readonly Candidate[]) =>
  all.slice(0, mostShown).map(({ client, id, name }) => ({ id, name, ...(client && { client }) }))

export function ambiguous(query: string, several: readonly Candidate[]): Ambiguous {
  const names = shownOf(several)
    .map(one => (one.client ? `${one.client} · ${one.name}` : one.name))
    .join(', ')
  const hint = 'Ask which one is meant and call again with its whole name or id.'
  return new Ambiguous(`"${query.slice(0, 64)}" fits several: ${names}.`, several, hint)
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
  throw new AppError(
    'validation_error',
    result.error.issues.map(issue => `project: ${issue.message}`).join('; '),
  )
}
