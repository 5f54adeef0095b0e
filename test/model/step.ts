import fc from 'fast-check'
import { agree } from './agreement.ts'
import type { Product } from './product.ts'
import type { World } from './world.ts'

type Step = fc.AsyncCommand<World, Product>

/** An operation with its input, on the model and on the product; afterwards both have to say the same of everything. */
export const step = <I extends object>(
  name: string,
  inputs: fc.Arbitrary<I>,
  {
    run,
    when = () => true,
  }: {
    when?: (world: Readonly<World>, input: I) => boolean
    run: (world: World, product: Product, input: I) => Promise<void>
  },
): fc.Arbitrary<Step> =>
  inputs.map(input => ({
    check: world => when(world, input),
    async run(world, product) {
      await run(world, product, input)
      await agree(world, product)
    },
    toString: () => `${name} ${JSON.stringify(input)}`,
  }))

/** Which of those that there are then. */
export const which = fc.nat({ max: 1000 })

export function pick<T>(list: readonly T[], which: number): T {
  const found = list[which % list.length]
  if (found === undefined) throw new Error('There is none.')
  return found
}
