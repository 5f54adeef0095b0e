import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { backup, listBackups } from '../../db/backup.ts'
import { restore } from '../../db/restore.ts'
import { folder, lids, noon, program, store } from './given.ts'
import { pantry } from './pantry.ts'

const clock = () => noon
const migrations = pantry

test('brings back what was, and keeps what is', async () => {
  const { open, from, path } = await shelfWithBackup()
  await open.change(db => db.deleteFrom('jars').execute())

  const { kept } = await restore({ path, from, migrations, clock })

  expect(await labels(open)).toEqual(['Honey', 'Jam'])
  expect(kept).toMatchObject({ kind: 'restore' })
  expect(count(kept?.path ?? '')).toBe(0)
  expect(open.handle.pragma('integrity_check', { simple: true })).toBe('ok')
})

test('another process that has the database open goes on in the restored one', async () => {
  const { from, path } = await shelfWithBackup()
  const writer = program('writer', [path, 'w', 100_000])
  await writer.says('w-20\n')

  const { kept } = await restore({ path, from, migrations, clock })
  const before = writer.lines.length
  await writer.says(`w-${before + 50}\n`)
  writer.process.kill('SIGKILL')
  await writer.ended

  // Every acknowledged jar is in the copy that was kept, or in the database as it is now; none is between them.
  const everywhere = new Set([...ids(kept?.path ?? ''), ...ids(path)])
  expect(writer.lines.filter(id => !everywhere.has(id))).toEqual([])
  const after = await store({ path })
  expect(after.handle.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(ids(path)).not.toContain('w-1')
})

test('a missing database is put back', async () => {
  const { open, from, path } = await shelfWithBackup()
  await open.close()
  rmSync(path)
  await restore({ path, from, migrations, clock })
  expect(await labels(await store({ path }))).toEqual(['Honey', 'Jam'])
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test.each(['all of it', 'a page'])('a damaged database (%s) is set aside', async what => {
  const { open, from, path } = await shelfWithBackup()
  await open.close()
  const bytes = readFileSync(path)
  bytes.fill(0xff, what === 'a page' ? 4096 * 2 : 0)
  writeFileSync(path, bytes)

  const { damaged } = await restore({ path, from, migrations, clock })

  expect(await labels(await store({ path }))).toEqual(['Honey', 'Jam'])
  expect(readFileSync(damaged ?? '').equals(bytes)).toBe(true)
})

test('a backup from before a migration is migrated when it is opened next', async () => {
  const { from, path } = await shelfWithBackup()
  const newer = [...pantry, lids]
  const open = await store({ path, migrations: newer })
  await restore({ path, from, migrations: newer, clock })
  await expect(open.change(db => db.deleteFrom('jars').execute())).rejects.toMatchObject({ code: 'conflict' })
  const again = await store({ path, migrations: newer })
  expect(await labels(again)).toEqual(['Honey', 'Jam'])
})

test('what is no sound backup of ours, or newer than us, changes nothing', async () => {
  const { open, path, from } = await shelfWithBackup()
  const home = folder()
  const text = join(home, 'text.db')
  writeFileSync(text, 'hello')
  const torn = join(home, 'torn.db')
  writeFileSync(torn, readFileSync(from).subarray(0, 8192))
  const foreign = join(home, 'photos.db')
  new Database(foreign).exec('create table photos (id integer)').close()
  const newer = await store({ migrations: [...pantry, lids] })

  for (const bad of [text, torn, foreign])
    await expect(restore({ path, from: bad, migrations, clock })).rejects.toMatchObject({
      code: 'validation_error',
    })
  await expect(restore({ path, from: newer.path, migrations, clock })).rejects.toMatchObject({
    code: 'conflict',
  })
  await expect(restore({ path, from: join(home, 'none'), migrations, clock })).rejects.toMatchObject({
    code: 'not_found',
  })
  await expect(restore({ path, from: path, migrations, clock })).rejects.toMatchObject({
    code: 'validation_error',
  })
  await expect(restore({ path: foreign, from, migrations, clock })).rejects.toMatchObject({
    code: 'conflict',
  })
  expect(await labels(open)).toEqual(['Honey', 'Jam'])
  expect(listBackups(join(path, '..', 'backups'))).toHaveLength(1)
})

async function shelfWithBackup() {
  const open = await store()
  const { path } = open
  await open.change(db =>
    db.insertInto('jars').values({ id: 'jam', shelf: 'top', label: 'Jam', spoons: 0 }).execute(),
  )
  const made = await backup({ path, folder: join(path, '..', 'backups'), clock })
  expect(existsSync(made.path)).toBe(true)
  return { open, path, from: made.path }
}

async function labels(pantry: Awaited<ReturnType<typeof store>>): Promise<string[]> {
  const rows = await pantry.read(db => db.selectFrom('jars').select('label').orderBy('label').execute())
  return rows.map(({ label }) => label)
}

function ids(path: string): string[] {
  const handle = new Database(path)
  const all = handle.prepare<[], string>('select id from jars').pluck().all()
  handle.close()
  return all
}

const count = (path: string) => ids(path).length
