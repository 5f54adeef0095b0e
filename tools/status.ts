import * as z from 'zod'
import { findEntry } from '../db/entries.ts'
import { findHeld, findOpenSessions, findUnsettled, type SessionRow } from '../db/sessions.ts'
import { budgetAlarms } from '../src/core/budget.ts'
import type { Context } from '../src/core/context.ts'
import { foldsOf, isHeld } from '../src/core/fold.ts'
import { query, type View } from '../src/core/operation.ts'
import { endedSession, nameOf, sessionOf, spent } from '../src/core/session.ts'
import { type BudgetAlarm, percentOfShare } from '../src/domain/budget.ts'
import { longRunningSeconds, toldFor } from '../src/domain/policy.ts'
import { fullName } from '../src/domain/reference.ts'
import { type Session, session } from '../src/domain/session.ts'

export const warning = z.object({
  code: z.enum(['long_running', 'ended_by_itself', 'held_by_lock', 'budget']),
  message: z.string(),
  session: z.string().describe('Id of the timer or session'),
})
type Warning = z.infer<typeof warning>

export const status = query({
  name: 'status',
  summary: 'What runs now: timers and sessions with their time by kind, and what ended by itself.',
  scope: 'read',
  toolset: 'track',
  route: 'GET /status',
  command: 'status',
  examples: ['status', 'status --json'],
  input: z.strictObject({}),
  output: z.object({
    timers: z.array(session),
    sessions: z.array(session),
    ended: z
      .array(session)
      .describe('Ended by themselves: keep, trim or discard with update_timer or keep_session'),
    warnings: z.array(warning),
  }),
  text({ ended, sessions, timers, warnings }, view) {
    const open = [...timers, ...sessions]
    const forgotten = [
      ...warnings.filter(one => one.code === 'budget').map(one => one.message),
      ...forgottenLines({ ended, open }, view),
    ]
    return [
      open.length === 0
        ? 'Nothing is running.'
        : {
            columns: ['Project', 'Kind', 'State', 'Time', 'Since', 'Description'],
            rows: open.map(one => cells(one, view)),
          },
      ...(forgotten.length > 0 ? ['', ...forgotten] : []),
    ]
  },

  async run(context) {
    const { db, member, now, workspace } = context
    const open = await shown(context, await findOpenSessions(db, workspace.id, member.id))
    const ended = await shownEnded(context, await findUnsettled(db, workspace.id, member.id, now - toldFor))
    const held = await shown(context, await findHeld(db, workspace.id, member.id, now - toldFor))
    return {
      timers: open.filter(one => one.kind === 'timer'),
      sessions: open.filter(one => one.kind === 'session'),
      ended,
      warnings: [
        ...open.flatMap(longRunning),
        ...open.filter(one => isHeld(context, Date.parse(one.started_at))).map(heldWarning),
        ...held.map(heldWarning),
        ...ended.map(endedWarning),
        ...(await budgetWarnings(context, open)),
      ],
    }
  },
})

export async function shown(context: Context, rows: readonly SessionRow[]): Promise<Session[]> {
  const folds = await foldsOf(context, rows)
  return rows.flatMap((row, at) => (folds[at] ? [sessionOf(row, folds[at], context.now)] : []))
}

/** What has ended is told by its entry; reading a week of signals again would take as long as the week was busy. */
export async function shownEnded(context: Context, rows: readonly SessionRow[]): Promise<Session[]> {
  const { db, now, workspace } = context
  const all: Session[] = []
  for (const row of rows) {
    const entry = row.entry_id === null ? undefined : await findEntry(db, workspace.id, row.entry_id)
    all.push(endedSession(row, entry?.deleted_at === null ? entry : nothing, now))
  }
  return all
}

const nothing = { seconds: 0, active_seconds: 0, agent_seconds: 0, idle_seconds: 0 }

function longRunning(one: Session): Warning[] {
  if (!one.long_running) return []
  const message = `${nameOf(one)} runs for more than ${longRunningSeconds / 3600} hours: stop it with an at, or leave it.`
  return [{ code: 'long_running', message, session: one.id }]
}

const heldWarning = (one: Session): Warning => ({
  code: 'held_by_lock',
  message: `${nameOf(one)} began in a period that is locked by now: no entry can be written of it.`,
  session: one.id,
})

const endedWarning = (one: Session): Warning => ({
  code: 'ended_by_itself',
  message: endedByItself(one),
  session: one.id,
})

const endedByItself = (one: Session): string =>
  `${nameOf(one)} ended by itself at its last sign of life, ${one.ended_at ?? one.last_sign_at}, with ${spent(one)}.`

/** Of the projects that are worked on now. No amounts: whoever sees no money reads this as well. */
async function budgetWarnings(context: Context, open: readonly Session[]): Promise<Warning[]> {
  const alarms = await budgetAlarms(
    context,
    open.map(one => one.project.id),
  )
  return alarms.flatMap(alarm =>
    open
      .filter(one => one.project.id === alarm.project.id)
      .slice(0, 1)
      .map(one => ({ code: 'budget' as const, message: alarmText(alarm), session: one.id })),
  )
}

const alarmText = ({ client, project, share, window }: BudgetAlarm): string =>
  `${fullName({ ...project, client })} has used ${percentOfShare(share)} % of its ${window} budget.`

interface Told {
  ended: readonly Session[]
  open: readonly Session[]
}

const mostTold = 5

/** What ended by itself, or runs very long: each with what can be typed to put it right. */
export function forgottenLines({ ended, open }: Told, view: View, most = mostTold): string[] {
  const all = [...ended, ...open]
  const rest = ended.length - most
  return [
    ...ended.slice(0, most).flatMap(one => endedLines(one, all, view)),
    ...(rest > 0 ? [`${rest} more ended by themselves: stint doctor`] : []),
    ...open.filter(one => one.long_running).flatMap(one => longLines(one, typedRef(one, all))),
  ]
}

function endedLines(one: Session, all: readonly Session[], view: View): string[] {
  const { discard, keep, trim } = rescueCommands(one, all)
  const end = view.time(Date.parse(one.ended_at ?? one.last_sign_at))
  const inOneLine = `${keep}, ${trim} or ${discard}`
  const commands = inOneLine.length < 78 ? [inOneLine] : [keep, trim, discard]
  return [
    `${nameOf(one)} ended by itself (${end}) with ${spent(one)}.`,
    ...commands.map(command => `  ${command}`),
  ]
}

export function rescueCommands(one: Session, all: readonly Session[]) {
  const ref = typedRef(one, all)
  return { keep: `stint keep ${ref}`, trim: `stint trim TIME ${ref}`, discard: `stint discard ${ref}` }
}

const longLines = (one: Session, ref: string): string[] => [
  `${nameOf(one)} has run for ${spent(one)}.`,
  `  stint stop ${ref} --at TIME, if it was forgotten`,
]

/** The project's name, unless it also means another of them or a shell would not take it as it is; then the id. */
function typedRef(one: Session, all: readonly Session[]): string {
  const { id, project } = one
  const isAlone = all.filter(other => other.project.name === project.name).length === 1
  return isAlone && plainWords.test(project.name) ? project.name : id
}

// not \p{L}, which takes longer to compile than all the rest to run
const plainWords = /^[\w\u00a1-\uffff][\w.\u00a1-\uffff-]*( [\w\u00a1-\uffff][\w.\u00a1-\uffff-]*)*$/

const cells = (one: Session, view: View): string[] => [
  nameOf(one),
  one.kind,
  one.state === 'running' && one.beat === 'agent' ? 'agent' : one.state,
  spent(one),
  view.time(Date.parse(one.started_at)),
  one.description,
]
