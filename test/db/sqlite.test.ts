import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { openSqlite } from '../../db/sqlite.ts'
import { folder, lids, noon, store } from './given.ts'
import { type Jar, pantry } from './pantry.ts'

const open = (path: string) => openSqlite<Jar>({ path, migrations: pantry, clock: () => noon })

describe('opening', () => {
  test('makes folder and file for their owner alone', async () => {
    const home = join(folder(), 'deep', 'home')
    const pantry = await store({ path: join(home, 'pantry.db') })
    await pantry.change(addJar('jam'))

    expect(statSync(home).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(home)) expect(statSync(join(home, name)).mode & 0o777, name).toBe(0o600)
    expect(readdirSync(home).toSorted()).toEqual(['pantry.db', 'pantry.db-shm', 'pantry.db-wal'])
  })

  test('sets what keeps acknowledged changes through a power cut', async () => {
    const { handle } = await store()
    const settings = [
      'journal_mode',
      'synchronous',
      'foreign_keys',
      'trusted_schema',
      'temp_store',
      'mmap_size',
    ]
    expect(settings.map(name => handle.pragma(name, { simple: true }))).toEqual(['wal', 2, 1, 0, 2, 0])
  })

  test('closing leaves one whole file', async () => {
    const pantry = await store()
    await pantry.change(addJar('jam'))
    await pantry.close()
    expect(readdirSync(join(pantry.path, '..'))).toEqual(['pantry.db'])
  })

  test('a folder in its place is said to be one', async () => {
    const path = join(folder(), 'pantry.db')
    mkdirSync(path)
    await expect(open(path)).rejects.toMatchObject({
      code: 'internal',
      message: `${path} is a folder, not a database.`,
    })
  })

  test.each(['hello', 'x'.repeat(10_000)])('a text file is refused and left as it is', async text => {
    const path = join(folder(), 'pantry.db')
    writeFileSync(path, text)
    await expect(open(path)).rejects.toMatchObject({
      code: 'internal',
      hint: expect.stringContaining('stint restore'),
    })
    expect(readFileSync(path, 'utf8')).toBe(text)
    expect(readdirSync(join(path, '..'))).toEqual(['pantry.db'])
  })

  test('a damaged database is refused in our words', async () => {
    const pantry = await store()
    await pantry.close()
    const bytes = readFileSync(pantry.path)
    bytes.fill(0xff, 100, 4096)
    writeFileSync(pantry.path, bytes)
    await expect(open(pantry.path)).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('damaged'),
    })
    expect(readFileSync(pantry.path).equals(bytes)).toBe(true)
  })

  test('the database of another program is refused and left as it is', async () => {
    const path = join(folder(), 'photos.db')
    const other = new Database(path)
    other.exec('create table photos (id integer)')
    other.close()
    const before = readFileSync(path)
    await expect(open(path)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('another program'),
    })
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  test('a path below a file is said to be unusable', async () => {
    const path = join(folder(), 'file')
    writeFileSync(path, '')
    await expect(open(join(path, 'pantry.db'))).rejects.toMatchObject({ code: 'internal' })
  })

  test('PostgreSQL is not served yet', async () => {
    await expect(open('postgres://localhost/stint')).rejects.toMatchObject({
      code: 'validation_error',
      message: 'This version of stint does not serve PostgreSQL yet.',
    })
  })

  test('a driver that cannot be loaded says how to mend it', async () => {
    const path = join(folder(), 'pantry.db')
    const options = { path, migrations: pantry, clock: () => noon }
    await expect(
      openSqlite({ ...options, nativeBinding: join(folder(), 'none.node') }),
    ).rejects.toMatchObject({
      code: 'internal',
      hint: expect.stringContaining('npm rebuild better-sqlite3'),
    })
  })
})

describe('a change', () => {
  test('is kept whole or not at all', async () => {
    const pantry = await store()
    const failing = pantry.change(async db => {
      await addJar('jam')(db)
      throw new Error('The lid broke')
    })
    await expect(failing).rejects.toThrow('The lid broke')
    expect(await ids(pantry)).toEqual(['honey'])
  })

  test('is not seen by a read that was asked for while it runs', async () => {
    const pantry = await store()
    const change = pantry.change(async db => {
      await addJar('jam')(db)
      await new Promise(resolve => setTimeout(resolve, 5))
      throw new Error('The lid broke')
    })
    const seen = ids(pantry)
    await expect(change).rejects.toThrow()
    expect(await seen).toEqual(['honey'])
  })

  test('follows the one that was asked for before it', async () => {
    const pantry = await store()
    const order: number[] = []
    await Promise.all(
      [1, 2, 3].map(number =>
        pantry.change(async db => {
          await addJar(`jar${number}`)(db)
          order.push(number)
        }),
      ),
    )
    expect(order).toEqual([1, 2, 3])
  })

  test('waits for another writer, and lets reads pass meanwhile', async () => {
    const pantry = await store()
    const other = new Database(pantry.path)
    other.exec('begin immediate')
    const change = pantry.change(addJar('jam'))
    expect(await ids(pantry)).toEqual(['honey'])
    other.exec('commit')
    other.close()
    await change
    expect(await ids(pantry)).toEqual(['honey', 'jam'])
  })

  test('is refused when a newer stint migrated meanwhile', async () => {
    const old = await store()
    await store({ path: old.path, migrations: [...pantry, lids] })
    await expect(old.change(addJar('jam'))).rejects.toMatchObject({
      code: 'conflict',
      hint: expect.stringContaining('Restart'),
    })
    expect(await ids(old)).toEqual(['honey'])
  })

  test('what runs after its end is refused', async () => {
    const pantry = await store()
    let late: Promise<unknown> | undefined
    await pantry.change(async db => {
      late = new Promise(resolve => setTimeout(resolve, 5)).then(() => addJar('jam')(db))
    })
    await expect(late).rejects.toThrow('after its transaction')
    expect(await ids(pantry)).toEqual(['honey'])
  })
})

describe('a read', () => {
  test('sees one moment, whatever others write', async () => {
    const pantry = await store()
    const other = await store({ path: pantry.path })
    const counts = await pantry.read(async db => {
      const before = await db.selectFrom('jars').select('id').execute()
      await other.change(addJar('jam'))
      const after = await db.selectFrom('jars').select('id').execute()
      return [before.length, after.length]
    })
    expect(counts).toEqual([1, 1])
    expect(await ids(pantry)).toEqual(['honey', 'jam'])
  })

  test('cannot write, not even behind a with', async () => {
    const pantry = await store()
    const sneaking = pantry.read(db =>
      db
        .with('some', with_ => with_.selectFrom('jars').select('id'))
        .deleteFrom('jars')
        .execute(),
    )
    await expect(sneaking).rejects.toThrow('A read must not write.')
    expect(await ids(pantry)).toEqual(['honey'])
  })
})

describe('reads that are shared', () => {
  const turn = () => new Promise(resolve => setImmediate(resolve))

  async function shared() {
    const said: string[] = []
    const pantry = await store({ verbose: sql => said.push(sql) })
    pantry.shareTurns()
    return { pantry, begun: () => said.filter(sql => sql === 'begin').length }
  }

  test('see the same moment within a turn of the event loop, and the next one in the next', async () => {
    const { begun, pantry } = await shared()
    const other = await store({ path: pantry.path })
    expect(await ids(pantry)).toEqual(['honey'])
    await other.change(addJar('jam'))
    expect(await Promise.all([ids(pantry), ids(pantry)])).toEqual([['honey'], ['honey']])
    expect(begun()).toBe(1)
    await turn()
    expect(await ids(pantry)).toEqual(['honey', 'jam'])
    expect(begun()).toBe(2)
    await turn()
    expect(pantry.handle.inTransaction).toBe(false)
  })

  test('see what was changed between them', async () => {
    const { pantry } = await shared()
    expect(await ids(pantry)).toEqual(['honey'])
    await pantry.change(addJar('jam'))
    expect(await ids(pantry)).toEqual(['honey', 'jam'])
    await turn()
    expect(pantry.handle.inTransaction).toBe(false)
  })

  test('that take longer than a turn keep their moment to the end', async () => {
    const { pantry } = await shared()
    const other = await store({ path: pantry.path })
    const seen = await pantry.read(async db => {
      const count = async () => (await db.selectFrom('jars').select('id').execute()).length
      const before = await count()
      await other.change(addJar('jam'))
      await turn()
      return [before, await count()]
    })
    expect(seen).toEqual([1, 1])
    expect(pantry.handle.inTransaction).toBe(false)
    expect(await ids(pantry)).toEqual(['honey', 'jam'])
  })

  test('do not fail with one that fails', async () => {
    const { pantry } = await shared()
    const failing = pantry.read(() => Promise.reject(new Error('no')))
    await expect(failing).rejects.toThrow('no')
    expect(await ids(pantry)).toEqual(['honey'])
    await pantry.close()
  })
})

describe('changes that are shared', () => {
  const turn = () => new Promise(resolve => setImmediate(resolve))

  async function shared() {
    const said: string[] = []
    const pantry = await store({ verbose: sql => said.push(sql) })
    const other = await store({ path: pantry.path })
    pantry.shareTurns()
    said.length = 0
    return { pantry, other, commits: () => said.filter(sql => sql === 'commit').length }
  }

  test('are on the disk together, and none is answered before', async () => {
    const { commits, other, pantry } = await shared()
    const answered: string[] = []
    const adding = ['jam', 'salt', 'rice'].map(id =>
      pantry.change(addJar(id)).then(async () => {
        expect(await ids(other)).toContain(id)
        answered.push(id)
      }),
    )
    for (let step = 0; step < 100; step++) await Promise.resolve()
    expect(answered).toEqual([])
    await Promise.all(adding)
    expect(answered).toEqual(['jam', 'salt', 'rice'])
    expect(commits()).toBe(1)
  })

  test('are gone one by one when they fail', async () => {
    const { commits, pantry } = await shared()
    const told = await Promise.allSettled([
      pantry.change(addJar('jam')),
      pantry.change(async db => {
        await addJar('salt')(db)
        throw new Error('too salty')
      }),
      pantry.change(addJar('jam')),
      pantry.change(addJar('rice')),
    ])
    expect(told.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    expect(told[2]).toMatchObject({ reason: { code: 'conflict', constraint: 'jars_label' } })
    expect(await ids(pantry)).toEqual(['honey', 'jam', 'rice'])
    expect(commits()).toBe(1)
  })

  test('see what stood before them in the turn', async () => {
    const { pantry } = await shared()
    const jam = pantry.change(addJar('jam'))
    const seen = pantry.change(async db => (await db.selectFrom('jars').select('id').execute()).length)
    expect(await seen).toBe(2)
    await jam
    expect(await ids(pantry)).toEqual(['honey', 'jam'])
  })

  test('that take longer than a turn are not cut', async () => {
    const { other, pantry } = await shared()
    const slow = pantry.change(async db => {
      await addJar('jam')(db)
      await turn()
      await turn()
      await addJar('salt')(db)
    })
    await turn()
    await turn()
    expect(await ids(other)).toEqual(['honey'])
    await slow
    expect(await ids(other)).toEqual(['honey', 'jam', 'salt'])
  })

  test('are all refused when what holds them together is lost, each with the reason', async () => {
    const { other, pantry } = await shared()
    pantry.handle.pragma(
      `max_page_count = ${Number(pantry.handle.pragma('page_count', { simple: true })) + 2}`,
    )
    const told = await Promise.allSettled([
      pantry.change(addJar('jam')),
      pantry.change(async db => {
        for (let number = 0; number < 100; number++)
          await addJar(`jar${number}${'-'.repeat(500)}`)(db).catch(() => undefined)
        throw new Error('a secret of its own')
      }),
      pantry.change(addJar('rice')),
    ])
    const kept = await ids(other)
    for (const [at, id] of ['jam', undefined, 'rice'].entries())
      if (id) expect(kept.includes(id), id).toBe(told[at]?.status === 'fulfilled')
    expect(told[0]).not.toMatchObject({ reason: { message: 'a secret of its own' } })
    expect(told[1]).toMatchObject({ reason: { message: 'a secret of its own' } })
    expect(pantry.handle.inTransaction).toBe(false)
  })

  test('are on the disk when the store closes', async () => {
    const { other, pantry } = await shared()
    const jam = pantry.change(addJar('jam'))
    await pantry.close()
    await jam
    expect(await ids(other)).toEqual(['honey', 'jam'])
  })
})

describe('a full disk', () => {
  test('takes the change back, says so, and reading goes on', async () => {
    const pantry = await store()
    pantry.handle.pragma(
      `max_page_count = ${Number(pantry.handle.pragma('page_count', { simple: true })) + 2}`,
    )
    const filling = pantry.change(async db => {
      for (let number = 0; number < 1000; number++) await addJar(`jar${number}${'-'.repeat(500)}`)(db)
    })
    await expect(filling).rejects.toMatchObject({ code: 'storage_full' })
    expect(await ids(pantry)).toEqual(['honey'])
  })

  test('lets nothing through after SQLite took the change back by itself', async () => {
    const pantry = await store()
    pantry.handle.pragma(
      `max_page_count = ${Number(pantry.handle.pragma('page_count', { simple: true })) + 2}`,
    )
    const stubborn = pantry.change(async db => {
      for (let number = 0; number < 100; number++) {
        await addJar(`jar${number}${'-'.repeat(500)}`)(db).catch(() => undefined)
      }
      throw new Error('given up')
    })
    await expect(stubborn).rejects.toThrow('given up')
    expect(await ids(pantry)).toEqual(['honey'])
  })
})

test('values that the driver would bend are refused', async () => {
  const pantry = await store()
  for (const spoons of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, true, 10n]) {
    const bent = pantry.change(db =>
      db
        .updateTable('jars')
        .set({ spoons: sql`${spoons}` })
        .execute(),
    )
    await expect(bent).rejects.toThrow('safe numbers')
  }
})

type Pantry = Awaited<ReturnType<typeof store>>
type Change = Parameters<Parameters<Pantry['change']>[0]>[0]

const addJar = (id: string) => (db: Change) =>
  db.insertInto('jars').values({ id, shelf: 'top', label: id, spoons: 0 }).execute()

async function ids(pantry: Pantry): Promise<string[]> {
  const rows = await pantry.read(db => db.selectFrom('jars').select('id').orderBy('id').execute())
  return rows.map(({ id }) => id)
}
