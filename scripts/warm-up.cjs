// Runs the bundle in a throw-away home the way src/start.ts does, one command after the other, and keeps what V8 compiled.
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { dirname, join } = require('node:path')
const { PassThrough } = require('node:stream')
const { Script } = require('node:vm')

const program = process.argv[2]
const script = new Script(readFileSync(program, 'latin1'), { filename: program })
const run = script.runInThisContext()
const home = mkdtempSync(join(tmpdir(), 'stint-warm-up-'))
const commands = [
  ['--version'],
  ['welcome'],
  ['start', 'acme', '--auto-create'],
  ['status'],
  ['status', '--json'],
  ['entries'],
  ['log', 'acme', '--date', '2026-01-05', '--duration', '1h'],
  ['report'],
  ['stop'],
  ['mcp'],
]
const messages = [
  {
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'warm-up', version: '1' } },
  },
  { method: 'notifications/initialized' },
  { id: 2, method: 'tools/list' },
  { id: 3, method: 'tools/call', params: { name: 'start_timer', arguments: { project: 'acme' } } },
  { id: 4, method: 'tools/call', params: { name: 'stop_timer', arguments: {} } },
  { id: 5, method: 'tools/call', params: { name: 'status', arguments: {} } },
]

for (const name of Object.keys(process.env)) if (name.startsWith('STINT_') && name !== 'STINT_COMPILED') delete process.env[name]
process.env.STINT_HOME = home
process.stdout.write = (text, ...rest) => {
  rest.at(-1)?.()
  if (String(text).includes(`"id":${messages.at(-1).id}`)) setImmediate(exit)
  return true
}

// A command is over when nothing is left to do, or when it says so; then comes the next.
class Over extends Error {}
const exit = process.exit.bind(process, 0)
process.exit = () => {
  throw new Over()
}
process.on('uncaughtException', error => {
  if (!(error instanceof Over)) console.error(error)
})
process.on('beforeExit', next)
process.on('exit', () => {
  rmSync(home, { recursive: true, force: true })
  if (commands.length === 0) writeFileSync(process.env.STINT_COMPILED, Buffer.concat([script.createCachedData(), Buffer.of(255)]))
  process.exitCode = 0
})
next()

function next() {
  const command = commands.shift()
  if (!command) return
  process.argv = [process.execPath, program, ...command]
  const input = new PassThrough()
  Object.defineProperty(process, 'stdin', { value: input, configurable: true })
  for (const message of command[0] === 'mcp' ? messages : []) input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  if (command[0] !== 'mcp') input.end()
  const module = { exports: {} }
  run(module.exports, require, module, program, dirname(program))
}
