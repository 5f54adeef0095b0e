import { resolve } from 'node:path'
import { localApp } from './commands/app.ts'
import { loggedIn } from './commands/logged-in.ts'
import { mcp } from './commands/mcp.ts'
import { AppError } from './domain/error.ts'

// The same program when it is to serve an assistant: apart from the command line, which would only make it start later.

export const run = () => serve(process.argv.slice(3))

async function serve(typed: readonly string[]): Promise<void> {
  try {
    const { home, toolsets } = flagsOf(typed)
    const { env } = process
    const app = localApp(home === undefined ? env : { ...env, STINT_HOME: resolve(home) }, complain)
    await mcp(loggedIn(app), { toolsets, member: env.STINT_MEMBER || undefined })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    complain([error.message, error.hint].filter(Boolean).join(' '))
    process.exitCode = 2
  }
}

interface Flags {
  toolsets?: string
  home?: string
}

/** `--toolsets track,report` or `--toolsets=track,report`, and `--home` likewise. */
function flagsOf([flag, ...rest]: readonly string[]): Flags {
  if (flag === undefined) return {}
  const [, name, joined] = /^--(toolsets|home)(?:=(.+))?$/s.exec(flag) ?? []
  const value = joined ?? rest[0]
  if (name !== undefined && value !== undefined)
    return { [name]: value, ...flagsOf(joined === undefined ? rest.slice(1) : rest) }
  throw new AppError('validation_error', 'stint mcp takes nothing but --toolsets and --home.', {
    hint: 'As in `stint mcp --toolsets track,report,billing`.',
  })
}

function complain(line: string, error?: unknown): void {
  process.stderr.write(`stint: ${line}${error instanceof Error ? `: ${error.message}` : ''}\n`)
}
