import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { build } from 'esbuild'
import { kept, root, temporaryFolder } from '../bench/measure.mjs'
import { audit } from './audit.mjs'
import { unsoundCopies } from './kill.mjs'
import { stint } from './shell.mjs'
import { milliseconds, tell, tellSkipped } from './told.mjs'

const name = 'kill -9 in a migration'
const clients = 2000

/** Several processes of a new version meet a database of an earlier one, and are killed as they bring it up. */
export async function run({ chance, minutes }) {
  const { migrations, openSqlite } = await inside()
  if (migrations.length < 2) return tellSkipped(name, 'there is one only, and first starts are it')
  const older = async schema => {
    const home = temporaryFolder()
    const path = join(home, 'stint.db')
    const store = await openSqlite({ path, migrations: migrations.slice(0, schema), clock: Date.now })
    await store.close()
    fill(path)
    return home
  }
  const { ms } = await stint(await older(1), ['status']).done
  const sum = { rounds: Math.max(migrations.length - 1, 8 * minutes), migrated: 0 }
  const problems = []
  for (let round = 0; round < sum.rounds; round++) {
    const schema = 1 + (round % (migrations.length - 1))
    const home = await older(schema)
    const path = join(home, 'stint.db')
    const starting = [1, 2, 3].map(() => stint(home, ['status', '--json']))
    await sleep(chance.below(Math.ceil(4 * ms)))
    for (const one of starting) one.kill()
    await Promise.all(starting.map(one => one.done))
    const before = factsOf(path)
    if (before.schema === migrations.length) sum.migrated++
    else if (before.schema !== schema) problems.push(`schema ${String(before.schema)} is between`)
    const { code, stderr } = await stint(home, ['status', '--json']).done
    const after = factsOf(path)
    if (code !== 0 || stderr !== '') problems.push(`the next start: ${stderr}`)
    if (after.schema !== migrations.length)
      problems.push(`the next start left schema ${String(after.schema)}`)
    if (before.clients !== clients || after.clients !== clients)
      problems.push(`lost: ${String(after.clients)} clients`)
    problems.push(...audit(path).problems, ...unsoundCopies(home))
  }
  tell(
    name,
    `${sum.rounds} rounds of three, from ${migrations.length - 1} earlier versions; one takes ${milliseconds(ms)}; ${sum.migrated} were through`,
    problems,
  )
}

/** The program's own way to an older schema, bundled like the program. */
async function inside() {
  const file = kept('faults-inside.cjs')
  await build({
    stdin: {
      contents: `export { migrations } from './db/migrations/index.ts'
        export { openSqlite } from './db/sqlite.ts'`,
      resolveDir: root,
    },
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['better-sqlite3'],
    logLevel: 'error',
    logOverride: { 'empty-import-meta': 'silent' },
  })
  return createRequire(import.meta.url)(file)
}

function fill(path) {
  const db = new Database(path)
  db.transaction(() => {
    db.prepare(
      `insert into workspaces (id, name, week_start, currency, policy, names_version, version, created_at, updated_at)
         values ('wsp_1', 'Workspace', 'monday', 'EUR', '{}', 0, 1, 0, 0)`,
    ).run()
    db.prepare(
      `insert into members (workspace_id, id, name, name_key, role, created_at)
         values ('wsp_1', 'mem_1', 'Ada', 'ada', 'owner', 0)`,
    ).run()
    const client = db.prepare(
      `insert into clients (workspace_id, id, name, name_key, version, created_at, updated_at)
         values ('wsp_1', ?, ?, ?, 1, 0, 0)`,
    )
    for (let at = 0; at < clients; at++) client.run(`cli_${at}`, `Client ${at}`, `client ${at}`)
  })()
  db.close()
}

function factsOf(path) {
  const db = new Database(path)
  const facts = {
    schema: db.pragma('user_version', { simple: true }),
    clients: db.prepare('select count(*) from clients').pluck().get(),
  }
  db.close()
  return facts
}
