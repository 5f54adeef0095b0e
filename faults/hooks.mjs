import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { stintHook } from './shell.mjs'

/** A conversation has so many calls of tools, then it ends and the next one begins. */
const callsInOne = 200

/** A host that calls its hook after each tool, a process for each call. */
export class HookCaller {
  troubles = []
  #said = 0
  longest = 0
  #left = []
  #running
  #killed = false

  constructor(name, home) {
    this.name = name
    this.home = home
  }

  async work(goesOn) {
    while (goesOn() && !this.#killed) {
      const conversation = `${this.name} / ${Math.floor(this.#said / callsInOne)}`
      await this.#callAfter(`${this.name} ${this.#said++}`, conversation)
      if (this.#said % callsInOne === 0 && !this.#killed)
        await this.#call(conversation, { hook_event_name: 'SessionEnd' })
    }
  }

  /** So many signals were left for stint, as the hook says. */
  get writes() {
    return this.#left.length
  }

  kill() {
    this.#killed = true
    this.#running?.kill()
  }

  async #callAfter(tool, conversation) {
    const event = { hook_event_name: 'PostToolUse', tool_name: 'Edit', tool_use_id: tool }
    if (await this.#call(conversation, event)) this.#left.push(tool)
  }

  /** True when the hook says that it has left the signal. */
  async #call(session_id, event) {
    this.#running = stintHook(this.home, { session_id, cwd: '/tmp', ...event })
    const { code, ms, signal, stderr, stdout } = await this.#running.done
    this.longest = Math.max(this.longest, ms)
    const isKilled = signal === 'SIGKILL' && this.#killed
    if (!isKilled && (code !== 0 || stdout + stderr !== ''))
      this.troubles.push(`hook: ${code} ${stdout}${stderr}`)
    return code === 0
  }

  /** Each signal that was left is a whole file still, or was taken in: once. */
  lost(path = join(this.home, 'stint.db')) {
    const taken = this.#taken(path)
    const found = new Set([...taken, ...this.#waiting()])
    const lost = this.#left.filter(tool => !found.has(tool)).map(tool => `lost: the signal of ${tool}`)
    const twice = taken.filter((tool, at) => taken.indexOf(tool) !== at)
    return [...this.troubles, ...lost, ...twice.map(tool => `twice: the signal of ${tool}`)]
  }

  #waiting() {
    const spool = join(this.home, 'spool')
    if (!existsSync(spool)) return []
    return readdirSync(spool)
      .filter(name => !name.startsWith('.'))
      .flatMap(name => JSON.parse(readFileSync(join(spool, name), 'utf8')).tool?.id ?? [])
  }

  #taken(path) {
    const db = new Database(path, { readonly: true })
    const taken = db
      .prepare('select tool_id from signals where substr(host_session, 1, ?) = ? and tool_id is not null')
      .pluck()
      .all(this.name.length + 3, `${this.name} / `)
    db.close()
    return taken.map(String)
  }
}
