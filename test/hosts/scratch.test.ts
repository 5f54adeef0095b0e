import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'vitest'
import { google } from './google.ts'
import { programs } from './installed.ts'
import { Machine } from './machine.ts'
import { Model, type Step } from './model.ts'
import { responses } from './responses.ts'

test('codex raw', async () => {
  const model = await Model.open(
    responses,
    { after: 300, call: 'exec_command', with: { cmd: 'sleep 1.5' } },
    { say: 'hello' },
  )
  const machine = new Machine()
  const folder = machine.repository('acme')
  machine.write(
    '.codex/config.toml',
    `model = "gpt-5.5"\nmodel_provider = "l"\napproval_policy = "never"\nsandbox_mode = "danger-full-access"\n[model_providers.l]\nname = "l"\nbase_url = "${model.url}/v1"\nwire_api = "responses"\n[projects."${folder}"]\ntrust_level = "trusted"\n`,
  )
  const hooks = Object.fromEntries(
    ['SessionStart', 'UserPromptSubmit', 'Stop', 'PostToolUse', 'SessionEnd'].map(e => [
      e,
      [{ hooks: [{ type: 'command', command: '/tmp/rawhook.sh', timeout: 3 }] }],
    ]),
  )
  machine.write('.codex/hooks.json', { hooks })
  const log = join(machine.home, 'raw')
  const c = promisify(execFile)(
    process.execPath,
    [programs.codex, 'exec', '--dangerously-bypass-hook-trust', 'hi'],
    { cwd: folder, env: { ...machine.env, RAWLOG: log } },
  )
  c.child.stdin?.end()
  await c
  console.log(readFileSync(log, 'utf8'))
  console.log(
    spawnSync('sh', ['-c', `head -c 700 ${machine.home}/.codex/sessions/*/*/*/*.jsonl`]).stdout.toString(),
  )
}, 200_000)
test('gemini raw', async () => {
  const model = await Model.open(google, { say: 'hello' })
  const machine = new Machine()
  const folder = machine.repository('acme')
  const hooks = Object.fromEntries(
    ['SessionStart', 'BeforeAgent', 'AfterAgent', 'SessionEnd'].map(e => [
      e,
      [{ hooks: [{ name: 'x', type: 'command', command: '/tmp/rawhook.sh' }] }],
    ]),
  )
  const stint = join(process.cwd(), 'dist/stint.cjs')
  machine.write('.gemini/settings.json', {
    security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
    telemetry: { enabled: false },
    privacy: { usageStatisticsEnabled: false },
    general: { enableAutoUpdate: false },
    hooks,
    mcpServers: { stint: { command: '/tmp/rawmcp.sh', args: [process.execPath, stint, 'mcp'] } },
  })
  const log = join(machine.home, 'raw')
  const c = promisify(execFile)(
    process.execPath,
    [programs.gemini, '-m', 'gemini-2.5-flash', '--approval-mode', 'yolo', '-p', 'hi'],
    {
      cwd: folder,
      env: { ...machine.env, RAWLOG: log, GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: model.url },
    },
  )
  c.child.stdin?.end()
  await c
  console.log(readFileSync(log, 'utf8'))
}, 200_000)
