import { serveStdio } from '@modelcontextprotocol/server/stdio'
import type { App } from '../core/app.ts'
import type { Toolset } from '../core/operation.ts'
import type { Requests } from './requests.ts'
import { mcpServer } from './server.ts'
import type { StdioTransport } from './stdio.ts'
import type { Witness } from './witness.ts'

const watchEvery = 15_000

export interface ServeOptions {
  toolsets: readonly Toolset[]
  member?: string | undefined
  witness: Witness
}

/** Serves one connection, of either era. */
export function serve(app: App, transport: StdioTransport, options: ServeOptions): void {
  let loaded: Promise<Requests> | undefined
  const requests = () =>
    (loaded ??= import('./requests.ts').then(({ requestsOf }) => requestsOf(app, options)))
  serveStdio(() => mcpServer(app.version, requests), { transport, onerror: error => app.log('MCP', error) })

  setInterval(() => {
    loaded?.then(known => known.watch()).catch(error => app.log('The watchdog failed', error))
  }, watchEvery).unref()
}
