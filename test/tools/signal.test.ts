import { expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

const session = { host: 'codex', host_session: 'one', directory: '/src/acme', attended: true }
const turn = [
  { ...session, kind: 'prompt', at: '2026-05-20T06:00:00.000Z' },
  { ...session, kind: 'work', at: '2026-05-20T06:00:04.000Z', tool: { id: 'a', open: true } },
  { ...session, kind: 'work', at: '2026-05-20T06:00:04.500Z', tool: { id: 'a', open: false } },
  { ...session, kind: 'stop', at: '2026-05-20T08:05:00+02:00', model: 'm', tokens: { output_tokens: 7 } },
]

test('reported signals become a session, and its entry when it has ended', async () => {
  const { call, events } = await workspace()
  const answer = await call('take_in_signals', { signals: turn })
  expect(answer).toMatchObject({
    taken: 4,
    known: 0,
    sessions: 1,
    running: 0,
    added: [{ date: '2026-05-20', project: { name: 'acme' }, sessions: 1, agent_seconds: 300 }],
    host_sessions: [{ host: 'codex', host_session: 'one', taken: 4, known: 0, told_by_hooks: false }],
  })
  expect(await events()).toEqual([
    'project.created',
    'mapping.created',
    'session.started',
    'session.ended',
    'entry.created',
  ])
  const { entries } = await call('list_entries')
  expect(entries).toMatchObject([{ source: 'hook', seconds: 300, assistant: { model: 'm' } }])
})

test('what is reported again, whole or in part, counts once', async () => {
  const { call, events, rows } = await workspace()
  await call('take_in_signals', { signals: turn.slice(0, 2) })
  await call('take_in_signals', { signals: turn })
  await events()
  expect(await call('take_in_signals', { signals: [...turn, ...turn] })).toMatchObject({
    taken: 0,
    known: 8,
    sessions: 0,
    added: [],
  })
  expect(await events()).toEqual([])
  expect(rows('signals')).toHaveLength(4)
  expect(rows('sessions').map(row => row.tokens)).toEqual(['{"output_tokens":7}'])
})

test('a person was there unless it says otherwise, and ids of whoever tells it are taken', async () => {
  const { call, rows } = await workspace()
  const said = turn.map((one, at) => ({ ...one, attended: undefined, id: `mine ${at}` }))
  expect(await call('take_in_signals', { signals: said })).toMatchObject({ taken: 4 })
  expect(await call('take_in_signals', { signals: turn })).toMatchObject({ taken: 0, known: 4 })
  expect(rows('signals').map(row => row.attended)).toEqual([1, 1, 1, 1])
})

test('what runs still is told as running', async () => {
  const { call } = await workspace({ now: '2026-05-20T08:01' })
  expect(await call('take_in_signals', { signals: turn.slice(0, 2) })).toMatchObject({
    sessions: 1,
    running: 1,
    added: [],
  })
})

test('time that another session has the better claim to is told as less', async () => {
  const { call } = await workspace()
  const read = { ...session, host_session: 'a', directory: '/src/globex' }
  const prompts = [
    { ...session, kind: 'stop', at: '2026-05-20T06:00:00Z' },
    { ...session, kind: 'prompt', at: '2026-05-20T06:04:00Z' },
    { ...session, kind: 'end', at: '2026-05-20T06:04:01Z' },
  ]
  await call('take_in_signals', { signals: prompts })
  const { added } = await call('take_in_signals', {
    signals: [
      { ...read, kind: 'stop', at: '2026-05-20T06:00:00Z' },
      { ...read, kind: 'prompt', at: '2026-05-20T06:01:00Z' },
      { ...read, kind: 'end', at: '2026-05-20T06:01:01Z' },
    ],
  })
  expect(added).toMatchObject([
    { project: { name: 'globex' }, sessions: 1, active_seconds: 60 },
    { project: { name: 'acme' }, sessions: 0, active_seconds: -60 },
  ])
})

test('timers, strangers and more than a thousand at once are refused', async () => {
  const { call, refused } = await workspace({ projects: ['Acme'] })
  const { timer } = await call('start_timer', { project: 'acme' })
  const [prompt] = turn
  for (const signals of [
    [{ ...prompt, host: 'mcp', host_session: timer.id }],
    [{ ...prompt, text: 'what was typed' }],
    [{ ...prompt, at: 'soon' }],
    Array(1001).fill(prompt),
    [],
  ])
    expect(await refused('take_in_signals', { signals })).toMatchObject({ code: 'validation_error' })
})
