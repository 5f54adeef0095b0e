import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, program } from '../bench/measure.mjs'

/** Where the operations stand that are asked for here. */
const routes = {
  create_project: 'POST /projects',
  draft_invoice: 'POST /invoices',
  edit_entry: 'PATCH /entries/{entry}',
  get_invoice: 'GET /invoices/{invoice}',
  log_time: 'POST /entries',
  save_client: 'POST /clients',
  start_timer: 'POST /timers',
  stop_timer: 'POST /timers/{project}/stop',
  undo: 'POST /undo',
  update_invoice: 'POST /invoices/{invoice}/actions',
}

/** A `stint serve`, and a program that holds its token. */
export class Server {
  stderr = ''
  longest = 0
  #killed = false
  #said = ''

  constructor(home) {
    this.home = home
    const words = [program, 'serve', '--port', '0', '--rate-limit', 'off']
    this.process = spawn(process.execPath, words, { env: environment({ STINT_HOME: home }) })
    this.process.stderr.on('data', chunk => (this.stderr += chunk))
    this.ended = new Promise(resolve => this.process.on('close', resolve))
  }

  async open() {
    const listening = new Promise(resolve => {
      this.process.stdout.on('data', chunk => {
        this.#said += chunk
        if (/Your token/.test(this.#said)) resolve()
      })
    })
    await Promise.race([listening, this.ended])
    this.origin = /http:\/\/\S+/.exec(this.#said)?.[0]
    if (this.origin) this.token = readFileSync(join(this.home, 'token'), 'utf8').trim()
    return this
  }

  /** `{ output }` or `{ error }`; nothing when the server died first. */
  async call(name, input = {}) {
    const began = performance.now()
    // a client may wait for ever for one that was killed
    const gone = this.ended.then(code => this.#unanswered(`the server ended with ${code}`))
    const answer = await Promise.race([this.#ask(routes[name], input), gone])
    const ms = performance.now() - began
    this.longest = Math.max(this.longest, ms)
    if (!answer) return undefined
    return answer.ok ? { output: answer.body, ms } : { error: answer.body.error, ms }
  }

  async #ask(route, input) {
    if (!this.origin) return undefined
    const rest = { ...input }
    const [method, path] = route.replace(/\{(\w+)\}/, (_, name) => taken(rest, name)).split(' ')
    try {
      const response = await fetch(`${this.origin}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
        ...(method !== 'GET' && { body: JSON.stringify(rest) }),
      })
      return { ok: response.ok, body: await response.json() }
    } catch (error) {
      return this.#unanswered(error.cause ?? error)
    }
  }

  #unanswered(why) {
    if (this.#killed) return undefined
    return { ok: false, body: { error: { code: 'network', message: String(why) } } }
  }

  close() {
    this.process.kill('SIGTERM')
    return this.ended
  }

  kill(signal = 'SIGKILL') {
    this.#killed = true
    this.process.kill(signal)
  }
}

function taken(input, name) {
  const value = input[name]
  delete input[name]
  return encodeURIComponent(value)
}
