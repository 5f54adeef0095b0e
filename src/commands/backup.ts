import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Backup, backup as copy, listBackups } from '../../db/backup.ts'
import type { Answer } from '../cli/command.ts'
import type { Table } from '../core/operation.ts'
import { AppError } from '../domain/error.ts'
import { toText } from '../domain/instant.ts'
import type { Program } from './index.ts'

interface Wanted {
  to?: string | undefined
  list?: boolean | undefined
}

export async function backup({ app, terminal }: Program, { list, to }: Wanted): Promise<Answer> {
  const folder = to === undefined ? join(app.home, 'backups') : resolve(terminal.directory, to)
  if (list) return listed(folder)
  if (!existsSync(app.databasePath)) {
    throw new AppError('not_found', `There is no database at ${app.databasePath} yet.`, {
      hint: 'It is made when you first track time: `stint start <project>`.',
    })
  }
  const made = await copy({ path: app.databasePath, folder, clock: () => app.clock() })
  return {
    output: { backup: shape(made) },
    page: `Copied and checked: ${made.path}, ${megabytes(made.bytes)}.`,
  }
}

export function listed(folder: string): Answer {
  const found = listBackups(folder)
  return {
    output: { backups: found.map(shape) },
    page: found.length === 0 ? `No backups in ${folder}.` : [table(found)],
  }
}

const shape = ({ at, bytes, kind, path }: Backup) => ({ path, kind, at: toText(at), bytes })

const why = { regular: 'by hand', migration: 'before an update', restore: 'before a restore' }

const table = (found: readonly Backup[]): Table => ({
  columns: ['At', 'Made', 'Size', 'File'],
  rows: found.map(one => [toText(one.at), why[one.kind], megabytes(one.bytes), one.path]),
})

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`
