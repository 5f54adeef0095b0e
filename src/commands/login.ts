import { existsSync } from 'node:fs'
import type { Answer } from '../cli/command.ts'
import { readSecret } from '../cli/secret.ts'
import { AppError } from '../domain/error.ts'
import { type Me, whoAmI } from '../remote/login.ts'
import { spoolFacts } from './doctor-spool.ts'
import type { Program } from './index.ts'
import { forgetLogin, keepLogin, serverOf } from './logged-in.ts'

interface Wanted {
  url: string
  token?: string | undefined
}

/** From now on this machine tracks time on a server: commands, assistants and their hooks. */
export async function login(
  { app, terminal }: Program,
  { token: typed, url: address }: Wanted,
  read = readSecret,
): Promise<Answer> {
  const url = serverAddress(address)
  const token = typed || terminal.environment.STINT_TOKEN || (await read(terminal, `Token for ${url}: `))
  if (token === '')
    throw new AppError('not_authenticated', 'Logging in needs a token.', {
      hint: 'Who runs the server makes one with `stint token create NAME`; pipe it in, or set STINT_TOKEN.',
    })
  const me = await whoAmI(url, app.version, token)
  keepLogin(app.home, url, token)
  return { output: { login: { url, ...me } }, page: welcome(app.databasePath, url, me) }
}

function welcome(database: string, url: string, { member, scope, workspace }: Me): string[] {
  return [
    `Logged in to ${url} as ${member.name} (${member.role}) in ${workspace.name}, scope ${scope}.`,
    'Commands, assistants and their hooks on this machine use it from now on.',
    ...(scope === 'read' ? ['This token may only read: time is tracked with one of scope write.'] : []),
    ...(existsSync(database)
      ? [`What was tracked here before stays in ${database}; \`stint logout\` shows it again.`]
      : []),
  ]
}

export function logout({ app }: Program): Answer {
  const url = isNamed(app.home)
  forgetLogin(app.home)
  const { waiting } = spoolFacts(app.home)
  const left =
    waiting > 0
      ? [
          `What assistants told since the server was last reached (${waiting} signals) goes into the database here.`,
        ]
      : []
  return {
    output: { logout: { url: url ?? null, waiting } },
    page: url === undefined ? 'Nobody was logged in.' : [`Logged out of ${url}.`, ...left],
  }
}

/** Also what cannot be read any more can be taken away. */
function isNamed(home: string): string | undefined {
  try {
    return serverOf(home)
  } catch {
    return 'a server that was not known any more'
  }
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** A token goes over an open network only encrypted. */
function serverAddress(typed: string): string {
  const text = typed.trim()
  const url = parsed(/^[a-z]+:\/\//i.test(text) ? text : `${isLoopback(text) ? 'http' : 'https'}://${text}`)
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw new AppError('validation_error', 'That is no address of a server.', {
      hint: 'Write it as https://stint.example.com, as `stint serve` is reached from here.',
    })
  if (url.protocol === 'http:' && !loopback.test(url.hostname))
    throw new AppError('validation_error', `${url.origin} would see your token unencrypted.`, {
      hint: 'Use https; http is taken for this machine alone, as at the end of an SSH tunnel.',
    })
  return url.origin + url.pathname.replace(/\/+(api\/v1\/*)?$/, '')
}

const isLoopback = (text: string): boolean => loopback.test(parsed(`http://${text}`)?.hostname ?? '')

const parsed = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined)
