import { expect, test } from 'vitest'
import { capacityOf, percentOf, workingDays } from '../../src/domain/capacity.ts'

test.each([
  ['2026-05-18', '2026-05-25', 5],
  ['2026-05-16', '2026-05-18', 0],
  ['2026-05-20', '2026-05-21', 1],
  ['2026-05-01', '2026-06-01', 21],
  ['2024-02-26', '2024-03-04', 5],
  ['2026-05-21', '2026-05-20', 0],
])('from %s until %s there are %d working days', (first, after, days) => {
  expect(workingDays(first, after)).toBe(days)
})

test('a week of forty hours has eight on each of its days', () => {
  expect(capacityOf(1, 40)).toBe(8 * 3600)
  expect(capacityOf(5, 37.5)).toBe(37.5 * 3600)
  expect(capacityOf(0, 40)).toBe(0)
})

test('percentages have one decimal, and there is none of nothing', () => {
  expect(percentOf(1, 3)).toBe(33.3)
  expect(percentOf(3, 2)).toBe(150)
  expect(percentOf(1, 0)).toBeUndefined()
})
