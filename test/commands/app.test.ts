import { expect, test } from 'vitest'
import { localApp } from '../../src/commands/app.ts'

const program = () => localApp({ STINT_HOME: '/nowhere' }, () => undefined)

test('chance is given out once: no two tokens and no two ids of programs that start together are alike', () => {
  const [one, other] = [program(), program()]
  const taken = [one, other].flatMap(app =>
    Array.from({ length: 300 }, () => Buffer.from(app.random(24)).toString('hex')),
  )
  expect(new Set(taken).size).toBe(600)
  // a byte in 24 is zero by chance now and then, but not three in a row of nearly all
  expect(taken.filter(text => text.includes('000000')).length).toBeLessThan(5)
  const ids = [one, other].flatMap(app => Array.from({ length: 300 }, (_, ms) => app.newId('ent', ms + 1)))
  expect(new Set(ids).size).toBe(600)
})

test('chance may be asked for in any amount', () => {
  const app = program()
  for (const bytes of [0, 1, 1000, 1024, 1025, 5000, 16]) expect(app.random(bytes)).toHaveLength(bytes)
  const long = Buffer.from(app.random(4096))
  expect(new Set(long).size).toBeGreaterThan(200)
})
