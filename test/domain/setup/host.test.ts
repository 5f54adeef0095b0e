import { execFileSync } from 'node:child_process'
import { describe, expect, it, test } from 'vitest'
import { hostOf } from '../../../src/domain/hook-host.ts'
import { diff } from '../../../src/domain/setup/diff.ts'
import { hostsOf, type Machine } from '../../../src/domain/setup/host.ts'
import { hostNames } from '../../../src/domain/setup/host-name.ts'
import { hookLine, type Installation, isOurHook, serverOf } from '../../../src/domain/setup/line.ts'
import { cursorLink, vscodeLink } from '../../../src/domain/setup/link.ts'

const installation: Installation = {
  platform: 'linux',
  node: '/usr/bin/node',
  stint: '/opt/stint/dist/stint.cjs',
  hook: '/opt/stint/dist/hook.cjs',
}
const onWindows: Installation = {
  platform: 'win32',
  node: 'C:\\Program Files\\nodejs\\node.exe',
  stint: 'C:\\stint\\dist\\stint.cjs',
  hook: 'C:\\stint\\dist\\hook.cjs',
}

const filesOf = (machine: Machine): Record<string, string[]> =>
  Object.fromEntries(
    hostsOf(machine, installation, machine.platform === 'win32' ? 'D:\\acme' : '/acme').map(host => [
      host.name,
      [...host.user, ...host.project].map(place => place.path),
    ]),
  )

describe('the files', () => {
  it('on Linux', () => {
    expect(filesOf({ platform: 'linux', homedir: '/h', env: {} })).toEqual({
      'claude-code': ['/h/.claude.json', '/h/.claude/settings.json', '/acme/.mcp.json'],
      'claude-desktop': ['/h/.config/Claude/claude_desktop_config.json'],
      codex: ['/h/.codex/config.toml', '/h/.codex/hooks.json', '/acme/.codex/config.toml'],
      gemini: ['/h/.gemini/settings.json', '/acme/.gemini/settings.json'],
      cursor: ['/h/.cursor/mcp.json', '/h/.cursor/hooks.json', '/acme/.cursor/mcp.json'],
      windsurf: ['/h/.codeium/windsurf/mcp_config.json', '/h/.codeium/windsurf/hooks.json'],
      vscode: ['/h/.config/Code/User/mcp.json', '/h/.copilot/hooks/stint.json', '/acme/.vscode/mcp.json'],
      zed: ['/h/.config/zed/settings.json', '/acme/.zed/settings.json'],
      'copilot-cli': ['/h/.copilot/mcp-config.json', '/h/.copilot/hooks/stint.json'],
    })
  })

  it('on macOS and Windows, where they are elsewhere', () => {
    const mac = filesOf({ platform: 'darwin', homedir: '/Users/ada', env: { XDG_CONFIG_HOME: '/x' } })
    expect(mac['claude-desktop']?.[0]).toBe(
      '/Users/ada/Library/Application Support/Claude/claude_desktop_config.json',
    )
    expect(mac.vscode?.[0]).toBe('/Users/ada/Library/Application Support/Code/User/mcp.json')
    const env = { APPDATA: 'C:\\Users\\ada\\AppData\\Roaming' }
    const windows = filesOf({ platform: 'win32', homedir: 'C:\\Users\\ada', env })
    expect(windows['claude-code']?.slice(0, 2)).toEqual([
      'C:\\Users\\ada\\.claude.json',
      'C:\\Users\\ada\\.claude\\settings.json',
    ])
    expect(windows['claude-desktop']).toEqual([`${env.APPDATA}\\Claude\\claude_desktop_config.json`])
    expect(windows.vscode?.[0]).toBe(`${env.APPDATA}\\Code\\User\\mcp.json`)
    expect(windows.zed?.[0]).toBe(`${env.APPDATA}\\Zed\\settings.json`)
  })

  it('where the hosts were told to have them', () => {
    const env = { CLAUDE_CONFIG_DIR: '/c', CODEX_HOME: '/x/', XDG_CONFIG_HOME: '/conf', COPILOT_HOME: '/p' }
    const files = filesOf({ platform: 'linux', homedir: '/h', env })
    expect(files['claude-code']?.slice(0, 2)).toEqual(['/c/.claude.json', '/c/settings.json'])
    expect(files.codex?.[0]).toBe('/x/config.toml')
    expect(files.vscode?.slice(0, 2)).toEqual(['/conf/Code/User/mcp.json', '/p/hooks/stint.json'])
    expect(files.zed?.[0]).toBe('/conf/zed/settings.json')
  })
})

describe('the line that a hook runs', () => {
  it('names everything by its whole path, and spares Node the certificates', () => {
    expect(hookLine({ ...installation, home: '/data' }, 'codex')).toBe(
      'NODE_EXTRA_CA_CERTS= /usr/bin/node /opt/stint/dist/hook.cjs --host codex --home /data',
    )
  })

  it('reaches the program as it was meant, whatever is in a path', () => {
    const home = `/it's "a" $HOME \`x\` \\ 100% & more`
    const line = hookLine({ ...installation, node: 'printf', hook: '%s\n', home }, 'codex')
    const said = execFileSync('sh', ['-c', line], { encoding: 'utf8' })
    expect(said).toBe(`--host\ncodex\n--home\n${home}\n`)
  })

  it('on Windows reads the same in cmd and PowerShell', () => {
    expect(hookLine(onWindows, 'codex')).toBe(
      'cmd /d /c call "C:\\Program Files\\nodejs\\node.exe" C:\\stint\\dist\\hook.cjs --host codex',
    )
  })

  it('is known again as ours', () => {
    for (const from of [installation, onWindows, { ...installation, hook: "/it's here/dist/hook.cjs" }])
      expect(isOurHook({ command: hookLine(from, 'codex') })).toBe(true)
    expect(isOurHook({ command: 'node', args: ['C:\\x\\dist\\hook.cjs', '--host', 'claude-code'] })).toBe(
      true,
    )
    expect(isOurHook({ command: 'node /other/hook.cjs' })).toBe(false)
  })
})

const machine: Machine = { platform: 'linux', homedir: '/h', env: {} }
const hooksOf = (name: string, from = installation) =>
  hostsOf({ ...machine, platform: from.platform }, from, '/acme')
    .find(host => host.name === name)
    ?.user.find(place => place.wanted.hooks)?.wanted.hooks?.handlers ?? {}

describe('hooks', () => {
  it('of Claude Code do not keep it waiting, but for those that would be lost with the session', () => {
    const waited = Object.entries(hooksOf('claude-code')).filter(([, handler]) => !('async' in handler))
    expect(waited.map(([event]) => event)).toEqual(['SessionStart', 'Stop', 'StopFailure', 'SessionEnd'])
  })

  it('of Claude Code need no shell on Windows', () => {
    expect(hooksOf('claude-code', onWindows).PreToolUse).toEqual({
      type: 'command',
      command: onWindows.node,
      args: [onWindows.hook, '--host', 'claude-code'],
      timeout: 5,
      async: true,
    })
  })

  it('wait in the unit of their host', () => {
    expect(hooksOf('gemini').AfterAgent).toMatchObject({ timeout: 5000 })
    expect(hooksOf('codex').Stop).toMatchObject({ timeout: 3 })
    expect(hooksOf('copilot-cli').Stop).toMatchObject({ timeoutSec: 5 })
  })

  it('of Copilot CLI never refuse a tool, even if Node is gone', () => {
    const { bash } = {
      bash: '',
      ...hooksOf('copilot-cli', { ...installation, node: '/gone/node' }).PreToolUse,
    }
    execFileSync('sh', ['-c', bash], { stdio: 'ignore' })
  })

  it('say which host they are of: each fact is told of the one that it happened in', () => {
    const named = hostNames.map(name => /--host ([a-z-]+)/.exec(JSON.stringify(hooksOf(name)))?.[1])
    expect(named).toEqual([
      'claude-code',
      undefined,
      'codex',
      'gemini',
      'cursor',
      'windsurf',
      'copilot',
      undefined,
      'copilot',
    ])
    // Cursor runs Claude Code's settings as well as its own
    const payload = new Map<string, string>([
      ['conversation_id', 'c'],
      ['hook_event_name', 'stop'],
    ])
    const hosts = ['claude-code', 'cursor'].map(host =>
      hostOf(payload, 'stop', { at: 0, env: {}, host, workingDirectory: '/' }),
    )
    expect(hosts).toEqual(['cursor', 'cursor'])
  })
})

test('the server is started by whole paths', () => {
  expect(serverOf({ ...installation, home: '/data' }, 'track,more')).toEqual({
    command: '/usr/bin/node',
    args: ['/opt/stint/dist/stint.cjs', 'mcp', '--toolsets', 'track,more', '--home', '/data'],
  })
})

test('links hold the server', () => {
  const server = { command: 'npx', args: ['-y', 'stint', 'mcp'] }
  const [cursor, vscode] = [cursorLink(server), vscodeLink(server)].map(link =>
    new URL(link).searchParams.get('config'),
  )
  expect(JSON.parse(atob(cursor ?? ''))).toEqual(server)
  expect(JSON.parse(vscode ?? '')).toEqual(server)
})

test('a difference is shown with what is around it', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\n'
  expect(diff(before, before.replace('d\n', 'D\n').replace('i\n', 'i\nj\n'))).toEqual([
    '  …',
    '  b',
    '  c',
    '- d',
    '+ D',
    '  e',
    '  f',
    '  …',
    '  h',
    '  i',
    '+ j',
  ])
  expect(diff('', 'a\n')).toEqual(['+ a'])
  expect(diff('a\n', 'a\n')).toEqual([])
})
