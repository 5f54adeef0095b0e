import { isatty } from 'node:tty'
import { complain, print } from './print.ts'

/** Where a command was typed, and where its answer goes. */
export interface Terminal {
  directory: string
  environment: NodeJS.ProcessEnv
  /** How wide it is; undefined where the answer goes into a file or a program. */
  columns: number | undefined
  colors: { out: boolean; error: boolean }
  /** A person sits there who can be asked. */
  interactive: boolean
  print(text: string): void
  complain(text: string): void
  ask(question: string): Promise<boolean>
}

export function terminalOf(process: NodeJS.Process): Terminal {
  const [input, out, error] = [isatty(0), isatty(1), isatty(2)]
  return {
    directory: process.cwd(),
    environment: process.env,
    columns: out ? process.stdout.columns || 80 : undefined,
    colors: { out: colored(process.env, out), error: colored(process.env, error) },
    interactive: input && error,
    print,
    complain,
    ask,
  }
}

/** https://no-color.org, and FORCE_COLOR as other programs have it. */
export function colored(environment: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  const { FORCE_COLOR: force, NO_COLOR: none, TERM: kind } = environment
  if (none) return false
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false'
  return isTerminal && kind !== 'dumb'
}

async function ask(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim())
  } catch {
    // ctrl-c, or the end of input
    return false
  } finally {
    lines.close()
  }
}
