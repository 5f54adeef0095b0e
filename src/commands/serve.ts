import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { operations } from '../../tools/index.ts'
import { print } from '../cli/print.ts'
import type { App } from '../core/app.ts'
import type { Principal } from '../core/context.ts'
import { localPrincipal } from '../core/owner.ts'
import type { Spool } from '../core/spool.ts'
import { AppError } from '../domain/error.ts'
import { startDelivery } from '../jobs/delivery.ts'
import { startWatch } from '../jobs/watch.ts'
import { mcpOverHttp } from '../mcp/http.ts'
import { listen } from '../rest/listen.ts'
import { siteOf } from '../rest/site.ts'
import { eventStreams } from '../rest/stream.ts'
import { sweepAbandoned } from './abandoned.ts'
import type { LocalApp } from './app.ts'
import { serverOf } from './logged-in.ts'
import { ownerToken } from './owner-token.ts'
import { type ServeFlags, serverSettings } from './server-settings.ts'

export interface ServeOptions extends ServeFlags {
  member?: string | undefined
  /** The program that shows the reference page. */
  reader: string
}

const drainFor = 10_000

/** Serves REST, MCP and the reference over HTTP until it is told to end. */
export async function serve(app: LocalApp, options: ServeOptions): Promise<void> {
  assertOwn(app.home)
  sweepAbandoned(app)
  const { host, hosts, log_level, port, rate_limit } = serverSettings(app.home, options)
  const told = ended()
  const { member } = options
  const acting = (): Promise<Principal> => localPrincipal(app, 'cli', { member })
  let local = await acting()
  const appFor = appsOf(app, () => local)
  const mcp = mcpOverHttp(app, appFor)
  const streams = eventStreams(app, appFor)
  const site = siteOf({
    app,
    appFor,
    streams,
    operations,
    hosts,
    rate_limit,
    reader: () => readFileSync(options.reader),
    mcp: mcp.answer,
    ...(log_level === 'info' && { note: (line: string) => app.log(line) }),
  })
  const listening = await listen(site, { host, port })
  ;(await app.store()).shareTurns()
  const tokenFile = join(app.home, 'token')
  // programs that read the token stay where they are, whatever is chosen on this machine
  const owner = await localPrincipal({ ...app, workspace: undefined }, 'cli', { member })
  print(welcome(host, listening.port, tokenFile, await ownerToken(app, owner, tokenFile)))
  // hooks follow the choice, unless it leads nowhere: that is told to whoever types a command
  const watching = startWatch(app, async () => (local = await acting().catch(() => local)))
  const delivering = startDelivery(app)

  await told
  await mcp.close()
  streams.close()
  await listening.close(drainFor)
  await Promise.all([watching.stop(), delivering.stop()])
  await app.close().catch(error => app.log('The database did not close', error))
}

/** Its token would take the place of the one that somebody logged in with. */
function assertOwn(home: string): void {
  const url = serverOf(home)
  if (url === undefined) return
  throw new AppError('conflict', `${home} belongs to ${url}, so nothing is served from it.`, {
    hint: 'Name another folder with --home, or `stint logout` first.',
  })
}

/** What the hosts of this machine left behind is of the one who works at it, and of no other member. */
export function appsOf(app: App, local: () => Principal): (principal: Principal) => App {
  const withSpool: App = { ...app, spool: app.spool && lookedAtOnce(app.spool) }
  const withoutSpool: App = { ...app, spool: undefined }
  return ({ member_id }) => (member_id === local().member_id ? withSpool : withoutSpool)
}

/** Many ask together: that nothing waits is true for all who ask in one turn of the event loop. */
function lookedAtOnce(spool: Spool): Spool {
  let isEmpty = false
  return {
    ...spool,
    waiting(now) {
      if (isEmpty) return []
      const names = spool.waiting(now)
      isEmpty = names.length === 0
      if (isEmpty) setImmediate(() => (isEmpty = false))
      return names
    },
  }
}

function ended(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}

function welcome(host: string, port: number, tokenFile: string, secret: string | undefined): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  const address = `http://${name}:${port}`
  const lines = [
    `stint serves ${address}`,
    `  API        ${address}/api/v1, described at ${address}/api/v1/docs`,
    `  Assistants ${address}/mcp`,
    secret === undefined
      ? `Your token is in ${tokenFile}.`
      : `\nYour token, shown only this once and kept in ${tokenFile}:\n\n  ${secret}\n\nTry it:\n\n  curl -H "Authorization: Bearer $(cat '${tokenFile}')" ${address}/api/v1/me\n`,
  ]
  return `${lines.join('\n')}\n`
}
