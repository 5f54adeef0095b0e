import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Backup, backup, expired, listBackups } from '../../db/backup.ts'
import { folder, noon, program, store } from './given.ts'

const day = 24 * 60 * 60 * 1000

test('a backup made while another process writes is one moment of the database', async () => {
  const { path } = await store()
  const target = folder()
  const writer = program('writer', [path, 'w', 100_000])
  await writer.says('w-20\n')

  const made = await backup({ path, folder: target, clock: () => noon })

  expect(writer.process.exitCode).toBe(null)
  const copy = new Database(made.path, { readonly: true })
  const { jars, spoons } = copy
    .prepare<[], { jars: number; spoons: number }>('select count(*) as jars, sum(spoons) as spoons from jars')
    .get() ?? { jars: 0, spoons: 0 }
  copy.close()
  expect(jars).toBeGreaterThan(20)
  expect(spoons).toBe(jars - 1)
})

test('a backup belongs to its owner alone and says when it was made', async () => {
  const { path } = await store()
  const target = join(folder(), 'backups')
  const made = await backup({ path, folder: target, clock: () => noon })

  expect(made).toEqual({
    path: join(target, 'stint-2026-05-04T12-00-00.000Z-regular.db'),
    kind: 'regular',
    at: noon,
    bytes: statSync(made.path).size,
  })
  expect(listBackups(target)).toEqual([made])
  expect(statSync(made.path).mode & 0o777).toBe(0o600)
  expect(statSync(target).mode & 0o777).toBe(0o700)
  expect(readdirSync(target)).toHaveLength(1)
})

test('two backups of the same moment are two', async () => {
  const { path } = await store()
  const target = folder()
  await backup({ path, folder: target, clock: () => noon })
  await backup({ path, folder: target, clock: () => noon })
  expect(listBackups(target)).toHaveLength(2)
})

test('what somebody else put into the folder is left alone', async () => {
  const { path } = await store()
  const target = folder()
  writeFileSync(join(target, 'notes.txt'), 'mine')
  for (let age = 40; age >= 0; age--) await backup({ path, folder: target, clock: () => noon - age * day })
  expect(readdirSync(target)).toContain('notes.txt')
  // Monday noon: seven days, and the last of each of the two weeks before them that they do not reach.
  expect(listBackups(target).map(({ at }) => (noon - at) / day)).toEqual([0, 1, 2, 3, 4, 5, 6, 8, 15])
})

test('a copy that a killed process left unfinished is deleted after a day', async () => {
  const { path } = await store()
  const target = folder()
  const unfinished = (age: number): string => {
    const left = join(target, `stint-2026-05-02T12-00-00.000Z-regular.db.${age}.tmp`)
    writeFileSync(left, 'half')
    utimesSync(left, (noon - age * 1000) / 1000, (noon - age * 1000) / 1000)
    return left
  }
  const old = unfinished(25 * 3600)
  const young = unfinished(60)
  const made = await backup({ path, folder: target, clock: () => noon })
  const names = readdirSync(target).map(name => join(target, name))
  expect(names.toSorted()).toEqual([young, made.path].toSorted())
  expect(names).not.toContain(old)
})

test('without room for it there is a sentence and no half copy', async () => {
  const { path } = await store()
  const home = folder()
  writeFileSync(join(home, 'file'), '')
  const target = join(home, 'file', 'backups')
  await expect(backup({ path, folder: target, clock: () => noon })).rejects.toMatchObject({
    code: 'internal',
  })
})

const some = fc.array(
  fc.record({
    path: fc.uuid(),
    kind: fc.constantFrom('regular' as const, 'migration' as const, 'restore' as const),
    at: fc.integer({ min: noon - 400 * day, max: noon }),
    bytes: fc.constant(1),
  }),
)

test('letting go keeps the newest of each kind, few in all, and twice is once', () => {
  fc.assert(
    fc.property(some, backups => {
      const gone = new Set(expired(backups, noon))
      const kept = backups.filter(one => !gone.has(one))
      for (const kind of ['regular', 'migration', 'restore']) {
        const of = (list: Backup[]) => list.filter(one => one.kind === kind)
        const newest = (list: Backup[]) => Math.max(...of(list).map(({ at }) => at))
        expect(newest(kept)).toBe(newest(backups))
        const old = of(kept).filter(({ at }) => noon - at >= day)
        expect(old.length).toBeLessThanOrEqual(kind === 'regular' ? 11 : 5)
      }
      expect(expired(kept, noon)).toEqual([])
    }),
  )
})
