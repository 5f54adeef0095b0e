import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clock, hours, parseDuration } from '../../src/domain/duration.ts'

const minutes = (n: number) => n * 60

describe('a duration is read', () => {
  test.each([
    ['90', minutes(90)],
    [90, minutes(90)],
    [1.5, 90],
    ['90m', minutes(90)],
    ['1h30m', minutes(90)],
    ['1h30', minutes(90)],
    ['1.5h', minutes(90)],
    ['.5h', minutes(30)],
    ['0.29h', 1044],
    ['1:30', minutes(90)],
    ['0:45:30', 2730],
    ['100:00', minutes(6000)],
    ['2h', minutes(120)],
    ['45s', 45],
    ['1h 2m 3s', 3723],
    [' 1 H 30 M ', minutes(90)],
    ['1h 30', minutes(90)],
    ['90 min', minutes(90)],
    ['2 Hours', minutes(120)],
    ['1 hour 5 minutes', minutes(65)],
    ['0', 0],
    ['0m', 0],
    ['0:00', 0],
  ])('%s is %i seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds)
  })

  test.each([
    '',
    ' ',
    'h',
    ':',
    '.',
    '-5',
    '-1h',
    '−5m',
    '+5',
    -5,
    'abc',
    '1d',
    '1h30x',
    '1 30',
    '1:5',
    '1:60',
    '1:30:60',
    ':30',
    '1:30m',
    '1h30m15',
    'm30',
    '30m1h',
    '1.h',
    '1..5h',
    '1e3',
    '0x10',
    'Infinity',
    'NaN',
    NaN,
    Infinity,
    '1,5h',
    '1h-5m',
    '88000h',
    1e12,
  ])('%s is refused with examples', input => {
    expect(() => parseDuration(input)).toThrow(
      expect.objectContaining({ code: 'invalid_duration', hint: expect.stringContaining('1h30m') }),
    )
  })

  test('ten kilobytes of anything are refused at once and not repeated', () => {
    for (const part of ['1', '1h', ' ', '1:', '.1', '1 ', 'h']) {
      const text = `1${part.repeat(10_000)}x`
      expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: 'invalid_duration' }))
      try {
        parseDuration(text)
      } catch (error) {
        expect(String(error).length).toBeLessThan(120)
      }
    }
  })
})

describe('a length is shown', () => {
  test.each([
    [0, '0m'],
    [30, '30s'],
    [45 * 60, '45m'],
    [45 * 60 + 59, '45m'],
    [3599, '59m'],
    [3600, '1h 00m'],
    [3900, '1h 05m'],
    [360_000, '100h 00m'],
    [-3900, '-1h 05m'],
  ])('%i seconds for people: %s', (seconds, text) => {
    expect(hours(seconds)).toBe(text)
  })

  test.each([
    [0, '0:00:00'],
    [3900, '1:05:00'],
    [2730, '0:45:30'],
    [-5, '-0:00:05'],
  ])('%i seconds by the clock: %s', (seconds, text) => {
    expect(clock(seconds)).toBe(text)
  })

  test('what the clock shows reads back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3650 * 86_400 }), seconds => {
        expect(parseDuration(clock(seconds))).toBe(seconds)
        expect(parseDuration(`${seconds}s`)).toBe(seconds)
        expect(parseDuration(hours(seconds))).toBe(seconds < 60 ? seconds : seconds - (seconds % 60))
      }),
    )
  })
})
