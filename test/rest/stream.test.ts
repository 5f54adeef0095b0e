import { describe, expect, onTestFinished, test } from 'vitest'
import { eventStreams } from '../../src/rest/stream.ts'
import { server } from '../support/server.ts'

interface Told {
  id: string
  event: string
  data: { seq: number; type: string; subject_id: string }
}

/** Listens until the test is over. */
async function listening(origin: string, token: string, query = '', headers: Record<string, string> = {}) {
  const over = new AbortController()
  onTestFinished(() => over.abort())
  const response = await fetch(`${origin}/api/v1/events/stream${query}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
    signal: over.signal,
  })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const more = async (): Promise<boolean> => {
    const { done, value = '' } = (await reader?.read()) ?? { done: true }
    text += value
    return !done
  }
  return {
    response,
    hangUp: () => over.abort(),
    /** The next events; fewer where the stream ended before. */
    next: async (count: number): Promise<Told[]> => {
      while (text.split('\ndata: ').length <= count || !text.endsWith('\n\n')) if (!(await more())) break
      const blocks = text.split('\n\n').filter(one => one.startsWith('id: '))
      text = ''
      return blocks.map(read)
    },
    until: async (said: string): Promise<string> => {
      while (!text.includes(said)) if (!(await more())) break
      return text
    },
    end: async (): Promise<void> => {
      while (await more());
    },
  }
}

function read(block: string): Told {
  const fields = Object.fromEntries(
    block.split('\n').map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
  return { id: fields.id ?? '', event: fields.event ?? '', data: JSON.parse(fields.data ?? '') }
}

describe('a stream of events', () => {
  test('tells what happens from now on, each with its number', async () => {
    const { call, origin, owner } = await server({ projects: ['Acme'] })
    const { next, response } = await listening(origin, owner)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('cache-control')).toContain('no-cache')
    const { timer } = await call('start_timer', { project: 'Acme' })
    const [started] = await next(1)
    expect(started).toMatchObject({ event: 'timer.started', data: { subject_id: timer.id } })
    expect(started?.id).toBe(String(started?.data.seq))
    const { events } = await call('list_events', { limit: 1 })
    expect(started?.data).toEqual(events[0])
  })

  test('goes on without a gap and without repeating, from where one was', async () => {
    const { call, origin, owner } = await server()
    const { events } = await call('list_events', { sort: 'seq' })
    const before = events.at(-1).seq
    for (let number = 0; number < 130; number++) await call('save_client', { name: `Client ${number}` })
    const first = await listening(origin, owner, `?after=${before}&type=client.*`)
    const seen = await first.next(130)
    first.hangUp()
    expect(seen.map(one => one.data.seq)).toEqual(Array.from(seen, (_, at) => before + 1 + at))
    await call('save_client', { name: 'While away' })
    const again = await listening(origin, owner, `?after=${before}`, { 'last-event-id': seen[127]?.id ?? '' })
    const rest = await again.next(3)
    expect(rest.map(one => one.data.seq)).toEqual([before + 129, before + 130, before + 131])
    const from = await call('list_events', { after: before + 129, sort: 'seq' })
    expect(from.events.map((one: { seq: number }) => one.seq)).toEqual([before + 130, before + 131])
  })

  test('tells only what was asked for', async () => {
    const { call, origin, owner } = await server({ projects: ['Acme'] })
    const { next } = await listening(origin, owner, '?type=entry.*')
    await call('save_client', { name: 'Globex' })
    await call('log_time', { project: 'Acme', date: '2026-05-19', duration: 60 })
    expect((await next(1)).map(one => one.event)).toEqual(['entry.created'])
  })

  test('shows that it is there while nothing happens', async () => {
    const { origin, owner } = await server({ streaming: { quiet_looks: 2 } })
    const { until } = await listening(origin, owner)
    expect(await until(': alive')).toMatch(/^retry: 3000\n\n: alive\n\n/)
  })

  test.each([
    ['?after=x', {}],
    ['?after=-1', {}],
    ['?colour=red', {}],
    ['', { 'last-event-id': 'evt_1' }],
  ])('cannot begin at %j %j', async (query, headers) => {
    const { send } = await server()
    expect(await send(`GET /v1/events/stream${query}`, { headers })).toMatchObject({
      status: 422,
      body: { error: { code: 'validation_error' } },
    })
  })
})

describe('who may listen', () => {
  test('manages the workspace, as whoever reads the list of events', async () => {
    const { call, member, send } = await server()
    await member('Grace')
    const { secret } = await call('create_token', { name: 'Hers', member: 'Grace', scope: 'full' })
    expect(await send('GET /v1/events/stream', { token: secret })).toMatchObject({
      status: 403,
      body: { error: { code: 'forbidden_role' } },
    })
    expect((await send('GET /v1/events/stream', { token: null })).status).toBe(401)
  })

  test('hears nothing more once the token is revoked', async () => {
    const { call, origin } = await server()
    const { secret } = await call('create_token', { name: 'Ear' })
    const { end, next } = await listening(origin, secret)
    await call('revoke_token', { token: 'Ear', confirm: true })
    await call('save_client', { name: 'Secret' })
    await end()
    expect(await next(1)).toEqual([])
  })

  test('has a few streams, not many', async () => {
    const { origin, owner, send, tokenOf } = await server({ streaming: { most_of_token: 2, most: 3 } })
    const first = await listening(origin, owner)
    await listening(origin, owner)
    expect(await send('GET /v1/events/stream')).toMatchObject({
      status: 429,
      body: { error: { code: 'rate_limited' } },
    })
    await listening(origin, await tokenOf('read'))
    expect((await send('GET /v1/events/stream', { token: await tokenOf('write') })).status).toBe(429)
    first.hangUp()
    await expect.poll(async () => (await listening(origin, owner)).response.status).toBe(200)
  })
})

describe('who does not read', () => {
  const given = async () => {
    const { app, call, principal } = await server()
    for (let number = 0; number < 400; number++) await call('save_client', { name: `Client ${number}` })
    const streams = eventStreams(app, () => app, { every: 60_000, quiet_looks: 2 })
    onTestFinished(() => streams.close())
    const { body } = await streams.open({
      query: new URLSearchParams('after=0'),
      last_event_id: undefined,
      enter: () => Promise.resolve(principal),
    })
    const looked = async (times: number) => {
      for (let look = 0; look < times; look++) await streams.look()
    }
    return { looked, reader: body?.getReader() }
  }

  test('gets the rest later: next to nothing is kept for them meanwhile', async () => {
    const { looked, reader } = await given()
    await looked(5)
    let sent = 0
    let chunks = 0
    while (sent < 64 * 1024) {
      const { value } = (await reader?.read()) ?? {}
      sent += value?.length ?? 0
      chunks++
    }
    expect([sent < 128 * 1024, chunks < 6]).toEqual([true, true])
    await looked(1)
    expect((await reader?.read())?.value?.length).toBeGreaterThan(1000)
  })

  test('is dropped after a while', async () => {
    const { looked, reader } = await given()
    await looked(10)
    await expect(reader?.read()).rejects.toThrow('Nobody reads')
  })
})

test('a server that ends hangs up at once', async () => {
  const { listening: served, origin, owner, streams } = await server()
  const { end } = await listening(origin, owner)
  streams.close()
  await Promise.all([end(), served.close(60_000)])
})
