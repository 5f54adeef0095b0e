import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { instant, toText, wholeSecond } from '../../src/domain/instant.ts'

test('an instant is UTC text with milliseconds', () => {
  expect(toText(Date.UTC(2026, 6, 1, 9))).toBe('2026-07-01T09:00:00.000Z')
  expect(toText(0)).toBe('1970-01-01T00:00:00.000Z')
  expect(toText(-1)).toBe('1969-12-31T23:59:59.999Z')
})

test('what is written is what Date writes, and reads back, in any order of days', () => {
  const ms = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2200, 0, 1) })
  fc.assert(
    fc.property(ms, at => {
      expect(toText(at)).toBe(new Date(at).toISOString())
      expect(Date.parse(toText(at))).toBe(at)
    }),
  )
})

test('seconds are cut down, also before 1970', () => {
  expect(wholeSecond(1999)).toBe(1000)
  expect(wholeSecond(2000)).toBe(2000)
  expect(wholeSecond(-1)).toBe(-1000)
})

test('the shape costs a tool list no more than its format', () => {
  const { $schema: _, ...shape } = z.toJSONSchema(instant, { io: 'input' })
  expect(JSON.stringify(shape)).toBe('{"type":"string","format":"date-time"}')
})
