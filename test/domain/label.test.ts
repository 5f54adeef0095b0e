import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import * as z from 'zod'
import { color, description, name, tags, text } from '../../src/domain/label.ts'

function bytes(schema: z.ZodType): number {
  return JSON.stringify({ ...z.toJSONSchema(schema, { io: 'input' }), $schema: undefined }).length
}

function complaint(schema: z.ZodType, value: unknown): string | undefined {
  return schema.safeParse(value).error?.issues[0]?.message
}

describe('a name', () => {
  test.each([
    ['  Acme Dashboard ', 'Acme Dashboard'],
    ['Zu\u0308rich', 'Zürich'],
    ['東京 プロジェクト', '東京 プロジェクト'],
    ['פרויקט', 'פרויקט'],
    ['Tom’s R&D (2026) – C++', 'Tom’s R&D (2026) – C++'],
    ['🚀 Launch', '🚀 Launch'],
    ['👩🏽‍💻 Team', '👩🏽‍💻 Team'],
    ['❤️‍🔥', '❤️‍🔥'],
    ['🏳️‍🌈', '🏳️‍🌈'],
    ['1️⃣ first', '1️⃣ first'],
  ])('%j is kept as %j', (typed, kept) => expect(name().parse(typed)).toBe(kept))

  test.each([
    ['a zero', 'a\0b', 'U+0000'],
    ['a line break', 'a\nb', 'U+000A'],
    ['an escape', 'a\u001b[31mb', 'U+001B'],
    ['a right-to-left override', 'a\u202egnp.exe', 'U+202E'],
    ['an isolate', 'a\u2066b', 'U+2066'],
    ['a direction mark', 'a\u200fb', 'U+200F'],
    ['a zero-width space', 'Ac\u200bme', 'U+200B'],
    ['a byte order mark inside', 'Ac\ufeffme', 'U+FEFF'],
    ['a soft hyphen', 'Ac\u00adme', 'U+00AD'],
    ['a tag character', 'Acme\u{e0041}', 'U+E0041'],
    ['a joiner between letters', 'Ac\u200dme', 'U+200D'],
    ['a joiner after a picture', '🚀\u200dme', 'U+200D'],
    ['a variation of a letter', 'A\ufe0fcme', 'U+FE0F'],
    ['half a character', 'a\ud83d', 'U+D83D'],
    ['a line separator', 'a\u2028b', 'U+2028'],
    ['a hangul filler', '\u3164', 'U+3164'],
  ])('refuses %s and names it', (_, typed, code) => expect(complaint(name(), typed)).toContain(code))

  it('is not empty', () => {
    expect(complaint(name(), '   ')).toBe('Must not be empty')
  })

  it('is as long as its limit, which the refusal names', () => {
    expect(name().parse('a'.repeat(200))).toHaveLength(200)
    expect(complaint(name(), 'a'.repeat(201))).toBe('At most 200 characters')
    expect(complaint(name(5), 'abcdef')).toBe('At most 5 characters')
  })

  it('is text', () => {
    expect(name().safeParse(7).success).toBe(false)
    expect(name().optional().parse(undefined)).toBeUndefined()
  })
})

describe('a description', () => {
  it('has lines and tabs, whatever the line ends were', () => {
    expect(text().parse('one\r\n\ttwo\nthree\n')).toBe('one\n\ttwo\nthree')
  })

  it('may be empty', () => {
    expect(description.parse('')).toBe('')
  })

  it('hides nothing', () => {
    expect(complaint(text(), 'a\u202eb')).toContain('U+202E')
    expect(complaint(text(), 'a\rb')).toContain('U+000D')
    expect(complaint(text(), 'a\u{e0020}b')).toContain('U+E0020')
  })

  it('has a limit', () => {
    expect(complaint(text(), 'a'.repeat(1001))).toBe('At most 1000 characters')
  })
})

describe('tags', () => {
  it('are distinct after folding, the first one stays, in the order given', () => {
    expect(tags.parse(['Deep Work', 'api', 'deep-work', ' API ', 'café', 'Cafe'])).toEqual([
      'Deep Work',
      'api',
      'café',
    ])
  })

  test.each([
    ['a comma', ['a,b'], 'A tag has no comma'],
    ['an empty one', [''], 'Must not be empty'],
    ['a long one', ['a'.repeat(51)], 'At most 50 characters'],
    ['too many', Array.from({ length: 21 }, (_, number) => `tag ${number}`), 'At most 20 tags'],
    ['no list', 'a', 'Must be a list of tags'],
  ])('refuse %s', (_, typed, message) => expect(complaint(tags, typed)).toBe(message))

  it('refuse what is no text', () => {
    expect(tags.safeParse(['a', 7, null]).success).toBe(false)
  })
})

describe('a colour', () => {
  it('is six hexadecimal digits', () => {
    expect(color.parse('#3366fF')).toBe('#3366fF')
    for (const typed of ['red', '#36f', '3366ff', '#3366fg', '#3366ff\n'])
      expect(color.safeParse(typed).success).toBe(false)
  })
})

it('costs next to nothing in a schema', () => {
  expect(bytes(name())).toBeLessThan(50)
  expect(bytes(text())).toBeLessThan(40)
  expect(bytes(tags)).toBeLessThan(100)
  expect(bytes(color)).toBeLessThan(55)
})

it('answers long input as quickly as its length allows', () => {
  const heavy = fc.constantFrom('\u0301', '\u200d', '❤️', '👩‍', ' ', 'a\ufe0f', '\r\n', '1\ufe0f', '\n')
  fc.assert(
    fc.property(heavy, unit => {
      const long = `a${unit.repeat(100_000)}a`
      expect([name(), text()].map(schema => schema.safeParse(long).success)).toEqual([false, false])
    }),
    { numRuns: 20 },
  )
}, 5000)

it('what is kept is kept again as it is', () => {
  const typed = fc.string({ unit: 'grapheme', maxLength: 60 })
  fc.assert(
    fc.property(typed, value => {
      const kept = name().safeParse(value)
      if (kept.success) expect(name().parse(kept.data)).toBe(kept.data)
    }),
  )
})
