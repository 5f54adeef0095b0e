import { writeSync } from 'node:fs'
import { inspect } from 'node:util'
import { openSqlite } from '../../../db/sqlite.ts'
import { pantry, restocking } from '../pantry.ts'

// migrator <path>: brings an older pantry to a newer schema
async function main(): Promise<void> {
  const nativeBinding = process.env['NATIVE_FILE'] ?? ''
  writeSync(1, 'ready\n')
  const path = process.argv[2] ?? ''
  await openSqlite({ path, migrations: [...pantry, restocking], clock: () => 0, nativeBinding })
  writeSync(1, 'migrated\n')
}

main().catch((error: unknown) => {
  writeSync(2, inspect(error))
  process.exitCode = 1
})
