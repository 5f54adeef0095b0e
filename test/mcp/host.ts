import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { program } from './program.ts'

// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any

export function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'stint-mcp-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  return home
}

/** What a host gives to its servers; nothing of this machine's stint. */
export function environment(home: string): Record<string, string> {
  const { PATH = '', TZ = 'UTC' } = process.env
  return { PATH, TZ, HOME: home, STINT_HOME: join(home, 'data') }
}

/** A host that speaks by hand, so that every byte is seen. */
export class Host {
  readonly process: ChildProcessWithoutNullStreams
  readonly lines: string[] = []
  stderr = ''
  #asked = 0
  readonly #waiting = new Map<unknown, (answer: Json) => void>()

  static async open(home: string, ...words: string[]): Promise<Host> {
    return new Host(await program(), home, words)
  }

  constructor(file: string, home: string, words: string[]) {
    this.process = spawn(process.execPath, [file, ...words], { env: environment(home) })
    onTestFinished(() => void this.process.kill('SIGKILL'))
    this.process.stderr.on('data', chunk => (this.stderr += String(chunk)))
    let rest = ''
    this.process.stdout.on('data', chunk => {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.#read(line)
    })
  }

  #read(line: string): void {
    this.lines.push(line)
    const message: Json = JSON.parse(line)
    this.#waiting.get(message.id)?.(message)
  }

  say(message: object | string): void {
    this.process.stdin.write(
      `${typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', ...message })}\n`,
    )
  }

  ask(method: string, params: object = {}): Promise<Json> {
    const id = ++this.#asked
    const answer = this.answerTo(id)
    this.say({ id, method, params })
    return answer
  }

  answerTo(id: unknown): Promise<Json> {
    return new Promise(resolve => this.#waiting.set(id, resolve))
  }

  async call(name: string, input: object = {}): Promise<Json> {
    return (await this.ask('tools/call', { name, arguments: input })).result
  }

  initialize(protocolVersion = '2025-06-18', capabilities: object = {}): Promise<Json> {
    return this.ask('initialize', {
      protocolVersion,
      capabilities,
      clientInfo: { name: 'test', version: '1' },
    })
  }

  /** How long it takes to end, in milliseconds, and with which code. */
  ended(): Promise<{ code: number | null; ms: number }> {
    const since = performance.now()
    return new Promise(resolve =>
      this.process.once('close', code => resolve({ code, ms: performance.now() - since })),
    )
  }

  expectOnlyProtocol(): void {
    for (const line of this.lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' })
  }
}

const modern = 'io.modelcontextprotocol/'

/** What each request of the 2026 era carries. */
export const envelope = (capabilities: object = {}) => ({
  _meta: {
    [`${modern}protocolVersion`]: '2026-07-28',
    [`${modern}clientCapabilities`]: capabilities,
    [`${modern}clientInfo`]: { name: 'test', version: '1' },
  },
})
