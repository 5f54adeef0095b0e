import type { Configuration } from './configure.ts'
import { claudeHooks, codexHooks, copilotHooks, cursorHooks, geminiHooks, windsurfHooks } from './hooks.ts'
import type { HostName } from './host-name.ts'
import type { Installation } from './line.ts'

export interface Machine {
  platform: string
  homedir: string
  env: Readonly<Record<string, string | undefined>>
}

/** A file of a host, and what we want in it. */
export interface Place {
  path: string
  /** The host's own folder; the file lies in it. */
  folder: string
  wanted: Configuration
  /** Another host reads it too, so that it does not show that this one is there. */
  isShared?: true
}

export interface Host {
  name: HostName
  title: string
  /** It is there if one of these folders is, or one of these programs can be started. */
  folders: readonly string[]
  programs: readonly string[]
  user: readonly Place[]
  /** In a project's folder: servers only, for hooks are a person's own. */
  project: readonly Place[]
  /** What is left for the person to do. */
  after: string
}

export function hostsOf(machine: Machine, installation: Installation, project: string): readonly Host[] {
  const { env, homedir } = machine
  const path = (...parts: string[]): string => joined(machine.platform, parts)
  const place = (folder: string, file: string, wanted: Configuration): Place => ({
    path: path(folder, file),
    folder,
    wanted,
  })
  const servers = (format: Configuration['format'], at: string, extra: object = {}): Configuration => ({
    format,
    server: { at, extra, installation },
  })
  const mcpServers = servers('json', 'mcpServers')

  const claude = env.CLAUDE_CONFIG_DIR || path(homedir, '.claude')
  const codex = env.CODEX_HOME || path(homedir, '.codex')
  const gemini = path(homedir, '.gemini')
  const cursor = path(homedir, '.cursor')
  const windsurf = path(homedir, '.codeium', 'windsurf')
  const copilot = env.COPILOT_HOME || path(homedir, '.copilot')
  const desktop = path(applicationData(machine), 'Claude')
  const code = path(applicationData(machine), 'Code', 'User')
  const zed = machine.platform === 'win32' ? path(applicationData(machine), 'Zed') : path(xdg(machine), 'zed')
  const stdio = { type: 'stdio' }
  const shared: Place = {
    ...place(copilot, path('hooks', 'stint.json'), { format: 'json', hooks: copilotHooks(installation) }),
    isShared: true,
  }

  return [
    {
      name: 'claude-code',
      title: 'Claude Code',
      folders: [claude],
      programs: ['claude'],
      user: [
        // beside the folder, unless that was chosen
        place(env.CLAUDE_CONFIG_DIR ? claude : homedir, '.claude.json', servers('json', 'mcpServers', stdio)),
        place(claude, 'settings.json', { format: 'json', hooks: claudeHooks(installation) }),
      ],
      project: [place(project, '.mcp.json', servers('json', 'mcpServers', stdio))],
      after: 'Start a new session; /mcp and /hooks show it.',
    },
    {
      name: 'claude-desktop',
      title: 'Claude Desktop',
      folders: [desktop],
      programs: [],
      user: [place(desktop, 'claude_desktop_config.json', mcpServers)],
      project: [],
      after: 'Quit it and start it again. It has no hooks: ask it to start and stop timers.',
    },
    {
      name: 'codex',
      title: 'Codex',
      folders: [codex],
      programs: ['codex'],
      user: [
        place(codex, 'config.toml', servers('toml', 'mcp_servers')),
        place(codex, 'hooks.json', { format: 'json', hooks: codexHooks(installation) }),
      ],
      project: [place(path(project, '.codex'), 'config.toml', servers('toml', 'mcp_servers'))],
      after: 'Start it, type /hooks and trust those of stint: until then Codex does not run them.',
    },
    {
      name: 'gemini',
      title: 'Gemini CLI',
      folders: [gemini],
      programs: ['gemini'],
      user: [place(gemini, 'settings.json', { ...mcpServers, hooks: geminiHooks(installation) })],
      project: [place(path(project, '.gemini'), 'settings.json', mcpServers)],
      after: 'Start a new session in a folder that it trusts; /mcp and /hooks show it.',
    },
    {
      name: 'cursor',
      title: 'Cursor',
      folders: [cursor],
      programs: ['cursor'],
      user: [
        place(cursor, 'mcp.json', mcpServers),
        place(cursor, 'hooks.json', { format: 'json', hooks: cursorHooks(installation) }),
      ],
      project: [place(path(project, '.cursor'), 'mcp.json', mcpServers)],
      after: 'Restart it, and switch the server on in its settings under MCP.',
    },
    {
      name: 'windsurf',
      title: 'Windsurf',
      folders: [windsurf],
      programs: ['windsurf'],
      user: [
        place(windsurf, 'mcp_config.json', mcpServers),
        place(windsurf, 'hooks.json', { format: 'json', hooks: windsurfHooks(installation) }),
      ],
      project: [],
      after: 'Restart it.',
    },
    {
      name: 'vscode',
      title: 'VS Code',
      folders: [code],
      programs: ['code'],
      user: [place(code, 'mcp.json', servers('json', 'servers', stdio)), shared],
      project: [place(path(project, '.vscode'), 'mcp.json', servers('json', 'servers', stdio))],
      after: 'Reload its window and confirm that it may start the server.',
    },
    {
      name: 'zed',
      title: 'Zed',
      folders: [zed],
      programs: ['zed', 'zeditor'],
      user: [place(zed, 'settings.json', servers('json', 'context_servers'))],
      project: [place(path(project, '.zed'), 'settings.json', servers('json', 'context_servers'))],
      after: 'Nothing more to do. It has no hooks: ask its agent to start and stop timers.',
    },
    {
      name: 'copilot-cli',
      title: 'Copilot CLI',
      folders: [copilot],
      programs: ['copilot'],
      user: [
        place(copilot, 'mcp-config.json', servers('json', 'mcpServers', { type: 'local', tools: ['*'] })),
        shared,
      ],
      project: [],
      after: 'Start a new session.',
    },
  ]
}

function applicationData({ env, homedir, platform }: Machine): string {
  if (platform === 'win32') return env.APPDATA || joined(platform, [homedir, 'AppData', 'Roaming'])
  if (platform === 'darwin') return `${homedir}/Library/Application Support`
  return xdg({ env, homedir, platform })
}

/** The specification says that a relative path here is to be ignored. */
function xdg({ env, homedir }: Machine): string {
  return env.XDG_CONFIG_HOME?.startsWith('/') ? env.XDG_CONFIG_HOME : `${homedir}/.config`
}

function joined(platform: string, [first = '', ...rest]: readonly string[]): string {
  const separator = platform === 'win32' ? '\\' : '/'
  return [first.replace(/[\\/]+$/, ''), ...rest].join(separator)
}
