import { execFileSync, spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Reported } from '../../src/core/reported.ts'
import { leave } from '../support/host.ts'

// oxlint-disable-next-line typescript/no-explicit-any
type Json = any

function newFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `stint-${name}-`))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const environment = (home: string, more: object = {}) => ({
  PATH: process.env.PATH ?? '',
  HOME: home,
  STINT_HOME: join(home, 'data'),
  TZ: 'UTC',
  NO_COLOR: '1',
  ...more,
})

/** The server of a team as it is started, on a machine of its own; it can be stopped and started again. */
async function teamServer() {
  const home = newFolder('server')
  let url = ''
  let stop = async (): Promise<void> => undefined
  const start = async (port = '0'): Promise<void> => {
    const child = spawn(process.execPath, ['dist/stint.cjs', 'serve', '--port', port], {
      env: environment(home),
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    let out = ''
    url = await new Promise((resolve, reject) => {
      child.stdout.on('data', chunk => {
        out += String(chunk)
        const [, origin] = /^stint serves (\S+)[^]*token/.exec(out) ?? []
        if (origin !== undefined) resolve(origin)
      })
      child.stderr.on('data', chunk => reject(new Error(String(chunk))))
    })
    stop = async () => {
      const ended = new Promise(resolve => child.once('close', resolve))
      child.kill('SIGTERM')
      await ended
    }
  }
  await start()
  const owner = readFileSync(join(home, 'data', 'token'), 'utf8').trim()
  const send = async (method: string, path: string, body?: object): Promise<Json> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${owner}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return response.status === 204 ? undefined : response.json()
  }
  return { home, owner, send, start, stop: () => stop(), url }
}

/** Somebody at another machine. */
function workplace() {
  const home = newFolder('workplace')
  const data = join(home, 'data')
  const type = (words: string[], { cwd = process.cwd(), input = '', more = {} } = {}) => {
    try {
      const out = execFileSync(process.execPath, [join(process.cwd(), 'dist/stint.cjs'), ...words], {
        cwd,
        input,
        env: environment(home, more),
        stdio: 'pipe',
        encoding: 'utf8',
      })
      return { code: 0, out, error: '' }
    } catch (error) {
      // what execFileSync throws
      const { status, stderr, stdout } = error as { status: number; stdout: string; stderr: string }
      return { code: status, out: stdout, error: stderr }
    }
  }
  const asked = (...words: string[]): Json => JSON.parse(type([...words, '--json']).out)
  const spool = (folder = ''): string[] => {
    const path = join(data, 'spool', folder)
    return existsSync(path) ? readdirSync(path).filter(name => name.endsWith('.json')) : []
  }
  return { home, data, type, asked, spool }
}

/** Both, and the one logged in to the other. */
async function loggedIn() {
  const [team, place] = [await teamServer(), workplace()]
  expect(place.type(['login', team.url], { input: `${team.owner}\n` })).toMatchObject({ code: 0, error: '' })
  return { ...place, team }
}

describe('login', () => {
  test('keeps address and token for this user alone, and shows no token', async () => {
    const [team, { data, type }] = [await teamServer(), workplace()]
    const { code, out } = type(['login', `${team.url}/api/v1/`], { more: { STINT_TOKEN: team.owner } })
    expect(code).toBe(0)
    expect(out).toContain(`Logged in to ${team.url} as `)
    expect(out).not.toContain(team.owner)
    expect(JSON.parse(readFileSync(join(data, 'remote.json'), 'utf8'))).toEqual({ url: team.url })
    expect(readFileSync(join(data, 'token'), 'utf8')).toBe(`${team.owner}\n`)
    for (const name of ['remote.json', 'token']) expect(statSync(join(data, name)).mode & 0o777).toBe(0o600)

    expect(type(['status']).out).toContain(`On ${team.url}.`)
    expect(type(['logout']).out).toContain(`Logged out of ${team.url}.`)
    expect(readdirSync(data).filter(name => /remote|token/.test(name))).toEqual([])
    expect(type(['status']).out).not.toContain('On http')
  })

  test('says in a sentence what is wrong, and keeps nothing then', async () => {
    const [team, { data, type }] = [await teamServer(), workplace()]
    const said = (url: string, token = team.owner) => {
      const { code, error } = type(['login', url], { input: token })
      expect(error).not.toContain(team.owner)
      return `${code} ${error}`
    }
    expect(said(team.url, `stint_${'0'.repeat(20)}_${'0'.repeat(64)}`)).toMatch(/^3 .*token is not known/)
    expect(said(team.url, '')).toMatch(/^3 .*needs a token/)
    expect(said('http://stint.example.com')).toMatch(/^2 .*unencrypted/)
    expect(said('ftp://stint.example.com')).toMatch(/^2 .*no address/)
    expect(said('http://127.0.0.1:9')).toMatch(/^1 .*cannot be reached: ECONNREFUSED/)
    expect(existsSync(join(data, 'remote.json'))).toBe(false)
  })
})

describe('while logged in', () => {
  test('commands do there what they do here', async () => {
    const { asked, data, team, type } = await loggedIn()
    expect(type(['start', 'Acme', '--auto-create', '-d', 'Form']).out).toContain('Acme')
    expect((await team.send('GET', '/timers')).timers).toMatchObject([{ description: 'Form' }])
    expect(asked('status').timers).toMatchObject([{ project: { name: 'Acme' } }])
    expect(type(['status']).out).toContain('Acme')
    expect(type(['stop']).code).toBe(0)
    expect(type(['log', 'Acme', '1h30m', 'Login & errors/#1']).code).toBe(0)
    const { entries } = asked('entries', '--search', 'errors/#1')
    expect(entries).toMatchObject([{ seconds: 5400, description: 'Login & errors/#1' }])
    expect(type(['report', 'today']).out).toContain('Acme')
    expect(type(['export', 'entries', 'today', '--format', 'csv']).out).toContain('Login & errors/#1')
    expect(type(['complete', 'projects']).out).toBe('Acme\n')
    const deleted = asked('entry', 'delete', entries[0].id, '--yes')
    expect(deleted).toMatchObject({ entry: { id: entries[0].id } })
    expect(deleted).not.toHaveProperty('replayed')
    expect(existsSync(join(data, 'stint.db'))).toBe(false)
  })

  test('errors are those of the server, with the exit codes they have here', async () => {
    const { home, team, type } = await loggedIn()
    expect(type(['stop'])).toMatchObject({ code: 4 })
    expect(type(['entry', 'show', 'ent_nowhere'])).toMatchObject({ code: 4 })
    expect(type(['log', 'Acme', 'long'])).toMatchObject({ code: 2 })
    expect(type(['entries', '--limit', '9999'])).toMatchObject({ code: 2 })
    expect(type(['status'], { more: { STINT_MEMBER: 'Bob' } }).error).toContain('the token says who you are')
    for (const words of [['export', 'entries'], ['backup'], ['restore'], ['import', 'package.json', '--yes']])
      expect(type(words), words.join(' ')).toMatchObject({
        code: 2,
        error: expect.stringContaining(`on the machine of ${team.url} only`),
      })
    expect(type(['statusline'])).toMatchObject({ code: 0, out: '', error: '' })
    expect(type(['serve', '--port', '0'])).toMatchObject({
      code: 5,
      error: expect.stringContaining(`${join(home, 'data')} belongs to ${team.url}`),
    })
  })

  test('a token that was revoked is told with code 3, and what assistants tell waits', async () => {
    const { data, spool, team, type } = await loggedIn()
    const { secret } = await team.send('POST', '/tokens', { name: 'laptop', scope: 'write' })
    type(['login', team.url], { more: { STINT_TOKEN: secret } })
    await team.send('DELETE', '/tokens/laptop')
    leave(data, ...turn('/src/acme'))
    const { code, error } = type(['status'])
    expect(code).toBe(3)
    expect(error).toContain('This token was revoked.')
    expect(error).toContain(`stint login ${team.url}`)
    expect(spool()).toHaveLength(3)
    expect(type(['doctor']).code).toBe(1)
  })
})

const at = Date.parse('2026-03-02T09:00:00Z')

/** An assistant's turn of five minutes, and its end. */
const turn = (directory: string, host_session = 'one'): Omit<Reported, 'id'>[] =>
  [
    { at, kind: 'prompt' as const },
    { at: at + 300_000, kind: 'stop' as const },
    { at: at + 301_000, kind: 'end' as const },
  ].map(one => ({ ...one, host: 'codex', host_session, directory, attended: true }))

describe('what hooks left in the spool', () => {
  test('waits until the server has it, and counts once', async () => {
    const { asked, data, home, spool, team, type } = await loggedIn()
    const folder = join(home, 'src', 'repo', 'deep')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(dirname(folder), '.stint.json'), '{"project": "Declared", "tags": ["far"]}')
    await team.stop()
    leave(data, ...turn(folder))
    expect(type(['status'])).toMatchObject({
      code: 1,
      error: expect.stringContaining(`${team.url} cannot be reached`),
    })
    expect(spool()).toHaveLength(3)

    await team.start(new URL(team.url).port)
    expect(asked('status').sessions).toEqual([])
    expect(spool()).toEqual([])
    leave(data, ...turn(folder))
    const { entries } = asked('entries', 'all_time')
    expect(entries).toMatchObject([
      { seconds: 300, project: { name: 'Declared' }, tags: ['far'], source: 'hook' },
    ])
    expect(spool()).toEqual([])
  })

  test('is put aside when the server will never take it, and the rest goes on', async () => {
    const { asked, data, spool, type } = await loggedIn()
    const [bad] = turn('/src/acme')
    leave(data, { ...bad, host: 'notepad' } as Omit<Reported, 'id'>, ...turn('/src/acme'))
    expect(asked('entries', 'all_time').entries).toHaveLength(1)
    expect(spool()).toEqual([])
    expect(spool('refused')).toHaveLength(1)
    const { out } = type(['doctor'])
    expect(out).toContain('Refused')
    expect(out).toContain('host')
  })

  test('means folders of this machine, never of the server', async () => {
    const { asked, data, home, team } = await loggedIn()
    const folder = join(team.home, 'secret')
    mkdirSync(join(folder, '.git', 'logs'), { recursive: true })
    writeFileSync(join(folder, '.git', 'HEAD'), 'ref: refs/heads/secret-branch\n')
    await team.send('POST', '/signals', {
      signals: turn(folder).map(one => ({ ...one, at: new Date(one.at).toISOString() })),
    })
    const { entries } = asked('entries', 'all_time')
    expect(entries).toMatchObject([{ project: { name: 'secret' } }])
    expect(entries[0].git).toBeUndefined()

    const repository = join(home, 'web')
    mkdirSync(join(repository, '.git'), { recursive: true })
    writeFileSync(
      join(repository, '.git', 'config'),
      '[remote "origin"]\n\turl = https://me:pw@example.com/web.git\n',
    )
    leave(data, ...turn(join(repository, 'src'), 'two'))
    expect(asked('map', 'list').mappings).toContainEqual(
      expect.objectContaining({ directory: repository, origin: 'https://example.com/web.git' }),
    )
  })
})

test('the logs of this machine are added there, by the folders that they name here', async () => {
  const { asked, home, type } = await loggedIn()
  const logs = join(home, '.codex', 'sessions', '2026', '03', '02')
  const folder = join(home, 'src')
  for (const path of [logs, folder]) mkdirSync(path, { recursive: true })
  writeFileSync(join(folder, '.stint.json'), '{"project": "Declared"}')
  const line = (second: number, type: string, payload: object): string =>
    JSON.stringify({ timestamp: new Date(at + second * 1000).toISOString(), type, payload })
  writeFileSync(
    join(logs, 'rollout-x.jsonl'),
    [
      line(0, 'session_meta', { id: 'x', cwd: folder, source: 'cli' }),
      line(0, 'event_msg', { type: 'task_started', turn_id: 't' }),
      line(0, 'event_msg', { type: 'user_message' }),
      line(60, 'event_msg', { type: 'task_complete' }),
    ].join('\n'),
  )
  expect(type(['import', 'transcripts', '--dry-run'])).toMatchObject({
    code: 2,
    error: expect.stringContaining('Add --yes'),
  })
  const wanted = ['import', 'transcripts', '--since', '2026-03-01', '--yes']
  expect(asked(...wanted).import.added).toMatchObject([{ date: '2026-03-02', project: { name: 'Declared' } }])
  expect(asked(...wanted).import.added).toEqual([])
})

describe('an assistant', () => {
  async function connected(home: string) {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'legacy' } })
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: ['dist/stint.cjs', 'mcp', '--toolsets', 'track,report,billing,more'],
        env: environment(home, { CLAUDE_CODE_SESSION_ID: 'ses-1', CLAUDE_PROJECT_DIR: '/src/other' }),
      }),
    )
    onTestFinished(() => client.close())
    const call = async (name: string, input: object = {}): Promise<Json> =>
      client.callTool({ name, arguments: { ...input } })
    return { client, call }
  }

  test('uses the server through the same tools, resources and completions', async () => {
    const { home, team } = await loggedIn()
    const { call, client } = await connected(home)
    const started = await call('start_timer', { project: 'Acme', auto_create: true })
    expect(started.structuredContent).toMatchObject({ timer: { project: { name: 'Acme' } } })
    expect((await team.send('GET', '/timers')).timers).toHaveLength(1)
    const project = started.structuredContent.timer.project.id
    const read: Json = await client.readResource({ uri: `stint://project/Acme` })
    expect(JSON.parse(read.contents[0].text).project).toMatchObject({ id: project })
    const completed = await client.complete({
      ref: { type: 'ref/resource', uri: 'stint://project/{id}' },
      argument: { name: 'id', value: 'Ac' },
    })
    expect(completed.completion.values).toEqual([project])
    await call('stop_timer')
    const { structuredContent } = await call('log_time', { project: 'Acme', duration: '1h' })
    const entry = structuredContent.entry.id
    expect(await call('delete_entry', { entry })).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'confirmation_required' } },
    })
    expect((await call('delete_entry', { entry, confirm: true })).structuredContent.entry.id).toBe(entry)
  })

  test('follows when somebody logs out, and learns of a token that was revoked', async () => {
    const { home, team, type } = await loggedIn()
    const { secret } = await team.send('POST', '/tokens', { name: 'laptop', scope: 'write' })
    type(['login', team.url], { more: { STINT_TOKEN: secret } })
    const { call } = await connected(home)
    expect((await call('status')).isError).toBeUndefined()
    await team.send('DELETE', '/tokens/laptop')
    expect(await call('status')).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'not_authenticated' } },
    })
    type(['logout'])
    const here = await call('start_timer', { project: 'Here', auto_create: true })
    expect(here.structuredContent).toMatchObject({ timer: { project: { name: 'Here' } } })
    expect((await team.send('GET', '/timers')).timers).toEqual([])
    expect(type(['status']).out).toContain('Here')
  })
})
