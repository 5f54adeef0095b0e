import * as z from 'zod'
import {
  aliasesOf,
  findProject,
  listProjects as findProjects,
  findProjectsByKey,
  type ProjectRow,
  replaceAliases,
  updateProject as saveProject,
} from '../db/projects.ts'
import { sumOfProject } from '../db/reports.ts'
import { flag } from '../db/schema.ts'
import { findAllOpen } from '../db/sessions.ts'
import { listTasks } from '../db/tasks.ts'
import { touchNames } from '../db/workspaces.ts'
import type { ChangeContext, Context } from '../src/core/context.ts'
import {
  archived,
  clientRef,
  nameSort,
  nextCursor,
  pageFields,
  projectRef,
  search,
  version,
} from '../src/core/fields.ts'
import { change, query } from '../src/core/operation.ts'
import { cut, defaultLimit, readNameCursor, writeCursor } from '../src/core/page.ts'
import { makeProject, resolveAnyProject, resolveClient, taken } from '../src/core/resolve.ts'
import { assertVersion } from '../src/core/version.ts'
import { hours } from '../src/domain/duration.ts'
import { AppError } from '../src/domain/error.ts'
import { toText } from '../src/domain/instant.ts'
import { color, distinct, name } from '../src/domain/label.ts'
import { foldName } from '../src/domain/name.ts'
import { type Project, project } from '../src/domain/project.ts'
import { fullName } from '../src/domain/reference.ts'
import { task } from '../src/domain/task.ts'
import { taskOf } from './task.ts'

const aliases = z.array(name(100)).max(20).describe('Other names')
const billable = z.boolean().describe('Default: true with a client')
const billAgentTime = z.boolean().describe("Bill the agent's time too")
const colorOrNone = z
  .string()
  .regex(/^(#[0-9a-fA-F]{6})?$/, { error: 'Must be a colour like #3366ff, or empty' })
  .describe('#rrggbb; "" takes it off')
const clientOrNone = z.string().max(200).describe('Client name or id; "" takes it off')

export const listProjects = query({
  name: 'list_projects',
  summary: 'Projects by name.',
  scope: 'read',
  toolset: 'track',
  route: 'GET /projects',
  command: 'projects',
  examples: ['projects', 'projects --client acme', 'projects --archived'],
  input: z.strictObject({
    client: clientRef.optional(),
    archived: archived.optional(),
    search: search.optional(),
    sort: nameSort.optional(),
    ...pageFields,
  }),
  output: z.object({ projects: z.array(project), next_cursor: nextCursor }),
  text: ({ next_cursor, projects }) =>
    projects.length === 0
      ? 'No projects.'
      : [
          {
            columns: ['Project', 'Client', 'Billable', 'Id'],
            rows: projects.map(one => [one.name, one.client?.name ?? '', one.billable ? 'yes' : '', one.id]),
          },
          ...(next_cursor ? ['There are more.'] : []),
        ],

  async run(context, { cursor, limit = defaultLimit, ...question }) {
    const { db, workspace } = context
    const asked = { list: 'projects', ...question }
    const after = readNameCursor(asked, cursor)
    const client = question.client === undefined ? undefined : await resolveClient(context, question.client)
    const rows = await findProjects(db, workspace.id, {
      archived: question.archived ?? false,
      client: client?.id,
      search: question.search ? foldName(question.search) : undefined,
      descending: question.sort === '-name',
      after: after && { key: after.value, id: after.id },
      limit: limit + 1,
    })
    const { last, page } = cut(rows, limit)
    const known = await aliasesOf(db, workspace.id)
    return {
      projects: page.map(row => projectOf(row, known.get(row.id))),
      next_cursor: last ? writeCursor(asked, { value: last.name_key, id: last.id }) : null,
    }
  },
})

export const getProject = query({
  name: 'get_project',
  summary: 'One project with its open tasks and all time tracked on it.',
  scope: 'read',
  toolset: 'track',
  route: 'GET /projects/{project}',
  command: 'project show <project>',
  input: z.strictObject({ project: projectRef }),
  output: z.object({
    project: project.extend({
      total_seconds: z.int(),
      billable_seconds: z.int(),
      entries: z.int(),
      tasks: z.array(task),
    }),
  }),
  text: ({ project }) =>
    `${fullName(project)}: ${hours(project.total_seconds)} in ${project.entries} entries, ${project.tasks.length} open tasks.`,

  async run(context, input) {
    const { db, workspace } = context
    const row = await resolveAnyProject(context, input.project)
    const sum = await sumOfProject(db, workspace.id, row.id)
    const tasks = await listTasks(db, workspace.id, { project: row.id, status: 'active', limit: 200 })
    return { project: { ...(await shown(context, row)), ...sum, tasks: tasks.map(taskOf) } }
  },
})

export const createProject = change({
  name: 'create_project',
  summary: 'Make a project.',
  scope: 'write',
  toolset: 'track',
  route: 'POST /projects',
  command: 'project create <name>',
  examples: ['project create Website --client acme --color #3366ff'],
  input: z.strictObject({
    name: name().describe('Unique for its client'),
    client: clientRef.optional(),
    billable: billable.optional(),
    bill_agent_time: billAgentTime.optional(),
    aliases: aliases.optional(),
    color: color.optional().describe('#rrggbb'),
  }),
  output: z.object({ project }),
  text: ({ project }) => `Made project ${fullName(project)} (${project.id}).`,

  async run(context, input) {
    const client = input.client === undefined ? undefined : await resolveClient(context, input.client)
    const row = await makeProject(context, { ...input, client })
    await setAliases(context, row, input.aliases)
    return { project: await shown(context, row) }
  },
})

export const updateProject = change({
  name: 'update_project',
  summary: 'Change a project, or archive it. Empty text clears a field.',
  scope: 'write',
  toolset: 'track',
  idempotent: true,
  route: 'PATCH /projects/{project}',
  command: 'project update <project>',
  input: z.strictObject({
    project: projectRef,
    name: name().optional().describe('New name'),
    client: clientOrNone.optional(),
    billable: billable.optional(),
    bill_agent_time: billAgentTime.optional(),
    aliases: aliases.optional(),
    color: colorOrNone.optional(),
    archived: z.boolean().optional().describe('true puts it away'),
    version: version.optional(),
  }),
  output: z.object({ project }),
  text: ({ project }) => `Changed project ${fullName(project)}${project.archived_at ? ' (archived)' : ''}.`,

  async run(context, input) {
    const { db, now, workspace } = context
    const before = await resolveAnyProject(context, input.project)
    assertVersion(before, input.version)
    if (input.archived) await assertNothingRuns(context, before)
    const set = {
      ...(await changed(context, before, input)),
      version: before.version + 1,
      updated_at: now,
    }
    await saveProject(db, workspace.id, before.id, set)
    const { aliases: known } = await shown(context, before)
    await setAliases(context, before, input.aliases)
    await touchNames(db, workspace.id)
    const after = await findProject(db, workspace.id, before.id)
    if (!after) throw new Error('It was there a moment ago.')
    const project = await shown(context, after)
    context.emit({
      type: 'project.updated',
      subject: before.id,
      before: { ...before, aliases: known },
      after: { ...after, aliases: project.aliases },
    })
    return { project }
  },
})

interface ProjectChange {
  name?: string | undefined
  client?: string | undefined
  billable?: boolean | undefined
  bill_agent_time?: boolean | undefined
  color?: string | undefined
  archived?: boolean | undefined
}

async function changed(context: ChangeContext, before: ProjectRow, input: ProjectChange) {
  const client = input.client ? await resolveClient(context, input.client) : undefined
  const client_id = input.client === undefined ? before.client_id : (client?.id ?? null)
  const name_key = input.name === undefined ? before.name_key : foldName(input.name)
  const twins = await findProjectsByKey(context.db, context.workspace.id, name_key)
  const twin = twins.find(row => row.client_id === client_id && row.id !== before.id)
  if (twin) throw taken('project', twin)
  return {
    client_id,
    name_key,
    ...(input.name !== undefined && { name: input.name }),
    ...(input.color !== undefined && { color: input.color || null }),
    ...(input.billable !== undefined && { billable: flag(input.billable) }),
    ...(input.bill_agent_time !== undefined && { bill_agent_time: flag(input.bill_agent_time) }),
    ...(input.archived !== undefined && {
      archived_at: input.archived ? (before.archived_at ?? context.now) : null,
    }),
  }
}

async function assertNothingRuns({ db, workspace }: ChangeContext, project: ProjectRow): Promise<void> {
  const [running] = await findAllOpen(db, workspace.id, project.id)
  if (!running) return
  throw new AppError('conflict', `A ${running.kind} still runs on ${project.name}.`, {
    details: { [running.kind]: running.id },
    hint: 'Stop it first.',
  })
}

async function setAliases(context: ChangeContext, row: ProjectRow, wanted: readonly string[] | undefined) {
  if (wanted === undefined) return
  const { db, workspace } = context
  const rows = new Map(
    distinct(wanted).map(alias => [foldName(alias), { alias, alias_key: foldName(alias) }]),
  )
  const all = await aliasesOf(db, workspace.id)
  for (const [project, names] of all) {
    const twin = names.find(one => project !== row.id && rows.has(foldName(one)))
    if (twin === undefined) continue
    throw new AppError('conflict', `Another project has the alias "${twin}".`, {
      details: { project },
      hint: 'Choose another alias, or take it off the other project first.',
    })
  }
  await replaceAliases(db, workspace.id, row.id, [...rows.values()])
}

async function shown({ db, workspace }: Context, row: ProjectRow): Promise<Project> {
  return projectOf(row, (await aliasesOf(db, workspace.id, row.id)).get(row.id))
}

export const projectOf = (row: ProjectRow, known: readonly string[] = []): Project => ({
  id: row.id,
  name: row.name,
  ...(row.client_id !== null &&
    row.client_name !== null && { client: { id: row.client_id, name: row.client_name } }),
  aliases: [...known],
  ...(row.color !== null && { color: row.color }),
  billable: row.billable === 1,
  bill_agent_time: row.bill_agent_time === 1,
  ...(row.archived_at !== null && { archived_at: toText(row.archived_at) }),
  version: row.version,
  created_at: toText(row.created_at),
  updated_at: toText(row.updated_at),
})
