import { type EntryRow, findEntry, type ListedEntry } from '../../db/entries.ts'
import { hours } from '../domain/duration.ts'
import { billedElsewhere, type Entry } from '../domain/entry.ts'
import { AppError } from '../domain/error.ts'
import type { Evidence } from '../domain/evidence.ts'
import { toText } from '../domain/instant.ts'
import { fullName } from '../domain/reference.ts'
import { startOfDay } from '../domain/zone.ts'
import type { Context } from './context.ts'
import { priceOf } from './price.ts'
import { reaches, readsOthers } from './reach.ts'
import { isManager } from './role.ts'
import { assertUnlocked } from './time.ts'

export async function storedEntry(context: Context, id: string): Promise<EntryRow> {
  const row = await findEntry(context.db, context.workspace.id, id)
  if (!row || !maySee(context, row)) throw entryNotFound(id)
  return row
}

const maySee = (context: Context, { member_id, project_id }: EntryRow): boolean =>
  reaches(context, project_id) && (member_id === context.member.id || readsOthers(context))

const entryNotFound = (id: string): AppError =>
  new AppError('not_found', `No entry "${id.slice(0, 60)}".`, {
    hint: 'list_entries shows entries with their ids.',
  })

/** One that its member, or who manages, may change now. */
export async function ownEntry(
  context: Context,
  id: string,
  options: { deleted?: boolean } = {},
): Promise<EntryRow> {
  const row = await storedEntry(context, id)
  assertOwn(context, row.member_id)
  if (row.deleted_at !== null && !options.deleted) {
    throw new AppError('not_found', 'This entry was deleted.', {
      hint: 'undo or restore_entry takes it back.',
    })
  }
  assertNotInvoiced(row)
  assertEntryUnlocked(context, row)
  return row
}

/** A draft is computed anew at each reading: what is on one may still change. */
export function assertNotInvoiced(row: EntryRow): void {
  if (row.invoice_id === null || row.invoice_status === 'draft') return
  if (row.invoice_id === billedElsewhere) {
    throw new AppError('entry_invoiced', 'This entry was invoiced elsewhere.', {
      hint: 'Log the difference as a new entry.',
    })
  }
  throw new AppError('entry_invoiced', `This entry is on invoice ${row.invoice_number}.`, {
    details: { invoice: { id: row.invoice_id, number: row.invoice_number } },
    hint: 'Void the invoice first, or log the difference as a new entry.',
  })
}

export function assertOwn({ member }: Context, owner: string): void {
  if (owner === member.id || isManager({ member })) return
  throw new AppError('forbidden_role', 'What others did needs the role manager: members change their own.', {
    details: { required: 'manager', role: member.role },
    hint: 'Ask them, or who manages the workspace.',
  })
}

/** A day without a clock time lies before the lock when the day does. */
export function assertEntryUnlocked(
  context: Context,
  { date, started_at }: Pick<EntryRow, 'started_at' | 'date'>,
): void {
  assertUnlocked(context, started_at ?? startOfDay(date, context.workspace.zone))
}

export function entryOf(row: ListedEntry): Entry {
  return {
    id: row.id,
    member: { id: row.member_id, name: row.member_name },
    project: { id: row.project_id, name: row.project_name },
    ...(row.client_id !== null &&
      row.client_name !== null && { client: { id: row.client_id, name: row.client_name } }),
    ...(row.task_id !== null && row.task_name !== null && { task: { id: row.task_id, name: row.task_name } }),
    description: row.description,
    // written by us from a list of strings
    tags: row.tags === '[]' ? [] : (JSON.parse(row.tags) as string[]),
    ...(row.started_at !== null && { started_at: toText(row.started_at) }),
    ...(row.ended_at !== null && { ended_at: toText(row.ended_at) }),
    date: row.date,
    seconds: row.seconds,
    active_seconds: row.active_seconds,
    agent_seconds: row.agent_seconds,
    idle_seconds: row.idle_seconds,
    billable: row.billable === 1,
    billable_seconds: row.billable_seconds,
    ...priceOf(row, row),
    kind: row.kind,
    source: row.source,
    ...(row.host !== null &&
      row.host_session !== null &&
      row.host_session !== row.session_id && {
        assistant: {
          host: row.host,
          host_session: row.host_session,
          ...(row.model !== null && { model: row.model }),
        },
      }),
    // written by us from the same shape
    ...(row.git !== null && { git: JSON.parse(row.git) as Evidence }),
    ...(row.invoice_id !== null && {
      invoice: { id: row.invoice_id, ...(row.invoice_number !== null && { number: row.invoice_number }) },
    }),
    ...(row.late_seconds !== 0 && { late_seconds: row.late_seconds }),
    ...(row.session_id !== null && { session_id: row.session_id }),
    version: row.version,
    created_at: toText(row.created_at),
    updated_at: toText(row.updated_at),
    ...(row.deleted_at !== null && { deleted_at: toText(row.deleted_at) }),
  }
}

export const nameOf = (of: Pick<Entry, 'project' | 'client'>): string =>
  fullName({ name: of.project.name, client: of.client })

export const line = (of: Entry): string =>
  `${nameOf(of)}, ${of.date}, ${hours(of.seconds)}${of.description ? `, ${JSON.stringify(of.description)}` : ''} (${of.id}).`
