import { describe, expect, test } from 'vitest'
import { server } from '../support/server.ts'

describe('a timer', () => {
  test('is read by its id or its project, also when it has ended', async () => {
    const { clock, send } = await server({ projects: ['Acme Web'] })
    const { body } = await send('POST /v1/timers', { body: { project: 'Acme Web' } })
    clock.pass(20)
    for (const ref of [body.timer.id, 'acme%20web', 'Acme%20Web'])
      expect(await send(`GET /v1/timers/${ref}`)).toMatchObject({
        status: 200,
        body: { timer: { id: body.timer.id, state: 'running', seconds: 1200 } },
      })
    await send('POST /v1/timers/acme-web/stop')
    expect((await send(`GET /v1/timers/${body.timer.id}`)).body.timer).toMatchObject({ state: 'ended' })
    expect((await send('GET /v1/timers/tmr_nowhere')).status).toBe(404)
    expect((await send('GET /v1/timers/moon')).status).toBe(404)
  })

  test('of somebody else is not there', async () => {
    const { member, send } = await server({ projects: ['Acme'] })
    const grace = await member('Grace')
    const { timer } = await grace.call('start_timer', { project: 'Acme' })
    const { session } = await grace.call('start_session', { project: 'Acme' })
    for (const path of [`timers/${timer.id}`, `sessions/${session.id}`, `sessions/${session.id}/beats`])
      expect((await send(`GET /v1/${path}`)).status, path).toBe(404)
    expect((await send(`POST /v1/timers/${timer.id}/heartbeat`)).status).toBe(404)
    expect((await send('GET /v1/sessions')).body.sessions).toEqual([])
  })

  test('stays alive by its heartbeat, and is told once a minute', async () => {
    const { clock, events, rows, send, through } = await server({ projects: ['Acme', 'Globex'] })
    await through('mcp')('start_timer', { project: 'Acme' })
    await through('mcp')('start_session', { project: 'Globex' })
    await events()
    for (let beat = 0; beat < 12; beat++) {
      clock.pass(10)
      expect((await send('POST /v1/timers/acme/heartbeat')).status).toBe(200)
      const all = await send('POST /v1/timers/heartbeat')
      expect(all).toMatchObject({ status: 200, body: { timers: [{}], sessions: [{}] } })
    }
    expect((await send('GET /v1/timers/acme')).body.timer).toMatchObject({ state: 'running', seconds: 7200 })
    expect(rows('signals').length).toBeLessThan(30)
    expect(await events()).toEqual([])
    clock.pass(31)
    expect(await send('POST /v1/timers/acme/heartbeat')).toMatchObject({
      status: 404,
      body: { error: { code: 'not_found' } },
    })
    expect((await send('POST /v1/timers/heartbeat')).body).toEqual({ timers: [], sessions: [] })
  })
})

describe('sessions', () => {
  const worked = async () => {
    const workplace = await server({ projects: ['Acme', 'Globex'] })
    const { clock, send } = workplace
    const ids: string[] = []
    for (const project of ['Acme', 'Globex', 'Acme']) {
      const { body } = await send('POST /v1/sessions', { body: { project } })
      ids.push(body.session.id)
      clock.pass(10)
      await send(`POST /v1/sessions/${body.session.id}/beats`, { body: { kind: 'agent' } })
      clock.pass(5)
      if (ids.length < 3) await send(`POST /v1/sessions/${body.session.id}/end`)
      clock.pass(5)
    }
    return { ...workplace, ids }
  }

  test('are listed, newest first, page by page', async () => {
    const { ids, send } = await worked()
    const { body } = await send('GET /v1/sessions')
    expect(body.sessions.map((one: { id: string }) => one.id)).toEqual(ids.toReversed())
    expect(body.sessions).toMatchObject([
      { state: 'running', beat: 'agent', active_seconds: 600, agent_seconds: 600 },
      { state: 'ended', active_seconds: 600, agent_seconds: 300 },
      { state: 'ended' },
    ])
    const of = async (query: string) =>
      (await send(`GET /v1/sessions?${query}`)).body.sessions.map((one: { id: string }) => one.id)
    expect(await of('state=open')).toEqual([ids[2]])
    expect(await of('state=ended&sort=started_at')).toEqual([ids[0], ids[1]])
    expect(await of('project=acme')).toEqual([ids[2], ids[0]])
    expect(await of('period=yesterday')).toEqual([])
    const seen: string[] = []
    let cursor = ''
    do {
      const page = (await send(`GET /v1/sessions?limit=1&cursor=${cursor}`)).body
      seen.push(page.sessions[0].id)
      cursor = page.next_cursor ?? ''
    } while (cursor !== '')
    expect(seen).toEqual(ids.toReversed())
  })

  test('are read one by one, with their beats', async () => {
    const { ids, send } = await worked()
    const { body, headers } = await send(`GET /v1/sessions/${ids[0]}`)
    expect(body.session).toMatchObject({ id: ids[0], state: 'ended' })
    expect(headers.get('etag')).toMatch(/^"\d+-/)
    const beats = (await send(`GET /v1/sessions/${ids[0]}/beats`)).body
    expect(beats).toEqual({
      beats: [
        {
          kind: 'active',
          started_at: '2026-05-20T07:00:00.000Z',
          ended_at: '2026-05-20T07:10:00.000Z',
          seconds: 600,
          hand_set: true,
        },
        {
          kind: 'agent',
          started_at: '2026-05-20T07:10:00.000Z',
          ended_at: '2026-05-20T07:15:00.000Z',
          seconds: 300,
          hand_set: true,
        },
      ],
      next_cursor: null,
    })
    const first = (await send(`GET /v1/sessions/${ids[0]}/beats?limit=1`)).body
    const rest = (await send(`GET /v1/sessions/${ids[0]}/beats?limit=1&cursor=${first.next_cursor}`)).body
    expect([...first.beats, ...rest.beats]).toEqual(beats.beats)
    expect(rest.next_cursor).toBeNull()
  })

  test.each([
    ['start', 'end'],
    ['started_at', 'ended_at'],
  ])('with %s and %s are entries at once', async (start, end) => {
    const { events, send } = await server({ projects: ['Acme'] })
    await events()
    const both = { [start]: '2026-05-20T06:00:00.000Z', [end]: '2026-05-20T06:30:00.000Z' }
    const made = await send('POST /v1/sessions', { body: { project: 'Acme', description: 'Call', ...both } })
    expect(made).toMatchObject({
      status: 201,
      body: { entry: { seconds: 1800, description: 'Call', project: { name: 'Acme' } } },
    })
    expect(await events()).toEqual(['entry.created'])
    expect((await send('POST /v1/sessions', { body: { project: 'Acme', [start]: '08:00' } })).status).toBe(
      422,
    )
    const again = { body: { project: 'Acme', ...both }, headers: { 'idempotency-key': 'k' } }
    const [one, other] = [await send('POST /v1/sessions', again), await send('POST /v1/sessions', again)]
    expect(other.body.entry.id).toBe(one.body.entry.id)
  })
})

describe('a session that is open', () => {
  test('is changed and moved, as long as nobody else changed it', async () => {
    const { clock, events, send } = await server({ projects: ['Acme', 'Globex'] })
    await send('POST /v1/tasks', { body: { project: 'Globex', name: 'Login' } })
    const { body } = await send('POST /v1/sessions', { body: { project: 'Acme', description: 'Call' } })
    const { id } = body.session
    const etag = (await send(`GET /v1/sessions/${id}`)).headers.get('etag') ?? ''
    await events()
    clock.pass(10)
    const changed = await send(`PATCH /v1/sessions/${id}`, {
      body: { move_to: 'Globex', task: 'Login', tags: ['x'], description: null },
      headers: { 'if-match': etag },
    })
    expect(changed).toMatchObject({
      status: 200,
      body: {
        session: { id, description: '', tags: ['x'], project: { name: 'Globex' }, task: { name: 'Login' } },
      },
    })
    expect(await events()).toEqual(['session.updated'])
    expect(changed.headers.get('etag')).toBe('"2"')
    const late = { body: { description: 'Late' }, headers: { 'if-match': etag } }
    expect((await send(`PATCH /v1/sessions/${id}`, late)).status).toBe(412)
    expect(
      (await send('PATCH /v1/sessions/globex', { body: { task: '' } })).body.session.task,
    ).toBeUndefined()
    const { entry } = (await send(`POST /v1/sessions/${id}/end`)).body
    expect(entry).toMatchObject({ project: { name: 'Globex' }, seconds: 600, tags: ['x'] })
    expect(await send(`PATCH /v1/sessions/${id}`, { body: { description: 'Late' } })).toMatchObject({
      status: 409,
      body: { error: { code: 'conflict', details: { entry: entry.id } } },
    })
    expect((await send('PATCH /v1/sessions/ses_nowhere', { body: {} })).status).toBe(404)
  })

  test('is thrown away by DELETE', async () => {
    const { clock, events, send } = await server({ projects: ['Acme'] })
    const { body } = await send('POST /v1/sessions', { body: { project: 'Acme' } })
    clock.pass(10)
    await events()
    expect((await send(`DELETE /v1/sessions/${body.session.id}`)).status).toBe(204)
    expect(await events()).toEqual(['session.discarded'])
    expect((await send('GET /v1/entries')).body.entries).toEqual([])
    expect((await send(`GET /v1/sessions/${body.session.id}`)).body.session.state).toBe('discarded')
  })
})

test('a timer is changed as long as nobody else changed it', async () => {
  const { send } = await server({ projects: ['Acme'] })
  const { headers } = await send('POST /v1/timers', { body: { project: 'Acme' } })
  const change = (description: string) =>
    send('PATCH /v1/timers/acme', {
      body: { description },
      headers: { 'if-match': headers.get('etag') ?? '' },
    })
  expect((await change('First')).status).toBe(200)
  expect((await change('Late')).status).toBe(412)
})

test('a task is read by its id or its name', async () => {
  const { send } = await server({ projects: ['Acme'] })
  const { body } = await send('POST /v1/tasks', { body: { project: 'Acme', name: 'Login' } })
  for (const ref of [body.task.id, 'login'])
    expect(await send(`GET /v1/tasks/${ref}`)).toMatchObject({ status: 200, body: { task: body.task } })
  expect((await send('GET /v1/tasks/moon')).status).toBe(404)
})

test('a folder is taken off its project', async () => {
  const { events, send } = await server({ projects: ['Acme'] })
  const map = (directory: string) => send('POST /v1/mappings', { body: { directory, project: 'Acme' } })
  await map('/work/one')
  await map('/work/two')
  await events()
  expect(await send('DELETE /v1/mappings/%2Fwork%2Fone')).toMatchObject({ status: 204, text: '' })
  expect((await send('DELETE /v1/mappings?directory=/work/two')).status).toBe(204)
  expect((await send('DELETE /v1/mappings?directory=/work/two')).status).toBe(404)
  expect((await send('DELETE /v1/mappings?directory=two')).status).toBe(422)
  expect((await send('DELETE /v1/mappings')).status).toBe(422)
  expect((await send('GET /v1/mappings')).body.mappings).toEqual([])
  expect(await events()).toEqual(['mapping.deleted', 'mapping.deleted'])
})

test('a report is compared with the period before, or with the one that is named', async () => {
  const { send } = await server({ projects: ['Acme'] })
  await send('POST /v1/entries', { body: { project: 'Acme', date: '2026-05-19', duration: 60 } })
  const against = async (query: string) =>
    (await send(`GET /v1/reports/compare?period=this_week${query}`)).body.compared.period
  expect(await against('')).toMatchObject({ from: '2026-05-10T22:00:00.000Z' })
  expect(await against('&compare=2026-04')).toMatchObject({ token: '2026-04' })
})

test('events are polled from where one was', async () => {
  const { send } = await server()
  const before = (await send('GET /v1/events?limit=1')).body.events[0].seq
  await send('POST /v1/clients', { body: { name: 'Acme' } })
  const { events } = (await send(`GET /v1/events?after=${before}&sort=seq`)).body
  expect(events.map((one: { type: string }) => one.type)).toEqual(['client.created'])
  expect((await send(`GET /v1/events?after=${events[0].seq}`)).body.events).toEqual([])
})
