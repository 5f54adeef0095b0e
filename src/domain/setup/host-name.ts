export const hostNames = [
  'claude-code',
  'claude-desktop',
  'codex',
  'gemini',
  'cursor',
  'windsurf',
  'vscode',
  'zed',
  'copilot-cli',
] as const
export type HostName = (typeof hostNames)[number]
