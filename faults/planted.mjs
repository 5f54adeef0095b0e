import { closeSync, copyFileSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { temporaryFolder } from '../bench/measure.mjs'
import { Assistant } from './assistant.mjs'
import { audit } from './audit.mjs'
import { Biller } from './biller.mjs'
import { HookCaller } from './hooks.mjs'
import { Ledger } from './ledger.mjs'
import { closed, tell } from './told.mjs'
import { Writer } from './writer.mjs'

/** A thing with all that tells of it, as if it had never been; the events behind it move up. */
const without = (table, which = 'true') => `
  create temp table lost as select id from ${table} where ${which} order by created_at desc limit 1;
  delete from entry_tags where entry_id in lost;
  delete from spans where entry_id in lost;
  delete from payments where invoice_id in lost;
  delete from ${table} where id in lost;
  delete from events where subject_id in lost;
  update events set seq = (select count(*) from events as e where e.seq <= events.seq)`

/** What is said → what is done to a copy. */
const plants = {
  'lost: ent_': without('entries'),
  'lost: inv_': without('invoices'),
  'lost: tmr_': without('sessions', `kind = 'timer'`),
  'lost: the signal': `delete from signals where tool_id = (select tool_id from signals where tool_id is not null limit 1)`,
  'nobody asked': `update entries set id = 'ent_0', description = 'planted' where id = (select id from entries where started_at is null limit 1)`,
  'entry twice': `update entries set description = (select description from entries where description <> '' limit 1)`,
  'differs from it in': `update entries set seconds = seconds + 60, active_seconds = active_seconds + 60`,
  'events are numbered': `delete from events where seq = 3`,
}

/** Alarms that never ring prove nothing: small losses in copies of a sound database, and each has to be told. */
export async function run({ chance }) {
  const home = temporaryFolder()
  const path = join(home, 'stint.db')
  const ledger = new Ledger()
  const assistant = await new Assistant(home).open()
  const host = new HookCaller('host', home)
  const writer = new Writer('writer', assistant, { chance: chance.branch(), ledger })
  const biller = new Biller('biller', assistant, { chance: chance.branch(), ledger })
  for (const one of [writer, biller]) {
    let left = 25
    await one.work(() => left-- > 0)
  }
  await host.work(() => host.writes < 3)
  await assistant.call('status')
  const problems = [
    ...writer.troubles,
    ...biller.troubles,
    ...(await closed([assistant])),
    ...audit(path, ledger).problems,
    ...host.lost(),
  ]
  const look = copy => [...audit(copy, ledger).problems, ...host.lost(copy)]
  for (const [said, sql] of Object.entries(plants)) {
    const found = look(copyWith(path, db => db.exec(sql)))
    if (!found.some(one => one.includes(said)))
      problems.push(`planted and not noticed: ${said}, but ${JSON.stringify(found.slice(0, 2))}`)
  }
  if (!noticesDamage(path)) problems.push('a damaged page was not noticed')
  tell('planted losses', `${Object.keys(plants).length + 1} told`, problems)
}

function copyWith(path, change) {
  const copy = join(temporaryFolder(), 'planted.db')
  copyFileSync(path, copy)
  const db = new Database(copy)
  db.pragma('foreign_keys = off')
  change(db)
  db.close()
  return copy
}

/** The end of a page is overwritten, where an index keeps what it knows. */
function noticesDamage(path) {
  let page
  const copy = copyWith(path, db => (page = rootOf(db, 'entries')))
  const file = openSync(copy, 'r+')
  writeSync(file, Buffer.alloc(64, 7), 0, 64, page * pageBytes - 64)
  closeSync(file)
  return isNoticed(() => audit(copy).problems)
}

const pageBytes = 4096
const rootOf = (db, table) =>
  db.prepare(`select rootpage from sqlite_schema where type = 'index' and tbl_name = ?`).pluck().get(table)

function isNoticed(look) {
  try {
    return look().length > 0
  } catch {
    return true
  }
}
