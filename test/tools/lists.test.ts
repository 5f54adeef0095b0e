import { expect, test } from 'vitest'
import { operations } from '../../tools/index.ts'
import { workspace } from '../support/workspace.ts'

const lists = operations.filter(one => one.name.startsWith('list_'))

test.each(lists)('$name comes in pages, and in both orders', ({ input, output }) => {
  expect(Object.keys(input.shape)).toEqual(expect.arrayContaining(['limit', 'cursor', 'sort']))
  expect(Object.keys(output.shape)).toContain('next_cursor')
  const [first = '', second = ''] = input.shape.sort.unwrap().options
  expect(first.replace(/^-/, '')).toBe(second.replace(/^-/, ''))
})

const names = ['Ada', 'Bob', 'Cyd']

test('timers are walked through in pages, whatever starts and stops meanwhile', async () => {
  const { call, clock } = await workspace({ projects: [...names, 'Dora'], now: '2026-05-04T09:00' })
  for (const project of names) {
    await call('start_timer', { project })
    clock.pass(1)
  }
  const first = await call('list_timers', { limit: 1 })
  expect(first.timers).toMatchObject([{ project: { name: 'Ada' } }])
  await call('stop_timer', { project: 'Ada' })
  await call('start_timer', { project: 'Dora' })
  const second = await call('list_timers', { limit: 2, cursor: first.next_cursor })
  expect(second.timers).toMatchObject([{ project: { name: 'Bob' } }, { project: { name: 'Cyd' } }])
  const third = await call('list_timers', { limit: 2, cursor: second.next_cursor })
  expect(third).toMatchObject({ timers: [{ project: { name: 'Dora' } }], next_cursor: null })
  const back = await call('list_timers', { sort: '-started_at', limit: 1 })
  expect(back.timers).toMatchObject([{ project: { name: 'Dora' } }])
})

test.each([
  ['create_token', 'list_tokens', 'tokens', 'created_at'],
  ['invite_member', 'list_invites', 'invites', 'created_at'],
])('what %s made, %s shows in pages', async (make, list, things, sort) => {
  const { call } = await workspace({})
  for (const name of names) await call(make, { name })
  const all = await call(list, { sort })
  const newest = await call(list, { sort: `-${sort}` })
  expect(newest[things]).toEqual(all[things].toReversed())
  const first = await call(list, { sort, limit: 2 })
  const rest = await call(list, { sort, cursor: first.next_cursor })
  expect([...first[things], ...rest[things]]).toEqual(all[things])
  expect(rest.next_cursor).toBeNull()
  await expect(call(list, { sort: `-${sort}`, cursor: first.next_cursor })).rejects.toMatchObject({
    code: 'malformed',
  })
})

test('rates come in pages, each in force or not as among all of them', async () => {
  const { call } = await workspace({ projects: names })
  for (const project of names) {
    await call('set_rate', { project, amount: '10.00' })
    await call('set_rate', { project, amount: '20.00', effective_from: '2026-01-01' })
  }
  const { rates } = await call('list_rates', {})
  const walked: unknown[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page = await call('list_rates', { limit: 1, cursor })
    walked.push(...page.rates)
    cursor = page.next_cursor
  }
  expect(walked).toEqual(rates)
  const { rates: back } = await call('list_rates', { sort: '-level' })
  expect(back).toEqual(rates.toReversed())
})

test('invoices, webhooks, folders and tags may begin at the other end', async () => {
  const { call } = await workspace({ now: '2026-05-04T09:00' })
  for (const name of names) {
    await call('save_client', { name, hourly_rate: '10.00' })
    await call('create_project', { name, client: name })
    await call('create_webhook', { url: `https://example.com/${name}`, events: ['*'] })
    await call('map_directory', { directory: `/work/${name}`, project: name })
    await call('log_time', { project: name, date: '2026-05-03', duration: '1h', tags: [name] })
    await call('draft_invoice', { client: name, period: 'this_month' })
  }
  for (const [list, things, sort, other] of [
    ['list_invoices', 'invoices', '-created_at', 'created_at'],
    ['list_webhooks', 'webhooks', 'created_at', '-created_at'],
    ['list_mappings', 'mappings', 'directory', '-directory'],
    ['list_tags', 'tags', 'tag', '-tag'],
  ] as const) {
    const { [things]: usual } = await call(list, { sort })
    expect(usual, list).toHaveLength(3)
    const first = await call(list, { sort: other, limit: 2 })
    const rest = await call(list, { sort: other, limit: 2, cursor: first.next_cursor })
    expect([...first[things], ...rest[things]], list).toEqual(usual.toReversed())
  }
})
