import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

// oxlint-disable-next-line typescript/no-explicit-any
type Json = any

const program = fileURLToPath(new URL('../../dist/stint.cjs', import.meta.url))

/** `stint serve` as people start it, over a home of its own. */
export async function serving() {
  const home = mkdtempSync(join(tmpdir(), 'stint-browser-'))
  const child = spawn(process.execPath, [program, 'serve', '--port', '0'], {
    env: { PATH: process.env.PATH, HOME: home, STINT_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(async () => {
    const ended = new Promise(resolve => child.once('exit', resolve))
    child.kill()
    await ended
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  })
  const first = await new Promise<string>((resolve, reject) => {
    child.once('exit', status => reject(new Error(`stint serve ended with ${status}`)))
    createInterface(child.stdout).once('line', resolve)
  })
  const origin = /http:\S+/.exec(first)?.[0] ?? ''
  const token = readFileSync(join(home, 'token'), 'utf8').trim()

  /** `send('POST /projects', { name: 'Website' })`, answered with what is in the body. */
  async function send(route: string, body?: object): Promise<Json> {
    const [method = '', path = ''] = route.split(' ')
    const response = await fetch(`${origin}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${route}: ${text}`)
    return response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : text
  }
  return { origin, token, send }
}
