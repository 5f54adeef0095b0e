import { spawn } from 'node:child_process'
import { environment, program } from '../bench/measure.mjs'

const opening = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'faults', version: '1' },
}

/** A host and the `stint mcp` that it started. */
export class Assistant {
  stderr = ''
  longest = 0
  #rest = ''
  #asked = 0
  #waiting = new Map()

  /** `before` stands before Node: another program that starts it; `node` are options of Node. */
  constructor(home, { before = [], env = {}, node = [] } = {}) {
    const [command, ...all] = [
      ...before,
      process.execPath,
      ...node,
      program,
      'mcp',
      '--toolsets',
      'track,billing,more',
    ]
    this.process = spawn(command, all, { env: environment({ STINT_HOME: home, ...env }) })
    this.process.stdout.setEncoding('utf8')
    this.process.stdout.on('data', chunk => this.#read(chunk))
    this.process.stderr.on('data', chunk => (this.stderr += chunk))
    // the kill may be faster than what we write
    this.process.stdin.on('error', () => {})
    // what it had said before it died is read by then
    this.ended = new Promise(resolve => this.process.on('close', resolve)).then(code => this.#leave(code))
  }

  async open() {
    await this.#ask('initialize', opening)
    this.#say({ method: 'notifications/initialized' })
    return this
  }

  /** `{ output }` or `{ error }`; nothing when the server died first. */
  async call(name, input = {}) {
    const began = performance.now()
    const message = await this.#ask('tools/call', { name, arguments: input })
    const ms = performance.now() - began
    this.longest = Math.max(this.longest, ms)
    if (!message) return undefined
    const { error, result } = message
    if (error) return { error: { code: 'protocol', message: JSON.stringify(error) }, ms }
    const { isError, structuredContent } = result
    return isError ? { error: structuredContent.error, ms } : { output: structuredContent, ms }
  }

  close() {
    this.process.stdin.end()
    return this.ended
  }

  kill(signal = 'SIGKILL') {
    this.process.kill(signal)
  }

  #ask(method, params) {
    if (!this.#waiting) return Promise.resolve(undefined)
    return new Promise(resolve => {
      this.#waiting.set(++this.#asked, resolve)
      this.#say({ id: this.#asked, method, params })
    })
  }

  #say(message) {
    this.process.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  }

  #read(chunk) {
    const lines = (this.#rest + chunk).split('\n')
    this.#rest = lines.pop()
    for (const line of lines) {
      const message = JSON.parse(line)
      this.#waiting.get(message.id)?.(message)
      this.#waiting.delete(message.id)
    }
  }

  #leave(code) {
    for (const resolve of this.#waiting.values()) resolve(undefined)
    this.#waiting = undefined
    return code
  }
}
