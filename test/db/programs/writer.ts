import { writeSync } from 'node:fs'
import { inspect } from 'node:util'
import { openSqlite } from '../../../db/sqlite.ts'
import { type Jar, pantry } from '../pantry.ts'

// writer <path> <name> <changes>: takes a spoon at a time, and says each jar's number once it is kept
const [path = '', name = '', changes = '0'] = process.argv.slice(2)

async function main(): Promise<void> {
  const nativeBinding = process.env['NATIVE_FILE'] ?? ''
  const store = await openSqlite<Jar>({ path, migrations: pantry, clock: () => 0, nativeBinding })
  for (let number = 1; number <= Number(changes); number++) {
    await store.change(async db => {
      const { spoons } = await db
        .selectFrom('jars')
        .select('spoons')
        .where('id', '=', 'honey')
        .executeTakeFirstOrThrow()
      await db
        .updateTable('jars')
        .set({ spoons: spoons + 1 })
        .where('id', '=', 'honey')
        .execute()
      const id = `${name}-${number}`
      await db.insertInto('jars').values({ id, shelf: 'top', label: id, spoons: 0 }).execute()
    })
    writeSync(1, `${name}-${number}\n`)
  }
  await store.close()
}

main().catch((error: unknown) => {
  writeSync(2, inspect(error))
  process.exitCode = 1
})
