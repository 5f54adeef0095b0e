import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { listBackups } from '../../db/backup.ts'
import { folder, lids, noon, store } from './given.ts'
import { pantry } from './pantry.ts'

test('a new database gets every migration, and no backup', async () => {
  const { handle, path } = await store({ migrations: [...pantry, lids] })
  expect(handle.prepare('select * from migrations').all()).toEqual([
    { number: 1, name: 'pantry', applied_at: noon },
    { number: 2, name: 'lids', applied_at: noon },
  ])
  expect(listBackups(join(path, '..', 'backups'))).toEqual([])
})

test('an older database is copied before it gets what is new, once', async () => {
  const { path } = await store()
  await store({ path, migrations: [...pantry, lids] })
  await store({ path, migrations: [...pantry, lids] })

  const backups = listBackups(join(path, '..', 'backups'))
  expect(backups).toMatchObject([{ kind: 'migration', at: noon }])
  const copy = new Database(backups[0]?.path ?? '', { readonly: true })
  expect(copy.prepare('select * from jars').all()).toEqual([
    { id: 'honey', shelf: 'top', label: 'Honey', spoons: 0 },
  ])
  copy.close()
})

test('processes that wake together migrate once and copy once', async () => {
  const { path } = await store()
  await Promise.all(Array.from({ length: 8 }, () => store({ path, migrations: [...pantry, lids] })))
  expect(listBackups(join(path, '..', 'backups'))).toHaveLength(1)
})

test('a migration that fails leaves schema and rows as they were', async () => {
  const { path, handle } = await store()
  const broken = {
    number: 3,
    name: 'broken',
    sql: 'delete from jars; create table half (id text); insert into nothing values (1)',
  }
  const opening = store({ path, migrations: [...pantry, lids, broken] })

  await expect(opening).rejects.toMatchObject({
    code: 'internal',
    message: 'Migration 3 (broken) failed; the database is as it was before.',
  })
  expect(handle.pragma('user_version', { simple: true })).toBe(1)
  expect(
    handle.prepare("select name from sqlite_schema where type = 'table' order by name").pluck().all(),
  ).toEqual(['jars', 'migrations', 'shelves'])
  expect(handle.prepare('select count(*) from jars').pluck().get()).toBe(1)
})

test('a migration may rebuild a table that others refer to', async () => {
  const { path } = await store()
  const rebuilt = {
    number: 2,
    name: 'rebuilt',
    sql: `create table new_shelves (id text primary key, height integer) strict;
      insert into new_shelves select id, null from shelves;
      drop table shelves; alter table new_shelves rename to shelves;`,
  }
  const { handle } = await store({ path, migrations: [...pantry, rebuilt] })
  expect(handle.prepare('select shelf from jars').pluck().all()).toEqual(['top'])
  expect(handle.pragma('foreign_keys', { simple: true })).toBe(1)
})

test('a migration that leaves rows without what they refer to is taken back', async () => {
  const { path, handle } = await store()
  const careless = { number: 2, name: 'careless', sql: 'delete from shelves' }
  await expect(store({ path, migrations: [...pantry, careless] })).rejects.toMatchObject({ code: 'internal' })
  expect(handle.prepare('select count(*) from shelves').pluck().get()).toBe(1)
})

test('a database from a newer stint is refused with a sentence', async () => {
  const { path } = await store({ migrations: [...pantry, lids] })
  await expect(store({ path })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('written by a newer stint'),
    hint: 'Update stint and try again.',
  })
})

test('a file that is there but empty is a new database', async () => {
  const path = join(folder(), 'pantry.db')
  new Database(path).close()
  const { handle } = await store({ path })
  expect(handle.prepare('select count(*) from jars').pluck().get()).toBe(1)
})
