import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

/** What the model answers to the next request: a text, or the call of a tool; after so many milliseconds. */
export type Step = { after?: number } & ({ say: string } | { call: string; with: object })

/** How one maker's requests and answers look. */
export interface Dialect {
  /** The request goes on with the conversation; all others (titles, counts) are answered beside it. */
  isTurn(path: string, body: Json): boolean
  answer(response: ServerResponse, step: Step, path: string): void
  /** What tools have answered so far, in the order of the conversation. */
  answersOfTools(body: Json): string[]
}

// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any

export interface Asked {
  at: number
  /** When the answer was complete; undefined if the assistant hung up before. */
  answered?: number
  body: Json
}

/** A loopback stand-in for the model: it answers what the test wrote down, and notes when. */
export class Model {
  readonly asked: Asked[] = []
  readonly beside: string[] = []
  url = ''
  readonly #dialect: Dialect
  readonly #steps: Step[]

  static async open(dialect: Dialect, ...steps: Step[]): Promise<Model> {
    const model = new Model(dialect, steps)
    const server = createServer((request, response) => void model.#serve(request, response))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (typeof address === 'object') model.url = `http://127.0.0.1:${address?.port}`
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    return model
  }

  private constructor(dialect: Dialect, steps: Step[]) {
    this.#dialect = dialect
    this.#steps = steps
  }

  /** When the last answer was complete. */
  get lastAnswer(): number {
    return this.asked.at(-1)?.answered ?? 0
  }

  /** What the tools answered that the model was shown last. */
  get answersOfTools(): string[] {
    return this.#dialect.answersOfTools(this.asked.at(-1)?.body)
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? ''
    const body = await bodyOf(request)
    if (!this.#dialect.isTurn(path, body)) {
      this.beside.push(`${request.method} ${path}`)
      return this.#dialect.answer(response, { say: 'Work' }, path)
    }
    const asked: Asked = { at: Date.now(), body }
    this.asked.push(asked)
    const step = this.#steps.shift() ?? { say: 'I was not told what to say.' }
    if (step.after) await sleep(step.after)
    if (response.destroyed) return
    this.#dialect.answer(response, step, path)
    asked.answered = Date.now()
  }
}

async function bodyOf(request: IncomingMessage): Promise<Json> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text === '' ? {} : JSON.parse(text)
}

/** Server-sent events; with names where the maker gives them some. */
export function stream(response: ServerResponse, events: object[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events) {
    if ('type' in event) response.write(`event: ${String(event.type)}\n`)
    response.write(`data: ${JSON.stringify(event)}\n\n`)
  }
  response.end()
}
