import { hookLine, hookWords, type Installation } from './line.ts'

/** What is written for each event of a host. */
export interface Hooks {
  /** Claude's shape: lists of handlers inside a list of matchers. */
  isGrouped: boolean
  handlers: Readonly<Record<string, object>>
  /** Some files have to say which format they are in. */
  version?: 1
}

// Which host does each file name? Cursor, VS Code and Copilot CLI also run the hooks in Claude Code's settings, and
// VS Code and Copilot CLI read one folder. There the name is only what is believed when the payload does not say who
// speaks (hook-host.ts), and what two files report of one host is told once, by its key (`dedupe` in hook.ts). So each
// host that can be is set up in its own file as well, and it does not matter whether it borrows Claude Code's.

export const claudeEvents = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'PermissionRequest',
  'PermissionDenied',
  'Elicitation',
  'ElicitationResult',
  'SubagentStop',
  'PreCompact',
  'Stop',
  'StopFailure',
  'SessionEnd',
] as const

/**
 * These would be cut off with the session: without a terminal (`claude -p`) Claude Code
 * leaves right after its `Stop`, and kills what it does not wait for.
 */
export const isWaitedFor = (event: string): boolean =>
  ['SessionStart', 'Stop', 'StopFailure', 'SessionEnd'].includes(event)

/**
 * A line for a shell although Claude Code could start the program without one: the hosts that borrow these settings
 * do not know `args`, and would start a bare Node with the payload as its program. On Windows Claude Code's shell may
 * be bash or PowerShell, no line suits both, and so it is the other way round.
 */
export function claudeHooks(installation: Installation): Hooks {
  const [command, ...args] = hookWords(installation, 'claude-code')
  const call =
    installation.platform === 'win32' ? { command, args } : { command: hookLine(installation, 'claude-code') }
  const handler = (event: string) => ({
    type: 'command',
    ...call,
    timeout: seconds,
    ...(!isWaitedFor(event) && { async: true }),
  })
  return { isGrouped: true, handlers: each(claudeEvents, handler) }
}

export function codexHooks(installation: Installation): Hooks {
  // at the end of a session Codex waits no longer, and says so where more is asked for
  const handler = { type: 'command', command: hookLine(installation, 'codex'), timeout: 3 }
  return { isGrouped: true, handlers: each(codexEvents, () => handler) }
}

const codexEvents = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PermissionRequest',
  'PostToolUse',
  'Stop',
  'SessionEnd',
]

export function geminiHooks(installation: Installation): Hooks {
  const handler = {
    name: 'stint',
    type: 'command',
    command: hookLine(installation, 'gemini'),
    timeout: seconds * 1000,
  }
  return { isGrouped: true, handlers: each(geminiEvents, () => handler) }
}

const geminiEvents = [
  'SessionStart',
  'BeforeAgent',
  'BeforeTool',
  'AfterTool',
  'AfterAgent',
  'Notification',
  'PreCompress',
  'SessionEnd',
]

export function cursorHooks(installation: Installation): Hooks {
  const handler = { command: hookLine(installation, 'cursor'), timeout: seconds }
  return { isGrouped: false, version: 1, handlers: each(cursorEvents, () => handler) }
}

const cursorEvents = [
  'sessionStart',
  'beforeSubmitPrompt',
  'preToolUse',
  'postToolUse',
  'postToolUseFailure',
  'afterAgentThought',
  'afterAgentResponse',
  'subagentStop',
  'preCompact',
  'stop',
  'sessionEnd',
]

export function windsurfHooks(installation: Installation): Hooks {
  const command = hookLine(installation, 'windsurf')
  const shell = installation.platform === 'win32' ? { powershell: command } : {}
  const handler = { command, ...shell, show_output: false }
  return { isGrouped: false, handlers: each(windsurfEvents, () => handler) }
}

const windsurfEvents = [
  'pre_user_prompt',
  'post_read_code',
  'post_write_code',
  'pre_run_command',
  'post_run_command',
  'post_mcp_tool_use',
  'post_cascade_response',
]

/**
 * For VS Code and Copilot CLI. Under these names Copilot CLI says which event it was. It takes a hook that fails for a
 * refusal of the tool, also when Node is gone: hence the second half of the line.
 */
export function copilotHooks(installation: Installation): Hooks {
  const line = hookLine(installation, 'copilot')
  const command =
    installation.platform === 'win32' ? { powershell: `${line}; exit 0` } : { bash: `${line} || true` }
  const handler = { type: 'command', ...command, timeoutSec: seconds }
  return { isGrouped: false, version: 1, handlers: each(copilotEvents, () => handler) }
}

const copilotEvents = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'PermissionRequest',
  'SubagentStop',
  'PreCompact',
  'Stop',
  'SessionEnd',
]

/** It takes a tenth of one. */
const seconds = 5

const each = (events: readonly string[], handler: (event: string) => object): Record<string, object> =>
  Object.fromEntries(events.map(event => [event, handler(event)]))
