import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../../bench/measure.mjs'
import { Assistant } from '../assistant.mjs'
import { stint, stintHook } from '../shell.mjs'
import { driversWords, tell, tellSkipped } from '../told.mjs'

/** Root without its right to write everywhere; it still reads what belongs to others, as the program may. */
const asOthers = ['setpriv', '--inh-caps=-dac_override', '--bounding-set=-dac_override']

/** A home that may be read and not written: by its permissions, and by how its disk is mounted. */
export async function run() {
  await forbidden()
  await mountedReadOnly()
}

async function forbidden() {
  if (process.platform === 'win32') return tellSkipped('read-only folder', 'Windows has other permissions')
  const before = process.getuid() === 0 ? asOthers : []
  const around = temporaryFolder()
  if (before.length > 0 && mayWrite(before, around))
    return tellSkipped('read-only folder', 'root may write everywhere, and setpriv cannot take that away')
  await filled(join(around, 'filled'), before)
  await empty(join(around, 'empty'), before)
}

function mayWrite([command, ...words], around) {
  const probe = join(around, 'probe')
  mkdirSync(probe, { mode: 0o555 })
  const { status } = spawnSync(command, [...words, 'sh', '-c', `test -r "${probe}" && ! test -w "${probe}"`])
  return status !== 0
}

async function filled(home, before) {
  mkdirSync(home)
  await stint(home, ['log', 'acme', '5m', 'before', '--auto-create']).done
  for (const path of filesIn(home)) chmodSync(path, 0o444)
  chmodSync(home, 0o555)
  const problems = await refusals(home, before)
  chmodSync(home, 0o755)
  for (const path of filesIn(home)) chmodSync(path, 0o600)
  problems.push(...(await lost(home)))
  tell(
    'read-only folder',
    'a log, a status, an assistant and a hook; one sentence each, all there afterwards',
    problems,
  )
}

const filesIn = folder =>
  readdirSync(folder, { withFileTypes: true })
    .filter(one => one.isFile())
    .map(one => join(folder, one.name))

async function empty(home, before) {
  mkdirSync(home)
  chmodSync(home, 0o555)
  const problems = await refusals(home, before)
  if (readdirSync(home).length > 0) problems.push(`left behind: ${readdirSync(home).join()}`)
  tell('read-only folder, first start', 'the same where nothing is yet; nothing left behind', problems)
}

/** Nobody may write there, whoever they are. */
async function mountedReadOnly() {
  const home = temporaryFolder()
  const mount = options => spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'stint-faults', home]).status
  if (mount('size=16m') !== 0) return tellSkipped('read-only disk', 'one cannot be mounted: that takes root')
  try {
    await stint(home, ['log', 'acme', '5m', 'before', '--auto-create']).done
    mount('remount,ro')
    const problems = await refusals(home, [])
    mount('remount,rw')
    problems.push(...(await lost(home)))
    tell('read-only disk', 'the same where the disk is mounted so', problems)
  } finally {
    spawnSync('umount', [home])
  }
}

async function lost(home) {
  const { output } = await stint(home, ['entries', '--json']).done
  return output?.entries.length === 1 ? [] : [`lost: ${JSON.stringify(output)}`]
}

async function refusals(home, before) {
  const problems = []
  for (const words of [['log', 'acme', '5m', 'typed'], ['status']]) {
    const { code, signal, stderr } = await stint(home, words, { before }).done
    if (code !== 1) problems.push(`stint ${words[0]} ended with ${code ?? signal}`)
    problems.push(...unclear(stderr))
  }
  const assistant = await new Assistant(home, { before }).open()
  const { error } = await assistant.call('log_time', { project: 'acme', duration: '5', date: '2025-06-01' })
  await assistant.close()
  problems.push(...unclear(error?.message ?? 'no error'))
  const { code, stderr, stdout } = await stintHook(
    home,
    { hook_event_name: 'Stop', session_id: 'a' },
    { before },
  ).done
  if (code !== 0 || stdout + stderr !== '') problems.push(`the hook ended with ${code}: ${stdout}${stderr}`)
  if (existsSync(join(home, 'spool'))) problems.push('the folder could be written after all')
  return problems
}

const unclear = said =>
  said.includes('cannot be opened for writing') && !driversWords.test(said) ? [] : [`said: ${said}`]
