import { type LocalApp, localApp } from './commands/app.ts'

void main(process.argv.slice(2))

async function main(line: readonly string[]): Promise<void> {
  const app = localApp(process.env, complain)
  const toolsets = servedToolsets(line)
  if (toolsets) {
    // hosts wait for this one, and it needs nothing of the command line
    const { mcp } = await import('./commands/mcp.ts')
    await mcp(app, { ...toolsets, member: process.env.STINT_MEMBER }).catch(error => {
      complain(error instanceof Error ? error.message : String(error))
      process.exitCode = 2
    })
    return
  }
  await commandLine(app, line)
}

/** Of `mcp` and `mcp --toolsets …`; all other lines, also wrong ones, are the command line's. */
function servedToolsets([command, flag, value, ...more]: readonly string[]): { toolsets?: string } | undefined {
  if (command !== 'mcp' || more.length > 0) return undefined
  if (flag === undefined) return {}
  return flag === '--toolsets' && value !== undefined ? { toolsets: value } : undefined
}

async function commandLine(app: LocalApp, line: readonly string[]): Promise<void> {
  const { runLine } = await import('./cli/line.ts')
  const { terminalOf } = await import('./cli/terminal.ts')
  const { everyday } = await import('./commands/everyday.ts')
  const terminal = terminalOf(process)
  // loaded when they are needed: most commands need few
  const operations = async () => (await import('../tools/index.ts')).operations
  const own = async () => (await import('./commands/index.ts')).ownCommands({ app, terminal, operations })
  process.exitCode = await runLine({ app, terminal, everyday, operations, own }, [...line])
  await app.close().catch(() => {
    // it never opened, and the answer says why
  })
}

function complain(line: string, error?: unknown): void {
  process.stderr.write(`${line}${error instanceof Error ? `: ${error.message}` : ''}\n`)
}
