import { describe, expect, it } from 'vitest'
import { GeminiTranscript } from '../../../src/domain/transcript/gemini.ts'
import { readBy, timestamp, told } from './given.ts'

const begin = { sessionId: 's', projectHash: 'h', startTime: timestamp(0), kind: 'main' }
const user = (second: number) => ({
  id: `u${second}`,
  timestamp: timestamp(second),
  type: 'user',
  content: 'Go on',
})
const gemini = (second: number, more: object = {}) => ({
  id: `g${second}`,
  timestamp: timestamp(second),
  type: 'gemini',
  content: 'I look',
  model: 'model-3',
  ...more,
})
const call = (second: number) => ({
  id: `c${second}`,
  name: 'run_shell_command',
  timestamp: timestamp(second),
})

type Lines = Parameters<typeof readBy>[1]

const read = (lines: Lines) => readBy(new GeminiTranscript(), lines)

describe('the log of Gemini CLI', () => {
  it('writes a message again when it grows; each thing in it counts once', () => {
    const { signals } = read([
      begin,
      user(10),
      gemini(13),
      gemini(13, { toolCalls: [call(20)] }),
      gemini(13, {
        toolCalls: [call(20), call(25)],
        tokens: { input: 90, cached: 50, output: 7, thoughts: 3 },
      }),
      { $set: { lastUpdated: timestamp(26) } },
      { id: 'i', timestamp: timestamp(27), type: 'info', content: 'saved' },
      user(60),
    ])
    expect(told(signals)).toEqual([
      '0 start',
      '10 prompt',
      '13 work',
      '20 work -c20',
      '25 work -c25',
      '60 prompt',
    ])
    expect(signals[2]).toMatchObject({
      model: 'model-3',
      tokens: { input_tokens: 40, output_tokens: 10, cache_read_tokens: 50, cache_write_tokens: 0 },
    })
  })

  it('was one object in older versions', () => {
    const whole = { ...begin, messages: [user(10), gemini(13), { type: 'error' }] }
    expect(told(read([whole]).signals)).toEqual(['0 start', '10 prompt', '13 work'])
  })

  it('of a subagent holds work only', () => {
    expect(told(read([{ ...begin, kind: 'subagent' }, user(1), gemini(2)]).signals)).toEqual([
      '1 work',
      '2 work',
    ])
  })

  it('may be of something else', () => {
    expect(read(['[1]', '{"a":1}', 'x']).understood).toBe(false)
  })
})
