import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

interface Row {
  name: string
  seconds: number
  billable_seconds: number
  entries: number
}
const named = (rows: readonly Row[]) => Object.fromEntries(rows.map(row => [row.name, row.seconds]))

describe('a report', () => {
  test('is of this month by project, largest first, and repeats its period', async () => {
    const { call } = await workspace({ projects: ['Small', 'Large'] })
    await call('log_time', { project: 'Small', duration: '1h' })
    await call('log_time', { project: 'Large', date: '2026-05-02', duration: '2h', billable: true })
    await call('log_time', { project: 'Large', date: '2026-04-30', duration: '8h' })
    expect(await call('get_report')).toMatchObject({
      period: {
        token: 'this_month',
        from: '2026-04-30T22:00:00.000Z',
        to: '2026-05-31T22:00:00.000Z',
        time_zone: 'Europe/Berlin',
      },
      rows: [
        { name: 'Large', seconds: 7200, billable_seconds: 7200, entries: 1 },
        { name: 'Small', seconds: 3600, billable_seconds: 0, entries: 1 },
      ],
      totals: {
        seconds: 10_800,
        active_seconds: 10_800,
        agent_seconds: 0,
        idle_seconds: 0,
        billable_seconds: 7200,
        entries: 2,
      },
    })
  })

  test('of nothing has no rows and a total of 0', async () => {
    const { call } = await workspace()
    for (const group_by of ['project', 'day', 'tag']) {
      expect(await call('get_report', { group_by, period: 'all_time' })).toMatchObject({
        rows: [],
        totals: { seconds: 0, entries: 0 },
      })
    }
  })

  test('counts an entry across midnight in both days, and once in the total', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    await call('log_time', { project: 'Acme', start: '2026-05-18T22:30:10', end: '2026-05-19T01:15:00' })
    const { rows, totals } = await call('get_report', { group_by: 'day' })
    expect(rows).toMatchObject([
      { name: '2026-05-18', seconds: 5390, entries: 1 },
      { name: '2026-05-19', seconds: 4500, entries: 1 },
    ])
    expect(totals).toMatchObject({ seconds: 9890, entries: 1 })
    expect((await call('get_report', { period: '2026-05-19' })).totals.seconds).toBe(4500)
    expect(
      (await call('get_report', { from: '2026-05-18T23:00', to: '2026-05-18T23:30' })).totals.seconds,
    ).toBe(1800)
  })

  test('cuts at the edges of months and at changes of the clocks', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    await call('log_time', { project: 'Acme', start: '2026-03-31T20:00', end: '2026-04-01T04:00' })
    await call('log_time', { project: 'Acme', start: '2026-03-28T12:00', duration: '24h' })
    expect(named((await call('get_report', { period: '2026', group_by: 'month' })).rows)).toEqual({
      '2026-03': 28 * 3600,
      '2026-04': 4 * 3600,
    })
    expect(named((await call('get_report', { period: '2026-03', group_by: 'day' })).rows)).toEqual({
      '2026-03-28': 12 * 3600,
      '2026-03-29': 12 * 3600,
      '2026-03-31': 4 * 3600,
    })
  })

  test('follows the time zone of the call', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    await call('log_time', { project: 'Acme', start: '2026-05-18T23:00', end: '2026-05-19T01:00' })
    const days = async (time_zone: string) =>
      named((await call('get_report', { group_by: 'day', time_zone })).rows)
    expect(await days('Europe/Berlin')).toEqual({ '2026-05-18': 3600, '2026-05-19': 3600 })
    expect(await days('Asia/Tokyo')).toEqual({ '2026-05-19': 7200 })
    expect(await days('America/New_York')).toEqual({ '2026-05-18': 7200 })
  })

  test('begins weeks where the workspace begins them', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    for (const day of ['16', '17', '18'])
      await call('log_time', { project: 'Acme', date: `2026-05-${day}`, duration: '1h' })
    const weeks = async () => named((await call('get_report', { group_by: 'week' })).rows)
    expect(await weeks()).toEqual({ 'week of 2026-05-11': 7200, 'week of 2026-05-18': 3600 })
    await call('update_settings', { week_start: 'sunday' })
    expect(await weeks()).toEqual({ 'week of 2026-05-10': 3600, 'week of 2026-05-17': 7200 })
  })

  test('groups by client, task, member, tag and host', async () => {
    const { call, member } = await workspace({ projects: ['Internal'] })
    const grace = await member('Grace')
    const { client } = await call('save_client', { name: 'Globex' })
    await call('create_project', { name: 'Web', client: 'Globex' })
    await call('create_project', { name: 'App', client: 'Globex' })
    const { task } = await call('create_task', { project: 'Web', name: 'Design' })
    await call('log_time', { project: 'Web', task: 'Design', duration: '1h', tags: ['ui', 'call'] })
    await call('log_time', { project: 'App', duration: '2h', tags: ['UI'] })
    await grace.call('log_time', { project: 'Internal', duration: '4h' })
    await call('update_task', { task: task.id, archived: true })
    const rows = async (group_by: string) => (await call('get_report', { group_by })).rows
    expect(await rows('client')).toMatchObject([
      { name: 'no client', seconds: 14_400 },
      { name: 'Globex', id: client.id, seconds: 10_800, entries: 2 },
    ])
    expect(await rows('task')).toMatchObject([
      { name: 'no task', seconds: 21_600 },
      { name: 'Design', id: task.id, project: { name: 'Web' }, seconds: 3600 },
    ])
    expect(named(await rows('member'))).toEqual({ Ada: 10_800, Grace: 14_400 })
    expect(named(await rows('host'))).toEqual({ 'by hand': 25_200 })
    const tags = await call('get_report', { group_by: 'tag' })
    expect(named(tags.rows)).toEqual({ UI: 10_800, call: 3600, 'no tag': 14_400 })
    expect(tags.totals).toMatchObject({ seconds: 25_200, entries: 3 })
  })

  test('filters by project, client, member and tag', async () => {
    const { call, member } = await workspace({ projects: ['Internal'] })
    const grace = await member('Grace')
    await call('save_client', { name: 'Globex' })
    await call('create_project', { name: 'Web', client: 'Globex' })
    await call('log_time', { project: 'Web', duration: '1h', tags: ['ui'] })
    await grace.call('log_time', { project: 'Internal', duration: '4h' })
    for (const asked of [{ project: 'web' }, { client: 'globex' }, { member: 'ada' }, { tag: 'UI' }]) {
      expect((await call('get_report', asked)).totals.seconds, JSON.stringify(asked)).toBe(3600)
    }
    expect((await call('get_report', { member: 'Grace', group_by: 'day' })).totals.seconds).toBe(14_400)
  })

  test('compares with the period before, or with one that is named', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    await call('log_time', { project: 'Acme', date: '2026-05-04', duration: '3h' })
    await call('log_time', { project: 'Acme', date: '2026-04-04', duration: '2h' })
    expect((await call('get_report', { compare: 'previous' })).compared).toMatchObject({
      period: { token: '2026-04' },
      totals: { seconds: 7200 },
      change_seconds: 3600,
      change_percent: 50,
    })
    const none = (await call('get_report', { compare: '2025' })).compared
    expect(none).toMatchObject({ totals: { seconds: 0 }, change_seconds: 10_800 })
    expect(none).not.toHaveProperty('change_percent')
  })

  test.each([
    [{ group_by: 'colour' }, 'validation_error'],
    [{ period: 'tomorrow' }, 'invalid_period'],
    [{ period: 'all_time', compare: 'previous' }, 'invalid_period'],
    [{ compare: 'never' }, 'invalid_period'],
    [{ project: 'Nowhere' }, 'not_found'],
    [{ time_zone: 'UTC+2' }, 'validation_error'],
  ])('refuses %o', async (asked, code) => {
    const { refused } = await workspace()
    expect(await refused('get_report', asked)).toMatchObject({ code })
  })

  const zones = [
    'Europe/Berlin',
    'America/St_Johns',
    'America/Sao_Paulo',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Pacific/Chatham',
    'Africa/Cairo',
    'America/Havana',
    'UTC',
  ] as const
  // where days are 23 or 25 hours long, are skipped, or begin at one
  const starts = [
    '2011-12-28',
    '2018-11-02',
    '2024-03-08',
    '2024-10-25',
    '2025-04-04',
    '2026-03-27',
    '2024-12-28',
  ] as const

  test('has the same sum by day, by week, by month and in all, in any zone', {
    timeout: 60_000,
  }, async () => {
    const { call } = await workspace({ projects: ['Acme', 'Globex'] })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...zones),
        fc.constantFrom(...zones),
        fc.constantFrom(...starts),
        fc.array(
          fc.record({
            minute: fc.nat(6 * 1440),
            seconds: fc.integer({ min: 1, max: 86_400 }),
            timed: fc.boolean(),
            project: fc.constantFrom('Acme', 'Globex'),
          }),
          { minLength: 1, maxLength: 6 },
        ),
        async (home, time_zone, first, entries) => {
          await call('update_settings', { time_zone: home })
          const made: string[] = []
          let whole = 0
          for (const { minute, project, seconds, timed } of entries) {
            const start = new Date(Date.parse(first) + minute * 60_000).toISOString()
            const said = timed ? { start } : { date: start.slice(0, 10) }
            const { entry } = await call('log_time', { project, duration: `${seconds}s`, ...said })
            made.push(entry.id)
            whole += seconds
          }
          const period = { from: shifted(first, -3), to: shifted(first, 12), time_zone }
          const by = async (group_by: string) =>
            (await call('get_report', { ...period, group_by })).rows as Row[]
          const sum = (rows: readonly Row[]) => rows.reduce((total, row) => total + row.seconds, 0)
          const { rows, totals } = await call('get_report', period)
          const days = await by('day')
          expect({
            total: totals.seconds,
            entries: totals.entries,
            project: sum(rows),
            day: sum(days),
            week: sum(await by('week')),
            month: sum(await by('month')),
          }).toEqual({
            total: whole,
            entries: made.length,
            project: whole,
            day: whole,
            week: whole,
            month: whole,
          })
          for (const { name, seconds } of days) {
            expect((await call('get_report', { period: name, time_zone })).totals.seconds).toBe(seconds)
          }
          for (const entry of made) await call('delete_entry', { entry, confirm: true })
        },
      ),
      { numRuns: 60 },
    )
  })
})

const shifted = (day: string, by: number): string =>
  new Date(Date.parse(day) + by * 86_400_000).toISOString().slice(0, 10)
