import { describe, expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

const key = 'order-66'

describe('the same key', () => {
  test('does it once and answers the first result again', async () => {
    const { call, clock, events, rows } = await workspace({ projects: ['Acme'] })
    const input = { project: 'acme', duration: '1h', description: 'Login', idempotency_key: key }
    const first = await call('log_time', input)
    expect(first).not.toHaveProperty('replayed')
    await events()
    clock.pass(60)
    expect(await call('log_time', input)).toEqual({ ...first, replayed: true })
    expect(await events()).toEqual([])
    expect(rows('entries')).toHaveLength(1)
    expect(rows('idempotency_keys')).toHaveLength(1)
  })

  test('answers what was true then, not what is true now', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'] })
    const first = await call('start_timer', { project: 'acme', idempotency_key: key })
    clock.set('09:10')
    await call('stop_timer')
    expect(await call('start_timer', { project: 'acme', idempotency_key: key })).toEqual({
      ...first,
      replayed: true,
    })
    expect(await call('status')).toMatchObject({ timers: [] })
  })

  test('with the fields in another order is the same', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    await call('log_time', { project: 'acme', duration: '1h', tags: ['a'], idempotency_key: key })
    expect(
      await call('log_time', { idempotency_key: key, tags: ['a'], duration: '1h', project: 'acme' }),
    ).toMatchObject({ replayed: true })
  })

  test('with the same input as it is read is the same', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    await call('log_time', { project: 'acme', duration: '1h', description: ' Login ', idempotency_key: key })
    expect(
      await call('log_time', { project: 'acme', duration: '1h', description: 'Login', idempotency_key: key }),
    ).toMatchObject({ replayed: true })
  })

  test('through another door is the same', async () => {
    const { call, through } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme', idempotency_key: key })
    expect(await through('rest')('start_timer', { project: 'acme', idempotency_key: key })).toMatchObject({
      replayed: true,
    })
  })

  test('with another input, or for another operation, is a conflict', async () => {
    const { call, refused } = await workspace({ projects: ['Acme', 'Globex'] })
    await call('start_timer', { project: 'acme', idempotency_key: key })
    for (const [name, input] of [
      ['start_timer', { project: 'globex' }],
      ['start_timer', { project: 'acme', description: '' }],
      ['start_session', { project: 'acme' }],
      ['stop_timer', {}],
    ] as const)
      expect(await refused(name, { ...input, idempotency_key: key })).toMatchObject({
        code: 'idempotency_conflict',
        details: { operation: 'start_timer' },
      })
  })

  test('of another member is another', async () => {
    const { call, member } = await workspace({ projects: ['Acme'] })
    const bo = await member('Bo')
    await call('start_timer', { project: 'acme', idempotency_key: key })
    expect(await bo.call('start_timer', { project: 'acme', idempotency_key: key })).not.toHaveProperty(
      'replayed',
    )
  })

  test('after a failure does it', async () => {
    const { call, refused, rows } = await workspace()
    await refused('start_timer', { project: 'Acme', idempotency_key: key })
    expect(rows('idempotency_keys')).toEqual([])
    await call('create_project', { name: 'Acme' })
    expect(await call('start_timer', { project: 'Acme', idempotency_key: key })).not.toHaveProperty(
      'replayed',
    )
  })

  test('is kept for seven days', async () => {
    const { call, clock, rows } = await workspace({ projects: ['Acme'], door: 'cli' })
    await call('start_timer', { project: 'acme', idempotency_key: key })
    clock.pass(7 * 24 * 60 - 1)
    expect(await call('start_timer', { project: 'acme', idempotency_key: key })).toMatchObject({
      replayed: true,
    })
    clock.pass(1)
    const late = await call('start_timer', { project: 'acme', idempotency_key: key })
    expect(late).toMatchObject({ already_running: true })
    expect(late).not.toHaveProperty('replayed')
    expect(rows('idempotency_keys')).toHaveLength(1)
  })

  test('at the same time does it once', async () => {
    const { call, rows } = await workspace({ projects: ['Acme'] })
    const input = { project: 'acme', duration: '1h', idempotency_key: key }
    const answers = await Promise.all(Array.from({ length: 5 }, () => call('log_time', input)))
    expect(answers.filter(answer => answer.replayed)).toHaveLength(4)
    expect(rows('entries')).toHaveLength(1)
  })
})

test('no key: it is done each time', async () => {
  const { call, rows } = await workspace({ projects: ['Acme'] })
  for (let times = 0; times < 2; times++) await call('log_time', { project: 'acme', duration: '1h' })
  expect(rows('entries')).toHaveLength(2)
  expect(rows('idempotency_keys')).toEqual([])
})

test.each(['', 'x'.repeat(256), 7, null])('a key of %j is refused', async idempotency_key => {
  const { refused } = await workspace({ projects: ['Acme'] })
  expect(await refused('start_timer', { project: 'acme', idempotency_key })).toMatchObject({
    code: 'validation_error',
  })
})

test('a key may be 255 characters of anything', async () => {
  const { call } = await workspace({ projects: ['Acme'] })
  const long = '🔑'.repeat(127)
  await call('start_timer', { project: 'acme', idempotency_key: long })
  expect(await call('start_timer', { project: 'acme', idempotency_key: long })).toMatchObject({
    replayed: true,
  })
})

test('reading takes no key', async () => {
  const { refused } = await workspace()
  expect(await refused('status', { idempotency_key: key })).toMatchObject({ code: 'validation_error' })
})
