import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { hostGone, keepOutputClean } from '../mcp/host.ts'
import type { Requests } from '../mcp/requests.ts'
import { mcpServer } from '../mcp/server.ts'
import { stdioTransport } from '../mcp/stdio.ts'
import { readToolsets } from '../mcp/toolset.ts'
import type { LocalApp } from './app.ts'

export interface McpOptions {
  /** As typed: `track,report,billing`. */
  toolsets?: string | undefined
  member?: string | undefined
}

const reconcileEvery = 15_000
const callsMayTake = 600
const exitWithin = 900

/** Serves one host over standard input and output, until it is gone. */
export async function mcp(app: LocalApp, { member, toolsets: typed }: McpOptions): Promise<void> {
  keepOutputClean()
  const toolsets = readToolsets(typed)
  let loaded: Promise<Requests> | undefined
  const requests = () =>
    (loaded ??= import('../mcp/requests.ts').then(({ requestsOf }) => requestsOf(app, { toolsets, member })))
  const gone = hostGone()
  const transport = stdioTransport(process.stdin, process.stdout)
  const served = serveStdio(() => mcpServer(app.version, requests), {
    transport,
    onerror: error => app.log('MCP', error),
  })
  setInterval(() => {
    loaded?.then(({ watch }) => watch()).catch(error => app.log('The watchdog failed', error))
  }, reconcileEvery).unref()

  await gone
  setTimeout(() => process.exit(), exitWithin).unref()
  await transport.finish(callsMayTake)
  await served.close()
  process.stdin.destroy()
  await app.close().catch(error => app.log('The database did not close', error))
}
