import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

describe('a project', () => {
  test('of a client is billable, one without is not, unless somebody says otherwise', async () => {
    const { call, events } = await workspace()
    await call('save_client', { name: 'Globex' })
    await events()
    expect(await call('create_project', { name: 'Web', client: 'globex', color: '#3366ff' })).toMatchObject({
      project: {
        name: 'Web',
        client: { name: 'Globex' },
        billable: true,
        bill_agent_time: false,
        color: '#3366ff',
        aliases: [],
        version: 1,
        created_at: '2026-05-20T07:00:00.000Z',
      },
    })
    expect((await call('create_project', { name: 'Own' })).project.billable).toBe(false)
    expect(
      (await call('create_project', { name: 'Gift', client: 'Globex', billable: false })).project.billable,
    ).toBe(false)
    expect(await events()).toEqual(['project.created', 'project.created', 'project.created'])
  })

  test('has a name that no other of its client has, however it is written', async () => {
    const { call, refused } = await workspace({ projects: ['Zürich Trams'] })
    for (const name of ['zurich-trams', 'ZURICH_TRAMS', '  Zürich   Trams ']) {
      expect(await refused('create_project', { name })).toMatchObject({
        code: 'conflict',
        details: { project: { name: 'Zürich Trams' } },
      })
    }
    await call('save_client', { name: 'Globex' })
    expect((await call('create_project', { name: 'Zürich Trams', client: 'Globex' })).project.name).toBe(
      'Zürich Trams',
    )
    await call('create_project', { name: 'Other' })
    expect(await refused('update_project', { project: 'Other', name: 'zurich trams' })).toMatchObject({
      code: 'conflict',
    })
    expect(
      await refused('update_project', { project: 'Other', name: 'Zürich Trams', client: 'Globex' }),
    ).toMatchObject({ code: 'conflict' })
    expect((await call('update_project', { project: 'Other', name: 'OTHER' })).project.name).toBe('OTHER')
  })

  test.each([
    ['an empty one', ''],
    ['blanks', '   '],
    ['10 kB', 'x'.repeat(10_000)],
    ['a control character', 'a\u0000b'],
    ['a character without width', 'a\u200bb'],
    ['a sign that turns the text around', 'a\u202eb'],
    ['two lines', 'a\nb'],
    ['a number', 7],
  ])('takes no name like %s', async (_, name: unknown) => {
    const { refused } = await workspace({ projects: ['Acme'] })
    expect(await refused('create_project', { name })).toMatchObject({ code: 'validation_error' })
    expect(await refused('update_project', { project: 'Acme', name })).toMatchObject({
      code: 'validation_error',
    })
  })

  test.each([
    [{ color: 'red' }, 'validation_error'],
    [{ client: 'Nobody' }, 'not_found'],
    [{ aliases: ['a\u200bb'] }, 'validation_error'],
    [{ aliases: Array.from({ length: 21 }, (_, n) => `a${n}`) }, 'validation_error'],
    [{ billable: 1 }, 'validation_error'],
    [{ colour: '#ffffff' }, 'validation_error'],
  ])('refuses %o', async (more, code) => {
    const { refused } = await workspace({ projects: ['Acme'] })
    expect(await refused('create_project', { name: 'New', ...more })).toMatchObject({ code })
    expect(await refused('update_project', { project: 'Acme', ...more })).toMatchObject({ code })
  })

  test('is found by its aliases, which are its own alone', async () => {
    const { call, refused } = await workspace({ projects: ['Acme', 'Globex'] })
    await call('update_project', { project: 'Acme', aliases: ['Wile E', 'wile-e', 'Coyote'] })
    expect((await call('get_project', { project: 'coyote' })).project).toMatchObject({
      name: 'Acme',
      aliases: ['Coyote', 'Wile E'],
    })
    expect(await refused('update_project', { project: 'Globex', aliases: ['COYOTE'] })).toMatchObject({
      code: 'conflict',
    })
    expect(await refused('create_project', { name: 'Third', aliases: ['coyote'] })).toMatchObject({
      code: 'conflict',
    })
    await call('update_project', { project: 'Acme', aliases: [] })
    expect(await refused('get_project', { project: 'coyote' })).toMatchObject({ code: 'not_found' })
    await call('update_project', { project: 'Globex', aliases: ['Coyote'] })
    expect((await call('get_project', { project: 'coyote' })).project.name).toBe('Globex')
  })

  test('empty text clears its client and colour', async () => {
    const { call } = await workspace()
    await call('save_client', { name: 'Globex' })
    await call('create_project', { name: 'Web', client: 'Globex', color: '#3366ff' })
    const { project } = await call('update_project', { project: 'Web', client: '', color: '' })
    expect(project).not.toHaveProperty('client')
    expect(project).not.toHaveProperty('color')
    expect(project).toMatchObject({ billable: true, version: 2 })
  })

  test('demands the version that was seen', async () => {
    const { call, refused } = await workspace({ projects: ['Acme'] })
    await call('update_project', { project: 'Acme', billable: true, version: 1 })
    expect(await refused('update_project', { project: 'Acme', billable: false, version: 1 })).toMatchObject({
      code: 'version_mismatch',
      details: { version: 2 },
    })
  })

  test('is put away and taken back; meanwhile it keeps its name', async () => {
    const { call, refused } = await workspace({ projects: ['Old Site', 'Old Site Two'] })
    await call('update_project', { project: 'Old Site', archived: true })
    const names = async (asked: object) =>
      (await call('list_projects', asked)).projects.map((one: { name: string }) => one.name)
    expect(await names({})).toEqual(['Old Site Two'])
    expect(await names({ archived: true })).toEqual(['Old Site'])
    expect((await refused('create_project', { name: 'old site' })).hint).toContain('archived: false')
    expect((await call('get_project', { project: 'old site' })).project).toMatchObject({
      name: 'Old Site',
      archived_at: expect.any(String),
    })
    const { project } = await call('update_project', { project: 'Old Site', archived: false })
    expect(project).not.toHaveProperty('archived_at')
    expect(await names({})).toEqual(['Old Site', 'Old Site Two'])
  })

  test('may be put away as it is made', async () => {
    const { call, refused } = await workspace()
    const { project } = await call('create_project', { name: 'Old work', archived: true })
    expect(project).toMatchObject({ name: 'Old work', archived_at: '2026-05-20T07:00:00.000Z', version: 1 })
    expect((await refused('start_timer', { project: 'old work' })).message).toContain('is archived')
    expect((await call('list_projects', { archived: true })).projects).toEqual([project])
  })

  test('is not put away while something runs on it', async () => {
    const { call, refused } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'Acme' })
    expect(await refused('update_project', { project: 'Acme', archived: true })).toMatchObject({
      code: 'conflict',
    })
  })

  test('tells all its time and its open tasks', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    await call('create_task', { project: 'Acme', name: 'Design' })
    await call('create_task', { project: 'Acme', name: 'Done' })
    await call('complete_task', { task: 'Done' })
    await call('log_time', { project: 'Acme', date: '2020-01-01', duration: '1h' })
    await call('log_time', { project: 'Acme', duration: '2h', billable: true })
    expect((await call('get_project', { project: 'acme' })).project).toMatchObject({
      total_seconds: 10_800,
      billable_seconds: 7200,
      entries: 2,
      tasks: [{ name: 'Design' }],
    })
  })
})

describe('a list of projects', () => {
  const given = async () => {
    const all = await workspace({ projects: ['Beta', 'alpha', '100% Own'] })
    await all.call('save_client', { name: 'Äpfel AG' })
    await all.call('create_project', { name: 'Gamma', client: 'Äpfel AG' })
    const names = async (asked: object) =>
      (await all.call('list_projects', asked)).projects.map((one: { name: string }) => one.name)
    return { ...all, names }
  }

  test('is by name, both ways, of a client, and searched in names and clients', async () => {
    const { names } = await given()
    expect(await names({})).toEqual(['100% Own', 'alpha', 'Beta', 'Gamma'])
    expect(await names({ sort: '-name' })).toEqual(['Gamma', 'Beta', 'alpha', '100% Own'])
    expect(await names({ client: 'apfel ag' })).toEqual(['Gamma'])
    expect(await names({ search: 'APFEL' })).toEqual(['Gamma'])
    expect(await names({ search: '%' })).toEqual(['100% Own'])
    expect(await names({ search: '' })).toHaveLength(4)
    expect(await names({ search: 'nothing' })).toEqual([])
  })

  test('skips and repeats nothing while others write', async () => {
    const { call, names } = await given()
    let made = 0
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('name', '-name'),
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('a', 'g', 'z') }), {
          maxLength: 4,
        }),
        async (sort, limit, extra) => {
          const before = await names({ limit: 200 })
          const seen: string[] = []
          let cursor: string | undefined
          do {
            const page = await call('list_projects', { sort, limit, cursor })
            seen.push(...page.projects.map((one: { name: string }) => one.name))
            cursor = page.next_cursor ?? undefined
            const name = extra.shift()
            if (name !== undefined) await call('create_project', { name: `${name} ${made++}` })
          } while (cursor !== undefined)
          expect(new Set(seen).size).toBe(seen.length)
          for (const name of before) expect(seen).toContain(name)
        },
      ),
      { numRuns: 15 },
    )
  })

  test('goes on behind the longest names', async () => {
    const { call } = await workspace()
    const long = '\u{1F600}漢'.repeat(66)
    for (const end of ['a', 'b', 'c']) await call('create_project', { name: `${long}${end}` })
    const first = await call('list_projects', { limit: 1 })
    const second = await call('list_projects', { limit: 1, cursor: first.next_cursor })
    expect(second.projects[0].name.at(-1)).toBe('b')
  })
})
