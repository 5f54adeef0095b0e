import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { currencies, exponentOf } from '../../src/domain/currency.ts'
import {
  exactOf,
  halfUp,
  moneyInput,
  moneyShown,
  moneyText,
  mostAnHour,
  mostMinor,
  parseMoney,
  parsePercent,
  percentOf,
  percentText,
  rounded,
  spread,
  worth,
} from '../../src/domain/money.ts'

const read = (text: string, currency: string) => parseMoney(text, currency, 'amount')
const refused = (part: string) =>
  expect.objectContaining({ code: 'validation_error', message: expect.stringContaining(part) })

describe('money is read as whole smallest units', () => {
  test.each([
    ['120', 'EUR', 12_000],
    ['120.5', 'EUR', 12_050],
    ['120.50', 'EUR', 12_050],
    ['0', 'EUR', 0],
    ['0.01', 'EUR', 1],
    ['007', 'EUR', 700],
    [' 1.10 ', 'EUR', 110],
    ['121', 'JPY', 121],
    ['1.234', 'BHD', 1234],
    ['0.0001', 'CLF', 1],
  ])('%s %s is %i', (text, currency, minor) => {
    expect(read(text, currency)).toBe(minor)
  })

  test.each([
    ['1.234', 'EUR', '2 decimals at most'],
    ['1.500', 'EUR', '2 decimals at most'],
    ['121.0', 'JPY', 'no decimals'],
    ['1.2345', 'BHD', '3 decimals at most'],
    ['-5', 'EUR', 'cannot be negative'],
    ['-0.01', 'EUR', 'cannot be negative'],
    ['', 'EUR', 'such as 120.50'],
    ['1,50', 'EUR', 'such as 120.50'],
    ['1,234.50', 'EUR', 'such as 120.50'],
    ['12 50', 'EUR', 'such as 120.50'],
    ['€5', 'EUR', 'such as 120.50'],
    ['5 EUR', 'EUR', 'such as 120.50'],
    ['.5', 'EUR', 'such as 120.50'],
    ['5.', 'EUR', 'such as 120.50'],
    ['1e3', 'EUR', 'such as 120.50'],
    ['0x10', 'EUR', 'such as 120.50'],
    ['NaN', 'JPY', 'such as 120.'],
    ['Infinity', 'BHD', 'such as 120.500'],
    ['٣', 'EUR', 'such as 120.50'],
    ['10000000000000.01', 'EUR', 'too large'],
    ['99999999999999999999', 'EUR', 'too large'],
  ])('%s %s is refused: %s', (text, currency, why) => {
    expect(() => read(text, currency)).toThrow(refused(why))
  })

  it('an amount is told which field it stood in, and where its limit lies', () => {
    expect(() => parseMoney('x', 'EUR', 'hourly_rate')).toThrow(
      expect.objectContaining({ details: { problems: [expect.objectContaining({ path: 'hourly_rate' })] } }),
    )
    expect(read('10000000000000.00', 'EUR')).toBe(mostMinor)
    expect(parseMoney('1000000000000', 'JPY', 'rate', mostAnHour)).toBe(mostAnHour)
    expect(() => parseMoney('1000000000001', 'JPY', 'rate', mostAnHour)).toThrow(refused('too large'))
  })

  it('a plain number is read as its shortest decimal text', () => {
    const field = moneyInput()
    expect([120, 0.1, 1.005, 1e21].map(number => field.parse(number))).toEqual([
      '120',
      '0.1',
      '1.005',
      '1e+21',
    ])
    expect(read(field.parse(0.1), 'EUR')).toBe(10)
    expect(() => read(field.parse(0.1 + 0.2), 'EUR')).toThrow(refused('decimals'))
    expect(() => read(field.parse(1e21), 'EUR')).toThrow(refused('such as'))
    expect(field.safeParse('1'.repeat(31)).success).toBe(false)
  })
})

describe('money is written with exactly the decimals of its currency', () => {
  test.each([
    [12_050, 'EUR', '120.50'],
    [5, 'EUR', '0.05'],
    [0, 'EUR', '0.00'],
    [0, 'JPY', '0'],
    [121, 'JPY', '121'],
    [5, 'BHD', '0.005'],
    [12_345, 'CLF', '1.2345'],
    [-5, 'EUR', '-0.05'],
    [-0, 'EUR', '0.00'],
    [mostMinor, 'EUR', '10000000000000.00'],
  ])('%i %s is %s', (minor, currency, text) => {
    expect(moneyText(minor, currency)).toBe(text)
  })

  it('in every currency what is written reads back', () => {
    const amounts = [0, 1, 9, 10, 99, 100, 12_345, 999_999, mostMinor - 1, mostMinor]
    for (const currency of currencies) {
      for (const minor of amounts) expect(read(moneyText(minor, currency), currency)).toBe(minor)
      expect(moneyText(1, currency).split('.')[1]?.length ?? 0).toBe(exponentOf(currency))
    }
  })

  it('any amount in any currency reads back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: mostMinor }),
        fc.constantFrom(...currencies),
        (minor, currency) => {
          expect(read(moneyText(minor, currency), currency)).toBe(minor)
        },
      ),
    )
  })
})

describe('a percentage', () => {
  test.each([
    ['19', 1900],
    ['19.5', 1950],
    ['7.25', 725],
    ['0', 0],
    ['0.07', 7],
    ['8.1 %', 810],
    ['19%', 1900],
    ['100', 10_000],
  ])('%s is %i hundredths', (text, share) => {
    expect(parsePercent(text, 'tax_rate', 100)).toBe(share)
  })

  test.each(['', '%', 'x', '1.234', '-1', '100.01', '1e2', '5,5', '99999999999999999999'])(
    '%s is refused',
    text => {
      expect(() => parsePercent(text, 'tax_rate', 100)).toThrow(refused('tax_rate'))
    },
  )

  it('reads back as it is written, without needless decimals', () => {
    expect([1900, 1950, 725, 7, 0].map(percentText)).toEqual(['19', '19.5', '7.25', '0.07', '0'])
    for (let share = 0; share <= 10_000; share++)
      expect(parsePercent(percentText(share), 'p', 100)).toBe(share)
  })

  test.each([
    [10_000, 1900, 1900],
    [250, 1000, 25],
    [5, 1000, 1],
    [4, 1000, 0],
    [45, 1000, 5],
    [0, 1900, 0],
    [mostMinor, 10_000, mostMinor],
  ])('of %i, %i hundredths of a percent are %i, half up', (minor, share, part) => {
    expect(percentOf(minor, share)).toBe(part)
  })
})

describe('time is worth its rate', () => {
  test.each([
    [3600, 10_000, 10_000],
    [1800, 10_000, 5000],
    [1, 1800, 1],
    [1, 1799, 0],
    [5400, 1, 2],
    [1, 5399, 1],
    [0, 10_000, 0],
    [3600, 0, 0],
  ])('%i seconds at %i come to %i, half up', (seconds, rate, minor) => {
    expect(rounded(worth(seconds, rate))).toBe(minor)
  })

  it('sums are kept exactly and rounded once', () => {
    const third = worth(1200, 100)
    expect([rounded(third), rounded(third + third + third)]).toEqual([33, 100])
    expect(exactOf(7, 1800)).toBe(worth(1800, 1) + worth(3600, 7))
    expect(rounded(worth(86_400, mostAnHour))).toBe(24 * mostAnHour)
  })

  it('half up is never off by more than half a unit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 10n ** 6n }), (n, d) => {
        const twice = 2n * (halfUp(n, d) * d - n)
        expect(twice > -d && twice <= d).toBe(true)
      }),
    )
  })
})

describe('an amount is spread by weights', () => {
  test.each([
    [100, [1, 1, 1], [34, 33, 33]],
    [1, [1, 1], [1, 0]],
    [5, [50, 30, 20], [3, 1, 1]],
    [10, [0, 7], [0, 10]],
    [10, [0, 0], [0, 0]],
    [0, [3, 4], [0, 0]],
    [7, [], []],
  ])('%i by %j is %j: the largest remainder first, then the earlier', (amount, weights, parts) => {
    expect(spread(amount, weights)).toEqual(parts)
  })

  it('the parts are the whole, and each is within one unit of its exact share', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 1e12 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), weights, (amount, weights) => {
        const sum = weights.reduce((all, one) => all + BigInt(one), 0n)
        fc.pre(sum > 0n)
        const parts = spread(amount, weights)
        expect(parts.reduce((all, part) => all + part, 0)).toBe(amount)
        for (const [index, part] of parts.entries()) {
          const off = BigInt(part) * sum - BigInt(amount) * BigInt(weights[index] ?? 0)
          expect(off > -sum && off < sum).toBe(true)
          expect(weights[index] === 0 && part > 0).toBe(false)
        }
      }),
    )
  })

  it('of a sum no part is more than its weight', () => {
    const cut = fc
      .array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 8 })
      .chain(weights =>
        fc.tuple(fc.constant(weights), fc.integer({ min: 0, max: weights.reduce((a, b) => a + b) })),
      )
    fc.assert(
      fc.property(cut, ([weights, amount]) => {
        for (const [index, part] of spread(amount, weights).entries()) {
          expect(part).toBeLessThanOrEqual(weights[index] ?? 0)
        }
      }),
    )
  })
})

/** Runtimes differ in which space they print. */
const shown = (minor: number, currency: string, locale: string) =>
  moneyShown(minor, currency, locale).replace(/\s/g, ' ')

describe('money is shown to people', () => {
  test.each([
    [123_450, 'EUR', 'de', '1.234,50 €'],
    [123_450, 'EUR', 'en', '€1,234.50'],
    [123_450, 'JPY', 'en', '¥123,450'],
    [123_450, 'BHD', 'en', 'BHD 123.450'],
    [123_450, 'JPY', 'de', '123.450 ¥'],
    [123_450, 'USD', 'ja', '$1,234.50'],
    [123_450, 'HUF', 'en', 'HUF 1,234.50'],
  ])('%i %s in %s: %s', (minor, currency, locale, text) => {
    expect(shown(minor, currency, locale)).toBe(text)
  })

  it('in Japanese its own money', () => {
    expect(shown(123_450, 'JPY', 'ja').normalize('NFKC')).toBe('¥123,450')
  })

  it('exactly, also where a number would lose a cent', () => {
    expect(shown(9_007_199_254_740_991, 'EUR', 'en')).toBe('€90,071,992,547,409.91')
  })
})
