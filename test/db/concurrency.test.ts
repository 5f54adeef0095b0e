import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { folder, program, store } from './given.ts'
import { pantry, restocking } from './pantry.ts'

test('eight processes that read, then write, lose nothing and never see each other', {
  timeout: 60_000,
}, async () => {
  const path = join(folder(), 'pantry.db')
  const writers = Array.from({ length: 8 }, (_, number) => program('writer', [path, `w${number}`, 1000]))

  const codes = await Promise.all(writers.map(writer => writer.ended))

  expect(writers.map(({ errors }) => errors).join('')).toBe('')
  expect(codes).toEqual(Array(8).fill(0))
  const pantry = await store({ path })
  expect(await spoons(pantry)).toBe(8000)
  expect(await jars(pantry)).toHaveLength(8001)
})

test('what was said to be kept is there after any kill', { timeout: 60_000 }, async () => {
  const path = join(folder(), 'pantry.db')
  const acknowledged = new Set<string>()

  for (let round = 0; round < 20; round++) {
    const writers = Array.from({ length: 4 }, (_, number) =>
      program('writer', [path, `r${round}w${number}`, 100_000]),
    )
    await Promise.all(writers.map(writer => writer.says('-1\n')))
    await Promise.all(
      writers.map(async writer => {
        await sleep(Math.random() * 60)
        writer.process.kill('SIGKILL')
        await writer.ended
      }),
    )
    for (const writer of writers) for (const line of writer.lines) acknowledged.add(line)
  }

  const pantry = await store({ path })
  const kept = new Set(await jars(pantry))
  expect([...acknowledged].filter(id => !kept.has(id))).toEqual([])
  expect(acknowledged.size).toBeGreaterThan(80)
  expect(await spoons(pantry)).toBe(kept.size - 1)
  expect(pantry.handle.pragma('integrity_check', { simple: true })).toBe('ok')
})

test('eight processes may start at once on a database that is not there yet', {
  timeout: 60_000,
}, async () => {
  const home = folder()
  const paths = Array.from({ length: 10 }, (_, number) => join(home, `${number}`, 'pantry.db'))
  const starters = Array.from({ length: 8 }, () => program('starter', paths))
  await Promise.all(starters.map(starter => starter.says('ready')))

  for (const starter of starters) starter.process.stdin?.write('go')
  const codes = await Promise.all(starters.map(starter => starter.ended))

  expect(starters.map(({ errors }) => errors).join('')).toBe('')
  expect(codes).toEqual(Array(8).fill(0))
})

test('a migration that is killed has happened, or has not', { timeout: 60_000 }, async () => {
  for (let round = 0; round < 12; round++) {
    const { path, handle } = await store()
    const migrator = program('migrator', [path])
    await migrator.says('ready')
    await sleep(round * 2)
    migrator.process.kill('SIGKILL')
    await migrator.ended

    const number = Number(handle.pragma('user_version', { simple: true }))
    const tables = handle.prepare("select count(*) from sqlite_schema where type = 'table'").pluck().get()
    const rows = handle.prepare('select count(*) from jars').pluck().get()
    expect([number, tables, rows]).toEqual(number === 1 ? [1, 3, 1] : [2, 203, 201])
    await store({ path, migrations: [...pantry, restocking] })
  }
})

type Pantry = Awaited<ReturnType<typeof store>>

async function jars(pantry: Pantry): Promise<string[]> {
  const rows = await pantry.read(db => db.selectFrom('jars').select('id').execute())
  return rows.map(({ id }) => id)
}

async function spoons(pantry: Pantry): Promise<number> {
  const honey = await pantry.read(db =>
    db.selectFrom('jars').select('spoons').where('id', '=', 'honey').executeTakeFirst(),
  )
  return honey?.spoons ?? -1
}
