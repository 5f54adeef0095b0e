import { localDay } from './invariants.mjs'

const clients = [
  { name: 'Acme', currency: 'EUR', rounding_increment_minutes: 15, rounding_scope: 'day' },
  { name: 'Globex', currency: 'USD' },
]
const projects = [
  { name: 'Website', client: 'Acme', hourly_rate: '100', budget_hours: 60, budget_basis: 'all' },
  {
    name: 'App',
    client: 'Acme',
    hourly_rate: '120.50',
    budget_hours: 12,
    budget_window: 'weekly',
    bill_agent_time: true,
  },
  {
    name: 'Portal',
    client: 'Globex',
    hourly_rate: '95',
    agent_rate: '40%',
    bill_agent_time: true,
    budget_amount: '9000',
    budget_window: 'monthly',
  },
  { name: 'Shop', client: 'Globex', budget_hours: 150, budget_basis: 'all' },
  { name: 'Tools' },
]
export const names = projects.map(one => one.name)

/** What the owner does beside their own work: rates, budgets, invoices, payments. */
export class Office {
  counts = { drafted: 0, sent: 0, paid: 0, voided: 0, repriced: 0 }
  #drafts = []

  constructor(owner, { chance }) {
    this.owner = owner
    this.chance = chance
  }

  /** Answers the tokens of those who were invited. */
  async found(directories) {
    for (const client of clients) await this.#must('POST /clients', client)
    for (const project of projects) await this.#must('POST /projects', project)
    await this.#must('POST /rates', { amount: '80', currency: 'USD' })
    for (const [at, directory] of directories.entries()) {
      await this.#must('POST /mappings', { directory, project: names[at % names.length] })
    }
    const { workspaces } = await this.#must('GET /workspaces')
    const tokens = []
    for (const [name, role] of [
      ['Grace', 'manager'],
      ['Bob', 'member'],
    ]) {
      const { code } = await this.#must(`POST /workspaces/${workspaces[0].id}/invites`, { name, role })
      tokens.push((await this.#must('POST /workspaces/join', { code })).secret)
    }
    return tokens
  }

  /** At nine on a local morning; `day` says which one. */
  async morning({ isFirstOfMonth, isMonday }) {
    const { chance } = this
    await this.#sendAll()
    if (chance.happens(0.3)) await this.#rate()
    if (chance.happens(0.15)) await this.#budget()
    if (chance.happens(0.1)) await this.#reprice()
    if (chance.happens(0.15)) await this.#lock()
    if (isMonday) await this.#draft({ client: 'Acme', period: 'last_week', overlap_strategy: 'merge' })
    if (isMonday && chance.happens(0.5))
      await this.#draft({ client: 'Globex', period: 'last_week', overlap_strategy: 'split' })
    if (isFirstOfMonth) await this.month('last_month')
    if (chance.happens(0.4)) await this.#pay()
    if (chance.happens(0.2)) await this.#void()
  }

  async month(period) {
    await this.#draft({ client: 'Acme', period, overlap_strategy: 'merge', tax_rate: '19' })
    await this.#draft({ client: 'Globex', period, discount: '5%' })
  }

  /** A day later than they were drafted, so that their time may change in between. */
  async #sendAll() {
    for (const id of this.#drafts.splice(0)) {
      if (this.chance.happens(0.1)) {
        await this.owner.do(`DELETE /invoices/${id}`)
        continue
      }
      const found = await this.owner.do(`GET /invoices/${id}`)
      if (!found) continue
      const sent = await this.owner.do(`POST /invoices/${id}/send`, { expected_total: found.invoice.total })
      if (sent) this.counts.sent++
    }
  }

  async finish() {
    await this.month('this_month')
    await this.#sendAll()
  }

  async #draft(input) {
    const made = await this.owner.do('POST /invoices', {
      ...input,
      group_by: this.chance.one(['project_task', 'project', 'day', 'member', 'entry']),
    })
    if (!made) return
    this.counts.drafted++
    this.#drafts.push(made.invoice.id)
  }

  async #pay() {
    const invoice = await this.#any('unpaid')
    if (!invoice) return
    const amount = this.chance.happens(0.5) ? { amount: '1.00' } : {}
    if (await this.owner.do(`POST /invoices/${invoice.id}/pay`, amount)) this.counts.paid++
  }

  /** And bills it anew. */
  async #void() {
    const invoice = await this.#any('sent')
    if (!invoice || !(await this.owner.do(`POST /invoices/${invoice.id}/void`, { confirm: true }))) return
    this.counts.voided++
    const made = await this.owner.do(`POST /invoices/${invoice.id}/duplicate`)
    if (made) this.#drafts.push(made.invoice.id)
  }

  async #any(status) {
    const { invoices = [] } = (await this.owner.do('GET /invoices', { status })) ?? {}
    return invoices.length > 0 ? this.chance.one(invoices) : undefined
  }

  #rate() {
    const { chance } = this
    return this.owner.do('POST /rates', {
      amount: `${chance.between(60, 180)}.00`,
      ...chance.one([
        { project: chance.one(names) },
        { client: 'Acme' },
        { member: 'Bob', currency: 'EUR' },
        { currency: 'USD' },
      ]),
    })
  }

  #budget() {
    return this.owner.do(`PATCH /projects/${this.chance.one(names)}`, {
      budget_hours: this.chance.between(5, 200),
    })
  }

  /** What lies some days back is settled; what is late is held back then. */
  #lock() {
    const day = localDay(this.owner.server.now - this.chance.between(2, 9) * 86_400_000)
    return this.owner.do('PATCH /settings', { locked_until: day })
  }

  async #reprice() {
    const done = await this.owner.do('POST /rates/reprice', { period: 'last_30_days', confirm: true })
    if (done) this.counts.repriced += done.entries
  }

  async #must(route, input) {
    const { body, status } = await this.owner.server.ask(route, input, { token: this.owner.token })
    if (status >= 300) throw new Error(`${route} ${JSON.stringify(input)}: ${JSON.stringify(body)}`)
    return body
  }
}
