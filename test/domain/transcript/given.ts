import type { TranscriptReader, TranscriptSignal } from '../../../src/domain/transcript/transcript.ts'

type Line = Record<string, unknown>

/** The morning of all these logs; moments are told in seconds since. */
export const morning = Date.parse('2026-03-02T09:00:00.000Z')
export const timestamp = (second: number) => new Date(morning + second * 1000).toISOString()

export function readBy<Reader extends TranscriptReader>(
  reader: Reader,
  lines: readonly (Line | string)[],
): Reader {
  for (const line of lines) reader.read(Buffer.from(typeof line === 'string' ? line : JSON.stringify(line)))
  reader.finish()
  return reader
}

/** `12 prompt`, `13 work +build unattended`: second, kind, and what else there is. */
export function told(signals: readonly TranscriptSignal[]): string[] {
  return signals.map(({ at, kind, tool, attended }) =>
    [
      (at - morning) / 1000,
      kind,
      ...(tool ? [(tool.open ? '+' : '-') + tool.id] : []),
      ...(attended ? [] : ['unattended']),
    ].join(' '),
  )
}

let lines = 0

/** A line of Claude Code's log, its fields in the order in which the host writes them. */
export function line(second: number, more: Line, { isSidechain = false } = {}): Line {
  const { type, message, ...rest } = more
  const head = { parentUuid: null, isSidechain }
  const tail = {
    uuid: `00000000-0000-4000-8000-${String(++lines).padStart(12, '0')}`,
    timestamp: timestamp(second),
  }
  const place = { entrypoint: 'cli', cwd: '/work/acme', sessionId: 's', version: '2.1.328' }
  if (type === 'assistant') return { ...head, message, type, ...tail, ...place, ...rest }
  return { ...head, type, message, ...tail, ...place, ...rest }
}

export const prompt = (second: number, words = 'Please go on', more: Line = {}) =>
  line(second, {
    type: 'user',
    message: { role: 'user', content: words },
    promptId: `p${second}`,
    promptSource: 'typed',
    turnOrigin: 'human',
    ...more,
  })

export const note = (second: number, words: string, more: Line = {}) =>
  line(second, { type: 'user', message: { role: 'user', content: words }, ...more })

interface Answer {
  id?: string
  reason?: string | null
  usage?: Line
  isSidechain?: boolean
}

export function answer(
  second: number,
  block: Line,
  { id = `m${second}`, reason, usage, isSidechain }: Answer = {},
) {
  const stop_reason = reason === undefined ? (block.type === 'tool_use' ? 'tool_use' : 'end_turn') : reason
  const message = { id, type: 'message', role: 'assistant', model: 'model-1', content: [block] }
  return line(
    second,
    { type: 'assistant', message: { ...message, stop_reason, stop_sequence: null, usage: usage ?? {} } },
    { isSidechain: isSidechain ?? false },
  )
}

export const says = (second: number, words: string, more: Answer = {}) =>
  answer(second, { type: 'text', text: words }, more)
export const calls = (second: number, id: string, name = 'Bash', more: Answer = {}) =>
  answer(second, { type: 'tool_use', id, name, input: { command: 'make' } }, more)

export const returns = (
  second: number,
  id: string,
  content: unknown = 'done',
  { isSidechain = false } = {},
) =>
  line(
    second,
    {
      type: 'user',
      message: { role: 'user', content: [{ tool_use_id: id, type: 'tool_result', content }] },
      toolUseResult: { stdout: content },
    },
    { isSidechain },
  )

export const over = (second: number) =>
  line(second, { type: 'system', subtype: 'turn_duration', durationMs: 1 })

export const costs = (second: number, totalDuration: number): Line => ({
  type: 'cost-state',
  sessionId: 's',
  totalDuration: totalDuration * 1000,
  startTime: morning + second * 1000,
})
