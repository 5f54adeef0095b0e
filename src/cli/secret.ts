import { text } from 'node:stream/consumers'
import type { Terminal } from './terminal.ts'

/** What is typed is not shown; from a program, all that it writes. */
export async function readSecret({ complain, interactive }: Terminal, question: string): Promise<string> {
  if (!interactive) return (await text(process.stdin)).trim()
  const { createInterface } = await import('node:readline')
  const { Writable } = await import('node:stream')
  const nowhere = new Writable({ write: (_, __, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  complain(question)
  return new Promise(resolve => {
    const done = (typed: string): void => {
      complain('\n')
      resolve(typed.trim())
    }
    lines.once('line', typed => {
      lines.removeAllListeners('close')
      lines.close()
      done(typed)
    })
    // ctrl-c, or the end of input
    lines.once('close', () => done(''))
  })
}
