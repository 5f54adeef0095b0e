import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import Database from 'better-sqlite3'
import { environment, program, root, temporaryFolder } from '../bench/measure.mjs'
import { audit, differences } from '../faults/audit.mjs'
import { Server } from './server.mjs'

/** A copy made while `work` goes on; answers what was written before it began and after it ended, too. */
export async function copyDuring(work, { db, home, now }) {
  const newest = () => db.prepare('select max(seq) from events').pluck().get()
  const before = newest()
  const [said] = await Promise.all([stint(home, now, ['backup', '--json']), work])
  return { path: JSON.parse(said).backup.path, before, after: newest(), now }
}

/** The copy in another home, served there and looked at by `look` as the one that it was made of. */
export async function faultsOfCopy(copy, { db, look }) {
  const home = temporaryFolder()
  const path = join(home, 'stint.db')
  await stint(home, copy.now, ['restore', copy.path, '--yes', '--json'])
  const problems = [
    ...differences(copy.path, path),
    ...audit(path).problems,
    ...torn(copy, db, new Database(path, { readonly: true })),
  ]
  silence(path)
  const server = await new Server(home, copy.now).open()
  const restored = new Database(path, { readonly: true })
  problems.push(...(await look({ db: restored, server })))
  restored.close()
  await server.close()
  return problems
}

/** It is the past of the living one, up to a moment while it was made. */
function torn({ after, before }, living, restored) {
  const until = restored.prepare('select max(seq) from events').pluck().get()
  const [is, was] = [restored, living].map(db => JSON.stringify(history(db, until)))
  restored.close()
  return [
    ...(until >= before && until <= after ? [] : [`it ends at ${until}, not within ${before} to ${after}`]),
    ...(is === was ? [] : [`its ${until} events are not the first of the living database`]),
  ]
}

const history = (db, until) =>
  db.prepare('select seq, id, type, subject_id, after from events where seq <= ?').raw().all(until)

/** What the living one has told already is not told again. */
function silence(path) {
  const db = new Database(path)
  db.exec(`update webhooks set disabled_at = updated_at, disabled_reason = 'asked'`)
  db.close()
}

/** A command that lives at the same time as the server. */
async function stint(home, now, words) {
  const all = ['--require', join(root, 'soak/clock.cjs'), program, ...words]
  const env = environment({ STINT_HOME: home, SOAK_NOW: String(now), TZ: 'Europe/Berlin' })
  const child = spawn(process.execPath, all, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise(resolve => child.on('close', resolve))
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  if (code !== 0) throw new Error(`stint ${words.join(' ')} ended with ${code}: ${stderr}`)
  return stdout
}
