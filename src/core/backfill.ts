import type { Signal } from '../domain/signal.ts'
import { digest } from './digest.ts'
import type { Reported } from './reported.ts'

const mark = 'sig_bf_'

/** It was read from a log afterwards, not told by a hook at its time. */
export const isBackfilled = (signalId: string): boolean => signalId.startsWith(mark)

/** Told over the network: its folder lies on another machine, whatever lies under that name on this one. */
export const isFromElsewhere = (signalId: string): boolean => /^sig_(bf_)?far_/.test(signalId)

/** What is the same moment of the same session is the same signal, however often it is told. */
export function idOf(
  signal: Omit<Reported, 'id'>,
  source: 'hook' | 'backfill',
  isElsewhere: boolean,
): string {
  const { at, host, host_session, kind, reason, tool, turn } = signal
  const name = digest(JSON.stringify([host, host_session, at, kind, turn, tool?.id, tool?.open, reason]))
  return `${source === 'backfill' ? mark : 'sig_'}${isElsewhere ? 'far_' : ''}${name.slice(0, 20)}`
}

/** Signals of the session came at their time; that a connection was there, or went, tells of no work. */
export const isToldByHooks = (known: readonly Signal[]): boolean =>
  known.some(({ id, kind }) => !isBackfilled(id) && kind !== 'alive' && kind !== 'end')

/** Hosts clear their logs away; what was typed outlives them, and is less than what was read before. */
export const isRemainder = (told: readonly Reported[], known: readonly Signal[]): boolean =>
  told.every(({ kind }) => kind === 'prompt') && known.some(({ kind }) => kind === 'work')
