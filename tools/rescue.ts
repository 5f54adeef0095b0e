import * as z from 'zod'
import { findEntry } from '../db/entries.ts'
import { findOpenSessions, findUnsettled, type SessionRow } from '../db/sessions.ts'
import type { ChangeContext } from '../src/core/context.ts'
import { discardSession, entryFixed, isFixed, nowOf, say, sayByHand, settle } from '../src/core/engine.ts'
import { entryOf } from '../src/core/entry.ts'
import { at, confirm } from '../src/core/fields.ts'
import { foldOf, isByHand } from '../src/core/fold.ts'
import { discardRest } from '../src/core/intake.ts'
import { change } from '../src/core/operation.ts'
import { findEnded, findRun, isRunRef, nothingRuns, type Run } from '../src/core/run.ts'
import { nameOf, sessionOf, spent } from '../src/core/session.ts'
import { assertUnlocked, momentOf } from '../src/core/time.ts'
import { entry } from '../src/domain/entry.ts'
import { AppError } from '../src/domain/error.ts'
import { toText, wholeSecond } from '../src/domain/instant.ts'
import { name } from '../src/domain/label.ts'
import { toldFor } from '../src/domain/policy.ts'
import { session } from '../src/domain/session.ts'

const anyRef = name().describe('Timer or session: its id or project; none: the one that ended by itself')
const rescued = z.object({ session, entry: entry.optional() })
type Rescued = z.infer<typeof rescued>

const rescuedText = ({ session }: Rescued): string =>
  `${nameOf(session)}: ${session.state}, ${spent(session)}.`

export const keepSession = change({
  name: 'keep_session',
  summary:
    'Take back the end of a timer or session that ended by itself: it runs on and the silence counts; with until it ends there.',
  scope: 'write',
  toolset: 'more',
  route: 'POST /sessions/{session}/keep',
  command: 'keep [session]',
  examples: ['keep', 'keep acme --until 17:30'],
  input: z.strictObject({ session: anyRef.optional(), until: at.optional() }),
  output: rescued,
  text: rescuedText,
  run: (context, { session, until }) => keep(context, { ref: session, until }),
})

export const trimSession = change({
  name: 'trim_session',
  summary: 'End a timer or session at an earlier moment than it did, or than now.',
  scope: 'write',
  toolset: 'more',
  route: 'POST /sessions/{session}/trim',
  command: 'trim <until> [session]',
  examples: ['trim 17:30', 'trim 17:30 acme'],
  input: z.strictObject({ session: anyRef.optional(), until: at }),
  output: rescued,
  text: rescuedText,
  run: (context, { session, until }) => trim(context, { ref: session, until }),
})

export const discardTimer = change({
  name: 'discard_timer',
  summary: 'Throw away a timer or session and its time.',
  scope: 'write',
  toolset: 'more',
  destructive: true,
  route: 'POST /timers/{timer}/discard',
  command: 'discard [timer]',
  examples: ['discard', 'discard acme --yes'],
  input: z.strictObject({ timer: anyRef.optional(), confirm: confirm.optional() }),
  output: z.object({ timer: session }),
  text: ({ timer }) => `Discarded: ${nameOf(timer)}, ${spent(timer)} thrown away.`,
  question: ({ timer }) => `Throw away ${timer ?? 'the timer'} and its time?`,

  async run(context, { timer }) {
    const { session } = await discard(context, { ref: timer })
    return { timer: session }
  },
})

export interface Wanted {
  ref: string | undefined
  until?: string | undefined
  /** Where only one of the two can be meant. */
  kind?: Run
}

/** The silence before now, or before `until`, counts as the beat that was set. */
export async function keep(context: ChangeContext, wanted: Wanted): Promise<Rescued> {
  const found = await meant(context, wanted)
  if (found.ended_at === null && wanted.until === undefined) return asItIs(context, found)
  const until = wanted.until === undefined ? undefined : momentOf(context, wanted.until, [])
  if (found.ended_at !== null && found.closed_by !== 'watchdog') {
    throw new AppError('conflict', `${found.project_name} was ended by hand, not by itself.`, {
      hint: 'Change its entry with edit_entry.',
    })
  }
  await assertOpenToChange(context, found)
  if (until === undefined) await assertAlone(context, found)
  if (until !== undefined && until < found.last_sign_at) throw afterOnly(found, 'keep', 'trim')
  await say(context, found, 'alive', until ?? context.now, 'kept')
  if (until !== undefined) await sayByHand(context, found, 'end', until)
  return settled(context, found)
}

/** Nothing is to be taken back of what runs. */
async function asItIs(context: ChangeContext, found: SessionRow): Promise<Rescued> {
  return { session: sessionOf(found, await foldOf(context, found), context.now) }
}

export async function trim(context: ChangeContext, wanted: Wanted): Promise<Rescued> {
  const found = await meant(context, wanted)
  if (wanted.until === undefined) {
    throw new AppError('validation_error', 'trim needs until: the moment at which it ends.')
  }
  const until = momentOf(context, wanted.until, [])
  if (until < found.started_at) {
    throw new AppError('validation_error', `It started at ${toText(found.started_at)}, after that end.`, {
      hint: 'Name a later end, or throw it away with action: discard.',
    })
  }
  if (found.ended_at !== null && until > found.ended_at) throw afterOnly(found, 'trim', 'keep')
  await assertOpenToChange(context, found)
  // a turn that was under way then counts until there, though it gave no sign of life at that moment
  if (await isAgentAt(context, found, until)) await say(context, found, 'alive', until, 'kept')
  await sayByHand(context, found, 'end', until)
  if (!isByHand(found)) await cutOff(context, found, until)
  return settled(context, found)
}

/** What a host told of later is none of it, nor of another session. */
async function cutOff(context: ChangeContext, found: SessionRow, until: number): Promise<void> {
  if (found.ended_at === null) await sayByHand(context, found, 'end', nowOf(context, found))
  await discardRest(context, found, until)
}

async function isAgentAt(context: ChangeContext, found: SessionRow, at: number): Promise<boolean> {
  const { beats } = await foldOf(context, found)
  return beats.some(({ end, kind, start }) => kind === 'agent' && start < at && at <= end)
}

export async function discard(context: ChangeContext, wanted: Wanted): Promise<Rescued> {
  const { now } = context
  const found = await meant(context, wanted, 'all alike')
  await assertOpenToChange(context, found)
  const fold = await foldOf(context, found)
  // what an assistant does from now on is none of what is thrown away
  if (found.ended_at === null && !isByHand(found))
    await sayByHand(context, found, 'end', nowOf(context, found))
  const after = await discardSession(context, found, Math.max(wholeSecond(now), found.started_at))
  return { session: sessionOf(after, fold, now) }
}

async function settled(context: ChangeContext, found: SessionRow): Promise<Rescued> {
  const { now } = context
  const told = found.kind === 'timer' ? 'timer.updated' : 'session.updated'
  const { entry, fold, session } = await settle(context, { ...found, settled_at: now }, told, found)
  return { session: sessionOf(session, fold, now), ...(entry && { entry: entryOf(entry) }) }
}

/**
 * By id, by project, or the only one. Of what ended by itself and what runs the former is meant. What is thrown away
 * has to be named: it is asked for where both may be meant, and by its project never one that a person ended.
 */
async function meant(
  context: ChangeContext,
  { kind, ref }: Wanted,
  which: 'ended first' | 'all alike' = 'ended first',
): Promise<SessionRow> {
  const { db, member, now, workspace } = context
  const ofKind = (one: SessionRow): boolean => kind === undefined || one.kind === kind
  const ended = (await findUnsettled(db, workspace.id, member.id, now - toldFor)).filter(ofKind)
  const open = (await findOpenSessions(db, workspace.id, member.id)).filter(ofKind)
  for (const among of which === 'ended first' ? [ended, open] : [[...ended, ...open]]) {
    const found = await findRun(context, among, ref, kind ?? 'timer')
    if (found) return found
  }
  const last = which === 'all alike' && !isRunRef(ref) ? undefined : await endedOf(context, ref, kind)
  if (!last || last.discarded_at !== null) throw await nothingRuns(context, ref, kind ?? 'timer')
  return last
}

async function endedOf(context: ChangeContext, ref: string | undefined, kind: Run | undefined) {
  if (ref === undefined) return undefined
  const timer = kind === 'session' ? undefined : await findEnded(context, ref, 'timer')
  return timer ?? (kind === 'timer' ? undefined : findEnded(context, ref, 'session'))
}

async function assertOpenToChange(context: ChangeContext, found: SessionRow): Promise<void> {
  assertUnlocked(context, found.started_at)
  if (found.entry_id === null) return
  const written = await findEntry(context.db, context.workspace.id, found.entry_id)
  if (written && isFixed(context, written)) throw entryFixed(written)
}

async function assertAlone(context: ChangeContext, found: SessionRow): Promise<void> {
  if (found.kind !== 'timer') return
  const open = await findOpenSessions(context.db, context.workspace.id, context.member.id)
  const twin = open.find(
    one => one.kind === 'timer' && one.project_id === found.project_id && one.id !== found.id,
  )
  if (!twin) return
  throw new AppError('conflict', `Another timer runs on ${found.project_name} since.`, {
    details: { timer: twin.id },
    hint: `Keep it with until: ${toText(twin.started_at)}, or stop the other one first.`,
  })
}

const afterOnly = (found: SessionRow, action: string, other: string): AppError => {
  const seen = toText(found.ended_at ?? found.last_sign_at)
  const side = action === 'keep' ? 'after' : 'before'
  return new AppError('validation_error', `${action} needs an until ${side} ${seen}.`, {
    hint: `For the other side there is ${other}.`,
  })
}
