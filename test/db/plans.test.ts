import { expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

type Given = (call: Awaited<ReturnType<typeof workspace>>['call']) => Promise<unknown>

/** What SQLite would do for each question that an operation asks, with its text and its steps. */
async function plansOf(name: string, input: object = {}, given?: Given) {
  const { call, store } = await workspace({ projects: ['Acme'] })
  await call('save_client', { name: 'Globex' })
  await call('create_task', { project: 'Acme', name: 'Design' })
  const { entry } = await call('log_time', { project: 'Acme', start: '07:00', duration: '1h', tags: ['ui'] })
  await given?.(call)
  const { handle } = store
  const prepare = handle.prepare.bind(handle)
  const texts = new Set<string>()
  // a statement is prepared once and then kept, so all that were are looked at
  handle.prepare = (sql: string) => (texts.add(sql), prepare(sql))
  const said = JSON.stringify(input).replaceAll('ENTRY', entry.id)
  await call(name, JSON.parse(said))
  const plans = [...texts]
    .filter(sql => /^(select|with|insert|update|delete)/i.test(sql.trim()))
    .map(sql => ({ sql, steps: stepsOf(prepare, sql) }))
  expect(plans.length).toBeGreaterThan(0)
  return plans
}

function stepsOf(prepare: (sql: string) => { all(...values: unknown[]): unknown[] }, sql: string): string[] {
  const values = Array.from({ length: sql.split('?').length - 1 }, () => 0)
  // `explain query plan` gives such rows
  return (prepare(`explain query plan ${sql}`).all(...values) as { detail: string }[]).map(row => row.detail)
}

const ofEntries = (plans: Awaited<ReturnType<typeof plansOf>>) =>
  plans.filter(({ sql }) => /\b(entries|spans|entry_tags)\b/.test(sql))
const steps = (plans: Awaited<ReturnType<typeof plansOf>>) => plans.flatMap(plan => plan.steps)
const scans = (plans: Awaited<ReturnType<typeof plansOf>>) =>
  steps(plans).filter(
    step =>
      /^SCAN (e|s|g|entries|spans|entry_tags)\b/.test(step) ||
      step.endsWith('PRIMARY KEY (workspace_id=?)') ||
      // all that the workspace has is no less than the table
      /^SEARCH s .*\(workspace_id=\?\)$/.test(step),
  )

test.each([
  ['all', {}],
  ['of a period', { period: 'this_month' }],
  ['upwards', { sort: 'started_at' }],
  ['of a project', { project: 'Acme' }],
  ['of a client', { client: 'Globex' }],
  ['that hold a text', { search: 'x' }],
])('a page of entries, %s, comes in the order of an index', async (_, input) => {
  const plans = ofEntries(await plansOf('list_entries', { limit: 1, ...input }))
  expect(scans(plans)).toEqual([])
  expect(steps(plans).filter(step => step.includes('TEMP B-TREE'))).toEqual([])
  expect(steps(plans).join()).toContain('USING INDEX entries_sort')
})

test('a report by project reads one covering index and sorts nothing', async () => {
  const plans = ofEntries(await plansOf('get_report', { period: 'this_year', wall_clock: false }))
  const sums = plans.filter(({ sql }) => sql.includes('group by'))
  expect(scans(plans)).toEqual([])
  expect(steps(sums).join()).toContain('USING COVERING INDEX entries_project')
  expect(steps(sums).filter(step => step.includes('TEMP B-TREE'))).toEqual([])
})

test('a report of one client reads its projects, and what lies at the edges', async () => {
  const plans = ofEntries(await plansOf('get_report', { client: 'Globex' }))
  expect(scans(plans)).toEqual([])
  expect(steps(plans).filter(step => /^SEARCH e .*\(workspace_id=\?\)$/.test(step))).toEqual([])
})

test('an invoice reads what is on it', async () => {
  const plans = await plansOf('get_invoice', { invoice: 'Globex' }, async call => {
    await call('create_project', { name: 'Portal', client: 'Globex', hourly_rate: '100' })
    await call('log_time', { project: 'Portal', date: '2026-05-19', duration: '1h' })
    await call('draft_invoice', { client: 'Globex', period: 'all_time' })
  })
  expect(steps(plans).filter(step => step.endsWith('entries_sort (workspace_id=?)'))).toEqual([])
})

test.each([
  ['list_events', {}],
  ['list_events', { type: 'entry.*' }],
  ['undo', {}],
  ['create_webhook', { url: 'https://example.com/', events: ['*'] }],
])('%s reads events by their numbers, and sorts none: %j', async (name, input) => {
  const plans = (await plansOf(name, input)).filter(({ sql }) => /from "events"/.test(sql))
  expect(plans).not.toEqual([])
  expect(steps(plans).filter(step => step.includes('TEMP B-TREE'))).toEqual([])
})

test.each(['day', 'client', 'task', 'member', 'host'])(
  'a report by %s looks through no table',
  async group_by => {
    expect(scans(ofEntries(await plansOf('get_report', { group_by })))).toEqual([])
  },
)

test.each([
  ['log_time', { project: 'Acme', start: '07:30', duration: '1h', tags: ['ui'] }],
  ['edit_entry', { entry: 'ENTRY', duration: '2h', tags: [] }],
  ['delete_entry', { entry: 'ENTRY', confirm: true }],
  ['split_entry', { entry: 'ENTRY', duration: '10m' }],
  ['get_entry', { entry: 'ENTRY' }],
  ['status', {}],
  ['get_dashboard', {}],
  ['list_overlaps', {}],
  ['get_project', { project: 'Acme' }],
])('%s looks through no table', async (name, input) => {
  expect(scans(ofEntries(await plansOf(name, input)))).toEqual([])
})

test.each([
  ['status', {}],
  ['get_budget', { project: 'Acme' }],
  ['get_workspace_summary', {}],
  ['list_sessions', { period: 'today' }],
  ['start_session', { project: 'Acme' }],
  [
    'take_in_signals',
    { signals: [{ host: 'codex', host_session: 'one', at: '08:00', kind: 'prompt', attended: true }] },
  ],
])('%s reads no sessions that are long over', async (name, input) => {
  const plans = await plansOf(name, input)
  const read = steps(plans).filter(step => /^(SCAN|SEARCH) (s|sessions)\b/.test(step))
  expect(read).not.toEqual([])
  expect(read.filter(step => !/ended_at|\(workspace_id=\? AND id=\?\)|host_session=/.test(step))).toEqual([])
})

test('status looks for what waits for a word in an index of nothing else', async () => {
  expect(steps(await plansOf('status')).join()).toContain('USING INDEX sessions_unsettled')
})
