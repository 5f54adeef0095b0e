import { type Dialect, type Json, type Step, stream } from './model.ts'

let blocks = 0

/** https://docs.anthropic.com/en/api/messages, as far as Claude Code needs it. */
export const anthropic: Dialect = {
  isTurn: (path, body) =>
    path.startsWith('/v1/messages') && !path.includes('count_tokens') && body.tools?.length > 5,

  answer(response, step, path) {
    if (!path.startsWith('/v1/messages') || path.includes('count_tokens')) {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ input_tokens: 100 }))
      return
    }
    const { content, delta } = blockOf(step)
    const usage = { input_tokens: 100, output_tokens: 10 }
    stream(response, [
      { type: 'message_start', message: { ...message(), content: [], usage } },
      { type: 'content_block_start', index: 0, content_block: content },
      { type: 'content_block_delta', index: 0, delta },
      { type: 'content_block_stop', index: 0 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'say' in step ? 'end_turn' : 'tool_use', stop_sequence: null },
        usage,
      },
      { type: 'message_stop' },
    ])
  },

  answersOfTools: body =>
    (body?.messages ?? []).flatMap(({ content }: Json) =>
      Array.isArray(content)
        ? content.filter(one => one.type === 'tool_result').map(one => textOf(one.content))
        : [],
    ),
}

const message = () => ({
  id: `msg_${++blocks}`,
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5',
  stop_reason: null,
  stop_sequence: null,
})

function blockOf(step: Step): { content: object; delta: object } {
  if ('say' in step)
    return { content: { type: 'text', text: '' }, delta: { type: 'text_delta', text: step.say } }
  return {
    content: { type: 'tool_use', id: `toolu_${++blocks}`, name: step.call, input: {} },
    delta: { type: 'input_json_delta', partial_json: JSON.stringify(step.with) },
  }
}

const textOf = (content: Json): string =>
  Array.isArray(content) ? content.map(one => one.text ?? '').join('\n') : String(content)
