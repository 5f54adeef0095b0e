import { count, id, instantOf, type Json, latin1, parsed, part, path, text } from './json.ts'
import {
  noTokens,
  questions,
  type Tokens,
  type TranscriptReader,
  type TranscriptSignal,
} from './transcript.ts'

/**
 * Codex's log of one thread. Of version 0.169, and of older ones, this is what is relied on. A line is an object with
 * timestamp, type and payload:
 *
 *     session_meta   cwd, source (cli, vscode, exec, mcp; an object for a subagent)
 *     turn_context   model, turn_id
 *     event_msg      payload.type: task_started (turn_id), user_message or item_completed with item.type UserMessage,
 *                    task_complete, turn_aborted, token_count (info.total_token_usage; repeated with the same totals)
 *     response_item  payload.type: function_call, custom_tool_call … and their …_output, with one call_id
 *
 * Old versions have no task_started and task_complete: a turn begins with its message and ends with its last line.
 */
export class CodexTranscript implements TranscriptReader {
  readonly signals: TranscriptSignal[] = []
  directory: string | null = null
  understood = false
  #attended = true
  #isSubagent = false
  #turn: string | undefined
  #model: string | undefined
  #isOpen = false
  #isPrompted = false
  #isTold = false
  /** This version says where turns begin. */
  #isTasked = false
  #counted: Tokens = noTokens

  read(line: Buffer): void {
    if (saysNothing(line)) return
    const said = parsed(latin1(line))
    const payload = part(said ?? undefined, 'payload')
    const at = instantOf(said ?? undefined, 'timestamp')
    if (!said || !payload || at === undefined) return
    this.understood = true
    const type = text(said, 'type')
    if (type === 'session_meta') this.#meta(payload, at)
    if (type === 'turn_context') this.#model = id(payload, 'model')
    if (type === 'event_msg') this.#event(payload, at)
    if (type === 'response_item') this.#item(payload, at)
  }

  finish(): void {}

  /** A fork repeats the lines of the thread before it, also the one that says what that was. */
  #meta(payload: Json, at: number): void {
    if (this.#isTold) return
    this.#isTold = true
    const source = text(payload, 'source')
    this.directory = path(payload, 'cwd')
    this.#isSubagent = part(payload, 'source')?.subagent !== undefined
    this.#attended = source !== 'exec' && source !== 'mcp'
    if (!this.#isSubagent) this.#say({ at, kind: 'start' })
  }

  #event(payload: Json, at: number): void {
    switch (text(payload, 'type')) {
      case 'task_started':
      case 'turn_started':
        this.#turn = id(payload, 'turn_id')
        this.#isOpen = true
        this.#isPrompted = false
        this.#isTasked = true
        return
      case 'task_complete':
      case 'turn_complete':
        return this.#close(at, this.#isSubagent ? 'work' : 'stop')
      case 'turn_aborted':
        return this.#close(at, 'work')
      case 'user_message':
        return this.#message(at)
      case 'item_completed':
        if (text(part(payload, 'item'), 'type') === 'UserMessage') return this.#message(at)
        return this.#work(at)
      case 'exec_approval_request':
      case 'apply_patch_approval_request':
      case 'elicitation_request':
        return this.#say({ at, kind: 'wait' })
      case 'token_count':
        return this.#tokens(payload, at)
      case 'thread_settings_applied':
      case 'thread_name_updated':
        return
      default:
        return this.#work(at)
    }
  }

  /** What is typed into a turn steers it; it does not interrupt. */
  #message(at: number): void {
    const steers = this.#isPrompted && this.#isOpen && this.#isTasked
    if (this.#isSubagent || steers) return this.#say({ at, kind: 'work' })
    this.#isOpen = true
    this.#isPrompted = true
    this.#say({ at, kind: 'prompt' })
  }

  #close(at: number, kind: 'stop' | 'work'): void {
    if (this.#isOpen) this.#say({ at, kind })
    this.#isOpen = false
  }

  #item(payload: Json, at: number): void {
    const type = text(payload, 'type') ?? ''
    const tool = id(payload, 'call_id')
    if (type.endsWith('_call') && tool !== undefined) {
      if (questions.has(text(payload, 'name') ?? '')) return this.#say({ at, kind: 'wait' })
      return this.#say({ at, kind: 'work', tool: { id: tool, open: true } })
    }
    if (type.endsWith('_call_output') && tool !== undefined) {
      return this.#say({ at, kind: 'work', tool: { id: tool, open: false } })
    }
    // What it is told at the beginning stands there as messages too.
    if (type === 'reasoning' || text(payload, 'role') === 'assistant') this.#work(at)
  }

  #tokens(payload: Json, at: number): void {
    const total = tokensOf(part(part(payload, 'info'), 'total_token_usage'))
    const more = growth(this.#counted, total)
    if (!more) return this.#work(at)
    this.#counted = total
    this.#say({ at, kind: 'work', ...(this.#model && { model: this.#model }), tokens: more })
  }

  #work(at: number): void {
    if (this.#isOpen) this.#say({ at, kind: 'work' })
  }

  #say(signal: Omit<TranscriptSignal, 'attended' | 'turn'>): void {
    this.signals.push({ ...signal, attended: this.#attended, ...(this.#turn && { turn: this.#turn }) })
  }
}

const head = /^\{"timestamp":"[^"]+",(?:"ordinal":\d+,)?"type":"(\w+)"/
const told = new Set(['session_meta', 'turn_context', 'event_msg', 'response_item'])

function saysNothing(line: Buffer): boolean {
  const [, type] = head.exec(latin1(line, 0, 200)) ?? []
  return type !== undefined && !told.has(type)
}

function tokensOf(usage: Json | undefined): Tokens {
  const cached = count(usage, 'cached_input_tokens')
  return {
    input_tokens: Math.max(0, count(usage, 'input_tokens') - cached),
    output_tokens: count(usage, 'output_tokens'),
    cache_read_tokens: cached,
    cache_write_tokens: count(usage, 'cache_write_input_tokens'),
  }
}

/** Totals begin again at nothing when a thread is resumed. */
function growth(before: Tokens, total: Tokens): Tokens | null {
  const isNew = total.output_tokens < before.output_tokens
  const from = isNew ? noTokens : before
  const more = {
    input_tokens: Math.max(0, total.input_tokens - from.input_tokens),
    output_tokens: Math.max(0, total.output_tokens - from.output_tokens),
    cache_read_tokens: Math.max(0, total.cache_read_tokens - from.cache_read_tokens),
    cache_write_tokens: Math.max(0, total.cache_write_tokens - from.cache_write_tokens),
  }
  return Object.values(more).some(count => count > 0) ? more : null
}
