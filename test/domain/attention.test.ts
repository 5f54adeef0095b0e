import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attention, type Claim } from '../../src/domain/attention.ts'

const claim = (host_session: string, start: number, end: number): Claim => ({
  host: 'codex',
  host_session,
  start,
  end,
})

function kept(claims: Claim[], handSet: { start: number; end: number }[] = []): string[] {
  return attention(claims, handSet).map(({ host_session, start, end }) => `${host_session} ${start}-${end}`)
}

describe('one person has one attention', () => {
  it('what overlaps belongs to the claim that ends first', () => {
    expect(kept([claim('a', 0, 20), claim('b', 10, 15)])).toEqual(['a 0-10', 'b 10-15', 'a 15-20'])
  })

  it('then to the one that starts first, then to the lower key', () => {
    expect(kept([claim('a', 5, 20), claim('b', 0, 20)])).toEqual(['b 0-20'])
    expect(kept([claim('b', 0, 20), claim('a', 0, 20)])).toEqual(['a 0-20'])
    expect(kept([{ ...claim('a', 0, 20), host: 'gemini' }, claim('b', 0, 20)])).toEqual(['b 0-20'])
  })

  it('a hand-set beat takes it from all, and who ends first is asked of whole claims', () => {
    //  hand            [----)
    //  a    [---------------------)
    //  b        [---------)            ends first, though the hand-set beat takes its end
    expect(kept([claim('a', 0, 30), claim('b', 5, 18)], [{ start: 14, end: 22 }])).toEqual([
      'a 0-5',
      'b 5-14',
      'a 22-30',
    ])
  })

  it('touching claims all count', () => {
    expect(kept([claim('a', 0, 10), claim('b', 10, 20)])).toEqual(['a 0-10', 'b 10-20'])
  })

  it('three at once', () => {
    expect(kept([claim('a', 0, 100), claim('b', 10, 90), claim('c', 20, 30)])).toEqual([
      'a 0-10',
      'b 10-20',
      'c 20-30',
      'b 30-90',
      'a 90-100',
    ])
  })

  it('is the same as asking at each moment who comes first', () => {
    const stretch = fc
      .tuple(fc.nat(20), fc.nat(12))
      .map(([start, length]) => ({ start, end: start + length + 1 }))
    const claims = fc
      .array(stretch, { maxLength: 8 })
      .map(all => all.map(({ start, end }, index) => claim(String(index), start, end)))
    fc.assert(
      fc.property(claims, fc.array(stretch, { maxLength: 2 }), (claims, handSet) => {
        const pieces = attention(claims, handSet)
        for (let moment = 0; moment < 40; moment++) {
          const there = ({ start, end }: { start: number; end: number }) => start <= moment && moment < end
          const [first] = claims
            .filter(there)
            .toSorted(
              (a, b) => a.end - b.end || a.start - b.start || (a.host_session < b.host_session ? -1 : 1),
            )
          const owner = handSet.some(there) ? [] : first ? [first.host_session] : []
          expect(pieces.filter(there).map(({ host_session }) => host_session)).toEqual(owner)
        }
      }),
    )
  })
})
