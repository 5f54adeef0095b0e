import { join, resolve } from 'node:path'
import { localApp } from './commands/app.ts'
import { serve } from './commands/serve.ts'
import { AppError } from './domain/error.ts'

// The same program when it is to serve over HTTP: apart from the command line, which would only make that start later.

export const run = () => main(process.argv.slice(3))

async function main(typed: readonly string[]): Promise<void> {
  const { env } = process
  try {
    const { home, ...flags } = flagsOf(typed)
    const app = localApp(home === undefined ? env : { ...env, STINT_HOME: resolve(home) }, complain)
    await serve(app, {
      ...flags,
      member: env.STINT_MEMBER || undefined,
      reader: join(__dirname, 'reference.js'),
    })
    process.exit()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    complain([error.message, error.hint].filter(Boolean).join(' '))
    process.exit(error.kind === 'conflict' ? 5 : 2)
  }
}

interface Flags {
  port?: string
  host?: string
  rate_limit?: string
  home?: string
}

/** `--port 4747` or `--port=4747`, and the others likewise. */
function flagsOf([flag, ...rest]: readonly string[]): Flags {
  if (flag === undefined) return {}
  const [, name = '', joined] = /^--(port|host|rate-limit|home)(?:=(.+))?$/s.exec(flag) ?? []
  const value = joined ?? rest[0]
  if (name !== '' && value !== undefined)
    return { [name.replace('-', '_')]: value, ...flagsOf(joined === undefined ? rest.slice(1) : rest) }
  throw new AppError(
    'validation_error',
    `stint serve does not know ${flag.slice(0, 60)}, or misses its value.`,
    {
      hint: 'It takes --port, --host, --rate-limit and --home, as in `stint serve --port 4747`.',
    },
  )
}

function complain(line: string, error?: unknown): void {
  process.stderr.write(`stint: ${line}${error instanceof Error ? `: ${error.message}` : ''}\n`)
}
