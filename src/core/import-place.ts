import { findClientByKey } from '../../db/clients.ts'
import { findProjectsByKey, type ProjectRow } from '../../db/projects.ts'
import type { Row } from '../../db/schema.ts'
import { findTaskByKey } from '../../db/tasks.ts'
import { foldName } from '../domain/name.ts'
import { fullName, type Reference } from '../domain/reference.ts'
import { makeClient } from './client.ts'
import type { ChangeContext } from './context.ts'
import { makeProject } from './project.ts'
import { makeTask } from './task.ts'

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
      const known = await findTaskByKey(db, workspace.id, project.id, key)
      if (known) return known
      this.made.tasks++
      return makeTask(this.#context, project, { name })
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
      const known = await findClientByKey(db, workspace.id, key)
      if (known) return known
      this.made.clients.push(name)
      return makeClient(this.#context, { name, currency })
    })
  }
}

async function kept<T>(known: Map<string, T>, key: string, find: () => Promise<T>): Promise<T> {
  const one = known.get(key) ?? (await find())
  known.set(key, one)
  return one
}
