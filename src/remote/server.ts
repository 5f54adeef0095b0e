import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { App, Remote } from '../core/app.ts'
import { type FileAnswer, fileOf } from '../core/file.ts'
import { AppError } from '../domain/error.ts'
import { type Answered, linkTo } from './link.ts'
import { problemOf } from './problem.ts'
import { type Asked, exportOf, requestOf } from './request.ts'
import { deliver } from './signals.ts'

export type Around = Pick<App, 'version' | 'home' | 'clock' | 'newId' | 'log' | 'spool'>

const tries = 3

/** The server at this address, spoken to with the token that lies in the home. */
export function serverAt(url: string, around: Around): Remote {
  const link = linkTo(url, around.version, () => tokenIn(around.home, url))
  let zone: Promise<string> | undefined
  let delivering: Promise<void> | undefined

  const ask = async (asked: Asked): Promise<Answered> => {
    const answered = await link.ask(asked, tries)
    if (answered.status >= 200 && answered.status < 300) return answered
    throw problemOf(url, answered)
  }

  // another process may be at it too: the server knows a signal again, and files go once
  const delivered = (): Promise<void> =>
    (delivering ??= deliver(around, signals =>
      ask({ ...toSignals, body: JSON.stringify({ signals }) }),
    ).finally(() => {
      delivering = undefined
    }))

  return {
    url,
    deliver: delivered,
    zone: () => (zone ??= zoneOf(ask).catch(forget)),
    async entries(wanted) {
      await delivered()
      return (await ask(exportOf(wanted))).body
    },
    async call(operation, input) {
      await delivered()
      const answered = await ask(requestOf(operation, input, around.newId('cal', around.clock())))
      const output: object = operation.file ? { file: fileIn(answered) } : jsonIn(answered)
      // the server has held it against the same schema
      return withoutReplay(output, input) as never
    },
  }

  function forget(error: unknown): never {
    zone = undefined
    throw error
  }
}

const toSignals: Asked = {
  method: 'POST',
  path: '/signals',
  headers: { 'content-type': 'application/json' },
}

function tokenIn(home: string, url: string): string {
  try {
    return readFileSync(join(home, 'token'), 'utf8').trim()
  } catch {
    throw new AppError('not_authenticated', `The token for ${url} is gone.`, {
      hint: `Log in anew: \`stint login ${url}\`.`,
    })
  }
}

async function zoneOf(ask: (asked: Asked) => Promise<Answered>): Promise<string> {
  const me = jsonIn(await ask({ method: 'GET', path: '/me', headers: {} }))
  // what get_me answers
  return (me as { workspace: { time_zone: string } }).workspace.time_zone
}

// only what is asked as JSON is answered as JSON
const jsonIn = ({ body }: Answered): object => JSON.parse(body.toString('utf8')) as object

function fileIn({ body, headers }: Answered): FileAnswer {
  const [, name = 'file'] = /filename\*=UTF-8''([^;]+)/.exec(headers['content-disposition'] ?? '') ?? []
  return fileOf(decodeURIComponent(name), headers['content-type'] ?? 'application/octet-stream', body)
}

/** A repetition that nobody asked for but us is none. */
function withoutReplay(output: object, input: object): object {
  if ('idempotency_key' in input || !('replayed' in output)) return output
  const { replayed: _, ...rest } = output
  return rest
}
