import { type Dialect, type Json, type Step, stream } from './model.ts'

/** https://ai.google.dev/api/generate-content, as far as Gemini CLI needs it. */
export const google: Dialect = {
  isTurn: (path, body) => path.includes('streamGenerateContent') && body.tools?.length > 0,

  answer(response, step, path) {
    if (path.includes('countTokens')) return json(response, { totalTokens: 100 })
    const answer = {
      candidates: [{ index: 0, content: { role: 'model', parts: [partOf(step)] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 10, totalTokenCount: 110 },
    }
    if (path.includes('stream')) stream(response, [answer])
    else json(response, answer)
  },

  answersOfTools: body =>
    (body?.contents ?? []).flatMap(({ parts }: Json) =>
      parts
        .filter((one: Json) => one.functionResponse)
        .map((one: Json) => JSON.stringify(one.functionResponse.response)),
    ),
}

const partOf = (step: Step): object =>
  'say' in step ? { text: step.say } : { functionCall: { name: step.call, args: step.with } }

function json(response: Parameters<Dialect['answer']>[0], body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
