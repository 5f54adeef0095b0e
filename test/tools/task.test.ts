import { describe, expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

describe('a task', () => {
  test('belongs to a project, with an estimate and somebody who does it', async () => {
    const { call, events } = await workspace({ projects: ['Acme'] })
    await events()
    const made = await call('create_task', {
      project: 'acme',
      name: 'Design',
      estimated_hours: 1.5,
      assignee: 'me',
    })
    expect(made.task).toMatchObject({
      name: 'Design',
      project: { name: 'Acme' },
      estimated_seconds: 5400,
      assignee: { name: 'Ada' },
      version: 1,
    })
    const changed = await call('update_task', {
      task: 'design',
      name: 'Drawing',
      estimated_hours: 2,
      assignee: '',
    })
    expect(changed.task).toMatchObject({ name: 'Drawing', estimated_seconds: 7200, version: 2 })
    expect(changed.task).not.toHaveProperty('assignee')
    expect(await events()).toEqual(['task.created', 'task.updated'])
  })

  test('has a name of its own in its project', async () => {
    const { call, refused } = await workspace({ projects: ['Acme', 'Globex'] })
    await call('create_task', { project: 'Acme', name: 'Design' })
    expect(await refused('create_task', { project: 'Acme', name: 'DESIGN' })).toMatchObject({
      code: 'conflict',
    })
    expect((await call('create_task', { project: 'Globex', name: 'Design' })).task.project.name).toBe(
      'Globex',
    )
    expect(await refused('complete_task', { task: 'Design' })).toMatchObject({
      code: 'disambiguate',
      details: { candidates: [{ client: 'Acme' }, { client: 'Globex' }] },
    })
    expect((await call('complete_task', { task: 'Design', project: 'Globex' })).task.completed_at).toBe(
      '2026-05-20T07:00:00.000Z',
    )
  })

  test('is completed once, and opened again', async () => {
    const { call, clock, events } = await workspace({ projects: ['Acme'] })
    await call('create_task', { project: 'Acme', name: 'Design' })
    await events()
    const { task } = await call('complete_task', { task: 'Design' })
    clock.pass(5)
    expect((await call('complete_task', { task: 'Design' })).task).toEqual(task)
    expect((await call('update_task', { task: 'Design', complete: false })).task).not.toHaveProperty(
      'completed_at',
    )
    expect(await events()).toEqual(['task.completed', 'task.updated'])
  })

  test('is listed by what it is', async () => {
    const { call } = await workspace({ projects: ['Acme', 'Globex'] })
    for (const name of ['Open', 'Done', 'Away']) await call('create_task', { project: 'Acme', name })
    await call('create_task', { project: 'Globex', name: 'Other' })
    const { task } = await call('update_task', { task: 'Away', archived: true })
    await call('complete_task', { task: 'Done' })
    const names = async (asked: object) =>
      (await call('list_tasks', asked)).tasks.map((one: { name: string }) => one.name)
    expect(await names({})).toEqual(['Open', 'Other'])
    expect(await names({ project: 'Acme' })).toEqual(['Open'])
    expect(await names({ project: 'Acme', status: 'complete' })).toEqual(['Done'])
    expect(await names({ status: 'all' })).toEqual(['Away', 'Done', 'Open', 'Other'])
    expect(await names({ status: 'all', sort: '-name', search: 'O' })).toEqual(['Other', 'Open', 'Done'])
    expect((await call('update_task', { task: task.id, archived: false })).task).not.toHaveProperty(
      'archived_at',
    )
    expect((await call('list_tasks', { project: 'Acme', limit: 1 })).next_cursor).toEqual(expect.any(String))
  })

  test('demands the version that was seen', async () => {
    const { call, refused } = await workspace({ projects: ['Acme'] })
    await call('create_task', { project: 'Acme', name: 'Design' })
    expect(await refused('update_task', { task: 'Design', name: 'x', version: 2 })).toMatchObject({
      code: 'version_mismatch',
    })
  })

  test.each([
    [{ project: 'Nowhere', name: 'x' }, 'not_found'],
    [{ project: 'Acme', name: '' }, 'validation_error'],
    [{ project: 'Acme', name: 'x'.repeat(10_000) }, 'validation_error'],
    [{ project: 'Acme', name: 'x', estimated_hours: -1 }, 'validation_error'],
    [{ project: 'Acme', name: 'x', estimated_hours: '2' }, 'validation_error'],
    [{ project: 'Acme', name: 'x', assignee: 'Nobody' }, 'not_found'],
  ])('refuses %o', async (asked, code) => {
    const { refused } = await workspace({ projects: ['Acme'] })
    expect(await refused('create_task', asked)).toMatchObject({ code })
  })
})
