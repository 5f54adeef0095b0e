import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '../src/domain/error.ts'
import { untilFree } from './busy.ts'
import { translated } from './conflict.ts'
import { type Connecting, connect } from './driver.ts'
import { isOurs, schemaNumber } from './migrate.ts'

/** `migration` and `restore`: made right before one, by itself. */
export type BackupKind = 'regular' | 'migration' | 'restore'

export interface Backup {
  path: string
  kind: BackupKind
  at: number
  bytes: number
}

export interface BackupOptions extends Pick<Connecting, 'nativeBinding'> {
  path: string
  folder: string
  clock: () => number
  kind?: BackupKind
}

/**
 * A verified copy of the database as it is at this moment, while others write, and the old copies that it replaces
 * deleted. SQLite's backup interface would begin anew with every commit of another process and never end; a plain copy
 * of the file would be torn.
 */
export async function backup({
  path,
  folder,
  clock,
  kind = 'regular',
  nativeBinding,
}: BackupOptions): Promise<Backup> {
  const now = clock()
  let unfinished: string | undefined
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    deleteAbandoned(folder, now)
    const target = freePath(folder, kind, now)
    unfinished = `${target}.${process.pid}.tmp`
    await copy(path, unfinished, nativeBinding)
    verify(unfinished, nativeBinding)
    settle(unfinished, target)
    for (const old of expired(
      listBackups(folder).filter(other => other.kind === kind),
      now,
    ))
      rmSync(old.path, { force: true })
    return { path: target, kind, at: timeOf(target) ?? now, bytes: statSync(target).size }
  } catch (error) {
    if (unfinished) rmSync(unfinished, { force: true })
    throw translated(error, path)
  }
}

/** Newest first. */
export function listBackups(folder: string): Backup[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .flatMap(name => parse(join(folder, name)))
    .toSorted((a, b) => b.at - a.at)
}

/**
 * What may go: regular copies but those of the last day, the newest of each of the last 7 days and of each of the last
 * 4 weeks that have one; of those before a migration or a restore all but the last 5. Days and weeks are UTC's.
 */
export function expired(backups: readonly Backup[], now: number): Backup[] {
  const newestFirst = backups.toSorted((a, b) => b.at - a.at)
  const regular = newestFirst.filter(({ kind }) => kind === 'regular')
  const kept = new Set([
    ...regular.filter(({ at }) => now - at < day),
    ...newestOfEach(regular, dayOf).slice(0, 7),
    ...newestOfEach(regular, weekOf).slice(0, 4),
    ...newestFirst.filter(({ kind }) => kind === 'migration').slice(0, 5),
    ...newestFirst.filter(({ kind }) => kind === 'restore').slice(0, 5),
  ])
  return newestFirst.filter(candidate => !kept.has(candidate))
}

/** Reads a copy from end to end; answers the number of its schema. */
export function verify(path: string, nativeBinding?: string): number {
  const handle = connect(path, { nativeBinding, fileMustExist: true })
  try {
    if (!isOurs(handle)) throw new AppError('validation_error', `${path} is not a backup of stint.`)
    if (handle.pragma('integrity_check', { simple: true }) === 'ok') return schemaNumber(handle)
    throw new AppError('internal', `The copy ${path} is damaged.`, {
      hint: 'Take another one: `stint backup --list`.',
    })
  } finally {
    handle.close()
  }
}

/** Onto the disk, for its owner only, under its name. */
export function settle(unfinished: string, target: string): void {
  chmodSync(unfinished, 0o600)
  syncToDisk(unfinished)
  renameSync(unfinished, target)
  // Windows cannot open a folder, and needs not.
  if (process.platform !== 'win32') syncToDisk(dirname(target))
}

const day = 24 * 60 * 60 * 1000
const dayOf = (at: number) => Math.floor(at / day)
// 1 January 1970 was a Thursday; weeks begin on Monday.
const weekOf = (at: number) => Math.floor((dayOf(at) + 3) / 7)

async function copy(path: string, target: string, nativeBinding: string | undefined): Promise<void> {
  rmSync(target, { force: true })
  // SQLite fills an empty file and keeps its mode.
  closeSync(openSync(target, 'wx', 0o600))
  const source = connect(path, { nativeBinding, fileMustExist: true })
  try {
    await untilFree(() => source.prepare('vacuum into ?').run(target))
  } finally {
    source.close()
  }
}

function newestOfEach(newestFirst: readonly Backup[], groupOf: (at: number) => number): Backup[] {
  const seen = new Map<number, Backup>()
  for (const one of newestFirst) if (!seen.has(groupOf(one.at))) seen.set(groupOf(one.at), one)
  return [...seen.values()]
}

/** What a process was killed over; nobody copies for a whole day. */
function deleteAbandoned(folder: string, now: number): void {
  for (const name of readdirSync(folder)) {
    if (!/^stint-.+\.db\.\d+\.tmp(-journal)?$/.test(name)) continue
    const path = join(folder, name)
    const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now
    if (now - written > day) rmSync(path, { force: true })
  }
}

// stint-2026-05-04T09-00-00.000Z-regular.db: sorts by time, and Windows allows no colons.
function freePath(folder: string, kind: BackupKind, at: number): string {
  const time = new Date(at).toISOString().replaceAll(':', '-')
  const path = join(folder, `stint-${time}-${kind}.db`)
  return existsSync(path) ? freePath(folder, kind, at + 1) : path
}

const namePattern = /stint-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z)-(regular|migration|restore)\.db$/

function parse(path: string): Backup[] {
  const kind = namePattern.exec(path)?.[2]
  const at = timeOf(path)
  if (at === undefined || (kind !== 'regular' && kind !== 'migration' && kind !== 'restore')) return []
  return [{ path, kind, at, bytes: statSync(path).size }]
}

function timeOf(path: string): number | undefined {
  const time = namePattern.exec(path)?.[1]
  return time ? Date.parse(time.replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:')) : undefined
}

function syncToDisk(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
