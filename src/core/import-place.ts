import { findClientByKey, insertClient } from '../../db/clients.ts'
import { findProjectsByKey, type ProjectRow } from '../../db/projects.ts'
import type { Row } from '../../db/schema.ts'
import { findTaskByKey, insertTask } from '../../db/tasks.ts'
import { touchNames } from '../../db/workspaces.ts'
import { foldName } from '../domain/name.ts'
import { fullName, type Reference } from '../domain/reference.ts'
import type { ChangeContext } from './context.ts'
import { makeProject } from './resolve.ts'

/** What a row of another program says of where it belongs. */
export interface Belonging {
  client?: string | undefined
  project?: string | undefined
  task?: string | undefined
  tags?: readonly string[] | undefined
  /** Of a client or project that is made. */
  currency?: string | undefined
}

export interface Choice {
  /** For rows that name no project. */
  fallback?: ProjectRow | undefined
  /** Where the rows come from there are no clients, so that a project's name has to do. */
  without_clients?: boolean | undefined
}

/**
 * Where rows of another program belong: to what has exactly their names, also if it was put away, else to what is made
 * for them. Nobody is there to ask, and time on the wrong client's project would be billed to the wrong client.
 */
export class Places {
  readonly made = { clients: new Array<string>(), projects: new Array<string>(), tasks: 0 }
  readonly #context: ChangeContext
  readonly #choice: Choice
  readonly #clients = new Map<string, Row<'clients'>>()
  readonly #projects = new Map<string, ProjectRow>()
  readonly #tasks = new Map<string, Reference>()

  constructor(context: ChangeContext, choice: Choice) {
    this.#context = context
    this.#choice = choice
  }

  async of(row: Belonging): Promise<{ project: ProjectRow; task: Reference | undefined }> {
    const { client = '', project: name, tags } = row
    const key = JSON.stringify([foldName(client), name === undefined ? tags : foldName(name)])
    const project = await kept(this.#projects, key, () => this.#findProject(row))
    return { project, task: row.task === undefined ? undefined : await this.#task(project, row.task) }
  }

  #task(project: ProjectRow, name: string): Promise<Reference> {
    const key = foldName(name)
    return kept(this.#tasks, `${project.id} ${key}`, async () => {
      const { db, workspace } = this.#context
      return (await findTaskByKey(db, workspace.id, project.id, key)) ?? this.#makeTask(project, name, key)
    })
  }

  async #findProject({ client, currency, project, tags = [] }: Belonging): Promise<ProjectRow> {
    const { fallback, without_clients } = this.#choice
    if (client !== undefined) {
      const billed = await this.#client(client, currency)
      if (project === undefined && fallback?.client_id === billed.id) return fallback
      return this.#projectOf(billed, project ?? client)
    }
    if (project === undefined) {
      return (await this.#onlyProject(tags)) ?? fallback ?? this.#projectOf(undefined, 'Unsorted')
    }
    const only = without_clients ? await this.#onlyProject([project]) : undefined
    return only ?? this.#projectOf(undefined, project, currency)
  }

  /** The one project that has one of these names. */
  async #onlyProject(names: readonly string[]): Promise<ProjectRow | undefined> {
    const { db, workspace } = this.#context
    const found: ProjectRow[] = []
    for (const name of names) found.push(...(await findProjectsByKey(db, workspace.id, foldName(name))))
    const open = found.filter(row => row.archived_at === null)
    const [only, ...others] = open.length > 0 ? open : found
    return others.length === 0 ? only : undefined
  }

  async #projectOf(client: Row<'clients'> | undefined, name: string, currency?: string): Promise<ProjectRow> {
    const { db, workspace } = this.#context
    const twins = await findProjectsByKey(db, workspace.id, foldName(name))
    const known = twins.find(row => row.client_id === (client?.id ?? null))
    if (known) return known
    this.made.projects.push(fullName({ name, client }))
    return makeProject(this.#context, { name, ...(client ? { client } : { currency }) })
  }

  #client(name: string, currency: string | undefined): Promise<Row<'clients'>> {
    const key = foldName(name)
    return kept(this.#clients, key, async () => {
      const { db, workspace } = this.#context
      return (await findClientByKey(db, workspace.id, key)) ?? this.#makeClient(name, key, currency)
    })
  }

  async #makeClient(name: string, name_key: string, currency = ''): Promise<Row<'clients'>> {
    const { db, now, workspace } = this.#context
    const row = {
      workspace_id: workspace.id,
      id: this.#context.newId('cli'),
      name,
      name_key,
      currency: currency || null,
      company: null,
      email: null,
      billing: '{}',
      archived_at: null,
      version: 1,
      created_at: now,
      updated_at: now,
    }
    await insertClient(db, row)
    await touchNames(db, workspace.id)
    this.#context.emit({ type: 'client.created', subject: row.id, after: row })
    this.made.clients.push(name)
    return row
  }

  async #makeTask(project: ProjectRow, name: string, name_key: string): Promise<Reference> {
    const { db, now, workspace } = this.#context
    const row = {
      workspace_id: workspace.id,
      id: this.#context.newId('tsk'),
      project_id: project.id,
      name,
      name_key,
      estimated_seconds: null,
      assignee_id: null,
      completed_at: null,
      archived_at: null,
      version: 1,
      created_at: now,
      updated_at: now,
    }
    await insertTask(db, row)
    const made = { ...row, project_name: project.name, assignee_name: null }
    this.#context.emit({ type: 'task.created', subject: row.id, after: made })
    this.made.tasks++
    return row
  }
}

async function kept<T>(known: Map<string, T>, key: string, find: () => Promise<T>): Promise<T> {
  const one = known.get(key) ?? (await find())
  known.set(key, one)
  return one
}
