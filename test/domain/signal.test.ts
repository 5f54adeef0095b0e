import fc from 'fast-check'
import { expect, it } from 'vitest'
import { inOrder } from '../../src/domain/signal.ts'
import { timeline } from './timeline.ts'

it('signals of one instant are read so that what belongs together stands together, however they came', () => {
  const order =
    '5 start, 5 prompt, 5 work, 5 work +a, 5 work +b, 5 work -a, 5 work -b, 5 wait, 5 notice, 5 idle, 5 active, 5 agent, 5 stop, 5 end'
  const signals = timeline(order)
  fc.assert(
    fc.property(fc.shuffledSubarray(signals, { minLength: signals.length }), shuffled => {
      expect(shuffled.toSorted(inOrder)).toEqual(signals)
    }),
    { numRuns: 50 },
  )
})

it('time comes before all else, and the id decides last', () => {
  const [late, early] = timeline('5.001 start, 5 end')
  const [a, b] = timeline('5 work, 5 alive')
  expect(inOrder(late!, early!)).toBeGreaterThan(0)
  expect(inOrder(a!, b!)).toBeLessThan(0)
})
