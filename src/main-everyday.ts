import { config } from 'zod'
import { runLine } from './cli/line.ts'
import { complain } from './cli/print.ts'
import { terminalOf } from './cli/terminal.ts'
import { localApp } from './commands/app.ts'
import { everyday, often } from './commands/everyday.ts'
import { loggedIn } from './commands/logged-in.ts'
import type { AnyOperation } from './core/operation.ts'

// The same program for what is typed all day: apart from all the rest, which would only make it start later.

/** What src/start.ts gives to each program: another of them, read but not run. */
declare const module: { load(program: 'main'): { operations(): Promise<readonly AnyOperation[]> } }

export async function run(): Promise<void> {
  // zod would write a function for each schema, which pays only where it checks more than once
  config({ jitless: true })
  const local = localApp(process.env, (line, error) =>
    complain(`${line}${error instanceof Error ? `: ${error.message}` : ''}\n`),
  )
  const app = loggedIn(local)
  const terminal = terminalOf(process)
  // help and problems name other commands; they are never run from here
  const operations = () => module.load('main').operations()
  const door = { app, terminal, operations }
  const own = () => Promise.resolve([])
  process.exitCode = await runLine({ ...door, everyday, often: often(door), own }, process.argv.slice(2))
  await app.close().catch(() => {
    // it never opened, and the answer says why
  })
}
