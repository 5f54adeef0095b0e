import type { Command } from '../../src/cli/command.ts'
import { type Program, runLine } from '../../src/cli/line.ts'
import { everyday } from '../../src/commands/everyday.ts'
import { operations } from '../../tools/index.ts'
import { plainTerminal } from '../support/terminal.ts'
import { type Given, workspace } from '../support/workspace.ts'

/** A terminal with a person before it, if `answers` says so, in a workspace of its own. */
export async function commandLine(given: Given & { directory?: string; own?: readonly Command[] } = {}) {
  const { app, clock, call, rows } = await workspace({ door: 'cli', ...given })
  const asked: string[] = []
  const answers: boolean[] = []
  const { terminal, written } = plainTerminal(given.directory, async question => {
    asked.push(question)
    return answers.shift() ?? false
  })
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
