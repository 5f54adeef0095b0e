import { describe, expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

describe('overlaps', () => {
  const overlapping = async () => {
    const given = await workspace({ projects: ['Acme', 'Globex'] })
    const log = async (project: string, start: string, end: string): Promise<string> =>
      (await given.call('log_time', { project, start, end })).entry.id
    return {
      ...given,
      log,
      first: await log('Acme', '07:00', '08:00'),
      second: await log('Globex', '07:45', '08:30'),
    }
  }

  test('are pairs of entries that share time, with how much', async () => {
    const { call, first, log, second } = await overlapping()
    await log('Acme', '08:30', '08:45')
    expect(await call('list_overlaps')).toMatchObject({
      period: { token: 'last_30_days' },
      count: 1,
      overlaps: [{ first: { id: first, project: { name: 'Acme' } }, second: { id: second }, seconds: 900 }],
    })
    expect((await call('list_overlaps', { period: '2026-04' })).count).toBe(0)
  })

  test('are gone once acknowledged, until another entry comes', async () => {
    const { call, events, first, log, second } = await overlapping()
    await events()
    expect(await call('acknowledge_overlap', { entry: second, other: first })).toMatchObject({
      acknowledged: [first, second],
    })
    await call('acknowledge_overlap', { entry: first, other: second })
    expect((await events()).every(type => type === 'overlap.acknowledged')).toBe(true)
    expect((await call('list_overlaps')).count).toBe(0)
    await log('Acme', '07:50', '07:55')
    expect((await call('list_overlaps')).count).toBe(2)
  })

  test('are of idle time none', async () => {
    const { call, clock } = await workspace({ projects: ['Acme', 'Globex'], now: '2026-05-20T07:00' })
    await call('start_timer', { project: 'Acme' })
    clock.set('07:10')
    await call('pause_timer')
    clock.set('07:30')
    await call('resume_timer')
    clock.set('07:40')
    await call('stop_timer')
    await call('log_time', { project: 'Globex', start: '07:10', end: '07:30' })
    expect((await call('list_overlaps')).count).toBe(0)
  })

  test('come page by page', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    for (let n = 0; n < 5; n++) await call('log_time', { project: 'Acme', start: '07:00', end: '08:00' })
    const seen = new Set<string>()
    let cursor: string | undefined
    do {
      const page = await call('list_overlaps', { limit: 3, cursor })
      expect(page.count).toBe(10)
      for (const { first, second } of page.overlaps) seen.add(`${first.id} ${second.id}`)
      cursor = page.next_cursor ?? undefined
    } while (cursor !== undefined)
    expect(seen.size).toBe(10)
  })

  test('of others are theirs; a manager may acknowledge them', async () => {
    const { call, first, member, refused, second } = await overlapping()
    const grace = await member('Grace')
    const own = (await grace.call('log_time', { project: 'Acme', start: '07:00', end: '08:00' })).entry.id
    expect((await grace.call('list_overlaps')).count).toBe(0)
    expect((await grace.call('list_overlaps', { member: 'Ada' })).count).toBe(1)
    expect(
      await refused('acknowledge_overlap', { entry: first, other: second }, grace.principal),
    ).toMatchObject({
      code: 'forbidden_role',
    })
    expect(await refused('acknowledge_overlap', { entry: first, other: own })).toMatchObject({
      code: 'validation_error',
    })
    const linus = await member('Linus', 'manager')
    await linus.call('acknowledge_overlap', { entry: first, other: second })
    expect((await call('list_overlaps')).count).toBe(0)
  })

  test('need two different entries that are there', async () => {
    const { call, first, refused, second } = await overlapping()
    expect(await refused('acknowledge_overlap', { entry: first, other: first })).toMatchObject({
      code: 'validation_error',
    })
    expect(await refused('acknowledge_overlap', { entry: first, other: 'ent_none' })).toMatchObject({
      code: 'not_found',
    })
    await call('delete_entry', { entry: second, confirm: true })
    expect(await refused('acknowledge_overlap', { entry: first, other: second })).toMatchObject({
      code: 'not_found',
    })
  })
})
