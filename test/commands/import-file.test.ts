import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { plainLook } from '../../src/cli/look.ts'
import { renderPage } from '../../src/cli/page.ts'
import { exportEntries } from '../../src/commands/export.ts'
import { type FileOutcome, type FileWanted, importFile } from '../../src/commands/import-file.ts'
import { call } from '../../src/core/call.ts'
import { localPrincipal } from '../../src/core/owner.ts'
import { undo } from '../../tools/undo.ts'
import { ownProgram } from './given.ts'

const sample = (name: string): string => resolve('test/support/exports', name)
const members = ['Ada Byron=Ada', 'Grace Brewster=Ada']

/** A home in which files of others are taken in. */
async function given(more: Parameters<typeof ownProgram>[0] = {}) {
  const own = await ownProgram({ now: '2026-12-01T09:00', ...more })
  const { call, home, program, rows, terminal, write, written } = own
  return {
    ...own,
    run: async (file: string, wanted: Partial<FileWanted> = {}) => {
      const said = { file, members, yes: true, ...wanted }
      const { output, page } = await importFile({ ...program, terminal }, said)
      // what the command answers with
      const told = (output as { import: FileOutcome & { dry_run: boolean; file: string } }).import
      return { ...told, page: renderPage(page, plainLook()) }
    },
    file: (name: string, ...lines: string[]): string => {
      write(join(home, name), lines.map(line => `${line}\n`).join(''))
      return join(home, name)
    },
    exported: async (format: 'json' | 'csv'): Promise<string> => {
      written.out = ''
      await exportEntries(program, { format })
      return written.out
    },
    entries: async () => (await call('list_entries', { sort: 'started_at', limit: 200 })).entries,
    kept: () => (['clients', 'projects', 'entries', 'spans', 'imported_rows', 'events'] as const).map(rows),
  }
}

const titles = 'Date,Client,Project,Hours,Currency,Billable rate,Amount'

test('a file of Toggl becomes entries, and its totals are shown', async () => {
  const { entries, run } = await given()
  expect((await run(sample('toggl.csv'))).page).toBe(
    [
      'A file of Toggl Track, with its local times in Europe/Berlin; --zone names another zone.',
      'Client   Rows    Time       Money',
      '(none)      1  1h 00m',
      'Globex      2  1h 45m  120.67 EUR',
      'Initech     2     30m   50.00 EUR',
      'Total       5  3h 15m  170.67 EUR',
      'Added 5 entries; `stint undo` takes it back.',
      'Made: 2 clients (Globex, Initech), 3 projects (Globex · Website, Unsorted, Initech · Printer driver), 1 task.',
      '1 entry shared time with another of the same member; `stint overlaps` shows them.',
      '',
    ].join('\n'),
  )
  expect(await entries()).toMatchObject([
    {
      started_at: '2026-03-02T08:00:00.000Z',
      seconds: 5430,
      tags: ['review', 'ui'],
      client: { name: 'Globex' },
      hourly_rate: '80.00',
      amount: '120.67',
      currency: 'EUR',
    },
    { description: 'Standup', billable: false },
    { project: { name: 'Unsorted' } },
    { client: { name: 'Initech' }, billable: true },
    { client: { name: 'Initech' } },
  ])
})

test('rates, currencies and what was invoiced come along', async () => {
  const { call, run } = await given()
  const { differences, in_file, invoiced, notes } = await run(sample('harvest.csv'))
  expect({ differences, invoiced }).toEqual({ differences: [], invoiced: 1 })
  expect(in_file.money).toEqual([
    { currency: 'EUR', amount: '120.00' },
    { currency: 'USD', amount: '2500.00' },
  ])
  expect(notes).toEqual({ count: 1, first: [{ line: 4, message: 'It is 25h 00m long.' }] })
  expect((await call('list_clients')).clients).toMatchObject([{ currency: 'EUR' }, { currency: 'USD' }])
})

test.each([
  ['clockify.csv', 3],
  ['clockify-first.csv', 2],
  ['semicolons.csv', 1],
  ['timewarrior.json', 2],
  ['toggl-free.csv', 1],
])('%s is taken in, and a second time nothing of it', async (name, count) => {
  const { kept, run } = await given()
  expect(await run(sample(name))).toMatchObject({ added: count, known: 0 })
  const before = kept()
  const again = await run(sample(name))
  expect(again).toMatchObject({ added: 0, known: count })
  expect(again.page).toContain('There is nothing to add.')
  expect(kept()).toEqual(before)
})

test('a file without clients finds the projects that are there', async () => {
  const { call, entries, run } = await given()
  await call('save_client', { name: 'Globex' })
  await call('create_project', { name: 'Website', client: 'Globex' })
  await run(sample('toggl-free.csv'))
  expect(await entries()).toMatchObject([{ client: { name: 'Globex' } }])
})

test('a dry run shows exactly what would be added, and writes nothing', async () => {
  const { kept, run } = await given()
  const before = kept()
  const { dry_run, page, ...planned } = await run(sample('toggl.csv'), { dry_run: true })
  expect(page).toContain('Nothing is written yet: this would add 5 entries.')
  expect(page).toContain('To be made: 2 clients')
  expect({ dry_run, kept: kept() }).toEqual({ dry_run: true, kept: before })
  expect(await run(sample('toggl.csv'))).toMatchObject(planned)
})

test('a person is shown it and asked', async () => {
  const { kept, run, terminal, written } = await given()
  const before = kept()
  terminal.interactive = true
  await expect(run(sample('toggl.csv'), { yes: false })).rejects.toMatchObject({
    code: 'confirmation_required',
  })
  expect(written.error).toContain('Total       5  3h 15m  170.67 EUR')
  expect(kept()).toEqual(before)
  terminal.ask = async () => true
  expect((await run(sample('toggl.csv'), { yes: false })).page).toBe(
    'Added 5 entries; `stint undo` takes it back.\n',
  )
})

test('where nobody can be asked it takes a yes', async () => {
  const { run } = await given()
  await expect(run(sample('toggl.csv'), { yes: false })).rejects.toMatchObject({
    code: 'confirmation_required',
  })
})

test('everybody whom nobody knows is named before anything is written', async () => {
  const { kept, run } = await given()
  const before = kept()
  await expect(run(sample('toggl.csv'), { members: [] })).rejects.toMatchObject({
    code: 'not_found',
    message: 'The file has time of "Ada Byron", "Grace Brewster", and no member is called so.',
    hint: 'Say who it is, as in --member "Ada Byron=Ada". The members are Ada.',
  })
  await expect(run(sample('toggl.csv'), { members: ['Ada Byron'] })).rejects.toMatchObject({
    code: 'validation_error',
  })
  expect(kept()).toEqual(before)
})

test('a name with a comma can be given', async () => {
  const { file, run } = await given()
  const path = file(
    'table.csv',
    'Date,User,Project,Hours',
    '2026-03-02,"Byron, Ada",Website,1',
    '2026-03-02,Grace,Website,1',
  )
  // as they come from flags, which are cut at commas
  expect(await run(path, { members: ['Byron', 'Ada=ada', 'Grace=ada'] })).toMatchObject({ added: 2 })
})

test('what cannot be read or written is told with its line', async () => {
  const { call, file, run } = await given()
  await call('update_settings', { locked_until: '2026-02-01' })
  const bad = Array.from({ length: 11 }, () => '2026-03-02,Globex,Website,x,,,')
  const path = file(
    'table.csv',
    titles,
    '2026-01-31,Globex,Website,1,,,',
    ...bad,
    '2026-03-02,Globex,Website,1,,,',
  )
  const { added, page, problems } = await run(path)
  expect({ added, count: problems.count }).toEqual({ added: 1, count: 12 })
  expect(page).toContain('Left out: 12 rows.\n  Line 2: Time before 2026-02-01 is locked.\n  Line 3: ')
  expect(page).toContain('\n  And 2 more.\n')
})

test('money that comes to something else here is shown', async () => {
  const { call, file, run } = await given()
  await call('save_client', { name: 'Globex', currency: 'EUR', hourly_rate: '80' })
  const path = file(
    'table.csv',
    titles,
    '2026-03-02,Globex,Website,1,EUR,,100.00',
    '2026-03-02,Globex,Website,1,EUR,70,90.00',
  )
  const { differences, page } = await run(path)
  expect(differences).toMatchObject([{ client: 'Globex', unrated_seconds: 0 }])
  expect(page).toContain('Globex comes to 190.00 EUR in the file and to 170.00 EUR here.')
})

test('an import that broke off goes on where it was', async () => {
  const { file, rows, run } = await given()
  const lines = Array.from(
    { length: 2000 },
    (_, at) => `2026-03-02,Globex,Project ${at % 7},${(1 + at / 100).toFixed(2)},,,`,
  )
  const half = file('half.csv', titles, ...lines.slice(0, 1000))
  await run(half)
  const { added, changes, known } = await run(file('whole.csv', titles, ...lines))
  expect({ added, changes, known }).toEqual({ added: 1000, changes: 2, known: 1000 })
  expect(rows('entries')).toHaveLength(2000)
})

test('as many undos as it says take all of it back', async () => {
  const { file, program, rows, run } = await given()
  const me = await localPrincipal(program.app, 'cli', {})
  const lines = Array.from({ length: 300 }, (_, at) => `2026-03-02,Client ${at},Website,1,,,`)
  const { changes, page } = await run(file('table.csv', titles, ...lines))
  expect(page).toContain(`Added 300 entries; \`stint undo\`, ${changes} times, takes them back.`)
  for (let left = changes; left > 0; left--) await call(program.app, me, undo, {})
  expect([rows('entries'), rows('clients'), rows('projects'), rows('imported_rows')]).toEqual([
    [],
    [],
    [],
    [],
  ])
})

test('on a terminal it says how far it is', async () => {
  const { clock, program, run, terminal, written } = await given()
  terminal.interactive = true
  program.app.clock = () => (clock.now += 200)
  await run(sample('toggl.csv'))
  expect(written.error).toMatch(/\rReading 0 of 0 MB +\r +\r.*\rAdding 0 of 0 MB/)
})

test.each([
  ['%PDF-1.7', 'is a PDF'],
  ['PK\u0003\u0004', 'is an Excel workbook or a ZIP'],
  ['\u0000\u0001', 'no file of time'],
  ['', 'no file of time'],
])('a file that begins with %j gets a sentence', async (text, said) => {
  const { file, run } = await given()
  await expect(run(file('other', text))).rejects.toMatchObject({
    code: 'validation_error',
    message: expect.stringContaining(said),
  })
})

test('a file that is not there, and a folder, get a sentence', async () => {
  const { home, run } = await given()
  await expect(run('nothing.csv')).rejects.toMatchObject({ code: 'not_found' })
  await expect(run(home)).rejects.toMatchObject({ code: 'validation_error' })
})

/** Time of every kind. */
async function worked({ call, clock }: Awaited<ReturnType<typeof given>>): Promise<void> {
  await call('save_client', { name: 'Globex', currency: 'USD', hourly_rate: '80.50' })
  await call('create_project', { name: 'Website', client: 'Globex', bill_agent_time: true, agent_rate: '40' })
  await call('create_project', { name: 'Shop', client: 'Globex' })
  await call('create_project', { name: 'Internal', currency: 'JPY', hourly_rate: '5000' })
  await call('create_task', { project: 'Website', name: 'Design' })
  for (const project of ['Website', 'Shop']) {
    await call('start_session', { project, description: 'Login' })
    clock.pass(10)
    await call('session_beat', { kind: 'agent' })
    clock.pass(20)
    await call('session_beat', { kind: 'idle' })
    clock.pass(5)
    await call('session_beat', { kind: 'active' })
    clock.pass(1)
    await call('end_session')
  }
  await call('log_time', {
    project: 'Website',
    task: 'Design',
    start: '07:00',
    end: '08:10',
    tags: ['a;b', 'ü'],
  })
  await call('log_time', { project: 'Internal', date: '2026-11-30', duration: '45m', billable: true })
  await call('log_time', {
    project: 'Shop',
    date: '2026-11-30',
    duration: '1h',
    billable: false,
    description: 'say "hi"\nagain',
  })
  await call('log_time', { project: 'Website', date: '2026-10-05', duration: '2h' })
  const { invoice } = await call('draft_invoice', { client: 'Globex', period: '2026-10' })
  await call('update_invoice', {
    invoice: invoice.id,
    action: 'send',
    expected_total: invoice.total,
    confirm: true,
  })
}

test.each(['json', 'csv'] as const)(
  'what was exported as %s comes back the same in an empty home',
  async format => {
    const [one, other] = [await given(), await given()]
    await worked(one)
    other.clock.now = one.clock.now
    const path = other.file(`entries.${format}`, (await one.exported(format)).trimEnd())
    expect(await other.run(path, { members: [] })).toMatchObject({
      program: 'stint',
      added: 6,
      invoiced: 1,
      differences: [],
      problems: { count: 0 },
      notes: { count: 0 },
    })
    const told = async (home: typeof one) =>
      (JSON.parse(await home.exported('json')) as Record<string, unknown>[])
        .map(({ id: _id, invoice: _invoice, kind: _kind, ...same }) => same)
        .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    expect(await told(other)).toEqual(await told(one))
    expect(await told(one)).toMatchObject(Array.from({ length: 6 }, () => ({ seconds: expect.any(Number) })))
    const unbilled = async ({ call }: typeof one) =>
      (await call('draft_invoice', { client: 'Globex', period: 'all_time', preview: true })).invoice.total
    expect(await unbilled(other)).toBe(await unbilled(one))

    // it is still here
    expect(await one.run(path, { members: [] })).toMatchObject({ added: 0, known: 6 })
  },
)

test('through the program itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stint-import-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const program = fileURLToPath(new URL('../../dist/stint.cjs', import.meta.url))
  const env = { PATH: process.env.PATH, HOME: folder, STINT_HOME: join(folder, 'home'), TZ: 'Europe/Berlin' }
  const stint = (...words: string[]) =>
    spawnSync(process.execPath, [program, ...words], { env, encoding: 'utf8' })
  const file = sample('semicolons.csv')
  expect(readFileSync(file, 'utf8')).toContain('Ada Byron')
  expect(stint('import', file, '--yes')).toMatchObject({
    status: 4,
    stderr: expect.stringContaining('--member'),
  })
  expect(stint('import', file, '--member', 'Ada Byron=me', '--yes')).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringContaining('Added 1 entry'),
  })
  const again = JSON.parse(stint('import', file, '--member=Ada Byron=me', '--dry-run', '--json').stdout)
  expect(again.import).toMatchObject({ dry_run: true, added: 0, known: 1 })
})
