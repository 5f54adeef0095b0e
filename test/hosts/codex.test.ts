import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { about, secondsBetween as between } from './about.ts'
import { programs } from './installed.ts'
import { Machine } from './machine.ts'
import { Model, type Step } from './model.ts'
import { responses } from './responses.ts'

const shell = (command: string): Step => ({ after: 1000, call: 'exec_command', with: { cmd: command } })

test('Codex: a tool and a question to stint', async () => {
  const model = await Model.open(
    responses,
    shell('sleep 2'),
    { after: 1000, call: 'mcp__stint status', with: {} },
    { after: 2000, say: 'That is how it is.' },
  )
  const { folder, machine } = await machineWithCodex(model)
  const { stdout, stderr } = await codex(machine, folder, 'what runs?')
  console.log(stdout, stderr)
  console.log(JSON.stringify(model.asked[0]?.body.tools).slice(0, 6000))
  console.log(model.answersOfTools)
  expect(stdout).toContain('That is how it is.')
  expect(model.answersOfTools).toEqual([expect.any(String), expect.stringContaining('acme')])
  const [entry] = await machine.entries(1)
  expect(entry).toMatchObject({
    project: { name: 'acme' },
    assistant: { host: 'codex' },
    agent_seconds: about(between(model.asked[0]?.at ?? 0, model.lastAnswer)),
  })
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
  const words = ['exec', '--dangerously-bypass-hook-trust', prompt]
  const child = promisify(execFile)(process.execPath, [programs.codex, ...words], { cwd, env: machine.env })
  child.child.stdin?.end()
  return child
}
