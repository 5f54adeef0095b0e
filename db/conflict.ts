import { dirname } from 'node:path'
import { AppError } from '../src/domain/error.ts'
import type { Handle } from './driver.ts'

/** A unique index said no. `constraint` is the index's name, or `<table>_pkey`, as PostgreSQL would call it. */
export class Taken extends AppError {
  readonly constraint: string

  constructor(constraint: string) {
    super('conflict', 'The same thing is there already.')
    this.constraint = constraint
  }
}

/** The driver's and the file system's errors in the reader's words; everything else comes back as it is. */
export function translated(error: unknown, path: string, handle?: Handle): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  const answer =
    isUnique(code) && handle ? new Taken(constraintOf(handle, code, error.message)) : inWords(code, path)
  if (!answer) return error
  // For the log: the driver's own words never reach a reader.
  answer.cause = error
  return answer
}

export function isBusy(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (String(error.code).startsWith('SQLITE_BUSY') || error.code === 'SQLITE_PROTOCOL')
  )
}

function isUnique(code: string): boolean {
  return code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
}

function inWords(code: string, path: string): AppError | undefined {
  const folder = dirname(path)
  if (code.startsWith('SQLITE_CONSTRAINT_FOREIGNKEY'))
    return new AppError('conflict', 'Something else still needs this, or what it belongs to is gone.')
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError(
      'storage_full',
      `The disk that holds ${folder} is full. Nothing of this change was kept.`,
      {
        hint: 'Free some space and try again; reading still works.',
      },
    )
  if (code === 'SQLITE_READONLY_DBMOVED')
    return new AppError('internal', `The database file ${path} was moved or deleted while it was open.`, {
      hint: 'Put it back, or run `stint restore`, and start again.',
    })
  if (/^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|EACCES|EPERM|EROFS|ENOTDIR|ENOENT|EEXIST)/.test(code))
    return new AppError('internal', `The database ${path} cannot be opened for writing.`, {
      hint: `Check that you own the folder ${folder} and may write in it, or set STINT_HOME to another one.`,
    })
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
    return new AppError('internal', `The file ${path} is damaged, or is not a database.`, {
      hint: 'Run `stint restore` to put a backup in its place.',
    })
  if (isBusyCode(code))
    return new AppError('internal', `Another program has been holding the database ${path} for too long.`, {
      hint: 'Close the program that holds it (a database browser, a backup, a second stint) and try again.',
    })
  if (code.startsWith('SQLITE_IOERR'))
    return new AppError('internal', `The disk did not read or write ${path} as it should.`, {
      hint: 'Run `stint doctor`.',
    })
  if (code.startsWith('SQLITE_')) return new AppError('internal', 'The database refused this.')
  return undefined
}

function isBusyCode(code: string): boolean {
  return code.startsWith('SQLITE_BUSY') || code === 'SQLITE_PROTOCOL' || code.startsWith('SQLITE_LOCKED')
}

// SQLite says "UNIQUE constraint failed: clients.workspace_id, clients.name_key" unless the index has an expression
// ("… failed: index 'projects_name'"), so the name must be looked up.
function constraintOf(handle: Handle, code: string, message: string): string {
  const named = /index '(.+)'/.exec(message)?.[1]
  if (named) return named
  const columns = message.slice(message.indexOf(': ') + 2).split(', ')
  const table = columns[0]?.split('.')[0] ?? ''
  if (code === 'SQLITE_CONSTRAINT_PRIMARYKEY') return `${table}_pkey`
  const index = handle
    .prepare<[string, string], { name: string }>(
      `select list.name from pragma_index_list(?) as list where list."unique" and (
         select group_concat(info.name) from (select name from pragma_index_info(list.name) order by seqno) as info) = ?`,
    )
    .get(table, columns.map(column => column.split('.')[1]).join())
  return index?.name ?? table
}
