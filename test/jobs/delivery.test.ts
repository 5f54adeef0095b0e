import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { changeContext, contextOf, type Fact, writeEvents } from '../../src/core/context.ts'
import { dayMs } from '../../src/domain/instant.ts'
import { DeliveryWorker, type Send, startDelivery } from '../../src/jobs/delivery.ts'
import { poster } from '../../src/jobs/post.ts'
import { receiver, verified } from '../support/receiver.ts'
import { type GivenWorkspace, workspace } from '../support/workspace.ts'

const timeout = 800
const send = poster({ hosts: [] })
const impatient = poster({ hosts: [], timeout })

async function given(url: string, by = send) {
  const space = await workspace({ projects: ['Acme'] })
  const { secret, webhook } = await space.call('create_webhook', { url })
  const worker = new DeliveryWorker(space.app, by)
  return {
    ...space,
    id: String(webhook.id),
    secret: String(secret),
    /** What is due now is sent. */
    deliver: (by = worker) => deliverAll(by),
    webhook: async () => (await space.call('get_webhook', { webhook: webhook.id })).webhook,
    deliveries: async () =>
      (await space.call('list_deliveries', { webhook: webhook.id, limit: 200 })).deliveries,
  }
}

async function deliverAll(worker: DeliveryWorker): Promise<void> {
  await worker.look()
  await worker.idle()
}

/** The machine may have other things to do. */
const soon = (check: () => void) => vi.waitFor(check, { timeout: 10_000 })

const happen = ({ call }: Pick<GivenWorkspace, 'call'>, name = 'Globex') => call('save_client', { name })

describe('a delivery', () => {
  test('comes signed as Standard Webhooks say', async () => {
    const there = await receiver()
    const { clock, deliver, deliveries, secret, webhook, ...space } = await given(there.url)
    await happen(space)
    clock.pass(1)
    await deliver()
    const [post] = there.received
    if (!post) throw new Error('Nothing came.')
    const [delivery] = await deliveries()
    expect(verified(secret, post, clock.now)).toMatchObject({
      type: 'client.created',
      timestamp: '2026-05-20T07:00:00.000Z',
      data: { type: 'client.created', subject_id: expect.any(String), after: { name: 'Globex' } },
    })
    expect(post.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'stint/test',
      'webhook-id': delivery.id,
      'webhook-timestamp': String(clock.now / 1000),
    })
    expect(() => verified(`whsec_${'A'.repeat(43)}=`, post, clock.now)).toThrow()
    expect(delivery).toMatchObject({ status: 'delivered', attempts: 1, last_status: 204 })
    expect(delivery).not.toHaveProperty('next_at')
    expect(await webhook()).toMatchObject({
      last_status: 204,
      failure_count: 0,
      last_delivery_at: '2026-05-20T07:01:00.000Z',
    })
    await deliver()
    expect(there.received).toHaveLength(1)
  })

  test('is signed with both secrets for a day after a rotation', async () => {
    const there = await receiver()
    const { call, clock, deliver, id, secret } = await given(there.url)
    const rotated = await call('rotate_webhook', { webhook: id })
    await happen({ call })
    await deliver()
    clock.set('2026-05-21T09:00')
    await happen({ call }, 'Initech')
    await deliver()
    const [during, after] = there.received
    if (!during || !after) throw new Error('Two came.')
    expect(String(during.headers['webhook-signature'])).toMatch(/^v1,\S+ v1,\S+$/)
    const then = clock.now - dayMs
    for (const good of [secret, rotated.secret]) expect(() => verified(good, during, then)).not.toThrow()
    expect(() => verified(rotated.secret, after, clock.now)).not.toThrow()
    expect(() => verified(secret, after, clock.now)).toThrow()
  })

  test('that fails is tried again later, with the same id and content and a new time', async () => {
    const there = await receiver((_, count) => ({ status: count < 3 ? 500 : 200 }))
    const { clock, deliver, deliveries, secret, webhook, ...space } = await given(there.url)
    await happen(space)
    await deliver()
    await deliver()
    expect(there.received).toHaveLength(1)
    expect(await deliveries()).toMatchObject([
      { status: 'pending', attempts: 1, last_error: 'Answered 500.' },
    ])
    clock.pass(1)
    await deliver()
    expect(await webhook()).toMatchObject({ failure_count: 2, last_status: 500 })
    clock.pass(10)
    await deliver()
    expect(await deliveries()).toMatchObject([{ status: 'delivered', attempts: 3, last_status: 200 }])
    expect(await webhook()).toMatchObject({ failure_count: 0 })
    expect(new Set(there.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(new Set(there.received.map(({ body }) => body)).size).toBe(1)
    expect(new Set(there.received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(3)
    const last = there.received.at(-1)
    if (last) expect(() => verified(secret, last, clock.now)).not.toThrow()
  })

  test('is given up after three days, and comes once more when asked for', async () => {
    const there = await receiver(() => ({ status: 503 }))
    const { call, clock, deliver, deliveries, ...space } = await given(there.url)
    await happen({ call, ...space })
    for (let hour = 0; hour < 96; hour++) {
      await deliver()
      clock.pass(60)
    }
    expect(there.received).toHaveLength(10)
    const [failed] = await deliveries()
    expect(failed).toMatchObject({ status: 'failed', attempts: 10 })
    there.behave(() => ({ status: 200 }))
    await call('retry_delivery', { delivery: failed.id })
    await deliver()
    expect(await deliveries()).toMatchObject([{ id: failed.id, status: 'delivered', attempts: 1 }])
    expect(there.received.at(-1)?.headers['webhook-id']).toBe(failed.id)
  })

  test('waits as long as the receiver asks', async () => {
    const there = await receiver(() => ({ status: 429, headers: { 'retry-after': '3600' } }))
    const { deliver, deliveries, ...space } = await given(there.url)
    await happen(space)
    await deliver()
    expect(await deliveries()).toMatchObject([{ next_at: '2026-05-20T08:00:00.000Z', last_status: 429 }])
  })
})

describe('a receiver', () => {
  test.each([
    ['hangs', 'hang', 'No answer within 0.8 seconds.'],
    ['breaks off', 'break', 'socket hang up'],
  ] as const)('that %s fails', async (_, behaviour, last_error) => {
    const there = await receiver(() => behaviour)
    const { deliver, deliveries, webhook, ...space } = await given(there.url, impatient)
    await happen(space)
    await deliver()
    expect(await deliveries()).toMatchObject([{ status: 'pending', attempts: 1, last_error }])
    expect(await webhook()).not.toHaveProperty('last_status')
  })

  test('that is not there fails', async () => {
    const { deliver, deliveries, ...space } = await given('http://127.0.0.1:9/')
    await happen(space)
    await deliver()
    expect(await deliveries()).toMatchObject([{ last_error: expect.stringContaining('ECONNREFUSED') }])
  })

  test('that sends elsewhere is not followed', async () => {
    const other = await receiver()
    const there = await receiver(() => ({ status: 307, headers: { location: other.url } }))
    const { deliver, deliveries, ...space } = await given(there.url)
    await happen(space)
    await deliver()
    expect(await deliveries()).toMatchObject([{ status: 'pending', last_status: 307 }])
    expect(other.received).toEqual([])
  })

  test.each([
    ['at length', { body: 'x'.repeat(5_000_000) }],
    ['without an end', { endless: true }],
  ])('that answers %s has answered', async (_, reply) => {
    const there = await receiver(() => reply)
    const { deliver, deliveries, ...space } = await given(there.url, impatient)
    await happen(space)
    await deliver()
    expect(await deliveries()).toMatchObject([{ status: 'delivered', last_status: 200 }])
  })

  test('that says 410 gets no more, and that is told', async () => {
    const there = await receiver(() => ({ status: 410 }))
    const { call, deliver, deliveries, events, webhook } = await given(there.url)
    for (const name of ['A', 'B', 'C']) await happen({ call }, name)
    await events()
    await deliver()
    expect(there.received).toHaveLength(1)
    expect(await webhook()).toMatchObject({ disabled_reason: 'gone', last_status: 410, failure_count: 1 })
    expect((await deliveries()).map((one: { status: string }) => one.status)).toEqual([
      'failed',
      'failed',
      'failed',
    ])
    await happen({ call }, 'D')
    expect(await events()).toEqual(['webhook.updated', 'client.created'])
    expect((await call('list_events', { type: 'webhook.updated' })).events).toMatchObject([
      { door: 'job', operation: 'deliver', after: { disabled_reason: 'gone' } },
    ])
    expect(await deliveries()).toHaveLength(3)
  })

  test('that fails for five days gets no more', async () => {
    const there = await receiver(() => ({ status: 500 }))
    const { call, clock, deliver, webhook } = await given(there.url)
    for (let day = 0; day < 6; day++) {
      expect(await webhook()).not.toHaveProperty('disabled_at')
      await happen({ call }, `Day ${day}`)
      await deliver()
      clock.pass(24 * 60)
    }
    expect(await webhook()).toMatchObject({ disabled_reason: 'failing' })
  })
})

describe('a private network', () => {
  const leadingTo = (...addresses: string[]) => {
    const resolve = vi.fn(async () =>
      addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
    return { resolve, post: poster({ hosts: [], resolve, timeout }) }
  }
  const to = (url: string) => ({ url, headers: {}, body: '{}' })

  test.each([
    ['127.0.0.1'],
    ['::1'],
    ['10.0.0.7'],
    ['169.254.169.254'],
    ['::ffff:10.0.0.7'],
    ['fd00::1'],
    ['0.0.0.0'],
    ['93.184.215.14', '192.168.0.1'],
  ])('is not reached by a name that leads to %s', async (...addresses) => {
    const { post } = leadingTo(...addresses)
    expect(await post(to('https://example.com/'))).toEqual({
      status: null,
      error: 'example.com leads into a private network.',
    })
  })

  test('is not reached by a webhook that was stored as a number', async () => {
    const { post, resolve } = leadingTo('93.184.215.14')
    expect(await post(to('https://10.0.0.1/'))).toMatchObject({ status: null })
    expect(await post(to('http://example.com/'))).toMatchObject({ status: null })
    expect(resolve).not.toHaveBeenCalled()
  })

  test('is not reached by a name that changes its mind: it is asked once', async () => {
    const there = await receiver()
    const answers = ['127.0.0.1', '10.0.0.1', '169.254.169.254']
    const resolve = vi.fn(async () => [{ address: answers.shift() ?? '', family: 4 }])
    const post = poster({ hosts: ['rebind.example'], resolve })
    expect(await post(to(`http://rebind.example:${there.port}/`))).toMatchObject({ status: 204 })
    expect(there.received[0]?.headers.host).toBe(`rebind.example:${there.port}`)
    expect(resolve).toHaveBeenCalledTimes(1)
  })

  test('makes the delivery fail, and is told in the log', async () => {
    const { app, call } = await workspace()
    const { webhook } = await call('create_webhook', { url: 'https://example.com/' })
    await happen({ call })
    await deliverAll(new DeliveryWorker(app, leadingTo('10.0.0.1').post))
    expect((await call('list_deliveries', { webhook: webhook.id })).deliveries).toMatchObject([
      { status: 'pending', last_error: 'example.com leads into a private network.' },
    ])
  })

  test('and names that cannot be resolved, or not in time', async () => {
    const fails = poster({
      hosts: [],
      resolve: () => Promise.reject(new Error('getaddrinfo ENOTFOUND')),
      timeout,
    })
    const never = poster({ hosts: [], resolve: () => new Promise(() => {}), timeout: 20 })
    expect(await fails(to('https://example.com/'))).toEqual({ status: null, error: 'getaddrinfo ENOTFOUND' })
    expect(await never(to('https://example.com/'))).toMatchObject({ error: 'No answer within 0.02 seconds.' })
    expect(await leadingTo().post(to('https://example.com/'))).toMatchObject({ status: null })
  })
})

describe('a worker', () => {
  /** Answers when it is told to. */
  function held() {
    const waiting: { id: string; answer: () => void }[] = []
    const post: Send = ({ headers }) =>
      new Promise(resolve => {
        waiting.push({ id: headers['webhook-id'] ?? '', answer: () => resolve({ status: 200 }) })
      })
    return { post, waiting }
  }

  test('that dies on the way loses nothing: another sends the same id when its lease is over', async () => {
    const there = await receiver()
    const { app, clock, deliver, deliveries, ...space } = await given(there.url)
    const { post, waiting } = held()
    await happen(space)
    await new DeliveryWorker(app, post).look()
    expect(waiting).toHaveLength(1)
    await deliver()
    expect(there.received).toEqual([])
    clock.pass(2)
    await deliver()
    expect(there.received[0]?.headers['webhook-id']).toBe(waiting[0]?.id)
    expect(await deliveries()).toMatchObject([{ status: 'delivered', attempts: 1 }])
  })

  test('that comes back after its lease changes nothing', async () => {
    const there = await receiver(() => ({ status: 500 }))
    const { app, clock, deliver, deliveries, ...space } = await given(there.url)
    const { post, waiting } = held()
    await happen(space)
    const late = new DeliveryWorker(app, post)
    await late.look()
    clock.pass(2)
    await deliver()
    waiting[0]?.answer()
    await late.idle()
    expect(await deliveries()).toMatchObject([{ status: 'pending', attempts: 1, last_status: 500 }])
  })

  test('shares the work with others: each delivery is sent once', async () => {
    const there = await receiver()
    const { app, deliveries, ...space } = await given(there.url)
    for (let n = 0; n < 3; n++) await space.call('create_webhook', { url: there.url })
    for (let n = 0; n < 25; n++) await happen(space, `C${n}`)
    await Promise.all([1, 2, 3].map(() => deliverAll(new DeliveryWorker(app, send))))
    expect(there.received).toHaveLength(100)
    expect(new Set(there.received.map(({ headers }) => headers['webhook-id'])).size).toBe(100)
    expect(await deliveries()).toHaveLength(25)
  })

  test('keeps the order for each webhook, and lets none wait for another', async () => {
    const there = await receiver()
    const { post, waiting } = held()
    const { call, deliver } = await given('https://example.com/', to =>
      to.url === there.url ? send(to) : post(to),
    )
    await call('create_webhook', { url: there.url })
    for (const name of ['A', 'B', 'C', 'D']) await happen({ call }, name)
    const done = deliver()
    await soon(() => expect(there.received).toHaveLength(4))
    expect(there.payloads().map(payload => payload.data.after.name)).toEqual(['A', 'B', 'C', 'D'])
    expect(waiting).toHaveLength(1)
    for (let n = 0; n < 4; n++) {
      await soon(() => expect(waiting).toHaveLength(n + 1))
      waiting[n]?.answer()
    }
    await done
  })

  test('sends to at most eight at once', async () => {
    const { app, call } = await workspace()
    for (let n = 0; n < 12; n++) await call('create_webhook', { url: `https://example.com/${n}` })
    await happen({ call })
    const { post, waiting } = held()
    const worker = new DeliveryWorker(app, post)
    await worker.look()
    await worker.look()
    expect(waiting).toHaveLength(8)
    for (let n = 0; n < 12; n++) {
      await soon(() => expect(waiting.length).toBeGreaterThan(n))
      waiting[n]?.answer()
    }
    await worker.idle()
    expect(waiting).toHaveLength(12)
  })

  test('stops when what is under way has ended, and begins nothing new', async () => {
    const { app, call, rows } = await workspace()
    await call('create_webhook', { url: 'https://example.com/' })
    await happen({ call }, 'A')
    await happen({ call }, 'B')
    const { post, waiting } = held()
    const running = startDelivery(app, { send: post, every: 5 })
    await soon(() => expect(waiting).toHaveLength(1))
    let stopped = false
    const stopping = running.stop().then(() => (stopped = true))
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(stopped).toBe(false)
    waiting[0]?.answer()
    await stopping
    expect(rows('deliveries').map(row => row.status)).toEqual(['delivered', 'pending'])
    expect(rows('deliveries').map(row => row.holder)).toEqual([null, null])
  })

  test('looks by itself for what becomes due', async () => {
    const there = await receiver()
    const { app, call } = await workspace()
    await call('create_webhook', { url: there.url })
    const running = startDelivery(app, { every: 5 })
    onTestFinished(() => running.stop())
    await happen({ call })
    await soon(() => expect(there.received).toHaveLength(1))
    await running.stop()
  })

  test('goes on after the database could not be read', async () => {
    const there = await receiver()
    const { app, logged, ...space } = await given(there.url)
    await happen(space)
    const worker = new DeliveryWorker({ ...app, store: () => Promise.reject(new Error('full')) }, send)
    await worker.look()
    expect(logged).toHaveLength(2)
    await deliverAll(new DeliveryWorker(app, send))
    expect(there.received).toHaveLength(1)
  })

  test('forgets what is older than 30 days', async () => {
    const there = await receiver()
    const { clock, deliver, deliveries, ...space } = await given(there.url)
    await happen(space)
    await deliver()
    clock.pass(31 * 24 * 60)
    await deliver()
    expect(await deliveries()).toEqual([])
  })

  test('delivers a thousand, each once and in order', async () => {
    const there = await receiver()
    const { app, deliver, principal, rows, store } = await given(there.url)
    await store.change(async db => {
      const facts: Fact[] = Array.from({ length: 1000 }, (_, n) => ({
        type: 'client.created',
        subject: `cli_${n}`,
        after: { name: `Client ${n}` },
      }))
      const context = changeContext(app, await contextOf(app, principal, db), db, facts)
      await writeEvents(context, 'save_client', facts)
    })
    await deliver()
    expect(there.payloads().map(payload => payload.data.subject_id)).toEqual(
      Array.from({ length: 1000 }, (_, n) => `cli_${n}`),
    )
    expect(rows('deliveries').every(row => row.status === 'delivered' && row.attempts === 1)).toBe(true)
  }, 60_000)
})
