const started = { paid: 0, status: 'sent' }

/** One who bills a client of their own, and writes into the ledger what was acknowledged. */
export class Biller {
  troubles = []
  #client
  #project
  #drafts = []
  #sent = []
  #said = 0

  constructor(name, caller, { chance, ledger }) {
    this.name = name
    this.caller = caller
    this.chance = chance
    this.ledger = ledger
    this.#client = `Client of ${name}`
    this.#project = `Project of ${name}`
  }

  async work(goesOn) {
    if (!(await this.#begin())) return
    while (goesOn() && (await this.step()));
  }

  async #begin() {
    const made = await this.#call('save_client', { name: this.#client, currency: 'EUR' })
    return (
      made &&
      this.#call('create_project', { name: this.#project, client: this.#client, hourly_rate: '95.50' })
    )
  }

  /** False when there was no answer. */
  step() {
    const dice = this.chance.below(100)
    if (dice < 45 && this.#drafts.length > 0) return this.#send()
    if (dice < 60 && this.#sent.length > 0) return this.#pay()
    if (dice < 68 && this.#sent.length > 0) return this.#void()
    return this.#draft()
  }

  async #draft() {
    const { chance, ledger } = this
    const state = { description: `${this.name} #${++this.#said}`, seconds: 60 * chance.between(1, 90) }
    ledger.asked.add(state.description)
    const output = await this.#call('log_time', {
      project: this.#project,
      description: state.description,
      duration: String(state.seconds / 60),
      date: `2026-0${chance.between(1, 5)}-1${chance.below(10)}`,
    })
    if (!output) return false
    if (!output.entry) return true
    ledger.keepEntry(output.entry.id, state)
    ledger.asked.delete(state.description)
    const drafted = await this.#call('draft_invoice', {
      client: this.#client,
      period: 'all_time',
      tax_rate: '19',
      overlap_strategy: chance.one(['add', 'merge', 'split']),
    })
    if (!drafted) return false
    if (!drafted.invoice) return true
    const { id } = drafted.invoice
    ledger.keepInvoice(id, { status: 'draft', number: null, total: null, paid: 0 })
    this.#drafts.push(id)
    return true
  }

  async #send() {
    const [id] = this.#drafts.splice(this.chance.below(this.#drafts.length), 1)
    // what was freed since may have come to it
    const shown = await this.#call('get_invoice', { invoice: id })
    if (!shown) return false
    if (!shown.invoice) return true
    const { total } = shown.invoice
    const after = { ...started, total: minor(total) }
    this.ledger.askInvoice(id, after)
    const output = await this.#call('update_invoice', { invoice: id, action: 'send', expected_total: total })
    if (!output) return false
    if (!output.invoice) return true
    this.ledger.keepInvoice(id, { ...after, number: output.invoice.number })
    this.#sent.push(id)
    return true
  }

  async #pay() {
    const id = this.chance.one(this.#sent)
    const before = this.ledger.invoice(id)
    const due = before.total - before.paid
    if (due <= 0) return true
    const amount = this.chance.between(1, due)
    const after = { ...before, paid: before.paid + amount }
    this.ledger.askInvoice(id, after)
    const output = await this.#call('update_invoice', { invoice: id, action: 'pay', amount: text(amount) })
    if (!output) return false
    if (output.invoice) this.ledger.keepInvoice(id, after)
    return true
  }

  async #void() {
    const at = this.chance.below(this.#sent.length)
    const before = this.ledger.invoice(this.#sent[at])
    if (before.paid > 0) return true
    const [id] = this.#sent.splice(at, 1)
    const after = { ...before, status: 'void' }
    this.ledger.askInvoice(id, after)
    const output = await this.#call('update_invoice', { invoice: id, action: 'void', confirm: true })
    if (!output) return false
    if (output.invoice) this.ledger.keepInvoice(id, after)
    return true
  }

  /** Empty where it was refused, which never should happen; nothing where there was no answer. */
  async #call(name, input) {
    const answer = await this.caller.call(name, input)
    if (answer?.error) this.troubles.push(`${name}: ${answer.error.code}: ${answer.error.message}`)
    return answer && (answer.output ?? {})
  }
}

const minor = amount => Number(amount.replace('.', ''))
const text = amount => `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}`
