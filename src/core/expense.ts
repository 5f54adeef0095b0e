import { findTaken, linkSessions } from '../../db/ai-usage.ts'
import { type ExpenseRow, findExpense, insertExpense, updateExpense } from '../../db/expenses.ts'
import { findInvoice } from '../../db/invoices.ts'
import type { ProjectRow } from '../../db/projects.ts'
import { flag, type NewRow, type Row } from '../../db/schema.ts'
import { billedElsewhere } from '../domain/entry.ts'
import { AppError } from '../domain/error.ts'
import type { EventType } from '../domain/event.ts'
import { type AiUsage, chargeOf, type Expense } from '../domain/expense.ts'
import { toText } from '../domain/instant.ts'
import { moneyText, percentText } from '../domain/money.ts'
import { foldName } from '../domain/name.ts'
import { startOfDay } from '../domain/zone.ts'
import type { ChangeContext, Context } from './context.ts'
import { draftOf, takesExpense } from './draft.ts'
import { assertOwn } from './entry.ts'
import { currencyOf } from './rate.ts'
import { reaches, readsOthers } from './reach.ts'
import { resolveAnyProject, resolveClient } from './resolve.ts'
import { assertUnlocked } from './time.ts'

export async function storedExpense(context: Context, id: string): Promise<ExpenseRow> {
  const row = await findExpense(context.db, context.workspace.id, id)
  if (row && maySee(context, row)) return row
  throw new AppError('not_found', `No expense "${id.slice(0, 60)}".`, {
    hint: 'list_expenses shows expenses with their ids.',
  })
}

function maySee(context: Context, { client_id, member_id, project_id }: ExpenseRow): boolean {
  const isNear =
    project_id === null
      ? !context.reach || context.reach.whole_clients.has(client_id ?? '')
      : reaches(context, project_id)
  return member_id === context.member.id || (isNear && readsOthers(context))
}

/** One that its member, or who manages, may change now. */
export async function ownExpense(
  context: Context,
  id: string,
  options: { deleted?: boolean } = {},
): Promise<ExpenseRow> {
  const row = await storedExpense(context, id)
  assertOwn(context, row.member_id)
  if (row.deleted_at !== null && !options.deleted) {
    throw new AppError('not_found', 'This expense was deleted.', {
      hint: 'undo or restore_expense takes it back.',
    })
  }
  assertFree(context, row)
  return row
}

/** Neither on an invoice that was sent, nor before the lock. */
export function assertFree(context: Context, row: ExpenseRow): void {
  assertDayUnlocked(context, row.date)
  if (row.invoice_id === null || row.invoice_status === 'draft') return
  if (row.invoice_id === billedElsewhere) {
    throw new AppError('entry_invoiced', 'This expense was invoiced elsewhere.', {
      hint: 'Log the difference as a new expense.',
    })
  }
  throw new AppError('entry_invoiced', `This expense is on invoice ${row.invoice_number}.`, {
    details: { invoice: { id: row.invoice_id, number: row.invoice_number } },
    hint: 'Void the invoice first, or log the difference as a new expense.',
  })
}

export const assertDayUnlocked = (context: Context, day: string): void =>
  assertUnlocked(context, startOfDay(day, context.workspace.zone))

/** Whom money was laid out for, and in what currency they are billed. */
export interface Belonging {
  client: { id: string; name: string; currency: string } | undefined
  project: ProjectRow | undefined
  currency: string
}

const noClient = { id: null, name: null }

/** Of a project's expenses its client is asked, as for its time. Empty: none. */
export async function belongingOf(
  context: Context,
  named: { client?: string | undefined; project?: string | undefined },
): Promise<Belonging> {
  const { workspace } = context
  const project = named.project ? await resolveAnyProject(context, named.project) : undefined
  const row = named.client ? await resolveClient(context, named.client) : undefined
  if (!project && !row) {
    throw new AppError('validation_error', 'An expense belongs to a client, a project or both.', {
      hint: 'Name one as client or project; list_clients and list_projects show them.',
    })
  }
  if (project && named.client !== undefined && project.client_id !== (row?.id ?? null)) {
    const whose = row ? `no project of ${row.name}` : `a project of ${project.client_name}`
    throw new AppError('validation_error', `${project.name} is ${whose}.`, {
      hint: 'Name a project of that client, or project: "" for none.',
    })
  }
  const currency = project ? currencyOf(project, workspace) : (row?.currency ?? workspace.currency)
  const { id, name } = project ? { id: project.client_id, name: project.client_name } : (row ?? noClient)
  const client = id === null || name === null ? undefined : { id, name, currency }
  return { client, project, currency }
}

/** As it is stored: whose the project is may change. */
export const belongingIds = ({ client, project }: Belonging) =>
  project ? { client_id: null, project_id: project.id } : { client_id: client?.id ?? null, project_id: null }

/** What is kept of AI usage: what is shown, and which sessions it was. */
export interface StoredUsage extends Omit<AiUsage, 'sessions'> {
  sessions: string[]
}

// written by us from the same shape
const usageIn = (json: string): StoredUsage => JSON.parse(json) as StoredUsage
const sessionsOf = ({ usage }: Pick<ExpenseRow, 'usage'>): string[] =>
  usage === null ? [] : usageIn(usage).sessions

type Said = 'id' | 'member_id' | 'client_id' | 'project_id' | 'date' | 'category' | 'description' | 'currency'

/** Money that was laid out, as it is told. */
export interface LaidOut extends Pick<Row<'expenses'>, Said | 'amount' | 'markup'> {
  billable: boolean
  usage?: string
  /** Where it is billed already. */
  invoice_id?: string | undefined
}

export function newExpense({ now, workspace }: Context, told: LaidOut): Row<'expenses'> {
  const { billable, invoice_id = null, usage = null, ...said } = told
  return {
    ...said,
    workspace_id: workspace.id,
    category_key: foldName(said.category),
    description_key: foldName(said.description),
    billable: flag(billable),
    charge: chargeOf(told),
    usage,
    invoice_id,
    version: 1,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  }
}

export async function makeExpense(context: ChangeContext, row: Row<'expenses'>): Promise<ExpenseRow> {
  await insertExpense(context.db, row)
  await linkSessions(context.db, context.workspace.id, sessionsOf(row), row.id)
  const made = await storedExpense(context, row.id)
  context.emit({ type: 'expense.created', subject: row.id, after: made })
  return made
}

/** Changes, deletes and restores: sessions are free while the expense that bills their tokens is deleted. */
export async function changeExpense(
  context: ChangeContext,
  before: ExpenseRow,
  set: Partial<NewRow<'expenses'>>,
): Promise<ExpenseRow> {
  const { db, now, workspace } = context
  await updateExpense(db, workspace.id, before.id, { ...set, version: before.version + 1, updated_at: now })
  const written = await storedExpense(context, before.id)
  const after = (await fallsOff(context, before, written)) ? { ...written, ...noInvoice } : written
  if (after !== written) await updateExpense(db, workspace.id, before.id, { invoice_id: null })
  const type = typeOf(before, after)
  if (type === 'expense.deleted') await freeSessions(context, before)
  if (type === 'expense.restored') await takeSessions(context, before)
  context.emit({ type, subject: before.id, before, after })
  return after
}

/** What a draft reserved leaves it when it could no longer ask for it. */
async function fallsOff({ db, workspace }: Context, before: ExpenseRow, after: ExpenseRow): Promise<boolean> {
  if (before.invoice_id === null) return false
  if (after.deleted_at !== null || after.billable === 0) return true
  if (after.billed_client_id !== before.billed_client_id) return true
  const draft = await findInvoice(db, workspace.id, before.invoice_id)
  return draft !== undefined && !takesExpense(draftOf(draft), after)
}

const noInvoice = { invoice_id: null, invoice_number: null, invoice_status: null }

function typeOf(before: ExpenseRow, after: ExpenseRow): EventType {
  if ((before.deleted_at === null) === (after.deleted_at === null)) return 'expense.updated'
  return after.deleted_at === null ? 'expense.restored' : 'expense.deleted'
}

export const freeSessions = ({ db, workspace }: ChangeContext, row: ExpenseRow): Promise<void> =>
  linkSessions(db, workspace.id, sessionsOf(row), null)

/** The same tokens are never billed twice. */
async function takeSessions({ db, workspace }: ChangeContext, row: ExpenseRow): Promise<void> {
  const sessions = sessionsOf(row)
  const other = await findTaken(db, workspace.id, sessions)
  if (other !== null) {
    throw new AppError('conflict', 'Its tokens are on another expense by now.', {
      details: { expense: other },
      hint: 'Delete the other expense first, or leave this one deleted.',
    })
  }
  await linkSessions(db, workspace.id, sessions, row.id)
}

export function expenseOf(row: ExpenseRow): Expense {
  return {
    id: row.id,
    ...(row.billed_client_id !== null &&
      row.client_name !== null && { client: { id: row.billed_client_id, name: row.client_name } }),
    ...(row.project_id !== null &&
      row.project_name !== null && { project: { id: row.project_id, name: row.project_name } }),
    member: { id: row.member_id, name: row.member_name },
    date: row.date,
    category: row.category,
    description: row.description,
    amount: moneyText(row.amount, row.currency),
    currency: row.currency,
    billable: row.billable === 1,
    ...(row.markup > 0 && { markup_percent: percentText(row.markup) }),
    charge: moneyText(row.charge, row.currency),
    ...(row.usage !== null && { usage: { ...usageIn(row.usage), sessions: sessionsOf(row).length } }),
    ...(row.invoice_id !== null && {
      invoice: { id: row.invoice_id, ...(row.invoice_number !== null && { number: row.invoice_number }) },
    }),
    version: row.version,
    created_at: toText(row.created_at),
    updated_at: toText(row.updated_at),
    ...(row.deleted_at !== null && { deleted_at: toText(row.deleted_at) }),
  }
}
