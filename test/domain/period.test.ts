import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { toText } from '../../src/domain/instant.ts'
import {
  type CalendarContext,
  comparedPeriod,
  type PeriodInput,
  periodShape,
  periodText,
  periodTokens,
  resolvePeriod,
} from '../../src/domain/period.ts'
import { addDays, dayOf, startOfDay, weekOf } from '../../src/domain/zone.ts'

const weekStarts = ['monday', 'sunday', 'saturday'] as const
const vectors = z
  .object({
    cases: z.array(
      z.object({
        period: z.string(),
        now: z.string(),
        time_zone: z.string(),
        from: z.string(),
        to: z.string(),
        week_start: z.enum(weekStarts).default('monday'),
      }),
    ),
    invalid: z.array(z.string()),
  })
  .parse(JSON.parse(readFileSync(new URL('../vectors/periods.json', import.meta.url), 'utf8')))

const calendar = (
  now: string,
  zone = 'UTC',
  week_start: (typeof weekStarts)[number] = 'monday',
): CalendarContext => ({
  now: Date.parse(now),
  zone,
  week_start,
})

const may20 = calendar('2026-05-20T12:00Z')

/** A period in UTC as its days, `first..last`. */
const days = (input: string | PeriodInput, at = may20): string => {
  const { from, to } = resolvePeriod(typeof input === 'string' ? { period: input } : input, at, 'all_time')
  return `${from === null ? '' : dayOf(from, at.zone)}..${dayOf(to - 1, at.zone)}`
}

const before = (period: string, at = may20, compare = 'previous'): string => {
  const found = comparedPeriod(resolvePeriod({ period }, at, 'today'), at, compare)
  return `${dayOf(found.from ?? 0, at.zone)}..${dayOf(found.to - 1, at.zone)}`
}

const resolved = (period: string, at: CalendarContext) => resolvePeriod({ period }, at, 'today')

const pair = (from?: string, to?: string) =>
  periodText(resolvePeriod({ from, to }, calendar('2026-05-20T12:00Z', 'Europe/Berlin'), 'today'))

const refusal = (input: PeriodInput, at = may20) => {
  try {
    return resolvePeriod(input, at, 'today')
  } catch (error) {
    return error
  }
}

describe('a token is a stretch of calendar', () => {
  test.each(vectors.cases)(
    '$period at $now in $time_zone',
    ({ period, now, time_zone, week_start, from, to }) => {
      const found = resolvePeriod({ period }, calendar(now, time_zone, week_start), 'today')
      expect(periodText(found)).toMatchObject({ from, to, time_zone })
    },
  )

  test.each([
    ['2026-W53', '2026-12-28..2027-01-03'],
    ['2020-W53', '2020-12-28..2021-01-03'],
    ['2027-w01', '2027-01-04..2027-01-10'],
    ['2024-02', '2024-02-01..2024-02-29'],
    ['2024-02-29', '2024-02-29..2024-02-29'],
    ['2024', '2024-01-01..2024-12-31'],
    ['2026-Q4', '2026-10-01..2026-12-31'],
    ['2026 q1', '2026-01-01..2026-03-31'],
    ['2026_04', '2026-04-01..2026-04-30'],
    ['2026-03-01 .. 2026-03-31', '2026-03-01..2026-03-31'],
    ['2026-03-01..2026-03-01', '2026-03-01..2026-03-01'],
    ['last_1_days', '2026-05-20..2026-05-20'],
    ['Last 3660 Days', '2016-05-13..2026-05-20'],
    [' YEAR-to date ', '2026-01-01..2026-05-20'],
    ['all_time', '..2026-05-20'],
  ])('%s is %s', (token, expected) => {
    expect(days(token)).toBe(expected)
  })

  test('weeks of the calendar begin as the workspace says, ISO weeks on Monday', () => {
    const sunday = calendar('2026-05-17T12:00Z', 'UTC', 'sunday')
    expect(days('this_week', sunday)).toBe('2026-05-17..2026-05-23')
    expect(days('week_to_date', sunday)).toBe('2026-05-17..2026-05-17')
    expect(days('last week', sunday)).toBe('2026-05-10..2026-05-16')
    expect(days('2026-W20', sunday)).toBe('2026-05-11..2026-05-17')
    expect(days('this_week', calendar('2026-05-17T12:00Z', 'UTC', 'saturday'))).toBe('2026-05-16..2026-05-22')
  })

  test.each([
    ['last_month', '2026-01-15T12:00Z', '2025-12-01..2025-12-31'],
    ['last_month', '2026-03-31T12:00Z', '2026-02-01..2026-02-28'],
    ['last_quarter', '2026-02-28T12:00Z', '2025-10-01..2025-12-31'],
    ['last_week', '2026-01-01T12:00Z', '2025-12-22..2025-12-28'],
    ['this_quarter', '2026-12-31T23:59Z', '2026-10-01..2026-12-31'],
    ['last_12_months', '2024-02-29T12:00Z', '2023-03-01..2024-02-29'],
    ['last_year', '2025-01-01T00:00Z', '2024-01-01..2024-12-31'],
  ])('%s on %s is %s', (token, now, expected) => {
    expect(days(token, calendar(now))).toBe(expected)
  })

  test.each([
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z', '2011-12-30T10:00:00.000Z'],
    ['2011-12-31', 'Pacific/Apia', '2011-12-30T10:00:00.000Z', '2011-12-31T10:00:00.000Z'],
    ['2011-12', 'Pacific/Apia', '2011-12-01T10:00:00.000Z', '2011-12-31T10:00:00.000Z'],
    ['2024-04-26', 'Africa/Cairo', '2024-04-25T22:00:00.000Z', '2024-04-26T21:00:00.000Z'],
    ['2026-04-05', 'Australia/Lord_Howe', '2026-04-04T13:00:00.000Z', '2026-04-05T13:30:00.000Z'],
    ['2018-W44', 'America/Sao_Paulo', '2018-10-29T03:00:00.000Z', '2018-11-05T02:00:00.000Z'],
  ])('%s in %s', (period, time_zone, from, to) => {
    expect(periodText(resolvePeriod({ period, time_zone }, may20, 'today'))).toEqual({
      token: period,
      from,
      to,
      time_zone,
    })
  })

  test.each([
    ['Last-Week', 'last_week'],
    ['2026 q2', '2026-Q2'],
    ['2026-w05', '2026-W05'],
    ['last 007 days', 'last_7_days'],
    ['2026_03_01..2026-03-31', '2026-03-01..2026-03-31'],
  ])('%s is repeated as %s', (said, token) => {
    expect(resolvePeriod({ period: said }, may20, 'today').token).toBe(token)
  })

  test('none said is the fallback', () => {
    expect(resolvePeriod({}, may20, 'this_month').token).toBe('this_month')
    expect(resolvePeriod({ period: '', from: '', to: '' }, may20, 'this_month').token).toBe('this_month')
  })

  test('the zone of the call goes before the workspace', () => {
    const found = resolvePeriod({ period: 'today', time_zone: 'asia/kathmandu' }, may20, 'today')
    expect(periodText(found)).toMatchObject({ from: '2026-05-19T18:15:00.000Z', time_zone: 'Asia/Kathmandu' })
    expect(refusal({ period: 'today', time_zone: 'Mars/Phobos' })).toMatchObject({ code: 'validation_error' })
  })

  test('all time has no from on the wire', () => {
    const text = periodText(resolvePeriod({ period: 'all_time' }, may20, 'today'))
    expect(text).toEqual({ token: 'all_time', to: '2026-05-21T00:00:00.000Z', time_zone: 'UTC' })
    expect(periodShape.parse(text)).toEqual(text)
  })

  test.each([
    ...vectors.invalid,
    'x',
    '2025-W53',
    '2026-W00',
    '2026-W5',
    '2026-Q0',
    '2026-00',
    '2026-5',
    '2026-2-1',
    '1969',
    '2101',
    '0070-Q1',
    '2025-02-29',
    '26',
    '2026-',
    '2026..2027',
    '2026-03-01..',
    '..2026-03-01',
    '2026-03-01..2026-03-02..2026-03-03',
    'last_3661_days',
    'last_-1_days',
    'last_days',
    'last_N_days',
    'this_day',
    'day_to_date',
    'custom',
    'previous',
    'constructor',
    '__proto__',
  ])('%s is refused, with the tokens', period => {
    const error = refusal({ period })
    expect(error).toMatchObject({ code: 'invalid_period', details: { known: periodTokens } })
    expect(error).toMatchObject({ hint: expect.stringContaining('last_12_months') })
  })
})

test('ten kilobytes of anything are refused at once and not repeated', () => {
  for (const part of [' ', 'today', '1 ', '-', '..', '2026-03-01..']) {
    expect(refusal({ period: part.repeat(10_000) })).toMatchObject({
      code: 'invalid_period',
      message: expect.stringMatching(/^.{1,100}$/),
    })
  }
})

describe('a pair is a stretch from one to the other', () => {
  test('bare days are both in it', () => {
    expect(pair('2026-03-01', '2026-03-31')).toEqual({
      token: 'custom',
      from: '2026-02-28T23:00:00.000Z',
      to: '2026-03-31T22:00:00.000Z',
      time_zone: 'Europe/Berlin',
    })
  })

  test('instants are half-open, with offset or local', () => {
    expect(pair('2026-03-01T09:00:00Z', '2026-03-01T18:00')).toMatchObject({
      from: '2026-03-01T09:00:00.000Z',
      to: '2026-03-01T17:00:00.000Z',
    })
  })

  test('one of them is enough', () => {
    expect(pair('2026-05-18')).toMatchObject({
      from: '2026-05-17T22:00:00.000Z',
      to: '2026-05-20T22:00:00.000Z',
    })
    expect(pair(undefined, '2026-05-18')).toEqual({
      token: 'custom',
      to: '2026-05-18T22:00:00.000Z',
      time_zone: 'Europe/Berlin',
    })
  })

  test.each([
    [{ from: '2026-03-31', to: '2026-03-01' }, 'lies after'],
    [{ from: '2026-03-01T09:00:01Z', to: '2026-03-01T09:00:00Z' }, 'lies after'],
    [{ from: '2026-03-02', to: '2026-03-01' }, 'lies after'],
    [{ from: '2026-05-21' }, 'lies after'],
    [{ from: 'spring' }, 'no time'],
    [{ to: '2026-02-30' }, 'no time'],
    [{ period: 'today', from: '2026-03-01' }, 'not both'],
    [{ period: 'today', to: '2026-03-01' }, 'not both'],
  ])('%j is refused', (input, why) => {
    expect(refusal(input)).toMatchObject({
      code: 'invalid_period',
      message: expect.stringContaining(why),
      details: { known: periodTokens },
    })
  })
})

describe('the previous period', () => {
  test.each([
    ['today', '2026-05-19..2026-05-19'],
    ['yesterday', '2026-05-18..2026-05-18'],
    ['2026-03-01', '2026-02-28..2026-02-28'],
    ['this_week', '2026-05-11..2026-05-17'],
    ['last_week', '2026-05-04..2026-05-10'],
    ['2026-W01', '2025-12-22..2025-12-28'],
    ['this_month', '2026-04-01..2026-04-30'],
    ['last_month', '2026-03-01..2026-03-31'],
    ['2024-03', '2024-02-01..2024-02-29'],
    ['this_quarter', '2026-01-01..2026-03-31'],
    ['2026-Q1', '2025-10-01..2025-12-31'],
    ['last_year', '2024-01-01..2024-12-31'],
    ['2026', '2025-01-01..2025-12-31'],
    ['week_to_date', '2026-05-11..2026-05-13'],
    ['month_to_date', '2026-04-01..2026-04-20'],
    ['quarter_to_date', '2026-01-01..2026-02-19'],
    ['year_to_date', '2025-01-01..2025-05-20'],
    ['last_7_days', '2026-05-07..2026-05-13'],
    ['last_12_months', '2024-06-01..2025-05-31'],
    ['2026-03-01..2026-03-10', '2026-02-19..2026-02-28'],
  ])('of %s is %s', (period, expected) => {
    expect(before(period)).toBe(expected)
  })

  test('to date ends with the unit where that is shorter', () => {
    expect(before('month_to_date', calendar('2026-03-31T12:00Z'))).toBe('2026-02-01..2026-02-28')
    expect(before('month_to_date', calendar('2024-03-31T12:00Z'))).toBe('2024-02-01..2024-02-29')
    expect(before('year_to_date', calendar('2024-12-31T12:00Z'))).toBe('2023-01-01..2023-12-31')
  })

  test('of a week is a week, however weeks begin', () => {
    const sunday = calendar('2026-05-20T12:00Z', 'UTC', 'sunday')
    expect(before('this_week', sunday)).toBe('2026-05-10..2026-05-16')
    expect(before('2026-W20', sunday)).toBe('2026-05-04..2026-05-10')
  })

  test('keeps the zone of the period and is named for what it is', () => {
    const period = resolvePeriod({ period: 'this_month', time_zone: 'Pacific/Chatham' }, may20, 'today')
    expect(comparedPeriod(period, may20, 'Previous')).toMatchObject({
      token: '2026-04',
      time_zone: 'Pacific/Chatham',
    })
    expect(comparedPeriod(period, may20, 'last year')).toMatchObject({
      token: 'last_year',
      time_zone: 'Pacific/Chatham',
    })
  })

  test('of a pair of days is as many days; of instants the same length', () => {
    const berlin = calendar('2026-05-20T12:00Z', 'Europe/Berlin')
    const previous = (from: string, to: string) =>
      periodText(comparedPeriod(resolvePeriod({ from, to }, berlin, 'today'), berlin, 'previous'))
    // The seven days before have the short Sunday in them.
    expect(previous('2026-03-30', '2026-04-05')).toMatchObject({
      token: 'custom',
      from: '2026-03-22T23:00:00.000Z',
      to: '2026-03-29T22:00:00.000Z',
    })
    expect(previous('2026-03-30T09:00Z', '2026-03-30T12:00Z')).toMatchObject({
      from: '2026-03-30T06:00:00.000Z',
      to: '2026-03-30T09:00:00.000Z',
    })
  })

  test('does not exist without a beginning', () => {
    for (const input of [{ period: 'all_time' }, { to: '2026-05-01' }]) {
      const period = resolvePeriod(input, may20, 'today')
      expect(() => comparedPeriod(period, may20, 'previous')).toThrow(
        expect.objectContaining({ code: 'invalid_period' }),
      )
      expect(comparedPeriod(period, may20, 'last_week').token).toBe('last_week')
    }
  })

  test('an unknown one is refused, with the tokens', () => {
    const period = resolvePeriod({}, may20, 'today')
    expect(() => comparedPeriod(period, may20, 'the_one_before')).toThrow(
      expect.objectContaining({ code: 'invalid_period', details: { known: ['previous', ...periodTokens] } }),
    )
  })
})

describe('in every zone, at every time', () => {
  const anywhere = fc.record({
    now: fc.integer({ min: Date.parse('1995-01-01T00:00Z'), max: Date.parse('2037-12-31T00:00Z') }),
    zone: fc.constantFrom(
      'Europe/Berlin',
      'America/St_Johns',
      'Pacific/Apia',
      'Pacific/Kwajalein',
      'Pacific/Kiritimati',
      'Africa/Cairo',
      'Africa/Casablanca',
      'Asia/Kathmandu',
      'Asia/Gaza',
      'Asia/Tehran',
      'Australia/Lord_Howe',
      'Pacific/Chatham',
      'America/Sao_Paulo',
      'America/Caracas',
      'Antarctica/Casey',
      'Antarctica/Troll',
    ),
    week_start: fc.constantFrom(...weekStarts),
  })
  test('the last one ends where this one begins', () => {
    fc.assert(
      fc.property(anywhere, fc.constantFrom('week', 'month', 'quarter', 'year'), (at, unit) => {
        const [last, current, toDate] = [`last_${unit}`, `this_${unit}`, `${unit}_to_date`].map(token =>
          resolved(token, at),
        )
        expect(last?.to).toBe(current?.from)
        expect(toDate?.from).toBe(current?.from)
        expect(current?.from).toBeLessThanOrEqual(at.now)
        expect(current?.to).toBeGreaterThan(at.now)
        expect(toDate?.to).toBe(resolved('today', at).to)
        expect(resolved('yesterday', at).to).toBe(resolved('today', at).from)
      }),
    )
  })

  test('the previous one ends where its period begins, or earlier when to date', () => {
    const token = fc.constantFrom(...periodTokens.filter(token => token !== 'all_time'))
    fc.assert(
      fc.property(anywhere, token, (at, token) => {
        const period = resolved(token, at)
        const previous = comparedPeriod(period, at, 'previous')
        if (token.endsWith('to_date')) expect(previous.to).toBeLessThanOrEqual(period.from ?? 0)
        else expect(previous.to).toBe(period.from)
        expect(resolved(previous.token, at)).toEqual(previous)
      }),
    )
  })

  test('the ISO week of a day has that day in it', () => {
    fc.assert(
      fc.property(anywhere, at => {
        const day = dayOf(at.now, at.zone)
        const { weekOfYear, yearOfWeek } = Temporal.PlainDate.from(day)
        const week = resolved(`${yearOfWeek}-W${String(weekOfYear).padStart(2, '0')}`, at)
        expect(week.from).toBe(startOfDay(weekOf(day, 'monday'), at.zone))
        expect(week.to).toBe(startOfDay(addDays(weekOf(day, 'monday'), 7), at.zone))
      }),
    )
  })

  test('a month is its days', () => {
    fc.assert(
      fc.property(anywhere, at => {
        const month = resolved('this_month', at)
        let day = dayOf(month.from ?? 0, at.zone)
        let to = month.from
        for (; day < dayOf(month.to, at.zone); day = addDays(day, 1)) {
          const one = resolved(day, at)
          expect(one.from).toBe(to)
          to = one.to
        }
        expect(to).toBe(month.to)
        expect(toText(month.to)).toBe(periodText(month).to)
      }),
      { numRuns: 30 },
    )
  })
})
