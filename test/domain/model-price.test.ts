import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  checkedModel,
  type ModelPriceRow,
  parsePrice,
  priceFor,
  priceText,
} from '../../src/domain/model-price.ts'

describe('a price for a million tokens', () => {
  test.each([
    ['3', 3_000_000, '3.00'],
    ['0.075', 75_000, '0.075'],
    ['18.75', 18_750_000, '18.75'],
    ['0.000001', 1, '0.000001'],
    ['0', 0, '0.00'],
    [' 15.10 ', 15_100_000, '15.10'],
    ['1000000000', 1e15, '1000000000.00'],
  ])('%s is read exactly', (text, micro, shown) => {
    expect(parsePrice(text, 'input')).toBe(micro)
    expect(priceText(micro)).toBe(shown)
  })

  test.each(['', 'three', '-1', '1.', '.5', '1e3', '1,5', '0.0000001', '1000000000.000001', 'undefined'])(
    '%j is none',
    text => expect(() => parsePrice(text, 'input')).toThrow('input'),
  )

  test('comes back from its text', () => {
    const micros = fc.integer({ min: 0, max: 1e15 })
    fc.assert(fc.property(micros, micro => parsePrice(priceText(micro), 'input') === micro))
  })
})

describe('a model', () => {
  test.each([
    [' Claude-Opus-4* ', 'claude-opus-4*'],
    ['gpt-5', 'gpt-5'],
    ['*', '*'],
  ])('%j is written %j', (said, key) => expect(checkedModel(said)).toBe(key))

  test.each(['claude*opus', '**', '*x'])('%j has a star in the wrong place', said =>
    expect(() => checkedModel(said)).toThrow('end of a model'),
  )
})

describe('the price that holds', () => {
  const price = (model: string, of: Partial<ModelPriceRow> = {}): ModelPriceRow => ({
    model,
    currency: 'USD',
    effective_from: '',
    input: 1,
    output: 1,
    cache_read: null,
    cache_write: null,
    ...of,
  })
  const prices = [
    price('*', { input: 1 }),
    price('claude-*', { input: 2 }),
    price('claude-opus-4*', { input: 3 }),
    price('claude-opus-4-1', { input: 4, effective_from: '2026-05-10' }),
    price('claude-opus-4-1', { input: 5, effective_from: '2026-05-20' }),
    price('claude-*', { input: 6, currency: 'EUR' }),
  ]
  test.each([
    ['a whole name, from its day on', 'claude-opus-4-1', '2026-05-10', 'USD', 4],
    ['the newest that holds already', 'claude-opus-4-1', '2026-05-20', 'USD', 5],
    ['a beginning, before the name has a price', 'claude-opus-4-1', '2026-05-09', 'USD', 3],
    ['the longest beginning', 'claude-opus-4-1-20250805', '2026-05-20', 'USD', 3],
    ['a shorter beginning', 'claude-haiku-4-5', '2026-05-20', 'USD', 2],
    ['any model', 'gpt-5', '2026-05-20', 'USD', 1],
    ['capitals or not', 'Claude-Opus-4-1', '2026-05-20', 'USD', 5],
    ['the wanted currency first', 'claude-opus-4-1', '2026-05-20', 'EUR', 6],
    ['another currency where there is no other', 'gpt-5', '2026-05-20', 'EUR', 1],
  ])('is that of %s', (_, model, day, currency, input) =>
    expect(priceFor(prices, { model, currency, day })?.input).toBe(input),
  )

  test('is none for a model nobody priced', () => {
    expect(priceFor(prices.slice(1), { model: 'gpt-5', currency: 'USD', day: '2026-05-20' })).toBeUndefined()
  })
})
