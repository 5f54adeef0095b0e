import { type Dialect, type Json, stream } from './model.ts'

let items = 0

/** https://platform.openai.com/docs/api-reference/responses, as far as Codex needs it. A tool is `name` or `namespace name`. */
export const responses: Dialect = {
  isTurn: path => path.endsWith('/responses'),

  answer(response, step) {
    const id = `resp_${++items}`
    stream(response, [
      { type: 'response.created', response: { id } },
      { type: 'response.output_item.done', item: itemOf(step) },
      {
        type: 'response.completed',
        response: {
          id,
          usage: { input_tokens: 100, output_tokens: 10, total_tokens: 110 },
        },
      },
    ])
  },

  answersOfTools: body =>
    (body?.input ?? [])
      .filter((one: Json) => String(one.type).endsWith('_output'))
      .map((one: Json) => (typeof one.output === 'string' ? one.output : JSON.stringify(one.output))),
}

function itemOf(step: Parameters<Dialect['answer']>[1]): object {
  if ('say' in step)
    return {
      type: 'message',
      id: `msg_${++items}`,
      role: 'assistant',
      content: [{ type: 'output_text', text: step.say }],
    }
  const [name, namespace] = step.call.split(' ').toReversed()
  return {
    type: 'function_call',
    id: `fc_${++items}`,
    call_id: `call_${items}`,
    name,
    ...(namespace !== undefined && { namespace }),
    arguments: JSON.stringify(step.with),
  }
}
