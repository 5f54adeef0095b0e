import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { statement } from '../../db/statement.ts'
import { store } from './given.ts'
import type { Jar } from './pantry.ts'

const jar = statement<{ id: string }, Jar>()((db, $) =>
  db.selectFrom('jars').select(['id', 'spoons']).where('id', '=', $.id).limit(sql.lit(1)),
)
const addJar = statement<Jar['jars'], Jar>()((db, $) =>
  db.insertInto('jars').values({ id: $.id, shelf: $.shelf, label: $.label, spoons: $.spoons }),
)
const fuller = statement<{ spoons: number; most: number }, Jar>()((db, $) =>
  db
    .selectFrom('jars')
    .select('id')
    .where(eb => eb.or([eb('spoons', '>', $.spoons), eb('spoons', '>=', eb.val($.spoons))]))
    .where('shelf', '=', 'top')
    .orderBy('id')
    .limit($.most),
)
const eat = statement<{ id: string; spoons: number }, Jar>()((db, $) =>
  db
    .updateTable('jars')
    .set(eb => ({ spoons: eb('spoons', '-', $.spoons) }))
    .where('id', '=', $.id)
    .returning('spoons'),
)
const jam = { id: 'jam', shelf: 'top', label: 'Jam', spoons: 3 }

test('a statement finds, adds and answers by the names of its parameters', async () => {
  const pantry = await store()
  expect(await pantry.change(db => addJar.run(db, jam))).toEqual({ changes: 1 })
  expect(await pantry.read(db => jar.first(db, { id: 'jam' }))).toEqual({ id: 'jam', spoons: 3 })
  expect(await pantry.read(db => jar.first(db, { id: 'none' }))).toBeUndefined()
  expect(await pantry.read(db => fuller.all(db, { spoons: 0, most: 10 }))).toEqual([
    { id: 'honey' },
    { id: 'jam' },
  ])
  expect(await pantry.read(db => fuller.all(db, { spoons: 0, most: 1 }))).toEqual([{ id: 'honey' }])
  expect(await pantry.change(db => eat.first(db, { id: 'jam', spoons: 1 }))).toEqual({ spoons: 2 })
})

const jars = statement<{ least: number }, Jar>()((db, $) =>
  db
    .selectFrom('jars')
    .select(['id', 'label', 'spoons'])
    .where('spoons', '>=', $.least)
    .orderBy('label', 'desc')
    .orderBy('id'),
)

test('a page is the same rows in the same order, whatever stands in them', async () => {
  const text = fc.string({ unit: 'binary' })
  const spoonsOfAll = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER - 1 })
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(text, { maxLength: 8 }), spoonsOfAll, async (labels, spoons) => {
      const pantry = await store()
      await pantry.change(async db => {
        for (const [at, label] of labels.entries())
          await addJar.run(db, { id: `jar ${at}`, shelf: 'top', label, spoons })
      })
      const [rows, page] = await pantry.read(async db => [
        await jars.all(db, { least: 0 }),
        await jars.page(db, { least: 0 }),
      ])
      expect(page).toEqual(rows)
      expect(await pantry.read(db => jars.page(db, { least: spoons + 1 }))).toEqual([])
    }),
    { numRuns: 30 },
  )
})

test('the same statement serves two stores', async () => {
  const [one, two] = [await store(), await store()]
  await one.change(db => addJar.run(db, jam))
  const asked = [one, two, one].map(pantry => pantry.read(db => jar.first(db, { id: 'jam' })))
  expect(await Promise.all(asked)).toEqual([{ id: 'jam', spoons: 3 }, undefined, { id: 'jam', spoons: 3 }])
})

test('a statement that writes is refused in a read', async () => {
  const pantry = await store()
  await expect(pantry.read(db => eat.first(db, { id: 'honey', spoons: 0 }))).rejects.toThrow('must not write')
})

test.each([undefined, Number.NaN, Number.POSITIVE_INFINITY, true, 2 ** 53])(
  '%s is no value',
  async spoons => {
    const pantry = await store()
    // what a careless caller would pass
    const careless = { ...jam, spoons: spoons as number }
    await expect(pantry.change(db => addJar.run(db, careless))).rejects.toThrow('The database takes')
  },
)
