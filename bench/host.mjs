import { spawn } from 'node:child_process'
import { existsSync, openSync, readdirSync, readSync } from 'node:fs'
import { build } from 'esbuild'
import { environment, floors, kept, program } from './measure.mjs'

const said = 'io.modelcontextprotocol/'
const client = { name: 'bench', version: '1' }

/** How a host of each era opens a connection, and what it adds to each request. */
export const eras = {
  2025: {
    first: 'initialize',
    opening: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: client },
    beside: {},
  },
  2026: {
    first: 'server/discover',
    opening: {},
    beside: {
      _meta: {
        [`${said}protocolVersion`]: '2026-07-28',
        [`${said}clientInfo`]: client,
        [`${said}clientCapabilities`]: {},
      },
    },
  },
}

const digits = Buffer.alloc(64)

/** A host and the server it started; one request at a time. */
export class Host {
  #waiting
  #rest = ''
  #asked = 0
  #threads

  constructor(words, { era, env, command = process.execPath }) {
    this.era = eras[era]
    this.process = spawn(command, words, { env, stdio: ['pipe', 'pipe', 'inherit'] })
    this.process.stdout.setEncoding('utf8')
    this.process.stdout.on('data', chunk => this.#read(chunk))
  }

  async open() {
    const answer = await this.ask(this.era.first, this.era.opening)
    if (this.era.first === 'initialize') this.#say({ method: 'notifications/initialized' })
    return answer
  }

  ask(method, params = {}) {
    return new Promise((resolve, reject) => {
      this.#waiting = line => {
        const { error, result } = JSON.parse(line)
        if (error || result.isError) reject(new Error(line))
        else resolve(result)
      }
      this.#say({ id: ++this.#asked, method, params: { ...params, ...this.era.beside } })
    })
  }

  call(name, input = {}) {
    return this.ask('tools/call', { name, arguments: input })
  }

  /** Microseconds of CPU that the server took until now, in all threads it had when this was first asked. */
  cpu() {
    const folder = `/proc/${this.process.pid}/task`
    this.#threads ??= readdirSync(folder).map(thread => openSync(`${folder}/${thread}/schedstat`))
    const nanoseconds = this.#threads.map(thread => {
      const length = readSync(thread, digits, 0, digits.length, 0)
      return Number(digits.latin1Slice(0, length).split(' ', 1)[0])
    })
    return nanoseconds.reduce((sum, one) => sum + one, 0) / 1000
  }

  close() {
    return new Promise(resolve => {
      this.process.on('close', resolve)
      this.process.stdin.end()
    })
  }

  #say(message) {
    this.process.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  }

  #read(chunk) {
    this.#rest += chunk
    for (let end = this.#rest.indexOf('\n'); end !== -1; end = this.#rest.indexOf('\n')) {
      const line = this.#rest.slice(0, end)
      this.#rest = this.#rest.slice(end + 1)
      this.#waiting?.(line)
    }
  }
}

export const tellsCpu = existsSync('/proc/self/schedstat')

/** `more` stands before the program: options of Node. */
export const stint = (home, era, more = []) =>
  new Host([...more, program, 'mcp'], { era, env: environment({ STINT_HOME: home }) })

export const rawServer = era => new Host([`${floors}/raw-server.cjs`], { era, env: environment() })

/** Bundled as anybody would who cares for the start. */
export async function echoServer(tools) {
  const file = kept('echo-server.cjs')
  await build({
    entryPoints: [`${floors}/echo-server.mjs`],
    outfile: file,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  })
  return era => new Host([file, String(tools)], { era, env: environment() })
}
