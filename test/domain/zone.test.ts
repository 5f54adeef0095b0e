import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { toText } from '../../src/domain/instant.ts'
import {
  addDays,
  checkedZone,
  dayOf,
  daysBetween,
  monthOf,
  parseDay,
  parseInstant,
  splitByDay,
  startOfDay,
  weekOf,
} from '../../src/domain/zone.ts'

const hour = 3_600_000
const at = (text: string) => Date.parse(text)

const nastyZones = [
  'Europe/Berlin',
  'America/St_Johns', // went back at 00:01
  'Pacific/Apia', // left out 2011-12-30
  'Pacific/Kwajalein', // left out 1993-08-21
  'Pacific/Kiritimati', // left out 1994-12-31 or 1995-01-01
  'Africa/Cairo', // begins summer at midnight
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'Asia/Gaza',
  'Asia/Tehran',
  'Asia/Pyongyang',
  'Australia/Lord_Howe', // half an hour of summer time
  'Pacific/Chatham',
  'America/Sao_Paulo', // changed at midnight
  'America/Caracas',
  'Antarctica/Casey', // went back three hours across midnight
  'Antarctica/Troll',
]
const zone = fc.constantFrom(...nastyZones)
const instant = fc
  .integer({ min: at('1995-01-01T00:00Z') / 1000, max: at('2037-12-31T00:00Z') / 1000 })
  .map(s => s * 1000)
const length = fc.integer({ min: 1, max: 20 * 86_400 }).map(s => s * 1000)

const sum = (parts: { start: number; end: number }[]) =>
  parts.reduce((all, part) => all + part.end - part.start, 0)

function byDay(parts: { day: string; start: number; end: number }[]): Record<string, number> {
  const totals: Record<string, number> = {}
  for (const { day, start, end } of parts) totals[day] = (totals[day] ?? 0) + end - start
  return totals
}

describe('a zone', () => {
  test('is known by its IANA name, however it is written', () => {
    expect(checkedZone('Europe/Berlin')).toBe('Europe/Berlin')
    expect(checkedZone(' asia/kathmandu ')).toBe('Asia/Kathmandu')
    expect(checkedZone('utc')).toBe('UTC')
    expect(checkedZone('america/port-au-prince')).toBe('America/Port-au-Prince')
  })

  test.each(['', 'Mars/Phobos', '+02:00', 'Z', 'PST', '2020-01-01T00:00Z[Europe/Berlin]', 'x'.repeat(80)])(
    '%s is none',
    text => {
      expect(() => checkedZone(text)).toThrow(
        expect.objectContaining({ code: 'validation_error', hint: expect.stringContaining('Europe/Berlin') }),
      )
    },
  )
})

describe('a day', () => {
  test.each([
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', 23],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', 25],
    ['2026-05-20', 'Asia/Kathmandu', '2026-05-19T18:15:00.000Z', 24],
    ['2024-04-26', 'Africa/Cairo', '2024-04-25T22:00:00.000Z', 23],
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z', 23],
    ['2018-02-17', 'America/Sao_Paulo', '2018-02-17T02:00:00.000Z', 25],
    ['2026-04-05', 'Australia/Lord_Howe', '2026-04-04T13:00:00.000Z', 24.5],
    ['2026-10-04', 'Australia/Lord_Howe', '2026-10-03T13:30:00.000Z', 23.5],
    ['2026-09-27', 'Pacific/Chatham', '2026-09-26T11:15:00.000Z', 23],
    ['2006-10-29', 'America/St_Johns', '2006-10-29T02:30:00.000Z', 25],
    ['2011-12-29', 'Pacific/Apia', '2011-12-29T10:00:00.000Z', 24],
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z', 0],
    ['2011-12-31', 'Pacific/Apia', '2011-12-30T10:00:00.000Z', 24],
  ])('%s in %s begins at %s and lasts %d hours', (day, zone, start, hours) => {
    expect(toText(startOfDay(day, zone))).toBe(start)
    expect((startOfDay(addDays(day, 1), zone) - startOfDay(day, zone)) / hour).toBe(hours)
  })

  test('that the zone left out has no time; the next has it', () => {
    const midnight = at('2011-12-30T10:00Z')
    expect(dayOf(midnight - 1, 'Pacific/Apia')).toBe('2011-12-29')
    expect(dayOf(midnight, 'Pacific/Apia')).toBe('2011-12-31')
    expect(splitByDay(midnight - hour, midnight + hour, 'Pacific/Apia').map(part => part.day)).toEqual([
      '2011-12-29',
      '2011-12-31',
    ])
  })

  test('does not come back when the clocks go back across midnight', () => {
    const midnight = at('2006-10-29T02:30Z')
    expect(splitByDay(midnight - hour, midnight + 25 * hour, 'America/St_Johns')).toEqual([
      { day: '2006-10-28', start: midnight - hour, end: midnight },
      { day: '2006-10-29', start: midnight, end: midnight + 25 * hour },
    ])
  })

  test('of an instant is the one the wall shows, but where the clocks went back across midnight', () => {
    const across = ['America/St_Johns', 'Antarctica/Casey', 'Asia/Gaza']
    const zones = nastyZones.filter(zone => !across.includes(zone))
    const walls = new Map(zones.map(zone => [zone, new Intl.DateTimeFormat('en-CA', { timeZone: zone })]))
    fc.assert(
      fc.property(fc.constantFrom(...zones), instant, (zone, ms) => {
        expect(dayOf(ms, zone)).toBe(walls.get(zone)?.format(ms))
      }),
      { numRuns: 2000 },
    )
  })

  test('is said as it is written', () => {
    expect(parseDay(' 2028-02-29 ', 'date')).toBe('2028-02-29')
    for (const text of [
      '2026-02-29',
      '2026-13-01',
      '2026-00-10',
      '2026-5-4',
      '20260504',
      '1969-12-31',
      '2101-01-01',
      '',
    ]) {
      expect(() => parseDay(text, 'date')).toThrow(expect.objectContaining({ code: 'validation_error' }))
    }
  })
})

describe('an entry split by day', () => {
  test('is nothing when it has no length', () => {
    expect(splitByDay(1000, 1000, 'UTC')).toEqual([])
  })

  test('has parts that add up, on days that rise, none longer than its day', () => {
    fc.assert(
      fc.property(zone, instant, length, (zone, start, length) => {
        const parts = splitByDay(start, start + length, zone)
        expect(sum(parts)).toBe(length)
        expect(parts[0]?.start).toBe(start)
        parts.forEach((part, i) => {
          expect(part.end).toBeGreaterThan(part.start)
          expect(part.start).toBeGreaterThanOrEqual(startOfDay(part.day, zone))
          expect(part.end).toBeLessThanOrEqual(startOfDay(addDays(part.day, 1), zone))
          if (i > 0) expect(part.day > (parts[i - 1]?.day ?? '')).toBe(true)
        })
      }),
      { numRuns: 1000 },
    )
  })

  test('keeps the total of every day when it is cut in two anywhere', () => {
    fc.assert(
      fc.property(
        zone,
        instant,
        length,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (zone, start, length, where) => {
          const end = start + length
          const cut = start + Math.floor(length * where)
          const halves = [...splitByDay(start, cut, zone), ...splitByDay(cut, end, zone)]
          expect(byDay(halves)).toEqual(byDay(splitByDay(start, end, zone)))
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('has weeks that are the sum of their days, wherever weeks begin', () => {
    const weekStart = fc.constantFrom('monday' as const, 'sunday' as const, 'saturday' as const)
    fc.assert(
      fc.property(zone, instant, length, weekStart, (zone, start, length, weekStart) => {
        const end = start + length
        const days = byDay(splitByDay(start, end, zone))
        const weeks = new Set(Object.keys(days).map(day => weekOf(day, weekStart)))
        for (const week of weeks) {
          const from = Math.max(start, startOfDay(week, zone))
          const to = Math.min(end, startOfDay(addDays(week, 7), zone))
          const inWeek = Object.entries(days).filter(([day]) => weekOf(day, weekStart) === week)
          expect(inWeek.reduce((all, [, ms]) => all + ms, 0)).toBe(to - from)
        }
      }),
    )
  })
})

describe('the calendar', () => {
  test('adds days across months, years and 29 February', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28')
    expect(daysBetween('2028-02-28', '2028-03-01')).toBe(2)
  })

  test('knows the week and the month of a day', () => {
    expect(weekOf('2026-05-20', 'monday')).toBe('2026-05-18')
    expect(weekOf('2026-05-18', 'monday')).toBe('2026-05-18')
    expect(weekOf('2026-05-17', 'monday')).toBe('2026-05-11')
    expect(weekOf('2026-05-17', 'sunday')).toBe('2026-05-17')
    expect(weekOf('2026-05-20', 'saturday')).toBe('2026-05-16')
    expect(weekOf('1970-01-01', 'monday')).toBe('1969-12-29')
    expect(monthOf('2026-05-20')).toBe('2026-05')
  })
})

describe('a time is read', () => {
  const berlin = { now: at('2026-05-20T21:30Z'), zone: 'Europe/Berlin' }

  test.each([
    ['2026-05-04T09:00:00+02:00', '2026-05-04T07:00:00.000Z'],
    ['2026-05-04T09:00:00Z', '2026-05-04T09:00:00.000Z'],
    ['2026-05-04t09:00z', '2026-05-04T09:00:00.000Z'],
    ['2026-05-04T09:00:00.123456Z', '2026-05-04T09:00:00.123Z'],
    ['2026-05-04T09:00:00.5Z', '2026-05-04T09:00:00.500Z'],
    ['2026-05-04T09:00-0330', '2026-05-04T12:30:00.000Z'],
    ['2026-05-04 09:00 +05:45', '2026-05-04T03:15:00.000Z'],
    ['2026-05-04T09:00+02', '2026-05-04T07:00:00.000Z'],
    ['2026-05-04T09:00', '2026-05-04T07:00:00.000Z'],
    [' 2026-05-04 09:00 ', '2026-05-04T07:00:00.000Z'],
    ['2026-01-04 9:00:30', '2026-01-04T08:00:30.000Z'],
    ['09:00', '2026-05-20T07:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['2100-12-31T23:59:59Z', '2100-12-31T23:59:59.000Z'],
  ])('%s is %s', (text, expected) => {
    const { at, ...rest } = parseInstant(text, berlin)
    expect([toText(at), rest]).toEqual([expected, {}])
  })

  test('a bare time is today in the zone of the call', () => {
    const now = at('2026-05-20T23:30Z')
    expect(toText(parseInstant('09:00', { now, zone: 'Europe/Berlin' }).at)).toBe('2026-05-21T07:00:00.000Z')
    expect(toText(parseInstant('09:00', { now, zone: 'America/St_Johns' }).at)).toBe(
      '2026-05-20T11:30:00.000Z',
    )
  })

  test.each([
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z', '2026-03-29T03:30'],
    ['2026-10-04T02:15', 'Australia/Lord_Howe', '2026-10-03T15:45:00.000Z', '2026-10-04T02:45'],
    ['2024-04-26T00:00', 'Africa/Cairo', '2024-04-25T22:00:00.000Z', '2024-04-26T01:00'],
    ['2011-12-30T09:00', 'Pacific/Apia', '2011-12-30T19:00:00.000Z', '2011-12-31T09:00'],
  ])('%s does not exist in %s and moves forward to %s', (text, zone, expected, instead) => {
    const read = parseInstant(text, { now: 0, zone })
    expect(toText(read.at)).toBe(expected)
    expect(read.moved).toContain(`${text} does not exist in ${zone}`)
    expect(read.moved).toContain(instead)
  })

  test.each([
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['2026-04-05T01:45', 'Australia/Lord_Howe', '2026-04-04T14:45:00.000Z'],
    ['2006-10-29T00:00', 'America/St_Johns', '2006-10-29T02:30:00.000Z'],
  ])('%s comes twice in %s: the earlier', (text, zone, expected) => {
    expect(parseInstant(text, { now: 0, zone })).toEqual({ at: at(expected) })
  })

  test.each([
    '',
    'now',
    'tomorrow',
    '2026-05-04',
    '24:00',
    '25:00',
    '09:60',
    '9',
    '09:00Z',
    '09:00+02:00',
    '2026-02-30T09:00',
    '2026-05-04T09',
    '2026-05-04T09:00:61Z',
    '2026-05-04T09:00+25:00',
    '2026-05-04T09:00+02:75',
    '2026-05-04T09:00 02:00',
    '1969-12-31T23:59:59Z',
    '2101-01-01T00:00Z',
    '1969-05-04T09:00',
    '+002026-05-04T09:00Z',
    '1714550400',
    '9'.repeat(60),
  ])('%s is refused', text => {
    expect(() => parseInstant(text, berlin)).toThrow(expect.objectContaining({ code: 'validation_error' }))
  })

  test('what is written reads back, in every zone', () => {
    fc.assert(
      fc.property(zone, instant, fc.integer({ min: 0, max: 999 }), (zone, second, ms) => {
        expect(parseInstant(toText(second + ms), { now: 0, zone })).toEqual({ at: second + ms })
      }),
    )
  })
})

describe("the machine's own zone", () => {
  const own = process.env.TZ
  afterEach(() => {
    if (own === undefined) delete process.env.TZ
    else process.env.TZ = own
  })

  test('changes no answer', async () => {
    const answers = []
    for (const machine of ['UTC', 'America/St_Johns', 'Pacific/Chatham', 'Asia/Kathmandu']) {
      process.env.TZ = machine
      expect(new Date(2026, 0, 1).getTime() === at('2026-01-01T00:00Z')).toBe(machine === 'UTC')
      vi.resetModules() // days are kept once computed
      const fresh = await import('../../src/domain/zone.ts')
      answers.push(
        nastyZones.map(zone => [
          fresh.splitByDay(at('2026-03-25T10:00Z'), at('2026-04-07T10:00Z'), zone),
          fresh.parseInstant('2026-03-29T02:30', { now: 0, zone }),
          fresh.weekOf('2026-03-29', 'monday'),
          fresh.parseDay('2026-03-29', 'date'),
          fresh.startOfDay('2026-10-25', zone),
        ]),
      )
    }
    for (const answer of answers) expect(answer).toEqual(answers[0])
  })
})
