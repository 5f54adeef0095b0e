import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const families = ['timer', 'session', 'entry', 'project', 'client', 'task', 'budget', 'expense', 'invoice']
/** Of those who answer, so many answer that something is wrong with them, and so many hang up. */
const [broken, silent] = [0.03, 0.01]
const patience = 30_000

/** Two who asked for events, at one address of this machine: one for all of them, one for money. */
export class Receiver {
  posts = 0
  refused = 0
  /** Path → { pattern, secret, since, deliveries: id → { event, accepted, refused }, order }. */
  #subscribers = new Map()
  #problems = []
  #chance
  #origin
  #server

  constructor({ chance }) {
    this.#chance = chance
  }

  async open() {
    this.#server = createServer((request, response) => {
      this.#take(request, response).catch(error => this.#problems.push(String(error)))
    })
    await new Promise(resolve => this.#server.listen(0, '127.0.0.1', resolve))
    this.#origin = `http://127.0.0.1:${String(this.#server.address().port)}`
    return this
  }

  async subscribe(owner, db) {
    for (const [path, events] of [
      ['/all', ['*']],
      ['/money', ['invoice.*', 'expense.*', 'budget.threshold']],
    ]) {
      const url = this.#origin + path
      const { secret, webhook } = await owner.do('POST /webhooks', { url, events })
      const since = db.prepare('select max(seq) from events').pluck().get()
      this.#subscribers.set(path, { id: webhook.id, events, secret, since, deliveries: new Map(), order: [] })
    }
  }

  /** Until nothing that is due waits: the clock must not move under what is on its way. */
  async settled(db, now) {
    const waiting = db
      .prepare(
        `select count(*) from deliveries where status = 'pending' and (next_at <= ? or leased_until is not null)`,
      )
      .pluck()
    const until = performance.now() + patience
    while (waiting.get(now) > 0 && performance.now() < until) await sleep(2)
    if (waiting.get(now) > 0) this.#problems.push(`${waiting.get(now)} deliveries stay where they are`)
  }

  /** Each event once, under one id, whole and in its turn; said again only where it was refused. */
  faults(db) {
    return [
      ...this.#problems.splice(0),
      ...[...this.#subscribers].flatMap(([path, one]) =>
        [...this.#wrong(db, one)].map(problem => `${path}: ${problem}`),
      ),
    ]
  }

  *#wrong(db, { deliveries, events, id, order, since }) {
    const expected = new Map(
      db
        .prepare('select id, seq, type from events where seq > ?')
        .all(since)
        .filter(({ type }) => wants(events, type))
        .map(event => [event.id, event]),
    )
    const pending = db
      .prepare(`select id from deliveries where webhook_id = ? and status = 'pending'`)
      .pluck()
      .all(id)
    const open = new Set(pending)
    const told = new Set()
    for (const [delivery, { accepted, body }] of deliveries) {
      const { data, type } = JSON.parse(body)
      const event = expected.get(data.id)
      if (!event || event.type !== type)
        yield `${delivery} tells of ${type} ${data.id}, which nobody asked for`
      if (told.has(data.id)) yield `${data.id} came under two ids`
      told.add(data.id)
      if (accepted !== (open.has(delivery) ? 0 : 1)) yield `${delivery} was taken ${accepted} times`
    }
    for (const event of expected.keys()) if (!told.has(event)) yield `lost: ${event} was never told`
    const turns = order.map(event => expected.get(event)?.seq)
    const early = turns.findIndex((seq, at) => seq < turns[at - 1])
    if (early > 0) yield `${order[early]} came after what happened later`
  }

  async #take(request, response) {
    const pieces = []
    for await (const piece of request) pieces.push(piece)
    const body = Buffer.concat(pieces).toString()
    const subscriber = this.#subscribers.get(request.url)
    this.posts++
    if (!isSigned(request.headers, body, subscriber.secret))
      this.#problems.push(`${request.url}: a wrong signature`)
    const kept = this.#kept(subscriber, request.headers['webhook-id'], body)
    if (this.#chance.happens(silent)) return this.#refuse(() => request.socket.destroy())
    if (this.#chance.happens(broken)) return this.#refuse(() => response.writeHead(503).end())
    kept.accepted++
    response.writeHead(204).end()
  }

  #refuse(how) {
    this.refused++
    how()
  }

  #kept({ deliveries, order }, id, body) {
    const known = deliveries.get(id)
    if (known && known.body !== body) this.#problems.push(`${id} has two contents`)
    if (known) return known
    const made = { body, accepted: 0 }
    deliveries.set(id, made)
    order.push(JSON.parse(body).data.id)
    return made
  }

  close() {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}

const wants = (patterns, type) => {
  const [family] = type.split('.')
  return (
    families.includes(family) && patterns.some(one => one === '*' || one === type || one === `${family}.*`)
  )
}

function isSigned(headers, body, secret) {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  return headers['webhook-signature'] === `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
}
