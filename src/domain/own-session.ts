import { type Interval, overlap, subtract } from './interval.ts'

export type BeatKind = 'active' | 'agent' | 'idle'

export interface Beat extends Interval {
  kind: BeatKind
  hand_set: boolean
}

export interface Current {
  kind: BeatKind
  hand_set: boolean
}

/** A session as the signals of its own host session tell it, before other sessions ask for the same attention. */
export interface OwnSession {
  host: string
  host_session: string
  started_at: number
  ended_at: number | null
  closed_by: 'end' | 'watchdog' | null
  last_sign_at: number
  quiet_at: number | null
  signals: string[]
  /** What it is at this moment; null once it has ended. */
  current: Current | null
  /** Its end, or now. */
  until: number
  /** Agent time and hand-set beats. */
  settled: Beat[]
  /** Inferred active time. */
  claims: Interval[]
}

/** A session that begins with a signal at `at`, with nothing counted yet. */
export function begun(host: string, host_session: string, at: number): OwnSession {
  return {
    host,
    host_session,
    started_at: at,
    ended_at: null,
    closed_by: null,
    last_sign_at: at,
    quiet_at: null,
    signals: [],
    current: null,
    until: at,
    settled: [],
    claims: [],
  }
}

/** The session as it is at `now`, still open; silence ends it once `patience` is over. */
export function stillOpen(session: OwnSession, now: number, patience: number, current: Current): OwnSession {
  const quiet_at = patience === Infinity ? null : session.last_sign_at + patience + 1000
  return { ...composed(session), quiet_at, current, until: now }
}

/** The session as an `end` leaves it. */
export function endedBySignal(session: OwnSession, at: number): OwnSession {
  return { ...composed(session), ended_at: at, closed_by: 'end', until: at }
}

/** The session as silence leaves it: it ends where its last counted stretch ends, so no idle time hangs on.
 *
 *     counted   [----)   [--)
 *     signals   |    |   |  |   |           (silence)
 *     session   [-----------)
 */
export function endedBySilence(session: OwnSession): OwnSession {
  const own = composed(session)
  const counted = [...own.settled.filter(beat => beat.kind !== 'idle'), ...own.claims]
  const end = counted.reduce((latest, stretch) => Math.max(latest, stretch.end), own.started_at)
  const settled = own.settled.flatMap(beat => {
    const kept = overlap(beat, { start: own.started_at, end })
    return kept ? [{ ...beat, ...kept }] : []
  })
  return { ...own, settled, ended_at: end, closed_by: 'watchdog', until: end }
}

/** Nothing else counts while a hand-set beat lasts; and what was composed for the first prompt is part of the session. */
function composed(session: OwnSession): OwnSession {
  const handSet = session.settled.filter(beat => beat.hand_set)
  const claims = subtract(session.claims, handSet)
  const started_at = claims.reduce((first, { start }) => Math.min(first, start), session.started_at)
  return { ...session, claims, started_at }
}
