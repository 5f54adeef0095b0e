import { describe, expect, test } from 'vitest'
import { call as callOperation } from '../../src/core/call.ts'
import { type GivenWorkspace, operationNamed, workspace } from '../support/workspace.ts'

const url = 'https://example.com/hook'

async function withWebhook(input: object = {}) {
  const given = await workspace({ projects: ['Acme'] })
  const { secret, webhook } = await given.call('create_webhook', { url, ...input })
  await given.events()
  return { ...given, id: String(webhook.id), secret: String(secret), webhook }
}

const deliveredTypes = ({ rows }: Pick<GivenWorkspace, 'rows'>) => rows('deliveries').map(row => row.type)

describe('a webhook', () => {
  test('is made with a secret that is shown this once', async () => {
    const { call, id, rows, secret, webhook } = await withWebhook({ events: ['entry.*', 'entry.*'] })
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(webhook).toEqual({
      id: expect.stringMatching(/^whk_/),
      url,
      events: ['entry.*'],
      member: { id: expect.stringMatching(/^mem_/), name: 'Ada' },
      failure_count: 0,
      version: 1,
      created_at: '2026-05-20T07:00:00.000Z',
      updated_at: '2026-05-20T07:00:00.000Z',
    })
    const shown = [
      await call('list_webhooks'),
      await call('get_webhook', { webhook: id }),
      await call('update_webhook', { webhook: id, events: ['*'] }),
      await call('test_webhook', { webhook: id }),
      await call('list_deliveries', { webhook: id }),
      await call('list_events'),
      rows('events'),
      rows('deliveries'),
    ]
    expect(JSON.stringify(shown)).not.toContain(secret)
    expect(JSON.stringify(shown)).not.toContain('secret"')
  })

  test('is changed, switched off and on, and deleted, and each is told', async () => {
    const { call, clock, events, id, refused, rows } = await withWebhook()
    const changed = await call('update_webhook', {
      webhook: id,
      url: 'https://example.com/b#x',
      events: ['timer.*'],
    })
    expect(changed.webhook).toMatchObject({ url: 'https://example.com/b', events: ['timer.*'], version: 2 })
    await call('start_timer', { project: 'Acme' })
    clock.pass(1)
    const off = await call('update_webhook', { webhook: id, enabled: false, version: 2 })
    expect(off.webhook).toMatchObject({ disabled_reason: 'asked', disabled_at: '2026-05-20T07:01:00.000Z' })
    expect(rows('deliveries')).toMatchObject([
      { status: 'failed', last_error: 'The webhook was switched off.' },
    ])
    await call('stop_timer')
    expect(rows('deliveries')).toHaveLength(1)
    expect(await refused('test_webhook', { webhook: id })).toMatchObject({ code: 'conflict' })
    const on = await call('update_webhook', { webhook: id, enabled: true })
    expect(on.webhook).not.toHaveProperty('disabled_at')
    expect(await refused('update_webhook', { webhook: id, version: 1 })).toMatchObject({
      code: 'version_mismatch',
    })
    await call('delete_webhook', { webhook: id, confirm: true })
    expect((await call('list_webhooks')).webhooks).toEqual([])
    expect(rows('deliveries')).toEqual([])
    expect((await events()).filter(type => type.startsWith('webhook.'))).toEqual([
      'webhook.updated',
      'webhook.updated',
      'webhook.updated',
      'webhook.deleted',
    ])
    expect((await call('list_events', { type: 'webhook.*' })).events[0]).toMatchObject({
      before: { url: 'https://example.com/b', events: ['timer.*'] },
    })
  })

  test('has its secret changed; for a day both are good', async () => {
    const { call, clock, id, rows, secret } = await withWebhook()
    const rotated = await call('rotate_webhook', { webhook: id })
    expect(rotated.secret).toMatch(/^whsec_/)
    expect(rotated.secret).not.toBe(secret)
    expect(rotated.webhook).toMatchObject({ version: 2, previous_secret_until: '2026-05-21T07:00:00.000Z' })
    expect(rows('webhooks')).toMatchObject([{ secret: rotated.secret, previous_secret: secret }])
    clock.set('2026-05-21T09:00')
    expect((await call('get_webhook', { webhook: id })).webhook).not.toHaveProperty('previous_secret_until')
  })

  test('shows its secret not even to the same call again', async () => {
    const { call, rows } = await workspace()
    const again = { url, idempotency_key: 'k' }
    const { secret, webhook } = await call('create_webhook', again)
    const replayed = await call('create_webhook', again)
    expect(replayed).toEqual({ webhook, replayed: true })
    expect(JSON.stringify(rows('idempotency_keys'))).not.toContain(secret)
  })

  test.each([
    { url: 'http://example.com/' },
    { url: 'https://10.0.0.1/' },
    { url: 'https://me:pass@example.com/' },
    { url: 'example.com' },
    { url, events: [] },
    { url, events: ['settings.*'] },
    { url, events: ['entry.made'] },
    { url, secret: 'whsec_mine' },
  ])('is refused: %j', async input => {
    const { refused } = await workspace()
    expect(await refused('create_webhook', input)).toMatchObject({ code: 'validation_error' })
  })

  test('cannot be moved to where it could not be made', async () => {
    const { id, refused } = await withWebhook()
    expect(await refused('update_webhook', { webhook: id, url: 'http://192.168.0.1/' })).toMatchObject({
      code: 'validation_error',
    })
  })

  test('may go to hosts that the config file allows', async () => {
    const { app, call } = await workspace()
    app.webhookHosts = () => ['nas.lan']
    expect((await call('create_webhook', { url: 'http://nas.lan:5678/x' })).webhook.url).toBe(
      'http://nas.lan:5678/x',
    )
  })

  test('is for managers', async () => {
    const { call, id, member, principal, refused } = await withWebhook()
    const { delivery } = await call('test_webhook', { webhook: id })
    const asked: [string, object][] = [
      ['create_webhook', { url }],
      ['list_webhooks', {}],
      ['get_webhook', { webhook: id }],
      ['update_webhook', { webhook: id, enabled: false }],
      ['delete_webhook', { webhook: id, confirm: true }],
      ['rotate_webhook', { webhook: id }],
      ['test_webhook', { webhook: id }],
      ['list_deliveries', { webhook: id }],
      ['retry_delivery', { delivery: delivery.id }],
    ]
    for (const role of ['member', 'viewer'] as const) {
      const other = await member(role, role)
      for (const [name, input] of asked)
        expect(await refused(name, input, other.principal), name).toMatchObject({ code: 'forbidden_role' })
    }
    for (const [name, input] of asked)
      expect(await refused(name, input, { ...principal, scope: 'write' }), name).toMatchObject({
        code: 'forbidden_scope',
      })
    const manager = await member('Grace', 'manager')
    expect((await manager.call('list_webhooks')).webhooks).toHaveLength(1)
  })

  test('that is not there is not found', async () => {
    const { refused } = await workspace()
    for (const name of ['get_webhook', 'update_webhook', 'rotate_webhook', 'test_webhook', 'list_deliveries'])
      expect(await refused(name, { webhook: 'whk_x' }), name).toMatchObject({ code: 'not_found' })
    expect(await refused('retry_delivery', { delivery: 'dlv_x' })).toMatchObject({ code: 'not_found' })
  })

  test('is listed page by page', async () => {
    const { call } = await workspace()
    for (let n = 0; n < 5; n++) await call('create_webhook', { url: `${url}/${n}` })
    const first = await call('list_webhooks', { limit: 3 })
    const second = await call('list_webhooks', { limit: 3, cursor: first.next_cursor })
    const urls = [...first.webhooks, ...second.webhooks].map((one: { url: string }) => one.url)
    expect(urls).toEqual([0, 1, 2, 3, 4].map(n => `${url}/${n}`))
    expect(second.next_cursor).toBeNull()
  })
})

describe('what happens', () => {
  test('is written for each webhook that asked for it, as lists of events show it', async () => {
    const { call, id, rows } = await withWebhook({ events: ['entry.*'] })
    const other = await call('create_webhook', { url, events: ['*'] })
    const { entry } = await call('log_time', { project: 'Acme', date: '2026-05-19', duration: '1h' })
    await call('edit_entry', { entry: entry.id, description: 'Call' })
    await call('update_settings', { currency: 'USD' })
    const { events } = await call('list_events', { type: 'entry.*', sort: 'seq' })
    for (const webhook of [id, other.webhook.id]) {
      const written = rows('deliveries').filter(row => row.webhook_id === webhook)
      expect(written.map(row => JSON.parse(row.payload))).toEqual(
        events.map((event: { type: string; at: string }) => ({
          type: event.type,
          timestamp: event.at,
          data: event,
        })),
      )
      expect(written).toMatchObject([
        {
          type: 'entry.created',
          status: 'pending',
          attempts: 0,
          event_id: events[0].id,
          event_seq: events[0].seq,
        },
        { type: 'entry.updated', status: 'pending', attempts: 0 },
      ])
    }
    expect(events[1]).toMatchObject({ before: { description: '' }, after: { description: 'Call' } })
  })

  test('of one call is written in its order', async () => {
    const given = await withWebhook()
    const { call, clock } = given
    await call('start_timer', { project: 'Acme' })
    clock.pass(10)
    await call('stop_timer')
    const types = deliveredTypes(given)
    expect(types).toEqual(await given.events())
    expect(types).toContain('entry.created')
  })

  test('is not written when the change fails, nor again when it is replayed', async () => {
    const { call, refused, rows } = await withWebhook()
    expect(await refused('create_project', { name: 'acme' })).toMatchObject({ code: 'conflict' })
    const again = { name: 'Globex', idempotency_key: 'k' }
    await call('create_project', again)
    await call('create_project', again)
    expect(rows('deliveries')).toHaveLength(1)
  })

  test('is written too when the watchdog ends what went quiet', async () => {
    const given = await withWebhook({ events: ['session.*', 'entry.*'] })
    await given.call('start_session', { project: 'Acme' })
    given.clock.pass(600)
    await given.call('status')
    expect(deliveredTypes(given)).toContain('session.ended')
  })

  describe('goes to nobody whose', () => {
    async function withGrace() {
      const given = await withWebhook()
      const grace = await given.member('Grace', 'manager')
      const { token } = await grace.call('create_token', {
        name: 'bot',
        scope: 'full',
        expires_at: '2026-06-01',
      })
      const byToken = { ...grace.principal, connection: String(token.id) }
      const { webhook } = await callOperation(given.app, byToken, operationNamed('create_webhook'), { url })
      const told = async (): Promise<boolean> => {
        const { client } = await given.call('save_client', { name: `Client ${given.rows('clients').length}` })
        return given
          .rows('deliveries')
          .some(row => row.webhook_id === webhook.id && row.payload.includes(client.id))
      }
      expect(await told()).toBe(true)
      return {
        ...given,
        token,
        told,
        shown: async () => (await given.call('get_webhook', { webhook: webhook.id })).webhook,
      }
    }

    test('member is no manager any more', async () => {
      const { shown, store, told } = await withGrace()
      store.handle.prepare("update members set role = 'member' where name = 'Grace'").run()
      expect(await told()).toBe(false)
      expect(await shown()).toMatchObject({ disabled_reason: 'member' })
    })

    test('member left', async () => {
      const { clock, shown, store, told } = await withGrace()
      store.handle.prepare("update members set archived_at = ? where name = 'Grace'").run(clock.now)
      expect(await told()).toBe(false)
      expect(await shown()).toMatchObject({
        disabled_reason: 'member',
        disabled_at: '2026-05-20T07:00:00.000Z',
      })
    })

    test('token was revoked; another manager may take it over', async () => {
      const { call, shown, told, token } = await withGrace()
      await call('revoke_token', { token: token.id, confirm: true })
      expect(await told()).toBe(false)
      const { id } = await shown()
      expect(await shown()).toMatchObject({ disabled_reason: 'token', member: { name: 'Grace' } })
      await call('update_webhook', { webhook: id, enabled: true })
      expect(await told()).toBe(true)
      expect(await shown()).toMatchObject({ member: { name: 'Ada' } })
    })

    test('token has expired', async () => {
      const { clock, shown, told } = await withGrace()
      clock.set('2026-06-03T09:00')
      expect(await told()).toBe(false)
      expect(await shown()).toMatchObject({ disabled_reason: 'token' })
    })
  })

  test('by an import is no news', async () => {
    const { app, principal, rows } = await withWebhook()
    const save = operationNamed('save_client')
    await callOperation(app, principal, { ...save, name: 'import_entries' }, { name: 'Globex' })
    expect(rows('deliveries')).toEqual([])
  })
})

describe('a delivery', () => {
  test('can be a test', async () => {
    const { call, id, rows } = await withWebhook()
    const { delivery } = await call('test_webhook', { webhook: id })
    expect(delivery).toEqual({
      id: expect.stringMatching(/^dlv_/),
      webhook_id: id,
      type: 'webhook.test',
      status: 'pending',
      attempts: 0,
      next_at: '2026-05-20T07:00:00.000Z',
      created_at: '2026-05-20T07:00:00.000Z',
    })
    expect(JSON.parse(rows('deliveries')[0]?.payload ?? '')).toEqual({
      type: 'webhook.test',
      timestamp: '2026-05-20T07:00:00.000Z',
      data: { webhook_id: id },
    })
  })

  test('is listed, newest first, by status and page by page', async () => {
    const { call, id, store } = await withWebhook()
    for (let n = 0; n < 5; n++) await call('save_client', { name: `C${n}` })
    store.handle
      .prepare("update deliveries set status = 'failed', last_error = 'x' where event_seq % 2 = 0")
      .run()
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await call('list_deliveries', { webhook: id, limit: 2, cursor })
      seen.push(...page.deliveries.map((one: { id: string }) => one.id))
      cursor = page.next_cursor ?? undefined
    } while (cursor)
    expect(seen).toHaveLength(5)
    expect(seen).toEqual(seen.toSorted().toReversed())
    const failed = await call('list_deliveries', { webhook: id, status: 'failed' })
    expect(failed.deliveries.length).toBeGreaterThan(0)
    for (const one of failed.deliveries) expect(one).toMatchObject({ status: 'failed', last_error: 'x' })
  })

  test('is sent again with the same id and content', async () => {
    const { call, clock, rows, store } = await withWebhook()
    await call('save_client', { name: 'Globex' })
    const [before] = rows('deliveries')
    store.handle.prepare("update deliveries set status = 'failed', attempts = 10, last_error = 'x'").run()
    clock.pass(60)
    const { delivery } = await call('retry_delivery', { delivery: before?.id })
    expect(delivery).toMatchObject({
      id: before?.id,
      status: 'pending',
      attempts: 0,
      next_at: '2026-05-20T08:00:00.000Z',
    })
    expect(rows('deliveries')).toMatchObject([
      { id: before?.id, payload: before?.payload, next_at: clock.now },
    ])
  })
})
