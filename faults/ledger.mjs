/** An entry that is deleted, or was never there. */
export const gone = null

/**
 * What stint has acknowledged: how each entry and each timer must look from then on. Of what was asked for and not
 * answered yet both is right, as it was and as it would be.
 */
export class Ledger {
  /** id → the states that are right: `{ description, seconds }`, without seconds when nobody knows them, or `gone`. */
  entries = new Map()
  /** id → the states that are right: `running`, `ended`. */
  timers = new Map()
  /** id → the states that are right: `{ status, number, total, paid }`, as far as somebody knows, or `gone`. */
  invoices = new Map()
  /** Descriptions of entries that were asked for and not acknowledged. */
  asked = new Set()
  acknowledged = 0

  constructor({ timersEndThemselves = false } = {}) {
    this.timersEndThemselves = timersEndThemselves
  }

  entry(id) {
    return this.entries.get(id)?.[0]
  }

  askEntry(id, state) {
    this.entries.set(id, [...(this.entries.get(id) ?? []), state])
  }

  keepEntry(id, state) {
    this.acknowledged++
    this.entries.set(id, [state])
  }

  askTimer(id, state) {
    this.timers.set(id, [...(this.timers.get(id) ?? []), state])
  }

  keepTimer(id, state) {
    this.acknowledged++
    this.timers.set(id, this.timersEndThemselves ? ['running', 'ended'] : [state])
  }

  invoice(id) {
    return this.invoices.get(id)?.[0]
  }

  askInvoice(id, state) {
    this.invoices.set(id, [...(this.invoices.get(id) ?? []), state])
  }

  keepInvoice(id, state) {
    this.acknowledged++
    this.invoices.set(id, [state])
  }

  /** Whatever happened to what was never answered, from now on it stays so. */
  settle(foundEntry, foundTimer, foundInvoice) {
    for (const [id, states] of this.entries) {
      if (states.length > 1) this.entries.set(id, [foundEntry(id)])
    }
    for (const [id, states] of this.timers) {
      if (states.length > 1 && !this.timersEndThemselves) this.timers.set(id, [foundTimer(id)])
    }
    for (const [id, states] of this.invoices) {
      if (states.length > 1) this.invoices.set(id, [foundInvoice(id)])
    }
  }
}

export function isSame(expected, found) {
  if (expected === gone || found === gone) return expected === found
  const { description, seconds = found.seconds } = expected
  return description === found.description && seconds === found.seconds
}

export function isSameInvoice(expected, found) {
  if (expected === gone || found === gone) return expected === found
  return Object.keys(expected).every(key => expected[key] === found[key])
}
