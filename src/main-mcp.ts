import { localApp } from './commands/app.ts'
import { mcp } from './commands/mcp.ts'
import { AppError } from './domain/error.ts'

// The same program when it is to serve an assistant: apart from the command line, which would only make it start later.

void main(process.argv.slice(3))

async function main(flags: readonly string[]): Promise<void> {
  const app = localApp(process.env, complain)
  try {
    await mcp(app, { toolsets: toolsetsOf(flags), member: process.env.STINT_MEMBER || undefined })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    complain([error.message, error.hint].filter(Boolean).join(' '))
    process.exitCode = 2
  }
}

/** `--toolsets track,report` or `--toolsets=track,report`. */
function toolsetsOf([flag, value, ...more]: readonly string[]): string | undefined {
  if (flag === undefined) return undefined
  const [name, joined] = flag.split('=', 2)
  const right = joined === undefined ? value !== undefined && more.length === 0 : value === undefined
  if (name === '--toolsets' && right) return joined ?? value
  throw new AppError('validation_error', 'stint mcp takes nothing but --toolsets.', {
    hint: 'As in `stint mcp --toolsets track,report,billing`.',
  })
}

function complain(line: string, error?: unknown): void {
  process.stderr.write(`stint: ${line}${error instanceof Error ? `: ${error.message}` : ''}\n`)
}
