import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Budget,
  budgetOf,
  forecastOf,
  fullest,
  gaugesOf,
  parseThresholds,
  percentOfShare,
  reachedBy,
  shareOf,
  stateOf,
  windowAt,
  windowStart,
} from '../../src/domain/budget.ts'
import { parseInstant } from '../../src/domain/zone.ts'

const zone = 'Europe/Berlin'
const at = (text: string, where = zone) => parseInstant(text, { now: 0, zone: where }).at
const hours = (n: number) => n * 3600

const budget = (more: Partial<Budget>): Budget => ({
  window: 'total',
  basis: 'billable',
  thresholds: [75, 100],
  ...more,
})

const weekStart = (now: string, week_start: 'monday' | 'sunday' | 'saturday') =>
  windowStart(windowAt('weekly', { zone, week_start, now: at(now) }))

describe('windows', () => {
  const calendar = { zone, week_start: 'monday' as const }

  test.each([
    ['total', ''],
    ['daily', '2026-05-20'],
    ['weekly', '2026-05-18'],
    ['monthly', '2026-05-01'],
    ['quarterly', '2026-04-01'],
    ['yearly', '2026-01-01'],
  ] as const)('%s begins on %s', (window, start) => {
    expect(windowStart(windowAt(window, { ...calendar, now: at('2026-05-20T09:00') }))).toBe(start)
  })

  test('change at midnight of the zone, and the week where it begins', () => {
    expect([weekStart('2026-05-24T23:59:59', 'monday'), weekStart('2026-05-25T00:00', 'monday')]).toEqual([
      '2026-05-18',
      '2026-05-25',
    ])
    expect(weekStart('2026-05-24T00:00', 'sunday')).toBe('2026-05-24')
    expect(weekStart('2026-05-24T00:00', 'saturday')).toBe('2026-05-23')
  })
})

const of = (limits: Partial<Budget>, used: { seconds: number; amount: number }) => {
  const gauges = gaugesOf(budget(limits), used)
  const first = fullest(gauges)
  const reached = reachedBy(gauges, [50, 75, 100])
  return { share: first && shareOf(first), unit: first?.unit, reached, state: stateOf(gauges, reached) }
}

describe('the share', () => {
  test.each([
    [{ seconds: hours(40) }, { seconds: hours(30), amount: 0 }, 0.75, 'seconds', 'warning'],
    [{ seconds: hours(40) }, { seconds: hours(30) - 1, amount: 0 }, 0.7499, 'seconds', 'warning'],
    [{ seconds: hours(3) }, { seconds: hours(1), amount: 0 }, 0.3333, 'seconds', 'ok'],
    [{ seconds: hours(40) }, { seconds: hours(40) - 1, amount: 0 }, 0.9999, 'seconds', 'warning'],
    [{ seconds: hours(40) }, { seconds: hours(40), amount: 0 }, 1, 'seconds', 'over'],
    [{ seconds: hours(40) }, { seconds: hours(60), amount: 0 }, 1.5, 'seconds', 'over'],
    [{ amount: 200_000 }, { seconds: hours(99), amount: 58_000 }, 0.29, 'amount', 'ok'],
    [
      { seconds: hours(40), amount: 200_000 },
      { seconds: hours(4), amount: 180_000 },
      0.9,
      'amount',
      'warning',
    ],
    [
      { seconds: hours(40), amount: 200_000 },
      { seconds: hours(50), amount: 180_000 },
      1.25,
      'seconds',
      'over',
    ],
    [{}, { seconds: hours(50), amount: 180_000 }, undefined, undefined, 'ok'],
  ])('of %j when %j is used is %s', (limits, used, share, unit, state) => {
    expect(of(limits, used)).toMatchObject({ ...(share !== undefined && { share }), state })
    expect(of(limits, used).unit).toBe(unit)
  })

  test('either limit reaches a threshold', () => {
    expect(of({ seconds: 100, amount: 100 }, { seconds: 50, amount: 74 }).reached).toEqual([50])
    expect(of({ seconds: 100, amount: 100 }, { seconds: 10, amount: 100 }).reached).toEqual([50, 75, 100])
  })

  test('never says more than was used, and 100 percent only of all of it', () => {
    fc.assert(
      fc.property(fc.nat(1e12), fc.integer({ min: 1, max: 1e12 }), (used, limit) => {
        const share = shareOf({ unit: 'amount', used, limit })
        expect(share).toBeLessThanOrEqual(used / limit + Number.EPSILON * share)
        expect(share >= 1).toBe(used >= limit)
        expect(percentOfShare(share) >= 100).toBe(used >= limit)
      }),
    )
  })
})

describe('the forecast', () => {
  const now = at('2026-05-20T12:00')
  const window = (name: Budget['window']) => windowAt(name, { now, zone, week_start: 'monday' })
  const forecast = (
    limits: Partial<Budget>,
    { used = {}, recent = {} }: { used?: object; recent?: object },
    name: Budget['window'] = 'total',
  ) =>
    forecastOf(
      budget(limits),
      { used: { seconds: 0, amount: 0, ...used }, recent: { seconds: 0, amount: 0, ...recent } },
      window(name),
      now,
    )

  test('is the day that the pace of two weeks leads to', () => {
    // 2 hours a day, 12 left
    const pace = { used: { seconds: hours(28) }, recent: { seconds: hours(28) } }
    expect(forecast({ seconds: hours(40) }, pace)).toBe('2026-05-26')
    expect(forecast({ seconds: hours(40) }, pace, 'monthly')).toBe('2026-05-26')
    expect(forecast({ seconds: hours(29) }, pace)).toBe('2026-05-21')
    expect(forecast({ seconds: hours(28.5) }, pace)).toBe('2026-05-20')
  })

  test('is absent when it lasts to the end of the window', () => {
    const pace = { used: { seconds: hours(10) }, recent: { seconds: hours(14) } }
    expect(forecast({ seconds: hours(21) }, pace, 'monthly')).toBe('2026-05-31')
    expect(forecast({ seconds: hours(22) }, pace, 'monthly')).toBeUndefined()
    expect(forecast({ seconds: hours(22) }, pace)).toBe('2026-06-01')
  })

  test('is absent when nothing was tracked lately, or all is used up, or there is no limit', () => {
    expect(forecast({ seconds: hours(40) }, { used: { seconds: hours(30) } })).toBeUndefined()
    const over = { used: { seconds: hours(40) }, recent: { seconds: hours(40) } }
    expect(forecast({ seconds: hours(40) }, over)).toBeUndefined()
    expect(forecast({}, over)).toBeUndefined()
    // one of two
    expect(forecast({ seconds: hours(40), amount: 100_000 }, over)).toBeUndefined()
  })

  test('is that of the limit that runs out first', () => {
    const pace = {
      used: { seconds: hours(28), amount: 280_000 },
      recent: { seconds: hours(28), amount: 280_000 },
    }
    expect(forecast({ seconds: hours(40), amount: 320_000 }, pace)).toBe('2026-05-22')
    expect(forecast({ seconds: hours(30), amount: 320_000 }, pace)).toBe('2026-05-21')
  })

  test('is absent when it lasts beyond the calendar', () => {
    expect(forecast({ seconds: hours(1_000_000) }, { recent: { seconds: 14 } })).toBeUndefined()
  })
})

test('thresholds are percentages, each once, rising', () => {
  expect(parseThresholds('100, 50 % ;75 50')).toEqual([50, 75, 100])
  for (const bad of ['', '0', '7.5', '1001', 'half'])
    expect(() => parseThresholds(bad)).toThrow('percentages')
})

test('a project without limits has no budget', () => {
  expect(budgetOf(null)).toBeUndefined()
})
