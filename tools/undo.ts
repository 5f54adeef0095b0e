import * as z from 'zod'
import { deleteAlarmsOf } from '../db/budgets.ts'
import { clientIsUsed, deleteClient, findClient, updateClient } from '../db/clients.ts'
import {
  deleteEntry,
  type EntryRow,
  entryColumns,
  findEntry,
  replaceTags,
  updateEntry,
} from '../db/entries.ts'
import { findChangeSince, findUndoable, markUndone } from '../db/events.ts'
import { deleteExpense, expenseColumns, findExpense } from '../db/expenses.ts'
import { deleteProject, findProject, projectIsUsed, replaceAliases, updateProject } from '../db/projects.ts'
import { replaceRatesOf } from '../db/rates.ts'
import type { Row } from '../db/schema.ts'
import {
  deleteSession,
  findOpenSessions,
  findSession,
  type SessionRow,
  sessionColumns,
  updateSession,
} from '../db/sessions.ts'
import { withdrawSignals } from '../db/signals.ts'
import { replaceSpans } from '../db/spans.ts'
import type { Reader, Transaction } from '../db/store.ts'
import { deleteTask, findTask, taskIsUsed, updateTask } from '../db/tasks.ts'
import { touchNames } from '../db/workspaces.ts'
import type { ChangeContext } from '../src/core/context.ts'
import { entryFixed, settle } from '../src/core/engine.ts'
import { assertEntryUnlocked, assertNotInvoiced, assertOwn, storedEntry } from '../src/core/entry.ts'
import { assertDayUnlocked, assertFree, changeExpense, freeSessions } from '../src/core/expense.ts'
import { isByHand } from '../src/core/fold.ts'
import { judgeAnew } from '../src/core/intake.ts'
import { change } from '../src/core/operation.ts'
import type { KeptRate } from '../src/core/rate.ts'
import { assertUnlocked } from '../src/core/time.ts'
import { billedElsewhere, type Span } from '../src/domain/entry.ts'
import { AppError } from '../src/domain/error.ts'
import { eventTypes } from '../src/domain/event.ts'
import { instant, toText } from '../src/domain/instant.ts'
import { foldName } from '../src/domain/name.ts'

type EventRow = Row<'events'>
type Image = Record<string, unknown>

const undoable = eventTypes.filter(type => /^(timer|session|entry|project|client|task|expense)\./.test(type))

export const undo = change({
  name: 'undo',
  summary:
    'Take back your newest change made here: of timers, entries, projects, tasks, clients or expenses.',
  scope: 'write',
  toolset: 'more',
  route: 'POST /undo',
  command: 'undo',
  examples: ['undo'],
  input: z.strictObject({}),
  output: z.object({
    undone: z.object({
      operation: z.string(),
      at: instant,
      events: z.array(z.object({ type: z.string(), subject_id: z.string() })),
    }),
  }),
  text: ({ undone }) => `Took back ${undone.operation}: ${undone.events.map(one => one.type).join(', ')}.`,

  async run(context) {
    const { db, member, now, principal, workspace } = context
    const found = await findUndoable(db, workspace.id, {
      member: member.id,
      door: principal.door,
      connection: principal.connection ?? null,
      types: undoable,
    })
    // what was told of a budget stays told; whether it still holds is looked at after this change as after any
    const events = found.filter(one => one.type !== 'budget.threshold')
    const [first] = events
    if (!first) {
      throw new AppError('not_found', 'There is nothing to take back here.', {
        hint: 'undo takes back what this member changed through this connection; list_events shows all changes.',
      })
    }
    await takeBack(context, events)
    await markUndone(
      db,
      workspace.id,
      events.map(one => one.seq),
      now,
    )
    const told = events.map(({ subject_id, type }) => ({ type, subject_id }))
    return { undone: { operation: first.operation, at: toText(first.at), events: told } }
  },
})

/** Last first. What a call signalled is withdrawn, and its sessions are what the rest of their signals say. */
async function takeBack(context: ChangeContext, events: readonly EventRow[]): Promise<void> {
  const sessions = new Set(events.filter(isOfSession).map(one => one.subject_id))
  await assertUnchanged(context, events)
  for (const id of sessions) await withdraw(context, id, events[0]?.call_id ?? '')
  for (const event of [...events].reverse()) {
    const noun = event.type.split('.')[0]
    if (isOfSession(event)) await takeBackSession(context, event)
    // the entry of such a session follows it
    else if (noun === 'entry' && sessions.has(String(imageOf(event).session_id)))
      await assertFollows(context, event.subject_id)
    else if (noun === 'entry') await takeBackEntry(context, event)
    else if (noun === 'project' || noun === 'client' || noun === 'task')
      await takeBackNamed(context, event, noun)
    else if (noun === 'expense') await takeBackExpense(context, event)
  }
}

async function withdraw({ db, now, workspace }: ChangeContext, id: string, call: string): Promise<void> {
  const session = await findSession(db, workspace.id, id)
  if (session) await withdrawSignals(db, workspace.id, session, call, now)
}

const isOfSession = ({ type }: EventRow): boolean => type.startsWith('timer.') || type.startsWith('session.')

// images are rows that we wrote
const parsed = (json: string | null): Image | undefined =>
  json === null ? undefined : (JSON.parse(json) as Image)
const imageOf = (event: EventRow): Image => parsed(event.after) ?? parsed(event.before) ?? {}

/** What was taken back already, and the taking back itself, are no changes since. */
async function assertUnchanged(context: ChangeContext, events: readonly EventRow[]): Promise<void> {
  const last = Math.max(...events.map(one => one.seq))
  for (const { subject_id, type } of events) {
    const since = await findChangeSince(context.db, context.workspace.id, subject_id, last)
    if (!since) continue
    throw new AppError(
      'conflict',
      `It was changed since by ${since.operation}, so this cannot be taken back.`,
      {
        details: {
          event: type,
          subject: subject_id,
          since: { operation: since.operation, door: since.door },
        },
        hint: 'Change it by hand; list_events with subject shows what happened to it.',
      },
    )
  }
}

/** What is on an invoice since, no longer follows: taken back would be the session alone. */
async function assertFollows(context: ChangeContext, id: string): Promise<void> {
  const entry = await findEntry(context.db, context.workspace.id, id)
  if (entry && entry.invoice_id !== null) throw entryFixed(entry)
}

async function takeBackSession(context: ChangeContext, event: EventRow): Promise<void> {
  const { db, workspace } = context
  const current = await findSession(db, workspace.id, event.subject_id)
  if (!current) return
  assertUnlocked(context, current.started_at)
  const told = current.kind === 'timer' ? ('timer.updated' as const) : ('session.updated' as const)
  const earlier = parsed(event.before)
  if (!earlier) {
    // nothing refers to it: it is as it was when it began
    await deleteSession(db, workspace.id, current.id)
    await forgetEntry(context, current)
    const type = current.kind === 'timer' ? 'timer.discarded' : 'session.discarded'
    context.emit({ type, subject: current.id, before: current })
    return
  }
  const before = { ...current, ...earlier }
  await assertNoTwin(context, before)
  const kept = { ...columnsOf(before, sessionColumns), entry_id: current.entry_id, version: current.version }
  await updateSession(db, workspace.id, current.id, kept)
  const restored = await findSession(db, workspace.id, current.id)
  if (!restored) return
  await settle(context, restored, told, current)
  // a host may have told of another session since, which was one with this all along
  if (!isByHand(restored)) await judgeAnew(context, restored.started_at, context.now)
}

/** It stopped once, and that was taken back. */
async function forgetEntry({ db, workspace }: ChangeContext, { entry_id }: SessionRow): Promise<void> {
  const known = entry_id === null ? undefined : await findEntry(db, workspace.id, entry_id)
  if (known && known.deleted_at !== null) await deleteEntry(db, workspace.id, known.id)
}

async function assertNoTwin(context: ChangeContext, before: Image): Promise<void> {
  if (before.kind !== 'timer' || before.ended_at !== null) return
  const open = await findOpenSessions(context.db, context.workspace.id, context.member.id)
  const twin = open.find(
    one => one.kind === 'timer' && one.project_id === before.project_id && one.id !== before.id,
  )
  if (!twin) return
  throw new AppError('conflict', `Another timer runs on ${twin.project_name} since.`, {
    details: { timer: twin.id },
    hint: 'Stop it first.',
  })
}

async function takeBackEntry(context: ChangeContext, event: EventRow): Promise<void> {
  const { db, now, workspace } = context
  const current = await findEntry(db, workspace.id, event.subject_id)
  if (!current) return
  assertOwn(context, current.member_id)
  const earlier = parsed(event.before)
  // what came in as billed elsewhere may go as it came
  if (earlier || current.invoice_id !== billedElsewhere) assertNotInvoiced(current)
  const before: EntryRow & { spans?: Span[] } = { ...current, ...earlier }
  assertEntryUnlocked(context, current)
  assertEntryUnlocked(context, before)
  if (!earlier) {
    await deleteEntry(db, workspace.id, current.id)
    context.emit({ type: 'entry.deleted', subject: current.id, before: current })
    return
  }
  const set = {
    ...columnsOf(before, entryColumns),
    invoice_id: current.invoice_id,
    version: current.version + 1,
    updated_at: now,
  }
  await updateEntry(db, workspace.id, current.id, set)
  await replaceTags(db, { ...current, tags: before.tags })
  // kept beside the row when its spans changed
  if (before.spans) await replaceSpans(db, current, before.spans)
  const type = current.deleted_at !== null && before.deleted_at === null ? 'entry.restored' : 'entry.updated'
  const after = await storedEntry(context, current.id)
  context.emit({ type, subject: current.id, before: current, after })
}

interface Named {
  id: string
  name: string
  version: number
}

/** What a project, a client and a task have in common: a name, rates, and what hangs on them. */
interface Noun {
  find(db: Reader, workspace: string, id: string): Promise<Named | undefined>
  isUsed(db: Reader, workspace: string, id: string): Promise<boolean>
  update(db: Transaction, workspace: string, id: string, set: Image): Promise<unknown>
  remove(db: Transaction, workspace: string, id: string): Promise<unknown>
  columns: readonly string[]
}

const nouns: Record<'project' | 'client' | 'task', Noun> = {
  project: {
    find: findProject,
    isUsed: projectIsUsed,
    update: updateProject,
    async remove(db, workspace, id) {
      await deleteAlarmsOf(db, workspace, id)
      await deleteProject(db, workspace, id)
    },
    columns: [
      'client_id',
      'currency',
      'budget',
      'name',
      'name_key',
      'color',
      'billable',
      'bill_agent_time',
      'archived_at',
    ],
  },
  client: {
    find: findClient,
    isUsed: clientIsUsed,
    update: updateClient,
    remove: deleteClient,
    columns: ['name', 'name_key', 'currency', 'company', 'email', 'billing', 'archived_at'],
  },
  task: {
    find: findTask,
    isUsed: taskIsUsed,
    update: updateTask,
    remove: deleteTask,
    columns: ['name', 'name_key', 'estimated_seconds', 'assignee_id', 'completed_at', 'archived_at'],
  },
}

async function takeBackNamed(
  context: ChangeContext,
  event: EventRow,
  word: 'project' | 'client' | 'task',
): Promise<void> {
  const { db, now, workspace } = context
  const noun = nouns[word]
  const current = await noun.find(db, workspace.id, event.subject_id)
  if (!current) return
  const before = parsed(event.before)
  await touchNames(db, workspace.id)
  if (!before) {
    if (await noun.isUsed(db, workspace.id, current.id)) {
      // made along with something else, and still needed
      if (word === 'project' && event.operation !== 'create_project') return
      throw inUse(word, current.name)
    }
    await replaceRatesOf(db, workspace.id, current.id, [])
    await noun.remove(db, workspace.id, current.id)
    context.emit({ type: `${word}.deleted`, subject: current.id, before: current })
    return
  }
  const set = { ...columnsOf(before, noun.columns), version: current.version + 1, updated_at: now }
  await noun.update(db, workspace.id, current.id, set)
  await takeBackRates(context, current.id, before)
  await takeBackAliases(context, current.id, before)
  const after = await noun.find(db, workspace.id, current.id)
  context.emit({ type: `${word}.updated`, subject: current.id, before: current, after })
}

/** Kept beside the row when they changed. */
async function takeBackRates({ db, workspace }: ChangeContext, owner: string, before: Image): Promise<void> {
  if (!before.rates) return
  // images are rows that we wrote
  const rows = (before.rates as KeptRate[]).map(row => ({ ...row, workspace_id: workspace.id }))
  await replaceRatesOf(db, workspace.id, owner, rows)
}

async function takeBackAliases(
  { db, workspace }: ChangeContext,
  project: string,
  before: Image,
): Promise<void> {
  if (!before.aliases) return
  const aliases = before.aliases as string[]
  const keyed = aliases.map(alias => ({ alias, alias_key: foldName(alias) }))
  await replaceAliases(db, workspace.id, project, keyed)
}

async function takeBackExpense(context: ChangeContext, event: EventRow): Promise<void> {
  const { db, workspace } = context
  const current = await findExpense(db, workspace.id, event.subject_id)
  if (!current) return
  const before = parsed(event.before)
  // what came in as billed elsewhere may go as it came
  if (before || current.invoice_id !== billedElsewhere) assertFree(context, current)
  if (!before) {
    await freeSessions(context, current)
    await deleteExpense(db, workspace.id, current.id)
    context.emit({ type: 'expense.deleted', subject: current.id, before: current })
    return
  }
  if (typeof before.date === 'string') assertDayUnlocked(context, before.date)
  // an invoice that it was on, it may have left since
  const set = { ...columnsOf(before, expenseColumns), invoice_id: current.invoice_id }
  await changeExpense(context, current, set)
}

const inUse = (word: string, name: string): AppError =>
  new AppError('conflict', `Time or tasks hang on the ${word} "${name}" by now.`, {
    hint: `Archive it instead.`,
  })

/** The stored columns of an image, without the names that were joined to it. */
const columnsOf = (image: Image, columns: readonly string[]): Image =>
  Object.fromEntries(columns.filter(column => column in image).map(column => [column, image[column]]))
