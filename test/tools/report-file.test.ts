import { expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

async function given() {
  const { call } = await workspace({ now: '2026-05-20T18:00' })
  await call('update_settings', { currency: 'EUR' })
  await call('save_client', { name: '=cmd|A1 <b>', hourly_rate: '90' })
  await call('save_client', { name: 'Globex', currency: 'USD', hourly_rate: '100' })
  await call('create_project', { name: 'Shop', client: '=cmd|A1 <b>' })
  await call('create_project', { name: 'App', client: 'Globex' })
  await call('create_project', { name: 'Internal' })
  await call('log_time', { project: 'Shop', start: '2026-05-18T09:00', duration: '1h30m' })
  await call('log_time', { project: 'App', start: '2026-05-19T09:00', duration: '20m' })
  await call('log_time', { project: 'Internal', date: '2026-05-19', duration: '3h' })
  const file = async (input: object) => {
    const { file } = await call('get_report_file', input)
    return { ...file, content: Buffer.from(file.content, 'base64').toString() }
  }
  return { call, file }
}

test('as CSV has a line for each row, which no spreadsheet takes for a formula', async () => {
  const { file } = await given()
  expect(await file({ format: 'csv' })).toEqual({
    name: 'report-2026-05-01-2026-05-31-project.csv',
    media_type: 'text/csv; charset=utf-8',
    content: [
      'client,project,seconds,active_seconds,agent_seconds,idle_seconds,billable_seconds,unrated_seconds,entries,currency,amount',
      ',Internal,10800,10800,0,0,0,0,1,,',
      `"'=cmd|A1 <b>",Shop,5400,5400,0,0,5400,0,1,EUR,135.00`,
      'Globex,App,1200,1200,0,0,1200,0,1,USD,33.33',
      '',
    ].join('\r\n'),
  })
})

test('as CSV its columns can be added up: further currencies and nested rows count nothing twice', async () => {
  const { file } = await given()
  const { content } = await file({ format: 'csv', group_by: 'member', then_by: 'client' })
  expect(content.split('\r\n').slice(0, 4)).toEqual([
    'member,client,seconds,active_seconds,agent_seconds,idle_seconds,billable_seconds,unrated_seconds,entries,currency,amount',
    'Ada,no client,10800,10800,0,0,0,0,1,,',
    `Ada,"'=cmd|A1 <b>",5400,5400,0,0,5400,0,1,EUR,135.00`,
    'Ada,Globex,1200,1200,0,0,1200,0,1,USD,33.33',
  ])
  const together = await file({ format: 'csv', group_by: 'member' })
  expect(together.content.split('\r\n').slice(1, 3)).toEqual([
    'Ada,17400,17400,0,0,6600,0,3,EUR,135.00',
    'Ada,,,,,,,,USD,33.33',
  ])
})

test('as Markdown is a table, whatever things are called', async () => {
  const { file } = await given()
  const { content, name } = await file({ format: 'markdown', group_by: 'client', period: '2026-05-18' })
  expect(name).toBe('report-2026-05-18-2026-05-18-client.md')
  expect(content).toBe(`# Time by client

Workspace, 2026-05-18 to 2026-05-18 (Europe/Berlin)

| client | Time | People | Assistants | Billable | EUR | Entries |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
| =cmd\\|A1 \\<b\\> | 1h 30m | 1h 30m | 0m | 1h 30m | 135.00 | 1 |
| **Total** | 1h 30m | 1h 30m | 0m | 1h 30m | 135.00 | 1 |
`)
})

test('as a page stands for itself: a drawing with its title, a table beside it, nothing that runs or is loaded', async () => {
  const { file } = await given()
  for (const group_by of ['project', 'day']) {
    const { content, media_type, name } = await file({ group_by })
    expect(name).toBe(`report-2026-05-01-2026-05-31-${group_by}.html`)
    expect(media_type).toBe('text/html; charset=utf-8')
    expect(content).toMatch(
      /<svg role="img" aria-labelledby="chart"[^>]*><title id="chart">Time by \w+<\/title>/,
    )
    expect(content.match(/<rect class="you"/g)).toHaveLength(group_by === 'day' ? 2 : 3)
    expect(content).toContain('<table class="rows">')
    expect(content).toContain('33.33')
    expect(content).not.toMatch(/<script|<b>|https?:|<link|<img|\son\w+=/)
  }
})

test('of nothing says so', async () => {
  const { file } = await given()
  const { content } = await file({ period: '2020' })
  expect(content).toContain('No time.')
  expect(content).not.toContain('<svg')
  expect((await file({ period: '2020', format: 'csv' })).content.split('\r\n')).toHaveLength(2)
})

test('with many rows draws the longest twenty and tells the rest', async () => {
  const { call, file } = await given()
  for (let at = 0; at < 22; at++) {
    await call('create_project', { name: `Extra ${at}` })
    await call('log_time', { project: `Extra ${at}`, date: '2026-05-19', duration: '10m' })
  }
  const { content } = await file({})
  expect(content.match(/<rect class="you"/g)).toHaveLength(20)
  expect(content).toContain('and 5 more: 50m')
})
