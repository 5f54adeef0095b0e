import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatOf, hoursText, ibanText } from '../../src/paper/format.ts'

const de = formatOf('de-DE', 'EUR', 'Europe/Berlin')
const en = formatOf('en-US', 'USD', 'America/New_York')

describe('figures on paper', () => {
  it('keep every digit, however long', () => {
    const decimal = fc
      .tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.integer({ min: 0, max: 99 }))
      .map(([whole, cents]) => `${whole}.${String(cents).padStart(2, '0')}`)
    fc.assert(
      fc.property(decimal, text => {
        expect(en.figure(text).replaceAll(',', '')).toBe(text)
        expect(
          de
            .money(text)
            .replace(/[.€\s]/g, '')
            .replace(',', '.'),
        ).toBe(text)
      }),
    )
  })

  it('have the decimals that they have', () => {
    expect(en.figure('120')).toBe('120')
    expect(en.money('0.500')).toBe('$0.500')
    expect(de.percent('19.5')).toBe('19,5\u00a0%')
    expect(en.percent('7')).toBe('7%')
  })

  it('show hours without seconds where there are none', () => {
    expect([0, 60, 3661, 90_000].map(hoursText)).toEqual(['0:00', '0:01', '1:01:01', '25:00'])
  })

  it('group an IBAN in fours, however it was typed', () => {
    expect(ibanText('DE89370400440532013000')).toBe('DE89 3704 0044 0532 0130 00')
    expect(ibanText('DE89 37040044 0532013000')).toBe('DE89 3704 0044 0532 0130 00')
    expect(ibanText('NL91ABNA0417164300XX')).toBe('NL91 ABNA 0417 1643 00XX')
  })
})

describe('days on paper', () => {
  it('end where the period ends in its own zone', () => {
    expect(de.days('2026-09-30T22:00:00.000Z', '2026-10-31T23:00:00.000Z')).toBe('1.–31. Oktober 2026')
    expect(en.dayBefore('2026-11-01T04:00:00.000Z')).toBe('October 31, 2026')
    expect(de.days('2026-10-04T22:00:00.000Z', '2026-10-05T22:00:00.000Z')).toBe('5. Oktober 2026')
  })

  it('are counted as everywhere, with figures that everybody reads', () => {
    expect(formatOf('fa-IR', 'EUR', 'UTC').day('2026-11-02')).toBe('2026/11/02')
    expect(formatOf('th-TH', 'EUR', 'UTC').day('2026-11-02')).toBe('02/11/2026')
    expect(formatOf('ar-EG', 'EUR', 'UTC').day('2026-11-02')).toBe('02/11/2026')
    const october = ['2026-09-30T15:00:00.000Z', '2026-10-31T15:00:00.000Z'] as const
    expect(formatOf('ja-JP', 'JPY', 'Asia/Tokyo').days(...october)).toBe('2026/10/01 – 2026/10/31')
  })
})
