import { type Fields, text } from './hook-fields.ts'

export const hookHosts = [
  'claude-code',
  'codex',
  'gemini',
  'cursor',
  'windsurf',
  'vscode',
  'copilot',
] as const
export type HookHost = (typeof hookHosts)[number] | 'unknown'

export interface Surroundings {
  at: number
  env: Readonly<Record<string, string | undefined>>
  /** The host that the written configuration names. */
  host?: string | undefined
  workingDirectory: string
  /** How a host's own log begins. */
  beginningOf?: (path: string) => string
}

/**
 * Which host speaks? Cursor, VS Code and Copilot CLI also run what stands in Claude Code's settings, and VS Code and
 * Copilot CLI share a folder, so there the configuration proves nothing; the other hosts' files are only their own.
 */
export function hostOf(fields: Fields, event: string, around: Surroundings): HookHost {
  const configured = hookHosts.find(host => host === around.host)
  if (configured && !sharedConfigurations.has(configured)) return configured
  return hostByPayload(fields, event, around) ?? configured ?? hostByEnvironment(around.env)
}

const sharedConfigurations = new Set<HookHost>(['claude-code', 'vscode', 'copilot'])

function hostByPayload(fields: Fields, event: string, { env }: Surroundings): HookHost | null {
  const session = text(fields, 'session_id')
  if (fields.has('cursor_version') || fields.has('conversation_id')) return 'cursor'
  if (fields.has('agent_action_name') || fields.has('trajectory_id')) return 'windsurf'
  const byTranscript = hostByTranscript(text(fields, 'transcript_path', 'transcriptPath') ?? '')
  if (byTranscript) return byTranscript
  if (session !== undefined && session === env.CLAUDE_CODE_SESSION_ID) return 'claude-code'
  if (session !== undefined && session === env.GEMINI_SESSION_ID) return 'gemini'
  if (fields.has('prompt_id')) return 'claude-code'
  if (/^(Before|After)[A-Z]/.test(event)) return 'gemini'
  if (fields.has('turn_id')) return 'codex'
  if (env.CURSOR_PROJECT_DIR) return 'cursor'
  if (fields.has('hookEventName') && /^[A-Z]/.test(event)) return 'vscode'
  if (fields.has('sessionId') || /^[a-z]/.test(event)) return 'copilot'
  // Claude Code sends no timestamp; the two that borrow its settings do.
  if (fields.has('timestamp') && !env.GEMINI_PROJECT_DIR) return isExtensionHost(env) ? 'vscode' : 'copilot'
  return null
}

function hostByTranscript(path: string): HookHost | null {
  const lower = path.toLowerCase()
  if (lower.includes('workspacestorage') || lower.includes('github.copilot-chat')) return 'vscode'
  const folder = /[\\/]\.(claude|codex|gemini|cursor|copilot|windsurf|codeium)[\\/]/.exec(path)?.[1]
  if (folder === 'claude') return 'claude-code'
  if (folder === 'codeium') return 'windsurf'
  return hookHosts.find(host => host === folder) ?? null
}

function hostByEnvironment(env: Surroundings['env']): HookHost {
  if (env.GEMINI_PROJECT_DIR) return 'gemini'
  return env.CLAUDECODE || env.CLAUDE_PROJECT_DIR ? 'claude-code' : 'unknown'
}

/** Set for VS Code's own processes, taken away again in its terminals. */
function isExtensionHost(env: Surroundings['env']): boolean {
  return Boolean(env.VSCODE_PID || env.VSCODE_CRASH_REPORTER_PROCESS_TYPE || env.VSCODE_ESM_ENTRYPOINT)
}
