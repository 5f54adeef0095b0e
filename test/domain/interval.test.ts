import { describe, expect, it } from 'vitest'
import { wholeSecond } from '../../src/domain/instant.ts'
import { type Interval, overlap, subtract, total, union } from '../../src/domain/interval.ts'

/** `from('[--)  [-)')`: each column is one millisecond. */
function from(drawing: string): Interval[] {
  return [...drawing.matchAll(/\[-*\)/g)].map(({ index, 0: drawn }) => ({
    start: index,
    end: index + drawn.length - 1,
  }))
}

describe('intervals are half-open', () => {
  it('two that touch share nothing', () => {
    expect(overlap({ start: 0, end: 5 }, { start: 5, end: 9 })).toBeNull()
    expect(overlap({ start: 0, end: 6 }, { start: 5, end: 9 })).toEqual({ start: 5, end: 6 })
  })

  it('a union joins what overlaps and what touches, whatever the order', () => {
    const a = from('[---)   [---)')
    const b = from('   [--)      ')
    expect(union([...a, ...b])).toEqual(from('[-----) [---)'))
    expect(
      union([
        { start: 5, end: 9 },
        { start: 0, end: 5 },
      ]),
    ).toEqual([{ start: 0, end: 9 }])
    expect(union([{ start: 4, end: 4 }])).toEqual([])
  })

  it('subtracting leaves the pieces of each, even where they overlap one another', () => {
    expect(subtract(from('[----------)  [---)'), from('   [--)         [-----)'))).toEqual(
      from('[--)  [----)  [-)'),
    )
    const both = [
      { start: 0, end: 10, of: 'a' },
      { start: 2, end: 12, of: 'b' },
    ]
    expect(subtract(both, [{ start: 4, end: 6 }])).toEqual([
      { start: 0, end: 4, of: 'a' },
      { start: 6, end: 10, of: 'a' },
      { start: 2, end: 4, of: 'b' },
      { start: 6, end: 12, of: 'b' },
    ])
    expect(subtract(from('[---)'), from('[---)'))).toEqual([])
    expect(subtract(from('[---)'), [])).toEqual(from('[---)'))
  })

  it('a total counts what overlaps more than once', () => {
    expect(
      total([
        { start: 0, end: 10 },
        { start: 5, end: 10 },
      ]),
    ).toBe(15)
  })

  it('an instant is cut down to its second, before the epoch too', () => {
    expect([1999, 2000, -1].map(wholeSecond)).toEqual([1000, 2000, -1000])
  })
})
