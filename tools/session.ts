import * as z from 'zod'
import { findEntry } from '../db/entries.ts'
import { findOpenSessions, listSessions as findSessions, type SessionRow } from '../db/sessions.ts'
import type { ChangeContext, Context } from '../src/core/context.ts'
import { begin, nowOf, sayByHand, settle } from '../src/core/engine.ts'
import { entryOf } from '../src/core/entry.ts'
import {
  at,
  autoCreate,
  descriptionField,
  nextCursor,
  notes as notesField,
  pageFields,
  periodFields,
  projectRef,
  sessionRef,
  tagsField,
  taskOrNone,
  taskRef,
  version,
} from '../src/core/fields.ts'
import { foldOf, isByHand } from '../src/core/fold.ts'
import { change, query } from '../src/core/operation.ts'
import { cut, defaultLimit, readNumberCursor, writeCursor } from '../src/core/page.ts'
import { resolveAnyProject, resolveOrMakeProject, resolveTask } from '../src/core/resolve.ts'
import { findEnded, findRun, nothingRuns, type Run, resolveRun } from '../src/core/run.ts'
import { changeRun } from '../src/core/run-change.ts'
import { nameOf, sessionOf, spent } from '../src/core/session.ts'
import { assertUnlocked, calendarOf, momentOf, noted } from '../src/core/time.ts'
import { assertVersion } from '../src/core/version.ts'
import type { BeatKind } from '../src/domain/beats.ts'
import { type Entry, entry } from '../src/domain/entry.ts'
import { AppError } from '../src/domain/error.ts'
import { toText } from '../src/domain/instant.ts'
import { name } from '../src/domain/label.ts'
import { periodShape, periodText, resolvePeriod } from '../src/domain/period.ts'
import { type Reference, reference } from '../src/domain/reference.ts'
import { type Session, session } from '../src/domain/session.ts'
import { shown, shownEnded } from './status.ts'

export const startSession = change({
  name: 'start_session',
  summary: 'Open a work session on a project, with you in focus; flip it with session_beat.',
  scope: 'write',
  toolset: 'track',
  route: 'POST /sessions',
  command: 'session start <project> [description]',
  examples: ['session start acme "Review of the login"'],
  input: z.strictObject({
    project: projectRef,
    description: descriptionField.optional(),
    task: taskRef.optional(),
    tags: tagsField.optional(),
    at: at.optional(),
    auto_create: autoCreate.optional(),
  }),
  seldom: ['task', 'tags', 'at'],
  output: z.object({
    session,
    already_running: z.literal(true).optional(),
    created_project: z.literal(true).optional(),
    idled: z.array(reference).optional().describe('Other sessions that are idle now'),
    notes: notesField,
  }),
  text: ({ already_running, session }) =>
    `${already_running ? 'Already open' : 'Opened'}: session on ${nameOf(session)}, ${session.beat ?? 'idle'}.`,

  async run(context, input) {
    const notes: string[] = []
    const moment = momentOf(context, input.at, notes)
    assertUnlocked(context, moment)
    const { created, project } = await resolveOrMakeProject(context, input.project, input)
    const open = await findOpenSessions(context.db, context.workspace.id, context.member.id)
    const running = open.find(one => one.kind === 'session' && one.project_id === project.id && isByHand(one))
    const idled = await idleOthers(context, open, running?.id)
    if (running) {
      const session = await beaten(context, running, 'active')
      return { session, already_running: true as const, ...(idled.length > 0 && { idled }), ...noted(notes) }
    }
    const task = input.task === undefined ? undefined : await resolveTask(context, input.task, project)
    const { description = '', tags = [] } = input
    const begun = await begin(context, {
      kind: 'session',
      project,
      task,
      description,
      tags,
      billable: undefined,
      at: moment,
    })
    return {
      session: sessionOf(begun.session, begun.fold, context.now),
      ...(created && { created_project: true as const }),
      ...(idled.length > 0 && { idled }),
      ...noted(notes),
    }
  },
})

export const sessionBeat = change({
  name: 'session_beat',
  summary: 'Say who works in a session from now on: active (the person), agent, or idle.',
  scope: 'write',
  toolset: 'track',
  route: 'POST /sessions/{session}/beats',
  command: 'session beat <kind> [session]',
  examples: ['session beat agent', 'session beat idle acme'],
  input: z.strictObject({
    session: sessionRef.optional(),
    kind: z.enum(['active', 'agent', 'idle']).describe('From now on'),
  }),
  output: z.object({ session, idled: z.array(reference).optional() }),
  text: ({ session }) => `${nameOf(session)} is ${session.beat ?? session.state} now.`,

  async run(context, input) {
    const open = await findOpenSessions(context.db, context.workspace.id, context.member.id)
    const found = await findRun(
      context,
      open.filter(one => one.kind === 'session'),
      input.session,
      'session',
    )
    if (!found) throw await nothingRuns(context, input.session, 'session')
    const idled = input.kind === 'active' ? await idleOthers(context, open, found.id) : []
    const session = await beaten(context, found, input.kind)
    return { session, ...(idled.length > 0 && { idled }) }
  },
})

export const updateSession = change({
  name: 'update_session',
  summary: 'Change a session that is open, or move it to another project.',
  scope: 'write',
  idempotent: true,
  route: 'PATCH /sessions/{session}',
  command: 'session update [session]',
  examples: ['session update --description "Login fixed"', 'session update acme --move-to globex'],
  input: z.strictObject({
    session: sessionRef.optional(),
    description: descriptionField.optional(),
    task: taskOrNone.optional(),
    tags: tagsField.optional(),
    move_to: name().optional().describe('Project to move it to'),
    version: version.optional(),
  }),
  output: z.object({ session, notes: notesField }),
  text: ({ notes, session }) =>
    `${nameOf(session)}: ${session.state}, ${spent(session)}.${notes ? ` ${notes.join(' ')}` : ''}`,

  async run(context, input) {
    const found = await resolveRun(context, input.session, 'session')
    if (found.ended_at !== null) throw alreadyOver(found)
    assertVersion(found, input.version)
    const notes: string[] = []
    const after = await changeRun(context, found, input, notes)
    return { session: sessionOf(after, await foldOf(context, after), context.now), ...noted(notes) }
  },
})

function alreadyOver({ discarded_at, entry_id, project_name }: SessionRow): AppError {
  const hasEntry = entry_id !== null && discarded_at === null
  return new AppError('conflict', `The session on ${project_name} has ended.`, {
    ...(hasEntry && { details: { entry: entry_id }, hint: 'edit_entry changes the entry that it became.' }),
  })
}

export const endSession = change({
  name: 'end_session',
  summary: 'End a session and keep its time as an entry.',
  scope: 'write',
  toolset: 'track',
  idempotent: true,
  route: 'POST /sessions/{session}/end',
  command: 'session end [session]',
  examples: ['session end', 'session end acme'],
  input: z.strictObject({ session: sessionRef.optional() }),
  output: z.object({
    session,
    entry: entry.optional(),
    already_ended: z.literal(true).optional(),
    discarded_empty: z.literal(true).optional().describe('It held no time, so there is no entry'),
    held_by_lock: z
      .literal(true)
      .optional()
      .describe('Its time lies in a locked period, so there is no entry'),
    notes: notesField,
  }),
  text: output => endText(output.session, output),

  async run(context, input) {
    return end(context, { kind: 'session', ref: input.session, notes: [] })
  },
})

export const listSessions = query({
  name: 'list_sessions',
  summary: 'Your sessions, open and ended, newest first.',
  scope: 'read',
  route: 'GET /sessions',
  command: 'session list [period]',
  examples: ['session list today', 'session list this_week --project acme --state ended'],
  input: z.strictObject({
    ...periodFields,
    project: projectRef.optional(),
    state: z.enum(['open', 'ended', 'all']).optional().describe('Default all'),
    sort: z.enum(['-started_at', 'started_at']).optional().describe('Default -started_at'),
    ...pageFields,
  }),
  output: z.object({ period: periodShape, sessions: z.array(session), next_cursor: nextCursor }),
  text: ({ sessions }, view) =>
    sessions.length === 0
      ? 'No sessions.'
      : [
          {
            columns: ['Project', 'State', 'Time', 'Since', 'Host', 'Id'],
            rows: sessions.map(one => [
              nameOf(one),
              one.state,
              spent(one),
              view.time(Date.parse(one.started_at)),
              one.host,
              one.id,
            ]),
          },
        ],

  async run(context, { cursor, limit = defaultLimit, ...question }) {
    const period = resolvePeriod(question, calendarOf(context, question.time_zone), 'all_time')
    const asked = { list: 'sessions', ...question }
    const project =
      question.project === undefined ? undefined : await resolveAnyProject(context, question.project)
    const rows = await findSessions(context.db, context.workspace.id, {
      member: context.member.id,
      state: question.state ?? 'all',
      project: project?.id,
      from: period.from ?? undefined,
      to: period.to,
      descending: question.sort !== 'started_at',
      after: readNumberCursor(asked, cursor),
      limit: limit + 1,
    })
    const { last, page } = cut(rows, limit)
    return {
      period: periodText(period),
      sessions: await inOrder(context, page),
      next_cursor: last ? writeCursor(asked, { value: last.started_at, id: last.id }) : null,
    }
  },
})

async function inOrder(context: Context, rows: readonly SessionRow[]): Promise<Session[]> {
  const open = await shown(
    context,
    rows.filter(one => one.ended_at === null),
  )
  const ended = await shownEnded(
    context,
    rows.filter(one => one.ended_at !== null),
  )
  const all = new Map([...open, ...ended].map(one => [one.id, one]))
  return rows.flatMap(({ id }) => all.get(id) ?? [])
}

export const getSession = query({
  name: 'get_session',
  summary: 'One session: what runs, else what ended there last.',
  scope: 'read',
  route: 'GET /sessions/{session}',
  command: 'session show [session]',
  examples: ['session show', 'session show ses_…'],
  input: z.strictObject({ session: sessionRef.optional() }),
  output: z.object({ session }),
  text: ({ session }) => `${nameOf(session)}: ${session.state}, ${spent(session)}.`,

  async run(context, input) {
    const found = await resolveRun(context, input.session, 'session')
    return { session: sessionOf(found, await foldOf(context, found), context.now) }
  },
})

export interface Ending {
  kind: Run
  ref: string | undefined
  /** Not named: now. */
  at?: number | undefined
  notes: string[]
  description?: string | undefined
}

/** Ends what runs. What has ended already answers with the entry it became. */
export async function end(context: ChangeContext, wanted: Ending) {
  const open = await openOf(context, wanted.kind)
  const found = await findRun(context, open, wanted.ref, wanted.kind)
  if (!found) return alreadyEnded(context, wanted)
  const at = wanted.at ?? nowOf(context, found)
  if (at < found.started_at) throw endBeforeStart(found)
  await sayByHand(context, found, 'end', at)
  const described = { ...found, description: wanted.description ?? found.description }
  const { entry, fold, session } = await settle(context, described, undefined, found)
  return {
    session: sessionOf(session, fold, context.now),
    ...(entry && { entry: entryOf(entry) }),
    ...outcome(session, entry),
    ...noted(wanted.notes),
  }
}

async function alreadyEnded(context: ChangeContext, wanted: Ending) {
  const { db, now, workspace } = context
  const last = await findEnded(context, wanted.ref, wanted.kind)
  if (!last || last.discarded_at !== null) throw await nothingRuns(context, wanted.ref, wanted.kind)
  const session = sessionOf(last, await foldOf(context, last), now)
  const entry =
    session.entry_id === undefined ? undefined : await findEntry(db, workspace.id, session.entry_id)
  const notes =
    wanted.description === undefined ? [] : ['It had ended already: edit_entry changes its description.']
  return {
    session,
    ...(entry && { entry: entryOf(entry) }),
    already_ended: true as const,
    ...outcome(last, entry),
    ...noted(notes),
  }
}

const outcome = (ended: SessionRow, entry: unknown) => ({
  ...(!entry && ended.held_by_lock === 0 && { discarded_empty: true as const }),
  ...(ended.held_by_lock === 1 && { held_by_lock: true as const }),
})

const endBeforeStart = (found: SessionRow): AppError =>
  new AppError('validation_error', `It started at ${toText(found.started_at)}, after that end.`, {
    hint: 'Name an end after its start, or throw it away with update_timer and action: discard.',
  })

export async function openOf({ db, member, workspace }: Context, kind: Run): Promise<SessionRow[]> {
  const open = await findOpenSessions(db, workspace.id, member.id)
  return open.filter(one => one.kind === kind)
}

/** One person has one focus: hand-set active beats of their other sessions become idle. Timers are left alone. */
async function idleOthers(context: ChangeContext, open: readonly SessionRow[], focus: string | undefined) {
  const idled: Reference[] = []
  for (const other of open) {
    if (other.kind !== 'session' || other.id === focus) continue
    const { current } = await foldOf(context, other)
    if (current?.kind !== 'active' || !current.hand_set) continue
    await sayByHand(context, other, 'idle', nowOf(context, other))
    await settle(context, other, 'session.updated')
    idled.push({ id: other.id, name: other.project_name })
  }
  return idled
}

/** Saying what it is already changes nothing. */
async function beaten(context: ChangeContext, found: SessionRow, kind: BeatKind): Promise<Session> {
  const fold = await foldOf(context, found)
  if (fold.current?.kind === kind && fold.current.hand_set) return sessionOf(found, fold, context.now)
  await sayByHand(context, found, kind, nowOf(context, found))
  const after = await settle(context, found, 'session.updated')
  return sessionOf(after.session, after.fold, context.now)
}

interface Ended {
  entry?: Entry | undefined
  already_ended?: true | undefined
  discarded_empty?: true | undefined
  held_by_lock?: true | undefined
  notes?: string[] | undefined
}

export function endText(
  of: Session,
  { already_ended, discarded_empty, entry, held_by_lock, notes }: Ended,
): string {
  const name = nameOf(of)
  const also = notes ? ` ${notes.join(' ')}` : ''
  if (held_by_lock) return `${name} ended; its time lies in a locked period, so no entry was written.${also}`
  if (discarded_empty || !entry) return `${name} ended without any time, so no entry was written.${also}`
  const word = already_ended ? 'Already stopped' : 'Stopped'
  return `${word}: ${name}, ${spent(entry)}.${also}`
}
