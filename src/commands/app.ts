import { randomBytes } from 'node:crypto'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { migrations } from '../../db/migrations/index.ts'
import { openSqlite, type SqliteStore } from '../../db/sqlite.ts'
import type { App } from '../core/app.ts'
import { homeFolder } from '../domain/home.ts'
import { idMaker } from '../domain/id.ts'

export interface LocalApp extends App {
  databasePath: string
  close(): Promise<void>
}

/** The one place where the program reads the clock, the zone and chance. */
export function localApp(environment: NodeJS.ProcessEnv, log: App['log']): LocalApp {
  const home = homeFolder(environment, process.platform, homedir())
  const databasePath = environment.STINT_DB || join(home, 'stint.db')
  const clock = (): number => Date.now()
  let opened: Promise<SqliteStore> | undefined
  return {
    version: STINT_VERSION,
    home,
    databasePath,
    clock,
    machineZone: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    userName: () => userInfo().username || 'me',
    newId: idMaker(randomBytes),
    store: () => (opened ??= openSqlite({ path: databasePath, migrations, backups: join(home, 'backups'), clock })),
    log,
    close: async () => (await opened)?.close(),
  }
}
