import { closeSync, openSync, readdirSync, readFileSync, readSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type TranscriptHost, transcriptHosts } from '../domain/transcript/transcript.ts'

export interface Log {
  path: string
  bytes: number
  changed_at: number
}

/** All logs of one session of a host: its own, then those of its subagents. */
export interface SessionLogs {
  host: TranscriptHost
  host_session: string
  /** Where the log itself does not say it. */
  directory: string | null
  born_at: number
  logs: Log[]
}

export interface Homes {
  env: Readonly<Record<string, string | undefined>>
  homedir: string
}

/** The hosts' sessions, the oldest first. */
export function sessionLogs(homes: Homes, hosts: readonly TranscriptHost[] = transcriptHosts): SessionLogs[] {
  const found = new Map<string, SessionLogs>()
  for (const host of hosts) {
    for (const path of logsOf(host, homes)) addLog(found, host, path)
  }
  return [...found.values()].toSorted(
    (a, b) => a.born_at - b.born_at || (a.host_session < b.host_session ? -1 : 1),
  )
}

/** Where the hosts keep their logs, whether there are any or not. */
export const logFolders = (homes: Homes, hosts: readonly TranscriptHost[] = transcriptHosts): string[] =>
  hosts.flatMap(host => foldersOf[host](homes))

const foldersOf: Record<TranscriptHost, (homes: Homes) => string[]> = {
  'claude-code': homes => claudeFolders(homes).map(folder => join(folder, 'projects')),
  codex: ({ env, homedir }) => {
    const folder = env.CODEX_HOME || join(homedir, '.codex')
    return [join(folder, 'sessions'), join(folder, 'archived_sessions')]
  },
  gemini: ({ env, homedir }) => [join(env.GEMINI_CLI_HOME || homedir, '.gemini', 'tmp')],
}

/** What was typed into Claude Code, all sessions in one. */
export function historyLogs(homes: Homes): Log[] {
  return claudeFolders(homes).flatMap(folder => {
    const path = join(folder, 'history.jsonl')
    const stats = statOf(path)
    return stats?.isFile() ? [{ path, bytes: stats.size, changed_at: stats.mtimeMs }] : []
  })
}

function claudeFolders({ env, homedir }: Homes): string[] {
  if (env.CLAUDE_CONFIG_DIR) return [env.CLAUDE_CONFIG_DIR]
  return [join(homedir, '.claude'), join(homedir, '.config', 'claude')]
}

function logsOf(host: TranscriptHost, homes: Homes): string[] {
  const all = foldersOf[host](homes).flatMap(folder => below(folder, nameOf[host]))
  // An old log that was resumed was copied into the new form, beside it.
  const newer = new Set(all)
  return all.filter(path => !newer.has(`${path}l`))
}

const nameOf: Record<TranscriptHost, RegExp> = {
  'claude-code': /^[^\\/]+[\\/]([^\\/]+|[^\\/]+[\\/]subagents[\\/].*agent-[^\\/]+)\.jsonl$/,
  codex: /(^|[\\/])rollout-[^\\/]+\.jsonl$/,
  gemini: /^[^\\/]+[\\/]chats[\\/](session-[^\\/]+\.jsonl?|[^\\/]+[\\/][^\\/]+\.jsonl)$/,
}

function below(folder: string, name: RegExp): string[] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    return names.filter(each => name.test(each)).map(each => join(folder, each))
  } catch {
    return []
  }
}

function addLog(found: Map<string, SessionLogs>, host: TranscriptHost, path: string): void {
  const stats = statOf(path)
  if (stats && !stats.isFile()) return
  const log = { path, bytes: stats?.size ?? 0, changed_at: stats?.mtimeMs ?? Infinity }
  const session = sessionOf[host](path)
  const known = found.get(`${host} ${session}`)
  const bornAt = stats?.birthtimeMs ?? Infinity
  if (known) {
    // Its own log has the shortest path.
    known.logs = [...known.logs, log].toSorted((a, b) => a.path.length - b.path.length)
    known.born_at = Math.min(known.born_at, bornAt)
    return
  }
  found.set(`${host} ${session}`, {
    host,
    host_session: session,
    directory: host === 'gemini' ? geminiDirectory(path) : null,
    born_at: bornAt,
    logs: [log],
  })
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

const sessionOf: Record<TranscriptHost, (path: string) => string> = {
  'claude-code': path => {
    const [, parent] = /([^\\/]+)[\\/]subagents[\\/]/.exec(path) ?? []
    const name = basename(path, '.jsonl')
    // Older versions keep subagents beside the sessions.
    return parent ?? (name.startsWith('agent-') ? (named(path, 'sessionId') ?? name) : name)
  },
  // A subagent is a thread of its own in the session of the first.
  codex: path => named(path, 'session_id') ?? named(path, 'id') ?? basename(path, '.jsonl'),
  gemini: path => {
    const folder = basename(dirname(path))
    return folder === 'chats' ? (named(path, 'sessionId') ?? basename(path)) : folder
  },
}

/** A name out of the beginning of a log; what it is, is not worth reading all of it. */
function named(path: string, field: string): string | undefined {
  const start = Buffer.alloc(4096)
  try {
    const file = openSync(path, 'r')
    try {
      readSync(file, start)
    } finally {
      closeSync(file)
    }
  } catch {
    return undefined
  }
  return new RegExp(`"${field}"\\s*:\\s*"([\\w.:-]{1,200})"`).exec(start.toString('latin1'))?.[1]
}

function geminiDirectory(path: string): string | null {
  const [folder] = path.split(/[\\/]chats[\\/]/)
  try {
    return readFileSync(join(folder ?? '', '.project_root'), 'utf8').trim() || null
  } catch {
    return null
  }
}
