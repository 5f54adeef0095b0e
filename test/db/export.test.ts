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
