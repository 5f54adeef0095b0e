import { attention, type Claim } from './attention.ts'
import { grouped } from './grouped.ts'
import { type Interval, subtract, union } from './interval.ts'
import type { Beat, BeatKind, Current, OwnSession } from './own-session.ts'
import { limitsOf, type Policy } from './policy.ts'
import { inOrder, type Signal, textOrder } from './signal.ts'
import { sessionsOf } from './turns.ts'

export type { Beat, BeatKind } from './own-session.ts'
export { defaultPolicy, type Policy } from './policy.ts'

/** One session cut out of a host session. */
export interface SessionBeats {
  host: string
  host_session: string
  started_at: number
  /** Null while it is still open. */
  ended_at: number | null
  closed_by: 'end' | 'watchdog' | null
  last_sign_at: number
  /** While open: the instant from which silence will have ended it if nothing more comes; null: never. */
  quiet_at: number | null
  /** The ids of its signals, in order, without those that count for nothing. */
  signals: string[]
  /** What it is at this moment; null once it has ended. */
  current: Current | null
  /** In order; they cover the session whole. Only the agent's background turn lies beside the person's active time. */
  beats: Beat[]
}

/** What all signals of one member, in any order, come to. A pure function of what was signalled: a signal that comes
 * late, and a better rule, recompute the past. */
export function beats(signals: readonly Signal[], policy: Policy, now: number): SessionBeats[] {
  const limits = limitsOf(policy)
  const own = byHostSession(signals).flatMap(each => sessionsOf(each, limits, now))
  const active = activeOf(own)
  return own.map(session => finished(session, active.get(session) ?? [])).toSorted(byStart)
}

function byHostSession(signals: readonly Signal[]): Signal[][] {
  const once = new Map(signals.map(signal => [signal.id, signal]))
  const ordered = [...once.values()].toSorted(inOrder)
  return [
    ...grouped(
      ordered,
      ({ host, host_session }) => `${host}
${host_session}`,
    ).values(),
  ]
}

type SessionClaim = Claim & { session: OwnSession }

/** The inferred active time that each session keeps. */
function activeOf(sessions: readonly OwnSession[]): Map<OwnSession, Interval[]> {
  const claims = sessions.flatMap(session => session.claims.map(claim => claimOf(session, claim)))
  const handSet = sessions.flatMap(({ settled }) =>
    settled.filter(beat => beat.hand_set && beat.kind === 'active'),
  )
  return grouped(attention(claims, handSet), claim => claim.session)
}

function claimOf(session: OwnSession, { start, end }: Interval): SessionClaim {
  return { session, start, end, host: session.host, host_session: session.host_session }
}

function finished(session: OwnSession, active: readonly Interval[]): SessionBeats {
  const { host, host_session, started_at, ended_at, closed_by, last_sign_at, quiet_at, signals, current } =
    session
  const inferred = active.map(({ start, end }) => beat('active', { start, end }))
  const counted = joined([...session.settled, ...inferred])
  const rest = subtract([{ start: started_at, end: session.until }], counted).map(gap => beat('idle', gap))
  return {
    host,
    host_session,
    started_at,
    ended_at,
    closed_by,
    last_sign_at,
    quiet_at,
    signals,
    current,
    beats: [...counted, ...rest].toSorted(byTime),
  }
}

function beat(kind: BeatKind, { start, end }: Interval): Beat {
  return { kind, start, end, hand_set: false }
}

/** Beats of one kind that touch are one beat. */
function joined(all: readonly Beat[]): Beat[] {
  const alike = grouped(all, ({ kind, hand_set }) => `${kind} ${hand_set}`)
  return [...alike.values()].flatMap(group => union(group).map(stretch => ({ ...group[0]!, ...stretch })))
}

function byTime(a: Beat, b: Beat): number {
  return a.start - b.start || a.end - b.end || textOrder(a.kind, b.kind)
}

function byStart(a: SessionBeats, b: SessionBeats): number {
  return a.started_at - b.started_at || textOrder(a.host, b.host) || textOrder(a.host_session, b.host_session)
}
