import { statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../src/domain/error.ts'
import { untilFree } from './busy.ts'
import { translated } from './conflict.ts'
import { type Connecting, connect, type Handle } from './driver.ts'
import { isEmpty, isOurs, schemaNumber } from './migrate.ts'

/** Plain facts about the file, for doctor to judge. Nothing is made or changed. */
export interface Health {
  exists: boolean
  /** null: it cannot be opened as a database; `problems` says why. */
  database: DatabaseHealth | null
  problems: string[]
  bytes: number
  wal_bytes: number
  /** `600`; null where the file is missing. */
  file_mode: string | null
  folder_mode: string | null
  /** Locks on network drives cannot be trusted. null: not known on this system. */
  network_file_system: boolean | null
}

export interface DatabaseHealth {
  sqlite_version: string
  journal_mode: string
  schema_number: number
  owner: 'stint' | 'nobody' | 'another program'
}

export async function health(path: string, options: Connecting = {}): Promise<Health> {
  const file = statSync(path, { throwIfNoEntry: false })
  const folder = statSync(dirname(path), { throwIfNoEntry: false })
  const { database, problems } = file ? await examine(path, options) : { database: null, problems: [] }
  return {
    exists: file !== undefined,
    database,
    problems,
    bytes: file?.size ?? 0,
    wal_bytes: statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0,
    file_mode: file ? modeOf(file.mode) : null,
    folder_mode: folder ? modeOf(folder.mode) : null,
    network_file_system: folder ? isNetwork(dirname(path)) : null,
  }
}

type Examined = Pick<Health, 'database' | 'problems'>

async function examine(path: string, options: Connecting): Promise<Examined> {
  let handle: Handle | undefined
  try {
    const opened = connect(path, { ...options, fileMustExist: true })
    handle = opened
    return await untilFree(() => ({ database: factsOf(opened), problems: problemsOf(opened) }))
  } catch (error) {
    const known = translated(error, path)
    if (known instanceof AppError) return { database: null, problems: [known.message] }
    throw error
  } finally {
    handle?.close()
  }
}

function factsOf(handle: Handle): DatabaseHealth {
  return {
    sqlite_version: String(handle.prepare('select sqlite_version()').pluck().get()),
    journal_mode: String(handle.pragma('journal_mode', { simple: true })),
    schema_number: schemaNumber(handle),
    owner: isEmpty(handle) ? 'nobody' : isOurs(handle) ? 'stint' : 'another program',
  }
}

function problemsOf(handle: Handle): string[] {
  // The driver cannot know the shape of a pragma's rows.
  const rows = handle.pragma('quick_check(20)') as { quick_check: string }[]
  return rows.map(row => row.quick_check).filter(line => line !== 'ok')
}

function modeOf(mode: number): string {
  return (mode & 0o777).toString(8)
}

// The numbers of Linux: NFS, SMB, CIFS, SMB2, AFS, Coda, Ceph, 9P (drives of Windows under WSL).
const networkTypes = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x73757245, 0x00c36400, 0x01021997,
])

function isNetwork(folder: string): boolean | null {
  if (process.platform !== 'linux') return null
  return networkTypes.has(statfsSync(folder).type)
}
