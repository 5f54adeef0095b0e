import { describe, expect, test } from 'vitest'
import { bucketsOf } from '../../src/rest/limit.ts'
import { server } from '../support/server.ts'

describe('a bucket', () => {
  test('gives what it holds, and fills evenly', () => {
    const take = bucketsOf({ name: 'default', amount: 60 })
    for (let left = 59; left >= 0; left--)
      expect(take('a', 0)).toMatchObject({ allowed: true, remaining: left })
    expect(take('a', 0)).toEqual({ allowed: false, remaining: 0, reset: 1 })
    expect(take('a', 999)).toMatchObject({ allowed: false })
    expect(take('a', 1000)).toMatchObject({ allowed: true, remaining: 0 })
    expect(take('b', 1000)).toMatchObject({ allowed: true, remaining: 59 })
    expect(take('a', 3_600_000)).toMatchObject({ allowed: true, remaining: 59, reset: 1 })
  })

  test('says how long to wait where it fills slowly', () => {
    const take = bucketsOf({ name: 'default', amount: 2 })
    expect(take('a', 0)).toEqual({ allowed: true, remaining: 1, reset: 30 })
    expect(take('a', 0)).toEqual({ allowed: true, remaining: 0, reset: 30 })
    expect(take('a', 10_000)).toEqual({ allowed: false, remaining: 0, reset: 20 })
    expect(take('a', 0), 'a clock that goes back').toMatchObject({ allowed: false })
  })
})

describe('a token that asks too often', () => {
  test('is told to wait, and how long', async () => {
    const { clock, send, tokenOf } = await server({ rate_limit: 3 })
    const first = await send('GET /v1/me')
    expect(first.headers.get('ratelimit-policy')).toBe('"default";q=3;w=60')
    expect(first.headers.get('ratelimit')).toBe('"default";r=2;t=20')
    await send('GET /v1/moon')
    await send('GET /metrics')
    const refused = await send('GET /v1/me')
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 'rate_limited' } } })
    expect(refused.headers.get('retry-after')).toBe('20')
    expect(refused.headers.get('ratelimit')).toBe('"default";r=0;t=20')
    expect((await send('GET /v1/me', { token: await tokenOf('read') })).status).toBe(200)
    expect((await send('GET /healthz')).status).toBe(200)
    clock.now += 20_000
    expect((await send('GET /v1/me')).status).toBe(200)
  })

  test('may still tell signals, which are counted for themselves', async () => {
    const { send } = await server({ rate_limit: 1 })
    await send('GET /v1/me')
    expect((await send('GET /v1/me')).status).toBe(429)
    const signals = await send('POST /v1/signals', { body: { signals: [] } })
    expect(signals.status).toBe(422)
    expect(signals.headers.get('ratelimit')).toBe('"signals";r=9;t=6')
  })

  test('is not told of limits where there are none', async () => {
    const { send } = await server({ rate_limit: null })
    expect((await send('GET /v1/me')).headers.get('ratelimit')).toBeNull()
  })
})
