import { gone } from './ledger.mjs'
import { stint } from './shell.mjs'

const day = 86_400_000

/** One who tracks time through an assistant or a server, and writes into the ledger what was acknowledged. */
export class Writer {
  troubles = []
  /** So many were acknowledged. */
  writes = 0
  #logged = []
  #stopped = []
  /** Timers that run again → the entries that they had become. */
  #reopened = new Map()
  /** What undo would take back. */
  #last
  #said = 0

  constructor(name, caller, { chance, ledger, startsInPast = true }) {
    this.name = name
    this.caller = caller
    this.chance = chance
    this.ledger = ledger
    this.startsInPast = startsInPast
  }

  /** Until it is told to stop, or its server dies. */
  async work(goesOn) {
    while (goesOn() && (await this.step()));
  }

  /** False when there was no answer. */
  step() {
    const dice = this.chance.below(100)
    if (dice < 15 && this.#last) return this.#undo()
    if (dice < 35) return this.#trackByTimer()
    if (dice < 60 && this.#logged.length + this.#stopped.length > 0) return this.#edit()
    return this.#log()
  }

  async #log() {
    const { chance, ledger } = this
    const state = { description: this.#newDescription(), seconds: 60 * chance.between(1, 90) }
    ledger.asked.add(state.description)
    const output = await this.#call('log_time', {
      project: `Project ${chance.below(6)}`,
      auto_create: true,
      description: state.description,
      duration: String(state.seconds / 60),
      ...(chance.happens(0.5) ? { start: longAgo(chance) } : { date: '2025-06-01' }),
      ...(chance.happens(0.3) && { tags: [`tag ${chance.below(5)}`] }),
    })
    if (!output) return false
    if (!output.entry) return true
    ledger.keepEntry(output.entry.id, state)
    ledger.asked.delete(state.description)
    this.#logged.push(output.entry.id)
    this.#last = { id: output.entry.id, before: gone }
    return true
  }

  async #edit() {
    const { chance, ledger } = this
    const id = chance.one([...this.#logged.slice(-20), ...this.#stopped.slice(-10)])
    const before = ledger.entry(id)
    if (before === gone) return true
    // what was tracked just now must not end in the future
    const isLogged = this.#logged.includes(id)
    const seconds = isLogged && chance.happens(0.5) ? 60 * chance.between(1, 90) : before.seconds
    const after = { description: this.#newDescription(), seconds }
    ledger.askEntry(id, after)
    const output = await this.#call('edit_entry', {
      entry: id,
      description: after.description,
      ...(seconds !== before.seconds && { duration: String(seconds / 60) }),
    })
    if (!output) return false
    if (!output.entry) return true
    ledger.keepEntry(id, after)
    this.#last = { id, before }
    return true
  }

  async #trackByTimer() {
    const { ledger } = this
    const started = await this.#call('start_timer', {
      project: `Timer of ${this.name}`,
      auto_create: true,
      ...(this.startsInPast && { at: new Date(Date.now() - 90_000).toISOString() }),
    })
    if (!started) return false
    if (!started.timer) return true
    const { id } = started.timer
    ledger.keepTimer(id, 'running')
    ledger.askTimer(id, 'ended')
    const earlier = this.#reopened.get(id)
    if (earlier) ledger.askEntry(earlier, { description: '' })
    const stopped = await this.#call('stop_timer', { project: id })
    if (!stopped) return false
    if (!stopped.timer) return true
    ledger.keepTimer(id, 'ended')
    this.#last = undefined
    if (stopped.entry) this.#keepStopped(stopped.entry, id)
    else if (!stopped.discarded_empty) this.troubles.push(`${id} was stopped and is no entry`)
    return true
  }

  #keepStopped({ description, id, seconds }, timer) {
    this.ledger.keepEntry(id, { description, seconds })
    if (!this.#stopped.includes(id)) this.#stopped.push(id)
    this.#last = { id, before: gone, timer }
  }

  async #undo() {
    const { ledger } = this
    const { before, id, timer } = this.#last
    this.#last = undefined
    ledger.askEntry(id, before)
    if (timer) ledger.askTimer(timer, 'running')
    const output = await this.#call('undo')
    if (!output) return false
    if (!output.undone) return true
    if (!output.undone.events.some(one => one.subject_id === id)) {
      this.troubles.push(`undo took back something else than ${id}: ${JSON.stringify(output)}`)
    }
    ledger.keepEntry(id, before)
    if (!timer) return true
    ledger.keepTimer(timer, 'running')
    this.#reopened.set(timer, id)
    return true
  }

  /** Empty where it was refused, which never should happen; nothing where there was no answer. */
  async #call(name, input) {
    const answer = await this.caller.call(name, input)
    if (answer?.error) this.troubles.push(`${name}: ${answer.error.code}: ${answer.error.message}`)
    if (answer?.output) this.writes++
    return answer && (answer.output ?? {})
  }

  #newDescription() {
    return `${this.name} #${++this.#said}`
  }
}

const longAgo = chance => new Date(Date.now() - 2 * day - chance.below(300 * 1440) * 60_000).toISOString()

/** One who logs time on the command line, a process for each entry. */
export class ShellWriter {
  troubles = []
  writes = 0
  longest = 0
  #said = 0
  #running
  #killed = false

  constructor(name, home, { chance, ledger }) {
    this.name = name
    this.home = home
    this.chance = chance
    this.ledger = ledger
  }

  async work(goesOn) {
    while (goesOn() && !this.#killed) await this.#log()
  }

  kill() {
    this.#killed = true
    this.#running?.kill()
  }

  async #log() {
    const minutes = this.chance.between(1, 90)
    const description = `${this.name} #${++this.#said}`
    this.ledger.asked.add(description)
    const words = ['log', `Project ${this.chance.below(6)}`, `${minutes}m`, description]
    this.#running = stint(this.home, [...words, '--auto-create', '--json'])
    const { code, ms, output, signal, stderr, stdout } = await this.#running.done
    this.longest = Math.max(this.longest, ms)
    if (output?.entry) {
      this.ledger.keepEntry(output.entry.id, { description, seconds: minutes * 60 })
      this.ledger.asked.delete(description)
      this.writes++
    }
    if (signal === 'SIGKILL' && this.#killed) return
    if (code !== 0 || stderr !== '') this.troubles.push(`stint log: ${code}: ${stderr || stdout}`)
  }
}
