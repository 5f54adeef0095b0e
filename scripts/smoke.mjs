import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
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
  says('log acme 90m --date 2026-05-20 --billable', /Logged/)
  says('client save --name Acme --currency EUR --hourly-rate 100', /Made/)
  says('project update acme --client Acme', /Changed/)
  says('reprice --yes', /150\.00 EUR/)
  const { invoice } = JSON.parse(says('invoice Acme 2026-05 --json', /"total"/))
  const sent = says(`invoice send ${invoice.id} --expected-total ${invoice.total} --json`, /"150\.00"/)
  const { number } = JSON.parse(sent).invoice
  const paper = join(home, 'invoice.pdf')
  says(`invoice pdf ${number} --out ${paper}`, /Wrote/)
  if (readFileSync(paper, 'latin1').slice(0, 5) !== '%PDF-') throw new Error('the invoice is no PDF')
  await serves()
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

async function serves() {
  const child = spawn(process.execPath, [program, 'serve', '--port', '0'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20_000,
  })
  const line = await new Promise(resolve => createInterface(child.stdout).once('line', resolve))
  const address = /http:\S+/.exec(line)?.[0]
  const token = readFileSync(join(env.STINT_HOME, 'token'), 'utf8').trim()
  const alive = await fetch(`${address}/healthz`)
  const known = await fetch(`${address}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })
  const stranger = await fetch(`${address}/api/v1/me`)
  child.kill('SIGTERM')
  await new Promise(resolve => child.once('close', resolve))
  const statuses = [alive.status, known.status, stranger.status].join(' ')
  if (statuses !== '200 200 401' || child.exitCode !== 0)
    throw new Error(`stint serve answered ${statuses} and ended with ${child.exitCode}`)
  console.log('ok: stint serve')
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
