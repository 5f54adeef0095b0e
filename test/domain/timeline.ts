import { type Beat, beats, defaultPolicy, type Policy, type SessionBeats } from '../../src/domain/beats.ts'
import { type Signal, signalKinds } from '../../src/domain/signal.ts'

interface Where {
  host?: string
  session?: string
}

/** Signals written as `second kind …`, one after another: `0 start, 10 prompt unattended, 12 work +build, 90 work -build`.
 * `+x` opens the tool x, `-x` closes it, `unattended` says that nobody was there, anything else is the reason. */
export function timeline(text: string, { host = 'claude-code', session = 'a' }: Where = {}): Signal[] {
  return text.split(',').map((line, index) => {
    const [second, kind, ...more] = line.trim().split(' ')
    const tool = more.find(word => /^[+-]/.test(word))
    const reason = more.find(word => word !== 'unattended' && word !== tool)
    return {
      id: `${host}/${session}/${String(index).padStart(3, '0')}`,
      at: Math.round(Number(second) * 1000),
      host,
      host_session: session,
      kind: signalKinds.find(each => each === kind) ?? misspelt(line),
      attended: !more.includes('unattended'),
      ...(tool && { tool: { id: tool.slice(1), open: tool.startsWith('+') } }),
      ...(reason && { reason }),
    }
  })
}

function misspelt(line: string): never {
  throw new Error(`No such signal: ${line}`)
}

interface Seen extends Where {
  now?: number
  policy?: Partial<Policy>
}

/** What a timeline of one host session comes to, a line for each session: `0-31 end: active 0-10, agent 10-30, idle 30-31`.
 * Hand-set beats have a `!`. Seen at the last signal unless it says otherwise. */
export function reading(text: string, { now, policy, ...where }: Seen = {}): string[] {
  return readingOf(timeline(text, where), { now: now ?? 0, policy: policy ?? {} })
}

export function readingOf(
  signals: Signal[],
  { now, policy }: { now: number; policy?: Partial<Policy> },
): string[] {
  return beats(signals, { ...defaultPolicy, ...policy }, now * 1000).map(line)
}

function line({ started_at, ended_at, closed_by, beats }: SessionBeats): string {
  const end = ended_at === null ? '…' : ended_at / 1000
  return `${started_at / 1000}-${end} ${closed_by ?? 'open'}: ${beats.map(word).join(', ')}`.trim()
}

function word({ kind, start, end, hand_set }: Beat): string {
  return `${kind}${hand_set ? '!' : ''} ${start / 1000}-${end / 1000}`
}
