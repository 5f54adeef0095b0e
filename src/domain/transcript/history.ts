import { id, latin1, parsed, path, text } from './json.ts'

/** A line of Claude Code's history: display (what was typed), timestamp in ms, project, sessionId. */
export interface TypedPrompt {
  host_session: string
  directory: string | null
  at: number
}

/** Null also for commands: which of them the host answers itself does not stand there. */
export function typedPrompt(line: Buffer): TypedPrompt | null {
  const said = parsed(latin1(line))
  const hostSession = id(said ?? undefined, 'sessionId')
  const at = said?.timestamp
  if (!said || hostSession === undefined || typeof at !== 'number' || text(said, 'display')?.startsWith('/'))
    return null
  return { host_session: hostSession, directory: path(said, 'project'), at }
}
