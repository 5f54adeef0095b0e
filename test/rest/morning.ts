import type { Received, Sent } from '../support/server.ts'

/** What is asked, after so many minutes, as an example of an operation or of an error. */
export interface Step extends Sent {
  shows: string
  route: string
  after?: number
}

const entry = '{entry}'
const expense = '{expense}'
const invoice = '{invoice}'
const rate = '{rate}'
const webhook = '{webhook}'
const invoiced = { client: 'Acme', period: 'this_month', tax_rate: '19' }

/** What is worth money, and asking for it. */
const money: readonly Step[] = [
  { shows: 'set_rate', route: 'POST /v1/rates', body: { client: 'Acme', amount: '90.00' } },
  { shows: 'list_rates', route: 'GET /v1/rates' },
  { shows: 'reprice', route: 'POST /v1/rates/reprice', body: { period: 'this_month', confirm: true } },
  { shows: 'update_task', route: 'PATCH /v1/tasks/login?project=website', body: { estimated_hours: 6 } },
  {
    shows: 'log_expense',
    route: 'POST /v1/expenses',
    body: { project: 'Website', amount: '12.50', category: 'Fonts', markup_percent: '10' },
  },
  { shows: 'get_expense', route: `GET /v1/expenses/${expense}` },
  {
    shows: 'edit_expense',
    route: `PATCH /v1/expenses/${expense}`,
    body: { description: 'Inter, for headings' },
  },
  { shows: 'list_expenses', route: 'GET /v1/expenses?client=acme' },
  { shows: 'delete_expense', route: `DELETE /v1/expenses/${expense}` },
  { shows: 'restore_expense', route: `POST /v1/expenses/${expense}/restore` },
  {
    shows: 'set_model_price',
    route: 'POST /v1/model-prices',
    body: { model: 'claude-sonnet-4-5', input: '3', output: '15', currency: 'USD' },
  },
  { shows: 'list_model_prices', route: 'GET /v1/model-prices' },
  { shows: 'get_ai_usage', route: 'GET /v1/reports/ai-usage?period=this_month' },
  { shows: 'get_unbilled', route: 'GET /v1/reports/unbilled?client=acme' },
  { shows: 'due_invoices', route: 'GET /v1/invoices/due?period=this_month' },
  { shows: 'preview_invoice', route: 'POST /v1/invoices/preview', body: invoiced },
  { shows: 'draft_invoice', route: 'POST /v1/invoices', body: invoiced },
  {
    shows: 'add_invoice_line',
    route: `POST /v1/invoices/${invoice}/lines`,
    body: { description: 'Hosting in May', unit_price: '20.00' },
  },
  { shows: 'edit_invoice', route: `PATCH /v1/invoices/${invoice}`, body: { po_number: '4711' } },
  { shows: 'get_invoice', route: `GET /v1/invoices/${invoice}` },
  { shows: 'check_e_invoice', route: `GET /v1/invoices/${invoice}/e-invoice/missing` },
  {
    shows: 'send_invoice',
    route: `POST /v1/invoices/${invoice}/send`,
    body: { expected_total: '{total}' },
  },
  {
    shows: 'pay_invoice',
    route: `POST /v1/invoices/${invoice}/pay`,
    body: { amount: '100.00', method: 'Transfer' },
  },
  { shows: 'list_invoices', route: 'GET /v1/invoices?status=unpaid' },
  {
    shows: 'update_invoice',
    route: `POST /v1/invoices/${invoice}/actions`,
    body: { action: 'pay', method: 'Transfer' },
  },
  { shows: 'duplicate_invoice', route: `POST /v1/invoices/${invoice}/duplicate` },
  { shows: 'delete_invoice', route: `DELETE /v1/invoices/${invoice}` },
  { shows: 'get_profit', route: 'GET /v1/reports/profit?period=this_month' },
  {
    shows: 'update_project',
    route: 'PATCH /v1/projects/site',
    body: { budget_hours: 40, budget_window: 'monthly' },
  },
  { shows: 'get_budget', route: 'GET /v1/projects/site/budget' },
  { shows: 'list_budgets', route: 'GET /v1/budgets' },
  { shows: 'delete_rate', route: `DELETE /v1/rates/${rate}` },
]

/** Others, and the programs that ask for the workspace. */
const company: readonly Step[] = [
  { shows: 'list_workspaces', route: 'GET /v1/workspaces' },
  { shows: 'get_workspace', route: 'GET /v1/workspaces/workspace' },
  { shows: 'get_workspace_summary', route: 'GET /v1/workspaces/workspace/summary' },
  {
    shows: 'invite_member',
    route: 'POST /v1/workspaces/workspace/invites',
    body: { name: 'Grace', role: 'member', projects: ['Website'] },
  },
  { shows: 'list_invites', route: 'GET /v1/workspaces/workspace/invites' },
  { shows: 'list_members', route: 'GET /v1/members' },
  { shows: 'update_member', route: 'PATCH /v1/members/ada', body: { name: 'Ada L.' } },
  { shows: 'get_team_summary', route: 'GET /v1/reports/team?period=this_week' },
  { shows: 'get_utilization', route: 'GET /v1/reports/utilization?period=this_week' },
  {
    shows: 'create_token',
    route: 'POST /v1/tokens',
    body: { name: 'Editors', scope: 'write', wakatime: true },
  },
  { shows: 'list_tokens', route: 'GET /v1/tokens' },
  {
    shows: 'create_webhook',
    route: 'POST /v1/webhooks',
    body: { url: 'https://example.com/hook', events: ['entry.*', 'invoice.sent'] },
  },
  { shows: 'list_webhooks', route: 'GET /v1/webhooks' },
  { shows: 'get_webhook', route: `GET /v1/webhooks/${webhook}` },
  { shows: 'update_webhook', route: `PATCH /v1/webhooks/${webhook}`, body: { enabled: true } },
  { shows: 'test_webhook', route: `POST /v1/webhooks/${webhook}/test` },
  { shows: 'list_deliveries', route: `GET /v1/webhooks/${webhook}/deliveries` },
]

/** A morning over HTTP: what the document shows as examples, and what its schemas are held against. */
export const morning: readonly Step[] = [
  { shows: 'get_me', route: 'GET /v1/me' },
  { shows: 'save_client', route: 'POST /v1/clients', body: { name: 'Acme', currency: 'EUR' } },
  { shows: 'list_clients', route: 'GET /v1/clients' },
  { shows: 'get_client', route: 'GET /v1/clients/acme' },
  {
    shows: 'create_project',
    route: 'POST /v1/projects',
    body: { name: 'Website', client: 'Acme', aliases: ['site'] },
  },
  { shows: 'update_project', route: 'PATCH /v1/projects/site', body: { color: '#3366ff' } },
  { shows: 'list_projects', route: 'GET /v1/projects?client=acme' },
  { shows: 'create_task', route: 'POST /v1/tasks', body: { project: 'Website', name: 'Login' } },
  { shows: 'get_task', route: 'GET /v1/tasks/login' },
  { shows: 'list_tasks', route: 'GET /v1/tasks?project=website' },
  {
    shows: 'start_timer',
    route: 'POST /v1/timers',
    body: { project: 'Website', task: 'Login', description: 'Form', tags: ['ui'] },
  },
  { shows: 'list_timers', route: 'GET /v1/timers', after: 20 },
  { shows: 'get_timer', route: 'GET /v1/timers/website' },
  { shows: 'touch_timer', route: 'POST /v1/timers/website/heartbeat' },
  { shows: 'touch_timers', route: 'POST /v1/timers/heartbeat' },
  { shows: 'pause_timer', route: 'POST /v1/timers/website/pause' },
  { shows: 'resume_timer', route: 'POST /v1/timers/website/resume', after: 5 },
  { shows: 'update_timer', route: 'PATCH /v1/timers/website', body: { description: 'Form and errors' } },
  { shows: 'status', route: 'GET /v1/status', after: 10 },
  { shows: 'get_dashboard', route: 'GET /v1/dashboard' },
  { shows: 'stop_timer', route: 'POST /v1/timers/website/stop', after: 15 },
  { shows: 'start_session', route: 'POST /v1/sessions', body: { project: 'Website' } },
  { shows: 'session_beat', route: 'POST /v1/sessions/website/beats', body: { kind: 'agent' }, after: 5 },
  { shows: 'get_session', route: 'GET /v1/sessions/website' },
  { shows: 'update_session', route: 'PATCH /v1/sessions/website', body: { description: 'Checkout' } },
  { shows: 'list_beats', route: 'GET /v1/sessions/website/beats', after: 5 },
  { shows: 'end_session', route: 'POST /v1/sessions/website/end', after: 10 },
  { shows: 'list_sessions', route: 'GET /v1/sessions?period=today' },
  {
    shows: 'log_time',
    route: 'POST /v1/entries',
    body: { project: 'Website', date: '2026-05-19', duration: '1h30m', description: 'Review' },
  },
  { shows: 'get_entry', route: `GET /v1/entries/${entry}` },
  { shows: 'edit_entry', route: `PATCH /v1/entries/${entry}`, body: { duration: '2h' } },
  { shows: 'list_entries', route: 'GET /v1/entries?period=this_week&limit=1' },
  { shows: 'get_report', route: 'GET /v1/reports/summary?period=this_week&group_by=project' },
  { shows: 'get_project', route: 'GET /v1/projects/site' },
  { shows: 'list_tags', route: 'GET /v1/tags' },
  { shows: 'complete_task', route: 'POST /v1/tasks/login/complete' },
  { shows: 'delete_entry', route: `DELETE /v1/entries/${entry}` },
  { shows: 'restore_entry', route: `POST /v1/entries/${entry}/restore` },
  { shows: 'undo', route: 'POST /v1/undo' },
  {
    shows: 'map_directory',
    route: 'POST /v1/mappings',
    body: { directory: '/work/site', project: 'Website' },
  },
  { shows: 'list_mappings', route: 'GET /v1/mappings' },
  { shows: 'locate_project', route: 'GET /v1/mappings/locate?directory=/work/site/src' },
  { shows: 'get_settings', route: 'GET /v1/settings' },
  { shows: 'update_settings', route: 'PATCH /v1/settings', body: { week_start: 'sunday' } },
  { shows: 'list_events', route: 'GET /v1/events?limit=1' },
  {
    shows: 'take_in_signals',
    route: 'POST /v1/signals',
    body: {
      signals: [
        {
          host: 'claude-code',
          host_session: '7f3a',
          at: '2026-05-20T08:00:00.000Z',
          kind: 'prompt',
          attended: true,
          directory: '/work/site',
        },
        {
          host: 'claude-code',
          host_session: '7f3a',
          at: '2026-05-20T08:01:00.000Z',
          kind: 'stop',
          attended: true,
          directory: '/work/site',
        },
      ],
    },
  },
  {
    shows: 'take_in_heartbeats',
    route: 'POST /v1/heartbeats',
    body: {
      heartbeats: [
        { at: '2026-05-20T08:10:00.000Z', project: 'Website', editor: 'vim', machine: 'laptop' },
        { at: '2026-05-20T08:12:00.000Z', project: 'Website', editor: 'vim', machine: 'laptop' },
      ],
    },
  },
  { shows: 'list_overlaps', route: 'GET /v1/overlaps?period=today' },
  ...money,
  ...company,
  { shows: 'error 400', route: 'POST /v1/clients', body: '{"name": ' },
  { shows: 'error 401', route: 'GET /v1/me', token: null },
  { shows: 'error 404', route: 'GET /v1/clients/globex' },
  { shows: 'error 405', route: 'PUT /v1/clients', body: {} },
  { shows: 'error 409', route: 'POST /v1/clients', body: { name: 'ACME' } },
  {
    shows: 'error 412',
    route: 'PATCH /v1/clients/acme',
    body: { company: 'Acme Corp' },
    headers: { 'if-match': '"7"' },
  },
  {
    shows: 'error 415',
    route: 'POST /v1/clients',
    body: 'name=Globex',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  },
  { shows: 'error 422', route: 'GET /v1/entries?period=someday' },
]

/** What steps speak of: the last of each kind that an answer told of. */
export type Known = Record<string, string>

export function note(known: Known, { body }: Received): void {
  for (const [noun, thing] of Object.entries<Received['body']>(body ?? {}))
    if (typeof thing?.id === 'string') known[noun] = thing.id
  if (body?.invoice) known.total = body.invoice.total
}

/** `{entry}` and its like become what is meant. */
export const filledIn = <T>(said: T, known: Known): T =>
  JSON.parse(JSON.stringify(said ?? null).replaceAll(/\{(\w+)\}/g, (word, noun) => known[noun] ?? word))
