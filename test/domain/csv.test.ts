import { expect, test } from 'vitest'
import { csvLine } from '../../src/domain/csv.ts'

test('cells are quoted only where they must be', () => {
  expect(csvLine(['a', 1.5, null, 'b c'])).toBe('a,1.5,,b c\r\n')
  expect(csvLine(['a,b', 'say "yes"', 'two\nlines'])).toBe('"a,b","say ""yes""","two\nlines"\r\n')
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '＝1+1'])('%j is no formula', cell => {
  expect(csvLine([cell])).toBe(`"'${cell}"\r\n`)
})

test('a number that is one stays one', () => {
  expect(csvLine([-5])).toBe('-5\r\n')
})
