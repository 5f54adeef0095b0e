import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { plainLook } from '../../src/cli/look.ts'
import { renderPage } from '../../src/cli/page.ts'
import { localApp } from '../../src/commands/app.ts'
import { type Around, type SetupWanted, setup } from '../../src/commands/setup.ts'
import { hostNames } from '../../src/domain/setup/host-name.ts'
import { operations } from '../../tools/index.ts'
import { commandLine } from '../cli/given.ts'

interface Told {
  setup: {
    hosts: {
      name: string
      found: boolean
      files: { path: string; change: string; backup?: string }[]
      problem?: { message: string }
    }[]
    not_found: string[]
    warnings: string[]
  }
}

/** A machine with these files below the person's home, and stint below /opt there. */
async function given(files: Record<string, string> = {}, env: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'stint-setup-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const homedir = join(folder, 'ada')
  const dist = join(folder, 'opt', 'stint', 'dist')
  const project = join(homedir, 'work')
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(homedir, path)), { recursive: true })
    writeFileSync(join(homedir, path), text)
  }
  mkdirSync(project, { recursive: true })
  mkdirSync(dist, { recursive: true })
  for (const file of ['stint.cjs', 'hook.cjs']) writeFileSync(join(dist, file), '')
  for (const [path, text] of Object.entries(files)) write(path, text)

  const { clock, terminal } = await commandLine({ directory: project })
  const home = join(homedir, '.local/share/stint')
  const program = {
    app: { ...localApp({ STINT_HOME: home }, () => undefined), clock: () => clock.now },
    terminal,
    operations: async () => operations,
  }
  const around: Around = {
    platform: 'linux',
    homedir,
    env,
    node: '/usr/bin/node',
    program: join(dist, 'stint.cjs'),
  }
  return {
    homedir,
    write,
    clock,
    around,
    program,
    read: (path: string): string => readFileSync(join(homedir, path), 'utf8'),
    run: async (wanted: SetupWanted = {}, from: Partial<Around> = {}) => {
      const { exit_code = 0, output, page } = await setup(program, wanted, { ...around, ...from })
      // what `setup` answers with
      return { code: exit_code, page: renderPage(page, plainLook()), ...(output as Told).setup }
    },
    picture: () => pictureOf(homedir),
  }
}

function pictureOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()
  return Object.fromEntries(
    names.map(name => {
      const path = join(folder, name)
      const stat = lstatSync(path)
      if (stat.isSymbolicLink()) return [name, `link to ${readlinkSync(path)}`]
      return [name, stat.isDirectory() ? 'folder' : `${stat.mode.toString(8)} ${readFileSync(path, 'utf8')}`]
    }),
  )
}

const present = {
  '.claude.json': '{\n  "numStartups": 3,\n  "mcpServers": {}\n}',
  '.claude/settings.json': '{\r\n\t"model": "opus", // mine\r\n\t"hooks": { "Stop": [] }\r\n}\r\n',
  '.codex/config.toml': 'model = "gpt" # mine\n',
  '.config/zed/settings.json': '// Zed\n{\n  "theme": "One",\n}\n',
}

test('what was found is connected, and taken back without a trace', async () => {
  const { picture, read, run } = await given(present)
  const before = picture()
  const { code, hosts, not_found } = await run()
  expect(code).toBe(0)
  expect(hosts.map(host => host.name)).toEqual(['claude-code', 'codex', 'zed'])
  expect(not_found).toContain('cursor')
  expect(JSON.parse(read('.claude.json'))).toMatchObject({
    numStartups: 3,
    mcpServers: { stint: { type: 'stdio', command: '/usr/bin/node' } },
  })
  expect(read('.claude/settings.json')).toContain('// mine')
  expect(read('.claude/settings.json').replaceAll('\r\n', '')).not.toContain('\n')
  expect(JSON.parse(read('.codex/hooks.json')).hooks.Stop).toHaveLength(1)
  expect((await run({ remove: true })).code).toBe(0)
  expect(picture()).toEqual(before)
})

test('every assistant can be connected where it is not found, and is taken back with the folders made for it', async () => {
  const { picture, run } = await given()
  const before = picture()
  const { code, hosts } = await run({ hosts: hostNames })
  expect(code).toBe(0)
  expect(hosts.flatMap(host => host.files.map(file => file.change))).not.toContain('changed')
  await run({ remove: true })
  expect(picture()).toEqual(before)
})

test('a second time changes nothing', async () => {
  const { picture, run } = await given(present)
  await run({ hosts: hostNames })
  const after = picture()
  const { hosts } = await run({ hosts: hostNames })
  expect(new Set(hosts.flatMap(host => host.files.map(file => file.change)))).toEqual(new Set(['unchanged']))
  expect(picture()).toEqual(after)
})

test('a program that moved is followed, and what was there before us is still known', async () => {
  const { around, homedir, picture, read, run } = await given(present)
  const before = picture()
  await run()
  const elsewhere = join(dirname(homedir), 'new place', 'dist')
  mkdirSync(elsewhere, { recursive: true })
  for (const file of ['stint.cjs', 'hook.cjs']) writeFileSync(join(elsewhere, file), '')
  await run({}, { program: join(elsewhere, 'stint.cjs') })
  for (const file of Object.keys(present).filter(
    path => !path.includes('settings.json') || path.includes('zed'),
  ))
    expect(read(file)).toContain('new place/dist/stint.cjs')
  expect(read('.claude/settings.json')).not.toContain(dirname(around.program))
  await run({ remove: true })
  expect(picture()).toEqual(before)
})

test('a dry run shows what would be, and writes nothing', async () => {
  const { picture, run } = await given(present)
  const before = picture()
  const { page } = await run({ dry_run: true })
  expect(page).toContain('would be changed  ~/.codex/config.toml')
  expect(page).toContain('+ [mcp_servers.stint]')
  expect(page).toContain('  model = "gpt" # mine')
  expect(picture()).toEqual(before)
})

describe('the file as it was before', () => {
  test('lies beside the new one, with its rights, once', async () => {
    const { clock, homedir, picture, run, write } = await given(present)
    chmodSync(join(homedir, '.claude.json'), 0o600)
    const first = await run()
    const [file] = first.hosts[0]?.files ?? []
    expect(readFileSync(file?.backup ?? '', 'utf8')).toBe(present['.claude.json'])
    expect(statSync(file?.backup ?? '').mode & 0o777).toBe(0o600)
    expect(statSync(join(homedir, '.claude.json')).mode & 0o777).toBe(0o600)
    clock.set('23:00')
    write('.claude.json', '{"other": 1}')
    await run()
    const copies = Object.keys(picture()).filter(path => path.startsWith('.claude.json.stint-backup-'))
    expect(copies).toHaveLength(1)
    expect(picture()[copies[0] ?? '']).toContain('{"other": 1}')
  })
})

test('a file that is broken is left as it is, and the others are written', async () => {
  const { code, hosts, page, read } = await given({
    ...present,
    '.claude/settings.json': '{\n  "hooks": {\n',
  }).then(async machine => ({ ...machine, ...(await machine.run()) }))
  expect(code).toBe(2)
  expect(hosts[0]?.problem?.message).toMatch(
    /\/\.claude\/settings\.json, line 3, column 1: } is missing\. It was left as it is\.$/,
  )
  expect(page).toContain('Correct it')
  expect(read('.claude/settings.json')).toBe('{\n  "hooks": {\n')
  // nothing of a host that cannot be connected as a whole
  expect(read('.claude.json')).toBe(present['.claude.json'])
  expect(read('.codex/config.toml')).toContain('[mcp_servers.stint]')
})

test('links are followed', async () => {
  const { homedir, picture, read, run, write } = await given({
    'dotfiles/claude.json': '{}\n',
    '.claude/x': '',
  })
  symlinkSync('dotfiles/claude.json', join(homedir, '.claude.json'))
  await run()
  expect(picture()['.claude.json']).toBe('link to dotfiles/claude.json')
  expect(read('dotfiles/claude.json')).toContain('stint.cjs')
  write('x', '')
})

test('where the data is elsewhere, every command says so', async () => {
  const { homedir, read, run } = await given()
  await run({ hosts: ['claude-code', 'codex'], home: join(homedir, 'my data') })
  expect(JSON.parse(read('.claude.json')).mcpServers.stint.args.slice(1)).toEqual([
    'mcp',
    '--home',
    join(homedir, 'my data'),
  ])
  expect(read('.claude/settings.json').match(/--home '[^']+\/my data'/g)).toHaveLength(14)
  expect(read('.codex/config.toml')).toContain('"--home", ')
})

test('in a project the files of its folder are written, without hooks', async () => {
  const { homedir, picture, read, run } = await given(present)
  const before = picture()
  const { hosts, warnings } = await run({ scope: 'project', hosts: ['claude-code', 'vscode', 'windsurf'] })
  expect(JSON.parse(read('work/.mcp.json')).mcpServers.stint.type).toBe('stdio')
  expect(JSON.parse(read('work/.vscode/mcp.json')).servers.stint.args[1]).toBe('mcp')
  expect(hosts.find(host => host.name === 'windsurf')?.problem?.message).toBe(
    'Windsurf has no file in a project.',
  )
  expect(warnings[0]).toContain('paths of this machine')
  expect(existsSync(join(homedir, '.copilot'))).toBe(false)
  await run({ scope: 'project', remove: true })
  expect(picture()).toEqual(before)
})

test('the file that VS Code and Copilot CLI share stays while one of them needs it', async () => {
  const { homedir, run } = await given()
  await run({ hosts: ['vscode', 'copilot-cli'] })
  const shared = join(homedir, '.copilot/hooks/stint.json')
  await run({ hosts: ['vscode'], remove: true })
  expect(existsSync(shared)).toBe(true)
  await run({ hosts: ['copilot-cli'], remove: true })
  expect(existsSync(shared)).toBe(false)
})

test('an assistant is found by its program too', async () => {
  const { homedir, run, write } = await given()
  write('bin/gemini', '')
  const { hosts } = await run({ dry_run: true }, { env: { PATH: `/nowhere:${join(homedir, 'bin')}` } })
  expect(hosts.map(host => host.name)).toEqual(['gemini'])
})

test('what was written for VS Code does not show that Copilot CLI is there', async () => {
  const { run } = await given({ '.config/Code/User/settings.json': '{}' })
  await run()
  expect((await run()).hosts.map(host => host.name)).toEqual(['vscode'])
})

test('without any assistant it says which there are', async () => {
  const { run } = await given()
  await expect(run()).rejects.toMatchObject({
    code: 'not_found',
    hint: expect.stringContaining('stint setup claude-code'),
  })
})

test('what will not stay is told: the cache of npx, a database that editors do not know of', async () => {
  const { homedir, run } = await given(present)
  const cache = join(homedir, '.npm/_npx/1/node_modules/stint/dist')
  mkdirSync(cache, { recursive: true })
  for (const file of ['stint.cjs', 'hook.cjs']) writeFileSync(join(cache, file), '')
  const { warnings } = await run({}, { program: join(cache, 'stint.cjs'), env: { STINT_DB: '/x.db' } })
  expect(warnings).toEqual([
    expect.stringContaining('npm install -g stint'),
    expect.stringContaining('STINT_DB'),
  ])
})

test('a clone that was not built says what to do', async () => {
  const { homedir, run } = await given(present)
  await expect(run({}, { program: join(homedir, 'stint.cjs') })).rejects.toMatchObject({
    hint: expect.stringContaining('npm run build'),
  })
})

describe('the program as people run it', () => {
  const program = join(import.meta.dirname, '../../dist/stint.cjs')
  const started = (folder: string, ...words: string[]) =>
    spawnSync(process.execPath, [program, 'setup', ...words], {
      encoding: 'utf8',
      cwd: folder,
      env: { PATH: '/usr/bin:/bin', HOME: folder, STINT_HOME: join(folder, 'data here') },
    })

  test('writes a hook that reports, and a server that answers', async () => {
    const { homedir, read } = await given({ '.claude/x': '' })
    expect(started(homedir).stdout).toContain('Claude Code\n  created  ~/.claude.json')
    const [{ hooks }] = JSON.parse(read('.claude/settings.json')).hooks.UserPromptSubmit
    const payload = { hook_event_name: 'UserPromptSubmit', session_id: 's', cwd: homedir, prompt: 'secret' }
    spawnSync('sh', ['-c', hooks[0].command], { input: JSON.stringify(payload), env: {} })
    const [signal = ''] = readdirSync(join(homedir, 'data here/spool'))
    expect(JSON.parse(read(`data here/spool/${signal}`))).toMatchObject({
      host: 'claude-code',
      kind: 'prompt',
    })

    const { args, command } = JSON.parse(read('.claude.json')).mcpServers.stint
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'editor', version: '1' },
    }
    const input = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`
    const { stderr, stdout } = spawnSync(command, args, { input, env: { HOME: homedir }, encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(JSON.parse(stdout).result.serverInfo.name).toBe('stint')
  })

  test('refuses an assistant that it does not know', async () => {
    const { homedir } = await given()
    const { status, stderr } = started(homedir, 'emacs')
    expect(status).toBe(2)
    expect(stderr).toContain('claude-code')
  })
})
