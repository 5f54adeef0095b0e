import { config } from 'zod'
import { runLine } from '../cli/line.ts'
import type { Door } from '../cli/operate.ts'
import { complain } from '../cli/print.ts'
import { terminalOf } from '../cli/terminal.ts'
import { localApp } from './app.ts'
import { everyday, often } from './everyday.ts'
import type { Program } from './index.ts'
import { loggedIn } from './logged-in.ts'

/** Runs what was typed in a shell; `own` are the program's own commands, where this program has them. */
export async function runTyped(
  operations: Door['operations'],
  own: (program: Program) => Promise<ReturnType<typeof import('./index.ts').ownCommands>>,
): Promise<void> {
  // zod would write a function for each schema, which pays only where it checks more than once
  config({ jitless: true })
  const local = localApp(process.env, (line, error) =>
    complain(`${line}${error instanceof Error ? `: ${error.message}` : ''}\n`),
  )
  const app = loggedIn(local)
  const door = { app, terminal: terminalOf(process), operations }
  const line = { ...door, everyday, often: often(door), own: () => own(door) }
  process.exitCode = await runLine(line, process.argv.slice(2))
  await app.close().catch(() => {
    // it never opened, and the answer says why
  })
}
