import { describe, expect, test } from 'vitest'
import { takeLease } from '../../db/leases.ts'
import { watch } from '../../src/jobs/watch.ts'
import { workspace } from '../support/workspace.ts'

describe('the watchdog of a server', () => {
  test('ends what went quiet while nobody calls, and stands for nobody', async () => {
    const { app, call, clock, events, principal, rows } = await workspace({ projects: ['Acme'] })
    await call('start_session', { project: 'Acme' })
    await events()
    clock.pass(5)
    await watch(app, principal, 'one')
    expect(await events()).toEqual([])
    expect(rows('leases')).toEqual([])
    clock.pass(60)
    await watch(app, principal, 'one')
    expect(await events()).toContain('session.ended')
    expect(rows('sessions')[0]).toMatchObject({ closed_by: 'watchdog' })
    expect(rows('leases')).toMatchObject([{ holder: 'one' }])
  })

  test('takes in what hosts reported', async () => {
    const { app, clock, principal, rows } = await workspace({ projects: ['Acme'] })
    app.spool?.leave('sig_one', {
      at: clock.now,
      host: 'claude-code',
      host_session: 'a',
      directory: '/work/acme',
      kind: 'prompt',
      attended: true,
    })
    await watch(app, principal, 'one')
    expect(rows('signals')).toMatchObject([{ member_id: principal.member_id, kind: 'prompt' }])
  })

  test('leaves it to another process that holds the lease', async () => {
    const { app, call, clock, events, principal, store } = await workspace({ projects: ['Acme'] })
    await call('start_session', { project: 'Acme' })
    await events()
    clock.pass(60)
    const lease = { name: `watch ${principal.workspace_id}`, holder: 'other', until: clock.now + 60_000 }
    expect(await store.change(db => takeLease(db, lease, clock.now))).toBe(true)
    await watch(app, principal, 'one')
    expect(await events()).toEqual([])
    clock.pass(1)
    await watch(app, principal, 'one')
    expect(await events()).toContain('session.ended')
  })
})
