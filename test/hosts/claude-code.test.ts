import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { about, secondsBetween as between } from './about.ts'
import { anthropic } from './anthropic.ts'
import { machineWithClaudeCode, runClaude, startClaude } from './claude-code.ts'
import { Model, type Step } from './model.ts'
import { enter, escape, hasTerminals } from './terminal.ts'

const bash = (command: string, after = 1000): Step => ({ after, call: 'Bash', with: { command } })
const say = (text: string, after = 1000): Step => ({ after, say: text })

describe.skipIf(!hasTerminals)('Claude Code in a terminal (needs python3)', () => {
  test('two turns with a tool: what the agent worked, and what the person read and wrote', async () => {
    const { folder, machine } = await machineWithClaudeCode()
    const model = await Model.open(
      anthropic,
      bash('sleep 2'),
      say('The first is done.'),
      say('So is the second.'),
    )
    const claude = await startClaude(machine, folder, model, '--allowedTools', 'Bash')
    await sleep(3000)
    const first = await claude.enter('do the first')
    await claude.shows('The first is done.')
    const firstDone = model.lastAnswer
    expect(await machine.running()).toMatchObject([
      { project: { name: 'acme' }, host: 'claude-code', directory: folder },
    ])
    await sleep(4000)
    const second = await claude.enter('do the second')
    await claude.shows('So is the second.')
    const secondDone = model.lastAnswer
    await sleep(3000)
    await claude.enter('/exit')
    await claude.ended()

    const [entry] = await machine.entries(1)
    const started = Date.parse(entry.started_at)
    expect(between(claude.startedAt, started)).toBeLessThan(3)
    expect(entry).toMatchObject({
      project: { name: 'acme' },
      source: 'hook',
      assistant: { host: 'claude-code', model: expect.stringMatching(/^claude-/) },
      active_seconds: about(between(started, first) + between(firstDone, second)),
      agent_seconds: about(between(first, firstDone) + between(second, secondDone)),
      idle_seconds: about(3),
    })
  })

  test('a permission that is given late: the wait is the person’s, what the tool then runs is the agent’s', async () => {
    const { folder, machine } = await machineWithClaudeCode()
    const model = await Model.open(anthropic, bash('touch made && sleep 3'), say('It is made.'))
    // what decides for the person asks nobody
    const claude = await startClaude(machine, folder, model, '--permission-mode', 'default')
    await sleep(1000)
    const asked = await claude.enter('make it')
    await claude.shows('Do you want to proceed?')
    const waits = model.lastAnswer
    await sleep(6000)
    const given = claude.press(enter)
    await claude.shows('It is made.')
    const done = model.lastAnswer
    await claude.enter('/exit')

    const [entry] = await machine.entries(1)
    expect(entry).toMatchObject({
      active_seconds: about(between(Date.parse(entry.started_at), asked) + between(waits, given)),
      agent_seconds: about(between(asked, waits) + between(given, done)),
    })
  })

  test('a second permission right after the first: that wait counts as well', async () => {
    const { folder, machine } = await machineWithClaudeCode()
    const model = await Model.open(anthropic, bash('touch one'), bash('touch two', 0), say('Both.', 3000))
    const claude = await startClaude(machine, folder, model, '--permission-mode', 'default')
    await sleep(1000)
    const asked = await claude.enter('make both')
    await claude.shows('touch one')
    await claude.shows('Do you want to proceed?')
    const firstWaits = model.lastAnswer
    claude.press(enter)
    await claude.shows('touch two')
    await claude.shows('Do you want to proceed?')
    await sleep(6000)
    const given = claude.press(enter)
    await claude.shows('Both.')
    const done = model.lastAnswer
    await claude.enter('/exit')

    const [entry] = await machine.entries(1)
    expect(entry).toMatchObject({
      active_seconds: about(between(Date.parse(entry.started_at), asked) + between(firstWaits, given)),
      agent_seconds: about(between(asked, firstWaits) + between(given, done)),
    })
  })

  test('Esc while the model thinks: the agent’s time ends at its last sign of life', async () => {
    const { folder, machine } = await machineWithClaudeCode()
    const model = await Model.open(anthropic, say('Never said.', 100_000), say('All right.', 3000))
    const claude = await startClaude(machine, folder, model)
    await sleep(1000)
    await claude.enter('think long')
    await sleep(4000)
    claude.press(escape)
    // it gives back what was typed
    await claude.shows('think long')
    await sleep(2000)
    const again = await claude.enter(', but not that long')
    await claude.shows('All right.')
    const done = model.lastAnswer
    await claude.enter('/exit')

    const [entry] = await machine.entries(1)
    expect(entry).toMatchObject({
      active_seconds: about(between(Date.parse(entry.started_at), again)),
      agent_seconds: about(between(again, done)),
      idle_seconds: about(0),
    })
  })

  test('Esc while a tool runs: likewise', async () => {
    const { folder, machine } = await machineWithClaudeCode()
    const model = await Model.open(
      anthropic,
      bash('timeout 60 tail -f /dev/null', 3000),
      say('All right.', 3000),
    )
    const claude = await startClaude(machine, folder, model, '--allowedTools', 'Bash')
    await sleep(1000)
    const asked = await claude.enter('run it')
    await claude.shows('Running')
    const runs = model.lastAnswer
    await sleep(4000)
    claude.press(escape)
    await claude.shows('Interrupted')
    await sleep(2000)
    const again = await claude.enter('do not')
    await claude.shows('All right.')
    const done = model.lastAnswer
    await claude.enter('/exit')

    const [entry] = await machine.entries(1)
    expect(entry).toMatchObject({
      active_seconds: about(between(Date.parse(entry.started_at), asked) + between(runs, again)),
      agent_seconds: about(between(asked, runs) + between(again, done)),
    })
  })

  test('/clear ends the session and begins another', async () => {
    const { folder, machine } = await machineWithClaudeCode()
    const model = await Model.open(anthropic, say('One.', 3000), say('Two.', 3000))
    const claude = await startClaude(machine, folder, model)
    await claude.enter('first')
    await claude.shows('One.')
    await claude.enter('/clear')
    const [first] = await machine.entries(1, 1)
    await sleep(3000)
    const second = await claude.enter('second')
    await claude.shows('Two.')
    await claude.enter('/exit')

    const [, other] = await machine.entries(2)
    expect(other.assistant.host_session).not.toBe(first.assistant.host_session)
    expect(first).toMatchObject({ agent_seconds: about(3) })
    expect(other).toMatchObject({
      active_seconds: about(between(Date.parse(other.started_at), second)),
      agent_seconds: about(3),
    })
  })

  test('what is continued later is another entry of the same session', async () => {
    const { folder, machine } = await machineWithClaudeCode()
    const model = await Model.open(anthropic, say('One.', 3000), say('Two.', 3000))
    const before = await startClaude(machine, folder, model)
    await before.enter('first')
    await before.shows('One.')
    await before.enter('/exit')
    await before.ended()
    const [first] = await machine.entries(1)
    await sleep(3000)
    const after = await startClaude(machine, folder, model, '--continue')
    await sleep(2000)
    const asked = await after.enter('second')
    await after.shows('Two.')
    await after.enter('/exit')

    const [, second] = await machine.entries(2)
    expect(second.assistant.host_session).toBe(first.assistant.host_session)
    expect(between(after.startedAt, Date.parse(second.started_at))).toBeLessThan(3)
    expect(second).toMatchObject({
      active_seconds: about(between(Date.parse(second.started_at), asked)),
      agent_seconds: about(3),
    })
  })

  test('the window is closed', async () => {
    const { folder, machine } = await machineWithClaudeCode()
    const model = await Model.open(anthropic, say('One.', 3000))
    const claude = await startClaude(machine, folder, model)
    await claude.enter('first')
    await claude.shows('One.')
    await sleep(3000)
    const closed = await claude.close()

    const [entry] = await machine.entries(1)
    expect(entry).toMatchObject({ agent_seconds: about(3), idle_seconds: about(3) })
    expect(between(closed, Date.parse(entry.ended_at))).toBeLessThan(2)
  })

  test('kill -9 in the middle of a turn: the MCP server witnesses the end', async () => {
    const { folder, machine } = await machineWithClaudeCode()
    const model = await Model.open(anthropic, bash('true', 4000), say('Never said.', 100_000))
    const claude = await startClaude(machine, folder, model, '--allowedTools', 'Bash')
    await sleep(2000)
    await claude.enter('first')
    await claude.shows('true')
    await sleep(4000)
    const killed = await claude.kill()

    const [entry] = await machine.entries(1)
    expect(entry).toMatchObject({ agent_seconds: about(4), idle_seconds: about(4) })
    expect(Math.abs(between(killed, Date.parse(entry.ended_at)))).toBeLessThan(2)
  })

  test('two at once in two folders: agents work side by side, the person is one', async () => {
    const { folders, machine } = await machineWithClaudeCode('acme', 'globex')
    const models = [
      await Model.open(anthropic, say('Acme is done.', 8000)),
      await Model.open(anthropic, say('Globex is done.', 8000)),
    ] as const
    const acme = await startClaude(machine, folders[0] ?? '', models[0])
    const globex = await startClaude(machine, folders[1] ?? '', models[1])
    await sleep(2000)
    const first = await acme.enter('do it')
    await sleep(3000)
    const second = await globex.enter('do that')
    await globex.shows('Globex is done.')
    await Promise.all([acme.enter('/exit'), globex.enter('/exit')])

    const entries = await machine.entries(2)
    const [one, other] = ['acme', 'globex'].map(name => entries.find(entry => entry.project.name === name))
    expect(one).toMatchObject({
      active_seconds: about(between(Date.parse(one.started_at), first)),
      agent_seconds: about(8),
    })
    expect(other).toMatchObject({ active_seconds: about(between(first, second)), agent_seconds: about(8) })
  })

  test('the model asks stint', async () => {
    const { folder, machine } = await machineWithClaudeCode()
    const model = await Model.open(
      anthropic,
      { call: 'mcp__stint__status', with: {} },
      say('That is how it is.'),
    )
    const claude = await startClaude(machine, folder, model, '--allowedTools', 'mcp__stint__status')
    await claude.enter('what runs?')
    await claude.shows('That is how it is.')
    const [answer = ''] = model.answersOfTools
    // it hands the model what is structured, not the text beside it
    expect(JSON.parse(answer)).toMatchObject({
      timers: [],
      sessions: [{ project: { name: 'acme' }, state: 'running', beat: 'agent', host: 'claude-code' }],
    })
    await claude.enter('/exit')
    await machine.entries(1)
  })
})

describe('Claude Code without a person (-p)', () => {
  test('makes no active time', async () => {
    const { folder, machine } = await machineWithClaudeCode()
    const model = await Model.open(anthropic, bash('sleep 2'), say('Done.', 3000))
    expect(await runClaude(machine, folder, model, '-p', 'do it', '--allowedTools', 'Bash')).toContain(
      'Done.',
    )
    const [entry] = await machine.entries(1)
    expect(entry).toMatchObject({
      project: { name: 'acme' },
      active_seconds: 0,
      agent_seconds: about(between(model.asked[0]?.at ?? 0, model.lastAnswer)),
    })
  })

  test('counts an answer without tools', async () => {
    const { folder, machine } = await machineWithClaudeCode()
    const model = await Model.open(anthropic, say('Because.', 4000))
    expect(await runClaude(machine, folder, model, '-p', 'why?')).toContain('Because.')
    expect(await machine.entries(1)).toMatchObject([{ active_seconds: 0, agent_seconds: about(4) }])
  })
})
