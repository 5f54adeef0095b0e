import fc from 'fast-check'
import { describe, test } from 'vitest'
import { commands } from './commands.ts'
import { openProduct, type Product } from './product.ts'
import { clients, projects, World } from './world.ts'

/** A Monday in May at nine in Berlin. */
const begins = Date.parse('2026-05-04T09:00:00+02:00')
const seconds = Number(process.env.STINT_MODEL_SECONDS ?? 8)

describe('timers, entries, rates and invoices', () => {
  test('answer as a small model of the rules does, whatever is done in whatever order', {
    timeout: seconds * 1000 + 60_000,
  }, async () => {
    const anySequence = fc.asyncProperty(commands(), async sequence => {
      const product = await founded()
      try {
        await fc.asyncModelRun(() => ({ model: new World(begins), real: product }), sequence)
      } finally {
        await product.close()
      }
    })
    await fc.assert(anySequence, {
      numRuns: 100_000,
      interruptAfterTimeLimit: seconds * 1000,
      markInterruptAsFailure: false,
    })
  })
})

async function founded(): Promise<Product> {
  const product = await openProduct(begins)
  for (const name of clients) await product.setUp('save_client', { name, currency: 'EUR' })
  for (const [name, { client }] of Object.entries(projects)) {
    await product.setUp('create_project', {
      name,
      ...(client !== null && { client }),
      ...(name === 'Website' && { hourly_rate: '100' }),
    })
  }
  return product
}
