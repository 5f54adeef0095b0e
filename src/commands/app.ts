import { readlinkSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import type { SqliteStore } from '../../db/sqlite.ts'
import type { App } from '../core/app.ts'
import { spoolIn } from '../core/spool.ts'
import { homeFolder } from '../domain/home.ts'
import { idMaker } from '../domain/id.ts'
import { chosenWorkspaceIn, readConfig } from './config-file.ts'
import { machineTime } from './machine-time.ts'

export interface LocalApp extends App {
  databasePath: string
  close(): Promise<void>
}

/** The one place where the program reads the clock, the zone and chance. */
export function localApp(environment: NodeJS.ProcessEnv, log: App['log']): LocalApp {
  const home = resolve(homeFolder(environment, process.platform, homedir()))
  const databasePath = environment.STINT_DB || join(home, 'stint.db')
  const clock = (): number => Date.now()
  // only changes need chance, and loading it takes as long as a whole command
  const random = pooled(bytes => process.getBuiltinModule('node:crypto').randomBytes(bytes))
  let opened: Promise<SqliteStore> | undefined
  let zone: string | undefined

  async function open(): Promise<SqliteStore> {
    const { migrations } = await import('../../db/migrations/index.ts')
    const { openSqlite } = await import('../../db/sqlite.ts')
    return openSqlite({ path: databasePath, migrations, backups: join(home, 'backups'), clock })
  }

  return {
    version: STINT_VERSION,
    home,
    databasePath,
    clock,
    machineZone: () => (zone ??= machineZone(environment.TZ)),
    machineTime,
    userName: () => userInfo().username || 'me',
    newId: idMaker(random),
    random,
    workspace: chosenWorkspaceIn(home),
    webhookHosts: () => readConfig(home).webhook_hosts ?? [],
    // a database that could not be opened may be repaired while this process lives
    spool: spoolIn(home),
    store: () =>
      (opened ??= open().catch(error => {
        opened = undefined
        throw error
      })),
    log,
    close: async () => (await opened)?.close(),
  }
}

const poolSize = 1024

/** Asking the system for a thousand bytes takes no longer than asking for ten. No byte is given out twice. */
function pooled(random: (bytes: number) => Uint8Array): (bytes: number) => Uint8Array {
  let pool: Uint8Array = new Uint8Array()
  return bytes => {
    if (bytes > pool.length) pool = random(Math.max(bytes, poolSize))
    // a copy, which a Buffer's own slice is not
    const taken = Uint8Array.from(pool.subarray(0, bytes))
    pool.fill(0, 0, bytes)
    pool = pool.subarray(bytes)
    return taken
  }
}

/** As Node would say it. Asking Node takes longer than all the rest of a command, and most systems know as well. */
function machineZone(set: string | undefined): string {
  const linked = set === undefined ? zoneOfLink() : undefined
  return linked ?? Intl.DateTimeFormat().resolvedOptions().timeZone
}

function zoneOfLink(): string | undefined {
  try {
    const zone = /\/zoneinfo\/([A-Z]\w+(?:\/[\w+-]+)*)$/.exec(readlinkSync('/etc/localtime'))?.[1]
    return zone === 'Etc/UTC' ? 'UTC' : zone
  } catch {
    return undefined
  }
}
