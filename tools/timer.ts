import * as z from 'zod'
import { findOpenSessions, type SessionRow } from '../db/sessions.ts'
import type { ChangeContext } from '../src/core/context.ts'
import { begin, nowOf, sayByHand, setSince, settle } from '../src/core/engine.ts'
import {
  at,
  autoCreate,
  billable,
  confirm,
  descriptionField,
  nextCursor,
  notes as notesField,
  pageFields,
  projectRef,
  tagsField,
  taskOrNone,
  taskRef,
  timerRef,
  version,
} from '../src/core/fields.ts'
import { foldOf, isByHand } from '../src/core/fold.ts'
import { change, query } from '../src/core/operation.ts'
import { pageOf } from '../src/core/page.ts'
import { resolveOrMakeProject, resolveTask } from '../src/core/resolve.ts'
import { findRun, nothingRuns, resolveOpenRun, resolveRun } from '../src/core/run.ts'
import { changeRun, type RunChange } from '../src/core/run-change.ts'
import { nameOf, sessionOf, spent } from '../src/core/session.ts'
import { showLife } from '../src/core/sign-of-life.ts'
import { assertUnlocked, momentOf, noted } from '../src/core/time.ts'
import { assertVersion } from '../src/core/version.ts'
import { entry } from '../src/domain/entry.ts'
import { AppError } from '../src/domain/error.ts'
import { toText } from '../src/domain/instant.ts'
import { name } from '../src/domain/label.ts'
import { session as timer } from '../src/domain/session.ts'
import { discard, keep, trim } from './rescue.ts'
import { end, endText, openOf } from './session.ts'

const fallbackProject = name().describe('Used if none matches')

export const startTimer = change({
  name: 'start_timer',
  summary: 'Start a timer on a project. Others keep running unless stop_others is true.',
  scope: 'write',
  toolset: 'track',
  route: 'POST /timers',
  command: 'start <project> [description]',
  examples: [
    'start acme',
    'start acme "Fix the login" --task Backend --at 09:15',
    'start acme --auto-create --stop-others',
  ],
  input: z.strictObject({
    project: projectRef,
    description: descriptionField.optional(),
    task: taskRef.optional(),
    tags: tagsField.optional(),
    at: at.optional(),
    billable: billable.optional(),
    auto_create: autoCreate.optional(),
    fallback_project: fallbackProject.optional(),
    stop_others: z.boolean().optional().describe('Stop what else runs'),
  }),
  output: z.object({
    timer,
    already_running: z.literal(true).optional(),
    resumed: z.literal(true).optional(),
    created_project: z.literal(true).optional(),
    stopped: z.array(entry).optional(),
    notes: notesField,
  }),
  text({ already_running, created_project, notes, resumed, stopped, timer }) {
    const word = resumed ? 'Resumed' : already_running ? 'Already running' : 'Started'
    const made = created_project ? ' (new project)' : ''
    const time = already_running || resumed ? `, ${spent(timer)} so far` : ''
    const others = stopped?.map(one => ` Stopped ${nameOf(one)}: ${spent(one)}.`).join('') ?? ''
    return `${word}: ${nameOf(timer)}${made}${time}.${others}${notes ? ` ${notes.join(' ')}` : ''}`
  },

  async run(context, input) {
    const notes: string[] = []
    const at = momentOf(context, input.at, notes)
    assertUnlocked(context, at)
    const { created, project } = await resolveOrMakeProject(context, input.project, input)
    const task = input.task === undefined ? undefined : await resolveTask(context, input.task, project)
    const open = await openOf(context, 'timer')
    const running = open.find(one => one.project_id === project.id)
    const named = input.at === undefined ? undefined : at
    const stopped = input.stop_others ? await stopOthers(context, open, running, named) : []
    const others = stopped.length > 0 ? { stopped } : {}
    if (running) {
      if (isToldMore(input, running))
        notes.push(
          'It ran already: update_timer (stint timer update) changes its description, task and tags.',
        )
      return { ...(await goOn(context, running, named)), ...others, ...noted(notes) }
    }
    const { description = '', tags = [] } = input
    const begun = await begin(context, {
      kind: 'timer',
      project,
      task,
      description,
      tags,
      billable: input.billable,
      at,
    })
    return {
      timer: sessionOf(begun.session, begun.fold, context.now),
      ...(created && { created_project: true as const }),
      ...others,
      ...noted(notes),
    }
  },
})

const isToldMore = ({ description, tags, task }: RunChange, running: SessionRow): boolean =>
  (description !== undefined && description !== running.description) ||
  tags !== undefined ||
  task !== undefined

/** Starting what runs changes nothing; what is paused runs again. */
async function goOn(context: ChangeContext, running: SessionRow, at: number | undefined) {
  const fold = await foldOf(context, running)
  if (fold.current?.kind !== 'idle') {
    return { timer: sessionOf(running, fold, context.now), already_running: true as const }
  }
  const resumed = await turned(context, running, 'active', at)
  return {
    timer: sessionOf(resumed.session, resumed.fold, context.now),
    already_running: true as const,
    resumed: true as const,
  }
}

async function stopOthers(
  context: ChangeContext,
  open: readonly SessionRow[],
  running: SessionRow | undefined,
  at: number | undefined,
) {
  const stopped = []
  for (const other of open) {
    if (other.id === running?.id) continue
    // what began later than that runs until now, or its time would be lost
    const until = at !== undefined && at > other.started_at ? at : undefined
    const { entry } = await end(context, { kind: 'timer', ref: other.id, at: until, notes: [] })
    if (entry) stopped.push(entry)
  }
  return stopped
}

export const stopTimer = change({
  name: 'stop_timer',
  summary: 'Stop a timer and keep its time as an entry.',
  scope: 'write',
  toolset: 'track',
  idempotent: true,
  route: 'POST /timers/{project}/stop',
  command: 'stop [project]',
  examples: ['stop', 'stop acme --description "Login fixed"', 'stop --at 17:30'],
  input: z.strictObject({
    project: timerRef.optional(),
    at: at.optional(),
    description: descriptionField.optional(),
  }),
  output: z.object({
    entry: entry.optional(),
    timer,
    already_ended: z.literal(true).optional(),
    discarded_empty: z.literal(true).optional().describe('It held no time, so there is no entry'),
    held_by_lock: z
      .literal(true)
      .optional()
      .describe('Its time lies in a locked period, so there is no entry'),
    notes: notesField,
  }),
  text: output => endText(output.timer, output),

  async run(context, { at, description, project }) {
    const notes: string[] = []
    const moment = at === undefined ? undefined : momentOf(context, at, notes)
    const { session, ...rest } = await end(context, {
      kind: 'timer',
      ref: project,
      at: moment,
      notes,
      description,
    })
    return { timer: session, ...rest }
  },
})

const movedTimer = z.object({ timer, notes: notesField })

export const pauseTimer = change({
  name: 'pause_timer',
  summary: 'Pause a timer; resume_timer takes it up again.',
  scope: 'write',
  toolset: 'track',
  idempotent: true,
  route: 'POST /timers/{project}/pause',
  command: 'pause [project]',
  examples: ['pause', 'pause acme --at 12:30'],
  input: z.strictObject({ project: timerRef.optional(), at: at.optional() }),
  output: movedTimer,
  text: ({ notes, timer }) =>
    `Paused: ${nameOf(timer)} at ${spent(timer)}.${notes ? ` ${notes.join(' ')}` : ''}`,
  run: (context, input) => turn(context, input, 'idle'),
})

export const resumeTimer = change({
  name: 'resume_timer',
  summary: 'Let a paused timer run again.',
  scope: 'write',
  toolset: 'track',
  idempotent: true,
  route: 'POST /timers/{project}/resume',
  command: 'resume [project]',
  examples: ['resume', 'resume acme'],
  input: z.strictObject({ project: timerRef.optional(), at: at.optional() }),
  output: movedTimer,
  text: ({ notes, timer }) =>
    `Running: ${nameOf(timer)}, ${spent(timer)} so far.${notes ? ` ${notes.join(' ')}` : ''}`,
  run: (context, input) => turn(context, input, 'active'),
})

async function turn(
  context: ChangeContext,
  input: { project?: string | undefined; at?: string | undefined },
  kind: 'active' | 'idle',
) {
  const notes: string[] = []
  const moment = input.at === undefined ? undefined : momentOf(context, input.at, notes)
  const found = await findRun(context, await turnable(context, input.project, kind), input.project, 'timer')
  if (!found) throw await nothingRuns(context, input.project, 'timer')
  const fold = await foldOf(context, found)
  if (fold.current?.kind === kind) {
    notes.push(kind === 'idle' ? 'It was paused already.' : 'It was running already.')
    return { timer: sessionOf(found, fold, context.now), ...noted(notes) }
  }
  const after = await turned(context, found, kind, moment)
  return { timer: sessionOf(after.session, after.fold, context.now), ...noted(notes) }
}

async function turned(
  context: ChangeContext,
  found: SessionRow,
  kind: 'active' | 'idle',
  at: number | undefined,
) {
  const since = await setSince(context, found)
  if (at !== undefined && at < since) {
    throw new AppError('validation_error', `That lies before its last change at ${toText(since)}.`, {
      hint: 'Name a later moment, or correct the entry after you stopped it.',
    })
  }
  await sayByHand(context, found, kind, at ?? nowOf(context, found))
  return settle(context, found, kind === 'idle' ? 'timer.paused' : 'timer.resumed')
}

/** Where nobody says which, only those that could be meant count: pausing means one that runs. */
async function turnable(context: ChangeContext, ref: string | undefined, kind: 'active' | 'idle') {
  const open = await openOf(context, 'timer')
  if (ref !== undefined || open.length < 2) return open
  const other: SessionRow[] = []
  for (const one of open) {
    const { current } = await foldOf(context, one)
    if (current?.kind !== kind) other.push(one)
  }
  return other.length > 0 ? other : open
}

export const updateTimer = change({
  name: 'update_timer',
  summary:
    'Change a timer or move it to another project. One that ended by itself: keep, trim or discard it.',
  scope: 'write',
  toolset: 'track',
  destructive: ({ action }) => action === 'discard',
  route: 'PATCH /timers/{project}',
  command: 'timer update [project]',
  examples: [
    'timer update --description "Login fixed"',
    'timer update acme --move-to globex',
    'timer update acme --action trim --until 17:30',
  ],
  input: z.strictObject({
    project: timerRef.optional(),
    description: descriptionField.optional(),
    task: taskOrNone.optional(),
    tags: tagsField.optional(),
    move_to: name().optional().describe('Project to move it to'),
    action: z.enum(['keep', 'trim', 'discard']).optional().describe('For one that ended by itself'),
    until: at.optional().describe('Its end, for keep and trim'),
    version: version.optional(),
    confirm: confirm.optional(),
  }),
  seldom: ['version'],
  output: z.object({
    timer,
    entry: entry.optional(),
    notes: notesField,
  }),
  text: ({ notes, timer }) =>
    `${nameOf(timer)}: ${timer.state}, ${spent(timer)}.${notes ? ` ${notes.join(' ')}` : ''}`,
  question: ({ project }) =>
    `Throw away the timer${project === undefined ? '' : ` on ${JSON.stringify(project)}`} and its time?`,

  async run(context, input) {
    if (input.version !== undefined)
      assertVersion(await resolveRun(context, input.project, 'timer'), input.version)
    if (input.action !== undefined) {
      assertActionAlone(input)
      return rescue(context, { ...input, action: input.action })
    }
    if (input.until !== undefined) {
      throw new AppError('validation_error', 'until goes with action keep or trim.')
    }
    const found = await findRun(context, await openOf(context, 'timer'), input.project, 'timer')
    if (!found) throw await nothingRuns(context, input.project, 'timer')
    const notes: string[] = []
    const after = await changeRun(context, found, input, notes)
    return { timer: sessionOf(after, await foldOf(context, after), context.now), ...noted(notes) }
  },
})

function assertActionAlone({ description, move_to, tags, task }: RunChange): void {
  if ([description, move_to, tags, task].every(one => one === undefined)) return
  throw new AppError(
    'validation_error',
    'action goes alone: it decides about the end and changes nothing else.',
    {
      hint: 'Call update_timer with action first; edit_entry then changes what it became.',
    },
  )
}

async function rescue(
  context: ChangeContext,
  input: { project?: string | undefined; action: 'keep' | 'trim' | 'discard'; until?: string | undefined },
) {
  const act = { keep, trim, discard }[input.action]
  const { entry, session } = await act(context, { ref: input.project, until: input.until, kind: 'timer' })
  return { timer: session, ...(entry && { entry }) }
}

export const listTimers = query({
  name: 'list_timers',
  summary: 'The timers that run or are paused.',
  scope: 'read',
  route: 'GET /timers',
  command: 'timer list',
  // lengths are whole seconds
  steady: 1000,
  examples: ['timer list'],
  input: z.strictObject({
    sort: z.enum(['started_at', '-started_at']).optional().describe('Default started_at'),
    ...pageFields,
  }),
  output: z.object({ timers: z.array(timer), next_cursor: nextCursor }),
  text: ({ timers }) =>
    timers.length === 0
      ? 'No timer is running.'
      : [
          {
            columns: ['Project', 'State', 'Time', 'Description'],
            rows: timers.map(one => [nameOf(one), one.state, spent(one), one.description]),
          },
        ],

  async run(context, { cursor, limit, sort }) {
    const { next_cursor, page } = pageOf(
      await openOf(context, 'timer'),
      { list: 'timers', sort },
      { cursor, limit },
      { value: row => toText(row.started_at), id: row => row.id, descending: sort === '-started_at' },
    )
    const timers = []
    for (const one of page) timers.push(sessionOf(one, await foldOf(context, one), context.now))
    return { timers, next_cursor }
  },
})

export const getTimer = query({
  name: 'get_timer',
  summary: 'One timer: what runs, else what ended there last.',
  scope: 'read',
  route: 'GET /timers/{timer}',
  command: 'timer show [timer]',
  examples: ['timer show', 'timer show acme'],
  input: z.strictObject({ timer: timerRef.optional() }),
  output: z.object({ timer }),
  text: ({ timer }) => `${nameOf(timer)}: ${timer.state}, ${spent(timer)}.`,

  async run(context, { timer }) {
    const found = await resolveRun(context, timer, 'timer')
    return { timer: sessionOf(found, await foldOf(context, found), context.now) }
  },
})

export const touchTimer = change({
  name: 'touch_timer',
  summary: 'Say that a timer is still worked on, so that it does not end by itself.',
  scope: 'write',
  idempotent: true,
  route: 'POST /timers/{timer}/heartbeat',
  command: 'timer touch [timer]',
  examples: ['timer touch acme'],
  input: z.strictObject({ timer: timerRef.optional() }),
  output: z.object({ timer }),
  text: ({ timer }) => `${nameOf(timer)} lives: ${spent(timer)}.`,

  async run(context, { timer }) {
    const found = await resolveOpenRun(context, timer, 'timer')
    return { timer: await touched(context, found) }
  },
})

export const touchTimers = change({
  name: 'touch_timers',
  summary: 'Say that all your timers and sessions are still worked on.',
  scope: 'write',
  idempotent: true,
  route: 'POST /timers/heartbeat',
  command: 'timers touch',
  examples: ['timers touch'],
  input: z.strictObject({}),
  output: z.object({ timers: z.array(timer), sessions: z.array(timer) }),
  text: ({ sessions, timers }) => `Alive: ${timers.length} timers, ${sessions.length} sessions.`,

  async run(context) {
    const { db, member, workspace } = context
    const open = (await findOpenSessions(db, workspace.id, member.id)).filter(isByHand)
    const alive = []
    for (const one of open) alive.push(await touched(context, one))
    return {
      timers: alive.filter(one => one.kind === 'timer'),
      sessions: alive.filter(one => one.kind === 'session'),
    }
  },
})

async function touched(context: ChangeContext, found: SessionRow) {
  const session = await showLife(context, found)
  return sessionOf(session, await foldOf(context, session), context.now)
}
