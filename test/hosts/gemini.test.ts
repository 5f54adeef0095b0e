import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { about, secondsBetween as between } from './about.ts'
import { google } from './google.ts'
import { programs } from './installed.ts'
import { Machine } from './machine.ts'
import { Model } from './model.ts'

test('Gemini CLI without a person: a tool, and a question to stint', async () => {
  const model = await Model.open(
    google,
    { after: 1000, call: 'run_shell_command', with: { command: 'sleep 2' } },
    { after: 1000, call: 'mcp_stint_status', with: {} },
    { after: 2000, say: 'That is how it is.' },
  )
  const { folder, machine } = await machineWithGemini()
  expect(await gemini(machine, folder, model, 'what runs?')).toContain('That is how it is.')
  expect(model.answersOfTools).toEqual([expect.any(String), expect.stringContaining('\\"name\\":\\"acme\\"')])
  const [entry] = await machine.entries(1)
  expect(entry).toMatchObject({
    project: { name: 'acme' },
    assistant: { host: 'gemini' },
    agent_seconds: about(between(model.asked[0]?.at ?? 0, model.lastAnswer)),
  })
})

/** A machine on which Gemini CLI was used before, and `stint setup` was run. */
async function machineWithGemini() {
  const machine = new Machine()
  const folder = machine.repository('acme')
  machine.write('.gemini/settings.json', {
    security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
    telemetry: { enabled: false },
    privacy: { usageStatisticsEnabled: false },
    general: { enableAutoUpdate: false, disableAutoUpdate: true, disableUpdateNag: true },
  })
  await machine.stint('setup', 'gemini')
  return { machine, folder }
}

async function gemini(machine: Machine, cwd: string, model: Model, prompt: string) {
  const env = { ...machine.env, GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: model.url }
  // without a name it asks a model which model to ask
  const words = ['-m', 'gemini-2.5-flash', '--approval-mode', 'yolo', '-p', prompt]
  const run = promisify(execFile)(process.execPath, [programs.gemini, ...words], { cwd, env })
  run.child.stdin?.end()
  return (await run).stdout
}
