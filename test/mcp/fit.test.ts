import { expect, test } from 'vitest'
import { cutToFit, fits, fittingLimit, mostData } from '../../src/mcp/fit.ts'

const rows = (count: number, length = 90) =>
  Array.from({ length: count }, (_, at) => ({ at, name: 'x'.repeat(length) }))

test('what fits is left alone', () => {
  expect(fits(JSON.stringify({ rows: rows(20) }))).toBe(true)
  expect(fits(JSON.stringify({ rows: rows(200) }))).toBe(false)
})

test('a limit is proposed for which the rows fit', () => {
  const output = { rows: rows(200), next_cursor: null }
  const limit = fittingLimit(output, JSON.stringify(output))
  expect(limit).toBeGreaterThan(40)
  expect(fits(JSON.stringify({ ...output, rows: rows(limit) }))).toBe(true)
})

test('without pages the longest list is cut, and the answer says so', () => {
  const output = { period: 'x', rows: rows(500), totals: { entries: 500 } }
  const cut = cutToFit(output)
  expect(fits(JSON.stringify(cut))).toBe(true)
  expect(cut).toMatchObject({ totals: { entries: 500 }, truncated: { rows: { of: 500 } } })
  expect(Buffer.byteLength(JSON.stringify(cut))).toBeGreaterThan(mostData / 2)
  expect(output.rows).toHaveLength(500)
})

test('lists within things are cut too, each as much as it has to', () => {
  const cut = cutToFit({ rows: rows(100), compared: { rows: rows(300) }, project: { tasks: rows(2) } })
  expect(fits(JSON.stringify(cut))).toBe(true)
  expect(cut).toMatchObject({ truncated: { 'compared.rows': { of: 300 } }, project: { tasks: rows(2) } })
})

test('one row that is too long is kept', () => {
  const output = { rows: rows(2, 20_000) }
  expect(cutToFit(output)).toMatchObject({ rows: [{ at: 0 }], truncated: { rows: { shown: 1, of: 2 } } })
})
