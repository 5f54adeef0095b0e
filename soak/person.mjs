import { AssistantSession } from './assistant.mjs'
import { toolOf } from './tools.mjs'

const minute = 60_000
const hour = 60 * minute
/** Answers that tell a person no: they are part of a life. */
const refusals = new Set([
  'conflict',
  'disambiguate',
  'entry_invoiced',
  'invoice_state',
  'not_found',
  'period_locked',
  'total_mismatch',
  'validation_error',
])

/** Of what an assistant can do, so much is left to it. */
const delegated = 0.35

/** One who works, with the assistants that work for them. */
export class Person {
  counts = { signals: 0, late: 0, twice: 0, refused: 0 }
  problems = []
  #sessions = []
  #held = []
  #said = 0

  constructor(name, server, token, { assistant, chance, directories, projects } = {}) {
    Object.assign(this, { name, server, token, assistant, chance, directories, projects })
  }

  /** A quarter of an hour that has just passed. */
  async live(from, to) {
    const { chance } = this
    const isAwake = wakes(from, chance)
    if (isAwake && this.#sessions.length < 5 && chance.happens(0.3)) this.#sessions.push(this.#opened(from))
    await this.#report(to)
    if (!isAwake) return
    for (let acts = chance.below(4); acts > 0; acts--) await this.#act()
  }

  #opened(at) {
    const name = `${this.name} ${++this.#said}`
    return new AssistantSession(name, this.chance.one(this.directories), { chance: this.chance.branch(), at })
  }

  /** What the hooks left, in batches; some come hours later, some twice, and what lies ahead waits for its time. */
  async #report(now) {
    const { chance } = this
    for (const session of this.#sessions) {
      const signals = session.upTo(now)
      if (signals.length === 0) continue
      const isLate = chance.happens(0.08)
      if (isLate) this.counts.late += signals.length
      this.#held.push({ signals, from: isLate ? now + chance.between(1, 30) * hour : now })
    }
    this.#sessions = this.#sessions.filter(one => !one.over)
    const due = this.#held.filter(one => one.from <= now)
    this.#held = this.#held.filter(one => one.from > now)
    const told = due.flatMap(one => one.signals)
    const signals = told.filter(one => Date.parse(one.at) <= now)
    const ahead = told.filter(one => Date.parse(one.at) > now)
    if (ahead.length > 0)
      this.#held.push({ signals: ahead, from: Math.max(...ahead.map(one => Date.parse(one.at))) })
    if (signals.length === 0) return
    for (let at = 0; at < signals.length; at += 1000) await this.#send(signals.slice(at, at + 1000))
  }

  async #send(signals) {
    await this.do('POST /signals', { signals })
    this.counts.signals += signals.length
    if (!this.chance.happens(0.05)) return
    this.counts.twice += signals.length
    const again = await this.do('POST /signals', { signals })
    if (again?.taken !== 0) this.problems.push(`${this.name}: ${again?.taken} signals were taken in twice`)
  }

  #act() {
    const acts = [
      [12, () => this.#start()],
      [10, () => this.#stop()],
      [4, () => this.#turn('pause')],
      [4, () => this.#turn('resume')],
      [14, () => this.#log()],
      [10, () => this.#edit()],
      [4, () => this.#split()],
      [3, () => this.#merge()],
      [4, () => this.#delete()],
      [5, () => this.do('POST /undo')],
      [6, () => this.#session()],
      [3, () => this.#expense()],
      [8, () => this.#look()],
    ]
    let dice = this.chance.below(acts.reduce((sum, [weight]) => sum + weight, 0))
    return acts.find(([weight]) => (dice -= weight) < 0)[1]()
  }

  #start() {
    const { chance } = this
    return this.do('POST /timers', {
      project: chance.one(this.projects),
      description: this.#description(),
      ...(chance.happens(0.3) && { at: this.#ago(90) }),
      ...(chance.happens(0.3) && { stop_others: true }),
    })
  }

  async #stop() {
    const timer = await this.#anyTimer()
    if (timer) await this.do(`POST /timers/${timer}/stop`)
  }

  async #turn(word) {
    const timer = await this.#anyTimer()
    if (timer) await this.do(`POST /timers/${timer}/${word}`)
  }

  async #anyTimer() {
    const { timers = [] } = (await this.do('GET /timers')) ?? {}
    return timers.length > 0 ? this.chance.one(timers).id : undefined
  }

  async #log() {
    const { chance } = this
    const input = {
      project: chance.one(this.projects),
      description: this.#description(),
      duration: `${chance.between(1, 240)}m`,
      ...(chance.happens(0.6)
        ? { start: this.#ago(72 * 60, 240) }
        : { date: this.#ago(72 * 60, 1440).slice(0, 10) }),
      ...(chance.happens(0.3) && { tags: [`tag ${chance.below(5)}`] }),
      ...(chance.happens(0.1) && { billable: chance.happens(0.5) }),
    }
    const key = chance.happens(0.2) ? `${this.name} ${this.#said}` : undefined
    const made = await this.do('POST /entries', input, key)
    if (!key || !made) return
    const again = await this.do('POST /entries', input, key)
    if (again?.entry.id !== made.entry.id) this.problems.push(`${key} was written twice`)
  }

  async #edit() {
    const { chance } = this
    const entry = await this.#anyEntry()
    if (!entry) return
    const change = chance.one([
      { description: this.#description() },
      { duration: `${chance.between(1, 200)}m` },
      { billable: !entry.billable },
      { project: chance.one(this.projects) },
      { tags: [`tag ${chance.below(5)}`] },
    ])
    await this.do(`PATCH /entries/${entry.id}`, change)
  }

  async #split() {
    const entry = await this.#anyEntry()
    if (entry) await this.do(`POST /entries/${entry.id}/split`, { duration: clockText(entry.seconds >> 1) })
  }

  async #merge() {
    const entries = await this.#entries()
    const [first] = entries
    const alike = entries.filter(one => one.project.id === first.project.id).slice(0, 3)
    if (alike.length > 1) await this.do('POST /entries/merge', { entries: alike.map(one => one.id) })
  }

  async #delete() {
    const entry = await this.#anyEntry()
    if (!entry) return
    await this.do(`DELETE /entries/${entry.id}`)
    if (this.chance.happens(0.5)) await this.do(`POST /entries/${entry.id}/restore`)
  }

  async #session() {
    const { sessions = [] } = (await this.do('GET /sessions', { state: 'open' })) ?? {}
    const own = sessions.filter(one => one.host === 'rest' || one.host === 'mcp')
    if (own.length === 0) return this.do('POST /sessions', { project: this.chance.one(this.projects) })
    const { id } = this.chance.one(own)
    const kind = this.chance.one(['active', 'agent', 'idle', 'end'])
    return kind === 'end'
      ? this.do(`POST /sessions/${id}/end`)
      : this.do(`POST /sessions/${id}/beats`, { kind })
  }

  #expense() {
    return this.do('POST /expenses', {
      project: this.chance.one(this.projects),
      amount: `${this.chance.between(1, 300)}.50`,
      description: this.#description(),
    })
  }

  async #look() {
    const path = this.chance.one([
      '/status',
      '/dashboard',
      '/reports/summary',
      '/overlaps',
      '/reports/team',
      '/budgets',
    ])
    await this.do(`GET ${path}`)
  }

  async #anyEntry() {
    const entries = await this.#entries()
    return entries.length > 0 ? this.chance.one(entries) : undefined
  }

  async #entries() {
    const { entries = [] } =
      (await this.do('GET /entries', { period: 'last_7_days', member: this.name })) ?? {}
    return entries
  }

  /** Nothing where it was refused as it should be. */
  async do(route, input, key) {
    const { body, status } = await this.#ask(route, input, key)
    if (status < 300) return body
    this.counts.refused++
    if (status >= 500 || !refusals.has(body.error?.code)) {
      this.problems.push(`${this.name}: ${route} ${JSON.stringify(input)}: ${status} ${JSON.stringify(body)}`)
    }
    return undefined
  }

  #ask(route, input, key) {
    const tool = this.assistant && this.chance.happens(delegated) ? toolOf(route, input, key) : undefined
    return tool ? this.assistant.call(tool) : this.server.ask(route, input, { key, token: this.token })
  }

  #description() {
    return `${this.name} #${++this.#said}`
  }

  #ago(most, least = 0) {
    return new Date(this.server.now - this.chance.between(least, most) * minute).toISOString()
  }
}

const clockText = seconds =>
  [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map(part => String(part).padStart(2, '0'))
    .join(':')

/** Days are for work, evenings and weekends now and then, and some assistants run through the night. */
function wakes(at, chance) {
  const time = new Date(at)
  const isDay = time.getUTCHours() >= 7 && time.getUTCHours() < 18 && time.getUTCDay() % 6 > 0
  return chance.happens(isDay ? 0.8 : 0.08)
}
