const second = 1000
const minute = 60 * second
const hosts = ['claude-code', 'codex', 'cursor']

/** A session of a host: what its hooks would report of a person and their assistant at work. */
export class AssistantSession {
  #turn = 0
  #tool = 0
  #begun = false

  constructor(name, directory, { chance, at }) {
    this.chance = chance
    this.key = { host: chance.one(hosts), host_session: name, directory }
    this.attended = chance.happens(0.9)
    /** Its next signal; what it reports goes no further than it was asked for. */
    this.at = at + chance.below(10 * minute)
    this.until = this.at + chance.between(10, 240) * minute
    this.over = false
  }

  /** The signals of a stretch that ends at `end`. */
  upTo(end) {
    const signals = []
    if (!this.#begun && this.at < end) signals.push(this.#say('start', 0))
    this.#begun ||= signals.length > 0
    while (this.at < end && !this.over) signals.push(...this.#turnOf())
    return signals
  }

  #turnOf() {
    const { chance } = this
    const turn = { turn: `t${++this.#turn}` }
    const signals = [this.#say('prompt', chance.between(5, 400) * second, turn)]
    for (let tools = chance.below(5); tools > 0; tools--) {
      const id = `u${++this.#tool}`
      signals.push(this.#say('work', chance.below(60) * second, { ...turn, tool: { id, open: true } }))
      if (chance.happens(0.15)) signals.push(this.#say('wait', second, turn))
      signals.push(this.#say('work', chance.between(1, 300) * second, { ...turn, tool: { id, open: false } }))
    }
    // a turn that is interrupted has no end
    if (chance.happens(0.9)) signals.push(this.#say('stop', chance.between(1, 90) * second, turn))
    if (chance.happens(0.1)) this.at += chance.between(6, 90) * minute
    if (this.at > this.until) {
      this.over = true
      if (chance.happens(0.7)) signals.push(this.#say('end', chance.below(600) * second))
    }
    return signals
  }

  #say(kind, later, more = {}) {
    this.at += later + this.chance.below(second)
    return { ...this.key, at: new Date(this.at).toISOString(), kind, attended: this.attended, ...more }
  }
}
