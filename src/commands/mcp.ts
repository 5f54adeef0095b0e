import { hostGone, keepOutputClean } from '../mcp/host.ts'
import { introduction } from '../mcp/introduction.ts'
import { stdioTransport } from '../mcp/stdio.ts'
import { readToolsets } from '../mcp/toolset.ts'
import { witnessOf } from '../mcp/witness.ts'
import type { LocalApp } from './app.ts'

export interface McpOptions {
  /** As typed: `track,report,billing`. */
  toolsets?: string | undefined
  member?: string | undefined
}

const callsMayTake = 600
const exitWithin = 900

/** Serves one host over standard input and output, until it is gone. */
export async function mcp(app: LocalApp, { member, toolsets: typed }: McpOptions): Promise<void> {
  keepOutputClean()
  const toolsets = readToolsets(typed)
  const gone = hostGone()
  const witness = witnessOf(app, process.env, process.cwd())
  const transport = stdioTransport(process.stdin, process.stdout, first => introduction(app.version, first))
  transport.opened
    .then(() => import('../mcp/serve.ts'))
    .then(({ serve }) => {
      serve(app, transport, { toolsets, member, witness })
      witness.here()
    })
    .catch(error => app.log('MCP cannot be served', error))

  await gone
  witness.gone()
  setTimeout(() => process.exit(), exitWithin).unref()
  await transport.finish(callsMayTake)
  await transport.close()
  process.stdin.destroy()
  await app.close().catch(error => app.log('The database did not close', error))
}
