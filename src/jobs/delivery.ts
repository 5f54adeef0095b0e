import type { Store, Transaction } from '../../db/store.ts'
import {
  type Due,
  endLease,
  findDue,
  findWebhook,
  forgetDeliveries,
  leaseDelivery,
  updateWebhook,
} from '../../db/webhooks.ts'
import type { App } from '../core/app.ts'
import { changeContext, contextOf, type Fact, type Principal, writeEvents } from '../core/context.ts'
import { type Post, postOf } from '../core/signature.ts'
import { switchOff } from '../core/webhook.ts'
import { dayMs } from '../domain/instant.ts'
import { afterAttempt, type Outcome } from '../domain/webhook.ts'
import { poster } from './post.ts'

/** That it fails is an outcome, not an error. */
export type Send = (post: Post) => Promise<Outcome>

/** To so many webhooks at once. */
const mostAtOnce = 8
/** Far more than an attempt takes. After it a worker is taken for dead, and what it held is sent again. */
const leaseTime = 60_000
const keptFor = 30 * dayMs

/** Delivers what is due as long as the program lives. Any number of programs may do so on one database. */
export function startDelivery(
  app: App,
  {
    every = 1000,
    send = poster({ hosts: app.webhookHosts?.() ?? [] }),
  }: { every?: number; send?: Send } = {},
): { stop(): Promise<void> } {
  const worker = new DeliveryWorker(app, send)
  const look = setInterval(() => void worker.look(), every)
  look.unref()
  void worker.look()
  return {
    stop() {
      clearInterval(look)
      return worker.stop()
    },
  }
}

/**
 * Lanes side by side, each with one delivery at a time: lease it, send it, note how it went and lease the next in the
 * same transaction. While something is sent, nothing is open in the database.
 */
export class DeliveryWorker {
  readonly #app: App
  readonly #send: Send
  readonly #holder: string
  readonly #lanes = new Set<Promise<void>>()
  #looking: Promise<void> | undefined
  #stopping = false
  #tidiedAt = 0

  constructor(app: App, send: Send) {
    this.#app = app
    this.#send = send
    this.#holder = app.newId('con', app.clock())
  }

  /** Opens lanes for what is due. */
  look(): Promise<void> {
    this.#looking ??= this.#openLanes()
      .catch(error => this.#app.log('Deliveries could not be looked for', error))
      .finally(() => {
        this.#looking = undefined
      })
    return this.#looking
  }

  /** Until nothing is being sent. */
  async idle(): Promise<void> {
    while (this.#looking || this.#lanes.size > 0) await Promise.all([this.#looking, ...this.#lanes])
  }

  /** What is being sent comes to its end, nothing new begins. */
  stop(): Promise<void> {
    this.#stopping = true
    return this.idle()
  }

  async #openLanes(): Promise<void> {
    const store = await this.#app.store()
    await this.#tidy(store)
    while (!this.#stopping && this.#lanes.size < mostAtOnce) {
      // a read first: as a rule nothing is due, and nobody has to wait for that
      if (!(await store.read(db => findDue(db, this.#app.clock())))) return
      const due = await store.change(db => this.#lease(db))
      if (!due) return
      const lane = this.#deliver(store, due)
        .catch(error => this.#app.log('How a delivery went could not be kept; it is sent again', error))
        .finally(() => this.#lanes.delete(lane))
      this.#lanes.add(lane)
    }
  }

  async #deliver(store: Store, first: Due): Promise<void> {
    let due: Due | undefined = first
    while (due) {
      const sent: Due = due
      const outcome = await this.#send(postOf(sent, this.#app.clock(), this.#app.version))
      due = await store.change(async db => {
        await note(this.#app, db, this.#holder, sent, outcome)
        return this.#stopping ? undefined : this.#lease(db)
      })
    }
  }

  async #lease(db: Transaction): Promise<Due | undefined> {
    const now = this.#app.clock()
    const due = await findDue(db, now)
    if (due) await leaseDelivery(db, due, this.#holder, now + leaseTime)
    return due
  }

  async #tidy(store: Store): Promise<void> {
    const now = this.#app.clock()
    if (now - this.#tidiedAt < dayMs) return
    this.#tidiedAt = now
    await store.change(db => forgetDeliveries(db, now - keptFor))
  }
}

/** Only by the one who holds it: after a lease ran out another one sends, and what it sees counts. */
async function note(app: App, db: Transaction, holder: string, due: Due, outcome: Outcome): Promise<void> {
  const now = app.clock()
  const chance = (app.random(1)[0] ?? 0) / 255
  const { delivery, off, webhook } = afterAttempt(due, outcome, now, chance)
  if (!(await endLease(db, due, holder, { ...delivery, updated_at: now }))) return
  await updateWebhook(db, due.workspace_id, due.webhook_id, webhook)
  if (off) await giveUp(app, db, due, off)
}

async function giveUp(app: App, db: Transaction, due: Due, reason: 'gone' | 'failing'): Promise<void> {
  const { member_id, webhook_id, workspace_id } = due
  const by: Principal = { workspace_id, member_id, scope: 'full', door: 'job' }
  const facts: Fact[] = []
  const context = changeContext(app, await contextOf(app, by, db), db, facts)
  const row = await findWebhook(db, workspace_id, webhook_id)
  if (row) await switchOff(context, row, reason)
  await writeEvents(context, 'deliver', facts)
}
