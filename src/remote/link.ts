import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http'
import { AppError } from '../domain/error.ts'
import { Unreachable } from './problem.ts'
import type { Asked } from './request.ts'

export interface Answered {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

export interface Link {
  /** Safe to repeat, all that is asked: where nobody answered it is asked again, so many times in all. */
  ask(asked: Asked, tries: number): Promise<Answered>
}

const waits = [250, 1000]
const longestWait = 30_000
const longestSilence = 30_000
const busy = new Set([502, 503, 504])

/** Connections are kept for the next question, and keep no program alive. */
export function linkTo(url: string, version: string, token: () => string): Link {
  const base = new URL(`${url}/api/v1`)
  const load = () => (base.protocol === 'https:' ? import('node:https') : import('node:http'))
  let agent: RequestOptions['agent']

  async function ask(asked: Asked, tries: number): Promise<Answered> {
    for (let attempt = 1; ; attempt++) {
      const last = attempt >= tries
      try {
        const answered = await once(asked)
        const wait = busy.has(answered.status) ? waitBefore(answered, attempt) : undefined
        if (last || wait === undefined || wait > longestWait) return checked(answered)
        await slept(wait)
      } catch (error) {
        if (last || !(error instanceof Lost)) throw asProblem(error)
        await slept(waits[attempt - 1] ?? longestWait)
      }
    }
  }

  async function once({ body, headers, method, path }: Asked): Promise<Answered> {
    const { Agent, request } = await load()
    agent ??= new Agent({ keepAlive: true })
    return new Promise((resolve, reject) => {
      const lost = (error: Error): void => reject(error instanceof AppError ? error : new Lost(error))
      // a path is sent as it stands: nothing in it is resolved
      const options: RequestOptions = {
        agent,
        method,
        hostname: base.hostname.replace(/^\[|\]$/g, ''),
        port: base.port,
        path: base.pathname + path,
        timeout: longestSilence,
        headers: {
          ...headers,
          accept: '*/*',
          authorization: `Bearer ${token()}`,
          'user-agent': `stint/${version}`,
          ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
        },
      }
      const sent: ClientRequest = request(options, (incoming: IncomingMessage) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.once('error', lost)
        incoming.once('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks),
          }),
        )
      })
      sent.once('error', lost)
      sent.once('timeout', () =>
        sent.destroy(new Unreachable(url, `it is silent for ${longestSilence / 1000} seconds`)),
      )
      sent.end(body)
    })
  }

  /** What is too old would misread what is asked of it, and say something else. */
  function checked(answered: Answered): Answered {
    const theirs = answered.headers['stint-version']
    if (typeof theirs !== 'string') return other(answered)
    if (generation(theirs) >= generation(version)) return answered
    throw new AppError(
      'conflict',
      `${url} runs stint ${theirs}, which is too old for this stint ${version}.`,
      {
        hint: `Update the server, or use stint ${theirs} here.`,
      },
    )
  }

  /** A proxy may refuse in its own words, but gives no answers: what does is a page that wants somebody to sign in. */
  function other(answered: Answered): Answered {
    if (answered.status >= 300) return answered
    throw new Unreachable(url, 'what answers there is no stint')
  }

  const asProblem = (error: unknown): unknown =>
    error instanceof Lost ? new Unreachable(url, error.message) : error

  return { ask }
}

/** The connection did not come about, or broke off. */
class Lost extends Error {
  constructor(cause: Error) {
    super('code' in cause ? String(cause.code) : cause.message)
  }
}

/** Before 1.0 the second number says what no longer fits. */
function generation(version: string): number {
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)\./.exec(version) ?? []
  return Number(major) * 1000 + (major === '0' ? Number(minor) : 0)
}

function waitBefore({ headers }: Answered, attempt: number): number {
  const said = Number(headers['retry-after'])
  return said > 0 ? said * 1000 : (waits[attempt - 1] ?? longestWait)
}

const slept = (ms: number): Promise<void> => new Promise(resolve => void setTimeout(resolve, ms))
