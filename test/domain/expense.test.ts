import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mostExpense } from '../../src/domain/ai-usage.ts'
import { chargeOf, checkedDate, parseAmount, parseMarkup } from '../../src/domain/expense.ts'

describe('the amount of an expense', () => {
  test.each([
    ['49.90', 'EUR', 4990],
    ['49.9', 'EUR', 4990],
    ['50', 'JPY', 50],
    ['1.234', 'BHD', 1234],
    ['100000000000.00', 'EUR', mostExpense],
  ])('%s %s', (text, currency, minor) => expect(parseAmount(text, currency)).toBe(minor))

  test.each([
    ['0', 'EUR'],
    ['0.00', 'EUR'],
    ['-5', 'EUR'],
    ['1.001', 'EUR'],
    ['1.5', 'JPY'],
    ['100000000000.01', 'EUR'],
    ['', 'EUR'],
    ['12 EUR', 'EUR'],
    ['1e3', 'EUR'],
  ])('%j %s is refused', (text, currency) => expect(() => parseAmount(text, currency)).toThrow('amount'))
})

describe('what the client is asked for', () => {
  test.each([
    [4990, '10', 5489],
    [1, '50', 2],
    [1, '49.99', 1],
    [333, '0.5', 335],
    [100, '1000', 1100],
    [100, '', 100],
  ])('%i with %j percent on top is %i', (amount, markup, charge) =>
    expect(chargeOf({ amount, markup: parseMarkup(markup), billable: true })).toBe(charge),
  )

  test('is nothing when it is not billable', () =>
    expect(chargeOf({ amount: 100, markup: 1000, billable: false })).toBe(0))

  test.each(['1000.01', '1001', '-1', 'much', '1.234'])('a markup of %s is refused', text =>
    expect(() => parseMarkup(text)).toThrow('markup_percent'),
  )

  test('is never less than was laid out, and always exact', () => {
    const amounts = fc.integer({ min: 1, max: mostExpense })
    const markups = fc.integer({ min: 0, max: 100_000 })
    fc.assert(
      fc.property(amounts, markups, (amount, markup) => {
        const charge = chargeOf({ amount, markup, billable: true })
        expect(charge).toBeGreaterThanOrEqual(amount)
        expect(Number.isSafeInteger(charge)).toBe(true)
      }),
    )
  })
})

test('money is laid out today or before', () => {
  expect(checkedDate('2026-05-20', '2026-05-20')).toBe('2026-05-20')
  expect(() => checkedDate('2026-05-21', '2026-05-20')).toThrow('future')
})
