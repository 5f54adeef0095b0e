import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { plainLook } from '../../src/cli/look.ts'
import { renderPage } from '../../src/cli/page.ts'
import { exportEverything } from '../../src/commands/export-everything.ts'
import type { EverythingOutcome } from '../../src/commands/import-everything.ts'
import { type FileWanted, importFile } from '../../src/commands/import-file.ts'
import type { Program } from '../../src/commands/index.ts'
import { operations } from '../../tools/index.ts'
import { fullOfMoney } from '../support/full-of-money.ts'
import { plainTerminal } from '../support/terminal.ts'
import { type GivenWorkspace, workspace } from '../support/workspace.ts'

// oxlint-disable-next-line typescript/no-explicit-any
type Json = any

function programOf({ app }: Pick<GivenWorkspace, 'app'>) {
  const { terminal, written } = plainTerminal()
  const program: Program = {
    app: { ...app, databasePath: join(app.home, 'stint.db'), close: async () => undefined },
    terminal,
    operations: async () => operations,
  }
  return { program, written }
}

async function exported(given: Pick<GivenWorkspace, 'app'>): Promise<string> {
  const { program, written } = programOf(given)
  await exportEverything(program)
  return written.out
}

/** Takes a document in. */
async function brought(given: Pick<GivenWorkspace, 'app'>, text: string, wanted: Partial<FileWanted> = {}) {
  const file = join(given.app.home, 'stint.json')
  writeFileSync(file, text)
  const { output, page } = await importFile(programOf(given).program, { file, yes: true, ...wanted })
  // what the command answers with
  const told = (output as { import: EverythingOutcome & { dry_run: boolean } }).import
  return { ...told, page: renderPage(page, plainLook()) }
}

/** A workspace with everything in it, one document of it, and an empty one with the same people. */
async function given() {
  const full = await fullOfMoney()
  await full.call('stop_timer', { project: 'app' })
  await full.call('create_project', { name: 'Website', client: 'globex', color: '#123456' })
  await full.call('log_time', { project: 'Globex Website', date: '2026-05-17', duration: '90' })
  await full.call('update_project', { project: 'Globex Website', archived: true })
  await full.call('complete_task', { task: 'shelves' })
  await full.call('save_client', { client: 'acme', city: 'Berlin', rounding_increment_minutes: 15 })
  await full.call('update_settings', { week_start: 'sunday', company: 'Ada Ltd' })
  const text = await exported(full)
  const empty = await workspace({ now: '2026-05-20T12:30', door: 'cli', zone: 'America/New_York' })
  for (const [name, role] of [
    ['Mia', 'manager'],
    ['Grace', 'member'],
    ['Vic', 'viewer'],
  ] as const)
    await empty.member(name, role)
  return { full, text, empty, document: JSON.parse(text) as Json }
}

test('everything is one document, and no secret is in it', async () => {
  const { document, full, text } = await given()
  expect(document).toMatchObject({
    stint: 1,
    exported_at: '2026-05-20T16:30:00.000Z',
    workspace: { name: 'Workspace' },
    settings: { currency: 'EUR', week_start: 'sunday', hourly_rate: '2203.93' },
  })
  const counts = Object.entries<Json>(document).flatMap(([name, list]) =>
    Array.isArray(list) ? [[name, list.length]] : [],
  )
  expect(Object.fromEntries(counts)).toEqual({
    members: 4,
    clients: 2,
    projects: 4,
    tasks: 2,
    tags: 2,
    rates: full.rows('rates').length,
    model_prices: 1,
    mappings: 2,
    invoices: 2,
    expenses: 4,
    entries: full.rows('entries').filter(row => row.deleted_at === null).length,
  })
  expect(document.invoices.map((one: Json) => one.status).toSorted()).toEqual(['draft', 'sent'])
  expect(text).not.toMatch(/stint_|whsec_|"hash"/)
  expect(text.split('\n').length).toBeGreaterThan(document.entries.length)
})

/** What reports say of all time. */
async function reports({ call }: Pick<GivenWorkspace, 'call'>): Promise<Json> {
  const told: Record<string, unknown> = {}
  for (const group_by of ['project', 'client', 'task', 'day', 'week', 'month', 'member', 'tag', 'host'])
    told[group_by] = await call('get_report', { period: 'all_time', group_by })
  told.day_cut = await call('get_report', { period: '2026-05-20', group_by: 'project' })
  told.overlaps = (await call('list_overlaps', { period: 'all_time' })).overlaps.length
  told.budget = await call('get_budget', { project: 'acme website' })
  told.profit = await call('get_profit', { period: 'all_time' })
  told.utilization = await call('get_utilization', { period: 'this_month' })
  const { expenses } = await call('list_expenses', { period: 'all_time', sort: 'date' })
  told.expenses = expenses.map(({ amount, billable, charge, currency, date, member }: Json) => ({
    amount,
    billable,
    charge,
    currency,
    date,
    member: member.name,
  }))
  return withoutIds(told)
}

/** Ids differ, and what still ran is no entry yet. */
function withoutIds(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutIds)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries<Json>(value)
      .filter(([name]) => !['id', 'running_seconds', 'running_amount'].includes(name))
      .map(([name, one]) => [name, withoutIds(one)]),
  )
}

test('another workspace reports the same, to the second and the cent', async () => {
  const { empty, full, text } = await given()
  const told = await brought(empty, text)
  expect(told).toMatchObject({
    program: 'stint',
    settings: true,
    invoices: 2,
    invoiced: 1,
    problems: { count: 0 },
    made: { clients: 2, projects: 4, tasks: 2, expenses: 4, entries: told.in_file.entries },
  })
  expect(told.page).toContain('what was sent keeps its number where it was sent')
  expect(await reports(empty)).toEqual(await reports(full))
  expect((await empty.call('get_settings')).settings).toMatchObject({
    time_zone: 'Europe/Berlin',
    week_start: 'sunday',
    company: 'Ada Ltd',
  })
  expect(await empty.call('get_project', { project: 'site' })).toMatchObject({
    project: { name: 'Website', client: { name: 'Acme' }, budget_amount: '99731.41', hourly_rate: '7919.37' },
  })
  expect((await empty.call('list_projects', { archived: true })).projects).toMatchObject([
    { name: 'Website', client: { name: 'Globex' }, color: '#123456' },
  ])
  expect((await empty.call('list_clients', { search: 'acme' })).clients).toMatchObject([
    { city: 'Berlin', rounding_increment_minutes: 15, hourly_rate: '4001.77' },
  ])
})

test('rates hold there as they did, for what is tracked later and for what had none', async () => {
  const { empty, full, text } = await given()
  await brought(empty, text)
  const log = { project: 'acme website', task: 'pages', start: '15:00', end: '16:00' }
  const { entry } = await full.call('log_time', log)
  expect((await empty.call('log_time', log)).entry).toMatchObject({
    hourly_rate: entry.hourly_rate,
    amount: entry.amount,
  })
  const rates = async ({ call }: Pick<GivenWorkspace, 'call'>) =>
    (await call('list_rates')).rates
      .map(({ id: _id, owner, ...rate }: Json) => JSON.stringify({ ...rate, owner: owner.name }))
      .toSorted()
  expect(await rates(empty)).toEqual(await rates(full))
})

test('time that had no rate has none there either', async () => {
  const first = await workspace({ projects: ['Acme'] })
  await first.call('update_project', { project: 'acme', billable: true })
  await first.call('log_time', { project: 'acme', date: '2026-05-19', duration: '1h' })
  await first.call('set_rate', { project: 'acme', amount: '100' })
  const other = await workspace()
  await brought(other, await exported(first))
  const report = async ({ call }: Pick<GivenWorkspace, 'call'>) =>
    (await call('get_report', { period: 'all_time' })).totals
  expect(await report(other)).toEqual(await report(first))
  expect(await report(other)).toMatchObject({ unrated_seconds: 3600 })
})

test('what was billed there is not billed again, and what a draft held is free', async () => {
  const { empty, text } = await given()
  await brought(empty, text)
  const entries = (await empty.call('list_entries', { period: '2026-04', sort: 'started_at' })).entries
  expect(entries).toMatchObject([{ invoice: { id: 'elsewhere' } }, { date: '2026-04-11' }])
  expect(entries[1].invoice).toBeUndefined()
  expect(await empty.refused('edit_entry', { entry: entries[0].id, description: 'x' })).toMatchObject({
    code: 'entry_invoiced',
  })
  expect((await empty.call('list_invoices')).invoices).toEqual([])
})

test('a second time nothing is new', async () => {
  const { empty, text } = await given()
  const { made } = await brought(empty, text)
  const kept = () =>
    (['clients', 'projects', 'tasks', 'rates', 'expenses', 'entries', 'spans', 'events'] as const).map(
      empty.rows,
    )
  const before = kept()
  const again = await brought(empty, text)
  expect(again).toMatchObject({ known: made, settings: false })
  expect(again.page).toContain('There is nothing to add.')
  expect(kept()).toEqual(before)
})

test('a dry run shows it and writes nothing', async () => {
  const { empty, text } = await given()
  const before = empty.rows('events')
  const { dry_run, made, page } = await brought(empty, text, { dry_run: true })
  expect(dry_run).toBe(true)
  expect(made.entries).toBeGreaterThan(0)
  expect(page).toContain('To be made')
  expect(page).toContain('Nothing is written yet.')
  expect(empty.rows('events')).toEqual(before)
})

test('people who are not there have to be named', async () => {
  const { text } = await given()
  const alone = await workspace({ now: '2026-05-20T18:30' })
  await expect(brought(alone, text)).rejects.toMatchObject({
    code: 'not_found',
    details: { unknown: ['Grace'], members: ['Ada'] },
    hint: expect.stringContaining('--member "Grace=Ada"'),
  })
  await brought(alone, text, { members: ['Grace=Ada'] })
  const { rows } = await alone.call('get_report', { period: 'all_time', group_by: 'member' })
  expect(rows).toHaveLength(1)
})

test('a lock comes along, and holds from then on', async () => {
  const first = await workspace({ projects: ['Acme'] })
  await first.call('log_time', { project: 'acme', date: '2026-04-10', duration: '1h' })
  await first.call('update_settings', { locked_until: '2026-05-01' })
  const other = await workspace()
  expect(await brought(other, await exported(first))).toMatchObject({ made: { entries: 1 } })
  const log = { project: 'acme', date: '2026-04-11', duration: '1h' }
  expect(await other.refused('log_time', log)).toMatchObject({ code: 'period_locked' })
})

test.each([
  ['{"stint": 2, "clients": []}', 'A newer stint wrote this file.'],
  ['{"clients": []}', 'This is no document that stint wrote.'],
  ['{"stint": 1, "clients": [', 'The file ends in the middle of its document.'],
])('%s is refused', async (text, message) => {
  await expect(brought(await workspace(), text)).rejects.toMatchObject({ message })
})

test('what cannot be read is told with its line, and keeps out nothing else', async () => {
  const text = '{"stint": 1,\n"clients": [{"name": 5},\n{"name": "Acme"}]}'
  const { page, problems } = await brought(await workspace(), text)
  expect(problems).toMatchObject({ count: 2, first: [{ line: 2 }, { line: 3 }] })
  expect(page).toContain('Line 2: clients: ')
})

test('whoever sees no money cannot export everything', async () => {
  const { full } = await given()
  const { program } = programOf(full)
  program.terminal.environment.STINT_MEMBER = 'Grace'
  await expect(exportEverything(program)).rejects.toMatchObject({ code: 'forbidden_role' })
})
