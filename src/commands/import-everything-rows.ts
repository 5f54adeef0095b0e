import type { NewRow } from '../../tools/import.ts'
import type { importWorkspace } from '../../tools/import-workspace.ts'
import type { updateSettings } from '../../tools/settings.ts'
import type { InputOf } from '../core/operation.ts'
import { clientBilling, sellerBilling } from '../domain/billing.ts'
import { policyFields, type Settings } from '../domain/settings.ts'
import {
  isBilled,
  type WholeClient,
  type WholeEntry,
  type WholeExpense,
  type WholeProject,
  type WholeRate,
  type WholeTask,
} from '../imports/stint.ts'

// Things of a document as they are brought back: by their names, since ids are of where they come from.

/** What says which thing an id of the document means. */
export interface Known {
  projects: ReadonlyMap<string, WholeProject>
  tasks: ReadonlyMap<string, WholeTask>
  memberIds: ReadonlyMap<string, string>
}

export type Books = InputOf<typeof importWorkspace>
type Row<T extends keyof Books> = NonNullable<Books[T]> extends readonly (infer R)[] ? R : never

/** Rates are brought back with the days from which they hold, the lock when all else is there. */
export function settingsOf(settings: Settings): InputOf<typeof updateSettings> {
  const names = [
    'time_zone',
    'week_start',
    'currency',
    'members_see_team',
    ...Object.keys(policyFields),
    ...Object.keys(sellerBilling),
  ]
  return chosen(settings, names)
}

/** Those fields that there are. */
const chosen = (from: object, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)))

export const clientRow = (one: WholeClient): Row<'clients'> => ({
  name: one.name,
  ...chosen(one, ['currency', 'company', 'email', ...Object.keys(clientBilling)]),
  archived: one.archived_at !== undefined,
})

export const projectRow = (one: WholeProject): Row<'projects'> => ({
  name: one.name,
  ...(one.client ? { client: one.client.name } : { currency: one.currency }),
  ...chosen(one, ['color', 'budget_hours', 'budget_amount', 'budget_window', 'budget_basis']),
  ...(one.aliases.length > 0 && { aliases: one.aliases }),
  ...(one.budget_thresholds && { budget_thresholds: one.budget_thresholds.join(', ') }),
  billable: one.billable,
  bill_agent_time: one.bill_agent_time,
  archived: one.archived_at !== undefined,
})

export const taskRow = (one: WholeTask, plan: Known): Row<'tasks'> => ({
  ...placeOf(one.project.id, plan),
  project: one.project.name,
  name: one.name,
  ...(one.estimated_seconds !== undefined && { estimated_hours: one.estimated_seconds / 3600 }),
  ...(one.assignee && { assignee: memberOf(one.assignee, plan) }),
  complete: one.completed_at !== undefined,
  archived: one.archived_at !== undefined,
})

export function rateRow({ level, owner, ...rate }: WholeRate, plan: Known): Row<'rates'> {
  const task = level === 'task' ? plan.tasks.get(owner.id) : undefined
  return {
    ...rate,
    level,
    ...(level === 'member' && { member: memberOf(owner, plan) }),
    ...(level === 'client' && { client: owner.name }),
    ...(level === 'project' && { ...placeOf(owner.id, plan), project: owner.name }),
    ...(task && { ...placeOf(task.project.id, plan), project: task.project.name, task: task.name }),
  }
}

export const expenseRow = (one: WholeExpense, plan: Known): Row<'expenses'> => ({
  id: one.id,
  ...(one.client && { client: one.client.name }),
  ...(one.project && { ...placeOf(one.project.id, plan), project: one.project.name }),
  member: memberOf(one.member, plan),
  date: one.date,
  category: one.category,
  description: one.description,
  currency: one.currency,
  amount: one.amount ?? '',
  billable: one.billable,
  ...(one.markup_percent !== undefined && { markup_percent: one.markup_percent }),
  invoiced: isBilled(one),
})

export function entryRow(one: WholeEntry, line: number, plan: Known): NewRow {
  return {
    line,
    source_key: one.id,
    member: memberOf(one.member, plan),
    ...(one.client && { client: one.client.name }),
    project: one.project.name,
    ...(one.task && { task: one.task.name }),
    description: one.description,
    tags: one.tags,
    billable: one.billable,
    bill_agent_time: one.bill_agent_time,
    invoiced: isBilled(one),
    ...(one.invoice?.number !== undefined && { invoice_number: one.invoice.number }),
    ...(one.started_at === undefined ? { date: one.date } : { started_at: one.started_at }),
    ...(one.ended_at !== undefined && { ended_at: one.ended_at }),
    seconds: one.seconds,
    agent_seconds: one.agent_seconds,
    ...(one.hourly_rate !== undefined && { rate: one.hourly_rate }),
    ...(one.agent_rate !== undefined && { agent_rate: one.agent_rate }),
    ...(one.currency !== undefined && { currency: one.currency }),
    as_it_was: {
      kind: one.kind,
      ...(one.hourly_rate !== undefined && { rate_level: one.rate_level ?? 'entry' }),
      idle_seconds: one.idle_seconds,
      spans: one.spans,
      ...(one.assistant && { assistant: one.assistant }),
      ...(one.git && { git: one.git }),
    },
  }
}

/** The client of a project that may share its name with another one's. */
function placeOf(project: string, { projects }: Known): { client?: string } {
  const client = projects.get(project)?.client
  return client ? { client: client.name } : {}
}

const memberOf = ({ name }: { name: string }, { memberIds }: Known): string => memberIds.get(name) ?? name
