import * as z from 'zod'
import { findProject } from '../db/projects.ts'
import { findTask, listTasks as findTasks, updateTask as saveTask, type TaskRow } from '../db/tasks.ts'
import type { ChangeContext, Context } from '../src/core/context.ts'
import {
  memberRef,
  nameSort,
  nextCursor,
  pageFields,
  projectRef,
  search,
  taskRef,
  version,
} from '../src/core/fields.ts'
import { change, query } from '../src/core/operation.ts'
import { cut, defaultLimit, readNameCursor, writeCursor } from '../src/core/page.ts'
import {
  agentRate,
  effectiveDay,
  hourlyRate,
  type RateFields,
  type RateOwner,
  setRates,
  shownRates,
} from '../src/core/rate.ts'
import { sightOf } from '../src/core/reach.ts'
import { resolveAnyProject, resolveMember, resolveProject, resolveTask } from '../src/core/resolve.ts'
import { assertTaskFree, makeTask, secondsOf, taskRateOwner } from '../src/core/task.ts'
import { assertVersion } from '../src/core/version.ts'
import { hours } from '../src/domain/duration.ts'
import { toText } from '../src/domain/instant.ts'
import { clearable, name } from '../src/domain/label.ts'
import { foldName } from '../src/domain/name.ts'
import { type Task, task } from '../src/domain/task.ts'

const estimatedHours = clearable(z.number().positive().max(100_000)).describe('Hours')
const withinProject = projectRef.describe('Its project, where the name alone fits several')

export const listTasks = query({
  name: 'list_tasks',
  summary: 'Tasks of a project, or of all.',
  scope: 'read',
  toolset: 'track',
  route: 'GET /tasks',
  command: 'tasks [project]',
  examples: ['tasks', 'tasks website --status all'],
  input: z.strictObject({
    project: projectRef.optional(),
    status: z.enum(['active', 'complete', 'all']).optional().describe('Default active'),
    search: search.optional(),
    sort: nameSort.optional(),
    ...pageFields,
  }),
  seldom: ['limit', 'search'],
  output: z.object({ tasks: z.array(task), next_cursor: nextCursor }),
  text: ({ tasks }) =>
    tasks.length === 0
      ? 'No tasks.'
      : [
          {
            columns: ['Task', 'Project', 'Estimate', 'Assignee', 'Status', 'Id'],
            rows: tasks.map(one => [
              one.name,
              one.project.name,
              one.estimated_seconds === undefined ? '' : hours(one.estimated_seconds),
              one.assignee?.name ?? '',
              one.completed_at ? 'complete' : 'active',
              one.id,
            ]),
          },
        ],

  async run(context, { cursor, limit = defaultLimit, ...question }) {
    const asked = { list: 'tasks', ...question }
    const after = readNameCursor(asked, cursor)
    const project =
      question.project === undefined ? undefined : await resolveAnyProject(context, question.project)
    const rows = await findTasks(context.db, context.workspace.id, {
      within: sightOf(context).within,
      project: project?.id,
      status: question.status ?? 'active',
      search: question.search ? foldName(question.search) : undefined,
      descending: question.sort === '-name',
      after: after && { key: after.value, id: after.id },
      limit: limit + 1,
    })
    const { last, page } = cut(rows, limit)
    return {
      tasks: await Promise.all(page.map(row => taskOf(context, row))),
      next_cursor: last ? writeCursor(asked, { value: last.name_key, id: last.id }) : null,
    }
  },
})

export const getTask = query({
  name: 'get_task',
  summary: 'One task.',
  scope: 'read',
  route: 'GET /tasks/{task}',
  command: 'task show <task>',
  examples: ['task show Backend --project website'],
  input: z.strictObject({ task: taskRef, project: withinProject.optional() }),
  output: z.object({ task }),
  text: ({ task }) =>
    `${task.name} in ${task.project.name}, ${task.completed_at === undefined ? 'active' : 'complete'} (${task.id}).`,

  async run(context, input) {
    const project = input.project === undefined ? undefined : await resolveAnyProject(context, input.project)
    return { task: await taskOf(context, await resolveTask(context, input.task, project)) }
  },
})

export const createTask = change({
  name: 'create_task',
  summary: 'Make a task in a project.',
  scope: 'write',
  toolset: 'track',
  route: 'POST /tasks',
  command: 'task create <project> <name>',
  examples: ['task create website Backend --estimated-hours 20'],
  input: z.strictObject({
    project: projectRef,
    name: name().describe('Unique in its project'),
    estimated_hours: estimatedHours.optional(),
    hourly_rate: hourlyRate.optional(),
    assignee: memberRef.optional(),
  }),
  output: z.object({ task }),
  text: ({ task }) => `Made task ${task.name} in ${task.project.name} (${task.id}).`,

  async run(context, input) {
    const project = await resolveProject(context, input.project)
    const assignee = input.assignee === undefined ? undefined : await resolveMember(context, input.assignee)
    const made = await makeTask(context, project, { ...input, assignee })
    return { task: await taskOf(context, made) }
  },
})

export const updateTask = change({
  name: 'update_task',
  summary: 'Change a task, archive it, or open it again.',
  scope: 'write',
  idempotent: true,
  route: 'PATCH /tasks/{task}',
  command: 'task update <task>',
  examples: ['task update Backend --name API', 'task update Backend --no-complete'],
  input: z.strictObject({
    task: taskRef,
    project: withinProject.optional(),
    name: name().optional().describe('Name'),
    estimated_hours: estimatedHours.optional(),
    assignee: z.string().max(200).optional().describe('Member; "" takes it off'),
    hourly_rate: hourlyRate.optional(),
    agent_rate: agentRate.optional(),
    effective_from: effectiveDay.optional(),
    complete: z.boolean().optional().describe('false: open it again'),
    archived: z.boolean().optional().describe('true: put away; false: take back'),
    version: version.optional(),
  }),
  output: z.object({ task }),
  text: ({ task }) => `Changed task ${task.name}.`,

  async run(context, input) {
    const project = input.project === undefined ? undefined : await resolveAnyProject(context, input.project)
    const before = await resolveTask(context, input.task, project)
    assertVersion(before, input.version)
    if (input.name !== undefined)
      await assertTaskFree(context, before.project_id, foldName(input.name), before.id)
    const assignee = input.assignee ? await resolveMember(context, input.assignee) : undefined
    const set = {
      ...(input.name !== undefined && { name: input.name, name_key: foldName(input.name) }),
      ...(input.estimated_hours !== undefined && { estimated_seconds: secondsOf(input.estimated_hours) }),
      ...(input.assignee !== undefined && { assignee_id: assignee?.id ?? null }),
      ...(input.complete !== undefined && {
        completed_at: input.complete ? (before.completed_at ?? context.now) : null,
      }),
      ...(input.archived !== undefined && {
        archived_at: input.archived ? (before.archived_at ?? context.now) : null,
      }),
    }
    return { task: await taskOf(context, await saved(context, before, set, 'task.updated', input)) }
  },
})

export const completeTask = change({
  name: 'complete_task',
  summary: 'Mark a task as complete.',
  scope: 'write',
  toolset: 'track',
  idempotent: true,
  route: 'POST /tasks/{task}/complete',
  command: 'task complete <task>',
  examples: ['task complete Backend'],
  input: z.strictObject({ task: taskRef, project: withinProject.optional() }),
  seldom: ['project'],
  output: z.object({ task }),
  text: ({ task }) => `Complete: ${task.name} (${task.project.name}).`,

  async run(context, input) {
    const project = input.project === undefined ? undefined : await resolveAnyProject(context, input.project)
    const before = await resolveTask(context, input.task, project)
    if (before.completed_at !== null) return { task: await taskOf(context, before) }
    return {
      task: await taskOf(
        context,
        await saved(context, before, { completed_at: context.now }, 'task.completed'),
      ),
    }
  },
})

async function saved(
  context: ChangeContext,
  before: TaskRow,
  set: Partial<TaskRow>,
  type: 'task.updated' | 'task.completed',
  said: RateFields = {},
): Promise<TaskRow> {
  const { db, now, workspace } = context
  await saveTask(db, workspace.id, before.id, { ...set, version: before.version + 1, updated_at: now })
  const after = await findTask(db, workspace.id, before.id)
  if (!after) throw new Error('It was there a moment ago.')
  const rates = await setRates(context, await rateOwner(context, after), said)
  context.emit({
    type,
    subject: before.id,
    before: { ...before, ...rates?.before },
    after: { ...after, ...rates?.after },
  })
  return after
}

const rateOwner = async (context: Context, row: Pick<TaskRow, 'id' | 'project_id'>): Promise<RateOwner> => {
  const project = await findProject(context.db, context.workspace.id, row.project_id)
  if (!project) throw new Error('A task has a project.')
  return taskRateOwner(context, row, project)
}

export async function taskOf(context: Context, row: TaskRow): Promise<Task> {
  const owner = await rateOwner(context, row)
  const rates = await shownRates(context, owner)
  return { ...shapeOf(row), ...rates, ...(Object.keys(rates).length > 0 && { currency: owner.currency }) }
}

const shapeOf = (row: TaskRow): Task => ({
  id: row.id,
  name: row.name,
  project: { id: row.project_id, name: row.project_name },
  ...(row.assignee_id !== null && { assignee: { id: row.assignee_id, name: row.assignee_name ?? '' } }),
  ...(row.estimated_seconds !== null && { estimated_seconds: row.estimated_seconds }),
  ...(row.completed_at !== null && { completed_at: toText(row.completed_at) }),
  ...(row.archived_at !== null && { archived_at: toText(row.archived_at) }),
  version: row.version,
  created_at: toText(row.created_at),
  updated_at: toText(row.updated_at),
})
