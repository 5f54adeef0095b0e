import type { importEntries } from '../../tools/import.ts'
import type { OutputOf } from '../core/operation.ts'
import type { ImportRow } from '../imports/row.ts'
import { Tally, type Totals } from '../imports/totals.ts'

/** Money of a client that is another here than in the file. */
export interface Difference {
  client: string | null
  in_file: Totals['money']
  here: Totals['money']
  unrated_seconds: number
}

/** What the added rows were worth in the file, and what they are worth here. */
export class Worth {
  readonly #there = new Tally()
  readonly #here = new Tally()
  readonly #unrated = new Tally()

  add(batch: readonly ImportRow[], { entries }: OutputOf<typeof importEntries>): void {
    for (const { amount, currency, row: at } of entries) {
      const row = batch[at]
      if (!row) continue
      const { amount: said, ...bare } = row
      this.#there.add(row)
      if (amount !== undefined && currency !== undefined)
        this.#here.add({ ...bare, amount: { amount, currency } })
      else if (said) this.#unrated.add(bare)
    }
  }

  /** Only of money that the file speaks of. */
  differences(): Difference[] {
    const [here, unrated] = [this.#here.totals().clients, this.#unrated.totals().clients]
    return this.#there.totals().clients.flatMap(({ client, money }) => {
      const of = {
        client,
        in_file: owed(money),
        here: owed(here.find(one => one.client === client)?.money ?? []),
      }
      const isSame = of.in_file.length === 0 || JSON.stringify(of.in_file) === JSON.stringify(of.here)
      if (isSame) return []
      return [{ ...of, unrated_seconds: unrated.find(one => one.client === client)?.seconds ?? 0 }]
    })
  }
}

const owed = (money: Totals['money']): Totals['money'] => money.filter(({ amount }) => /[1-9]/.test(amount))
