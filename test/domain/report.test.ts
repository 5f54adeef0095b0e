import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bar, sharesOf } from '../../src/domain/bar.ts'
import { rounded } from '../../src/domain/money.ts'
import {
  addedAmounts,
  changeOf,
  type Figures,
  figuresOf,
  nothing,
  plus,
  type Sum,
  totalOf,
} from '../../src/domain/report.ts'

const sum = (worth: Record<string, bigint>, more: Partial<Sum> = {}): Sum => ({
  ...nothing,
  entries: 1,
  ...more,
  worth: new Map(Object.entries(worth)),
})

describe('a row', () => {
  test('rounds the exact sum of its entries once, half up, with the decimals of each currency', () => {
    // three times a third of a cent, and half a cent
    const third = sum({ EUR: 1200n, JPY: 3600n * 7n })
    expect(figuresOf([third, third, third].reduce((all, one) => plus(all, one), nothing)).amounts).toEqual([
      { currency: 'EUR', amount: '0.01' },
      { currency: 'JPY', amount: '21' },
    ])
    expect(figuresOf(sum({ EUR: 1800n })).amounts).toEqual([{ currency: 'EUR', amount: '0.01' }])
    expect(figuresOf(sum({ BHD: 1799n })).amounts).toEqual([{ currency: 'BHD', amount: '0.000' }])
  })

  test('does not show a currency in which nothing was earned', () => {
    expect(figuresOf(plus(sum({ EUR: 5n }), sum({ EUR: 5n }), -1)).amounts).toEqual([])
  })

  const exact = fc.record({
    EUR: fc.bigInt({ min: 0n, max: 10n ** 18n }),
    USD: fc.bigInt({ min: 0n, max: 10n ** 18n }),
  })

  test('is the same in whatever order its entries come, and what was added can be taken off', () => {
    fc.assert(
      fc.property(fc.array(exact, { minLength: 1 }), parts => {
        const all = parts.map(one => sum(one))
        const whole = all.reduce((sum, one) => plus(sum, one), nothing)
        expect(figuresOf(all.reduceRight((sum, one) => plus(sum, one), nothing))).toEqual(figuresOf(whole))
        expect(figuresOf(all.reduce((sum, one) => plus(sum, one, -1), whole))).toEqual(figuresOf(nothing))
      }),
    )
  })

  test('never differs from its rounded entries by more than half a unit for each', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 1n, max: 10n ** 12n }), { minLength: 1 }), parts => {
        const row = rounded(parts.reduce((all, one) => all + one, 0n))
        const apart = parts.reduce((all, one) => all + rounded(one), 0)
        expect(Math.abs(row - apart)).toBeLessThanOrEqual(parts.length / 2 + 1)
      }),
    )
  })
})

describe('a total', () => {
  test('is the sum of what is shown, and never of two currencies', () => {
    const rows = [sum({ EUR: 1800n, USD: 7200n }), sum({ EUR: 1800n }), sum({ JPY: 3600n })].map(figuresOf)
    expect(totalOf(rows)).toMatchObject({
      entries: 3,
      amounts: [
        { currency: 'EUR', amount: '0.02' },
        { currency: 'JPY', amount: '1' },
        { currency: 'USD', amount: '0.02' },
      ],
    })
  })

  test('of nothing is nothing', () => {
    expect(totalOf([])).toEqual(figuresOf(nothing))
    expect(addedAmounts([])).toEqual([])
  })
})

const row = (name: string, seconds: number, more: Partial<Figures> & { id?: string } = {}) => ({
  name,
  ...figuresOf(nothing),
  seconds,
  ...more,
})
const report = (...rows: ReturnType<typeof row>[]) => ({ rows, totals: totalOf(rows) })
const amounts = (...all: [currency: string, amount: string][]) => ({
  amounts: all.map(([currency, amount]) => ({ currency, amount })),
})

describe('a comparison', () => {
  test('says what changed in time and in each currency', () => {
    const now = report(row('a', 5400, amounts(['EUR', '90.00'], ['USD', '10.00'])))
    const before = report(row('a', 3600, amounts(['EUR', '100.50'], ['JPY', '700'])))
    expect(changeOf(now, before, false)).toMatchObject({
      change_seconds: 1800,
      change_percent: 50,
      change_amounts: [
        { currency: 'EUR', amount: '-10.50' },
        { currency: 'JPY', amount: '-700' },
        { currency: 'USD', amount: '10.00' },
      ],
    })
  })

  test('knows no percentage of nothing', () => {
    expect(changeOf(report(row('a', 60)), report(), false)).not.toHaveProperty('change_percent')
  })

  test('names the five rows that changed most: also those that are new or gone, not those that stayed', () => {
    const now = report(
      row('same', 999),
      row('more', 300, { id: 'm' }),
      row('new', 500),
      row('a', 11),
      row('b', 11),
      row('c', 11),
    )
    const before = report(row('same', 999), row('once more', 100, { id: 'm' }), row('gone', 400))
    expect(changeOf(now, before, false).movers).toEqual([
      { name: 'new', change_seconds: 500 },
      { name: 'gone', change_seconds: -400, change_percent: -100 },
      { name: 'more', id: 'm', change_seconds: 200, change_percent: 200 },
      { name: 'a', change_seconds: 11 },
      { name: 'b', change_seconds: 11 },
    ])
  })

  test('of days names none: they have no counterpart', () => {
    expect(changeOf(report(row('2026-05-01', 60)), report(), true).movers).toEqual([])
  })
})

describe('a bar', () => {
  test.each([
    [0, ''],
    [1, '████'],
    [0.5, '██'],
    [3 / 32, '▍'],
    [0.4, '█▋'],
    [0.0001, '▏'],
    [2, '████'],
    [Number.NaN, ''],
  ])('of %s is %s', (share, drawn) => {
    expect(bar(share, 4)).toBe(drawn)
  })

  test('is never longer than its room, and longer for more', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(share, share, fc.integer({ min: 1, max: 40 }), (a, b, cells) => {
        expect(bar(a, cells).length).toBeLessThanOrEqual(cells)
        if (a <= b) expect(bar(a, cells).length).toBeLessThanOrEqual(bar(b, cells).length)
      }),
    )
  })

  test('is a part of the largest', () => {
    expect(sharesOf([2, 4, 0])).toEqual([0.5, 1, 0])
    expect(sharesOf([0, 0])).toEqual([0, 0])
    expect(sharesOf([])).toEqual([])
  })
})
