import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { plainLook } from '../../src/cli/look.ts'
import { renderPage } from '../../src/cli/page.ts'
import { doctor } from '../../src/commands/doctor.ts'
import { type Around, setup } from '../../src/commands/setup.ts'
import { ownProgram } from './given.ts'

interface Told {
  checks: { name: string; value: string }[]
  problems: string[]
  warnings: string[]
  spool: { waiting: number; unread: number }
  hosts: { name: string; connected: string; missing: string[]; last_signal_at: string | null }[]
  ended: { commands: { keep: string } }[]
}

/** A machine of somebody who has Codex and Claude Code. */
async function given(options: Parameters<typeof ownProgram>[0] = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'stint-doctor-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const around = await ownProgram({ directory: folder, ...options })
  const dist = join(folder, 'stint', 'dist')
  const homedir = join(folder, 'ada')
  for (const file of ['stint.cjs', 'hook.cjs']) around.write(join(dist, file))
  for (const file of ['.claude/x', '.codex/x']) around.write(join(homedir, file))
  const machine: Around = {
    platform: 'linux',
    homedir,
    env: {},
    node: '/usr/bin/node',
    program: join(dist, 'stint.cjs'),
  }
  return {
    ...around,
    dist,
    homedir,
    connect: () => setup(around.program, {}, machine),
    examine: async () => {
      const { exit_code, output, page } = await doctor(around.program, machine)
      const text = renderPage(page, plainLook())
      // what `doctor` answers with
      const told = output as Told
      const valueOf = (name: string): string | undefined => told.checks.find(one => one.name === name)?.value
      const host = (name: string) => told.hosts.find(one => one.name === name)
      return { ...told, code: exit_code, text, valueOf, host }
    },
  }
}

describe('doctor looks at assistants', () => {
  test('those found are told of, connected or not, and the others are left out', async () => {
    const { examine } = await given()
    const { code, host, text, valueOf } = await examine()
    expect(code).toBe(0)
    expect(valueOf('codex')).toBe('not connected; `stint setup codex` connects it')
    expect(valueOf('zed')).toBeUndefined()
    expect(host('zed')).toMatchObject({ found: false, connected: 'no' })
    expect(text).toContain('Everything is in order.')
  })

  test('what is connected and silent is worth a look; what was heard of is not', async () => {
    const { connect, examine, told } = await given()
    await connect()
    told('start')
    const { code, host, valueOf, warnings } = await examine()
    expect(code).toBe(0)
    expect(host('claude-code')).toMatchObject({
      connected: 'yes',
      last_signal_at: '2026-05-20T07:00:00.000Z',
    })
    expect(valueOf('claude-code')).toBe('connected, last signal 09:00, last session on acme')
    expect(valueOf('codex')).toBe('connected, no signal yet')
    expect(warnings).toEqual([expect.stringMatching(/^codex: its hooks told nothing yet\. .*trust/)])
  })

  test('a connection that stands or falls is no hook', async () => {
    const { connect, examine, told } = await given()
    await connect()
    told('alive', { host: 'codex' })
    told('end', { host: 'codex', reason: 'connection_closed' })
    expect((await examine()).valueOf('codex')).toBe('connected, no signal yet')
  })

  test('a plugin needs no files of ours', async () => {
    const { examine, told } = await given()
    told('prompt')
    const { valueOf, warnings } = await examine()
    expect(valueOf('claude-code')).toMatch(/^connected by other means, last signal 09:00/)
    expect(warnings).toEqual([])
  })

  test('a program that is gone is broken, one that moved is out of date', async () => {
    const { connect, dist, examine, told, homedir, write } = await given()
    await connect()
    told('start')
    told('start', { host: 'codex' })
    rmSync(join(dist, 'hook.cjs'))
    const gone = await examine()
    expect(gone).toMatchObject({ code: 1 })
    write(join(dist, 'hook.cjs'))
    write(join(homedir, 'old', 'dist', 'hook.cjs'))
    expect(await examine()).toMatchObject({ code: 0, warnings: [] })
    const settings = join(homedir, '.codex', 'hooks.json')
    writeFileSync(settings, '{"hooks":{"Stop":[{"hooks":[{"command":"/old/dist/hook.cjs --host codex"}]}]}}')
    const { problems } = await examine()
    expect(problems).toEqual([
      'codex: its files name /old/dist/hook.cjs, which is gone; `stint setup codex` writes them anew.',
    ])
    writeFileSync(
      settings,
      `{"hooks":{"Stop":[{"hooks":[{"command":"${homedir}/old/dist/hook.cjs --host codex"}]}]}}`,
    )
    expect(await examine()).toMatchObject({
      code: 0,
      warnings: ['codex: its files are not as this stint would write them; `stint setup codex` does.'],
    })
  })

  test('a file that cannot be read is named, with what to do', async () => {
    const { examine, homedir } = await given()
    writeFileSync(join(homedir, '.codex', 'hooks.json'), '{')
    const { code, problems } = await examine()
    expect(code).toBe(1)
    expect(problems).toEqual([expect.stringMatching(/^codex: .*hooks\.json.*setup/s)])
  })

  test('a session that found no project is flagged', async () => {
    const { examine, told } = await given()
    told('prompt', { directory: '/' })
    expect((await examine()).warnings).toEqual([
      'claude-code: its last session found no project; `stint map PROJECT` in / says which it is.',
    ])
  })
})

describe('doctor looks at time', () => {
  test('what ended by itself is told with the command for each', async () => {
    const { clock, examine, told } = await given()
    told('prompt')
    clock.set('09:08')
    told('stop')
    clock.set('11:00')
    const { code, ended, text } = await examine()
    expect(code).toBe(0)
    expect(ended).toMatchObject([{ project: { name: 'acme' }, commands: { keep: 'stint keep acme' } }])
    expect(text).toContain('stint keep acme, stint trim TIME acme or stint discard acme')
  })

  test('a timer that runs very long, and overlaps of this week', async () => {
    const { call, clock, examine } = await given({ projects: ['Acme'], now: '2026-05-20T20:00' })
    await call('log_time', { project: 'acme', start: '09:00', duration: '1h' })
    await call('log_time', { project: 'acme', start: '09:30', duration: '1h' })
    await call('start_timer', { project: 'acme' })
    clock.set('2026-05-21T05:00')
    const { code, text, valueOf, warnings } = await examine()
    expect(code).toBe(0)
    expect(valueOf('Overlaps')).toBe('1 pair of entries this week')
    expect(warnings).toEqual([expect.stringContaining('`stint overlaps this_week`')])
    expect(text).toContain('Acme has run for 9h 00m.\n    stint stop Acme --at TIME')
  })
})

describe('doctor looks at the spool', () => {
  test('what waited is taken in', async () => {
    const { examine, told } = await given()
    told('start')
    const { spool, valueOf } = await examine()
    expect(valueOf('Spool')).toBe('empty; 1 signal taken in just now')
    expect(spool).toMatchObject({ waiting: 0, unread: 0 })
  })

  test('what no stint wrote is put aside, and said to be', async () => {
    const { clock, examine, home, write } = await given()
    write(join(home, 'spool', `${clock.now}-x.json`), 'garbage')
    const { code, spool, warnings } = await examine()
    expect([code, spool.unread]).toEqual([0, 1])
    expect(warnings).toEqual([expect.stringMatching(/^Put aside: .*else delete them\.$/)])
  })

  test('what cannot be taken in is broken', async () => {
    const { clock, examine, program, told } = await given()
    told('start')
    clock.set('09:30')
    // it is seen by us alone
    program.app.spool = undefined as never
    const { code, problems, valueOf } = await examine()
    expect(code).toBe(1)
    expect(valueOf('Spool')).toBe('1 signal waiting, the oldest of 09:00')
    expect(problems).toEqual([expect.stringContaining('`stint status` says why')])
  })
})
