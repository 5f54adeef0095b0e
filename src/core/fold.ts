import type { SessionRow } from '../../db/sessions.ts'
import { findSignals } from '../../db/signals.ts'
import { beats, type SessionBeats } from '../domain/beats.ts'
import { wholeSecond } from '../domain/instant.ts'
import type { Context } from './context.ts'

/** A session as its signals tell it at `now`. */
export async function foldOf(context: Context, session: SessionRow): Promise<SessionBeats> {
  const signals = await findSignals(context.db, context.workspace.id, session)
  const now = session.ended_at === null ? context.now : Math.max(context.now, session.ended_at)
  const found = beats(signals, context.workspace.policy, now).find(
    one => one.started_at === wholeSecond(session.started_at),
  )
  return found ?? nothingSince(session, context.now)
}

/** Signals may all have been withdrawn; the session is then empty. */
const nothingSince = (session: SessionRow, now: number): SessionBeats => ({
  host: session.host,
  host_session: session.host_session,
  started_at: session.started_at,
  ended_at: session.ended_at ?? now,
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
