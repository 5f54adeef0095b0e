import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { increments, noRounding, roundSeconds } from '../../src/domain/rounding.ts'

const modes = ['up', 'nearest', 'down'] as const
const minutes = (n: number) => n * 60
const by = (increment_minutes: number, mode: (typeof modes)[number], minimum_minutes = 0) => ({
  increment_minutes,
  mode,
  minimum_minutes,
})

describe('time is taken to whole increments', () => {
  test.each([
    // seconds, increment, up, nearest, down
    [1, 15, minutes(15), 0, 0],
    [minutes(7) + 29, 15, minutes(15), 0, 0],
    [minutes(7) + 30, 15, minutes(15), minutes(15), 0],
    [minutes(15), 15, minutes(15), minutes(15), minutes(15)],
    [minutes(15) + 1, 15, minutes(30), minutes(15), minutes(15)],
    [minutes(38), 15, minutes(45), minutes(45), minutes(30)],
    [29, 1, 60, 0, 0],
    [30, 1, 60, 60, 0],
    [minutes(2) + 30, 5, minutes(5), minutes(5), 0],
    [minutes(3), 6, minutes(6), minutes(6), 0],
    [minutes(8), 6, minutes(12), minutes(6), minutes(6)],
    [minutes(14), 10, minutes(20), minutes(10), minutes(10)],
    [minutes(75), 30, minutes(90), minutes(90), minutes(60)],
    [minutes(89) + 59, 60, minutes(120), minutes(60), minutes(60)],
    [4321, 0, 4321, 4321, 4321],
  ])('%i seconds by %i minutes: up %i, nearest %i, down %i', (seconds, increment, up, nearest, down) => {
    expect(modes.map(mode => roundSeconds(seconds, by(increment, mode)))).toEqual([up, nearest, down])
  })

  test.each([
    [60, by(15, 'down', 15), minutes(15)],
    [60, by(15, 'nearest', 20), minutes(30)],
    [60, by(15, 'down', 1), minutes(15)],
    [minutes(40), by(15, 'down', 20), minutes(30)],
    [60, by(0, 'up', 20), minutes(20)],
    [minutes(20) + 1, by(0, 'up', 20), minutes(20) + 1],
    [0, by(15, 'up', 30), 0],
    [0, by(0, 'nearest', 30), 0],
  ])(
    '%i seconds with %j come to %i: the minimum is itself whole, and nothing stays nothing',
    (from, how, to) => {
      expect(roundSeconds(from, how)).toBe(to)
    },
  )

  it('without rounding time stays as it is', () => {
    expect([0, 1, 59, 3601].map(seconds => roundSeconds(seconds, noRounding))).toEqual([0, 1, 59, 3601])
  })

  it('rounding again changes nothing, and longer time never bills less', () => {
    const how = fc.record({
      increment_minutes: fc.constantFrom(...increments),
      mode: fc.constantFrom(...modes),
      minimum_minutes: fc.integer({ min: 0, max: 180 }),
    })
    const seconds = fc.integer({ min: 0, max: 200_000 })
    fc.assert(
      fc.property(how, seconds, seconds, (how, a, b) => {
        const once = roundSeconds(a, how)
        expect(roundSeconds(once, how)).toBe(once)
        if (how.increment_minutes > 0) expect(once % minutes(how.increment_minutes)).toBe(0)
        expect(roundSeconds(Math.max(a, b), how)).toBeGreaterThanOrEqual(roundSeconds(Math.min(a, b), how))
      }),
    )
  })
})
