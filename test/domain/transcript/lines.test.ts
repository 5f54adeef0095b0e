import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Lines } from '../../../src/domain/transcript/lines.ts'

function linesOf(chunks: readonly string[], longest = 1000): { got: string[]; leftOut: boolean } {
  const got: string[] = []
  const lines = new Lines(line => got.push(line.toString()), longest)
  for (const chunk of chunks) lines.write(Buffer.from(chunk))
  lines.end()
  return { got, leftOut: lines.leftOut }
}

it('lines are the same however their bytes come in', () => {
  const text = fc.array(fc.constantFrom('a', 'b', '\n'), { maxLength: 40 })
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 9 }), (letters, size) => {
      const whole = letters.join('')
      const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, n) =>
        whole.slice(n * size, (n + 1) * size),
      )
      expect(linesOf(chunks).got).toEqual(whole.split('\n').filter(line => line !== ''))
    }),
  )
})

it('the last line needs no end', () => {
  expect(linesOf(['a\nb', 'c']).got).toEqual(['a', 'bc'])
})

it('a line that is too long is left out, and said so; the others are not', () => {
  expect(linesOf(['ab\nabcd', 'efgh', 'i\nxy\n'], 6)).toEqual({ got: ['ab', 'xy'], leftOut: true })
  expect(linesOf(['abcdefghi\nxy\n'], 6)).toEqual({ got: ['xy'], leftOut: true })
  expect(linesOf(['abcdef\n'], 6)).toEqual({ got: ['abcdef'], leftOut: false })
})
