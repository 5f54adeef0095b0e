import { describe, expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

describe('a timer', () => {
  test('runs from start to stop and becomes an entry', async () => {
    const { call, clock, events } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    clock.set('09:25')
    expect(await call('stop_timer')).toMatchObject({ entry: { project: { name: 'Acme' }, seconds: 1500 } })
    expect(await events()).toEqual(['timer.started', 'timer.stopped', 'entry.created'])
  })

  test('does not count its pauses', async () => {
    const { call, clock } = await workspace({ projects: ['Acme'] })
    await call('start_timer', { project: 'acme' })
    clock.set('09:10')
    expect(await call('pause_timer')).toMatchObject({ timer: { state: 'paused', seconds: 600 } })
    clock.set('12:10')
    expect(await call('resume_timer')).toMatchObject({ timer: { state: 'running', seconds: 600, idle_seconds: 10800 } })
    clock.set('12:20')
    expect(await call('stop_timer')).toMatchObject({ entry: { seconds: 1200, idle_seconds: 10800 } })
  })
})
