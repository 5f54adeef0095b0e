import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { health } from '../../db/check.ts'
import { folder, store } from './given.ts'

test('a sound database, in facts', async () => {
  const { path } = await store()
  expect(await health(path)).toMatchObject({
    exists: true,
    database: { journal_mode: 'wal', schema_number: 1, owner: 'stint' },
    problems: [],
    file_mode: '600',
    folder_mode: '700',
    network_file_system: process.platform === 'linux' ? false : null,
  })
})

test('looking for a database does not make one', async () => {
  const path = join(folder(), 'pantry.db')
  expect(await health(path)).toMatchObject({
    exists: false,
    database: null,
    problems: [],
    bytes: 0,
    file_mode: null,
  })
  expect(existsSync(path)).toBe(false)
})

test('damage is found', async () => {
  const pantry = await store()
  await pantry.close()
  const bytes = readFileSync(pantry.path)
  bytes.fill(0xff, 4096 * 2)
  writeFileSync(pantry.path, bytes)
  const { problems } = await health(pantry.path)
  expect(problems.length).toBeGreaterThan(0)

  writeFileSync(pantry.path, 'hello')
  expect(await health(pantry.path)).toMatchObject({ database: null, problems: [expect.any(String)] })
})
