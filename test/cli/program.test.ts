import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'

const program = fileURLToPath(new URL('../../dist/stint.cjs', import.meta.url))

/** The program as people run it, in a home of its own. */
function given(environment: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'stint-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const home = join(folder, 'home')
  const env = { PATH: process.env.PATH, HOME: folder, STINT_HOME: home, TZ: 'Europe/Berlin', ...environment }
  const stint = (...words: string[]) => {
    const { status, stderr, stdout } = spawnSync(process.execPath, [program, ...words], {
      env,
      cwd: folder,
      encoding: 'utf8',
    })
    return { code: status, out: stdout, error: stderr }
  }
  return { env, folder, home, stint }
}

test('a day from the first start to the report', () => {
  const { home, stint } = given()
  expect(stint('start', 'acme', 'Fix it', '--auto-create')).toMatchObject({ code: 0, error: '' })
  expect(stint('status').out).toContain('Fix it')
  expect(JSON.parse(stint('status', '--json').out).timers).toHaveLength(1)
  expect(stint('stop').code).toBe(0)
  expect(stint('log', 'acme', '1h30m', 'Design', 'review')).toMatchObject({ code: 0, error: '' })
  expect(stint('entries', 'today').out).toContain('Design review')
  expect(stint('report').out).toContain('1h 30m')
  expect(existsSync(join(home, 'stint.db'))).toBe(true)
})

test('an answer in a pipe is plain, unless colours are forced', () => {
  const { stint } = given()
  stint('start', 'acme', '--auto-create')
  expect(stint('status').out).not.toContain('\u001b')
  expect(given({ FORCE_COLOR: '1' }).stint().out).toContain('\u001b')
  expect(given({ FORCE_COLOR: '1', NO_COLOR: '1' }).stint().out).not.toContain('\u001b')
})

test('exit codes say what kind of mistake it was', () => {
  const { stint } = given()
  expect(stint('start', 'nowhere').code).toBe(4)
  expect(stint('frobnicate')).toMatchObject({ code: 2, out: '' })
  const { code, error, out } = stint('start', 'nowhere', '--json')
  expect({ code, error, found: JSON.parse(out).error.code }).toEqual({
    code: 4,
    error: '',
    found: 'not_found',
  })
})

test('a member that is not there cannot act', () => {
  const { stint } = given({ STINT_MEMBER: 'nobody' })
  expect(stint('status')).toMatchObject({ code: 4, error: expect.stringContaining('No member "nobody".') })
})

test('a reader that has seen enough ends the program quietly', async () => {
  const { env, stint } = given()
  stint('log', 'acme', '1h', '--auto-create')
  const child = spawn(process.execPath, [program, '--help'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  const errors: string[] = []
  child.stderr.on('data', data => errors.push(String(data)))
  const code = await new Promise(resolve => child.on('close', resolve))
  expect([code, errors.join('')]).toEqual([0, ''])
})

test('another workspace is chosen for all commands, until it is chosen again', () => {
  const { home, stint } = given()
  stint('start', 'acme', '--auto-create')
  expect(stint('workspace', 'create', 'Side business').out).toContain('stint workspace use "Side business"')
  expect(stint('workspace', 'use', 'side business')).toMatchObject({
    code: 0,
    error: '',
    out: expect.stringContaining('Acting in Side business'),
  })
  expect(stint('status').out).toContain('Nothing is running.')
  expect(stint('workspace', 'list').out).toMatch(/Side business +\S+ +owner +this one/)
  expect(stint('doctor').out).toMatch(/Workspace +Side business, as /)
  writeFileSync(join(home, 'config.json'), '{"workspace": "wsp_gone"}')
  expect(stint('status')).toMatchObject({ code: 4, error: expect.stringContaining('stint workspace use') })
  expect(stint('workspace', 'use', 'Workspace').code).toBe(0)
  expect(stint('status').out).toContain('acme')
})

describe('what is broken is told in a sentence, without a stack', () => {
  const broken = (prepare: (home: string) => void, ...words: string[]) => {
    const { home, stint } = given()
    mkdirSync(home, { mode: 0o700 })
    prepare(home)
    const answer = stint(...words)
    expect(answer.error).not.toMatch(/\n +at /)
    return answer
  }

  test('a text file for a database', () => {
    const write = (home: string): void => writeFileSync(join(home, 'stint.db'), 'Dear diary, '.repeat(100))
    expect(broken(write, 'status')).toMatchObject({
      code: 1,
      out: '',
      error: expect.stringMatching(/^stint: The file .* is damaged, or is not a database\.\n/),
    })
    expect(broken(write, 'doctor')).toMatchObject({
      code: 1,
      error: '',
      out: expect.stringContaining('stint restore'),
    })
  })

  test.runIf(process.platform === 'linux').each(['/proc/stint/home', '/dev/null/stint'])(
    'a home that cannot be made, %s',
    home => {
      const { code, error } = given({ STINT_HOME: home }).stint('status')
      expect([code, error]).toEqual([
        1,
        expect.stringContaining(`${home}/stint.db cannot be opened for writing.`),
      ])
    },
  )

  test.runIf(process.platform === 'linux')('a home behind a link to nowhere', () => {
    const { home, stint } = given()
    symlinkSync('/stint/is/not/there', home)
    expect(stint('status')).toMatchObject({
      code: 1,
      error: expect.stringContaining('cannot be opened for writing'),
    })
  })

  test.runIf(process.platform === 'linux')('a full disk where the answer goes', () => {
    const { env, stint } = given()
    expect(stint('status').code).toBe(0)
    const full = openSync('/dev/full', 'w')
    for (const words of [['status'], ['status', '--json']]) {
      const { status, stderr } = spawnSync(process.execPath, [program, ...words], {
        env,
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      })
      expect([status, stderr]).toEqual([1, 'stint: The answer cannot be written (ENOSPC).\n'])
    }
    closeSync(full)
  })

  test('a database of a newer version', () => {
    const write = (home: string): void => {
      given({ STINT_HOME: home }).stint('status')
      const database = new Database(join(home, 'stint.db'))
      database.pragma('user_version = 999')
      database.close()
    }
    expect(broken(write, 'status')).toMatchObject({
      out: '',
      error: expect.stringMatching(/^stint: .*newer/),
    })
  })

  test('a home that is a file', () => {
    const { folder, stint } = given({ STINT_HOME: join(tmpdir(), 'stint-no-folder', 'x') })
    writeFileSync(join(folder, 'home'), '')
    const inFile = given()
    writeFileSync(inFile.home, '')
    expect(inFile.stint('status')).toMatchObject({
      code: 1,
      error: expect.stringContaining('cannot be opened'),
    })
    expect(stint('--version').code).toBe(0)
  })

  test.skipIf(process.getuid?.() === 0)('a folder that may only be read', () => {
    const { home, stint } = given()
    mkdirSync(home)
    chmodSync(home, 0o500)
    expect(stint('status')).toMatchObject({ code: 1, error: expect.stringContaining('cannot be opened') })
    chmodSync(home, 0o700)
  })
})

describe('the program looks after its data', () => {
  test('a backup is made, listed and restored', () => {
    const { stint } = given()
    expect(stint('backup').code).toBe(4)
    stint('log', 'acme', '1h', '--auto-create')
    const { backup } = JSON.parse(stint('backup', '--json').out)
    stint('log', 'acme', '2h')
    expect(JSON.parse(stint('backup', '--list', '--json').out).backups).toHaveLength(1)
    expect(stint('restore').out).toContain(backup.path)
    expect(stint('restore', backup.path)).toMatchObject({ code: 2, error: expect.stringContaining('--yes') })
    expect(stint('restore', basename(backup.path), '--yes')).toMatchObject({ code: 0, error: '' })
    expect(stint('restore', backup.at.slice(0, 19), '--yes')).toMatchObject({ code: 0, error: '' })
    expect(JSON.parse(stint('entries', '--json').out).entries).toHaveLength(1)
  })

  test('doctor finds everything in order, before and after the first use', () => {
    const { stint } = given()
    expect(stint('doctor')).toMatchObject({ code: 0, error: '' })
    stint('log', 'acme', '1h', '--auto-create')
    const { code, out } = stint('doctor', '--json')
    expect([code, JSON.parse(out).problems]).toEqual([0, []])
  })

  test('welcome shows what to paste into an editor', () => {
    const { home, stint } = given()
    const { configuration } = JSON.parse(stint('welcome', '--json').out)
    expect(configuration.mcpServers.stint).toEqual({
      command: process.execPath,
      args: [program, 'mcp'],
      env: { STINT_HOME: home },
    })
    expect(stint('welcome').out).toContain('Nothing is running.')
  })

  test.runIf(process.platform === 'linux')('welcome names a home that editors would not find', () => {
    const shown = (environment: Record<string, string>) => {
      const { folder, stint } = given(environment)
      const { configuration } = JSON.parse(stint('welcome', '--json').out)
      return configuration.mcpServers.stint.env?.STINT_HOME?.replace(folder, '~')
    }
    expect(shown({ STINT_HOME: 'here' })).toBe('~/here')
    expect(shown({ STINT_HOME: '', XDG_DATA_HOME: '/tmp/stint-xdg-test' })).toBe('/tmp/stint-xdg-test/stint')
    expect(shown({ STINT_HOME: '' })).toBe(undefined)
  })

  test('settings are read and changed one by one', () => {
    const { stint } = given()
    expect(stint('config', 'idle-timeout-minutes').out).toBe('30\n')
    expect(stint('config', 'idle-timeout-minutes', '45').out).toBe('idle-timeout-minutes is 45 now.\n')
    expect(stint('config', 'idle-timeout', '45').code).toBe(2)
    expect(stint('config', 'week-start', 'someday').code).toBe(2)
  })

  test('settings of the server are kept in config.json', () => {
    const { home, stint } = given()
    const kept = (): unknown => JSON.parse(readFileSync(join(home, 'config.json'), 'utf8'))
    expect(stint('config', 'port')).toMatchObject({ code: 0, out: '4747\n' })
    expect(stint('config', 'port', '8080').out).toBe('port is 8080 now.\n')
    expect(stint('config', 'rate_limit', 'off').out).toBe('rate-limit is off now.\n')
    expect(stint('config', 'allowed-hosts', 'a.example, b.example').code).toBe(0)
    expect(kept()).toEqual({ port: 8080, rate_limit: 'off', allowed_hosts: ['a.example', 'b.example'] })
    expect(statSync(join(home, 'config.json')).mode & 0o077).toBe(0)
    expect(JSON.parse(stint('config', '--json').out)).toMatchObject({
      settings: { week_start: 'monday' },
      server: { port: 8080, host: '127.0.0.1', rate_limit: 'off', log_level: 'error', webhook_hosts: [] },
    })
    expect(stint('config', 'port', '').out).toBe('port is 4747 now.\n')
    expect(stint('config', 'port', '99999')).toMatchObject({
      code: 2,
      error: expect.stringMatching(/^stint: port: /),
    })
    expect(stint('config', 'log-level', 'loud').code).toBe(2)
    expect(kept()).toEqual({ rate_limit: 'off', allowed_hosts: ['a.example', 'b.example'] })
    expect(stint('config', 'allowed-host').error).toContain('Did you mean allowed-hosts?')
  })

  test('all entries are exported, as JSON and for spreadsheets', () => {
    const { stint } = given()
    expect(JSON.parse(stint('export', 'entries').out)).toEqual([])
    stint('log', 'acme', '1h', '=cmd()', '--auto-create')
    stint('log', 'acme', '2h')
    const entries = JSON.parse(stint('export', 'entries').out)
    expect(entries.map((one: { seconds: number }) => one.seconds)).toEqual([3600, 7200])
    const lines = stint('export', 'entries', 'today', '--format', 'csv').out.split('\r\n')
    expect(lines[0]).toMatch(/^id,start,end,date,seconds,/)
    expect(lines[1]).toContain(`"'=cmd()"`)
    expect(stint('export', 'entries', '--project', 'nope').code).toBe(4)
    expect(JSON.parse(stint('export', 'entries', 'last_month').out)).toEqual([])
  })

  test('everything is exported, and brought back elsewhere', () => {
    const { folder, stint } = given()
    stint('log', 'acme', '1h', 'Design', '--auto-create')
    const file = join(folder, 'stint.json')
    writeFileSync(file, stint('export', 'everything').out)
    const other = given()
    expect(other.stint('import', file)).toMatchObject({ code: 2, error: expect.stringContaining('--yes') })
    expect(other.stint('import', file, '--dry-run').out).toMatch(/entries +1 +1 +0/)
    expect(other.stint('import', file, '--yes')).toMatchObject({ code: 0, error: '' })
    expect(other.stint('entries').out).toContain('Design')
  })
})

describe('completion', () => {
  const shells = [
    ['bash', ['-n']],
    ['zsh', ['-n']],
    ['fish', ['--no-execute']],
  ] as const
  const isInstalled = (shell: string): boolean => spawnSync(shell, ['--version']).error === undefined

  test.each(shells.filter(([shell]) => isInstalled(shell)))('%s accepts its script', (shell, flags) => {
    const { folder, stint } = given()
    const file = join(folder, 'completion')
    writeFileSync(file, stint('completion', shell).out)
    const { status, stderr } = spawnSync(shell, [...flags, file], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
  })

  test.skipIf(!isInstalled('bash'))('bash offers commands, flags and names of projects', () => {
    const { env, folder, stint } = given()
    stint('project', 'create', 'Web Shop')
    stint('project', 'create', 'Acme')
    writeFileSync(join(folder, 'completion'), stint('completion', 'bash').out)
    const offered = (...words: string[]): string[] => {
      const script = `
        stint() { "${process.execPath}" "${program}" "$@"; }
        source completion
        COMP_WORDS=(stint ${words.map(word => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
        _stint; printf '%s\\n' "\${COMPREPLY[@]}"`
      const { stdout } = spawnSync('bash', ['-c', script], { env, cwd: folder, encoding: 'utf8' })
      return stdout.split('\n').filter(line => line !== '')
    }
    expect(offered('stat')).toEqual(['status', 'statusline'])
    expect(offered('project', '')).toEqual(expect.arrayContaining(['show', 'create', 'update']))
    expect(offered('start', '')).toEqual(['Acme', 'Web\\ Shop'])
    expect(offered('start', 'W')).toEqual(['Web\\ Shop'])
    expect(offered('start', 'Acme', '--bill')).toEqual(['--billable'])
    expect(offered('report', '--group-by', 'w')).toEqual(['week'])
    expect(offered('report', 'last_m')).toEqual(['last_month'])
  })
})
