export const signalKinds = [
  'start',
  'prompt',
  'work',
  'wait',
  'stop',
  'notice',
  'end',
  'active',
  'agent',
  'idle',
  'alive',
] as const

export type SignalKind = (typeof signalKinds)[number]

/** One raw fact from a host or a person; kept as it came, never changed. */
export interface Signal {
  id: string
  /** Milliseconds since the epoch. */
  at: number
  host: string
  host_session: string
  kind: SignalKind
  turn?: string
  tool?: { id: string; open: boolean }
  attended: boolean
  reason?: string
}

/** The order in which signals are read: by time, and for the same instant so that what belongs together stands
 * together whatever the order of delivery: a turn's work before its stop, a tool's open before its close. */
export function inOrder(a: Signal, b: Signal): number {
  return (
    a.at - b.at ||
    rank[a.kind] - rank[b.kind] ||
    toolRank(a) - toolRank(b) ||
    textOrder(a.tool?.id ?? '', b.tool?.id ?? '') ||
    textOrder(a.id, b.id)
  )
}

/** The end of a connection: it holds only if no other signal of its host session follows. */
export function isWeakEnd({ kind, reason }: Pick<Signal, 'kind'> & { reason?: string | undefined }): boolean {
  return kind === 'end' && reason === 'connection_closed'
}

/** A person's word that the silence right before it counts. */
export function isKept(signal: Signal): boolean {
  return signal.kind === 'alive' && signal.reason === 'kept'
}

/** Plain order of code units: the same on every machine, whatever its language. */
export function textOrder(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

const rank: Record<SignalKind, number> = {
  start: 0,
  prompt: 1,
  work: 2,
  alive: 2,
  wait: 3,
  notice: 4,
  idle: 5,
  active: 6,
  agent: 7,
  stop: 8,
  end: 9,
}

function toolRank({ tool }: Signal): number {
  if (!tool) return 0
  return tool.open ? 1 : 2
}
