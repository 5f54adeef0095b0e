import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { App } from '../../src/core/app.ts'
import { call } from '../../src/core/call.ts'
import { localPrincipal } from '../../src/core/owner.ts'
import { spoolIn } from '../../src/core/spool.ts'
import { serverAt } from '../../src/remote/server.ts'
import { leave } from '../support/host.ts'
import { server } from '../support/server.ts'
import { operationNamed } from '../support/workspace.ts'

// oxlint-disable-next-line typescript/no-explicit-any
type Answer = any

/** A server, and programs on another machine that are logged in to it. */
async function given(options: Parameters<typeof server>[0] = {}) {
  const there = await server(options)
  const home = mkdtempSync(join(tmpdir(), 'stint-far-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  writeFileSync(join(home, 'token'), `${there.owner}\n`)
  const logged: string[] = []
  const program = () => {
    const around: App = {
      ...there.app,
      home,
      spool: spoolIn(home),
      store: () => Promise.reject(new Error('There is no database here.')),
      log: (line, error) => void logged.push(`${line}: ${String(error)}`),
    }
    const remote = serverAt(there.origin, around)
    const app: App = { ...around, remote }
    return {
      remote,
      ask: async (name: string, input: object = {}): Promise<Answer> =>
        call(app, await localPrincipal(app, 'cli', {}), operationNamed(name), input),
    }
  }
  const files = (folder = ''): string[] =>
    readdirSync(join(home, 'spool', folder)).filter(name => name.endsWith('.json'))
  return { ...program(), program, files, home, logged, there }
}

const signal = { host: 'codex', host_session: 'one', directory: '/src/acme', attended: true } as const

describe('a call', () => {
  test('answers what it answers where the database is', async () => {
    const { ask, there } = await given()
    await ask('create_project', { name: 'Acme' })
    const { entry } = await ask('log_time', { project: 'Acme', start: '07:00', end: '08:00' })
    expect(await ask('list_entries', { limit: 5 })).toEqual(await there.call('list_entries', { limit: 5 }))
    expect(await ask('delete_entry', { entry: entry.id })).toMatchObject({ entry: { id: entry.id } })
    expect(there.rows('events').map(one => one.door)).toContain('rest')
  })

  test('brings a file as it is there', async () => {
    const { ask, there } = await given({ projects: ['Größe'] })
    await ask('log_time', { project: 'Größe', start: '07:00', end: '08:00' })
    const input = { period: 'today', format: 'csv' }
    expect(await ask('get_report_file', input)).toEqual(await there.call('get_report_file', input))
  })

  test('is refused in the words of the server', async () => {
    const { ask } = await given({ projects: ['Acme Web', 'Acme App'] })
    const error: Answer = await ask('start_timer', { project: 'Acme' }).catch((one: unknown) => one)
    expect(error.toJSON()).toMatchObject({ code: 'disambiguate', details: { candidates: [{}, {}] } })
    await expect(ask('log_time', { project: 'Acme', wings: 2 })).rejects.toThrow('wings: unknown field')
  })

  test('is done once with a key that was brought along', async () => {
    const { ask } = await given({ projects: ['Acme'] })
    const input = { project: 'Acme', date: '2026-05-19', duration: '1h', idempotency_key: 'mine' }
    const { entry } = await ask('log_time', input)
    expect(await ask('log_time', input)).toMatchObject({ entry: { id: entry.id }, replayed: true })
  })
})

describe('the spool', () => {
  test('goes to the server in parts, and two programs at once lose and double nothing', async () => {
    const { ask, files, home, program, there } = await given()
    const since = there.clock.now - 4_000_000
    for (let number = 0; number < 1200; number++)
      leave(home, { ...signal, kind: 'alive', at: since + number * 3000 })
    const other = program()
    const [answer] = await Promise.all([ask('list_timers'), other.ask('list_timers'), other.ask('status')])
    expect(answer).toMatchObject({ timers: [] })
    expect(files()).toEqual([])
    expect(there.rows('signals')).toHaveLength(1200)
  })

  test('a tool that says how long it ran tells there what it tells here', async () => {
    const { ask, home, there } = await given()
    leave(home, {
      ...signal,
      kind: 'work',
      at: there.clock.now - 5000,
      tool: { id: 'a', open: false },
      ran_ms: 3000,
    })
    await ask('status')
    expect(there.rows('signals').map(one => one.at - there.clock.now)).toEqual([-8000, -5000])
  })

  test('one that is refused for good is found among many', async () => {
    const { ask, files, home, there } = await given()
    const since = there.clock.now - 600_000
    for (let number = 0; number < 20; number++) {
      const host = number === 13 ? 'notepad' : 'codex'
      leave(home, { ...signal, host, kind: 'alive', at: since + number * 10_000 })
    }
    await ask('status')
    expect(files()).toEqual([])
    expect(there.rows('signals')).toHaveLength(19)
    const [name = ''] = files('refused')
    expect(name).toContain(String(since + 130_000))
    expect(readFileSync(join(home, 'spool', 'refused', `${name}.txt`), 'utf8')).toContain('host')
  })

  test('stays where it is while the token may only read, and reading goes on', async () => {
    const { ask, files, home, logged, there } = await given()
    writeFileSync(join(home, 'token'), await there.tokenOf('read'))
    leave(home, { ...signal, kind: 'prompt', at: there.clock.now - 1000 })
    expect(await ask('status')).toMatchObject({ sessions: [] })
    expect(files()).toHaveLength(1)
    expect(logged.join()).toContain('needs the scope write')
  })
})
