import type { Terminal } from '../../src/cli/terminal.ts'

/** A terminal without colours and width; what it is told goes into `written`. */
export function plainTerminal(directory = '/', ask: Terminal['ask'] = async () => false) {
  const written = { out: '', error: '' }
  const terminal: Terminal = {
    directory,
    environment: {},
    columns: undefined,
    colors: { out: false, error: false },
    interactive: false,
    print: text => void (written.out += text.toString()),
    complain: text => void (written.error += text),
    ask,
  }
  return { terminal, written }
}
