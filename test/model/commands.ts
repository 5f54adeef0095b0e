import fc from 'fast-check'
import { expect } from 'vitest'
import { billingCommands } from './billing-commands.ts'
import { entryCommands } from './entry-commands.ts'
import type { Product } from './product.ts'
import { step } from './step.ts'
import { timerCommands } from './timer-commands.ts'
import type { World } from './world.ts'

const minutes = fc.integer({ min: 1, max: 300 })

const pass = step('wait', fc.record({ minutes, seconds: fc.constantFrom(0, 1, 7, 37) }), {
  async run(world, product, { minutes, seconds }) {
    world.now += (minutes * 60 + seconds) * 1000
    product.clock.now = world.now
  },
})

const undo = step('undo', fc.record({}), {
  async run(world, product) {
    const expected = world.undo()
    const { code } = await product.attempt('undo')
    expect(code).toBe(expected)
  },
})

export const commands = (): fc.Arbitrary<Iterable<fc.AsyncCommand<World, Product>>> =>
  fc.commands([pass, undo, undo, ...timerCommands, ...entryCommands, ...billingCommands], {
    maxCommands: 80,
    size: '+1',
  })
