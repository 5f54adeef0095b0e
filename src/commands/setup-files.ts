import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { AppError } from '../domain/error.ts'

/** Undefined if it is not there. What is no UTF-8 would not come back as it was. */
export function readText(path: string): string | undefined {
  const bytes = attempt(path, 'read', () => (existsSync(path) ? readFileSync(path) : undefined))
  const text = bytes?.toString('utf8')
  if (bytes && text !== undefined && !Buffer.from(text).equals(bytes))
    throw new AppError('malformed', `${path} is not UTF-8 text. It was left as it is.`)
  return text
}

/** Whole or not at all; through links, and with the rights that it had. */
export function writeText(path: string, text: string): void {
  attempt(path, 'written', () => {
    const target = throughLinks(path)
    mkdirSync(dirname(target), { recursive: true })
    const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.stint`)
    try {
      const mode = existsSync(target) ? statSync(target).mode & 0o777 : undefined
      writeFileSync(temporary, text, { mode })
      renameSync(temporary, target)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
  })
}

export function deleteText(path: string): void {
  attempt(path, 'deleted', () => rmSync(path))
}

/** Upwards, as long as they hold nothing and we might have made them. */
export function removeEmptyFolders(folder: string, isOurs: (folder: string) => boolean): void {
  if (!isOurs(folder) || !existsSync(folder) || readdirSync(folder).length > 0) return
  try {
    rmdirSync(folder)
  } catch {
    // a link, or not ours to delete: an empty folder hurts nobody
    return
  }
  removeEmptyFolders(dirname(folder), isOurs)
}

const mark = '.stint-backup-'

/** The copies of a file that we made, the newest last. */
export function backupsOf(path: string): string[] {
  if (!existsSync(dirname(path))) return []
  const prefix = `${basename(path)}${mark}`
  const names = readdirSync(dirname(path)).filter(name => name.startsWith(prefix))
  return names.toSorted().map(name => join(dirname(path), name))
}

/** Beside the file; the newest is kept alone. */
export function backUp(path: string, time: string): string {
  const copy = `${path}${mark}${time.replaceAll(/[^\dTZ]/g, '')}`
  return attempt(copy, 'written', () => {
    const older = backupsOf(path)
    const mode = statSync(path).mode & 0o777
    writeFileSync(copy, readFileSync(path), { mode })
    for (const one of older) if (one !== copy) rmSync(one)
    return copy
  })
}

export function removeBackups(path: string): void {
  for (const one of backupsOf(path)) attempt(one, 'deleted', () => rmSync(one))
}

/** A link may lead to a file that is still to be made. */
function throughLinks(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()
  return isLink ? resolve(dirname(path), readlinkSync(path)) : path
}

function attempt<T>(path: string, done: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : undefined
    if (why === undefined) throw error
    throw new AppError('conflict', `${path} cannot be ${done}: ${reasons[why] ?? why}.`)
  }
}

const reasons: Record<string, string> = {
  EACCES: 'that is not allowed',
  EPERM: 'that is not allowed',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is a file',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
}
