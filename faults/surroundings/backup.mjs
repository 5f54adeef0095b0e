import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { temporaryFolder } from '../../bench/measure.mjs'
import { Assistant } from '../assistant.mjs'
import { audit, differences } from '../audit.mjs'
import { Ledger } from '../ledger.mjs'
import { stint } from '../shell.mjs'
import { closed, tell } from '../told.mjs'
import { Writer } from '../writer.mjs'

/** Copies made while three write: each is one moment, with all that was acknowledged before; and comes back whole. */
export async function run({ chance, minutes }) {
  const home = temporaryFolder()
  const ledger = new Ledger()
  const assistants = Array.from({ length: 3 }, () => new Assistant(home))
  const writers = assistants.map(
    (one, at) => new Writer(`writer ${at}`, one, { chance: chance.branch(), ledger }),
  )
  await Promise.all(assistants.map(one => one.open()))
  let goesOn = true
  const working = writers.map(one => one.work(() => goesOn))
  const copies = []
  const problems = []
  for (let time = 0; time < 3 + minutes; time++) {
    await sleep(200)
    const acknowledged = [...ledger.entries.keys()]
    const { code, output, stderr } = await stint(home, ['backup', '--json']).done
    if (code !== 0) problems.push(`stint backup: ${stderr}`)
    else copies.push({ path: output.backup.path, acknowledged })
  }
  goesOn = false
  await Promise.all(working)
  problems.push(...writers.flatMap(one => one.troubles), ...audit(join(home, 'stint.db'), ledger).problems)
  for (const copy of copies) problems.push(...faultsOf(copy))
  const last = copies.at(-1).path
  problems.push(...(await restoredElsewhere(last)), ...(await restoredInUse(home, last, assistants)))
  problems.push(...(await closed(assistants)))
  tell(
    'backups under load',
    `${copies.length} while ${ledger.acknowledged.toLocaleString('en')} were acknowledged; restored elsewhere, and under three open servers`,
    problems,
  )
}

function faultsOf({ acknowledged, path }) {
  const { problems } = audit(path)
  const db = new Database(path, { readonly: true })
  const created = new Set(
    db.prepare("select subject_id from events where type = 'entry.created'").pluck().all(),
  )
  db.close()
  const missing = acknowledged.filter(id => !created.has(id))
  return [...problems, ...missing.map(id => `${path} lacks ${id}`)]
}

async function restoredElsewhere(copy) {
  const home = temporaryFolder()
  const { code, stderr } = await stint(home, ['restore', copy, '--yes', '--json']).done
  if (code !== 0) return [`stint restore: ${stderr}`]
  return differences(copy, join(home, 'stint.db'))
}

async function restoredInUse(home, copy, assistants) {
  const { code, output, stderr } = await stint(home, ['restore', copy, '--yes', '--json']).done
  if (code !== 0) return [`stint restore: ${stderr}`]
  const problems = differences(copy, join(home, 'stint.db'))
  problems.push(...audit(output.restored.kept).problems)
  for (const [at, one] of assistants.entries()) {
    const time = { project: 'After', auto_create: true, date: '2025-06-01', duration: '5' }
    const { error } = await one.call('log_time', { ...time, description: `after ${at}` })
    if (error) problems.push(`after the restore: ${error.message}`)
  }
  return [...problems, ...audit(join(home, 'stint.db')).problems]
}
