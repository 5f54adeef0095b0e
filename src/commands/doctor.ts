import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { listBackups } from '../../db/backup.ts'
import { type Health, health } from '../../db/check.ts'
import { migrations } from '../../db/migrations/index.ts'
import type { Answer } from '../cli/command.ts'
import { call } from '../core/call.ts'
import { localPrincipal } from '../core/owner.ts'
import { AppError } from '../domain/error.ts'
import type { Program } from './index.ts'

interface Check {
  name: string
  value: string
  /** What is wrong with it, and what to do. */
  problem?: string
}

/** Looks at everything that can be looked at, whatever is broken. */
export async function doctor(program: Program): Promise<Answer> {
  const { app } = program
  const found = await health(app.databasePath)
  const checks = [
    { name: 'stint', value: app.version },
    { name: 'Node', value: process.version },
    zoneData(app.machineZone()),
    { name: 'Home', value: app.home },
    ...databaseChecks(app.databasePath, found),
    ...fileChecks(app.databasePath, found),
    spool(app.home),
    backups(app.home),
    ...(await endedByThemselves(program, found)),
  ]
  const problems = checks.flatMap(one => (one.problem === undefined ? [] : [`${one.name}: ${one.problem}`]))
  return {
    output: { checks, problems },
    page: [
      { columns: ['Check', 'Found'], rows: checks.map(one => [one.name, one.value]) },
      '',
      ...(problems.length > 0 ? problems : ['Everything is in order.']),
    ],
    exit_code: problems.length > 0 ? 1 : 0,
  }
}

function zoneData(zone: string): Check {
  const { icu, tz } = process.versions
  return { name: 'Time zones', value: `${tz ?? 'unknown'} (ICU ${icu ?? 'none'}), here ${zone}` }
}

function databaseChecks(path: string, found: Health): Check[] {
  if (!found.exists) return [{ name: 'Database', value: `${path}, made at the first use` }]
  const { database } = found
  const [broken] = found.problems
  const size = `${megabytes(found.bytes)}${found.wal_bytes > 0 ? ` + ${megabytes(found.wal_bytes)} not folded in yet` : ''}`
  const file = {
    name: 'Database',
    value: `${path}, ${size}`,
    ...(broken !== undefined && { problem: `${broken} \`stint restore\` puts a backup in its place.` }),
  }
  return database ? [file, ...databaseFacts(database)] : [file]
}

function databaseFacts({
  journal_mode,
  owner,
  schema_number,
  sqlite_version,
}: NonNullable<Health['database']>): Check[] {
  const newest = migrations.length
  const strange =
    owner === 'another program' ? 'it belongs to another program; set STINT_DB to another file.' : undefined
  const newer = schema_number > newest ? 'it was written by a newer stint; update this one.' : undefined
  const problem = strange ?? newer
  return [
    { name: 'SQLite', value: `${sqlite_version}, ${journal_mode}` },
    { name: 'Schema', value: `${schema_number} of ${newest}`, ...(problem !== undefined && { problem }) },
  ]
}

function fileChecks(path: string, found: Health): Check[] {
  const { file_mode, folder_mode, network_file_system } = found
  const open = [file_mode, folder_mode].some(mode => mode !== null && !mode.endsWith('00'))
  const modes = { name: 'Permissions', value: `file ${file_mode ?? 'none'}, folder ${folder_mode ?? 'none'}` }
  const network = {
    name: 'File system',
    value: 'a network drive',
    problem: 'locks on network drives cannot be trusted; set STINT_HOME to a folder on a local disk.',
  }
  return [
    open
      ? { ...modes, problem: `others can read it: \`chmod 700 ${dirname(path)} && chmod 600 ${path}\`.` }
      : modes,
    ...(network_file_system ? [network] : []),
  ]
}

function spool(home: string): Check {
  const folder = join(home, 'spool')
  const waiting = existsSync(folder) ? readdirSync(folder).length : 0
  return { name: 'Spool', value: waiting === 0 ? 'empty' : `${waiting} signals wait` }
}

function backups(home: string): Check {
  const [newest, ...older] = listBackups(join(home, 'backups'))
  if (!newest) return { name: 'Backups', value: 'none yet; `stint backup` makes one' }
  return { name: 'Backups', value: `${older.length + 1}, the newest of ${new Date(newest.at).toISOString()}` }
}

async function endedByThemselves({ app, operations, terminal }: Program, found: Health): Promise<Check[]> {
  const status = (await operations()).find(one => one.name === 'status')
  if (!found.exists || !status) return []
  try {
    const principal = await localPrincipal(app, 'cli', {
      member: terminal.environment.STINT_MEMBER || undefined,
    })
    const { timers, sessions, warnings }: Told = await call(app, principal, status, {})
    const running = { name: 'Running', value: `${timers.length} timers, ${sessions.length} sessions` }
    return [running, ...warnings.map(one => ({ name: 'Notice', value: one.message }))]
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return [{ name: 'Opening', value: 'failed', problem: [error.message, error.hint ?? ''].join(' ').trim() }]
  }
}

interface Told {
  timers: unknown[]
  sessions: unknown[]
  warnings: { message: string }[]
}

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`
