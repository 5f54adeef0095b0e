import { count, id, instantOf, type Json, latin1, parsed, part, parts, path, text } from './json.ts'
import { headLength, shortened } from './shortened.ts'
import { questions, type Tokens, type TranscriptReader, type TranscriptSignal } from './transcript.ts'

/**
 * Claude Code's log of one session, or of one of its subagents. The format is the host's own and changes; of version
 * 2.1.328, and of the older ones where they lack a field, this is what is relied on. A line is an object with `type`:
 *
 *     user        a prompt, the answer of a tool, or a note of the host: timestamp, cwd, uuid, promptId, isMeta, isSidechain
 *                 (a subagent's), turnOrigin (human, sdk, task_notification …; missing in old versions), entrypoint,
 *                 interruptedMessageId, message.content: text, or blocks; a tool's answer is {type: tool_result, tool_use_id}
 *     assistant   one block of an answer, each with the whole message.id, .model, .stop_reason, .usage; a tool's
 *                 call is {type: tool_use, id, name}
 *     system      subtype turn_duration: the turn is over. Headless runs have none
 *     cost-state  startTime and totalDuration of the process in ms, written when it ends; pauses are not in it
 *
 * A fork begins with a copy of the lines before it, under their own uuids and timestamps: turns that were seen are
 * left out.
 */
export class ClaudeTranscript implements TranscriptReader {
  readonly signals: TranscriptSignal[] = []
  directory: string | null = null
  understood = false
  #attended = true
  #turn: string | undefined
  /** The model has finished; whether the turn has, the next line tells. */
  #stop: number | null = null
  #answer: { id: string | undefined; signal: TranscriptSignal; model: string; tokens: Tokens } | null = null
  #isCopy = false
  #hasCopies = false
  #process: { start: number; end: number } | null = null
  readonly #seenPrompts: Set<string>

  /** `seenPrompts` belongs to all logs that are read together, the oldest first. */
  constructor(seenPrompts: Set<string> = new Set()) {
    this.#seenPrompts = seenPrompts
  }

  read(line: Buffer): void {
    const start = latin1(line, 0, headLength)
    if (saysNothing(start)) {
      this.understood = true
      return
    }
    const said = parsed(shortened(line, start)) ?? parsed(latin1(line))
    if (!said) return
    const type = text(said, 'type')
    if (type) this.understood = true
    if (type === 'cost-state') this.#process = processOf(said)
    const at = instantOf(said, 'timestamp')
    if (at === undefined) return
    this.directory ??= path(said, 'cwd')
    if (isHeadless(said)) this.#attended = false
    if (type === 'user') this.#user(said, at)
    if (type === 'assistant') this.#assistant(said, at)
    if (type === 'system' && text(said, 'subtype') === 'turn_duration') {
      this.#stop = at
      this.#endTurn()
    }
  }

  finish(): void {
    this.#endTurn()
    this.#endAnswer()
    const first = this.signals.at(0)
    const last = this.signals.reduce((latest, { at }) => Math.max(latest, at), 0)
    if (!this.#process || !first) return
    const { start, end } = this.#process
    // A copy says when the other session began.
    if (start <= first.at && !this.#hasCopies) {
      this.signals.unshift({ at: start, kind: 'start', attended: first.attended })
    }
    // A weak end: whoever resumes the session goes on with it.
    if (end >= last) {
      this.signals.push({ at: end, kind: 'end', attended: this.#attended, reason: 'connection_closed' })
    }
  }

  #user(said: Json, at: number): void {
    const results = parts(part(said, 'message'), 'content').filter(block => block.type === 'tool_result')
    if (results.length > 0) {
      for (const result of results) this.#close(at, id(result, 'tool_use_id'))
      return
    }
    const meaning = meaningOf(said)
    if (meaning === 'prompt') this.#prompt(said, at)
    if (meaning === 'work') {
      this.#endTurn()
      this.#say('work', at)
    }
    if (meaning === 'interruption') {
      this.#stop = null
      this.#say('work', at)
    }
  }

  #prompt(said: Json, at: number): void {
    const uuid = id(said, 'uuid')
    this.#endTurn()
    this.#isCopy = uuid !== undefined && this.#seenPrompts.has(uuid)
    if (this.#isCopy) this.#hasCopies = true
    else if (uuid !== undefined) this.#seenPrompts.add(uuid)
    this.#attended = !isHeadless(said)
    this.#turn = id(said, 'promptId')
    this.#say('prompt', at)
  }

  #assistant(said: Json, at: number): void {
    const message = part(said, 'message')
    const calls = parts(message, 'content').filter(block => block.type === 'tool_use')
    const signals = calls.length > 0 ? calls.map(call => this.#call(call, at)) : [this.#say('work', at)]
    this.#count(message, signals[0])
    if (said.isSidechain !== true) this.#stop = isLast(text(message, 'stop_reason')) ? at : null
  }

  #call(call: Json, at: number): TranscriptSignal | undefined {
    const tool = id(call, 'id')
    if (questions.has(text(call, 'name') ?? '')) return this.#say('wait', at)
    return this.#say('work', at, tool === undefined ? undefined : { id: tool, open: true })
  }

  #close(at: number, tool: string | undefined): void {
    this.#stop = null
    this.#say('work', at, tool === undefined ? undefined : { id: tool, open: false })
  }

  /** Each block of an answer repeats its usage, older versions with what was known so far: the last one counts. */
  #count(message: Json | undefined, signal: TranscriptSignal | undefined): void {
    const model = id(message, 'model')
    if (!signal || !model || model === '<synthetic>') return
    const answer = id(message, 'id')
    if (answer === undefined || this.#answer?.id !== answer) this.#endAnswer()
    this.#answer = { id: answer, signal, model, tokens: tokensOf(part(message, 'usage')) }
  }

  #endAnswer(): void {
    if (!this.#answer) return
    const { signal, model, tokens } = this.#answer
    signal.model = model
    signal.tokens = tokens
    this.#answer = null
  }

  #endTurn(): void {
    if (this.#stop !== null) this.#say('stop', this.#stop)
    this.#stop = null
  }

  #say(
    kind: TranscriptSignal['kind'],
    at: number,
    tool?: TranscriptSignal['tool'],
  ): TranscriptSignal | undefined {
    if (this.#isCopy) return undefined
    const signal: TranscriptSignal = { at, kind, attended: this.#attended }
    if (this.#turn !== undefined) signal.turn = this.#turn
    if (tool) signal.tool = tool
    this.signals.push(signal)
    return signal
  }
}

const told = new Set(['user', 'assistant', 'system', 'cost-state'])

/** Most bytes stand in lines of no interest; the beginning of a line tells. A quote inside a text has a backslash
 * before it, so what is found with its quotes is a name. */
function saysNothing(start: string): boolean {
  if (start.startsWith('{"type":"')) return !told.has(start.slice(9, start.indexOf('"', 9)))
  return start.startsWith('{"parentUuid":') && start.slice(0, 140).includes(',"attachment":{')
}

function processOf(said: Json): { start: number; end: number } | null {
  const start = count(said, 'startTime')
  return start > 0 ? { start, end: start + count(said, 'totalDuration') } : null
}

function meaningOf(said: Json): 'prompt' | 'work' | 'interruption' | null {
  if (said.isMeta === true || said.isCompactSummary === true || said.isVisibleInTranscriptOnly === true)
    return null
  if (said.isSidechain === true) return 'work'
  const words = firstWords(said)
  if (said.interruptedMessageId !== undefined || words.startsWith('[Request interrupted by user'))
    return 'interruption'
  const origin = text(said, 'turnOrigin')
  if (origin !== undefined) return origin === 'human' || origin === 'sdk' ? 'prompt' : 'work'
  if (words.startsWith('<task-notification>')) return 'work'
  // A command that the host answers itself; one that is a prompt begins with its message.
  return /^(<(command-name|local-command|bash-|user-memory|system-reminder)|Caveat: )/.test(words)
    ? null
    : 'prompt'
}

function isHeadless(said: Json): boolean {
  return text(said, 'turnOrigin') === 'sdk' || text(said, 'entrypoint')?.startsWith('sdk') === true
}

function firstWords(said: Json): string {
  const message = part(said, 'message')
  const words = text(message, 'content') ?? text(parts(message, 'content')[0], 'text')
  return words?.slice(0, 40) ?? ''
}

/** Old versions write no reason while they stream. */
function isLast(reason: string | undefined): boolean {
  return reason !== undefined && reason !== 'tool_use' && reason !== 'pause_turn'
}

function tokensOf(usage: Json | undefined): Tokens {
  return {
    input_tokens: count(usage, 'input_tokens'),
    output_tokens: count(usage, 'output_tokens'),
    cache_read_tokens: count(usage, 'cache_read_input_tokens'),
    cache_write_tokens: count(usage, 'cache_creation_input_tokens'),
  }
}
