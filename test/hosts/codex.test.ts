import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { about, secondsBetween as between } from './about.ts'
import { programs } from './installed.ts'
import { Machine } from './machine.ts'
import { Model, type Step } from './model.ts'
import { responses } from './responses.ts'

const shell = (command: string): Step => ({ after: 1000, call: 'exec_command', with: { cmd: command } })

test('Codex without a person: a tool, and a question to stint', async () => {
  const model = await Model.open(
    responses,
    shell('sleep 2'),
    { after: 1000, call: 'mcp__stint status', with: {} },
    { after: 2000, say: 'That is how it is.' },
  )
  const { folder, machine } = await machineWithCodex(model)
  expect(await codex(machine, folder, 'what runs?')).toContain('That is how it is.')
  expect(model.answersOfTools).toEqual([expect.any(String), expect.stringContaining('"name":"acme"')])
  const [entry] = await machine.entries(1)
  expect(entry).toMatchObject({
    project: { name: 'acme' },
    assistant: { host: 'codex', model: 'gpt-5.5' },
    agent_seconds: about(between(model.asked[0]?.at ?? 0, model.lastAnswer)),
  })
})

test('Codex that never asks stint says itself that it ends', async () => {
  const model = await Model.open(responses, { after: 4000, say: 'Because.' })
  const { folder, machine } = await machineWithCodex(model)
  expect(await codex(machine, folder, 'why?')).toContain('Because.')
  expect(await machine.entries(1)).toMatchObject([{ agent_seconds: about(4) }])
})

/** A machine on which Codex asks our model, and `stint setup` was run. */
async function machineWithCodex(model: Model) {
  const machine = new Machine()
  const folder = machine.repository('acme')
  machine.write(
    '.codex/config.toml',
    `model = "gpt-5.5"
model_provider = "loopback"
approval_policy = "never"
sandbox_mode = "danger-full-access"

[model_providers.loopback]
name = "loopback"
base_url = "${model.url}/v1"
wire_api = "responses"

[projects."${folder}"]
trust_level = "trusted"
`,
  )
  await machine.stint('setup', 'codex')
  return { machine, folder }
}

async function codex(machine: Machine, cwd: string, prompt: string) {
  // a person trusts the hooks once, in a dialog
  const words = ['exec', '--dangerously-bypass-hook-trust', prompt]
  const run = promisify(execFile)(process.execPath, [programs.codex, ...words], { cwd, env: machine.env })
  run.child.stdin?.end()
  return (await run).stdout
}
