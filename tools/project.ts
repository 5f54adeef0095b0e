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
import { budgetGaugeOf } from '../src/core/budget.ts'
import type { ChangeContext, Context } from '../src/core/context.ts'
import {
  archived,
  clientRef,
  nameSort,
  nextCursor,
  notes as notesField,
  pageFields,
  projectRef,
  search,
  version,
} from '../src/core/fields.ts'
import { change, query } from '../src/core/operation.ts'
import { cut, defaultLimit, readNameCursor, writeCursor } from '../src/core/page.ts'
import { makeProject } from '../src/core/project.ts'
import {
  agentRate,
  currencyOf,
  effectiveDay,
  hourlyRate,
  type ShownRates,
  setRates,
  shownRates,
  unratedNotes,
} from '../src/core/rate.ts'
import { assertMakesProjects, readsOthers, sightOf } from '../src/core/reach.ts'
import { resolveAnyProject, resolveClient } from '../src/core/resolve.ts'
import { assertManager } from '../src/core/role.ts'
import { taken } from '../src/core/taken.ts'
import { noted } from '../src/core/time.ts'
import { assertVersion } from '../src/core/version.ts'
import {
  type Budget,
  budgetFields,
  budgetGauge,
  budgetOf,
  defaultThresholds,
  parseThresholds,
  percentOfShare,
} from '../src/domain/budget.ts'
import { currencyOrNone } from '../src/domain/currency.ts'
import { hours } from '../src/domain/duration.ts'
import { AppError } from '../src/domain/error.ts'
import { toText } from '../src/domain/instant.ts'
import { color, distinct, name } from '../src/domain/label.ts'
import { moneyText, parseMoney } from '../src/domain/money.ts'
import { foldName } from '../src/domain/name.ts'
import { type Project, project } from '../src/domain/project.ts'
import { fullName } from '../src/domain/reference.ts'
import { task } from '../src/domain/task.ts'
import { taskOf } from './task.ts'

const aliases = z.array(name(100)).max(20).describe('Other names')
const billable = z.boolean().describe('Default with a client')
const billAgentTime = z.boolean().describe("Bill the agent's time too")
const colorError = { error: 'Must be a colour like #3366ff, or empty' }
const colorOrNone = z
  .string()
  .max(7, { ...colorError, abort: true })
  .regex(/^(#[0-9a-fA-F]{6})?$/, colorError)
  .describe('#rrggbb')
const moneyFields = {
  hourly_rate: hourlyRate.optional(),
  agent_rate: agentRate.optional(),
  currency: currencyOrNone.optional().describe('Without a client'),
  ...budgetFields,
}
const clientOrNone = z.string().max(200).describe('Or "" for none')

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
  seldom: ['limit'],
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
      within: sightOf(context).within,
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
      projects: await Promise.all(page.map(row => projectOf(context, row, known.get(row.id)))),
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
  examples: ['project show acme'],
  input: z.strictObject({ project: projectRef }),
  output: z.object({
    project: project.extend({
      total_seconds: z.int(),
      billable_seconds: z.int(),
      entries: z.int(),
      budget: budgetGauge,
      tasks: z.array(task),
    }),
  }),
  text: ({ project }) =>
    `${fullName(project)}: ${hours(project.total_seconds)} in ${project.entries} entries, ${project.tasks.length} open tasks${
      project.budget.share === undefined ? '' : `, ${percentOfShare(project.budget.share)} % of its budget`
    }.`,

  async run(context, input) {
    const { db, member, workspace } = context
    const row = await resolveAnyProject(context, input.project)
    const own = readsOthers(context) ? undefined : member.id
    const sum = await sumOfProject(db, workspace.id, row.id, own)
    const tasks = await listTasks(db, workspace.id, { project: row.id, status: 'active', limit: 200 })
    return {
      project: {
        ...(await shown(context, row)),
        ...sum,
        budget: await budgetGaugeOf(context, row),
        tasks: await Promise.all(tasks.map(one => taskOf(context, one))),
      },
    }
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
    color: color.max(7).optional().describe('#rrggbb'),
    ...moneyFields,
    archived: z.boolean().optional().describe('Put away'),
  }),
  output: z.object({ project }),
  text: ({ project }) => `Made project ${fullName(project)} (${project.id}).`,

  async run(context, input) {
    assertMakesProjects(context)
    const { currency = '', ...wanted } = input
    const client = input.client === undefined ? undefined : await resolveClient(context, input.client)
    assertCurrency(context, currency, client)
    const budget = changedBudget(
      {
        budget: null,
        billable: input.billable ?? client !== undefined,
        currency: client?.currency ?? (currency || context.workspace.currency),
      },
      input,
    )
    if (budget !== undefined) assertManager(context, 'Setting budgets')
    const row = await makeProject(context, {
      ...wanted,
      client,
      ...(currency && !client && { currency }),
      ...(budget && { budget }),
    })
    await setAliases(context, row, input.aliases)
    await setRates(context, rateOwner(context, row), input)
    return { project: await shown(context, row) }
  },
})

export const updateProject = change({
  name: 'update_project',
  summary: 'Change a project, or archive it. Empty text clears a field.',
  scope: 'write',
  role: 'manager',
  toolset: 'track',
  idempotent: true,
  route: 'PATCH /projects/{project}',
  command: 'project update <project>',
  examples: [
    'project update website --hourly-rate 110',
    'project update website --budget-hours 40 --budget-window monthly',
    'project update website --archived',
  ],
  input: z.strictObject({
    project: projectRef,
    name: name().optional().describe('New name'),
    client: clientOrNone.optional(),
    billable: billable.optional(),
    bill_agent_time: billAgentTime.optional(),
    aliases: aliases.optional(),
    color: colorOrNone.optional(),
    ...moneyFields,
    effective_from: effectiveDay.optional(),
    budget_thresholds: z.string().max(60).optional().describe('Percent, default 75, 100'),
    archived: z.boolean().optional().describe('Put away'),
    version: version.optional(),
  }),
  seldom: ['effective_from', 'budget_thresholds'],
  output: z.object({ project, notes: notesField }),
  text: ({ notes, project }) =>
    [
      `Changed project ${fullName(project)}${project.archived_at ? ' (archived)' : ''}.`,
      ...(notes ?? []),
    ].join(' '),

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
    const rates = await setRates(context, rateOwner(context, after), input)
    const project = await shown(context, after)
    context.emit({
      type: 'project.updated',
      subject: before.id,
      before: { ...before, aliases: known, ...rates?.before },
      after: { ...after, aliases: project.aliases, ...rates?.after },
    })
    return { project, ...noted(rates ? await unratedNotes(context, { project: after.id }) : []) }
  },
})

interface ProjectChange extends BudgetChange {
  name?: string | undefined
  client?: string | undefined
  billable?: boolean | undefined
  bill_agent_time?: boolean | undefined
  color?: string | undefined
  currency?: string | undefined
  archived?: boolean | undefined
}

/** With a client, its currency holds: another one would never be billed. */
function assertCurrency(
  { workspace }: Context,
  currency: string,
  client: { name: string; currency: string | null } | undefined,
): void {
  const holding = client && (client.currency ?? workspace.currency)
  if (currency === '' || holding === undefined || currency === holding) return
  throw new AppError('currency_mismatch', `${client?.name} is billed in ${holding}, not in ${currency}.`, {
    details: { currency, client_currency: holding },
    hint: 'Leave currency out, or change it on the client.',
  })
}

const rateOwner = ({ workspace }: Context, row: ProjectRow) => ({
  level: 'project' as const,
  id: row.id,
  currency: currencyOf(row, workspace),
})

interface BudgetChange {
  budget_hours?: number | null | undefined
  budget_amount?: string | undefined
  budget_window?: Budget['window'] | undefined
  budget_basis?: Budget['basis'] | undefined
  budget_thresholds?: string | undefined
}

/** Undefined: nothing was said of it; null: it has no limit any more. */
function changedBudget(
  { billable, budget, currency }: { billable: boolean; budget: string | null; currency: string },
  wanted: BudgetChange,
): string | null | undefined {
  const { budget_amount, budget_basis, budget_hours, budget_thresholds, budget_window } = wanted
  if (
    [budget_amount, budget_basis, budget_hours, budget_thresholds, budget_window].every(
      one => one === undefined,
    )
  )
    return undefined
  const before = budgetOf(budget)
  const seconds = budget_hours === undefined ? before?.seconds : Math.round((budget_hours ?? 0) * 3600)
  const amount =
    budget_amount === undefined
      ? before?.amount
      : budget_amount.trim() === ''
        ? 0
        : parseMoney(budget_amount, currency, 'budget_amount')
  if (!seconds && !amount) {
    if (budget_hours === undefined && budget_amount === undefined)
      throw new AppError('validation_error', 'A budget needs a limit: budget_hours or budget_amount.')
    return null
  }
  const after: Budget = {
    window: budget_window ?? before?.window ?? 'total',
    basis: budget_basis ?? before?.basis ?? (billable ? 'billable' : 'all'),
    ...(seconds && { seconds }),
    ...(amount && {
      amount,
      currency: budget_amount === undefined ? (before?.currency ?? currency) : currency,
    }),
    thresholds: budget_thresholds
      ? parseThresholds(budget_thresholds)
      : (before?.thresholds ?? defaultThresholds),
  }
  return JSON.stringify(after)
}

async function changed(context: ChangeContext, before: ProjectRow, input: ProjectChange) {
  const client = input.client ? await resolveClient(context, input.client) : undefined
  const client_id = input.client === undefined ? before.client_id : (client?.id ?? null)
  const name_key = input.name === undefined ? before.name_key : foldName(input.name)
  const twins = await findProjectsByKey(context.db, context.workspace.id, name_key)
  const twin = twins.find(row => row.client_id === client_id && row.id !== before.id)
  if (twin) throw taken('project', twin)
  const currency = input.currency === undefined ? before.currency : input.currency || null
  assertCurrency(
    context,
    input.currency ?? '',
    client ??
      (client_id === null ? undefined : { name: before.client_name ?? '', currency: before.client_currency }),
  )
  const client_currency = client ? client.currency : client_id === null ? null : before.client_currency
  const budget = changedBudget(
    {
      budget: before.budget,
      billable: input.billable ?? before.billable === 1,
      currency: currencyOf({ client_id, client_currency, currency }, context.workspace),
    },
    input,
  )
  return {
    client_id,
    name_key,
    currency,
    ...(budget !== undefined && { budget }),
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

async function shown(context: Context, row: ProjectRow): Promise<Project> {
  const { db, workspace } = context
  return projectOf(context, row, (await aliasesOf(db, workspace.id, row.id)).get(row.id))
}

async function projectOf(context: Context, row: ProjectRow, known: readonly string[] = []): Promise<Project> {
  const owner = rateOwner(context, row)
  return shapeOf(row, owner.currency, known, await shownRates(context, owner))
}

const shapeOf = (
  row: ProjectRow,
  currency: string,
  known: readonly string[],
  rates: ShownRates,
): Project => ({
  id: row.id,
  name: row.name,
  ...(row.client_id !== null &&
    row.client_name !== null && { client: { id: row.client_id, name: row.client_name } }),
  aliases: [...known],
  ...(row.color !== null && { color: row.color }),
  billable: row.billable === 1,
  bill_agent_time: row.bill_agent_time === 1,
  currency,
  ...rates,
  ...limitsOf(budgetOf(row.budget)),
  ...(row.archived_at !== null && { archived_at: toText(row.archived_at) }),
  version: row.version,
  created_at: toText(row.created_at),
  updated_at: toText(row.updated_at),
})

const limitsOf = (budget: Budget | undefined) =>
  budget && {
    ...(budget.seconds !== undefined && { budget_hours: budget.seconds / 3600 }),
    ...(budget.amount !== undefined &&
      budget.currency !== undefined && { budget_amount: moneyText(budget.amount, budget.currency) }),
    budget_window: budget.window,
    budget_basis: budget.basis,
    budget_thresholds: budget.thresholds,
  }
