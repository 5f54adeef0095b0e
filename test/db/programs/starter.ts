import { writeSync } from 'node:fs'
import { inspect } from 'node:util'
import { openSqlite } from '../../../db/sqlite.ts'
import { type Jar, pantry } from '../pantry.ts'

// starter <path>…: opens each database at the same moment as its siblings do, on a word
async function main(): Promise<void> {
  const nativeBinding = process.env['NATIVE_FILE'] ?? ''
  writeSync(1, 'ready\n')
  await new Promise(resolve => process.stdin.once('data', resolve))
  for (const path of process.argv.slice(2)) {
    const store = await openSqlite<Jar>({ path, migrations: pantry, clock: () => 0, nativeBinding })
    const jars = await store.read(db => db.selectFrom('jars').select('id').execute())
    if (jars.length !== 1) throw new Error(`${jars.length} jars`)
    await store.close()
  }
  process.stdin.destroy()
}

main().catch((error: unknown) => {
  writeSync(2, inspect(error))
  process.exitCode = 1
  process.stdin.destroy()
})
