import { expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

const none = { clients: 0, projects: 0, tasks: 0, rates: 0, expenses: 0 }
const train = {
  id: 'exp_01ks22y8c0012345678h',
  client: 'Acme',
  project: 'Website',
  date: '2026-05-19',
  category: 'travel',
  description: 'Train',
  currency: 'EUR',
  amount: '100',
  billable: true,
  markup_percent: '10',
}
const books = {
  clients: [{ name: 'Acme', currency: 'EUR', city: 'Berlin' }],
  projects: [
    { client: 'Acme', name: 'Website', budget_hours: 10, budget_thresholds: '50', aliases: ['site'] },
    { name: 'Inside', archived: true },
  ],
  tasks: [{ client: 'Acme', project: 'Website', name: 'Login', estimated_hours: 2, complete: true }],
  rates: [
    { level: 'client', client: 'Acme', kind: 'human', currency: 'EUR', amount: '80' },
    {
      level: 'client',
      client: 'Acme',
      kind: 'human',
      currency: 'EUR',
      amount: '90',
      effective_from: '2026-06-01',
    },
    { level: 'project', client: 'Acme', project: 'Website', kind: 'agent', currency: 'EUR', percent: '50' },
  ],
  expenses: [train],
} as const

test('books of another workspace are brought back, and known the next time', async () => {
  const { call, events } = await workspace()
  const made = { clients: 1, projects: 2, tasks: 1, rates: 3, expenses: 1 }
  expect(await call('import_workspace', books)).toEqual({ made, known: none })
  expect((await call('get_project', { project: 'site' })).project).toMatchObject({
    client: { name: 'Acme' },
    billable: true,
    budget_hours: 10,
    budget_thresholds: [50],
    agent_rate: '50%',
  })
  expect((await call('list_projects', { archived: true })).projects).toMatchObject([{ name: 'Inside' }])
  expect((await call('list_tasks', { status: 'complete' })).tasks).toMatchObject([
    { name: 'Login', estimated_seconds: 7200 },
  ])
  expect((await call('list_rates')).rates).toMatchObject([
    { amount: '80.00', in_force: true },
    { amount: '90.00', effective_from: '2026-06-01', in_force: false },
    { percent: '50' },
  ])
  expect((await call('list_expenses')).expenses).toMatchObject([{ id: train.id, charge: '110.00' }])
  await events()
  expect(await call('import_workspace', books)).toEqual({ made: none, known: made })
  expect(await events()).toEqual([])
})

test('what an expense belongs to is made for it, and what was billed stays billed', async () => {
  const { call, refused } = await workspace()
  const { made } = await call('import_workspace', { expenses: [{ ...train, invoiced: true }] })
  expect(made).toEqual({ ...none, expenses: 1 })
  expect((await call('list_expenses', { billed: true })).expenses).toMatchObject([
    { project: { name: 'Website' }, client: { name: 'Acme' } },
  ])
  expect((await call('list_expenses', { billed: false })).expenses).toEqual([])
  expect((await call('get_unbilled', { period: 'all_time' })).clients ?? []).toEqual([])
  expect(await refused('edit_expense', { expense: train.id, amount: '1' })).toMatchObject({
    code: 'entry_invoiced',
    message: 'This expense was invoiced elsewhere.',
  })
})

test('undo takes all of one call back', async () => {
  const { call } = await workspace()
  await call('import_workspace', { ...books, expenses: [{ ...train, invoiced: true }], rates: [] })
  expect(await call('undo')).toMatchObject({ undone: { operation: 'import_workspace' } })
  expect((await call('list_clients')).clients).toEqual([])
  expect((await call('list_expenses')).expenses).toEqual([])
  expect((await call('list_projects')).projects).toEqual([])
})

test.each([
  [
    'somebody who is no member',
    { rates: [{ ...books.rates[0], level: 'member', member: 'Bob' }] },
    'not_found',
  ],
  [
    'money that its currency does not have',
    { expenses: [{ ...train, amount: '1.001' }] },
    'validation_error',
  ],
  ['an id that is none of an expense', { expenses: [{ ...train, id: 'ent_1' }] }, 'validation_error'],
])('%s is refused', async (_, input, code) => {
  const { refused } = await workspace()
  expect(await refused('import_workspace', input)).toMatchObject({ code })
})
