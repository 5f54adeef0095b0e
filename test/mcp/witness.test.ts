import { expect, test } from 'vitest'
import { witnessOf } from '../../src/mcp/witness.ts'
import { leave } from '../support/host.ts'
import { workspace } from '../support/workspace.ts'

const turn = (session_id: string) => ({ 'x-codex-turn-metadata': { session_id, turn_id: 't1' } })

test('a host that is killed ends its session: the connection says what no hook can', async () => {
  const { app, call, clock } = await workspace()
  const of = { host: 'claude-code', host_session: 's1', directory: '/src/acme', attended: true }
  leave(app.home, { ...of, at: clock.now, kind: 'start' }, { ...of, at: clock.now + 1000, kind: 'prompt' })
  const witness = witnessOf(app, { CLAUDE_CODE_SESSION_ID: 's1', CLAUDE_PROJECT_DIR: '/src/acme' }, '/')
  clock.pass(1)
  witness.here()
  expect(await call('status')).toMatchObject({ sessions: [{ project: { name: 'acme' }, beat: 'agent' }] })

  clock.pass(1)
  witness.gone()

  expect(await call('status')).toMatchObject({ sessions: [], ended: [] })
  expect(await call('list_entries')).toMatchObject({ entries: [{ agent_seconds: 59, active_seconds: 1 }] })
})

test('the session goes on where other signals follow the end of a connection', async () => {
  const { app, call, clock } = await workspace()
  const of = { host: 'claude-code', host_session: 's1', directory: '/src/acme', attended: true }
  leave(app.home, { ...of, at: clock.now, kind: 'start' }, { ...of, at: clock.now + 1000, kind: 'prompt' })
  const witness = witnessOf(app, { CLAUDE_CODE_SESSION_ID: 's1' }, '/src/acme')
  clock.pass(1)
  witness.gone()
  await call('status')
  leave(app.home, { ...of, at: clock.now + 5000, kind: 'work' })
  clock.pass(2)

  expect(await call('status')).toMatchObject({ sessions: [{ state: 'running', beat: 'agent' }] })
  expect(await call('list_entries')).toMatchObject({ entries: [] })
})

test('Codex names its session with each call', async () => {
  const { app, call, clock, rows } = await workspace()
  const witness = witnessOf(app, {}, '/src/acme')
  witness.here()
  for (let calls = 0; calls < 5; calls++) witness.called(turn('thread-1'))
  clock.pass(3)
  witness.called(turn('thread-1'))
  await call('status')
  expect(rows('signals')).toMatchObject([
    { host: 'codex', host_session: 'thread-1', kind: 'alive' },
    { host: 'codex', host_session: 'thread-1', kind: 'alive' },
  ])
})

test('a host that names no session leaves no sign', async () => {
  const { app, call, rows } = await workspace()
  const witness = witnessOf(app, {}, '/src/acme')
  witness.here()
  for (const meta of [undefined, null, 7, 'x', [], { 'x-codex-turn-metadata': 5 }, turn('')])
    witness.called(meta)
  witness.gone()
  await call('status')
  expect(rows('signals')).toEqual([])
})
