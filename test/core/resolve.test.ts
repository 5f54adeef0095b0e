import { describe, expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

const given = async () => {
  const all = await workspace()
  const { call } = all
  for (const [client, names] of [
    ['Acme', ['Dashboard', 'Website', 'Mobile App']],
    ['Globex', ['Website', 'Data Pipeline']],
  ] as const) {
    await call('save_client', { name: client })
    for (const name of names) await call('create_project', { name, client })
  }
  await call('create_project', { name: 'Piped Piper', aliases: ['pp'] })
  return { ...all, find: async (project: string) => (await call('get_project', { project })).project }
}

describe('a project is found', () => {
  test.each([
    ['Dashboard', 'Dashboard', 'Acme'],
    ['acme dashboard', 'Dashboard', 'Acme'],
    ['acme dash', 'Dashboard', 'Acme'],
    ['ACME_website', 'Website', 'Acme'],
    ['globex website', 'Website', 'Globex'],
    ['pp', 'Piped Piper', undefined],
    ['piped', 'Piped Piper', undefined],
    ['dashbord', 'Dashboard', 'Acme'],
    ['pipeline', 'Data Pipeline', 'Globex'],
  ])('%s', async (query, name, client) => {
    const { find } = await given()
    const project = await find(query)
    expect([project.name, project.client?.name]).toEqual([name, client])
  })

  test('by its id', async () => {
    const { find } = await given()
    const { id } = await find('pp')
    expect((await find(id)).name).toBe('Piped Piper')
  })

  test('not by a name that fits several', async () => {
    const { refused } = await given()
    const { code, details } = await refused('get_project', { project: 'website' })
    expect(code).toBe('disambiguate')
    for (const candidate of (details?.candidates ?? []) as object[]) {
      expect(candidate).toEqual({
        id: expect.stringMatching(/^prj_/),
        name: expect.any(String),
        client: expect.any(String),
      })
    }
  })

  test('else a call that makes projects says so, and no other does', async () => {
    const { refused } = await given()
    const log = { date: '2026-05-19', duration: '1h' }
    expect((await refused('log_time', { ...log, project: 'zebra' })).hint).toContain('auto_create: true')
    for (const [name, input] of [
      ['get_project', { project: 'zebra' }],
      ['stop_timer', { project: 'zebra' }],
      ['log_time', { ...log, project: `prj_${'0'.repeat(20)}`, auto_create: true }],
    ] as const)
      expect((await refused(name, input)).hint, name).toBe('list_projects shows all.')
  })

  test.each([
    'app',
    'initech website',
    'dashboards of globex',
    'zebra',
    '🙂',
    `prj_${'0'.repeat(20)}`,
    'x'.repeat(200),
  ])('not by %s', async query => {
    const { refused } = await given()
    expect((await refused('log_time', { project: query, duration: '1h' })).code).toMatch(
      /^(not_found|disambiguate)$/,
    )
    if (query !== 'app')
      expect(await refused('get_project', { project: query })).toMatchObject({ code: 'not_found' })
  })

  test('by the whole of a long name, before another that is its first 64 characters', async () => {
    const { call } = await workspace()
    for (const length of [64, 150]) await call('create_project', { name: 'a'.repeat(length) })
    const { entry } = await call('log_time', { project: 'a'.repeat(150), duration: '1h' })
    expect(entry.project.name).toHaveLength(150)
  })

  test('as soon as it is there, and no longer than that', async () => {
    const { call, find, refused } = await given()
    expect(await refused('get_project', { project: 'rocket' })).toMatchObject({ code: 'not_found' })
    await call('create_project', { name: 'Rocket Science' })
    expect((await find('rocket')).name).toBe('Rocket Science')
    await call('update_project', { project: 'rocket', name: 'Gardening' })
    expect(await refused('get_project', { project: 'rocket' })).toMatchObject({ code: 'not_found' })
    await call('save_client', { client: 'Globex', name: 'Initech' })
    expect((await find('initech website')).client.name).toBe('Initech')
    expect(await refused('get_project', { project: 'globex website' })).toMatchObject({ code: 'not_found' })
  })

  test('with the nearest names told, when none is', async () => {
    const { refused } = await given()
    const { details, hint } = await refused('log_time', { project: 'dashb rd', duration: '1h' })
    expect(JSON.stringify(details)).toContain('Dashboard')
    expect(hint).toContain('list_projects')
  })

  test('in one\u2019s own workspace only', async () => {
    const one = await given()
    const other = await given()
    const { id } = await one.find('pp')
    await other.call('create_project', { name: 'Theirs' })
    const { id: theirs } = (await other.call('get_project', { project: 'Theirs' })).project
    expect(id).not.toBe(theirs)
    expect(await one.refused('get_project', { project: theirs })).toMatchObject({ code: 'not_found' })
  })
})

describe('a member is found', () => {
  test('by name, as me, and not when unknown', async () => {
    const { call, member, refused } = await workspace({ projects: ['Acme'] })
    const grace = await member('Grace Hopper')
    await grace.call('log_time', { project: 'Acme', duration: '1h' })
    const count = async (who: string) => (await call('list_entries', { member: who })).entries.length
    expect([await count('grace'), await count('me'), await count('Ada')]).toEqual([1, 0, 0])
    expect(await refused('list_entries', { member: 'Linus' })).toMatchObject({ code: 'not_found' })
  })
})
