import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Terminal } from '../../src/cli/terminal.ts'
import type { Program } from '../../src/commands/index.ts'
import type { Reported } from '../../src/core/reported.ts'
import type { SignalKind } from '../../src/domain/signal.ts'
import { operations } from '../../tools/index.ts'
import { leave } from '../support/host.ts'
import { type Given, workspace } from '../support/workspace.ts'

/** What the program's own commands are given, in a workspace of its own; its answers go into `written`. */
export async function ownProgram(given: Given & { directory?: string } = {}) {
  const { app, call, clock, rows } = await workspace({ door: 'cli', ...given })
  const written = { out: '', error: '' }
  const terminal: Terminal = {
    directory: given.directory ?? '/',
    environment: {},
    columns: undefined,
    colors: { out: false, error: false },
    interactive: false,
    print: text => void (written.out += text.toString()),
    complain: text => void (written.error += text),
    ask: async () => false,
  }
  const program: Program = {
    app: { ...app, databasePath: join(app.home, 'stint.db'), close: async () => undefined },
    terminal,
    operations: async () => operations,
  }
  const host_session = 'first'
  return {
    call,
    clock,
    program,
    rows,
    terminal,
    written,
    home: app.home,
    /** Claude Code's hooks tell something now. */
    told: (kind: SignalKind, more: Partial<Reported> = {}): void =>
      leave(app.home, {
        at: clock.now,
        host: 'claude-code',
        host_session,
        directory: '/work/acme',
        kind,
        attended: true,
        ...more,
      }),
    write: (path: string, text = ''): void => {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
    },
  }
}
