import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

// The built program in an empty home, the way somebody meets it on the first day.

const program = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist/stint.cjs')
const home = mkdtempSync(join(tmpdir(), 'stint-smoke-'))
const env = { PATH: process.env.PATH, HOME: home, STINT_HOME: join(home, 'data') }

try {
  says('welcome', /"mcpServers"/)
  says('start acme --auto-create', /acme/)
  says('status', /acme/)
  says('stop', /acme/)
  const { entries } = JSON.parse(says('entries --json', /"entries"/))
  if (!Array.isArray(entries)) throw new Error('entries --json gives no list of entries')
  await initializes()
  says('doctor', /./)
} finally {
  rmSync(home, { recursive: true, force: true })
}

function says(command, wanted) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...command.split(' ')], {
    env,
    encoding: 'utf8',
  })
  if (status !== 0 || !wanted.test(stdout))
    throw new Error(`stint ${command} answered ${status}:\n${stdout}${stderr}`)
  console.log(`ok: stint ${command}`)
  return stdout
}

async function initializes() {
  const child = spawn(process.execPath, [program, 'mcp'], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 20_000,
  })
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'smoke', version: '1' },
  }
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`)
  const answered = await new Promise(resolve => {
    createInterface(child.stdout).once('line', resolve)
    child.once('close', () => resolve('{}'))
  })
  child.stdin.end()
  await new Promise(resolve => (child.exitCode === null ? child.once('close', resolve) : resolve()))
  if (JSON.parse(answered).result?.serverInfo?.name !== 'stint')
    throw new Error(`stint mcp answered ${answered}`)
  if (child.exitCode !== 0) throw new Error(`stint mcp ended with ${child.exitCode}`)
  console.log('ok: stint mcp, initialize')
}
