import { count, id, instantOf, type Json, latin1, parsed, part, parts, text } from './json.ts'
import { type Tokens, type TranscriptReader, type TranscriptSignal } from './transcript.ts'

/**
 * Gemini CLI's log of one session: `session-….jsonl`, or one object `session-….json` in older versions. Read in the
 * sources of 0.61, not run; this is what is relied on:
 *
 *     first line   sessionId, startTime, kind (main, subagent)
 *     a message    id, timestamp, type (user, gemini; info, warning, error mean nothing), model,
 *                  tokens {input, output, cached}, toolCalls: id, timestamp of its end
 *     {"$set": …}  changes of the first line
 *
 * A message that grows is written again, whole, under its id. Nothing says where a turn ends: it ends with its last sign.
 */
export class GeminiTranscript implements TranscriptReader {
  readonly signals: TranscriptSignal[] = []
  readonly directory = null
  understood = false
  #isSubagent = false
  readonly #answers = new Map<string, TranscriptSignal>()
  readonly #seen = new Set<string>()

  read(line: Buffer): void {
    const said = parsed(latin1(line))
    if (said) this.#object(said)
  }

  finish(): void {
    this.#answers.clear()
    this.#seen.clear()
  }

  #object(said: Json): void {
    if (text(said, 'sessionId') !== undefined && said.type === undefined) this.#begin(said)
    const name = id(said, 'id')
    const at = instantOf(said, 'timestamp')
    if (name === undefined || at === undefined) return
    if (said.type === 'user') this.#message(name, at)
    if (said.type === 'gemini') this.#answer(said, name, at)
  }

  #begin(said: Json): void {
    this.understood = true
    this.#isSubagent = said.kind === 'subagent'
    const at = instantOf(said, 'startTime')
    if (at !== undefined && !this.#isSubagent) this.#say({ at, kind: 'start' })
    for (const message of parts(said, 'messages')) this.#object(message)
  }

  #message(name: string, at: number): void {
    if (this.#isNew(name)) this.#say({ at, kind: this.#isSubagent ? 'work' : 'prompt' })
  }

  #answer(said: Json, name: string, at: number): void {
    if (this.#isNew(name)) this.#answers.set(name, this.#say({ at, kind: 'work' }))
    const answer = this.#answers.get(name)
    const model = id(said, 'model')
    const tokens = part(said, 'tokens')
    if (answer && model) answer.model = model
    if (answer && tokens) answer.tokens = tokensOf(tokens)
    for (const call of parts(said, 'toolCalls')) this.#call(call)
  }

  #call(call: Json): void {
    const tool = id(call, 'id')
    const at = instantOf(call, 'timestamp')
    if (tool === undefined || at === undefined || !this.#isNew(`tool ${tool}`)) return
    this.#say({ at, kind: 'work', tool: { id: tool, open: false } })
  }

  #isNew(name: string): boolean {
    const isNew = !this.#seen.has(name)
    this.#seen.add(name)
    return isNew
  }

  #say(signal: Omit<TranscriptSignal, 'attended'>): TranscriptSignal {
    const said = { ...signal, attended: true }
    this.signals.push(said)
    return said
  }
}

function tokensOf(tokens: Json): Tokens {
  const cached = count(tokens, 'cached')
  return {
    input_tokens: Math.max(0, count(tokens, 'input') - cached),
    output_tokens: count(tokens, 'output') + count(tokens, 'thoughts'),
    cache_read_tokens: cached,
    cache_write_tokens: 0,
  }
}
