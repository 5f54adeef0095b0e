import { type GivenWorkspace, workspace } from './workspace.ts'

/** Amounts that stand nowhere by chance. */
export const amounts = {
  workspace: '2203.93',
  member: '3301.11',
  client: '4001.77',
  project: '7919.37',
  agent: '6101.53',
  task: '5003.59',
  entry: '8087.19',
  cost: '1213.57',
  budget: '99731.41',
  expense: '1499.57',
  input: '1297.31',
  output: '1303.23',
}

const signalOf = (kind: string, at: string, more: object = {}) => ({
  host: 'claude-code',
  host_session: 'host-1',
  directory: '/src/website',
  attended: true,
  kind,
  at,
  ...more,
})

/**
 * A workspace with everything in it that costs anything. Acme has Website and App, Globex has Shop; Ada owns it, Mia
 * manages, Grace is a member and has time and an expense of her own, Vic may look at Acme.
 */
export async function fullOfMoney() {
  const given = await workspace({ now: '2026-05-20T18:00', door: 'cli' })
  const { call, clock, member } = given
  const mia = await member('Mia', 'manager')
  const grace = await member('Grace', 'member')
  const vic = await member('Vic', 'viewer')
  const ids = { ...(await itsBooks(given)), ...(await itsTime(given)) }
  const own = await grace.call('log_time', { project: 'website', start: '10:00', end: '11:00' })
  const more = await grace.call('log_time', { project: 'website', start: '10:30', end: '11:30' })
  const gone = await grace.call('log_time', { project: 'website', date: '2026-05-18', duration: '1h' })
  await grace.call('delete_entry', { entry: gone.entry.id, confirm: true })
  const spent = await grace.call('log_expense', { project: 'website', amount: '1511.17' })
  const lost = await grace.call('log_expense', { project: 'website', amount: '1523.19' })
  await grace.call('delete_expense', { expense: lost.expense.id, confirm: true })
  await grace.call('start_timer', { project: 'website', task: 'pages' })
  await grace.call('start_session', { project: 'website' })
  await call('start_timer', { project: 'app' })
  await call('update_member', { member: 'Vic', clients: ['acme'] })
  clock.set('18:30')
  const invited = await call('invite_member', { name: 'Zoe' })
  const token = await call('create_token', { name: 'Script' })
  const hook = await call('create_webhook', { url: 'https://example.com/hook' })
  const { delivery } = await call('test_webhook', { webhook: hook.webhook.id })
  return {
    ...given,
    by: { owner: given.principal, manager: mia.principal, member: grace.principal, viewer: vic.principal },
    ids: {
      ...ids,
      own: own.entry.id,
      more: more.entry.id,
      gone: gone.entry.id,
      spent: spent.expense.id,
      lost: lost.expense.id,
      invite: invited.invite.id,
      code: invited.code,
      token: token.token.id,
      webhook: hook.webhook.id,
      delivery: delivery.id,
    },
  }
}

export type FullOfMoney = Awaited<ReturnType<typeof fullOfMoney>>

async function itsBooks({ call }: GivenWorkspace) {
  await call('update_settings', { currency: 'EUR', hourly_rate: amounts.workspace })
  await call('save_client', { name: 'Acme', currency: 'EUR', hourly_rate: amounts.client })
  await call('save_client', { name: 'Globex', currency: 'EUR' })
  const { project } = await call('create_project', {
    name: 'Website',
    client: 'acme',
    hourly_rate: amounts.project,
    agent_rate: amounts.agent,
    bill_agent_time: true,
    budget_amount: amounts.budget,
    budget_window: 'total',
    aliases: ['site'],
  })
  await call('create_project', { name: 'App', client: 'acme' })
  const shop = await call('create_project', { name: 'Shop', client: 'globex', budget_hours: 10 })
  const { task } = await call('create_task', { project: 'website', name: 'Pages', hourly_rate: amounts.task })
  await call('create_task', { project: 'shop', name: 'Shelves' })
  await call('map_directory', { directory: '/src/website', project: 'website' })
  await call('map_directory', { directory: '/src/shop', project: 'shop' })
  await call('set_rate', { member: 'Ada', amount: amounts.member })
  const { rate } = await call('set_rate', { member: 'Ada', kind: 'cost', amount: amounts.cost })
  await call('set_model_price', { model: 'opus*', input: amounts.input, output: amounts.output })
  return { project: project.id, shop: shop.project.id, task: task.id, rate: rate.id }
}

async function itsTime({ call, clock }: GivenWorkspace) {
  const { entry } = await call('log_time', { project: 'website', start: '08:00', end: '09:00', tags: ['ui'] })
  const { entry: second } = await call('log_time', { project: 'website', start: '08:30', end: '09:30' })
  await call('edit_entry', { entry: second.id, hourly_rate: amounts.entry })
  const there = await call('log_time', { project: 'shop', start: '12:00', end: '13:00', tags: ['hidden'] })
  await call('log_time', { project: 'app', date: '2026-05-19', duration: '2h' })
  await call('take_in_signals', {
    signals: [
      signalOf('prompt', '2026-05-20T12:00:00Z'),
      signalOf('stop', '2026-05-20T12:10:00Z', {
        model: 'opus-4',
        tokens: { input_tokens: 1_000_000, output_tokens: 1_000_000 },
      }),
      signalOf('end', '2026-05-20T12:11:00Z'),
    ],
  })
  const { expense } = await call('log_expense', {
    client: 'acme',
    amount: amounts.expense,
    markup_percent: '13.7',
  })
  const shops = await call('log_expense', { project: 'shop', amount: '1543.21' })
  await call('log_ai_expense', { client: 'acme' })
  const april = async () => (await call('draft_invoice', { client: 'acme', period: 'last_month' })).invoice
  await call('log_time', { project: 'website', date: '2026-04-10', duration: '1h' })
  const draft = await april()
  const { invoice } = await call('send_invoice', { invoice: draft.id, expected_total: draft.total })
  await call('log_time', { project: 'website', date: '2026-04-11', duration: '1h' })
  const open = await april()
  const { invoice: custom } = await call('add_invoice_line', {
    invoice: open.id,
    description: 'Workshop',
    unit_price: '4567.89',
  })
  await call('start_session', { project: 'website' })
  clock.set('18:10')
  return {
    entry: entry.id,
    second: second.id,
    there: there.entry.id,
    expense: expense.id,
    shops: shops.expense.id,
    invoice: invoice.id,
    draft: open.id,
    line: custom.lines.find((one: { unit_price?: string }) => one.unit_price !== undefined)?.id ?? '1',
    seen: invoice.total,
  }
}

/** Something sensible to ask of each operation. */
export const inputsFor = (ids: FullOfMoney['ids']): Record<string, object> => ({
  start_timer: { project: 'app' },
  stop_timer: { project: 'website' },
  pause_timer: { project: 'website' },
  resume_timer: { project: 'website' },
  status: {},
  update_timer: { project: 'website', move_to: 'app' },
  list_timers: {},
  get_timer: {},
  touch_timer: {},
  touch_timers: {},
  start_session: { project: 'app' },
  session_beat: { kind: 'agent' },
  list_sessions: {},
  get_session: {},
  list_beats: {},
  update_session: { session: 'app', description: 'Other' },
  end_session: {},
  log_time: { project: 'website', start: '14:00', end: '15:00' },
  list_entries: { period: 'all_time' },
  get_entry: { entry: ids.entry },
  edit_entry: { entry: ids.own, project: 'app' },
  delete_entry: { entry: ids.own, confirm: true },
  restore_entry: { entry: ids.gone },
  suggest_description: { entry: ids.own },
  list_projects: {},
  get_project: { project: 'website' },
  create_project: { name: 'Intranet' },
  update_project: { project: 'website', color: '#123456' },
  list_tasks: {},
  get_task: { task: ids.task },
  create_task: { project: 'website', name: 'Search' },
  update_task: { task: ids.task, name: 'All pages' },
  complete_task: { task: ids.task },
  list_clients: {},
  get_client: { client: 'acme' },
  save_client: { client: 'acme', company: 'Acme Inc.' },
  list_rates: {},
  set_rate: { project: 'website', amount: '10' },
  delete_rate: { rate: ids.rate, confirm: true },
  reprice: { preview: true },
  log_expense: { project: 'website', amount: '1601.23' },
  list_expenses: {},
  get_expense: { expense: ids.expense },
  edit_expense: { expense: ids.spent, description: 'Fonts' },
  delete_expense: { expense: ids.spent, confirm: true },
  restore_expense: { expense: ids.lost },
  get_ai_usage: {},
  log_ai_expense: { client: 'acme', preview: true },
  list_model_prices: {},
  set_model_price: { model: 'gpt*', input: '1', output: '2' },
  delete_model_price: { model: 'opus*', confirm: true },
  draft_invoice: { client: 'acme', preview: true },
  preview_invoice: { client: 'acme' },
  list_invoices: {},
  get_invoice: { invoice: ids.invoice },
  due_invoices: {},
  update_invoice: { invoice: ids.invoice, action: 'pay', amount: '1', confirm: true },
  edit_invoice: { invoice: ids.draft, notes: 'Thank you' },
  add_invoice_line: { invoice: ids.draft, description: 'More', unit_price: '5' },
  remove_invoice_line: { invoice: ids.draft, line: ids.line },
  send_invoice: { invoice: ids.invoice, expected_total: ids.seen },
  pay_invoice: { invoice: ids.invoice, amount: '1' },
  void_invoice: { invoice: ids.invoice, confirm: true },
  duplicate_invoice: { invoice: ids.invoice },
  delete_invoice: { invoice: ids.draft, confirm: true },
  get_invoice_pdf: { invoice: ids.invoice },
  get_invoice_html: { invoice: ids.invoice },
  get_invoice_csv: { invoice: ids.invoice },
  get_e_invoice: { invoice: ids.invoice },
  check_e_invoice: { invoice: ids.invoice },
  get_report: { period: 'all_time', compare: 'last_month' },
  get_report_file: { period: 'all_time', format: 'csv' },
  get_team_summary: {},
  get_unbilled: {},
  get_utilization: {},
  get_profit: {},
  get_budget: { project: 'website' },
  list_budgets: {},
  get_dashboard: {},
  keep_session: {},
  trim_session: { until: '18:20', session: 'website' },
  discard_timer: { timer: 'website', confirm: true },
  list_overlaps: {},
  acknowledge_overlap: { entry: ids.own, other: ids.more },
  split_entry: { entry: ids.own, duration: '30m' },
  merge_entries: { entries: [ids.own, ids.more] },
  undo: {},
  list_tags: {},
  get_settings: {},
  update_settings: { idle_timeout_minutes: 45 },
  list_mappings: {},
  map_directory: { directory: '/src/app', project: 'app' },
  unmap_directory: { directory: '/src/app' },
  locate_project: { directory: '/src/website' },
  take_in_signals: { signals: [signalOf('prompt', '2026-05-20T16:20:00Z', { host_session: 'host-2' })] },
  take_in_heartbeats: {
    heartbeats: [{ at: '2026-05-20T16:20:00Z', project: 'Website', editor: 'vim' }],
  },
  import_workspace: {
    clients: [{ name: 'Initech' }],
    rates: [{ level: 'client', client: 'Initech', kind: 'human', currency: 'EUR', amount: '10' }],
  },
  import_entries: {
    program: 'other',
    rows: [{ line: 1, source_key: '1', project: 'App', date: '2026-05-01', seconds: 60 }],
  },
  list_events: {},
  get_me: {},
  list_tokens: {},
  create_token: { name: 'Mine' },
  rotate_token: { token: ids.token },
  revoke_token: { token: ids.token, confirm: true },
  create_webhook: { url: 'https://example.com/other' },
  list_webhooks: {},
  get_webhook: { webhook: ids.webhook },
  update_webhook: { webhook: ids.webhook, enabled: false },
  delete_webhook: { webhook: ids.webhook, confirm: true },
  rotate_webhook: { webhook: ids.webhook },
  test_webhook: { webhook: ids.webhook },
  list_deliveries: { webhook: ids.webhook },
  retry_delivery: { delivery: ids.delivery },
  list_members: {},
  invite_member: { name: 'Yan' },
  list_invites: {},
  revoke_invite: { invite: ids.invite },
  update_member: { member: 'Grace', name: 'Grace Hopper' },
  remove_member: { member: 'Ada', confirm: true },
  list_workspaces: {},
  get_workspace: {},
  create_workspace: { name: 'Second' },
  update_workspace: { name: 'Renamed' },
  get_workspace_summary: {},
  join_workspace: { code: ids.code },
})
