import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { AppError } from '../src/domain/error.ts'

export type Handle = Database.Database
export type Prepared = Database.Statement

export interface Connecting {
  /** The path of better_sqlite3.node, for a program that does not lie beside its node_modules. */
  nativeBinding?: string | undefined
  verbose?: ((sql: string) => void) | undefined
  fileMustExist?: boolean
}

/** A bare handle. The native wait is short because it blocks the whole process; `untilFree` does the long one. */
export function connect(path: string, options: Connecting = {}): Handle {
  const { verbose } = options
  const nativeBinding = options.nativeBinding ?? nativeFile()
  try {
    return new Database(path, {
      nativeBinding,
      timeout: 5,
      fileMustExist: options.fileMustExist ?? false,
      verbose: verbose && (sql => verbose(String(sql))),
    })
  } catch (error) {
    throw isMissingAddon(error) ? notLoadable(error) : error
  }
}

// In the bundle better-sqlite3's own search would start at the bundle; in a test there is no __filename.
function nativeFile(): string {
  const here = createRequire(typeof __filename === 'string' ? __filename : import.meta.url)
  try {
    return join(dirname(here.resolve('better-sqlite3/package.json')), 'build/Release/better_sqlite3.node')
  } catch (error) {
    throw notLoadable(error)
  }
}

function isMissingAddon(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_DLOPEN_FAILED')
  )
}

function notLoadable(cause: unknown): AppError {
  const error = new AppError(
    'internal',
    `The database driver cannot be loaded: it is missing, or was built for another Node than ${process.version}.`,
    { hint: 'Run `npm rebuild better-sqlite3` where stint is installed.' },
  )
  error.cause = cause
  return error
}
