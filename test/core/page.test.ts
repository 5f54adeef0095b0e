import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cut, readNameCursor, readNumberCursor, writeCursor } from '../../src/core/page.ts'
import { AppError } from '../../src/domain/error.ts'

const question = { list: 'entries', project: 'Acme', order: '-started_at' }
const codeOf = (read: () => unknown): string => {
  try {
    read()
  } catch (error) {
    if (error instanceof AppError) return error.code
  }
  return 'read'
}

describe('a cursor', () => {
  test('comes back as it was written, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.string(), (value, id) => {
        expect(readNameCursor(question, writeCursor(question, { value, id }))).toEqual({ value, id })
      }),
    )
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.string({ unit: 'grapheme' }), (value, id) => {
        expect(readNumberCursor(question, writeCursor(question, { value, id }))).toEqual({ value, id })
      }),
    )
  })

  test('that is left out begins anew', () => {
    expect(readNameCursor(question, undefined)).toBe(undefined)
    expect(readNameCursor(question, '')).toBe(undefined)
  })

  test('belongs to one list and its filters', () => {
    const cursor = writeCursor(question, { value: 'a', id: 'x' })
    for (const other of [
      { ...question, list: 'projects' },
      { ...question, project: 'acme' },
      { list: 'entries', order: '-started_at' },
      { ...question, more: true },
    ]) {
      expect(codeOf(() => readNameCursor(other, cursor))).toBe('malformed')
    }
    expect(readNameCursor({ ...question, client: undefined }, cursor)).toEqual({ value: 'a', id: 'x' })
    expect(codeOf(() => readNumberCursor(question, cursor))).toBe('malformed')
  })

  test('that is broken is malformed, never a fault of ours', () => {
    const whole = writeCursor(question, { value: 7, id: 'x' })
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.nat(whole.length).map(n => whole.slice(1, n + 1)),
        ),
        text => {
          expect(['malformed', 'read']).toContain(codeOf(() => readNumberCursor(question, text)))
          if (text !== '') expect(codeOf(() => readNumberCursor(question, text))).toBe('malformed')
        },
      ),
    )
  })
})

describe('a page', () => {
  test('has a last row only where more come', () => {
    expect(cut([1, 2, 3], 2)).toEqual({ page: [1, 2], last: 2 })
    expect(cut([1, 2], 2)).toEqual({ page: [1, 2], last: undefined })
    expect(cut([], 2)).toEqual({ page: [], last: undefined })
  })
})
