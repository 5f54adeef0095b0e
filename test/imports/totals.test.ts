import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Read } from '../../src/imports/row.ts'
import { rows } from '../../src/imports/rows.ts'
import { totals } from '../../src/imports/totals.ts'
import { fileOf } from './given.ts'

test('are the sums of the file, client by client and currency by currency', async () => {
  expect(await totals(rows([fileOf('harvest.csv')], { zone: 'UTC' }))).toEqual({
    rows: 3,
    seconds: 95_436,
    money: [
      { currency: 'EUR', amount: '120.00' },
      { currency: 'USD', amount: '2500.00' },
    ],
    clients: [
      { client: 'Globex', rows: 2, seconds: 5436, money: [{ currency: 'EUR', amount: '120.00' }] },
      { client: 'Initech', rows: 1, seconds: 90_000, money: [{ currency: 'USD', amount: '2500.00' }] },
    ],
    problems: 0,
  })
})

test('count what could not be read, and time without a client by itself', async () => {
  const { clients, problems } = await totals(rows([fileOf('timewarrior.json')], { zone: 'UTC' }))
  expect(problems).toBe(1)
  expect(clients).toEqual([{ client: null, rows: 2, seconds: 12_600, money: [] }])
})

test('add money exactly, however many rows there are', async () => {
  const cents = fc.array(fc.integer({ min: 0, max: 1e11 }), { maxLength: 200 })
  await fc.assert(
    fc.asyncProperty(cents, async amounts => {
      const all: Read[] = amounts.map((amount, line) => ({
        line,
        source_key: `${line}`,
        project: '',
        description: '',
        tags: [],
        seconds: 1,
        amount: {
          currency: 'EUR',
          amount: `${Math.floor(amount / 1000)}.${`${amount % 1000}`.padStart(3, '0')}`,
        },
      }))
      const sum = amounts.reduce((sum, one) => sum + BigInt(one), 0n)
      const text = String(sum).padStart(4, '0')
      const { money } = await totals(all)
      const expected = `${text.slice(0, -3)}.${text.slice(-3)}`.replace(/0$/, '')
      expect(money).toEqual(amounts.length === 0 ? [] : [{ currency: 'EUR', amount: expected }])
    }),
    { numRuns: 50 },
  )
})
