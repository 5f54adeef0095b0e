import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { App, Remote } from '../core/app.ts'
import { AppError } from '../domain/error.ts'
import type { LocalApp } from './app.ts'
import { writePrivate } from './private-file.ts'

const fileIn = (home: string): string => join(home, 'remote.json')

/** The address of the server that this home belongs to, if it does to one. */
export function serverOf(home: string): string | undefined {
  const path = fileIn(home)
  if (!existsSync(path)) return undefined
  const url = urlIn(path)
  if (url !== undefined) return url
  throw new AppError('validation_error', `${path} names no server.`, {
    hint: '`stint login <url>` writes it anew; `stint logout` takes it away.',
  })
}

function urlIn(path: string): string | undefined {
  try {
    // looked at as what login wrote
    const { url } = JSON.parse(readFileSync(path, 'utf8')) as { url?: unknown }
    return typeof url === 'string' ? url : undefined
  } catch {
    return undefined
  }
}

/** The token first: no process may speak to a new server with an old token. */
export function keepLogin(home: string, url: string, token: string): void {
  rmSync(fileIn(home), { force: true })
  writePrivate(join(home, 'token'), `${token}\n`)
  writePrivate(fileIn(home), `${JSON.stringify({ url })}\n`)
}

export function forgetLogin(home: string): void {
  for (const path of [fileIn(home), join(home, 'token')]) rmSync(path, { force: true })
}

/**
 * The program as it is while its home belongs to a server: looked up each time, because programs that run for days,
 * as an editor's, have to follow when somebody logs in or out.
 */
export function loggedIn(app: LocalApp): LocalApp {
  let known: Remote | undefined
  const remote = (): Remote | undefined => {
    const url = serverOf(app.home)
    if (url === undefined) return undefined
    if (known?.url !== url) known = remoteAt(url, app)
    return known
  }
  return {
    ...app,
    get remote() {
      return remote()
    },
    async store() {
      const url = serverOf(app.home)
      if (url === undefined) return app.store()
      throw notHere(url)
    },
  }
}

/** What reads the database itself, or its file. */
export function assertHere({ home }: Pick<App, 'home'>): void {
  const url = serverOf(home)
  if (url !== undefined) throw notHere(url)
}

const notHere = (url: string): AppError =>
  new AppError('validation_error', `This works on the machine of ${url} only, where the database is.`, {
    hint: 'Do it there; or `stint logout`, after which the database of this machine is used again.',
  })

/** What speaks to servers is loaded when there is something to say. */
function remoteAt(url: string, app: App): Remote {
  let loaded: Promise<Remote> | undefined
  const there = (): Promise<Remote> =>
    (loaded ??= import('../remote/server.ts').then(({ serverAt }) => serverAt(url, app)))
  return {
    url,
    call: async (operation, input) => (await there()).call(operation, input),
    entries: async wanted => (await there()).entries(wanted),
    zone: async () => (await there()).zone(),
    deliver: async () => (await there()).deliver(),
  }
}
