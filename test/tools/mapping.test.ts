import { describe, expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

describe('a folder', () => {
  test('belongs to the project that a person assigned it to, with all below it', async () => {
    const { call, events } = await workspace({ projects: ['Acme', 'Globex'] })
    await events()
    expect(await call('map_directory', { directory: '/work/acme/', project: 'acme' })).toMatchObject({
      mapping: { directory: '/work/acme', project: { name: 'Acme' } },
    })
    await call('map_directory', { directory: '/work/acme/sub/../tools', project: 'Globex' })
    const where = async (directory: string) => (await call('locate_project', { directory })).project?.name
    expect(await where('/work/acme')).toBe('Acme')
    expect(await where('/work/acme/web/src')).toBe('Acme')
    expect(await where('/work/acme/tools/x')).toBe('Globex')
    expect(await where('/work/acmeville')).toBe(undefined)
    expect(await events()).toEqual(['mapping.created', 'mapping.created'])
  })

  test('is assigned to another, and to none', async () => {
    const { call, events, refused } = await workspace({ projects: ['Acme', 'Globex'] })
    await events()
    await call('map_directory', { directory: '/work/x', project: 'Acme' })
    await call('map_directory', { directory: '/work/x', project: 'Globex' })
    expect((await call('list_mappings')).mappings).toMatchObject([
      { directory: '/work/x', project: { name: 'Globex' } },
    ])
    expect(await call('map_directory', { directory: '/work/x' })).toEqual({})
    expect((await call('list_mappings')).mappings).toEqual([])
    expect(await refused('map_directory', { directory: '/work/x' })).toMatchObject({ code: 'not_found' })
    expect(await events()).toEqual(['mapping.created', 'mapping.updated', 'mapping.deleted'])
  })

  test('without a mapping belongs to the project of its whole name or alias, never to a similar one', async () => {
    const { call } = await workspace({ projects: ['Acme Dashboard', 'Old'] })
    await call('update_project', { project: 'Acme Dashboard', aliases: ['board'] })
    await call('update_project', { project: 'Old', archived: true })
    const found = (directory: string) => call('locate_project', { directory })
    expect(await found('/work/acme-dashboard')).toMatchObject({
      project: { name: 'Acme Dashboard' },
      how: 'name',
    })
    expect(await found('/work/board')).toMatchObject({ project: { name: 'Acme Dashboard' } })
    for (const name of ['acme', 'dashboard', 'acme-dashbord', 'web']) {
      const answer = await found(`/work/${name}`)
      expect(answer).toMatchObject({ name })
      expect(answer).not.toHaveProperty('project')
    }
    expect(await found('/work/old')).not.toHaveProperty('project')
  })

  test('takes what its file declares first, then a mapping, then the repository', async () => {
    const { call } = await workspace({ projects: ['Declared', 'Mapped', 'repo'] })
    await call('map_directory', { directory: '/work/repo/sub', project: 'Mapped' })
    const where = async (more: object) =>
      (await call('locate_project', { directory: '/work/repo/sub/deep', root: '/work/repo', ...more }))
        .project?.name
    expect(await where({ declared: 'declared' })).toBe('Declared')
    expect(await where({})).toBe('Mapped')
    await call('map_directory', { directory: '/work/repo/sub' })
    expect(await where({})).toBe('repo')
  })

  test('of another repository with the same name is named after its parent', async () => {
    const { call } = await workspace({ projects: ['api'] })
    await call('map_directory', { directory: '/work/acme/api', project: 'api' })
    expect(await call('locate_project', { directory: '/work/globex/api' })).toEqual({
      name: 'api (globex)',
      how: 'name',
    })
  })

  test('of nobody goes to Unsorted', async () => {
    const { call } = await workspace()
    expect(await call('locate_project', { directory: '/home/ada', nowhere: true })).toEqual({
      name: 'Unsorted',
      how: 'unsorted',
    })
  })

  test('keeps no password of its origin', async () => {
    const { call, rows } = await workspace({ projects: ['Acme'] })
    const origin = 'https://ada:s3cr@t@git.example/acme/web.git'
    await call('map_directory', { directory: '/work/web', project: 'Acme', origin })
    expect((await call('list_mappings')).mappings[0].origin).toBe('https://git.example/acme/web.git')
    expect(JSON.stringify([rows('mappings'), rows('events')])).not.toContain('s3cr')
    expect(await call('locate_project', { directory: '/elsewhere/web', origin })).toMatchObject({
      project: { name: 'Acme' },
    })
  })

  test.each([
    [{ directory: 'relative/path', project: 'Acme' }, 'validation_error'],
    [{ directory: '', project: 'Acme' }, 'validation_error'],
    [{ directory: '/x', project: 'Nowhere' }, 'not_found'],
    [{ directory: `/${'x'.repeat(10_000)}`, project: 'Acme' }, 'validation_error'],
  ])('refuses %o', async (asked, code) => {
    const { refused } = await workspace({ projects: ['Acme'] })
    expect(await refused('map_directory', asked)).toMatchObject({ code })
  })

  test('list comes page by page', async () => {
    const { call } = await workspace({ projects: ['Acme'] })
    for (const name of ['c', 'a', 'b'])
      await call('map_directory', { directory: `/work/${name}`, project: 'Acme' })
    const first = await call('list_mappings', { limit: 2 })
    const second = await call('list_mappings', { limit: 2, cursor: first.next_cursor })
    const names = [...first.mappings, ...second.mappings].map((one: { directory: string }) => one.directory)
    expect(names).toEqual(['/work/a', '/work/b', '/work/c'])
    expect(second.next_cursor).toBe(null)
  })
})
