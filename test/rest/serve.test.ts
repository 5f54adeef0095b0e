import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ownerToken } from '../../src/commands/owner-token.ts'
import { serverSettings } from '../../src/commands/server-settings.ts'
import { server } from '../support/server.ts'
import { workspace } from '../support/workspace.ts'

function newHome(config?: object | string): string {
  const home = mkdtempSync(join(tmpdir(), 'stint-serve-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  if (config !== undefined)
    writeFileSync(join(home, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config))
  return home
}

/** The program as people start it. */
function started(home: string, ...words: string[]) {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, ['dist/stint.cjs', 'serve', ...words], {
    env: { PATH, HOME: home, STINT_HOME: home, TZ: 'UTC' },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const told = { out: '', error: '' }
  child.stderr.on('data', chunk => (told.error += String(chunk)))
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', chunk => {
      told.out += String(chunk)
      const [, origin] = /^stint serves (\S+)/.exec(told.out) ?? []
      if (origin && told.out.includes('token')) resolve(origin)
    })
    child.once('close', () => reject(new Error(told.error)))
  })
  ready.catch(() => undefined)
  return { child, ended, ready, told }
}

describe('stint serve', () => {
  test('makes the token of its owner when it first starts, and keeps it to itself', async () => {
    const home = newHome()
    const first = started(home, '--port', '0')
    const origin = await first.ready
    const file = join(home, 'token')
    const token = readFileSync(file, 'utf8').trim()
    expect(first.told.out).toContain(token)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const headers = { authorization: `Bearer ${token}` }
    const me = await fetch(`${origin}/api/v1/me`, { headers })
    expect(await me.json()).toMatchObject({ member: { role: 'owner' }, scope: 'full' })
    const page = await fetch(`${origin}/api/v1/docs/reference.js`)
    expect((await page.arrayBuffer()).byteLength).toBeGreaterThan(1_000_000)

    const port = new URL(origin).port
    const second = started(home, `--port=${port}`)
    expect(await second.ended).toBe(5)
    expect(second.told.error).toContain(`Port ${port} is taken`)

    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(0)
    expect(first.told.error).toBe('')
    expect(existsSync(join(home, 'stint.db-wal'))).toBe(false)

    const again = started(home, '--port', '0')
    const there = await again.ready
    expect(again.told.out).not.toContain(token)
    expect((await fetch(`${there}/api/v1/me`, { headers })).status).toBe(200)
    again.child.kill('SIGINT')
    expect(await again.ended).toBe(0)
  })

  test.each([
    [['--prot', '1'], undefined, '--prot'],
    [['--port'], undefined, '--port'],
    [['--port', '70000'], undefined, 'A port is a number up to 65535'],
    [['--rate-limit', 'never'], undefined, 'or off'],
    [[], { prot: 1 }, 'prot is not known'],
    [[], '{', 'cannot be read as JSON'],
  ])('says in a sentence that it cannot start with %j and %j', async (words, config, said) => {
    const { ended, told } = started(newHome(config), ...words)
    expect(await ended).toBe(2)
    expect(told.error).toContain(said)
    expect(told.error.trim().split('\n')).toHaveLength(1)
  })
})

describe('its settings', () => {
  test('are those of config.json, and what is typed goes before them', () => {
    const home = newHome({ port: 5000, host: '0.0.0.0', allowed_hosts: ['stint.example'], rate_limit: 'off' })
    expect(serverSettings(home, {})).toEqual({
      port: 5000,
      host: '0.0.0.0',
      hosts: ['0.0.0.0', 'stint.example'],
      rate_limit: null,
      log_level: 'error',
    })
    expect(serverSettings(home, { port: '0', host: '::1', rate_limit: '60' })).toMatchObject({
      port: 0,
      host: '::1',
      hosts: ['[::1]', 'stint.example'],
      rate_limit: 60,
    })
  })

  test('are good without a file', () => {
    expect(serverSettings(newHome(), {})).toMatchObject({ port: 4747, host: '127.0.0.1', rate_limit: 300 })
  })
})

describe('the token of the owner', () => {
  test('is made anew when the one that is kept lets nobody in any more', async () => {
    const { app, call, principal } = await workspace({ door: 'cli' })
    const path = join(app.home, 'token')
    const first = await ownerToken(app, principal, path)
    expect(readFileSync(path, 'utf8')).toBe(`${first}\n`)
    expect(await ownerToken(app, principal, path)).toBeUndefined()
    await call('revoke_token', { token: 'stint serve' })
    const second = await ownerToken(app, principal, path)
    expect(second).not.toBe(first)
    rmSync(path)
    const third = await ownerToken(app, principal, path)
    expect(third).not.toBe(second)
    const { tokens } = await call('list_tokens')
    expect(tokens.map((one: { name: string }) => one.name)).toEqual(['stint serve', 'stint serve 2'])
  })
})

describe('what hosts of this machine left behind', () => {
  test('is of the one who works at it, whoever asks first', async () => {
    const { app, call, member, principal, rows, send } = await server({ projects: ['Acme'] })
    await member('Grace')
    const hers = await call('create_token', { name: 'Hers', member: 'Grace', scope: 'write' })
    app.spool?.leave('sig_one', {
      at: app.clock(),
      host: 'claude-code',
      host_session: 'a',
      directory: '/work/acme',
      kind: 'prompt',
      attended: true,
    })
    expect((await send('GET /v1/status', { token: hers.secret })).status).toBe(200)
    expect(rows('signals')).toEqual([])
    await send('GET /v1/status')
    expect(rows('signals').map(one => one.member_id)).toEqual([principal.member_id])
  })
})

describe('a server that ends', () => {
  test('finishes what is under way, and takes no more', async () => {
    let release: (() => void) | undefined
    const gate = new Promise<void>(resolve => (release = resolve))
    let arrived: (() => void) | undefined
    const under = new Promise<void>(resolve => (arrived = resolve))
    const { listening, send } = await server({
      mcp: async () => {
        arrived?.()
        await gate
        return new Response('done')
      },
    })
    const answer = send('POST /mcp', { body: {} })
    await under
    const closed = listening.close(10_000)
    await expect(send('GET /healthz', { headers: { connection: 'close' } })).rejects.toThrow()
    release?.()
    expect(await answer).toMatchObject({ status: 200, text: 'done' })
    await closed
  })

  test('cuts off what takes too long', async () => {
    let arrived: (() => void) | undefined
    const under = new Promise<void>(resolve => (arrived = resolve))
    const { listening, send } = await server({
      mcp: () => {
        arrived?.()
        return new Promise(() => undefined)
      },
    })
    const answer = send('POST /mcp', { body: {} }).then(
      () => 'answered',
      () => 'cut off',
    )
    await under
    await listening.close(1)
    expect(await answer).toBe('cut off')
  })
})
