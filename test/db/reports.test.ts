import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sums, unbilledSums } from '../../db/reports.ts'
import { wallSeconds } from '../../db/wall-clock.ts'
import { total, union } from '../../src/domain/interval.ts'
import { workspace } from '../support/workspace.ts'

const always = { from: 0, to: Number.MAX_SAFE_INTEGER }

async function given() {
  const one = await workspace({ now: '2026-05-20T18:00' })
  const { call, principal, store } = one
  await call('update_settings', { currency: 'EUR' })
  await call('save_client', { name: 'Acme', hourly_rate: '90' })
  await call('save_client', { name: 'Globex', currency: 'USD', hourly_rate: '100' })
  await call('create_project', { name: 'Shop', client: 'Acme' })
  await call('create_project', { name: 'App', client: 'Globex' })
  const asked: { sql: string; steps: string[] }[] = []
  const { handle } = store
  const prepare = handle.prepare.bind(handle)
  // a statement is prepared once and then kept
  handle.prepare = (sql: string) => {
    if (/\bentries\b/.test(sql) && /^select/i.test(sql)) asked.push({ sql, steps: stepsOf(prepare, sql) })
    return prepare(sql)
  }
  return { ...one, asked, workspace_id: principal.workspace_id }
}

function stepsOf(prepare: (sql: string) => { all(...values: unknown[]): unknown[] }, sql: string): string[] {
  const values = Array.from({ length: sql.split('?').length - 1 }, () => 0)
  // `explain query plan` gives such rows
  return (prepare(`explain query plan ${sql}`).all(...values) as { detail: string }[]).map(row => row.detail)
}

describe('sums by project', () => {
  test('read one covering index, look through no entries, and sort nothing', async () => {
    const { asked, call, store, workspace_id } = await given()
    await call('log_time', { project: 'Shop', start: '09:00', duration: '1h' })
    await store.read(db => sums(db, workspace_id, always, {}, ['project']))
    await store.read(db => unbilledSums(db, workspace_id, always, {}))
    const plans = asked.filter(({ sql }) => sql.includes('group by p.id'))
    expect(plans.length).toBeGreaterThanOrEqual(2)
    for (const { steps } of plans) {
      expect(steps.join('\n')).toContain('SEARCH e USING COVERING INDEX entries_project')
      expect(steps.filter(step => step.includes('TEMP B-TREE') || /^SCAN (e|entries)\b/.test(step))).toEqual(
        [],
      )
    }
  })

  test('ask for each currency only where a project has money in another one than its own', async () => {
    const { asked, call, store, workspace_id } = await given()
    await call('log_time', { project: 'Shop', start: '08:00', duration: '1h' })
    await call('log_time', { project: 'App', start: '10:00', duration: '1h' })
    const read = () => store.read(db => sums(db, workspace_id, always, {}, ['project']))
    const worth = async () =>
      (await read()).map(({ sum }) =>
        Object.fromEntries([...sum.worth].map(([key, one]) => [key, Number(one)])),
      )
    const single = () =>
      asked.filter(({ sql }) => !sql.includes('group by p.id') && sql.includes('group by 1'))
    expect(await worth()).toEqual(expect.arrayContaining([{ EUR: 9000 * 3600 }, { USD: 10_000 * 3600 }]))
    expect(single()).toEqual([])
    await call('save_client', { client: 'Acme', currency: 'CHF', hourly_rate: '110' })
    await call('log_time', { project: 'Shop', start: '12:00', duration: '1h' })
    expect(await worth()).toEqual(
      expect.arrayContaining([{ EUR: 9000 * 3600, CHF: 11_000 * 3600 }, { USD: 10_000 * 3600 }]),
    )
    expect(single().length).toBe(1)
  })

  test('stay exact where a sum would not fit into the numbers of a database', async () => {
    const { call, store, workspace_id } = await given()
    await call('save_client', { client: 'Acme', hourly_rate: '10000000000' })
    const entry = await call('log_time', { project: 'Shop', date: '2026-05-20', duration: '24h' })
    store.handle.exec(`
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 200)
      insert into entries (${columns}) select ${columns.replace(' id,', " 'ent_' || i,")}
      from entries, n where id = '${entry.entry.id}'`)
    const [found] = await store.read(db => sums(db, workspace_id, always, {}, ['project']))
    expect(found?.sum.worth.get('EUR')).toBe(201n * 86_400n * 10n ** 12n)
  })
})

const columns = `workspace_id, id, member_id, project_id, task_id, description, description_key, tags, started_at,
  ended_at, date, sort_at, seconds, active_seconds, agent_seconds, idle_seconds, billable, bill_agent_time,
  billable_seconds, kind, source, session_id, host, host_session, model, git, fixed_at, late_seconds, invoice_id,
  rate, agent_rate, rate_currency, rate_level, version, created_at, updated_at, deleted_at`

describe('unbilled sums', () => {
  test('leave out what is not billable or on an invoice, and know what has no rate', async () => {
    const { call, store, workspace_id } = await given()
    await call('save_client', { name: 'Initech' })
    await call('create_project', { name: 'Open', client: 'Initech' })
    const first = await call('log_time', { project: 'Shop', start: '08:00', duration: '1h' })
    await call('log_time', { project: 'Shop', start: '09:00', duration: '30m' })
    await call('log_time', { project: 'Shop', start: '10:00', duration: '2h', billable: false })
    await call('log_time', { project: 'Open', start: '12:00', duration: '1h' })
    const read = (filter = {}) => store.read(db => unbilledSums(db, workspace_id, always, filter))
    expect(await read()).toEqual(
      expect.arrayContaining([
        {
          project: { id: expect.any(String), name: 'Shop' },
          client: { id: expect.any(String), name: 'Acme' },
          currency: 'EUR',
          seconds: 5400,
          units: 13_500,
          rest: 0,
          unrated_seconds: 0,
          entries: 2,
          oldest: Date.parse(first.entry.started_at),
        },
        expect.objectContaining({ currency: null, seconds: 3600, unrated_seconds: 3600, units: 0 }),
      ]),
    )
    await call('draft_invoice', { client: 'Acme', period: '2026-05' })
    expect((await read()).map(one => one.project.name)).toEqual(['Open'])
  })

  test('have a row for each currency of a project', async () => {
    const { call, store, workspace_id } = await given()
    await call('log_time', { project: 'Shop', start: '08:00', duration: '1h' })
    await call('save_client', { client: 'Acme', currency: 'CHF', hourly_rate: '110' })
    await call('log_time', { project: 'Shop', start: '10:00', duration: '1h' })
    const rows = await store.read(db => unbilledSums(db, workspace_id, always, {}))
    expect(rows.map(({ currency, units }) => [currency, units])).toEqual([
      ['CHF', 11_000],
      ['EUR', 9000],
    ])
  })
})

test('time by the clock is the union of the active spans in the stretch', { timeout: 60_000 }, async () => {
  const { call, principal, store, workspace_id } = await given()
  const minutes = fc.integer({ min: 0, max: 3000 })
  const span = fc.record({ start: minutes, length: fc.integer({ min: 1, max: 1400 }) })
  const base = Date.parse('2026-05-10T00:00:00.000Z')
  await fc.assert(
    fc.asyncProperty(
      fc.array(span, { minLength: 1, maxLength: 8 }),
      minutes,
      minutes,
      async (spans, a, b) => {
        const made: string[] = []
        for (const { length, start } of spans) {
          const at = new Date(base + start * 60_000).toISOString()
          made.push((await call('log_time', { project: 'Shop', start: at, duration: `${length}m` })).entry.id)
        }
        const from = base + Math.min(a, b) * 60_000
        const to = base + Math.max(a, b) * 60_000
        const clipped = spans.map(({ length, start }) => ({
          start: Math.max(from, base + start * 60_000),
          end: Math.min(to, base + (start + length) * 60_000),
        }))
        const days = { from_day: '2026-05-10', to_day: '2026-05-13' }
        const found = await store.read(db => wallSeconds(db, workspace_id, { from, to, ...days }, {}))
        const expected = total(union(clipped.filter(one => one.start < one.end))) / 1000
        expect(found.get(principal.member_id) ?? 0).toBe(expected)
        for (const entry of made) await call('delete_entry', { entry, confirm: true })
      },
    ),
    { numRuns: 40 },
  )
})
