import { basename, join, resolve } from 'node:path'
import { listBackups } from '../../db/backup.ts'
import { migrations } from '../../db/migrations/index.ts'
import { restore as putBack } from '../../db/restore.ts'
import type { Answer } from '../cli/command.ts'
import { unconfirmed } from '../cli/operate.ts'
import { AppError } from '../domain/error.ts'
import { toText } from '../domain/instant.ts'
import { listed } from './backup.ts'
import type { Program } from './index.ts'

export async function restore(
  { app, terminal }: Program,
  { backup, yes }: { backup?: string | undefined; yes: boolean },
): Promise<Answer> {
  const backups = join(app.home, 'backups')
  if (backup === undefined) return listed(backups)
  const named = listBackups(backups).find(
    one => one.path === backup || basename(one.path) === backup || toText(one.at).startsWith(backup),
  )
  const from = named?.path ?? resolve(terminal.directory, backup)
  const question = `Put ${from} in the place of ${app.databasePath}?`
  if (!yes && !terminal.interactive) throw unconfirmed(question)
  if (!yes && !(await terminal.ask(question)))
    throw new AppError('confirmation_required', 'Nothing was changed.')
  const { damaged, kept } = await putBack({
    path: app.databasePath,
    from,
    backups,
    migrations,
    clock: () => app.clock(),
  })
  const before = kept
    ? `What was there is kept as ${kept.path}.`
    : damaged
      ? `The damaged file lies at ${damaged}.`
      : ''
  return {
    output: { restored: { from, kept: kept?.path ?? null, damaged } },
    page: [`Restored ${from}. ${before}`.trim()],
  }
}
