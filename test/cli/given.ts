import type { Command } from '../../src/cli/command.ts'
import { type Program, runLine } from '../../src/cli/line.ts'
import type { Terminal } from '../../src/cli/terminal.ts'
import { everyday } from '../../src/commands/everyday.ts'
import { operations } from '../../tools/index.ts'
import { type Given, workspace } from '../support/workspace.ts'

/** A terminal with a person before it, if `answers` says so, in a workspace of its own. */
export async function commandLine(given: Given & { directory?: string; own?: readonly Command[] } = {}) {
  const { app, clock, call, rows } = await workspace({ door: 'cli', ...given })
  const asked: string[] = []
  const answers: boolean[] = []
  const written = { out: '', error: '' }
  const terminal: Terminal = {
    directory: given.directory ?? '/',
    environment: {},
    columns: undefined,
    colors: { out: false, error: false },
    interactive: false,
    print: text => void (written.out += text.toString()),
    complain: text => void (written.error += text),
    ask: async question => {
      asked.push(question)
      return answers.shift() ?? false
    },
  }
  const program: Program = {
    app,
    terminal,
    everyday,
    often: {},
    operations: async () => operations,
    own: async () => given.own ?? [],
  }

  return {
    call,
    clock,
    rows,
    asked,
    terminal,
    /** The next question is answered so; from now on somebody is there to be asked. */
    answer: (yes: boolean): void => {
      terminal.interactive = true
      answers.push(yes)
    },
    type: async (line: string) => {
      Object.assign(written, { out: '', error: '' })
      const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
      const code = await runLine(program, words)
      return { code, ...written }
    },
  }
}
