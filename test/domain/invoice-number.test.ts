import { describe, expect, it, test } from 'vitest'
import { checkedFormat, defaultFormat, numberOf, seriesOf } from '../../src/domain/invoice-number.ts'

describe('an invoice gets its number', () => {
  test.each([
    ['{yyyy}-{seq:4}', 1, '2026-0001'],
    ['{yyyy}-{seq:4}', 12_345, '2026-12345'],
    ['INV {yy}/{mm}.{seq}', 7, 'INV 26/03.7'],
    ['{seq:6}', 42, '000042'],
    ['RE-{yyyy}{mm}-{seq:3}', 100, 'RE-202603-100'],
    ['Ä_{seq:1}', 10, 'Ä_10'],
  ])('%s, %i: %s', (format, seq, number) => {
    expect(numberOf(checkedFormat(format), '2026-03-09', seq)).toBe(number)
  })

  test.each([
    [defaultFormat, '2026'],
    ['{yy}-{seq}', '2026'],
    ['{yyyy}/{yy}/{seq}', '2026'],
    ['{mm}-{seq}', ''],
    ['yyyy-{seq}', ''],
    ['INV{seq:5}', ''],
  ])('%s counts in the series "%s"', (format, series) => {
    expect(seriesOf(checkedFormat(format), '2026-03-09')).toBe(series)
  })

  it('within a series no two are the same, also when the digits run over', () => {
    const numbers = Array.from({ length: 2000 }, (_, seq) => numberOf('{yy}{seq:2}', '2026-12-31', seq + 1))
    expect(new Set(numbers).size).toBe(2000)
  })
})

describe('a format is refused', () => {
  test.each([
    ['', '{seq}'],
    ['{yyyy}', '{seq}'],
    ['2026-0001', '{seq}'],
    ['{SEQ}', '{seq}'],
    ['{seq:0}', '{seq}'],
    ['{seq:10}', '{seq}'],
    ['{seq:}', '{seq}'],
    ['{seq}{dd}', 'braces'],
    ['{seq}{seq:0}', 'braces'],
    ['{seq}}', 'braces'],
    ['#{seq}', 'braces'],
    ['a\u202e{seq}', 'braces'],
    [`${'x'.repeat(36)}{seq}`, '40 characters'],
  ])('%j', (format, why) => {
    expect(() => checkedFormat(format)).toThrow(
      expect.objectContaining({
        code: 'validation_error',
        message: expect.stringContaining(why),
        hint: expect.stringContaining('{yyyy}, {yy}, {mm}, {seq}, {seq:N}'),
      }),
    )
  })

  it('what stands around it does not count', () => {
    expect(checkedFormat(`  ${'x'.repeat(35)}{seq} `)).toBe(`${'x'.repeat(35)}{seq}`)
  })
})
