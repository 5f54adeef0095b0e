import { expect, test } from 'vitest'
import { untilFree } from '../../db/busy.ts'
import { translated } from '../../db/conflict.ts'
import { AppError } from '../../src/domain/error.ts'
import { store } from './given.ts'

test.each([
  ['its index', { id: 'jam', label: 'Honey' }, 'jars_label'],
  ['its index over an expression', { id: 'jam', label: '!HOT' }, 'jars_marked'],
  ['its primary key', { id: 'honey', label: 'Jam' }, 'jars_pkey'],
])('what is there already is a conflict that names %s', async (_, jar, constraint) => {
  const pantry = await store()
  const added = (id: string, label: string) =>
    pantry.change(db => db.insertInto('jars').values({ id, label, shelf: 'top', spoons: 0 }).execute())
  await added('pepper', '!Hot')

  const twice = added(jar.id, jar.label)

  await expect(twice).rejects.toMatchObject({ code: 'conflict', constraint })
})

test('a change may go on after a conflict that it expected', async () => {
  const pantry = await store()
  await pantry.change(async db => {
    const honey = { id: 'honey', shelf: 'top', label: 'Honey', spoons: 0 }
    await expect(db.insertInto('jars').values(honey).execute()).rejects.toThrow(AppError)
    await db
      .insertInto('jars')
      .values({ ...honey, id: 'jam', label: 'Jam' })
      .execute()
  })
  expect(await pantry.read(db => db.selectFrom('jars').select('id').execute())).toHaveLength(2)
})

test('what others need is a conflict, a value out of bounds our own mistake', async () => {
  const pantry = await store()
  await expect(pantry.change(db => db.deleteFrom('shelves').execute())).rejects.toMatchObject({
    code: 'conflict',
  })
  const negative = pantry.change(db => db.updateTable('jars').set({ spoons: -1 }).execute())
  await expect(negative).rejects.toMatchObject({ code: 'internal' })
})

test.each([
  ['SQLITE_FULL', 'storage_full'],
  ['ENOSPC', 'storage_full'],
  ['SQLITE_READONLY', 'internal'],
  ['SQLITE_READONLY_DBMOVED', 'internal'],
  ['SQLITE_CANTOPEN', 'internal'],
  ['EACCES', 'internal'],
  ['EROFS', 'internal'],
  ['SQLITE_CORRUPT', 'internal'],
  ['SQLITE_CORRUPT_INDEX', 'internal'],
  ['SQLITE_NOTADB', 'internal'],
  ['SQLITE_BUSY', 'internal'],
  ['SQLITE_IOERR_WRITE', 'internal'],
  ['SQLITE_ERROR', 'internal'],
])('%s reaches nobody in the driver’s words', (code, expected) => {
  const error = Object.assign(new Error('near "selct": syntax error'), { code })
  const answer = translated(error, '/home/ada/stint/stint.db')
  expect(answer).toMatchObject({ code: expected, cause: error })
  expect(JSON.stringify(answer)).not.toMatch(/selct|SQLITE|\.ts:/)
})

test('other errors stay what they are', () => {
  const error = new RangeError('no')
  expect(translated(error, '/stint.db')).toBe(error)
})

test('waiting for another program has an end', async () => {
  let tries = 0
  const never = untilFree(() => {
    tries++
    throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' })
  }, 20)
  await expect(never).rejects.toMatchObject({ code: 'SQLITE_BUSY' })
  expect(tries).toBeGreaterThan(1)
})
