import { describe, expect, test } from 'vitest'
import { amounts, fullOfMoney } from '../support/full-of-money.ts'
import { workspace } from '../support/workspace.ts'

describe('the list of events', () => {
  test('tells who changed what, through which door, newest first', async () => {
    const { call, through } = await workspace()
    await call('create_project', { name: 'Acme', color: '#3366ff' })
    const { project } = await through('cli')('update_project', { project: 'Acme', color: '' })
    const { events, period } = await call('list_events', { subject: project.id })
    expect(period.token).toBe('all_time')
    expect(events).toMatchObject([
      {
        type: 'project.updated',
        member: { name: 'Ada' },
        door: 'cli',
        operation: 'update_project',
        before: { color: '#3366ff', version: 1 },
        after: { version: 2 },
      },
      {
        type: 'project.created',
        door: 'mcp',
        at: '2026-05-20T07:00:00.000Z',
        after: { name: 'Acme', billable: false },
      },
    ])
    expect(events[0].seq).toBeGreaterThan(events[1].seq)
    expect(JSON.stringify(events)).not.toMatch(/workspace_id|name_key/)
  })

  test('names projects, clients and members as every answer does', async () => {
    const { call } = await workspace()
    const { client } = await call('save_client', { name: 'Globex' })
    const { project } = await call('create_project', { name: 'Portal', client: 'Globex' })
    await call('start_timer', { project: 'Portal' })
    const { entry } = await call('log_time', { project: 'Portal', date: '2026-05-19', duration: '1h' })
    const { events } = await call('list_events')
    const last = (type: string) => events.find((one: { type: string }) => one.type === type)
    expect(last('entry.created').after).toMatchObject({
      id: entry.id,
      project: { id: project.id, name: 'Portal' },
      client: { id: client.id, name: 'Globex' },
      member: { name: 'Ada' },
    })
    expect(last('timer.started').after).toMatchObject({ project: { id: project.id, name: 'Portal' } })
    expect(last('project.created').after).toMatchObject({ client: { id: client.id, name: 'Globex' } })
    expect(JSON.stringify(events)).not.toMatch(/(project|client|member)_(id|name)/)
  })

  test('shows money, percentages and instants as every answer does, and lists and objects as such', async () => {
    const { call } = await fullOfMoney()
    const { expense } = await call('log_expense', { client: 'acme', amount: '5.00', markup_percent: '12.5' })
    const { invoice } = await call('draft_invoice', { client: 'acme', period: 'all_time', discount: '3.00' })
    await call('send_invoice', { invoice: invoice.id, expected_total: invoice.total })
    await call('pay_invoice', { invoice: invoice.id, amount: '7.00' })
    const { events } = await call('list_events', { limit: 200 })
    const last = (type: string) => events.find((one: { type: string }) => one.type === type)

    expect(last('expense.created').after).toMatchObject({
      id: expense.id,
      amount: '5.00',
      charge: '5.63',
      markup_percent: '12.5',
      currency: 'EUR',
    })
    expect(last('entry.updated')).toMatchObject({
      before: { hourly_rate: amounts.project, agent_rate: amounts.agent },
      after: { hourly_rate: amounts.entry, currency: 'EUR' },
    })
    expect(last('rate.set').after).toMatchObject({ amount: amounts.cost, currency: 'EUR' })
    expect(last('model_price.set').after).toMatchObject({ input: amounts.input, output: amounts.output })
    expect(
      events.find((one: { after?: { name: string } }) => one.after?.name === 'Website').after.budget,
    ).toMatchObject({ amount: amounts.budget, currency: 'EUR' })
    expect(last('invoice.created').after).toMatchObject({
      period: { token: 'all_time', to: '2026-05-20T22:00:00.000Z' },
      options: { discount: { amount: '3.00' }, tax_rate: '0' },
    })
    expect(last('invoice.partly_paid')).toMatchObject({
      before: { paid: '0.00' },
      after: { total: invoice.total, paid: '7.00', payment: { amount: '7.00' }, document: { paid: '0.00' } },
    })
    expect(JSON.stringify(events)).not.toMatch(/"[{[]|category_key|_at":\d/)
  })

  test('is chosen by type, noun and period', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'] })
    clock.set('2026-05-21T09:00')
    const { entry } = await call('log_time', { project: 'Acme', duration: '1h' })
    await call('delete_entry', { entry: entry.id, confirm: true })
    const types = async (asked: object) =>
      (await call('list_events', asked)).events.map((one: { type: string }) => one.type)
    expect(await types({ type: 'entry.*' })).toEqual(['entry.deleted', 'entry.created'])
    expect(await types({ type: 'entry.created' })).toEqual(['entry.created'])
    expect(await types({ type: 'entr%.*' })).toEqual([])
    expect(await types({ period: 'yesterday' })).toEqual(['project.created'])
    expect(await types({ sort: 'seq' })).toEqual(['project.created', 'entry.created', 'entry.deleted'])
  })

  test('comes page by page, and nothing twice while more happens', async () => {
    const { call, refused } = await workspace()
    for (let n = 0; n < 7; n++) await call('create_project', { name: `P${n}` })
    for (const sort of ['-seq', 'seq']) {
      const seen: number[] = []
      let cursor: string | undefined
      let pages = 0
      do {
        const page = await call('list_events', { sort, limit: 3, cursor, type: 'project.*' })
        seen.push(...page.events.map((one: { seq: number }) => one.seq))
        cursor = page.next_cursor ?? undefined
        if (pages++ < 2)
          await call('create_project', { name: `New ${sort === 'seq' ? 'up' : 'down'} ${pages}` })
      } while (cursor !== undefined)
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen.length).toBeGreaterThanOrEqual(7)
    }
    const { next_cursor: cursor } = await call('list_events', { limit: 3 })
    expect(await refused('list_events', { limit: 3, cursor, sort: 'seq' })).toMatchObject({
      code: 'malformed',
    })
    expect(await refused('list_events', { limit: 3, cursor: `${cursor}x` })).toMatchObject({
      code: 'malformed',
    })
  })
})
