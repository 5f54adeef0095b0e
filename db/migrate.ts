import { AppError } from '../src/domain/error.ts'
import { backup } from './backup.ts'
import { untilFree } from './busy.ts'
import { translated } from './conflict.ts'
import type { Connecting, Handle } from './driver.ts'

export interface Migration {
  readonly number: number
  readonly name: string
  /** One or more statements. Never edited after a release. */
  readonly sql: string
}

/** Oldest first, numbered without gaps from 1. */
export type Migrations = readonly Migration[]

export interface Migrating extends Connecting {
  path: string
  migrations: Migrations
  backups: string
  clock: () => number
}

/** Brings the database to the newest schema, whole or not at all, however many processes try it at once. */
export async function migrate(handle: Handle, options: Migrating): Promise<void> {
  const newest = newestNumber(options.migrations)
  await untilFree(() => refuseNewer(handle, newest, options.path))
  if ((await untilFree(() => schemaNumber(handle))) === newest) return
  // Rebuilding a table drops the old one, which would delete what refers to it. No effect inside a transaction.
  handle.pragma('foreign_keys = off')
  await untilFree(() => handle.exec('begin immediate'))
  try {
    await applyPending(handle, options)
    handle.exec('commit')
  } catch (error) {
    if (handle.inTransaction) handle.exec('rollback')
    throw error
  } finally {
    handle.pragma('foreign_keys = on')
  }
}

/** The newest migration in the database; 0 when it is empty. */
export function schemaNumber(handle: Handle): number {
  return Number(handle.pragma('user_version', { simple: true }))
}

export function newestNumber(migrations: Migrations): number {
  if (migrations.some(({ number }, index) => number !== index + 1))
    throw new Error('Migrations must be numbered 1, 2, 3 … in order.')
  return migrations.length
}

export function refuseNewer(handle: Handle, newest: number, path: string): void {
  const present = schemaNumber(handle)
  if (present <= newest) return
  throw new AppError(
    'conflict',
    `${path} was written by a newer stint: its schema has number ${present}, this version knows ${newest}.`,
    { hint: 'Update stint and try again.' },
  )
}

/** "stin": what `file` and we know our databases by. */
const applicationId = 0x7374696e

export function refuseStranger(handle: Handle, path: string): void {
  if (isEmpty(handle) || isOurs(handle)) return
  throw new AppError('conflict', `${path} is the database of another program.`, {
    hint: 'Name another file in STINT_DB. Nothing was changed in this one.',
  })
}

export function isEmpty(handle: Handle): boolean {
  return handle.prepare('select count(*) from sqlite_schema').pluck().get() === 0
}

// Ask isEmpty first: tables and id come in one commit, and the other way round that commit could fall in between.
export function isOurs(handle: Handle): boolean {
  return handle.pragma('application_id', { simple: true }) === applicationId
}

async function applyPending(handle: Handle, options: Migrating): Promise<void> {
  const { migrations, path, backups: folder, clock } = options
  // Another process may have migrated while this one waited for the lock.
  refuseNewer(handle, newestNumber(migrations), path)
  const present = schemaNumber(handle)
  const pending = migrations.filter(({ number }) => number > present)
  if (pending.length === 0) return
  // A second handle may read while this one holds the lock, so the copy is exactly what the migrations find.
  if (!isEmpty(handle)) await backup({ ...options, folder, kind: 'migration' })
  handle.exec(
    'create table if not exists migrations (number integer primary key, name text not null, applied_at integer not null) strict',
  )
  for (const migration of pending) apply(handle, migration, path, clock())
  if (present === 0) handle.pragma(`application_id = ${applicationId}`)
  handle.pragma(`user_version = ${migrations.length}`)
  refuseDangling(handle)
}

function apply(handle: Handle, { number, name, sql }: Migration, path: string, now: number): void {
  try {
    handle.exec(sql)
    handle
      .prepare('insert into migrations (number, name, applied_at) values (?, ?, ?)')
      .run(number, name, now)
  } catch (cause) {
    const known = translated(cause, path)
    if (known instanceof AppError && (known.code !== 'internal' || known.hint)) throw known
    throw failed(`Migration ${number} (${name}) failed; the database is as it was before.`, cause)
  }
}

function refuseDangling(handle: Handle): void {
  const table = handle.prepare<[], string>('select "table" from pragma_foreign_key_check').pluck().get()
  if (table !== undefined)
    throw failed(`A migration left rows of ${table} without what they refer to; it was taken back.`)
}

function failed(message: string, cause?: unknown): AppError {
  const error = new AppError('internal', message, {
    hint: 'Go on with the version of stint that you had, and report this.',
  })
  error.cause = cause
  return error
}
