import type { App } from '../core/app.ts'
import { signEvery } from '../domain/policy.ts'

export interface Witness {
  /** The host is there. */
  here(): void
  /** A tool was called; some hosts say with each call for which session. */
  called(meta: unknown): void
  /** The connection is over: a host that was killed has no other way to say so. */
  gone(): void
}

interface HostSession {
  host: string
  host_session: string
  directory: string
}

/**
 * The server sees what no hook can tell: that a host is there, and that it is gone. It says so in the spool, as hooks
 * do, for the host session that it can name.
 */
export function witnessOf(app: App, environment: NodeJS.ProcessEnv, workingDirectory: string): Witness {
  const signedAt = new Map<string, number>()
  let current = named(environment, workingDirectory)

  function sign(session: HostSession): void {
    const now = app.clock()
    const name = `${session.host} ${session.host_session}`
    if (now - (signedAt.get(name) ?? 0) < signEvery) return
    signedAt.set(name, now)
    app.spool?.leave(app.newId('sig', now), { ...session, at: now, kind: 'alive', attended: true })
  }

  function seen(): void {
    if (current) sign(current)
  }

  return {
    here: seen,
    called(meta) {
      const session = codexSession(meta, workingDirectory)
      if (session) current = session
      seen()
    },
    gone() {
      if (!current) return
      const now = app.clock()
      app.spool?.leave(app.newId('sig', now), {
        ...current,
        at: now,
        kind: 'end',
        attended: true,
        reason: 'connection_closed',
      })
    },
  }
}

/** Claude Code names the session that it started the server for. */
function named(environment: NodeJS.ProcessEnv, workingDirectory: string): HostSession | undefined {
  const id = environment.CLAUDE_CODE_SESSION_ID
  if (!id) return undefined
  return {
    host: 'claude-code',
    host_session: id,
    directory: environment.CLAUDE_PROJECT_DIR || workingDirectory,
  }
}

function codexSession(meta: unknown, directory: string): HostSession | undefined {
  const turn = memberOf(meta, 'x-codex-turn-metadata')
  const id = memberOf(turn, 'session_id')
  return typeof id === 'string' && id !== '' ? { host: 'codex', host_session: id, directory } : undefined
}

const memberOf = (value: unknown, name: string): unknown =>
  // looked at as a bag of names, whatever it is
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
