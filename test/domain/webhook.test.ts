import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventTypes } from '../../src/domain/event.ts'
import { dayMs } from '../../src/domain/instant.ts'
import { afterAttempt, checkedUrl, eventPatterns, mayReach, wants } from '../../src/domain/webhook.ts'

describe('what a webhook asks for', () => {
  test.each([
    [['*'], 'entry.created', true],
    [['entry.*'], 'entry.created', true],
    [['entry.created'], 'entry.created', true],
    [['timer.*', 'entry.deleted'], 'entry.deleted', true],
    [['entry.*'], 'timer.started', false],
    [['entry.created'], 'entry.deleted', false],
    [['*'], 'settings.updated', false],
    [['*'], 'mapping.created', false],
    [['*'], 'webhook.created', false],
  ])('%j: %s is wanted: %s', (patterns, type, wanted) => {
    expect(wants(patterns, type)).toBe(wanted)
  })

  test('is a type that there is, a family, or all', () => {
    for (const good of ['*', 'entry.*', 'entry.created', 'invoice.*', 'budget.*'])
      expect(eventPatterns.safeParse([good]).success, good).toBe(true)
    for (const bad of [
      '',
      '**',
      'entry',
      'entry.',
      'entry.made',
      '*.created',
      'settings.*',
      'entry.*.*',
      'webhook.*',
    ])
      expect(eventPatterns.safeParse([bad]).success, bad).toBe(false)
    expect(eventPatterns.safeParse([]).success).toBe(false)
  })

  test('with its family comes each type of it', () => {
    for (const type of eventTypes) {
      const family = `${type.split('.')[0]}.*`
      if (eventPatterns.safeParse([family]).success) expect(wants([family], type)).toBe(true)
    }
  })
})

describe('the address of a webhook', () => {
  const code = (url: string, allowed: string[] = []) => {
    try {
      return checkedUrl(url, allowed).href
    } catch (error) {
      return (error as { code: string }).code
    }
  }

  test.each([
    ['https://example.com/hook?x=1#top', 'https://example.com/hook?x=1'],
    ['https://example.com:8443', 'https://example.com:8443/'],
    ['https://8.8.8.8/', 'https://8.8.8.8/'],
    ['https://intranet/', 'https://intranet/'],
    ['http://localhost:5678/a', 'http://localhost:5678/a'],
    ['http://127.0.0.1:1', 'http://127.0.0.1:1/'],
    ['http://[::1]:1', 'http://[::1]:1/'],
    ['https://127.0.0.1:25/', 'https://127.0.0.1:25/'],
    ['https://example.com:443/', 'https://example.com/'],
  ])('%s is taken', (url, taken) => {
    expect(code(url)).toBe(taken)
  })

  test.each([
    'http://example.com/',
    'http://8.8.8.8/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'example.com',
    '',
    'https://',
    'https://user@example.com/',
    'https://user:secret@example.com/',
    'https://10.0.0.1/',
    'http://2130706433/',
    'http://0177.0.0.1/',
    'http://0x7f000001:8080/',
    'http://127.1/?127.0.0.1',
    'http://１２７.0.0.1/',
    'https://134744072/',
    'https://example.com:22/',
    'https://example.com:25/',
    'https://0x0a000001/',
    'https://012.0.0.1/',
    'https://192.168.1/',
    'https://192.168.1.1./',
    'https://１９２.168.1.1/',
    'https://3232235777/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[64:ff9b::a00:1]/',
    'https://[2002:a00:1::]/',
    'https://[fe80::1]/',
    'https://[fd00:ec2::254]/',
    'https://0/',
    'http://0.0.0.0:80/',
    'http://localhost.example.com/',
    'http://127.0.0.1.example.com/',
  ])('%s is refused', url => {
    expect(code(url)).toBe('validation_error')
  })

  test('may be one that the config file allows', () => {
    expect(code('http://nas.lan:5678/', ['nas.lan'])).toBe('http://nas.lan:5678/')
    expect(code('https://192.168.1.9/', ['192.168.1.9'])).toBe('https://192.168.1.9/')
    expect(code('http://other.lan/', ['nas.lan'])).toBe('validation_error')
  })

  test.each([
    ['example.com', '93.184.215.14', true],
    ['example.com', '127.0.0.1', false],
    ['example.com', '::1', false],
    ['example.com', '10.0.0.1', false],
    ['localhost', '127.0.0.1', true],
    ['localhost', '::1', true],
    ['localhost', '10.0.0.1', false],
    ['localhost', '93.184.215.14', false],
    ['127.0.0.1', '127.0.0.1', true],
    ['nas.lan', '192.168.1.9', true],
    ['nas.lan', '127.0.0.1', true],
  ])('%s may lead to %s: %s', (host, address, may) => {
    expect(mayReach(host, address, ['nas.lan'])).toBe(may)
  })
})

describe('an attempt', () => {
  const now = Date.UTC(2026, 4, 20)
  const first = { attempts: 0, failure_count: 0, failing_since: null }
  const refused = { status: 503 }

  test('that is answered with 2xx delivers', () => {
    const before = { attempts: 3, failure_count: 9, failing_since: now - dayMs }
    expect(afterAttempt(before, { status: 201 }, now, 0.5)).toEqual({
      delivery: { status: 'delivered', attempts: 4, last_status: 201, last_error: null, delivered_at: now },
      webhook: { last_delivery_at: now, last_status: 201, failure_count: 0, failing_since: null },
      off: undefined,
    })
  })

  test.each([
    [{ status: 500 }, 'Answered 500.'],
    [{ status: 404 }, 'Answered 404.'],
    [{ status: 302 }, 'Answered 302: redirects are not followed.'],
    [{ status: null, error: 'connect ECONNREFUSED' }, 'connect ECONNREFUSED'],
  ])('that ends in %j is made again', (outcome, last_error) => {
    const { delivery, off, webhook } = afterAttempt(first, outcome, now, 0.5)
    expect(delivery).toMatchObject({ status: 'pending', attempts: 1, next_at: now + 5000, last_error })
    expect(webhook).toMatchObject({ failure_count: 1, failing_since: now })
    expect(off).toBeUndefined()
  })

  test('is made ten times in about three days, ever more rarely', () => {
    let at = now
    const hours: number[] = []
    for (let attempts = 0; ; attempts++) {
      const { delivery } = afterAttempt({ ...first, attempts, failing_since: now }, refused, at, 0.5)
      if (delivery.status === 'failed') break
      at = delivery.next_at ?? 0
      hours.push((at - now) / 3_600_000)
    }
    expect(hours.map(Math.round)).toEqual([0, 0, 1, 3, 8, 18, 32, 52, 76])
  })

  test('comes a fifth earlier or later, by chance', () => {
    const waits = [0, 0.5, 1].map(
      chance => (afterAttempt({ ...first, attempts: 3 }, refused, now, chance).delivery.next_at ?? 0) - now,
    )
    expect(waits).toEqual([5_760_000, 7_200_000, 8_640_000])
  })

  test.each([
    ['120', 120_000],
    ['1', 5000],
    ['99999999', dayMs],
    [new Date(now + 60_000).toUTCString(), 60_000],
    [new Date(now - 60_000).toUTCString(), 5000],
    ['soon', 5000],
    ['-5', 5000],
  ])('waits as long as Retry-After %s asks, within reason', (retry_after, wait) => {
    const { delivery } = afterAttempt(first, { status: 429, retry_after }, now, 0.5)
    expect(delivery.next_at).toBe(now + wait)
  })

  test('answered with 410 switches the webhook off', () => {
    const { delivery, off } = afterAttempt(first, { status: 410 }, now, 0.5)
    expect(delivery.status).toBe('failed')
    expect(off).toBe('gone')
  })

  test('that fails after five days of failures switches it off', () => {
    const after = (ms: number) => afterAttempt({ ...first, failing_since: now - ms }, refused, now, 0.5)
    expect(after(5 * dayMs - 1).off).toBeUndefined()
    expect(after(5 * dayMs)).toMatchObject({ off: 'failing', delivery: { status: 'failed' } })
  })

  test('always ends, and never goes back in time', () => {
    const outcome = fc.oneof(
      fc.record({
        status: fc.integer({ min: 100, max: 599 }),
        retry_after: fc.option(fc.string(), { nil: undefined }),
      }),
      fc.record({ status: fc.constant(null), error: fc.string() }),
    )
    fc.assert(
      fc.property(
        outcome,
        fc.nat(20),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (how, attempts, chance) => {
          const { delivery } = afterAttempt({ ...first, attempts }, how, now, chance)
          expect(delivery.attempts).toBe(attempts + 1)
          expect(delivery.status === 'pending').toBe(delivery.next_at !== undefined)
          if (delivery.next_at !== undefined) expect(delivery.next_at).toBeGreaterThan(now)
          if (attempts >= 9) expect(delivery.status).not.toBe('pending')
        },
      ),
    )
  })
})
