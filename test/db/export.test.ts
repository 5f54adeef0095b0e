import { expect, test } from 'vitest'
import { entriesAsJson, entriesAsRows } from '../../db/export.ts'
import { workspace } from '../support/workspace.ts'

const given = async () => {
  const { call, principal, store } = await workspace({ now: '2026-05-20T18:00' })
  await call('save_client', { name: 'Müller "& Söhne"' })
  await call('create_project', { name: 'Shop', client: 'Müller "& Söhne"' })
  await call('create_project', { name: 'Internal' })
  await call('create_task', { project: 'Shop', name: 'Design' })
  const log = (input: object) => call('log_time', input)
  await log({
    project: 'Shop',
    start: '09:00',
    end: '10:30',
    task: 'Design',
    description: 'say "hi"\nagain 🙂',
    tags: ['ui', 'a\\b'],
  })
  await log({ project: 'Internal', date: '2026-05-19', duration: '45m' })
  const { workspace_id } = principal
  const json = (filter = {}): Promise<Record<string, unknown>[]> =>
    store.read(async db => {
      const pieces = [...entriesAsJson(db, workspace_id, filter)].map(piece => Buffer.from(piece).toString())
      return JSON.parse(`[${pieces.join(',')}]`)
    })
  const rows = (filter = {}) => store.read(async db => [...entriesAsRows(db, workspace_id, filter)])
  return { call, json, log, rows, store, workspace_id }
}

test('entries are exported oldest first, with the names of what they belong to', async () => {
  const { json } = await given()
  expect(await json()).toEqual([
    {
      id: expect.stringMatching(/^ent_/),
      start: null,
      end: null,
      date: '2026-05-19',
      seconds: 2700,
      active_seconds: 2700,
      agent_seconds: 0,
      billable_seconds: 0,
      project: 'Internal',
      client: null,
      task: null,
      member: 'Ada',
      description: '',
      tags: [],
      billable: false,
      kind: 'manual',
      hourly_rate: null,
      agent_rate: null,
      currency: null,
      amount: null,
      invoice: null,
    },
    {
      id: expect.stringMatching(/^ent_/),
      start: '2026-05-20T07:00:00.000Z',
      end: '2026-05-20T08:30:00.000Z',
      date: '2026-05-20',
      seconds: 5400,
      active_seconds: 5400,
      agent_seconds: 0,
      billable_seconds: 5400,
      project: 'Shop',
      client: 'Müller "& Söhne"',
      task: 'Design',
      member: 'Ada',
      description: 'say "hi"\nagain 🙂',
      tags: ['ui', 'a\\b'],
      billable: true,
      kind: 'manual',
      hourly_rate: null,
      agent_rate: null,
      currency: null,
      amount: null,
      invoice: null,
    },
  ])
})

test('rows hold the same as the JSON', async () => {
  const { json, rows } = await given()
  const [titles = [], ...lines] = await rows()
  const found = lines.map(line => Object.fromEntries(titles.map((title, at) => [String(title), line[at]])))
  const expected = (await json()).map(one => ({
    ...one,
    tags: (one.tags as string[]).join(', '),
    billable: String(one.billable),
  }))
  expect(found).toEqual(expected)
})

test('entries carry their frozen rate, what they are worth and the invoice they are on', async () => {
  const { call, json, log, rows } = await given()
  const worth = async (project: string) => {
    const found = (await json()).find(one => one.project === project) ?? {}
    const { amount, agent_rate, currency, hourly_rate, invoice } = found
    return [hourly_rate, agent_rate, currency, amount, invoice]
  }
  const pay = async (name: string, currency: string, hourly_rate: string) => {
    await call('save_client', { name, currency, hourly_rate })
    await call('create_project', { name: `${name} app`, client: name })
    // a third of a minute
    await log({ project: `${name} app`, start: '12:00:00', duration: '20s' })
    return worth(`${name} app`)
  }
  expect(await pay('Acme', 'EUR', '90.05')).toEqual(['90.05', null, 'EUR', '0.50', null])
  expect(await pay('Nippon', 'JPY', '9000')).toEqual(['9000', null, 'JPY', '50', null])
  expect(await pay('Gulf', 'BHD', '9.005')).toEqual(['9.005', null, 'BHD', '0.050', null])
  expect(await pay('Chile', 'CLF', '1.0005')).toEqual(['1.0005', null, 'CLF', '0.0056', null])
  await call('draft_invoice', { client: 'Acme', period: 'this_month' })
  expect((await worth('Acme app')).at(-1)).toBeNull()
  const { invoices } = await call('list_invoices')
  const total = invoices[0].total
  await call('update_invoice', {
    invoice: invoices[0].id,
    action: 'send',
    expected_total: total,
    confirm: true,
  })
  expect((await worth('Acme app')).at(-1)).toBe('2026-0001')
  const [titles = [], ...lines] = await rows()
  const line = lines.find(one => one.includes('Acme app')) ?? []
  const shown = Object.fromEntries(titles.map((title, at) => [title, line[at]]))
  expect(shown).toMatchObject({ hourly_rate: '90.05', currency: 'EUR', amount: '0.50', invoice: '2026-0001' })
})

test('what is not billable is worth nothing, and an agent’s own rate is told where it is billed', async () => {
  const { call, json, store } = await given()
  await call('save_client', { name: 'Acme', hourly_rate: '90' })
  await call('create_project', { name: 'App', client: 'Acme' })
  await call('log_time', { project: 'App', start: '12:00', duration: '1h', billable: false })
  await call('log_time', { project: 'App', start: '14:00', duration: '1h' })
  store.handle.exec(`update entries set bill_agent_time = 1, agent_rate = 4500, agent_seconds = 1800,
    active_seconds = 1800, billable_seconds = 3600 where billable = 1 and rate is not null`)
  const found = (await json()).filter(one => one.project === 'App')
  expect(found).toMatchObject([
    { hourly_rate: '90.00', agent_rate: null, amount: '0.00' },
    { hourly_rate: '90.00', agent_rate: '45.00', amount: '67.50' },
  ])
})

test('filters choose what the list of entries would show', async () => {
  const { call, json, store, workspace_id } = await given()
  const { projects } = await call('list_projects')
  const [internal, shop] = projects
  const names = async (filter: object) => (await json(filter)).map(one => one.project)
  expect(await names({ project: internal.id })).toEqual(['Internal'])
  expect(await names({ client: shop.client.id })).toEqual(['Shop'])
  expect(await names({ billable: false })).toEqual(['Internal'])
  expect(await names({ invoiced: true })).toEqual([])
  expect(await names({ tag_key: 'ui' })).toEqual(['Shop'])
  expect(await names({ search_key: 'again' })).toEqual(['Shop'])
  expect(await names({ search_key: 'muller' })).toEqual(['Shop'])
  expect(await names({ search_key: '%' })).toEqual([])
  expect(await names({ from: Date.parse('2026-05-19T22:00:00Z'), from_day: '2026-05-20' })).toEqual(['Shop'])
  expect(await names({ to: Date.parse('2026-05-19T22:00:00Z'), to_day: '2026-05-20' })).toEqual(['Internal'])
  expect(await store.read(async db => [...entriesAsJson(db, `${workspace_id}x`, {})])).toEqual([])
})

test('what was deleted is not exported', async () => {
  const { call, json } = await given()
  const [first] = await json()
  await call('delete_entry', { entry: first?.id })
  expect(await json()).toHaveLength(1)
})

test('many entries, some at the same instant, are exported once each', async () => {
  const { json, store } = await given()
  // as many copies of one entry as fill several pieces, most of them at one instant
  store.handle.exec(`
    with recursive n(i) as (select 1 union all select i + 1 from n where i < 9500)
    insert into entries (workspace_id, id, member_id, project_id, task_id, description, description_key, tags,
      started_at, ended_at, date, sort_at, seconds, active_seconds, agent_seconds, idle_seconds, billable,
      bill_agent_time, billable_seconds, kind, source, session_id, host, host_session, model, git, fixed_at,
      late_seconds, invoice_id, version, created_at, updated_at, deleted_at)
    select workspace_id, 'ent_copy' || i, member_id, project_id, task_id, description,
      description_key, tags, started_at, ended_at, date, sort_at + max(0, i - 9000) * 1000, seconds, active_seconds,
      agent_seconds, idle_seconds, billable, bill_agent_time, billable_seconds, kind, source, session_id, host,
      host_session, model, git, fixed_at, late_seconds, invoice_id, version, created_at, updated_at, deleted_at
    from entries, n where started_at is not null`)
  const ids = (await json()).map(one => one.id)
  expect(ids).toHaveLength(9502)
  expect(new Set(ids).size).toBe(9502)
})
