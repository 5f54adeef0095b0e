import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commands } from './commands.ts'
import { openProduct, type Product } from './product.ts'
import { clients, projects, World } from './world.ts'

/** A Monday in May at nine in Berlin. */
const begins = Date.parse('2026-05-04T09:00:00+02:00')
const seconds = Number(process.env.STINT_MODEL_SECONDS ?? 8)
const patience = { timeout: (seconds + 60) * 1000 }

describe('timers, entries, rates and invoices', () => {
  test(
    'answer as a small model of the rules does, whatever is done in whatever order',
    patience,
    async () => {
      await fc.assert(anySequence(), {
        numRuns: 1_000_000,
        interruptAfterTimeLimit: seconds * 1000,
        markInterruptAsFailure: false,
      })
    },
  )

  test('would not pass with a broken rule, and what shows it is short', patience, async () => {
    const found = await fc.check(anySequence(forgetsToDelete), { seed: 1, numRuns: 100 })
    expect(found.failed).toBe(true)
    const [steps] = found.counterexample ?? []
    expect([...(steps ?? [])].map(String)).toEqual([
      expect.stringMatching(/^log/),
      expect.stringMatching(/^delete/),
    ])
  })
})

const anySequence = (change: (product: Product) => Product = product => product) =>
  fc.asyncProperty(commands(), async sequence => {
    const product = await founded()
    try {
      await fc.asyncModelRun(() => ({ model: new World(begins), real: change(product) }), sequence)
    } finally {
      await product.close()
    }
  })

const forgetsToDelete = (product: Product): Product => ({
  ...product,
  attempt: (name, input) =>
    name === 'delete_entry' ? Promise.resolve({ output: {} }) : product.attempt(name, input),
})

const hourlyRates: Readonly<Record<string, string>> = { Website: '100', App: '80.50' }

async function founded(): Promise<Product> {
  const product = await openProduct(begins)
  for (const name of clients) await product.setUp('save_client', { name, currency: 'EUR' })
  for (const [name, { client }] of Object.entries(projects)) {
    await product.setUp('create_project', {
      name,
      ...(client !== null && { client }),
      ...(hourlyRates[name] && { hourly_rate: hourlyRates[name] }),
    })
  }
  return product
}
