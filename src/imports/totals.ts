import { exponentOf } from '../domain/currency.ts'
import type { Amount } from '../domain/money.ts'
import { isProblem, type Read } from './row.ts'

export interface Sum {
  rows: number
  seconds: number
  money: Amount[]
}

/** What a file comes to: for each client, and in all. */
export interface Totals extends Sum {
  clients: ({ client: string | null } & Sum)[]
  problems: number
}

/** Adds up while others read on. */
export class Tally {
  #problems = 0
  readonly #clients = new Map<string | null, Growing>()

  add(one: Read): void {
    if (isProblem(one)) {
      this.#problems++
      return
    }
    const client = one.client ?? null
    const sum = this.#clients.get(client) ?? { rows: 0, seconds: 0, money: new Map() }
    sum.rows++
    sum.seconds += one.seconds
    if (one.amount) grow(sum.money, one.amount.currency, scaled(one.amount.amount))
    this.#clients.set(client, sum)
  }

  totals(): Totals {
    const all: Growing = { rows: 0, seconds: 0, money: new Map() }
    for (const { money, rows, seconds } of this.#clients.values()) {
      all.rows += rows
      all.seconds += seconds
      for (const [currency, amount] of money) grow(all.money, currency, amount)
    }
    const clients = [...this.#clients]
      .toSorted(([a], [b]) => (a ?? '').localeCompare(b ?? '', 'en'))
      .map(([client, sum]) => ({ client, ...sumOf(sum) }))
    return { ...sumOf(all), clients, problems: this.#problems }
  }
}

export async function totals(rows: AsyncIterable<Read> | Iterable<Read>): Promise<Totals> {
  const tally = new Tally()
  for await (const one of rows) tally.add(one)
  return tally.totals()
}

interface Growing {
  rows: number
  seconds: number
  /** In parts of the currency's unit that every number of a file can be written in. */
  money: Map<string, bigint>
}

const grow = (money: Map<string, bigint>, currency: string, by: bigint): void => {
  money.set(currency, (money.get(currency) ?? 0n) + by)
}

const sumOf = ({ money, rows, seconds }: Growing): Sum => ({
  rows,
  seconds,
  money: [...money]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, amount]) => ({ currency, amount: textOf(amount, exponentOf(currency)) })),
})

/** As many as a number of a file may have. */
const decimals = 8

function scaled(amount: string): bigint {
  const [whole = '', fraction = ''] = amount.split('.')
  return BigInt(whole + fraction.padEnd(decimals, '0'))
}

function textOf(amount: bigint, fewest: number): string {
  const digits = String(amount).padStart(decimals + 1, '0')
  const fraction = digits.slice(-decimals)
  const kept = fraction.slice(0, fewest) + fraction.slice(fewest).replace(/0+$/, '')
  return `${digits.slice(0, -decimals)}${kept && `.${kept}`}`
}
