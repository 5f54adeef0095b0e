import { describe, expect, it } from 'vitest'
import { CodexTranscript } from '../../../src/domain/transcript/codex.ts'
import { readBy, timestamp, told } from './given.ts'

const log = (second: number, type: string, payload: object) => ({
  timestamp: timestamp(second),
  type,
  payload,
})
const meta = (more: object = {}) =>
  log(0, 'session_meta', { id: 's', cwd: '/work/acme', source: 'cli', ...more })
const event = (second: number, type: string, more: object = {}) => log(second, 'event_msg', { type, ...more })
const item = (second: number, type: string, more: object = {}) =>
  log(second, 'response_item', { type, ...more })
const total = (input: number, cached: number, output: number) => ({
  info: { total_token_usage: { input_tokens: input, cached_input_tokens: cached, output_tokens: output } },
})

type Lines = Parameters<typeof readBy>[1]

const read = (lines: Lines) => readBy(new CodexTranscript(), lines)
const signalsOf = (lines: Lines) => told(read(lines).signals)

describe('a turn', () => {
  it('goes from the message to the end of its task, with its tools', () => {
    const { signals, directory } = read([
      meta(),
      event(5, 'task_started', { turn_id: 't1' }),
      item(5, 'message', { role: 'user', content: 'what the host tells' }),
      log(5, 'turn_context', { turn_id: 't1', model: 'model-2' }),
      event(6, 'item_completed', { item: { type: 'UserMessage' } }),
      item(8, 'function_call', { name: 'exec_command', call_id: 'c' }),
      item(30, 'function_call_output', { call_id: 'c', output: 'ok' }),
      event(33, 'agent_message', { message: 'Done' }),
      event(34, 'task_complete', { turn_id: 't1' }),
    ])
    expect(told(signals)).toEqual(['0 start', '6 prompt', '8 work +c', '30 work -c', '33 work', '34 stop'])
    expect(signals[1]?.turn).toBe('t1')
    expect(directory).toBe('/work/acme')
  })

  it('may be steered, which does not interrupt it', () => {
    const steered = [
      event(5, 'task_started'),
      event(6, 'user_message'),
      event(20, 'user_message'),
      event(30, 'task_complete'),
    ]
    expect(signalsOf(steered)).toEqual(['6 prompt', '20 work', '30 stop'])
  })

  it('has no end when the person interrupts it', () => {
    const aborted = [
      event(5, 'task_started'),
      event(6, 'user_message'),
      event(9, 'turn_aborted', { reason: 'interrupted' }),
    ]
    expect(signalsOf(aborted)).toEqual(['6 prompt', '9 work'])
  })

  it('lasts as long as old versions write, which name no tasks', () => {
    const old = [
      event(6, 'user_message'),
      event(9, 'agent_message'),
      event(60, 'user_message'),
      event(62, 'agent_message'),
    ]
    expect(signalsOf(old)).toEqual(['6 prompt', '9 work', '60 prompt', '62 work'])
  })

  it('waits while the host asks the person', () => {
    const asked = [
      event(5, 'task_started'),
      event(5, 'user_message'),
      item(7, 'function_call', { name: 'request_user_input', call_id: 'q' }),
      item(20, 'function_call_output', { call_id: 'q' }),
      event(22, 'exec_approval_request'),
    ]
    expect(signalsOf(asked)).toEqual(['5 prompt', '7 wait', '20 work -q', '22 wait'])
  })
})

describe('the session', () => {
  it('is of nobody when no person drives it', () => {
    expect(signalsOf([meta({ source: 'exec' }), event(1, 'user_message')])).toEqual([
      '0 start unattended',
      '1 prompt unattended',
    ])
  })

  it('has subagents that only work', () => {
    const subagent = meta({ source: { subagent: { thread_spawn: {} } } })
    expect(
      signalsOf([subagent, event(1, 'task_started'), event(1, 'user_message'), event(4, 'task_complete')]),
    ).toEqual(['1 work', '4 work'])
  })

  it('adds what its totals grew by, told twice or begun anew', () => {
    const { signals } = read([
      log(0, 'turn_context', { model: 'model-2' }),
      event(1, 'user_message'),
      event(2, 'token_count', total(100, 60, 10)),
      event(3, 'token_count', total(100, 60, 10)),
      event(4, 'token_count', total(250, 160, 30)),
      event(5, 'token_count', { info: null }),
      event(6, 'token_count', total(20, 0, 5)),
    ])
    expect(signals.flatMap(({ tokens }) => (tokens ? [Object.values(tokens)] : []))).toEqual([
      [40, 10, 60, 0],
      [50, 20, 100, 0],
      [20, 5, 0, 0],
    ])
    expect(signals.find(({ tokens }) => tokens)?.model).toBe('model-2')
  })
})

describe('the log', () => {
  it('may hold what nobody knows and be torn', () => {
    const lines = [
      log(0, 'world_state', {}),
      '{"timestamp":"2026',
      'x',
      log(1, 'event_msg', {}),
      event(2, 'user_message'),
    ]
    expect(signalsOf(lines)).toEqual(['2 prompt'])
    expect(read(['nothing', '{}']).understood).toBe(false)
  })
})
