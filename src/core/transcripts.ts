import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { ClaudeTranscript } from '../domain/transcript/claude.ts'
import { CodexTranscript } from '../domain/transcript/codex.ts'
import { GeminiTranscript } from '../domain/transcript/gemini.ts'
import { typedPrompt } from '../domain/transcript/history.ts'
import { Lines } from '../domain/transcript/lines.ts'
import {
  noTokens,
  sumOf,
  type Tokens,
  type TranscriptHost,
  type TranscriptReader,
  type TranscriptSignal,
} from '../domain/transcript/transcript.ts'
import { type Homes, historyLogs, type Log, type SessionLogs, sessionLogs } from './transcript-logs.ts'

/** What a host's logs tell of one of its sessions. */
export interface Transcript {
  host: TranscriptHost
  host_session: string
  directory: string | null
  /** In order of time. */
  signals: TranscriptSignal[]
  /** The last one that answered. */
  model: string | null
  tokens: Tokens
}

export interface Unreadable {
  path: string
  reason: string
}

export interface Progress {
  files: number
  bytes: number
  of: { files: number; bytes: number }
}

export type Found = { session: Transcript } | { unreadable: Unreadable }

export interface Wanted extends Homes {
  hosts?: readonly TranscriptHost[] | undefined
  /** Nothing before this instant. */
  since?: number | undefined
  onProgress?: (progress: Progress) => void
}

/**
 * Reads the logs that hosts keep of their sessions, one session after the other; never more in memory than one session's
 * signals and one line. A log that cannot be read is told, not thrown. It waits for the disk where it stands, which costs
 * less than a promise for each of many small files; whoever asks may do other work between two sessions.
 */
export function* transcripts(wanted: Wanted): Generator<Found> {
  const since = wanted.since ?? -Infinity
  const sessions = sessionLogs(wanted, wanted.hosts)
  const recent = sessions.filter(({ logs }) => logs.some(log => log.changed_at >= since))
  const histories = wanted.hosts?.includes('claude-code') === false ? [] : historyLogs(wanted)
  const reading = new Reading([...recent.flatMap(({ logs }) => logs), ...histories], wanted.onProgress)
  for (const session of recent) yield* sessionOf(session, reading, since)

  const known = new Set(sessions.map(({ host_session }) => host_session))
  for (const history of histories) yield* typedSessions(history, reading, known, since)
}

function* sessionOf(session: SessionLogs, reading: Reading, since: number): Generator<Found> {
  const { host, host_session } = session
  const found: TranscriptSignal[] = []
  let { directory } = session
  for (const log of session.logs) {
    const reader = readers[host](reading)
    const problem = reading.read(log, line => reader.read(line))
    reader.finish()
    if (problem !== null) yield { unreadable: { path: log.path, reason: problem } }
    else if (!reader.understood && log.bytes > 0) yield { unreadable: { path: log.path, reason: notOurs } }
    directory ??= reader.directory
    for (const signal of reader.signals) if (signal.at >= since) found.push(signal)
  }
  if (found.length > 0) yield { session: { host, host_session, directory, ...summed(found) } }
}

const readers: Record<TranscriptHost, (reading: Reading) => TranscriptReader> = {
  'claude-code': ({ seenPrompts }) => new ClaudeTranscript(seenPrompts),
  codex: () => new CodexTranscript(),
  gemini: () => new GeminiTranscript(),
}

/** The host clears logs away after some weeks; what was typed outlives them. */
function* typedSessions(
  history: Log,
  reading: Reading,
  known: ReadonlySet<string>,
  since: number,
): Generator<Found> {
  const typed = new Map<string, { directory: string | null; signals: TranscriptSignal[] }>()
  const problem = reading.read(history, line => {
    const prompt = typedPrompt(line)
    if (!prompt || known.has(prompt.host_session) || prompt.at < since) return
    const { host_session, directory, at } = prompt
    const session = typed.get(host_session) ?? { directory, signals: [] }
    session.signals.push({ at, kind: 'prompt', attended: true })
    typed.set(host_session, session)
  })
  if (problem !== null) yield { unreadable: { path: history.path, reason: problem } }
  for (const [host_session, { directory, signals }] of typed) {
    yield { session: { host: 'claude-code', host_session, directory, ...summed(signals) } }
  }
}

function summed(found: TranscriptSignal[]): Pick<Transcript, 'signals' | 'model' | 'tokens'> {
  const signals = found.toSorted((a, b) => a.at - b.at)
  const model = signals.findLast(signal => signal.model !== undefined)?.model ?? null
  const tokens = signals.reduce((sum, signal) => (signal.tokens ? sumOf(sum, signal.tokens) : sum), noTokens)
  return { signals, model, tokens }
}

const atOnce = 1 << 20
/** A pasted picture may make a line of some megabytes. */
const longestLine = 64 << 20
const notOurs = 'no line in it is of a transcript'
const tooLong = 'more than 64 MB in one line'

/** What the logs that are read together share. */
class Reading {
  readonly seenPrompts = new Set<string>()
  readonly #bytes = Buffer.allocUnsafe(atOnce)
  readonly #progress: Progress
  readonly #onProgress: ((progress: Progress) => void) | undefined

  constructor(logs: readonly Log[], onProgress: ((progress: Progress) => void) | undefined) {
    const bytes = logs.reduce((sum, log) => sum + log.bytes, 0)
    this.#progress = { files: 0, bytes: 0, of: { files: logs.length, bytes } }
    this.#onProgress = onProgress
  }

  /** Null, or why it could not be read whole. */
  read(log: Log, take: (line: Buffer) => void): string | null {
    const lines = new Lines(take, longestLine)
    try {
      if (log.path.endsWith('.json')) this.#whole(log, take)
      else this.#byLine(log, lines)
      return lines.leftOut ? tooLong : null
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    } finally {
      this.#told({ files: 1 })
    }
  }

  #byLine(log: Log, lines: Lines): void {
    const file = openSync(log.path, 'r')
    try {
      for (let got = this.#next(file); got > 0; got = this.#next(file)) {
        lines.write(this.#bytes.subarray(0, got))
        this.#told({ bytes: got })
      }
    } finally {
      closeSync(file)
    }
    lines.end()
  }

  /** One object over many lines. */
  #whole(log: Log, take: (line: Buffer) => void): void {
    if (log.bytes > longestLine) throw new Error(tooLong)
    take(readFileSync(log.path))
    this.#told({ bytes: log.bytes })
  }

  #next(file: number): number {
    return readSync(file, this.#bytes, 0, atOnce, null)
  }

  #told({ files = 0, bytes = 0 }: { files?: number; bytes?: number }): void {
    this.#progress.files += files
    this.#progress.bytes += bytes
    this.#onProgress?.({ ...this.#progress })
  }
}
