import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { statusline } from '../../src/commands/statusline.ts'
import { ownProgram } from './given.ts'

/** The line that Claude Code shows for what it writes. */
async function given(options: Parameters<typeof ownProgram>[0] = {}) {
  const around = await ownProgram(options)
  around.terminal.environment = { NO_COLOR: '1' }
  const shown = async (input: unknown): Promise<string> => {
    around.written.out = ''
    const text = typeof input === 'string' ? input : JSON.stringify(input)
    await statusline(around.program, async () => text).run({}, { json: false, yes: false })
    return around.written.out
  }
  return { ...around, shown }
}

const first = { session_id: 'first', cwd: '/work/acme' }

describe('the status line', () => {
  test('follows the session: its project, your time, the agent’s, and when nobody works', async () => {
    const { clock, shown, told } = await given()
    told('start')
    clock.set('09:03')
    told('prompt')
    expect(await shown(first)).toBe('acme · you 3m\n')
    clock.set('09:08')
    expect(await shown(first)).toBe('acme · you 3m · agent 5m\n')
    told('stop')
    clock.set('09:10')
    // what the agent wrote is being read
    expect(await shown(first)).toBe('acme · you 3m · agent 5m\n')
    clock.set('09:20')
    expect(await shown(first)).toBe('acme · you 3m · agent 5m · idle\n')
    told('end')
    expect(await shown(first)).toBe('acme · you 3m · agent 5m · idle\n')
  })

  test('adds up what silence cut, of today only', async () => {
    // another zone than the machine's
    const { call, clock, shown, told } = await given({ now: '2026-05-19T23:58' })
    await call('update_settings', { time_zone: 'Asia/Kathmandu' })
    clock.set('2026-05-19T20:10')
    told('prompt')
    clock.set('2026-05-19T20:20')
    told('stop')
    clock.set('2026-05-19T21:30')
    told('prompt')
    clock.set('2026-05-19T21:34')
    expect(await shown(first)).toBe('acme · you 2m · agent 9m\n')
  })

  test('is that of one session, not of others on the project', async () => {
    const { call, clock, shown, told } = await given({ projects: ['acme'] })
    told('prompt')
    clock.set('09:05')
    const second = { session_id: 'second', workspace: { current_dir: '/work/acme' } }
    expect(await shown(second)).toBe('acme · idle\n')
    // without hooks it is timers that tell
    await call('start_timer', { project: 'acme' })
    clock.set('09:07')
    expect(await shown(second)).toBe('acme · you 2m\n')
    expect(await shown({ cwd: '/work/acme' })).toBe('acme · you 2m · agent 7m\n')
  })

  test('makes no project of a folder that has none', async () => {
    const { rows, shown } = await given()
    expect(await shown({ cwd: '/work/acme' })).toBe('')
    expect(rows('projects')).toEqual([])
  })

  test.each(['', 'garbage', '{', '[]', 'null', '5', '{"session_id":5,"cwd":[],"workspace":"x"}'])(
    'says what it can when it is told %j',
    async input => {
      const { shown } = await given({ projects: ['acme'], directory: '/work/acme' })
      expect(await shown(input)).toBe('acme · idle\n')
    },
  )

  test('is coloured on its way through the pipe, unless nobody wants colours', async () => {
    const { shown, terminal } = await given({ projects: ['acme'], directory: '/work/acme' })
    terminal.environment = {}
    expect(await shown('')).toContain('\u001b[')
    terminal.environment = { NO_COLOR: '1' }
    expect(await shown('')).not.toContain('\u001b')
  })

  test('writes nothing but what hosts told', async () => {
    const { rows, shown } = await given({ projects: ['acme'], directory: '/work/acme' })
    const before = [rows('signals'), rows('sessions'), rows('events'), rows('mappings')]
    await shown(first)
    expect([rows('signals'), rows('sessions'), rows('events'), rows('mappings')]).toEqual(before)
  })

  test('is short, whatever the project is called', async () => {
    const { shown } = await given({ projects: ['x'.repeat(100)], directory: `/work/${'x'.repeat(100)}` })
    expect(await shown('')).toBe(`${'x'.repeat(31)}… · idle\n`)
  })

  test('is empty where nothing can be read, and the reason goes elsewhere', async () => {
    const { program, shown } = await given()
    program.app.store = async () => {
      throw new Error('broken')
    }
    expect(await shown(first)).toBe('')
  })
})

describe('the program', () => {
  const program = fileURLToPath(new URL('../../dist/stint.cjs', import.meta.url))
  const surroundings = () => {
    const folder = mkdtempSync(join(tmpdir(), 'stint-line-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const home = join(folder, 'home')
    return { folder, home, env: { PATH: process.env.PATH, HOME: folder, STINT_HOME: home, NO_COLOR: '1' } }
  }

  test('prints and makes nothing before the first use', () => {
    const { env, home } = surroundings()
    const input = JSON.stringify(first)
    const { status, stdout } = spawnSync(process.execPath, [program, 'statusline'], {
      env,
      input,
      encoding: 'utf8',
    })
    expect([status, stdout, existsSync(home)]).toEqual([0, '', false])
  })

  test('answers although its input never ends', async () => {
    const { env, folder } = surroundings()
    const acme = { cwd: '/work/acme' }
    spawnSync(process.execPath, [program, 'start', 'acme', '--auto-create'], { env, cwd: folder })
    const child = spawn(process.execPath, [program, 'statusline'], { env, stdio: ['pipe', 'pipe', 'ignore'] })
    child.stdin.write(JSON.stringify(acme))
    const said: string[] = []
    child.stdout.on('data', data => said.push(String(data)))
    const code = await new Promise(resolve => child.on('close', resolve))
    expect([code, said.join('')]).toEqual([0, expect.stringContaining('acme')])
  })
})
