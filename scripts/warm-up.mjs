import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

// As many as src/start.ts learns from. One process each: in a long one V8 throws away what it ran only once.
const commands = [
  'mcp',
  'mcp',
  'mcp',
  'welcome',
  'start acme --auto-create',
  'status',
  'statusline',
  'entries',
  'report',
  'stop',
  '--version',
]

const messages = [
  {
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'build', version: '1' } },
  },
  { method: 'notifications/initialized' },
  { id: 2, method: 'tools/list' },
  {
    id: 3,
    method: 'tools/call',
    params: { name: 'start_timer', arguments: { project: 'acme', auto_create: true } },
  },
  { id: 4, method: 'tools/call', params: { name: 'stop_timer', arguments: {} } },
]

/** Starts what people and assistants start most, in a throw-away home, so that the compiled code of it is there. */
export async function warmUp(program) {
  const home = mkdtempSync(join(tmpdir(), 'stint-warm-up-'))
  const { NODE_OPTIONS, ...inherited } = process.env
  const given = Object.entries(inherited).filter(([name]) => !name.startsWith('STINT_'))
  const env = { ...Object.fromEntries(given), STINT_HOME: home }
  for (const command of commands) await run([program, ...command.split(' ')], env)
  rmSync(home, { recursive: true, force: true })
}

function run(words, env) {
  return new Promise(resolve => {
    const child = spawn(process.execPath, words, { env, stdio: ['pipe', 'pipe', 'ignore'], timeout: 10_000 })
    child.on('close', resolve)
    child.stdin.on('error', () => undefined)
    if (words.at(-1) === 'mcp') converse(child)
    else child.stdin.end()
  })
}

/** Says the next thing when the last was answered, and hangs up at the end. */
function converse(child) {
  const rest = [...messages]
  const sayNext = () => {
    const message = rest.shift()
    if (!message) return child.stdin.end()
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
    if (!message.id) sayNext()
  }
  createInterface(child.stdout).on('line', line => {
    if (JSON.parse(line).id !== undefined) sayNext()
  })
  sayNext()
}
