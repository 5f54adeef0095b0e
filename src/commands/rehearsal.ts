import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backup } from '../../db/backup.ts'
import { migrations } from '../../db/migrations/index.ts'
import { openSqlite } from '../../db/sqlite.ts'
import type { App } from '../core/app.ts'
import type { LocalApp } from './app.ts'

/**
 * Does on a copy of the database, which is thrown away, what may be done in earnest afterwards: it comes to exactly the
 * same, and nobody waits for it. What waits in the spool stays there.
 */
export async function rehearse<T>(app: LocalApp, work: (app: App) => Promise<T>): Promise<T> {
  const { spool: _, ...rest } = app
  const folder = mkdtempSync(join(tmpdir(), 'stint-rehearsal-'))
  const clock = (): number => app.clock()
  try {
    const { path } = await backup({ path: app.databasePath, folder, clock })
    const store = await openSqlite({ path, migrations, clock })
    try {
      return await work({ ...rest, store: () => Promise.resolve(store) })
    } finally {
      await store.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
