import { fstatSync } from 'node:fs'
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
  print: (text: string | Uint8Array) => void
  complain: (text: string) => void
  ask: (question: string) => Promise<boolean>
}

export function terminalOf(process: NodeJS.Process): Terminal {
  const { env } = process
  return {
    directory: process.cwd(),
    environment: env,
    columns: isTerminal(1) ? process.stdout.columns || 80 : undefined,
    colors: {
      out: colored(env, isTerminal(1)),
      get error() {
        return colored(env, isTerminal(2))
      },
    },
    get interactive() {
      return isTerminal(0) && isTerminal(2)
    },
    print,
    complain,
    ask,
  }
}

/** node:tty takes milliseconds to load, and knows no more about what is no device at all. */
function isTerminal(file: 0 | 1 | 2): boolean {
  try {
    if (!fstatSync(file).isCharacterDevice()) return false
  } catch {
    // closed
    return false
  }
  return file === 0 ? process.stdin.isTTY : file === 1 ? process.stdout.isTTY : process.stderr.isTTY
}

/** https://no-color.org, and FORCE_COLOR as other programs have it. */
export function colored(environment: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  const { FORCE_COLOR: force, NO_COLOR: none, TERM: kind } = environment
  if (none) return false
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false'
  return isTerminal && kind !== 'dumb'
}

async function ask(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  return new Promise(resolve => {
    lines.question(`${question} [y/N] `, answer => {
      resolve(/^y(es)?$/i.test(answer.trim()))
      lines.close()
    })
    // ctrl-c, or the end of input
    lines.once('close', () => resolve(false))
  })
}
