import type { SignalKind } from '../signal.ts'

export const transcriptHosts = ['claude-code', 'codex', 'gemini'] as const
export type TranscriptHost = (typeof transcriptHosts)[number]

/** Named as hooks name them. What was read from a cache is not in `input_tokens`. */
export interface Tokens {
  input_tokens: number
  output_tokens: number
  cache_read_tokens: number
  cache_write_tokens: number
}

/** What a host's log tells of one moment. Whose it is and where stands with the session. Never a word that was said. */
export interface TranscriptSignal {
  at: number
  kind: Extract<SignalKind, 'start' | 'prompt' | 'work' | 'wait' | 'stop' | 'end'>
  turn?: string
  tool?: { id: string; open: boolean }
  attended: boolean
  reason?: string
  /** Of an answer of the model, once for each answer. */
  model?: string
  tokens?: Tokens
}

/** Reads one log, line by line; after `finish` the signals are complete. */
export interface TranscriptReader {
  readonly signals: TranscriptSignal[]
  /** Where the session works; null as long as the log does not say. */
  readonly directory: string | null
  /** At least one line was a line of this host's logs. */
  readonly understood: boolean
  read(line: Buffer): void
  finish(): void
}

export const noTokens: Tokens = {
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
}

export function sumOf(a: Tokens, b: Tokens): Tokens {
  return {
    input_tokens: a.input_tokens + b.input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    cache_read_tokens: a.cache_read_tokens + b.cache_read_tokens,
    cache_write_tokens: a.cache_write_tokens + b.cache_write_tokens,
  }
}

/** Tools that are a question to the person: while one is open it is not the agent who works. */
export const questions: ReadonlySet<string> = new Set([
  'AskUserQuestion',
  'ExitPlanMode',
  'request_user_input',
  'ask_user',
])
