import type { Answer } from '../cli/command.ts'
import { AppError } from '../domain/error.ts'
import type { Program } from './index.ts'
import { serverSettings } from './server-settings.ts'

/** Shows the server in a browser; only its address where nobody sits before a terminal. */
export async function open({ app, terminal }: Program): Promise<Answer> {
  const server = app.remote?.url ?? serverHere(app.home)
  const url = `${server}/api/v1/docs`
  if (!(await answers(url)))
    throw new AppError('not_found', `Nothing answers at ${server}.`, {
      hint: app.remote ? 'Is the network there?' : 'Start it with `stint serve`.',
    })
  const opened = terminal.columns !== undefined && (await inBrowser(url))
  return { output: { url, opened }, page: opened ? `Opened ${url}.` : url }
}

function serverHere(home: string): string {
  const { host, port } = serverSettings(home, {})
  const isAll = host === '0.0.0.0' || host === '::'
  const name = isAll ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(5000) })).ok
  } catch {
    return false
  }
}

const programs: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

/** False where there is no program for it, as on a server. */
async function inBrowser(url: string): Promise<boolean> {
  const { spawn } = await import('node:child_process')
  const [name, ...words] = programs[process.platform] ?? ['xdg-open']
  const child = spawn(name, [...words, url], { detached: true, stdio: 'ignore' })
  child.unref()
  return new Promise(resolve => {
    child.once('error', () => resolve(false))
    child.once('spawn', () => resolve(true))
  })
}
