import { expect, test } from 'vitest'
import { type Business, noBusiness, profitOf, profitOfAll } from '../../src/domain/profit.ts'

const business = (more: Partial<Business>): Business => ({ ...noBusiness, ...more })
const hour = 3600n

test('revenue is time and what was charged, costs are people and money laid out', () => {
  const of = business({
    worth: 10_000n * hour,
    charged: 1100,
    cost: 4000n * hour,
    laid_out: 1000,
    has_costs: true,
  })
  expect(profitOf(of, 'EUR')).toMatchObject({
    revenue: '111.00',
    costs: '50.00',
    margin: '61.00',
    margin_percent: 55,
  })
})

test('a loss is less than nothing', () => {
  const of = business({ worth: 1000n * hour, cost: 4000n * hour, has_costs: true })
  expect(profitOf(of, 'EUR')).toMatchObject({ margin: '-30.00', margin_percent: -300 })
})

test('without revenue there is no percentage of it', () => {
  expect(profitOf(business({ cost: hour, has_costs: true }), 'EUR').margin_percent).toBeUndefined()
})

test('where a cost is unknown, so is the margin', () => {
  const none = profitOf(business({ worth: hour }), 'EUR')
  expect(none).not.toHaveProperty('costs')
  expect(none).not.toHaveProperty('margin')
  const part = profitOf(business({ worth: hour, laid_out: 5, has_costs: true, uncosted_seconds: 60 }), 'EUR')
  expect(part).toMatchObject({ costs: '0.05', uncosted_seconds: 60 })
  expect(part).not.toHaveProperty('margin')
})

test('the total is the sum of what is shown', () => {
  const half = business({ worth: 1800n, cost: 1800n, has_costs: true, seconds: 1 })
  expect(profitOfAll([half, half], 'EUR')).toMatchObject({
    seconds: 2,
    revenue: '0.02',
    costs: '0.02',
    margin: '0.00',
  })
})
