import { expect, test } from 'vitest'
import { type Given, workspace } from '../support/workspace.ts'

type Row = Record<string, unknown>

let next = 0
/** An hour of the morning before, unless it says otherwise. */
const hour = (more: Row = {}): Row => ({
  line: ++next,
  source_key: `row ${next}`,
  project: 'Website',
  started_at: '2026-05-19T07:00:00.000Z',
  ended_at: '2026-05-19T08:00:00.000Z',
  seconds: 3600,
  ...more,
})

async function given(more: Given = {}) {
  const all = await workspace({ door: 'cli', ...more })
  return {
    ...all,
    add: (rows: Row[], choice: object = {}) =>
      all.call('import_entries', { program: 'toggl', rows, ...choice }),
    entries: async () => (await all.call('list_entries', { sort: 'created_at' })).entries,
    refusedRows: (rows: Row[], by = all.principal) =>
      all.refused('import_entries', { program: 'toggl', rows }, by),
  }
}

test('a field of a row that is unknown or missing is told with its row', async () => {
  const { refusedRows } = await given()
  const { seconds: _, ...short } = hour()
  const { details, message } = await refusedRows([hour(), hour({ colour: 'red' }), short])
  expect(message).toBe('rows.1.colour: unknown field; rows.2.seconds: missing')
  expect(details).not.toHaveProperty('known_fields')
})

test('rows become entries with all that they say, and what they belong to is made once', async () => {
  const { add, entries, events } = await given()
  const row = hour({ client: 'Globex', task: 'Design', description: 'Menu', tags: ['ui'], billable: false })
  const second = hour({ client: 'GLOBEX', project: 'web-site', task: 'design', date: '2026-05-18' })
  delete second.started_at
  delete second.ended_at
  const answer = await add([row, { ...second, project: 'website' }])
  expect(answer).toMatchObject({
    entries: [{ row: 0, id: expect.any(String) }, { row: 1 }],
    known: 0,
    made: { clients: ['Globex'], projects: ['Globex · Website'], tasks: 1 },
    problems: [],
    warnings: [],
  })
  expect(await entries()).toMatchObject([
    {
      client: { name: 'Globex' },
      project: { name: 'Website' },
      task: { name: 'Design' },
      description: 'Menu',
      tags: ['ui'],
      started_at: '2026-05-19T07:00:00.000Z',
      active_seconds: 3600,
      billable: false,
      kind: 'import',
      source: 'import',
    },
    { date: '2026-05-18', seconds: 3600, billable: true, billable_seconds: 3600 },
  ])
  expect((await entries())[1]).not.toHaveProperty('started_at')
  expect(await events()).toEqual([
    'client.created',
    'project.created',
    'task.created',
    'entry.created',
    'entry.created',
  ])
})

test('a second time nothing is added, also when the entry was deleted meanwhile', async () => {
  const { add, call, entries } = await given()
  const rows = [hour(), hour()]
  const { entries: added } = await add(rows)
  await call('delete_entry', { entry: added[0].id, confirm: true })
  expect(await add([...rows, hour()])).toMatchObject({ known: 2, entries: [{ row: 2 }] })
  expect(await entries()).toHaveLength(2)
})

test('keys of different programs are different, and one that comes twice counts once', async () => {
  const { call } = await given()
  const row = hour()
  const add = (program: string) => call('import_entries', { program, rows: [row, row] })
  expect(await add('toggl')).toMatchObject({ entries: [{ row: 0 }], known: 1 })
  expect(await add('harvest')).toMatchObject({ entries: [{ row: 0 }], known: 1 })
})

test('undo takes an import back whole, so that it can be done again', async () => {
  const { add, call, entries, rows } = await given()
  const batch = [hour({ client: 'Globex', task: 'Design', invoiced: true }), hour({ client: 'Initech' })]
  await add(batch)
  await call('undo')
  expect(await entries()).toEqual([])
  expect([rows('imported_rows'), rows('clients'), rows('projects'), rows('tasks')]).toEqual([[], [], [], []])
  expect(await add(batch)).toMatchObject({ entries: [{}, {}], known: 0 })
})

test('only whole names count: what is merely like one is made anew', async () => {
  const { add, call } = await given()
  await call('save_client', { name: 'Globex' })
  await call('create_project', { name: 'Website', client: 'Globex' })
  const { made } = await add([
    hour({ client: 'Globe', project: 'Website' }),
    hour({ client: 'Globex', project: 'Web' }),
    // without a client is without a client, though Globex has such a project
    hour(),
  ])
  expect(made).toEqual({
    clients: ['Globe'],
    projects: ['Globe · Website', 'Globex · Web', 'Website'],
    tasks: 0,
  })
})

test('where no clients are known, the one project of that name is meant', async () => {
  const { add, call, entries } = await given()
  await call('save_client', { name: 'Globex' })
  await call('create_project', { name: 'Website', client: 'Globex' })
  await add([hour()], { without_clients: true })
  expect(await entries()).toMatchObject([{ client: { name: 'Globex' } }])
  await call('create_project', {
    name: 'Website',
    client: (await call('save_client', { name: 'Initech' })).client.id,
  })
  // two fit, and nobody is there to ask
  expect((await add([hour()], { without_clients: true })).made.projects).toEqual(['Website'])
})

test('time without a project goes to the one that a tag names, to the given one, or to Unsorted', async () => {
  const { add, entries } = await given({ projects: ['Acme', 'Globex', 'Internal'] })
  const bare = (tags: string[]) => hour({ project: undefined, tags })
  await add([bare(['review', 'acme']), bare(['acme', 'globex']), bare([])], { project: 'intern' })
  await add([bare(['acm'])])
  const names = (await entries()).map((one: { project: { name: string } }) => one.project.name)
  expect(names).toEqual(['Acme', 'Internal', 'Internal', 'Unsorted'])
})

test('it is the time of whoever is named, and else of who calls', async () => {
  const { add, entries, member, refusedRows } = await given()
  await member('Grace Brewster')
  await add([hour({ member: 'grace brewster' }), hour()])
  expect(await entries()).toMatchObject([{ member: { name: 'Grace Brewster' } }, { member: { name: 'Ada' } }])
  expect(await refusedRows([hour({ member: 'Grace' }), hour({ member: 'Linus' })])).toMatchObject({
    code: 'not_found',
    details: { unknown: ['Grace', 'Linus'], members: ['Ada', 'Grace Brewster'] },
  })
})

test('managers import, members do not', async () => {
  const { member, refusedRows } = await given()
  const { principal } = await member('Grace')
  expect(await refusedRows([hour()], principal)).toMatchObject({ code: 'forbidden_role' })
})

test('the rate of a row is kept, and repricing leaves it alone', async () => {
  const { add, call, entries } = await given()
  const paid = { client: 'Globex', currency: 'USD' }
  const answer = await add([
    hour({ ...paid, rate: '80.5' }),
    hour({ ...paid, rate: '0', billable: false }),
    hour({ ...paid, rate: '0.00' }),
  ])
  expect(answer.entries).toMatchObject([
    { amount: '80.50', currency: 'USD' },
    { row: 1, id: expect.any(String) },
    { amount: '0.00' },
  ])
  await call('save_client', { client: 'Globex', hourly_rate: '100', effective_from: '2026-01-01' })
  await call('reprice', { confirm: true })
  expect(await entries()).toMatchObject([
    { hourly_rate: '80.50', currency: 'USD', amount: '80.50' },
    // a zero where nothing is billed is no rate
    { hourly_rate: '100.00', amount: '0.00' },
    { hourly_rate: '0.00' },
  ])
})

test('a rate that cannot be kept gives way to the usual one, and is told', async () => {
  const { add, call, entries } = await given()
  await call('save_client', { name: 'Globex', currency: 'EUR', hourly_rate: '100' })
  const of = { client: 'Globex' }
  const { warnings } = await add([
    hour({ ...of, line: 2, rate: '80', currency: 'USD' }),
    hour({ ...of, line: 3, rate: '80.125', currency: 'EUR' }),
    hour({ ...of, line: 4, rate: '999999999999', currency: 'EUR' }),
    hour({ ...of, line: 5 }),
  ])
  expect(warnings).toEqual([
    { line: 2, message: 'Its rate is 80 USD, but its project is billed in EUR: the usual rate was taken.' },
    {
      line: 3,
      message: 'Its rate is 80.125 EUR, with more decimals than there are: the usual rate was taken.',
    },
    { line: 4, message: 'Its rate is 999999999999 EUR, which is too much: the usual rate was taken.' },
  ])
  expect(await entries()).toMatchObject(Array.from({ length: 4 }, () => ({ hourly_rate: '100.00' })))
})

test('what was billed elsewhere is on no list of unbilled time, and cannot be changed', async () => {
  const { add, call, refused } = await given()
  const paid = { client: 'Globex', currency: 'EUR', rate: '80' }
  const { entries: added, invoiced } = await add([
    hour({ ...paid, invoiced: true }),
    hour({ ...paid, invoice_number: 'INV-7' }),
    hour({ ...paid, invoiced: false, invoice_number: 'INV-7' }),
  ])
  expect(invoiced).toBe(2)
  const { invoice } = await call('draft_invoice', { client: 'Globex', period: 'all_time', preview: true })
  expect(invoice).toMatchObject({ total: '80.00' })
  expect((await call('list_entries', { invoiced: false })).entries).toHaveLength(1)
  expect(await refused('edit_entry', { entry: added[0].id, duration: '2h' })).toMatchObject({
    code: 'entry_invoiced',
    message: 'This entry was invoiced elsewhere.',
  })
})

test('time that is locked, to come or impossible is told with its line, and the rest is taken', async () => {
  const { add, entries, set } = await given()
  await set({ locked_until: '2026-05-01' })
  const { problems } = await add([
    hour({ line: 2, started_at: '2026-04-30T07:00:00Z', ended_at: '2026-04-30T08:00:00Z' }),
    hour({ line: 3, started_at: '2026-05-20T06:30:00Z', ended_at: '2026-05-20T07:30:00Z' }),
    hour({ line: 4, started_at: undefined, date: '2026-05-21' }),
    hour({ line: 5, seconds: 3601 }),
    hour({ line: 6 }),
  ])
  expect(problems).toEqual([
    { line: 2, message: 'Time before 2026-05-01 is locked.' },
    { line: 3, message: 'It lies in the future.' },
    { line: 4, message: 'It lies in the future.' },
    { line: 5, message: 'It is longer than from its start to its end.' },
  ])
  expect(await entries()).toHaveLength(1)
})

test('what shares time is counted, not refused', async () => {
  const { add, member } = await given()
  await member('Grace')
  const later = { started_at: '2026-05-19T08:00:00Z', ended_at: '2026-05-19T09:00:00Z' }
  const { overlapping } = await add([hour(), hour(later), hour({ member: 'Grace' }), hour()])
  expect(overlapping).toBe(1)
})

test('an entry longer than a day is taken with its spans cut, and told', async () => {
  const { add, call, rows } = await given()
  const long = { started_at: '2026-05-16T22:00:00Z', ended_at: '2026-05-18T22:00:00Z', seconds: 172_800 }
  const { warnings } = await add([hour({ ...long, line: 2 })])
  expect(warnings).toEqual([{ line: 2, message: 'It is 48h 00m long.' }])
  expect(rows('spans')).toHaveLength(2)
  const { totals } = await call('get_report', { period: '2026-05-17', group_by: 'project' })
  expect(totals).toMatchObject({ seconds: 86_400 })
})

test("the agent's part stays the agent's, and what nobody worked stays idle", async () => {
  const { add, call } = await given()
  const { entries: added } = await add([
    hour({
      seconds: 3000,
      agent_seconds: 2400,
      client: 'Globex',
      rate: '60',
      agent_rate: '30',
      currency: 'EUR',
      bill_agent_time: true,
    }),
  ])
  const { entry, spans } = await call('get_entry', { entry: added[0].id })
  expect(entry).toMatchObject({
    active_seconds: 600,
    agent_seconds: 2400,
    idle_seconds: 600,
    billable_seconds: 3000,
    amount: '30.00',
  })
  expect(spans).toEqual([
    { kind: 'active', started_at: '2026-05-19T07:00:00.000Z', ended_at: '2026-05-19T07:10:00.000Z' },
    { kind: 'agent', started_at: '2026-05-19T07:20:00.000Z', ended_at: '2026-05-19T08:00:00.000Z' },
  ])
})
