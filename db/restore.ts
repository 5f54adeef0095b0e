import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../src/domain/error.ts'
import { type Backup, backup, settle, verify } from './backup.ts'
import { untilFree } from './busy.ts'
import { translated } from './conflict.ts'
import { type Connecting, connect, type Handle } from './driver.ts'
import { isEmpty, type Migrations, newestNumber, refuseStranger } from './migrate.ts'

export interface RestoreOptions extends Pick<Connecting, 'nativeBinding'> {
  path: string
  from: string
  /** Without it `backups` beside the database. */
  backups?: string
  migrations: Migrations
  clock: () => number
}

export interface Restored {
  /** The database as it was until now; null when there was none, or it was damaged. */
  kept: Backup | null
  /** Where the damaged file lies now. Programs that still have it open must be restarted. */
  damaged: string | null
}

/** Puts a backup in the place of the database, while other processes have it open. */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { clock, nativeBinding } = options
  const path = resolve(options.path)
  const from = resolve(options.from)
  const folder = options.backups ?? join(dirname(path), 'backups')
  try {
    refuseUnfit(from, path, options)
    if (!existsSync(path)) {
      place(from, path)
      return { kept: null, damaged: null }
    }
    if (!(await untilFree(() => isSound(path, nativeBinding)))) {
      const damaged = setAside(path, clock())
      place(from, path)
      return { kept: null, damaged }
    }
    return { kept: await replaceContent(path, from, { folder, clock, nativeBinding }), damaged: null }
  } catch (error) {
    throw translated(error, path)
  }
}

function refuseUnfit(from: string, path: string, { migrations, nativeBinding }: RestoreOptions): void {
  if (!existsSync(from))
    throw new AppError('not_found', `There is no file ${from}.`, { hint: 'Run `stint backup --list`.' })
  if (from === path) throw new AppError('validation_error', 'A database cannot be restored from itself.')
  const number = verifyCopy(from, nativeBinding)
  const newest = newestNumber(migrations)
  if (number > newest)
    throw new AppError(
      'conflict',
      `${from} was written by a newer stint: its schema has number ${number}, this version knows ${newest}.`,
      { hint: 'Update stint and try again.' },
    )
}

function verifyCopy(from: string, nativeBinding: string | undefined): number {
  try {
    return verify(from, nativeBinding)
  } catch (cause) {
    const known = translated(cause, from)
    if (!(known instanceof AppError) || known === cause) throw cause
    const error = new AppError('validation_error', `${from} is damaged, or is not a backup of stint.`)
    error.cause = cause
    throw error
  }
}

function isSound(path: string, nativeBinding: string | undefined): boolean {
  const handle = connect(path, { nativeBinding, fileMustExist: true })
  try {
    refuseStranger(handle, path)
    return handle.pragma('quick_check', { simple: true }) === 'ok'
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) return false
    throw error
  } finally {
    handle.close()
  }
}

/**
 * One ordinary transaction: the copy of what is there and the new content under one lock, so nothing that another
 * process writes falls in between, and to those that have the database open it is a change like any other. Replacing
 * the file would leave them writing into the old one.
 */
async function replaceContent(
  path: string,
  from: string,
  keep: { folder: string; clock: () => number; nativeBinding: string | undefined },
): Promise<Backup | null> {
  const handle = connect(path, { nativeBinding: keep.nativeBinding, fileMustExist: true })
  try {
    await untilFree(() => {
      handle.pragma('synchronous = full')
      handle.pragma('foreign_keys = off')
    })
    handle.prepare('attach ? as copy').run(from)
    await untilFree(() => handle.exec('begin immediate'))
    const kept = isEmpty(handle) ? null : await backup({ path, kind: 'restore', ...keep })
    dropAll(handle)
    copyAll(handle)
    handle.exec('commit')
    return kept
  } finally {
    handle.close()
  }
}

function dropAll(handle: Handle): void {
  for (const { type, name } of objects(handle, 'main')) {
    // A table takes its indexes and triggers with it.
    if (type === 'table' || type === 'view') handle.exec(`drop ${type} main.${quoted(name)}`)
  }
}

function copyAll(handle: Handle): void {
  const all = objects(handle, 'copy')
  const tables = all.filter(({ type }) => type === 'table')
  for (const { name, sql } of tables) {
    handle.exec(sql)
    const columns = storedColumns(handle, name).map(quoted).join()
    handle.exec(`insert into main.${quoted(name)} (${columns}) select ${columns} from copy.${quoted(name)}`)
  }
  for (const { sql } of all.filter(({ type }) => type !== 'table')) handle.exec(sql)
  for (const pragma of ['application_id', 'user_version'])
    handle.pragma(`main.${pragma} = ${Number(handle.pragma(`copy.${pragma}`, { simple: true }))}`)
}

interface SchemaObject {
  type: string
  name: string
  sql: string
}

// Without those that SQLite makes itself: they have no sql, or a name that begins with sqlite_.
function objects(handle: Handle, database: 'main' | 'copy'): SchemaObject[] {
  return handle
    .prepare<[], SchemaObject>(
      `select type, name, sql from ${database}.sqlite_schema where sql is not null and name not like 'sqlite\\_%' escape '\\' order by rowid`,
    )
    .all()
}

function storedColumns(handle: Handle, table: string): string[] {
  return handle
    .prepare<[string], { name: string }>('select name from pragma_table_xinfo(?) where hidden = 0')
    .all(table)
    .map(({ name }) => name)
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function place(from: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const unfinished = `${path}.${process.pid}.tmp`
  try {
    copyFileSync(from, unfinished)
    settle(unfinished, path)
  } finally {
    rmSync(unfinished, { force: true })
  }
}

/** A write-ahead log that lay beside another database would be taken for its own. */
function setAside(path: string, now: number): string {
  const damaged = `${path}.damaged-${new Date(now).toISOString().replaceAll(':', '-')}`
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, damaged + suffix)
  }
  return damaged
}
