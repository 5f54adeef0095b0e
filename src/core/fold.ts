import { findSessionsBetween, type SessionRow } from '../../db/sessions.ts'
import { findSignals } from '../../db/signals.ts'
import { beats, type SessionBeats } from '../domain/beats.ts'
import { wholeSecond } from '../domain/instant.ts'
import { questionsBehindTools } from '../domain/question.ts'
import type { Signal } from '../domain/signal.ts'
import type { Context } from './context.ts'
import { isRunRef } from './run.ts'

/** A session as its signals tell it at `now`. */
export async function foldOf(context: Context, session: SessionRow): Promise<SessionBeats> {
  const around = isByHand(session) ? [session] : await besides(context, session)
  return foundIn(await foldsAround(context, around), session, context.now)
}

/** Several at once: what assistants did side by side is judged once, not once for each. */
export async function foldsOf(context: Context, sessions: readonly SessionRow[]): Promise<SessionBeats[]> {
  const around: SessionRow[] = [...sessions]
  for (const one of sessions) if (!isByHand(one)) around.push(...(await besides(context, one)))
  const folds = await foldsAround(context, around)
  return sessions.map(one => foundIn(folds, one, context.now))
}

async function foldsAround(context: Context, around: readonly SessionRow[]): Promise<SessionBeats[]> {
  // what a clock that ran ahead signalled is not over before it began
  const now = Math.max(context.now, ...around.map(one => one.ended_at ?? one.last_sign_at))
  return beats(await signalsOf(context, around), context.workspace.policy, now)
}

const foundIn = (folds: readonly SessionBeats[], session: SessionRow, now: number): SessionBeats =>
  folds.find(one => isOf(one, session) && one.started_at === wholeSecond(session.started_at)) ??
  nothingSince(session, now)

/** One that a person opened, not one that a host reports: nobody else can have a claim on its time. */
export const isByHand = (session: Pick<SessionRow, 'id' | 'host_session'>): boolean =>
  session.host_session === session.id

/** A person has one attention, so what a host reports is judged together with all that went on at that time. */
const besides = (
  { db, member, now, workspace }: Context,
  { ended_at, last_sign_at, started_at }: SessionRow,
) => findSessionsBetween(db, workspace.id, member.id, started_at, ended_at ?? Math.max(now, last_sign_at))

export interface HostKey {
  host: string
  host_session: string
}

export const isOf = (one: HostKey, other: HostKey): boolean =>
  one.host === other.host && one.host_session === other.host_session

export const nameOfKey = ({ host, host_session }: HostKey): string => `${host} ${host_session}`

/** Each host session once. */
export function distinctKeys(sessions: readonly HostKey[]): HostKey[] {
  const keys = new Map(sessions.map(one => [nameOfKey(one), one]))
  return [...keys.values()].map(({ host, host_session }) => ({ host, host_session }))
}

export async function signalsOf(context: Context, sessions: readonly HostKey[]): Promise<Signal[]> {
  const found: Signal[][] = []
  for (const key of distinctKeys(sessions)) {
    const signals = await findSignals(context.db, context.workspace.id, key)
    found.push(questionsBehindTools(isRunRef(key.host_session) ? untilEnd(signals) : signals))
  }
  return found.flat()
}

/** What a person runs ends for good: what was said of it later, before they named an earlier end, begins nothing. */
function untilEnd(signals: readonly Signal[]): readonly Signal[] {
  const end = signals.find(one => one.kind === 'end')
  return end ? signals.filter(one => one.at <= end.at) : signals
}

/** Signals may all have been withdrawn; the session is then empty. */
const nothingSince = (session: SessionRow, now: number): SessionBeats => ({
  host: session.host,
  host_session: session.host_session,
  started_at: session.started_at,
  ended_at: session.ended_at ?? Math.max(now, session.started_at),
  closed_by: 'end',
  last_sign_at: session.last_sign_at,
  quiet_at: null,
  signals: [],
  current: null,
  beats: [],
})

/** Time before the lock is kept with its session, but nothing is written there. */
export const isHeld = ({ workspace }: Context, startedAt: number): boolean =>
  workspace.locked_before !== null && startedAt < workspace.locked_before
