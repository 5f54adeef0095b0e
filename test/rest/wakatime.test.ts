import { describe, expect, test } from 'vitest'
import { editorIn } from '../../src/rest/wakatime.ts'
import { server } from '../support/server.ts'

const agent = (editor: string) =>
  `wakatime/v1.98.1 (linux-6.5.0-unknown-x86_64) go1.22.1 ${editor}/1.90.0 ${editor}-wakatime/24.6.0`

/** As wakatime-cli sends it. */
const heartbeat = (time: number, project: string | null, more: object = {}) => ({
  branch: 'main',
  category: 'coding',
  cursorpos: 12,
  dependencies: ['zod'],
  entity: '/home/ada/secret/plan.ts',
  is_write: true,
  language: 'TypeScript',
  lineno: 42,
  lines: 100,
  project,
  project_root_count: 3,
  time,
  type: 'file',
  user_agent: agent('vim'),
  ...more,
})

async function editor(now = '2026-05-20T12:00') {
  const workplace = await server({ now })
  const { call, clock, send } = workplace
  const { secret } = await call('create_token', { name: 'Editors', scope: 'write', wakatime: true })
  const headers = {
    authorization: `Basic ${Buffer.from(secret).toString('base64')}`,
    'user-agent': agent('vim'),
    'x-machine-name': 'laptop',
  }
  const bulk = (body: unknown) =>
    send('POST /v1/wakatime/users/current/heartbeats.bulk', { token: null, headers, body })
  /** Seconds of this day's clock. */
  const at = (time: string): number => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number)
    return Date.UTC(2026, 4, 20, hours - 2, minutes) / 1000
  }
  const work = (project: string, ...times: string[]) => bulk(times.map(time => heartbeat(at(time), project)))
  /** What was counted, in minutes, by project. */
  const minutes = async (): Promise<Record<string, number>> => {
    const { rows } = await call('get_report', { period: 'today' })
    return Object.fromEntries(
      rows.map((row: { name: string; active_seconds: number }) => [row.name, row.active_seconds / 60]),
    )
  }
  return { ...workplace, at, bulk, clock, headers, minutes, secret, work }
}

test('an api_url that is all of the API does as well', async () => {
  const { at, headers, send } = await editor()
  const options = { token: null, headers }
  expect((await send('GET /v1/users/current', options)).status).toBe(200)
  const body = [heartbeat(at('11:00'), 'Website')]
  expect((await send('POST /v1/users/current/heartbeats.bulk', { ...options, body })).status).toBe(202)
})

describe('a key for editors', () => {
  test('has the one form that they take, and is a token like any other', async () => {
    const { call, headers, secret, send } = await editor()
    expect(secret).toMatch(/^waka_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const user = 'GET /v1/wakatime/users/current'
    const shown = [
      headers.authorization,
      `Basic ${Buffer.from(`${secret}:`).toString('base64')}`,
      `Basic ${Buffer.from(`:${secret}`).toString('base64')}`,
      `Basic ${Buffer.from(secret.slice('waka_'.length)).toString('base64')}`,
      `Bearer ${secret}`,
    ]
    for (const authorization of shown)
      expect(await send(user, { token: null, headers: { authorization } })).toMatchObject({
        status: 200,
        body: { data: { display_name: 'Ada', timezone: 'Europe/Berlin' } },
      })
    const wrong = [`Basic ${Buffer.from('waka_1').toString('base64')}`, 'Basic !', 'Basic ', 'Digest x']
    for (const authorization of wrong)
      expect((await send(user, { token: null, headers: { authorization } })).status, authorization).toBe(401)
    const { secret: next } = await call('rotate_token', { token: 'Editors' })
    expect(next).toMatch(/^waka_/)
    expect((await send(user, { token: null, headers })).status).toBe(401)
    expect((await send(user, { token: next })).status).toBe(200)
    await call('revoke_token', { token: 'Editors', confirm: true })
    expect((await send(user, { token: next })).status).toBe(401)
  })

  test('is needed, and one that may write', async () => {
    const { bulk, owner, send, tokenOf } = await editor()
    const path = 'POST /v1/wakatime/users/current/heartbeats.bulk'
    expect((await send(path, { token: null, body: [] })).status).toBe(401)
    expect((await send(path, { token: await tokenOf('read'), body: [heartbeat(1, 'a')] })).status).toBe(403)
    expect((await send(path, { token: owner, body: [heartbeat(1_779_000_000, 'a')] })).status).toBe(202)
    expect((await bulk([])).body).toEqual({ responses: [] })
  })
})

describe('heartbeats', () => {
  test('are answered as editors expect it, each for itself', async () => {
    const { at, bulk, headers, send } = await editor()
    const good = heartbeat(at('11:00') + 0.25, 'site')
    const { body, status } = await bulk([good, { ...good, time: 'soon' }, { ...good, time: at('13:00') }])
    expect(status).toBe(202)
    expect(body.responses).toEqual([
      [{ data: { id: expect.stringMatching(/^sig_hb_/), time: good.time } }, 201],
      [{ error: expect.stringContaining('time') }, 400],
      [{ error: 'time: lies in the future' }, 400],
    ])
    const one = await send('POST /v1/wakatime/users/current/heartbeats', { token: null, headers, body: good })
    expect(one).toMatchObject({ status: 201, body: body.responses[0][0] })
    expect((await bulk(Array.from({ length: 1001 }, () => good))).status).toBe(413)
  })

  test("count while they are not far apart; a longer silence is nobody's time", async () => {
    const { minutes, work } = await editor()
    await work('site', '09:00', '09:02', '09:20', '09:50', '10:30', '10:40')
    expect(await minutes()).toEqual({ site: 60 })
  })

  test('make one entry of what hangs together, on a project that is made or known', async () => {
    const { call, events, work } = await editor()
    await call('create_project', { name: 'Website', aliases: ['site'] })
    await events()
    await work('site', '09:00', '09:10', '10:30', '10:40')
    const { entries } = await call('list_entries')
    expect(entries).toMatchObject([
      { project: { name: 'Website' }, active_seconds: 600, agent_seconds: 0, kind: 'session' },
      { project: { name: 'Website' }, active_seconds: 600 },
    ])
    await work('new-thing', '11:50')
    expect((await call('status')).sessions).toMatchObject([
      { project: { name: 'new-thing' }, state: 'running', active_seconds: 600, host: 'rest' },
    ])
    expect(await events()).toContain('project.created')
  })

  test('end by themselves without a word', async () => {
    const { call, clock, work } = await editor()
    await work('site', '11:40', '11:50')
    clock.set('14:00')
    expect(await call('status')).toMatchObject({ sessions: [], ended: [], warnings: [] })
    expect((await call('list_entries')).entries).toMatchObject([{ active_seconds: 600 }])
  })

  test('of a person who goes to and fro count once', async () => {
    const { minutes, work } = await editor()
    await work('a', '09:00', '09:10')
    await work('b', '09:15', '09:20')
    await work('a', '09:25', '09:35')
    expect(await minutes()).toEqual({ a: 25, b: 10 })
  })

  test('count once in two editors too', async () => {
    const { at, bulk, minutes } = await editor()
    await bulk([
      heartbeat(at('09:00'), 'a'),
      heartbeat(at('09:05'), 'a', { user_agent: agent('vscode') }),
      heartbeat(at('09:10'), 'a'),
      heartbeat(at('09:15'), 'a', { user_agent: agent('vscode') }),
    ])
    expect(await minutes()).toEqual({ a: 15 })
  })

  test('that come again change nothing', async () => {
    const { minutes, rows, work } = await editor()
    await work('site', '09:00', '09:10')
    const before = rows('signals')
    const { body } = await work('site', '09:00', '09:10')
    expect(body.responses).toHaveLength(2)
    expect(rows('signals')).toEqual(before)
    expect(await minutes()).toEqual({ site: 10 })
  })

  test('that come late fall where they belong', async () => {
    const times: [string, string][] = [
      ['a', '09:00'],
      ['b', '09:05'],
      ['a', '09:08'],
      ['a', '09:20'],
      ['b', '09:31'],
      ['a', '10:30'],
      ['b', '10:31'],
    ]
    const inOrder = await editor()
    for (const [project, time] of times) await inOrder.work(project, time)
    const backwards = await editor()
    for (const [project, time] of times.toReversed()) await backwards.work(project, time)
    const expected = { a: 5 + 23 + 1, b: 3 }
    expect(await inOrder.minutes()).toEqual(expected)
    expect(await backwards.minutes()).toEqual(expected)
  })

  test("of an agent are its time, beside the person's", async () => {
    const { at, bulk, call } = await editor()
    await bulk([
      heartbeat(at('09:00'), 'a'),
      heartbeat(at('09:01'), 'a', { category: 'ai coding' }),
      heartbeat(at('09:05'), 'a', { category: 'ai coding' }),
      heartbeat(at('09:08'), 'a'),
    ])
    const { rows } = await call('get_report', { period: 'today' })
    expect(rows).toMatchObject([{ name: 'a', active_seconds: 480, agent_seconds: 240 }])
  })

  test('of a member who is kept to some projects land there, or in a project of their own', async () => {
    const { at, call, member, minutes, send } = await editor()
    await call('create_project', { name: 'Shop' })
    await member('Grace')
    await call('update_member', { member: 'Grace', projects: ['Shop'] })
    const { secret: token } = await call('create_token', { name: 'Hers', member: 'Grace', scope: 'write' })
    const body = [
      heartbeat(at('09:00'), 'shop'),
      heartbeat(at('09:10'), 'shop'),
      heartbeat(at('10:00'), 'other'),
      heartbeat(at('10:05'), 'third'),
      heartbeat(at('11:00'), 'other'),
      heartbeat(at('11:01'), 'other'),
    ]
    const path = 'POST /v1/wakatime/users/current/heartbeats.bulk'
    expect((await send(path, { token, body })).status).toBe(202)
    expect(await minutes()).toEqual({ Shop: 10, 'Unsorted (Grace)': 6 })
  })

  test('name the editor that is a host, else the door they came through', async () => {
    const { at, bulk, call } = await editor()
    await bulk([
      heartbeat(at('11:45'), 'a', { user_agent: agent('cursor') }),
      heartbeat(at('11:50'), null, { user_agent: 'wakatime/13.0.6' }),
    ])
    const { sessions } = await call('status')
    expect(
      sessions.map((one: { host: string; project: { name: string } }) => [one.host, one.project.name]),
    ).toEqual([
      ['cursor', 'a'],
      ['rest', 'Unsorted'],
    ])
  })

  test('leave nothing of what was worked on', async () => {
    const { store, work } = await editor()
    await work('site', '09:00', '09:10')
    const tables = store.handle.prepare(`select name from sqlite_master where type = 'table'`).pluck().all()
    for (const table of tables) {
      const kept = JSON.stringify(store.handle.prepare(`select * from ${String(table)}`).all())
      expect(kept, String(table)).not.toMatch(/secret|plan\.ts|TypeScript|laptop/)
    }
  })
})

describe('the name of an editor', () => {
  test.each([
    [agent('vim'), 'vim'],
    ['wakatime/v1.9 (mac) go1.22 vscode/1.90 vscode-wakatime/24.6.0', 'vscode'],
    ['wakatime/v1.9 (mac) go1.22 Cursor/0.4 vscode-wakatime/24.6.0', 'cursor'],
    ['wakatime/v1.9 (mac) go1.22 claude-code/2.1 claude-code-wakatime/3', 'claude-code'],
    ['wakatime/v1.9 (mac) go1.22 Zsh-wakatime/1', 'zsh'],
    ['wakatime/13.0.6', 'editor'],
    ['', 'editor'],
  ])('in %j is %s', (said, name) => {
    expect(editorIn(said)).toBe(name)
  })
})

describe('what editors show', () => {
  test('is the time of this day', async () => {
    const { at, bulk, headers, send, work } = await editor()
    const shown = async () =>
      (await send('GET /v1/wakatime/users/current/statusbar/today', { token: null, headers })).body.data
    expect((await shown()).grand_total).toEqual({
      digital: '0:00',
      hours: 0,
      minutes: 0,
      text: '0 mins',
      total_seconds: 0,
    })
    await work('site', '09:00', '09:30', '09:59', '10:20', '11:50', '11:59')
    await bulk([heartbeat(at('11:00'), 'site', { category: 'ai coding' })])
    expect(await shown()).toMatchObject({
      grand_total: { text: '1 hr 30 mins', hours: 1, minutes: 30, total_seconds: 5400 },
      categories: [{ name: 'Coding', text: '1 hr 30 mins' }],
      range: { timezone: 'Europe/Berlin' },
    })
    const days = await send('GET /v1/wakatime/users/current/summaries?start=2026-05-18&end=2026-05-20', {
      token: null,
      headers,
    })
    expect(days.body.data).toMatchObject([
      { grand_total: { text: '1 hr 20 mins' }, range: { date: '2026-05-20', timezone: 'Europe/Berlin' } },
    ])
  })
})
