import { describe, expect, test } from 'vitest'
import { clients } from './client.ts'
import { newHome } from './host.ts'

type Given = Record<string, string>
type Step = [tool: string, input: (given: Given) => object, keep?: (answer: never) => Given]

// A morning in which every tool is called once at least, each on what the ones before it made.
const morning: Step[] = [
  ['save_client', () => ({ name: 'Acme', currency: 'EUR' })],
  ['list_clients', () => ({})],
  ['create_project', () => ({ name: 'Web', client: 'Acme', aliases: ['site'] })],
  ['update_project', () => ({ project: 'site', color: '#3366ff' })],
  ['list_projects', () => ({ client: 'Acme' })],
  ['create_task', () => ({ project: 'Web', name: 'Login', estimated_hours: 2 })],
  ['list_tasks', () => ({ project: 'Web' })],
  ['start_timer', () => ({ project: 'Web', task: 'Login', description: 'Form' })],
  ['pause_timer', () => ({})],
  ['resume_timer', () => ({})],
  ['update_timer', () => ({ description: 'Form and errors' })],
  ['status', () => ({})],
  ['stop_timer', () => ({})],
  ['start_session', () => ({ project: 'Web' })],
  ['session_beat', () => ({ kind: 'agent' })],
  ['end_session', () => ({})],
  [
    'log_time',
    () => ({ project: 'Web', duration: '45m', description: 'Review' }),
    ({ entry }: { entry: { id: string } }) => ({ entry: entry.id }),
  ],
  ['edit_entry', ({ entry }) => ({ entry, duration: '1h' })],
  ['list_entries', () => ({ period: 'this_week', search: 'review' })],
  ['complete_task', () => ({ task: 'Login' })],
  ['get_project', () => ({ project: 'Web' })],
  ['get_report', () => ({ period: 'today', group_by: 'client', compare: 'previous' })],
  ['get_dashboard', () => ({})],
  ['update_project', () => ({ project: 'Web', hourly_rate: '90', budget_hours: 10 })],
  ['get_budget', () => ({ project: 'Web' })],
  ['get_team_summary', () => ({})],
  ['log_expense', () => ({ client: 'Acme', amount: '19.90', description: 'Train' })],
  ['list_expenses', () => ({})],
  [
    'draft_invoice',
    () => ({ client: 'Acme', period: 'this_month' }),
    ({ invoice }: { invoice: { id: string; total: string } }) => ({
      invoice: invoice.id,
      total: invoice.total,
    }),
  ],
  ['list_invoices', () => ({ status: 'draft' })],
  ['update_invoice', ({ invoice, total }) => ({ invoice, action: 'send', expected_total: total })],
  ['delete_entry', ({ entry }) => ({ entry, confirm: true })],
]

describe.each(clients)('%s', (_, connect) => {
  test('calls every tool of the usual sets', async () => {
    const client = await connect(newHome())
    const offered: string[] = (await client.listTools()).tools.map(({ name }: { name: string }) => name)
    expect(new Set(morning.map(([tool]) => tool))).toEqual(new Set(offered))

    const given: Given = {}
    for (const [tool, input, keep] of morning) {
      const answer = await client.callTool({ name: tool, arguments: input(given) })
      expect(answer.isError, `${tool}: ${JSON.stringify(answer.content)}`).toBeFalsy()
      expect(JSON.parse(answer.content[0].text), tool).toEqual(answer.structuredContent)
      // the steps know what their tools answer
      if (keep) Object.assign(given, keep(answer.structuredContent as never))
    }
  })
})
