import { dirname, join } from 'node:path'
import { listBackups } from '../../db/backup.ts'
import { type Health, health } from '../../db/check.ts'
import { migrations } from '../../db/migrations/index.ts'
import type { Answer } from '../cli/command.ts'
import { AppError } from '../domain/error.ts'
import { toText } from '../domain/instant.ts'
import { sweepAbandoned } from './abandoned.ts'
import { hostChecks, hostFacts } from './doctor-hosts.ts'
import { spoolChecks, spoolFacts } from './doctor-spool.ts'
import { rescues, timeChecks, timeFacts } from './doctor-time.ts'
import type { Program } from './index.ts'
import type { Around } from './setup.ts'

export interface Check {
  name: string
  value: string
  /** What is broken, and what to do. */
  problem?: string
  /** What works but should be looked at. */
  warning?: string
}

/** Looks at everything that can be looked at, whatever is broken. */
export async function doctor(program: Program, around?: Around): Promise<Answer> {
  const { app } = program
  sweepAbandoned(app)
  const server = app.remote?.url
  const found = server === undefined ? await health(app.databasePath) : undefined
  const before = spoolFacts(app.home)
  const told =
    found?.exists === false
      ? undefined
      : await attempt(found ? 'Opening' : 'Reaching it', () => timeFacts(program))
  const spool = spoolFacts(app.home)
  const hosts = await attempt('Assistants', () => hostFacts(program, told?.facts?.heard ?? [], around))
  const now = app.clock()
  const time = (ms: number): string => app.machineTime(ms, now)
  const checks: Check[] = [
    { name: 'stint', value: app.version },
    { name: 'Node', value: process.version },
    zoneData(app.machineZone()),
    { name: 'Home', value: app.home },
    ...(server === undefined ? [] : [{ name: 'Server', value: server }]),
    ...(found ? [...databaseChecks(app.databasePath, found), ...fileChecks(app.databasePath, found)] : []),
    ...spoolChecks(before, spool, { now, time, taken: told?.facts !== undefined }),
    ...(found ? [backups(app.home, time)] : []),
    ...(told?.failed ?? []),
    ...(told?.facts ? timeChecks(told.facts) : []),
    ...(hosts.failed ?? []),
    ...hostChecks(hosts.facts ?? [], time, server === undefined),
  ]
  const problems = sentences(checks, 'problem')
  const warnings = sentences(checks, 'warning')
  const forgotten = told?.facts?.forgotten ?? []
  return {
    output: {
      checks,
      problems,
      warnings,
      ...(found ? { database: found } : { server: { url: server } }),
      spool: { ...spool, oldest_at: textOf(spool.oldest_at) },
      hosts: hosts.facts?.map(one => ({ ...one, last_signal_at: textOf(one.last_signal_at) })) ?? [],
      ...(told?.facts && { ended: rescues(told.facts), overlaps: told.facts.overlaps }),
    },
    page: [
      { columns: ['Check', 'Found'], rows: checks.map(one => [one.name, one.value]) },
      ...titled('Broken', problems),
      ...titled('Worth a look', [...warnings, ...forgotten]),
      ...(problems.length + warnings.length + forgotten.length === 0 ? ['', 'Everything is in order.'] : []),
    ],
    exit_code: problems.length > 0 ? 1 : 0,
  }
}

/** What cannot be found out is a finding too. */
async function attempt<T>(name: string, find: () => Promise<T>): Promise<{ facts?: T; failed?: Check[] }> {
  try {
    return { facts: await find() }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const problem = [error.message, error.hint ?? ''].join(' ').trim()
    return { failed: [{ name, value: 'failed', problem }] }
  }
}

const sentences = (checks: readonly Check[], kind: 'problem' | 'warning'): string[] =>
  checks.flatMap(one => (one[kind] === undefined ? [] : [`${one.name}: ${one[kind]}`]))

const titled = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map(line => `  ${line}`)]

const textOf = (ms: number | null): string | null => (ms === null ? null : toText(ms))

function zoneData(zone: string): Check {
  const { icu, tz } = process.versions
  return {
    name: 'Time zones',
    value: `${tz ?? 'unknown'} (ICU ${icu ?? 'none'}), here ${zone}`,
    ...(tz === undefined && { problem: 'this Node knows no time zones; install one with full ICU.' }),
  }
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

function backups(home: string, time: (ms: number) => string): Check {
  const [newest, ...older] = listBackups(join(home, 'backups'))
  if (!newest) return { name: 'Backups', value: 'none yet; `stint backup` makes one' }
  return { name: 'Backups', value: `${older.length + 1}, the newest of ${time(newest.at)}` }
}

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`
