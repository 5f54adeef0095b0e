import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Context } from '../../src/core/context.ts'
import { instantWithin, movedPlacement, placementOf } from '../../src/core/placement.ts'
import { firstDayFrom } from '../../src/core/time.ts'
import { toText } from '../../src/domain/instant.ts'
import { addDays, dayOf, startOfDay } from '../../src/domain/zone.ts'

const now = Date.parse('2026-05-20T10:00:00Z')
// placement looks at no more of a context than this
const contextIn = (zone: string): Context => ({ now, workspace: { zone } }) as Context
const context = contextIn('Europe/Berlin')
const place = (said: object) => placementOf(context, said, [])

describe('a placement', () => {
  test('of a day without a clock time sorts as its start in the zone of the workspace', () => {
    const said = { date: '2026-05-04', duration: '1h', time_zone: 'Asia/Tokyo' }
    expect(place(said)).toEqual({
      started_at: null,
      ended_at: null,
      date: '2026-05-04',
      sort_at: startOfDay('2026-05-04', 'Europe/Berlin'),
      seconds: 3600,
    })
  })

  test('takes the end on the day of its start', () => {
    expect(place({ start: '2026-05-04T09:00', end: '10:30' }).seconds).toBe(5400)
    expect(place({ date: '2026-05-04', start: '9:05', end: '9:06:30' })).toMatchObject({
      date: '2026-05-04',
      seconds: 90,
    })
  })

  test('is always a whole number of seconds, no longer than a day and not in the future', () => {
    const time = fc.date({
      min: new Date(now - 3 * 86_400_000),
      max: new Date(now + 86_400_000),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(time, time, (one, other) => {
        try {
          const { ended_at, seconds, sort_at, started_at } = place({
            start: one.toISOString(),
            end: other.toISOString(),
          })
          expect(Number.isInteger(seconds) && seconds > 0 && seconds <= 86_400).toBe(true)
          expect((ended_at ?? 0) - (started_at ?? 0)).toBe(seconds * 1000)
          expect(sort_at).toBe(started_at)
          expect(ended_at).toBeLessThanOrEqual(now)
        } catch (error) {
          expect(error).toMatchObject({ code: 'validation_error' })
        }
      }),
    )
  })
})

describe('a moved placement', () => {
  const before = place({ start: '2026-05-18T22:00', end: '2026-05-19T01:00' })
  const moved = (said: object) => {
    const found = movedPlacement(context, before, said, [])
    return found && [toText(found.started_at ?? 0).slice(5, 16), toText(found.ended_at ?? 0).slice(5, 16)]
  }

  test('is none when nothing was said of it', () => {
    expect(movedPlacement(context, before, { time_zone: 'UTC' }, [])).toBe(undefined)
  })

  test.each([
    [{ start: '23:00' }, '05-18T21:00', '05-18T23:00'],
    [{ end: '23:30' }, '05-18T20:00', '05-18T21:30'],
    [{ end: '00:30' }, '05-18T20:00', '05-18T22:30'],
    [{ duration: '1h' }, '05-18T20:00', '05-18T21:00'],
    [{ date: '2026-05-04' }, '05-04T20:00', '05-04T23:00'],
    [{ date: '2026-05-04', start: '08:00' }, '05-04T06:00', '05-04T09:00'],
    [{ date: '2026-05-04', end: '23:00' }, '05-04T20:00', '05-04T21:00'],
    [{ date: '2026-05-04', end: '00:15' }, '05-04T20:00', '05-04T22:15'],
    [{ start: '2026-05-04T08:00', end: '09:00' }, '05-04T06:00', '05-04T07:00'],
    [{ start: '20:00', time_zone: 'UTC', end: '21:00' }, '05-18T20:00', '05-18T21:00'],
  ])('with %o', (said, start, end) => {
    expect(moved(said)).toEqual([start, end])
  })

  test('tells of a time that the clocks skip', () => {
    const notes: string[] = []
    const winter = place({ start: '2026-03-29T01:30', end: '2026-03-29T04:00' })
    expect(movedPlacement(context, winter, { start: '02:15' }, notes)?.seconds).toBe(2700)
    expect(notes).toEqual([expect.stringContaining('02:15')])
  })
})

describe('a moment in an entry', () => {
  const night = { start: Date.parse('2026-05-18T20:00:00Z'), end: Date.parse('2026-05-19T00:00:00Z') }
  test.each([
    ['23:00', '2026-05-18T21:00:00.000Z'],
    ['01:30', '2026-05-18T23:30:00.000Z'],
    ['2026-05-18T21:00:00Z', '2026-05-18T21:00:00.000Z'],
  ])('%s', (text, at) => {
    expect(toText(instantWithin(context, text, night, [], undefined))).toBe(at)
  })
})

describe('the first day from an instant', () => {
  const zones = [
    'Europe/Berlin',
    'Pacific/Apia',
    'America/Sao_Paulo',
    'Africa/Cairo',
    'Asia/Kathmandu',
    'UTC',
  ] as const
  test('is the first that does not begin before it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 4_000_000_000 }), (zone, second) => {
        const at = second * 1000
        const day = firstDayFrom(at, zone)
        expect(startOfDay(day, zone)).toBeGreaterThanOrEqual(at)
        expect(startOfDay(addDays(day, -1), zone)).toBeLessThanOrEqual(at)
        expect(firstDayFrom(startOfDay(dayOf(at, zone), zone), zone)).toBe(dayOf(at, zone))
      }),
    )
  })
})
