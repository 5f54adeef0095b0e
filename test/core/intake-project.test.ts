import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { leave } from '../support/host.ts'
import { workspace } from '../support/workspace.ts'

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'stint-place-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

const origin = (url: string) => `[core]\n\tbare = false\n[remote "origin"]\n\turl = ${url}\n`

/** Ten minutes of an assistant at work in a folder, seen when they are over. */
async function worked(given: Awaited<ReturnType<typeof workspace>>, directory: string, host_session: string) {
  const of = { host: 'claude-code', host_session, directory, attended: true }
  const begin = given.clock.now
  given.clock.pass(10)
  leave(
    given.app.home,
    { ...of, at: begin, kind: 'start' },
    { ...of, at: begin + 60_000, kind: 'prompt' },
    { ...of, at: begin + 540_000, kind: 'stop' },
    { ...of, at: begin + 600_000, kind: 'end' },
  )
  const { entries } = await given.call('list_entries', { limit: 1 })
  return entries[0]
}

describe('the project of what a host reports', () => {
  test('is the repository’s, made anew and remembered', async () => {
    const given = await workspace()
    const at = folderWith({
      'web/.git/config': origin('https://git.example/acme/web.git'),
      'web/src/a.ts': '',
    })
    const entry = await worked(given, join(at, 'web/src'), 's1')
    expect(entry).toMatchObject({ project: { name: 'web' }, active_seconds: 60, agent_seconds: 480 })
    expect(await given.call('list_mappings')).toMatchObject({
      mappings: [{ directory: join(at, 'web'), origin: 'https://git.example/acme/web.git' }],
    })
    expect((await worked(given, join(at, 'web'), 's2')).project).toEqual(entry.project)
    expect(await given.events()).toEqual(
      expect.arrayContaining([
        'project.created',
        'mapping.created',
        'session.started',
        'session.ended',
        'entry.created',
      ]),
    )
  })

  test('of a worktree is the main repository’s', async () => {
    const given = await workspace()
    const at = folderWith({
      'web/.git/config': '',
      'web/.git/worktrees/fix/HEAD': 'ref: refs/heads/fix/42-crash\n',
    })
    mkdirSync(join(at, 'trees/fix'), { recursive: true })
    writeFileSync(join(at, 'trees/fix/.git'), `gitdir: ${join(at, 'web/.git/worktrees/fix')}\n`)
    await worked(given, join(at, 'web'), 's1')
    expect(await worked(given, join(at, 'trees/fix'), 's2')).toMatchObject({
      project: { name: 'web' },
      git: { repo: 'web', branch: 'fix/42-crash', issue: '#42' },
    })
  })

  test('another repository with the same folder name is named after its parent', async () => {
    const given = await workspace()
    const at = folderWith({ 'acme/api/.git/config': '', 'globex/api/.git/config': '' })
    await worked(given, join(at, 'acme/api'), 's1')
    expect((await worked(given, join(at, 'globex/api'), 's2')).project.name).toBe('api (globex)')
  })

  test('is the one of its name or alias, also when that has another folder already', async () => {
    const given = await workspace({ projects: ['acme', 'Globex Shop'] })
    const at = folderWith({ 'acme/.git/config': '', 'initech/api/.git/config': '', 'shop/.git/config': '' })
    await given.call('update_project', { project: 'Globex Shop', aliases: ['shop'] })
    await given.call('map_directory', { directory: join(at, 'initech/api'), project: 'acme' })
    await given.call('map_directory', { directory: join(at, 'globex/frontend'), project: 'Globex Shop' })
    expect((await worked(given, join(at, 'acme'), 's1')).project.name).toBe('acme')
    expect((await worked(given, join(at, 'shop'), 's2')).project.name).toBe('Globex Shop')
    expect((await worked(given, join(at, 'initech/api'), 's3')).project.name).toBe('acme')
  })

  test('is what .stint.json says, in a part of a larger repository too', async () => {
    const given = await workspace()
    const declared = JSON.stringify({ project: 'Globex Shop', tags: ['shop'], bill_agent_time: true })
    const at = folderWith({ 'mono/.git/config': '', 'mono/apps/shop/.stint.json': declared })
    await given.call('save_client', { name: 'Globex' })
    await given.call('create_project', { name: 'Globex Shop', client: 'Globex' })
    expect(await worked(given, join(at, 'mono/apps/shop/src'), 's1')).toMatchObject({
      project: { name: 'Globex Shop' },
      tags: ['shop'],
      billable_seconds: 540,
    })
    expect((await worked(given, join(at, 'mono/apps'), 's2')).project.name).toBe('mono')
  })

  test('a broken .stint.json loses no time', async () => {
    const given = await workspace()
    const at = folderWith({ 'web/.stint.json': '{"project":' })
    expect((await worked(given, join(at, 'web'), 's1')).project.name).toBe('web')
  })

  test('is never guessed from a part of a name', async () => {
    const given = await workspace({ projects: ['Acme Dashboard'] })
    const at = folderWith({ 'acme/.git/config': '' })
    expect((await worked(given, join(at, 'acme'), 's1')).project.name).toBe('acme')
  })

  test('of the home folder and of temporary folders is Unsorted', async () => {
    const given = await workspace()
    expect((await worked(given, homedir(), 's1')).project.name).toBe('Unsorted')
    expect((await worked(given, join(tmpdir(), 'scratch'), 's2')).project.name).toBe('Unsorted')
  })
})

describe('what git and the host say', () => {
  test('stands on the entry: branch, issue, commits of that time, model', async () => {
    const given = await workspace()
    const second = Math.floor(given.clock.now / 1000)
    const line = (sha: string, after: number) =>
      `${'0'.repeat(40)} ${sha.repeat(40)} Ada <a@example.com> ${second + after} +0000\tcommit: words\n`
    const at = folderWith({
      'web/.git/HEAD': 'ref: refs/heads/feature/ABC-7-login\n',
      'web/.git/logs/HEAD': line('a', -10) + line('b', 120) + line('c', 900),
    })
    const entry = await worked(given, join(at, 'web'), 's1')
    expect(entry.git).toEqual({
      repo: 'web',
      branch: 'feature/ABC-7-login',
      issue: 'ABC-7',
      commits: ['b'.repeat(12)],
    })
    expect(entry.assistant).toEqual({ host: 'claude-code', host_session: 's1' })
  })

  test('model and tokens are kept as numbers', async () => {
    const given = await workspace()
    const of = { host: 'codex', host_session: 's1', directory: '/src/acme', attended: true, model: 'm-1' }
    leave(
      given.app.home,
      { ...of, at: given.clock.now, kind: 'prompt', tokens: { input: 10 } },
      { ...of, at: given.clock.now + 5000, kind: 'work', tokens: { input: 5, output: 2 } },
    )
    given.clock.pass(1)
    expect(await given.call('status')).toMatchObject({
      sessions: [{ model: 'm-1', tokens: { input: 15, output: 2 } }],
    })
  })
})

describe('the spool', () => {
  test('the same fact told by two configurations counts once', async () => {
    const given = await workspace()
    const of = { host: 'claude-code', host_session: 's1', directory: '/src/acme', attended: true }
    const prompt = { ...of, at: given.clock.now, kind: 'prompt' as const, turn: 't1' }
    leave(
      given.app.home,
      prompt,
      { ...prompt, at: prompt.at + 900 },
      { ...prompt, at: prompt.at + 900, turn: 't2' },
    )
    given.clock.pass(1)
    await given.call('status')
    expect(given.rows('signals')).toHaveLength(2)
  })

  test('is empty afterwards; what is none of ours is put aside', async () => {
    const given = await workspace()
    const spool = join(given.app.home, 'spool')
    leave(given.app.home, {
      at: given.clock.now,
      host: 'cursor',
      host_session: 's',
      kind: 'start',
      attended: true,
    })
    writeFileSync(join(spool, 'torn.json'), '{"at": 1')
    writeFileSync(join(spool, 'alien.json'), '{"at": "x"}')
    writeFileSync(join(spool, '.half-written.json'), '')
    await given.call('status')
    expect(readdirSync(spool).toSorted()).toEqual(['.half-written.json', 'unread'])
    expect(readdirSync(join(spool, 'unread')).toSorted()).toEqual(['alien.json', 'torn.json'])
  })

  test('keeps what is of no use aside, and nothing else with it', async () => {
    const { app, call, clock, logged } = await workspace()
    const told = { host: 'codex', directory: '/src/acme', kind: 'prompt' as const, attended: true }
    for (const session of ['a', 'b', 'c']) leave(app.home, { ...told, at: clock.now, host_session: session })
    leave(app.home, { ...told, at: 9e15, host_session: 'd' })
    expect((await call('status')).sessions).toHaveLength(3)
    const spool = join(app.home, 'spool')
    expect(readdirSync(spool)).toEqual(['refused'])
    const [file, why] = readdirSync(join(spool, 'refused'))
    expect(file).toMatch(/^9000000000000000-/)
    expect(readFileSync(join(spool, 'refused', String(why)), 'utf8')).toMatch(/^RangeError/)
    expect(String(logged)).toContain(`${file} was put aside`)
  })

  test.each([
    ['/src/\u0000', 'src'],
    ['/src/   ', 'src'],
    ['/src/\u202e', 'src'],
    ['/src/a\u200bcme', 'acme'],
    [`/src/${'y'.repeat(300)}`, 'y'.repeat(200)],
  ])('in %j makes a project of a name that can be read', async (directory, name) => {
    const { app, call, clock } = await workspace()
    leave(app.home, {
      at: clock.now,
      host: 'codex',
      host_session: 'a',
      directory,
      kind: 'prompt',
      attended: true,
    })
    expect((await call('status')).sessions).toMatchObject([{ project: { name } }])
  })

  test('time before the lock is held, and told', async () => {
    const given = await workspace()
    await given.call('update_settings', { locked_until: '2026-05-21' })
    const of = { host: 'claude-code', host_session: 's1', directory: '/src/acme', attended: true }
    leave(
      given.app.home,
      { ...of, at: given.clock.now, kind: 'prompt' },
      { ...of, at: given.clock.now + 60_000, kind: 'stop' },
      { ...of, at: given.clock.now + 61_000, kind: 'end' },
    )
    given.clock.pass(5)
    expect(await given.call('status')).toMatchObject({ warnings: [{ code: 'held_by_lock' }] })
    expect(await given.call('list_entries')).toMatchObject({ entries: [] })

    await given.call('update_settings', { locked_until: '' })
    expect(await given.call('list_entries')).toMatchObject({ entries: [{ agent_seconds: 60 }] })
    expect(await given.call('status')).toMatchObject({ warnings: [] })
  })

  test('signals that come after a person edited the entry change nothing; the difference is told', async () => {
    const given = await workspace()
    const of = { host: 'claude-code', host_session: 's1', directory: '/src/acme', attended: true }
    const base = given.clock.now
    leave(given.app.home, { ...of, at: base, kind: 'prompt' }, { ...of, at: base + 60_000, kind: 'work' })
    given.clock.pass(120)
    const { entries } = await given.call('list_entries')
    expect(entries).toMatchObject([{ agent_seconds: 60 }])
    await given.call('edit_entry', { entry: entries[0].id, description: 'Mine' })
    leave(given.app.home, { ...of, at: base + 300_000, kind: 'stop' })
    expect(await given.call('list_entries')).toMatchObject({
      entries: [{ agent_seconds: 60, description: 'Mine', late_seconds: 240 }],
    })

    await given.call('undo')
    leave(given.app.home, { ...of, at: base + 301_000, kind: 'end' })
    const [following] = (await given.call('list_entries')).entries
    expect(following).toMatchObject({ agent_seconds: 300, description: '' })
    expect(following).not.toHaveProperty('late_seconds')
  })

  test('a lock over an entry that stands is told by its late seconds, not as time without an entry', async () => {
    const given = await workspace()
    const of = { host: 'claude-code', host_session: 's1', directory: '/src/acme', attended: true }
    const base = given.clock.now
    leave(given.app.home, { ...of, at: base, kind: 'prompt' }, { ...of, at: base + 60_000, kind: 'stop' })
    leave(given.app.home, { ...of, at: base + 100_000, kind: 'end' })
    given.clock.set('2026-05-22T09:00')
    await given.call('status')
    await given.call('update_settings', { locked_until: '2026-05-21' })
    leave(given.app.home, { ...of, at: base + 90_000, kind: 'prompt' })
    expect(await given.call('status')).toMatchObject({ warnings: [] })
    expect(await given.call('list_entries')).toMatchObject({
      entries: [{ agent_seconds: 60, late_seconds: 30 }],
    })
  })

  test('what went into another entry does not come back with signals that come late', async () => {
    const given = await workspace({ projects: ['acme'] })
    const of = { host: 'claude-code', host_session: 's1', directory: '/src/acme', attended: true }
    const base = given.clock.now
    leave(given.app.home, { ...of, at: base, kind: 'prompt' }, { ...of, at: base + 60_000, kind: 'stop' })
    leave(given.app.home, { ...of, at: base + 100_000, kind: 'end' })
    await given.call('log_time', { project: 'acme', start: '08:00', duration: '10m' })
    given.clock.pass(10)
    const { entries } = await given.call('list_entries')
    expect(entries).toMatchObject([{ agent_seconds: 60 }, { active_seconds: 600 }])
    await given.call('merge_entries', { entries: [entries[0].id, entries[1].id] })
    leave(given.app.home, { ...of, at: base + 90_000, kind: 'prompt' })
    expect((await given.call('list_entries')).entries).toMatchObject([
      { id: entries[1].id, active_seconds: 600, agent_seconds: 60 },
    ])
  })

  test('late signals that would take back the end of an edited entry leave it as it is, and block nothing', async () => {
    const given = await workspace()
    const of = { host: 'claude-code', host_session: 's1', directory: '/src/acme', attended: true }
    const base = given.clock.now
    leave(given.app.home, { ...of, at: base, kind: 'prompt' }, { ...of, at: base + 60_000, kind: 'work' })
    given.clock.pass(60)
    const { entries } = await given.call('list_entries')
    await given.call('edit_entry', { entry: entries[0].id, duration: '45s' })
    const late = [20, 40, 58].map(minute => ({ ...of, at: base + minute * 60_000, kind: 'work' as const }))
    leave(given.app.home, ...late)
    expect(await given.call('list_entries')).toMatchObject({ entries: [{ seconds: 45, late_seconds: 120 }] })
    expect(given.rows('signals')).toHaveLength(5)
  })
})
