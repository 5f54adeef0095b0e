import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { migrations } from '../../db/migrations/index.ts'
import { openSqlite } from '../../db/sqlite.ts'
import { call as run } from '../../src/core/call.ts'
import type { Principal } from '../../src/core/context.ts'
import { change, query } from '../../src/core/operation.ts'
import { AppError } from '../../src/domain/error.ts'
import { operationNamed, workspace } from '../support/workspace.ts'

const faces = {
  summary: 'A test',
  route: 'POST /tests',
  command: 'test',
  input: z.strictObject({ word: z.string().optional().describe('A word') }),
  output: z.object({ word: z.string() }),
  text: () => 'Done.',
}

describe('a call', () => {
  test('needs the scope of its operation, and does nothing without it', async () => {
    const { call, principal, refused } = await workspace({ projects: ['Acme'] })
    const reader: Principal = { ...principal, scope: 'read' }
    expect(await refused('start_timer', { project: 'acme' }, reader)).toMatchObject({
      code: 'forbidden_scope',
      details: { required: 'write', scope: 'read' },
    })
    expect(await call('status', {}, reader)).toMatchObject({ timers: [] })
  })

  test('needs a member of the workspace', async () => {
    const { call, principal } = await workspace()
    for (const stranger of [
      { ...principal, member_id: 'mem_nobody' },
      { ...principal, workspace_id: 'wsp_nowhere' },
    ])
      for (const name of ['status', 'undo'])
        await expect(call(name, {}, stranger)).rejects.toMatchObject({ code: 'not_authenticated' })
  })

  test('tells every problem at once, each with its field', async () => {
    const { refused } = await workspace()
    const error = await refused('list_entries', { limit: '5', billable: 'yes', colour: 'red', project: '' })
    expect(error.code).toBe('validation_error')
    expect(error.details).toMatchObject({
      problems: expect.arrayContaining([
        expect.objectContaining({ path: 'limit' }),
        expect.objectContaining({ path: 'billable' }),
        expect.objectContaining({ path: 'project' }),
        { path: 'colour', message: 'unknown field' },
      ]),
      known_fields: expect.arrayContaining(['limit', 'billable']),
    })
  })

  test('says little about much that is wrong', async () => {
    const { refused } = await workspace()
    const many = Object.fromEntries(
      Array.from({ length: 500 }, (_, n) => [`field_${n}_${'x'.repeat(500)}`, n]),
    )
    const error = await refused('status', many)
    expect(JSON.stringify(error).length).toBeLessThan(3000)
  })

  test.each([null, undefined, {}])('takes %j for no input', async input => {
    const { app, principal } = await workspace()
    expect(await run(app, principal, operationNamed('status'), input)).toMatchObject({ timers: [] })
  })

  test.each([[[]], ['text'], [7], [true]])('refuses %j for an input', async input => {
    const { app, principal } = await workspace()
    await expect(run(app, principal, operationNamed('status'), input)).rejects.toMatchObject({
      code: 'validation_error',
    })
  })

  test('has one now, from its first line to its last', async () => {
    const { app, clock, principal } = await workspace()
    const seen: number[] = []
    const slow = query({
      ...faces,
      name: 'be_slow',
      scope: 'read',
      async run(context) {
        seen.push(context.now)
        clock.pass(5)
        await Promise.resolve()
        seen.push(context.now)
        return { word: 'late' }
      },
    })
    await run(app, principal, slow, {})
    expect(seen[0]).toBe(seen[1])
  })

  test('keeps a change whole or not at all, and says nothing of what went wrong inside', async () => {
    const { app, logged, principal, rows } = await workspace({ projects: ['Acme'] })
    const before = rows('events').length
    const broken = change({
      ...faces,
      name: 'break_half_way',
      scope: 'write',
      async run(context) {
        context.emit({ type: 'project.created', subject: 'prj_x', after: {} })
        await context.db
          .deleteFrom('project_aliases')
          .where('workspace_id', '=', context.workspace.id)
          .execute()
        throw new Error('secret words of the driver')
      },
    })
    const error: unknown = await run(app, principal, broken, {}).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code: 'internal' })
    expect(JSON.stringify(error)).not.toContain('secret')
    expect(String(logged)).toContain('secret')
    expect(rows('events')).toHaveLength(before)
  })

  test('answers in the shape that was promised, or not at all', async () => {
    const { app, principal, rows } = await workspace()
    const before = rows('events').length
    const wrong = change({
      ...faces,
      name: 'answer_wrongly',
      scope: 'write',
      run(context) {
        context.emit({ type: 'project.created', subject: 'prj_x', after: {} })
        // what a careless handler would give
        return Promise.resolve({ word: 7 } as unknown as { word: string })
      },
    })
    await expect(run(app, principal, wrong, {})).rejects.toMatchObject({ code: 'internal' })
    expect(rows('events')).toHaveLength(before)
    const chatty = query({
      ...faces,
      name: 'say_more',
      scope: 'read',
      run: () => Promise.resolve({ word: 'a', secret: 'b' } as { word: string }),
    })
    expect(await run(app, principal, chatty, {})).toEqual({ word: 'a' })
  })

  test('that reads cannot write', async () => {
    const { app, logged, principal } = await workspace()
    const sly = query({
      ...faces,
      name: 'read_and_write',
      scope: 'read',
      async run({ db, workspace: { id } }) {
        // its type forbids it, and so does the store
        const writer = db as unknown as {
          deleteFrom(table: string): { where(...of: string[]): { execute(): Promise<void> } }
        }
        await writer.deleteFrom('entries').where('workspace_id', '=', id).execute()
        return { word: 'done' }
      },
    })
    await expect(run(app, principal, sly, {})).rejects.toMatchObject({ code: 'internal' })
    expect(String(logged)).toContain('must not write')
  })

  test('sees nothing of another workspace', async () => {
    const { app, call, principal, refused, store } = await workspace({
      projects: ['Acme'],
      now: '2026-05-20T12:00',
    })
    const { timer } = await call('start_timer', { project: 'acme' })
    const { entry } = await call('log_time', { project: 'acme', duration: '1h' })
    const [workspace_id, member_id] = [app.newId('wsp', 0), app.newId('mem', 0)]
    store.handle.exec(`
      insert into workspaces (id, name, time_zone, week_start, currency, policy, locked_until, names_version,
          version, created_at, updated_at) select '${workspace_id}', 'Other', time_zone, week_start, currency, policy, null, 0, 1, 0, 0
        from workspaces;
      insert into members (workspace_id, id, name, name_key, role, created_at)
        values ('${workspace_id}', '${member_id}', 'Eve', 'eve', 'owner', 0);`)
    const eve: Principal = { ...principal, workspace_id, member_id }
    expect(await call('status', {}, eve)).toMatchObject({ timers: [] })
    expect(await call('list_entries', {}, eve)).toMatchObject({ entries: [] })
    expect(await call('list_events', {}, eve)).toMatchObject({ events: [] })
    for (const [name, input] of [
      ['stop_timer', { project: timer.id }],
      ['stop_timer', { project: 'acme' }],
      ['discard_timer', { timer: timer.id }],
      ['get_entry', { entry: entry.id }],
      ['edit_entry', { entry: entry.id, description: 'x' }],
      ['delete_entry', { entry: entry.id }],
      ['get_project', { project: timer.project.id }],
      ['start_timer', { project: timer.project.id }],
      ['start_timer', { project: timer.project.id, auto_create: true }],
      ['undo', {}],
    ] as const)
      expect(await refused(name, input, eve)).toMatchObject({ code: 'not_found' })
  })
})

describe('what is asked again', () => {
  const days = async (call: (name: string, input?: object) => Promise<{ entries: { date: string }[] }>) =>
    (await call('list_entries', { period: 'today' })).entries.map(one => one.date)

  test('is answered anew once something was written, here or by another program', async () => {
    const { app, call } = await workspace({ projects: ['Acme'] })
    await call('log_time', { project: 'acme', date: '2026-05-20', duration: '1h' })
    const first = await call('list_entries', {})
    expect(await call('list_entries', {})).toBe(first)
    expect(first.entries[0].project.name).toBe('Acme')
    await call('update_project', { project: 'acme', name: 'Acme Ltd' })
    expect((await call('list_entries', {})).entries[0].project.name).toBe('Acme Ltd')
    const other = await openSqlite({ path: join(app.home, 'stint.db'), migrations, clock: () => app.clock() })
    other.handle.exec(`update projects set name = 'Acme Inc'`)
    await other.close()
    expect((await call('list_entries', {})).entries[0].project.name).toBe('Acme Inc')
  })

  test('is answered anew when the day is another', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'], now: '2026-05-20T23:50' })
    await call('log_time', { project: 'acme', date: '2026-05-20', duration: '1h' })
    expect(await days(call)).toEqual(['2026-05-20'])
    clock.set('2026-05-21T00:00')
    expect(await days(call)).toEqual([])
  })

  test('is answered anew in each second where time runs', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme', description: 'a' })
    const seconds = async () => (await call('list_timers')).timers[0].seconds
    const told = [await seconds()]
    for (let at = 0; at < 3; at++) {
      clock.pass(0.7 / 60)
      told.push(await seconds())
    }
    expect(told).toEqual([0, 0, 1, 2])
    await call('update_timer', { project: 'acme', description: 'b' })
    expect((await call('list_timers')).timers[0].description).toBe('b')
  })

  test('is answered to each as far as they may see it', async () => {
    const { call, member } = await workspace()
    await call('create_project', { name: 'Acme', hourly_rate: '100', billable: true })
    await call('log_time', { project: 'acme', date: '2026-05-20', duration: '1h' })
    const bo = await member('Bo')
    expect((await call('list_entries')).entries[0].amount).toBe('100.00')
    expect((await bo.call('list_entries')).entries[0]).not.toHaveProperty('amount')
  })
})
