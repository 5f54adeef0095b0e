import { config } from 'zod'
import { runLine } from './cli/line.ts'
import { complain } from './cli/print.ts'
import { terminalOf } from './cli/terminal.ts'
import { localApp } from './commands/app.ts'
import { everyday, often } from './commands/everyday.ts'
import { loggedIn } from './commands/logged-in.ts'

// loaded when they are needed: most commands need few
export const operations = async () => (await import('../tools/index.ts')).operations

export async function run(): Promise<void> {
  // zod would write a function for each schema, which pays only where it checks more than once
  config({ jitless: true })
  const local = localApp(process.env, (line, error) =>
    complain(`${line}${error instanceof Error ? `: ${error.message}` : ''}\n`),
  )
  const app = loggedIn(local)
  const terminal = terminalOf(process)
  const door = { app, terminal, operations }
  const own = async () => (await import('./commands/index.ts')).ownCommands(door)
  process.exitCode = await runLine({ ...door, everyday, often: often(door), own }, process.argv.slice(2))
  await app.close().catch(() => {
    // it never opened, and the answer says why
  })
}
