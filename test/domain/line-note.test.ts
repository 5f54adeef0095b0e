import { describe, expect, it } from 'vitest'
import { lineNote, noteOnPaper } from '../../src/domain/line-note.ts'

const figures = { seconds: 4500, unrounded_seconds: 4320, tracked_seconds: 6120 }
const line = {
  kind: 'human' as const,
  description: 'Website',
  amount: '75.00',
  tax_rate: '0',
  ...figures,
  note: lineNote(figures, 'merge'),
}

describe('what shrank on a line', () => {
  it('is told in the language of the invoice', () => {
    const english = '1h 12m of 1h 42m: overlapping time counted once; rounded from 1h 12m'
    const german = '1h 12m von 1h 42m: Überschneidungen einmal gezählt; gerundet von 1h 12m'
    for (const [locale, note] of [
      ['en-GB', english],
      ['fr', english],
      ['de', german],
      ['de-AT', german],
    ] as const)
      expect(noteOnPaper({ locale, overlap_strategy: 'merge' }, line), locale).toBe(note)
    expect(noteOnPaper({ locale: 'de-DE', overlap_strategy: 'split' }, line)).toBe(
      '1h 12m von 1h 42m: Überschneidungen gleichmäßig aufgeteilt; gerundet von 1h 12m',
    )
  })

  it('is told of no line that stayed as it was', () => {
    const { note: _none, ...plain } = line
    expect(noteOnPaper({ locale: 'de-DE', overlap_strategy: 'merge' }, plain)).toBeUndefined()
  })
})
