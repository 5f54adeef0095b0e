import { isFromEditor } from './heartbeat.ts'
import { wholeSecond } from './instant.ts'
import {
  type BeatKind,
  begun,
  type Current,
  endedBySignal,
  endedBySilence,
  type OwnSession,
  stillOpen,
} from './own-session.ts'
import type { Limits } from './policy.ts'
import { isKept, isWeakEnd, type Signal, type SignalKind } from './signal.ts'
import { type OpenedTool, toolsOpened } from './tools-opened.ts'

/** The sessions that one host session's signals, in order, tell of. A clock that stands before the last signal
 * (it went backwards, or another machine's is ahead) is taken to stand at it. */
export function sessionsOf(signals: readonly Signal[], limits: Limits, now: number): OwnSession[] {
  const counting = signals.filter(signal => signal.kind !== 'notice')
  const holding = counting.filter((signal, index) => !isWeakEnd(signal) || index === counting.length - 1)
  const reading = new Reading(limits, toolsOpened(holding, limits.silentTool))
  for (const signal of holding) reading.take(signal)
  return reading.finish(now)
}

/** An agent's turn that is not over. */
interface Turn {
  /** Agent time before this is counted already. */
  from: number
  /** A `work` opened it, beside the person's turn. */
  background: boolean
  attended: boolean
  /** The host asks and has no answer yet: the agent's time stands still. */
  wait: { since: number; attended: boolean } | null
  tools: Set<string>
  /** Those of the tools that are known to close before the turn is over. */
  closing: Set<string>
}

export const handSetKinds = new Set<SignalKind>(['active', 'agent', 'idle'])
const endsHandSet = new Set<SignalKind>([...handSetKinds, 'prompt', 'stop', 'end'])
const beginsAfterEnd = new Set<SignalKind>(['start', 'prompt', 'active', 'agent'])
/** What a person started here runs until they stop it. */
export const unwatchedHosts = new Set(['cli', 'web', 'rest'])

const runsUntilStopped = ({ host, host_session }: OwnSession): boolean =>
  unwatchedHosts.has(host) && !isFromEditor(host_session)

/** One host session, read signal by signal. Either a beat is set by hand, or turns alternate: the agent's (`turn`),
 * the person's (`personSince`), or the person's with a background turn beside it. */
class Reading {
  private readonly sessions: OwnSession[] = []
  private session: OwnSession | null = null
  private handSet: { kind: BeatKind; from: number } | null = null
  private turn: Turn | null = null
  private personSince: number | null = null
  private ended = false
  private readonly limits: Limits
  private readonly opened: Map<string, OpenedTool>

  constructor(limits: Limits, opened: Map<string, OpenedTool>) {
    this.limits = limits
    this.opened = opened
  }

  take(signal: Signal): void {
    const at = wholeSecond(signal.at)
    if (this.session && !isKept(signal)) this.passSilence(this.session, at)
    const session = this.session ?? this.begin(signal, at)
    if (!session) return
    session.signals.push(signal.id)
    this.apply(session, signal, at)
    if (signal.kind !== 'end') session.last_sign_at = at
  }

  finish(now: number): OwnSession[] {
    if (this.session) this.passSilence(this.session, Math.max(wholeSecond(now), this.session.last_sign_at))
    if (this.session) this.countToNow(this.session, Math.max(wholeSecond(now), this.session.last_sign_at))
    return this.sessions
  }

  private passSilence(session: OwnSession, at: number): void {
    const silence = at - session.last_sign_at
    const patience = this.patience(session)
    // While the host waits for an answer the agent is not silent: it was told to stand still.
    if (this.turn && !this.turn.wait && silence > this.turnPatience(this.turn))
      this.breakOff(session, this.turn)
    if (silence > patience) this.cut(session)
  }

  private patience(session: OwnSession): number {
    if (this.handSet && (this.handSet.kind === 'idle' || runsUntilStopped(session))) return Infinity
    const atWork = this.handSet?.kind === 'agent' || Boolean(this.turn?.tools.size)
    return atWork ? this.limits.silentSessionAtWork : this.limits.silentSession
  }

  private turnPatience({ tools }: Turn): number {
    return tools.size > 0 ? this.limits.silentTool : this.limits.silentTurn
  }

  /** The person's turn, or the wait for their answer, may go on in the session after: it is composed there. */
  private cut(session: OwnSession): void {
    this.endHandSet(session, session.last_sign_at)
    this.turn?.tools.clear()
    this.turn?.closing.clear()
    this.close(endedBySilence(session))
  }

  private close(session: OwnSession): void {
    this.sessions.push(session)
    this.session = null
  }

  private begin({ kind, host, host_session }: Signal, at: number): OwnSession | null {
    if (kind === 'end') this.forget()
    if (kind === 'end' || (this.ended && !beginsAfterEnd.has(kind))) return null
    if (kind === 'start') this.turn = null
    this.ended = false
    this.session = begun(host, host_session, at)
    return this.session
  }

  private forget(): void {
    this.ended = true
    this.turn = null
    this.personSince = null
  }

  private apply(session: OwnSession, signal: Signal, at: number): void {
    if (this.handSet && !endsHandSet.has(signal.kind)) return
    this.endHandSet(session, at)
    switch (signal.kind) {
      case 'start':
        return this.start(at)
      case 'prompt':
        return this.prompt(session, signal, at)
      case 'work':
        return this.work(session, signal, at)
      case 'wait':
        return this.wait(session, signal, at)
      case 'stop':
        return this.stop(session, signal, at)
      case 'end':
        return this.end(session, at)
      case 'active':
      case 'agent':
      case 'idle':
        return this.setByHand(session, signal.kind, at)
    }
  }

  /** Inside a turn it is no more than a sign of life: the host compacts its context. */
  private start(at: number): void {
    if (!this.turn) this.personSince = at
  }

  private prompt(session: OwnSession, signal: Signal, at: number): void {
    const { turn } = this
    if (turn) this.answer(session, turn, signal, at)
    const queued = turn && !turn.background && turn.closing.size > 0
    if (queued) return
    if (turn) this.breakOff(session, turn)
    if (signal.attended && this.personSince !== null) {
      this.claim(session, this.personSince, at, this.limits.reading)
    }
    this.personSince = null
    this.turn = newTurn(signal, at)
  }

  private work(session: OwnSession, signal: Signal, at: number): void {
    const { turn } = this
    if (!turn) {
      this.turn = newTurn(signal, at)
      return
    }
    this.answer(session, turn, signal, at)
    const opened = this.opened.get(signal.id)
    if (opened) turn.tools.add(opened.id)
    if (opened?.closes) turn.closing.add(opened.id)
    if (signal.tool?.open === false) {
      turn.tools.delete(signal.tool.id)
      turn.closing.delete(signal.tool.id)
    }
  }

  private wait(session: OwnSession, signal: Signal, at: number): void {
    const { turn } = this
    if (!turn || turn.wait) return
    this.count(session, 'agent', turn.from, at)
    turn.wait = { since: at, attended: turn.attended && signal.attended }
  }

  private stop(session: OwnSession, signal: Signal, at: number): void {
    const { turn } = this
    if (turn) this.answer(session, turn, signal, at)
    if (turn) this.count(session, 'agent', turn.from, at)
    // A background turn does not touch the person's, so its stop begins one only where there is none.
    if (!turn?.background || this.personSince === null) this.personSince = at
    this.turn = null
  }

  private end(session: OwnSession, at: number): void {
    if (this.turn) this.breakOff(session, this.turn)
    this.forget()
    this.close(endedBySignal(session, at))
  }

  private setByHand(session: OwnSession, kind: BeatKind, at: number): void {
    if (this.turn && !this.turn.wait) this.count(session, 'agent', this.turn.from, at)
    this.turn = null
    this.handSet = { kind, from: at }
  }

  private endHandSet(session: OwnSession, at: number): void {
    if (this.handSet) this.count(session, this.handSet.kind, this.handSet.from, at, true)
    this.handSet = null
  }

  private answer(session: OwnSession, turn: Turn, signal: Signal, at: number): void {
    if (!turn.wait) return
    if (turn.wait.attended && signal.attended) this.claim(session, turn.wait.since, at, this.limits.waiting)
    turn.wait = null
    turn.from = at
  }

  /** A turn without a `stop` ended at its last sign of life, and the person's began there. */
  private breakOff(session: OwnSession, turn: Turn): void {
    if (!turn.wait) this.count(session, 'agent', turn.from, session.last_sign_at)
    if (!turn.background) this.personSince = session.last_sign_at
    this.turn = null
  }

  private countToNow(session: OwnSession, now: number): void {
    const patience = this.patience(session)
    const current = this.current()
    const { turn } = this
    this.endHandSet(session, now)
    if (turn?.wait?.attended && turn.wait.since >= session.started_at) {
      session.claims.push(...lasting(turn.wait.since, Math.min(now, turn.wait.since + this.limits.waiting)))
    }
    if (turn && !turn.wait) this.count(session, 'agent', turn.from, now)
    this.close(stillOpen(session, now, patience, current))
  }

  private current(): Current {
    if (this.handSet) return { kind: this.handSet.kind, hand_set: true }
    return { kind: this.turn && !this.turn.wait ? 'agent' : 'idle', hand_set: false }
  }

  private count(session: OwnSession, kind: BeatKind, start: number, end: number, hand_set = false): void {
    for (const stretch of lasting(start, end)) session.settled.push({ kind, ...stretch, hand_set })
  }

  /** All of the person's time if it is short, else only what it took to write. */
  private claim(session: OwnSession, since: number, end: number, atMost: number): void {
    const start = end - since <= atMost ? since : Math.max(since, end - this.limits.composing)
    session.claims.push(...lasting(start, end))
  }
}

function newTurn({ kind, attended }: Signal, from: number): Turn {
  return { from, background: kind === 'work', attended, wait: null, tools: new Set(), closing: new Set() }
}

function lasting(start: number, end: number): { start: number; end: number }[] {
  return start < end ? [{ start, end }] : []
}
