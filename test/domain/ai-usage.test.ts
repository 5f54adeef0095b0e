import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  costInMinor,
  exactCost,
  type Tokens,
  tokensOf,
  type UsedSession,
  usageOf,
} from '../../src/domain/ai-usage.ts'
import type { ModelPriceRow } from '../../src/domain/model-price.ts'

const none: Tokens = { input: 0, output: 0, cache_read: 0, cache_write: 0 }
const opus: ModelPriceRow = {
  model: 'opus*',
  currency: 'USD',
  effective_from: '',
  input: 15_000_000,
  output: 75_000_000,
  cache_read: 1_500_000,
  cache_write: null,
}
const session = (of: Partial<UsedSession> = {}): UsedSession => ({
  id: 'ses_1',
  project_id: 'prj_1',
  model: 'opus-4',
  tokens: { ...none, input: 1_000_000 },
  day: '2026-05-04',
  currency: 'USD',
  ...of,
})

describe('tokens', () => {
  test('are named by hosts and by those who make the models', () => {
    expect(
      tokensOf({
        input_tokens: 1,
        output_tokens: 2,
        cache_read_tokens: 3,
        cache_write_tokens: 4,
        thoughts: 9,
      }),
    ).toEqual({ input: 1, output: 2, cache_read: 3, cache_write: 4 })
    expect(tokensOf({ cache_read_input_tokens: 5, cache_creation_input_tokens: 6 })).toEqual({
      ...none,
      cache_read: 5,
      cache_write: 6,
    })
  })

  test('are whole, and neither less than none nor beyond all measure', () => {
    expect(tokensOf({ input_tokens: -3, output_tokens: 2.9, cache_read_tokens: 1e300 })).toEqual({
      ...none,
      output: 2,
      cache_read: 1e12,
    })
  })
})

describe('what tokens cost', () => {
  test.each([
    [{ ...none, input: 1_000_000 }, 'USD', 1500],
    [{ ...none, output: 1 }, 'USD', 0],
    [{ ...none, output: 66 }, 'USD', 0],
    [{ ...none, output: 67 }, 'USD', 1],
    [{ input: 333, output: 0, cache_read: 3, cache_write: 0 }, 'USD', 0],
    [{ input: 333, output: 0, cache_read: 4, cache_write: 0 }, 'USD', 1],
    [{ ...none, input: 1_000_000 }, 'JPY', 15],
    [{ ...none, input: 1_000_000 }, 'BHD', 15_000],
  ])('%j in %s, half up', (tokens, currency, minor) =>
    expect(costInMinor(exactCost(tokens, opus), currency)).toBe(minor),
  )

  test('half of the smallest unit goes up, a token less does not', () => {
    const price = { ...opus, input: 5_000 }
    expect(costInMinor(exactCost({ ...none, input: 1_000_000 }, price), 'USD')).toBe(1)
    expect(costInMinor(exactCost({ ...none, input: 999_999 }, price), 'USD')).toBe(0)
  })

  test('more than can be counted is refused', () => {
    expect(() => costInMinor(exactCost({ ...none, input: 1e12 }, { ...opus, input: 1e15 }), 'USD')).toThrow(
      'more than can be counted',
    )
  })

  test('is rounded once, however many sessions it was', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 5_000_000 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(counts, all => {
        const sessions = all.map((input, at) => session({ id: `ses_${at}`, tokens: { ...none, input } }))
        const [usage] = usageOf(sessions, [opus])
        const together = exactCost({ ...none, input: all.reduce((sum, one) => sum + one, 0) }, opus)
        expect(usage?.priced?.exact).toBe(together)
      }),
    )
  })
})

describe('usage is put together', () => {
  test('by project and model, each session at the price of its day', () => {
    const dearer = { ...opus, effective_from: '2026-05-10', input: 20_000_000 }
    const usage = usageOf(
      [
        session({ id: 'a', day: '2026-05-09' }),
        session({ id: 'b', day: '2026-05-10' }),
        session({ id: 'c', project_id: 'prj_2' }),
        session({ id: 'd', tokens: none }),
      ],
      [opus, dearer],
    )
    expect(usage).toMatchObject([
      {
        project_id: 'prj_1',
        first_day: '2026-05-09',
        last_day: '2026-05-10',
        priced: { currency: 'USD', exact: 35_000_000_000_000n, prices: [opus, dearer] },
      },
      { project_id: 'prj_2', sessions: [{ id: 'c' }], priced: { exact: 15_000_000_000_000n } },
    ])
  })

  test('and in each currency apart', () => {
    const euro = { ...opus, currency: 'EUR', effective_from: '2026-05-10' }
    const sessions = [session({ currency: 'EUR' }), session({ currency: 'EUR', day: '2026-05-10' })]
    expect(usageOf(sessions, [opus, euro]).map(one => one.priced?.currency)).toEqual(['USD', 'EUR'])
  })

  test.each([
    ['nobody set a price', { model: 'gpt-5' }, 'no price is set'],
    ['no model was named', { model: null }, 'the assistant named no model'],
    [
      'a price for some of its tokens is missing',
      { tokens: { ...none, input: 5, cache_write: 1 } },
      'no price for cache_write is set',
    ],
  ])('without a cost where %s', (_, of, unpriced) => {
    const [usage] = usageOf([session(of)], [opus])
    expect(usage).toMatchObject({ unpriced })
    expect(usage).not.toHaveProperty('priced')
  })
})
