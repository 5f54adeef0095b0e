import { describe, expect, test } from 'vitest'
import { eventTypes } from '../../src/domain/event.ts'
import { type GivenWorkspace, workspace } from '../support/workspace.ts'

/** A day on which everything happens once. */
async function fullDay() {
  const given = await workspace({ now: '2026-05-20T08:00' })
  const { call, clock } = given
  await call('save_client', { name: 'Acme' })
  await call('save_client', { client: 'acme', company: 'Acme Inc.' })
  await call('create_project', { name: 'Website', client: 'Acme' })
  await call('update_project', { project: 'website', color: '#123456' })
  await call('create_task', { project: 'website', name: 'Pages' })
  await call('update_task', { task: 'pages', name: 'All pages' })
  await call('complete_task', { task: 'all pages' })
  for (const [name, input] of [
    ['save_client', { name: 'Gone' }],
    ['create_project', { name: 'Gone' }],
    ['create_task', { project: 'website', name: 'Gone' }],
  ] as const) {
    await call(name, input)
    await call('undo')
  }
  await call('update_settings', { idle_timeout_minutes: 45 })
  await call('map_directory', { directory: '/work/site', project: 'website' })
  await call('create_project', { name: 'Other' })
  await call('map_directory', { directory: '/work/site', project: 'other' })
  await call('map_directory', { directory: '/work/site' })

  await call('start_timer', { project: 'website' })
  await call('update_timer', { description: 'Login' })
  clock.set('08:10')
  await call('pause_timer')
  await call('resume_timer')
  clock.set('08:20')
  await call('stop_timer')
  await call('start_timer', { project: 'website' })
  await call('discard_timer')
  await call('start_session', { project: 'website' })
  await call('session_beat', { kind: 'agent' })
  clock.set('08:30')
  await call('end_session')
  await call('start_session', { project: 'website' })
  await call('discard_timer')

  const { entry } = await call('log_time', { project: 'website', start: '08:05', duration: '20m' })
  await call('edit_entry', { entry: entry.id, description: 'Call' })
  const { overlaps } = await call('list_overlaps', { period: 'today' })
  await call('acknowledge_overlap', { entry: overlaps[0].first.id, other: overlaps[0].second.id })
  await call('delete_entry', { entry: entry.id })
  await call('restore_entry', { entry: entry.id })
  await moneyComesIn(given)

  const { webhook } = await call('create_webhook', { url: 'https://example.com/hook' })
  await call('rotate_webhook', { webhook: webhook.id })
  await call('delete_webhook', { webhook: webhook.id, confirm: true })
  await othersCome(given)
  return given
}

async function othersCome({ call }: GivenWorkspace): Promise<void> {
  const { invite } = await call('invite_member', { name: 'Nobody' })
  await call('revoke_invite', { invite: invite.id })
  const { code } = await call('invite_member', { name: 'Grace' })
  await call('join_workspace', { code })
  await call('update_member', { member: 'Grace', role: 'manager' })
  await call('remove_member', { member: 'Grace', confirm: true })
  await call('update_workspace', { name: 'Studio' })
  await call('create_workspace', { name: 'Second' })
}

async function moneyComesIn({ call }: GivenWorkspace): Promise<void> {
  const { rate } = await call('set_rate', { amount: '100' })
  await call('reprice', { confirm: true })
  await call('delete_rate', { rate: rate.id, confirm: true })
  await call('update_project', { project: 'website', budget_hours: 0.01 })
  const { expense } = await call('log_expense', { client: 'acme', amount: '10' })
  await call('edit_expense', { expense: expense.id, amount: '12' })
  await call('delete_expense', { expense: expense.id, confirm: true })
  await call('restore_expense', { expense: expense.id })
  await call('set_model_price', { model: 'opus*', input: '15', output: '75' })
  await call('delete_model_price', { model: 'opus*', confirm: true })
  const { token } = await call('create_token', { name: 'Script', scope: 'read' })
  await call('rotate_token', { token: token.id })
  await call('revoke_token', { token: token.id, confirm: true })
  const period = { client: 'acme', period: 'today' }
  const drafted = async () => (await call('draft_invoice', period)).invoice
  const dropped = await drafted()
  await call('edit_invoice', { invoice: dropped.id, notes: 'Thank you' })
  await call('delete_invoice', { invoice: dropped.id, confirm: true })
  const wrong = await drafted()
  await call('send_invoice', { invoice: wrong.id, expected_total: wrong.total })
  await call('void_invoice', { invoice: wrong.id, confirm: true })
  const right = await drafted()
  await call('send_invoice', { invoice: right.id, expected_total: right.total })
  await call('pay_invoice', { invoice: right.id, amount: '1' })
  await call('pay_invoice', { invoice: right.id })
}

test('every type of event happens', async () => {
  const { rows } = await fullDay()
  const happened = new Set(rows('events').map(event => event.type))
  expect(eventTypes.filter(type => !happened.has(type))).toEqual([])
})

describe('an event', () => {
  test('says who, by which door, in which operation, before and after', async () => {
    const { call, clock, principal, through } = await workspace({ projects: ['Acme'] })
    const { timer } = await call('start_timer', { project: 'acme', description: 'Login' })
    clock.set('09:10')
    await through('cli')('update_timer', { description: 'Logout' })
    expect((await call('list_events', { subject: timer.id })).events).toMatchObject([
      {
        type: 'timer.updated',
        at: '2026-05-20T07:10:00.000Z',
        member: { id: principal.member_id, name: 'Ada' },
        door: 'cli',
        operation: 'update_timer',
        subject_id: timer.id,
        before: { description: 'Login' },
        after: { description: 'Logout' },
      },
      { type: 'timer.started', door: 'mcp', operation: 'start_timer', after: { description: 'Login' } },
    ])
  })

  test('has a number, without gaps and in order', async () => {
    const { rows } = await fullDay()
    const numbers = rows('events').map(event => event.seq)
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  })

  test('of one call has the same moment and the same call', async () => {
    const { call, clock, rows } = await workspace({ projects: ['A', 'B'] })
    await call('start_timer', { project: 'A' })
    clock.set('09:10')
    const before = rows('events').length
    await call('start_timer', { project: 'B', stop_others: true })
    const made = rows('events').slice(before)
    expect(made.map(event => event.type)).toEqual(['timer.stopped', 'entry.created', 'timer.started'])
    expect(new Set(made.map(event => event.call_id)).size).toBe(1)
    expect(new Set(made.map(event => event.at))).toEqual(new Set([clock.now]))
  })

  test('shows no column that is none of the reader’s business', async () => {
    const { call } = await fullDay()
    const text = JSON.stringify((await call('list_events', { limit: 200 })).events)
    for (const word of ['workspace_id', 'name_key', 'description_key', 'sort_at'])
      expect(text).not.toContain(word)
  })

  test.each(['status', 'list_entries', 'get_report', 'get_dashboard', 'list_projects', 'list_events'])(
    '%s makes none',
    async name => {
      const { call, rows } = await workspace({ projects: ['Acme'] })
      const before = rows('events')
      await call(name)
      expect(rows('events')).toEqual(before)
    },
  )
})

test('the last image of each thing is the thing', async () => {
  const { rows } = await fullDay()
  const notOfThings = ['overlap.acknowledged', 'budget.threshold']
  const told = rows('events').filter(event => !notOfThings.includes(event.type))
  const last = new Map(told.map(event => [event.subject_id, event]))
  for (const table of ['entries', 'sessions', 'projects', 'clients', 'tasks'] as const) {
    for (const row of rows(table)) {
      const image: Record<string, unknown> = JSON.parse(last.get(row.id)?.after ?? '{}')
      for (const [column, value] of Object.entries(row)) {
        // signs of life are no change; what is on an invoice, the invoice tells
        if (['last_sign_at', 'quiet_at', 'invoice_id'].includes(column)) continue
        expect(image[column] ?? null, `${last.get(row.id)?.type} ${column}`).toEqual(value)
      }
    }
  }
})
