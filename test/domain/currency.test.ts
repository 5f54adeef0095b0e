import { describe, expect, it, test } from 'vitest'
import { currencies, currency, currencyOrNone, exponentOf, isCurrency } from '../../src/domain/currency.ts'

describe('the currencies of ISO 4217', () => {
  test.each([
    ['EUR', 2],
    ['USD', 2],
    ['CHF', 2],
    ['HUF', 2],
    ['JPY', 0],
    ['KRW', 0],
    ['ISK', 0],
    ['BHD', 3],
    ['KWD', 3],
    ['TND', 3],
    ['CLF', 4],
    ['UYW', 4],
  ])('%s has %i decimals', (code, decimals) => {
    expect(exponentOf(code)).toBe(decimals)
  })

  it('each is three capital letters and stands there once', () => {
    expect(currencies.filter(code => !/^[A-Z]{3}$/.test(code))).toEqual([])
    expect(new Set(currencies).size).toBe(currencies.length)
    expect(currencies.filter(code => exponentOf(code) !== 2)).toHaveLength(17 + 7 + 2)
  })

  it('what has no smallest unit is no money: metals, tests, units of account, and what was replaced', () => {
    expect(['XAU', 'XTS', 'XXX', 'XDR', 'DEM', 'HRK', 'BTC', 'eur', ''].filter(isCurrency)).toEqual([])
    expect(() => exponentOf('DEM')).toThrow('DEM is no currency')
  })
})

describe('a currency is read', () => {
  it('in any case, and refused with an example', () => {
    expect(currency.parse(' eur ')).toBe('EUR')
    expect(currency.safeParse('Euro').error?.issues[0]?.message).toContain('EUR')
    expect(currency.safeParse('').success).toBe(false)
  })

  it('as nothing where it may be cleared', () => {
    expect(currencyOrNone.parse('')).toBe('')
    expect(currencyOrNone.parse('jpy')).toBe('JPY')
    expect(currencyOrNone.safeParse('XYZ').success).toBe(false)
  })
})
