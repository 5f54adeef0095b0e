import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { plainLook } from '../../src/cli/look.ts'
import { renderPage } from '../../src/cli/page.ts'
import type { Terminal } from '../../src/cli/terminal.ts'
import type { LocalApp } from '../../src/commands/app.ts'
import { type ImportWanted, importTranscripts, type Outcome } from '../../src/commands/import.ts'
import { operations } from '../../tools/index.ts'
import type { Growth } from '../../tools/signal.ts'
import { calls, morning, over, prompt, returns, says, timestamp } from '../domain/transcript/given.ts'
import { leave } from '../support/host.ts'
import { workspace } from '../support/workspace.ts'

const day = 86_400

/** From `second` on: 13 s of the agent, 87 s of the person, 10 s of the agent. */
const turns = (second = 0) => [
  prompt(second),
  calls(second + 2, `a${second}`),
  returns(second + 9, `a${second}`),
  says(second + 12, 'Done'),
  over(second + 13),
  prompt(second + 100),
  says(second + 109, 'Done'),
  over(second + 110),
]
const codex = (second: number, id = 'x') => [
  { timestamp: timestamp(second), type: 'session_meta', payload: { id, cwd: '/work/globex', source: 'cli' } },
  { timestamp: timestamp(second), type: 'event_msg', payload: { type: 'task_started', turn_id: 't' } },
  { timestamp: timestamp(second), type: 'event_msg', payload: { type: 'user_message' } },
  { timestamp: timestamp(second + 60), type: 'event_msg', payload: { type: 'task_complete' } },
]
/** A line of what was typed, as the host keeps it beside the logs. */
const typed = (second: number) => ({
  display: 'Go on',
  timestamp: morning + second * 1000 + 40,
  project: '/work/acme',
  sessionId: 'one',
})
const one = '.claude/projects/-work-acme/one.jsonl'
const rollout = '.codex/sessions/2026/03/02/rollout-x.jsonl'

/** A person's home with these logs in it, and a workspace a week later. */
async function given(logs: Record<string, readonly object[]> = {}) {
  const { app, call, clock, rows, set } = await workspace({ door: 'cli', now: '2026-03-09T12:00' })
  const homedir = mkdtempSync(join(tmpdir(), 'stint-import-'))
  onTestFinished(() => rmSync(homedir, { recursive: true, force: true }))
  const write = (path: string, lines: readonly (object | string)[]): void =>
    writeLog(join(homedir, path), lines)
  for (const [path, lines] of Object.entries(logs)) write(path, lines)

  const asked: string[] = []
  const shown = { error: '' }
  const terminal: Terminal = {
    directory: homedir,
    environment: {},
    columns: undefined,
    colors: { out: false, error: false },
    interactive: false,
    print: () => undefined,
    complain: text => void (shown.error += text),
    ask: async question => {
      asked.push(question)
      return false
    },
  }
  const local: LocalApp = {
    ...app,
    databasePath: join(app.home, 'stint.db'),
    close: () => Promise.resolve(),
  }
  const program = { app: local, terminal, operations: async () => operations }
  return {
    app,
    asked,
    call,
    clock,
    rows,
    set,
    shown,
    terminal,
    write,
    homedir,
    run: async (wanted: Partial<ImportWanted> = { yes: true }) => {
      const { output, page } = await importTranscripts(program, { yes: false, ...wanted }, homedir)
      // what the command answers with
      const told = output as { import: Outcome & { dry_run: boolean } }
      return { ...told.import, page: renderPage(page, plainLook()), figures: told.import.added.map(figures) }
    },
    kept: () => (['signals', 'sessions', 'entries', 'spans', 'events', 'projects'] as const).map(rows),
  }
}

function writeLog(path: string, lines: readonly (object | string)[]): void {
  mkdirSync(dirname(path), { recursive: true })
  const text = lines.map(line => (typeof line === 'string' ? line : JSON.stringify(line)))
  writeFileSync(path, `${text.join('\n')}\n`)
}

const figures = ({ active_seconds, agent_seconds, date, project, sessions }: Growth): string =>
  `${date} ${project.name}: ${sessions}, ${active_seconds} + ${agent_seconds}`

/** The day after, two minutes of writing the first prompt come to it. */
const nextDay = '2026-03-03 acme: 1, 207 + 23'

test('the logs of assistants become sessions and entries of the past', async () => {
  const { call, rows, run } = await given({ [one]: [...turns(), ...turns(day)], [rollout]: codex(3600) })
  const { page } = await run()
  expect(page).toBe(
    [
      'Added:',
      'Date        Project  You  Agent  Sessions',
      '2026-03-02  acme      1m    23s         1',
      '2026-03-02  globex    0m     1m         1',
      '2026-03-03  acme      3m    23s         1',
      'Total                 4m     1m         3',
      '',
    ].join('\n'),
  )
  const { entries } = await call('list_entries', { sort: 'started_at' })
  expect(entries).toMatchObject([
    {
      source: 'backfill',
      project: { name: 'acme' },
      started_at: '2026-03-02T09:00:00.000Z',
      active_seconds: 87,
      agent_seconds: 23,
      assistant: { host: 'claude-code', host_session: 'one', model: 'model-1' },
    },
    { source: 'backfill', project: { name: 'globex' }, active_seconds: 0, agent_seconds: 60 },
    { source: 'backfill', started_at: '2026-03-03T08:58:00.000Z' },
  ])
  expect(new Set(rows('sessions').map(({ source }) => source))).toEqual(new Set(['backfill']))
})

test('what ended long ago is not told as forgotten, and is no change that undo takes back', async () => {
  const { call, run } = await given({ [one]: turns(6.9 * day) })
  await run()
  expect(await call('status')).toMatchObject({ sessions: [], ended: [], warnings: [] })
  await expect(call('undo')).rejects.toMatchObject({ code: 'not_found' })
})

test('a second time nothing is added', async () => {
  const { kept, run } = await given({ [one]: turns(), [rollout]: codex(3600) })
  await run()
  const before = kept()
  const { added, page, skipped } = await run()
  expect({ added, skipped }).toEqual({ added: [], skipped: { known: 2, told_by_hooks: 0 } })
  expect(page).toBe('There is nothing to add.\nLeft out, since nothing in it is new: 2 sessions.\n')
  expect(kept()).toEqual(before)
})

test('of a log that has grown the rest is added, to the session and its project', async () => {
  const { call, run, write } = await given({ [one]: turns() })
  await run()
  write(one, [...turns(), ...turns(200), ...turns(day)])
  expect((await run()).figures).toEqual(['2026-03-02 acme: 0, 177 + 23', nextDay])
  const { entries } = await call('list_entries', { sort: 'started_at' })
  expect(entries).toMatchObject([
    { active_seconds: 264, agent_seconds: 46 },
    { active_seconds: 207, project: { name: 'acme' } },
  ])
})

test('it is the same in parts as at once: since yesterday, then all', async () => {
  const logs = { [one]: [...turns(), ...turns(day)], [rollout]: codex(50) }
  const [parts, whole] = [await given(logs), await given(logs)]
  await parts.run({ since: '2026-03-03', yes: true })
  await parts.run()
  await whole.run()
  const books = ({ rows }: typeof whole) =>
    rows('entries')
      .map(row => `${row.started_at} ${row.active_seconds} ${row.agent_seconds}`)
      .toSorted()
  expect(books(parts)).toEqual(books(whole))
})

test('what hooks have told is not told again by a log', async () => {
  const { app, call, run } = await given({ [one]: turns(), [rollout]: codex(3600) })
  const session = { host: 'claude-code', host_session: 'one', directory: '/work/acme', attended: true }
  leave(
    app.home,
    { ...session, kind: 'prompt', at: morning },
    { ...session, kind: 'stop', at: morning + 30_000 },
  )
  const { page, skipped } = await run()
  expect(skipped).toEqual({ known: 0, told_by_hooks: 1 })
  expect(page).toContain('Left out, since hooks told of it at the time: 1 session.')
  const { entries } = await call('list_entries', { sort: 'started_at' })
  expect(entries).toMatchObject([
    { source: 'hook', agent_seconds: 30 },
    { source: 'backfill', project: { name: 'globex' } },
  ])
})

test('that a server was connected tells of no work: the log does', async () => {
  const { app, run } = await given({ [one]: turns() })
  const session = { host: 'claude-code', host_session: 'one', directory: '/work/acme', attended: true }
  leave(app.home, { ...session, kind: 'alive', at: morning + 1000 })
  leave(app.home, { ...session, kind: 'end', reason: 'connection_closed', at: morning + 111_000 })
  expect((await run()).figures).toEqual(['2026-03-02 acme: 1, 87 + 23'])
})

test('what was typed adds nothing when the log it belongs to is gone', async () => {
  const { homedir, kept, run, write } = await given({ [one]: turns() })
  await run()
  const before = kept()
  rmSync(join(homedir, one))
  write('.claude/history.jsonl', [typed(0), typed(50), typed(100)])
  expect((await run()).skipped).toEqual({ known: 1, told_by_hooks: 0 })
  expect(kept()).toEqual(before)
})

test('a dry run shows exactly what would be added, and writes nothing', async () => {
  const { app, asked, kept, run } = await given({ [one]: turns(), [rollout]: codex(50) })
  leave(app.home, {
    host: 'codex',
    host_session: 'live',
    kind: 'prompt',
    attended: true,
    at: morning + 100_000,
  })
  await run({ dry_run: true, since: 'today' })
  const before = kept()
  const { dry_run, figures, page } = await run({ dry_run: true })
  expect(page).toMatch(/^Nothing is written yet: this is what would be added.\n/)
  expect({ asked, dry_run, kept: kept() }).toEqual({ asked: [], dry_run: true, kept: before })
  expect((await run()).figures).toEqual(figures)
})

test('a person is shown it and asked', async () => {
  const { asked, rows, run, shown, terminal } = await given({ [one]: turns() })
  terminal.interactive = true
  await expect(run({})).rejects.toMatchObject({ code: 'confirmation_required' })
  expect(shown.error).toContain('2026-03-02  acme')
  expect(rows('signals')).toEqual([])
  terminal.ask = async () => true
  expect((await run({})).page).toBe('Added.\n')
  expect(rows('entries')).toHaveLength(1)
  // what there is nothing of is not asked about
  expect((await run({})).page).toContain('nothing to add')
  expect(asked).toHaveLength(1)
})

test('where nobody can be asked it takes a yes', async () => {
  const { rows, run } = await given({ [one]: turns() })
  await expect(run({})).rejects.toMatchObject({ code: 'confirmation_required' })
  expect(rows('signals')).toEqual([])
})

test('time before the lock is kept without an entry, and told', async () => {
  const { rows, run, set } = await given({ [one]: [...turns(), ...turns(day)] })
  await set({ locked_until: '2026-03-03' })
  const { figures, held_by_lock, page } = await run()
  expect({ figures, held_by_lock }).toEqual({ figures: [nextDay], held_by_lock: 1 })
  expect(page).toContain('Without an entry, since its time is locked: 1 session.')
  expect(rows('sessions').map(row => row.held_by_lock)).toEqual([1, 0])
})

test('a log that cannot be read is told, and the others are added', async () => {
  const { homedir, run, write } = await given({ [one]: turns() })
  write('.claude/projects/-work-acme/two.jsonl', ['a picture'])
  symlinkSync(join(homedir, 'nowhere'), join(homedir, '.claude/projects/-work-acme/three.jsonl'))
  const { figures, page, unreadable } = await run()
  expect(figures).toEqual(['2026-03-02 acme: 1, 87 + 23'])
  expect(unreadable.map(({ path }) => basename(path)).toSorted()).toEqual(['three.jsonl', 'two.jsonl'])
  expect(page).toContain(
    'Could not be read: ~/.claude/projects/-work-acme/two.jsonl (no line in it is of a transcript).',
  )
})

test('where there are no logs it says where it looked', async () => {
  const { run } = await given()
  expect((await run()).page).toBe(
    'There is nothing to add. Logs were looked for in ~/.claude/projects, ~/.config/claude/projects, ' +
      '~/.codex/sessions, ~/.codex/archived_sessions, ~/.gemini/tmp.\n',
  )
  expect((await run({ hosts: ['gemini'], yes: true })).looked_in).toHaveLength(1)
})

test('a host and a time may be named, in the zone of the workspace', async () => {
  // 23:30 of the second in Berlin
  const { run } = await given({ [one]: [...turns(13.5 * 3600), ...turns(day)], [rollout]: codex(day) })
  const days = async (wanted: Partial<ImportWanted>) => (await run({ dry_run: true, ...wanted })).figures
  expect(await days({ hosts: ['codex'] })).toEqual(['2026-03-03 globex: 1, 0 + 60'])
  const recent = ['2026-03-03 acme: 1, 87 + 23', '2026-03-03 globex: 1, 0 + 60']
  expect(await days({ since: '2026-03-03' })).toEqual(recent)
  expect(await days({ since: 'last_7_days' })).toEqual(recent)
  expect(await days({ since: '7d' })).toEqual(recent)
  expect(await days({ since: '8d' })).toEqual(['2026-03-02 acme: 1, 87 + 23', nextDay, recent[1]])
  await expect(run({ since: 'soon', yes: true })).rejects.toMatchObject({ code: 'invalid_period' })
})

test('a session of thousands of signals is one, and what still runs is told', async () => {
  const tools = Array.from({ length: 1250 }, (_, at) => [
    calls(at * 4 + 1, `a${at}`),
    returns(at * 4 + 3, `a${at}`),
  ])
  const { clock, rows, run } = await given({
    [one]: [prompt(0), ...tools.flat(), says(5002, 'Done'), over(5003), ...turns(day)],
  })
  clock.now = morning + (day + 120) * 1000
  const { figures, page } = await run()
  expect(figures).toEqual(['2026-03-02 acme: 1, 0 + 5003'])
  expect(page).toContain('Still open, and an entry when it has ended: 1 session.')
  expect(rows('sessions').map(row => row.directory)).toEqual(['/work/acme', '/work/acme'])
})

test('through the program itself, twice', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stint-import-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeLog(join(folder, one), turns())
  writeLog(join(folder, rollout), codex(3600))
  const program = fileURLToPath(new URL('../../dist/stint.cjs', import.meta.url))
  const env = { PATH: process.env.PATH, HOME: folder, STINT_HOME: join(folder, 'home'), TZ: 'Europe/Berlin' }
  const stint = (...words: string[]) =>
    spawnSync(process.execPath, [program, 'import', 'transcripts', ...words], { env, encoding: 'utf8' })
  expect(stint().status).toBe(2)
  expect(stint('--yes')).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('globex') })
  const again = JSON.parse(stint('--host', 'codex', '--dry-run', '--json').stdout)
  expect(again.import).toMatchObject({ added: [], skipped: { known: 1 }, dry_run: true })
})
