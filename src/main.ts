import { config } from 'zod'
import { runLine } from './cli/line.ts'
import { complain } from './cli/print.ts'
import { terminalOf } from './cli/terminal.ts'
import { localApp } from './commands/app.ts'
import { everyday } from './commands/everyday.ts'

void main()

async function main(): Promise<void> {
  // zod would write a function for each schema, which pays only where it checks more than once
  config({ jitless: true })
  const app = localApp(process.env, (line, error) =>
    complain(`${line}${error instanceof Error ? `: ${error.message}` : ''}\n`),
  )
  const terminal = terminalOf(process)
  // loaded when they are needed: most commands need few
  const operations = async () => (await import('../tools/index.ts')).operations
  const own = async () => (await import('./commands/index.ts')).ownCommands({ app, terminal, operations })
  process.exitCode = await runLine({ app, terminal, everyday, operations, own }, process.argv.slice(2))
  await app.close().catch(() => {
    // it never opened, and the answer says why
  })
}
