import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, program, root } from '../bench/measure.mjs'

/** A `stint serve` whose clock is in our hand. */
export class Server {
  asked = 0
  stderr = ''
  #said = ''

  constructor(home, now) {
    this.home = home
    this.now = now
    const words = [
      '--expose-gc',
      '--require',
      join(root, 'soak/clock.cjs'),
      program,
      'serve',
      '--port',
      '0',
      '--rate-limit',
      'off',
    ]
    this.process = spawn(process.execPath, words, {
      env: environment({ STINT_HOME: home, SOAK_NOW: String(now), TZ: 'Europe/Berlin' }),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.process.stderr.on('data', chunk => (this.stderr += chunk))
    this.ended = new Promise(resolve => this.process.on('close', resolve))
  }

  async open() {
    const listening = new Promise(resolve => {
      this.process.stdout.on('data', chunk => {
        this.#said += chunk
        if (this.#said.includes('Your token')) resolve()
      })
    })
    await Promise.race([listening, this.ended.then(() => Promise.reject(new Error(this.stderr)))])
    this.origin = /http:\/\/\S+/.exec(this.#said)[0]
    this.token = readFileSync(join(this.home, 'token'), 'utf8').trim()
    return this
  }

  set(now) {
    this.now = now
    return this.#told(now)
  }

  #told(message) {
    return new Promise(resolve => {
      this.process.once('message', resolve)
      this.process.send(message)
    })
  }

  /** `ask('POST /timers/{timer}/stop', …)`: what stands in the path is in the path already; the rest is query or body. */
  async ask(route, input = {}, { key, token = this.token } = {}) {
    this.asked++
    const [method, path] = route.split(' ')
    const isRead = method === 'GET'
    const query = isRead ? `?${new URLSearchParams(input)}` : ''
    const response = await fetch(`${this.origin}/api/v1${path}${query}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(key && { 'idempotency-key': key }),
        ...(!isRead && { 'content-type': 'application/json' }),
      },
      ...(!isRead && { body: JSON.stringify(input) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
  }

  /** In bytes: what its program holds on to, and what its process has. */
  memory() {
    return this.#told('memory')
  }

  async close() {
    this.process.kill('SIGTERM')
    await this.ended
  }
}
