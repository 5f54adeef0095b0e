import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Program } from '../../src/commands/index.ts'
import type { Reported } from '../../src/core/reported.ts'
import type { SignalKind } from '../../src/domain/signal.ts'
import { operations } from '../../tools/index.ts'
import { leave } from '../support/host.ts'
import { plainTerminal } from '../support/terminal.ts'
import { type Given, workspace } from '../support/workspace.ts'

/** What the program's own commands are given, in a workspace of its own; its answers go into `written`. */
export async function ownProgram(given: Given & { directory?: string } = {}) {
  const { app, call, clock, member, rows } = await workspace({ door: 'cli', ...given })
  const { terminal, written } = plainTerminal(given.directory)
  const program: Program = {
    app: { ...app, databasePath: join(app.home, 'stint.db'), close: async () => undefined },
    terminal,
    operations: async () => operations,
  }
  const host_session = 'first'
  return {
    call,
    clock,
    member,
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
