import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../../bench/measure.mjs'
import { Assistant } from '../assistant.mjs'
import { audit } from '../audit.mjs'
import { Ledger } from '../ledger.mjs'
import { stint, stintHook } from '../shell.mjs'
import { driversWords, tell, tellSkipped } from '../told.mjs'

/** No room: what was acknowledged stays, reading goes on, and with room again so does writing. */
export async function run() {
  await noRoomOnDisk()
  await noLongerFiles()
}

async function noRoomOnDisk() {
  const around = temporaryFolder()
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'stint-faults', around])
  if (mounted.status !== 0) return tellSkipped('full disk', 'a small one cannot be mounted: that takes root')
  try {
    await fillDisk(join(around, 'home'), join(around, 'something else'))
  } finally {
    spawnSync('umount', [around])
  }
}

async function fillDisk(home, other) {
  mkdirSync(home)
  const ledger = new Ledger()
  const assistant = await new Assistant(home).open()
  await logTime(assistant, ledger, 0)
  // what leaves a database some room only
  const { bavail, bsize } = statfsSync(home)
  writeFileSync(other, Buffer.alloc(bavail * bsize - 600_000))
  const { error, made } = await logUntilRefused(assistant, ledger)
  const problems = unclear(error, 'storage_full')
  const { error: unread, output } = await assistant.call('list_entries', { limit: 1 })
  if (unread || output.entries.length !== 1) problems.push(`reading: ${unread?.message}`)
  problems.push(...(await refusedOutside(home)))

  rmSync(other)
  for (let at = 0; at < 20; at++) {
    const { error: later } = await logTime(assistant, ledger, `later ${at}`)
    if (later) problems.push(`with room again: ${later.message}`)
  }
  await assistant.close()
  const found = audit(join(home, 'stint.db'), ledger)
  tell(
    'full disk',
    `${made} acknowledged until it was full, 20 with room again; a log, a backup and a hook beside it`,
    [...problems, ...found.problems],
  )
}

async function refusedOutside(home) {
  const problems = []
  for (const words of [
    ['log', 'acme', '5m', 'typed', '--json'],
    ['backup', '--json'],
  ]) {
    const { code, signal, stderr, stdout } = await stint(home, words).done
    if (code !== 1) problems.push(`stint ${words[0]} ended with ${code ?? signal}: ${stdout}${stderr}`)
    const said = stdout + stderr
    if (!said.includes('is full') || driversWords.test(said)) problems.push(`stint ${words[0]} said: ${said}`)
  }
  const hooked = await stintHook(home, { hook_event_name: 'Stop', session_id: 'a', cwd: '/tmp' }).done
  if (hooked.code !== 0 || hooked.stdout + hooked.stderr !== '')
    problems.push(`the hook ended with ${hooked.code}`)
  const left = ['backups', 'spool'].flatMap(name => {
    try {
      return readdirSync(join(home, name)).filter(file => file.includes('.tmp') || file.startsWith('.'))
    } catch {
      return []
    }
  })
  if (left.length > 0) problems.push(`half-written files stayed: ${left.join()}`)
  return problems
}

/** As a limit of the system sets it: SQLite hears of it as of a disk that does not write. */
async function noLongerFiles() {
  if (process.platform === 'win32') return tellSkipped('files at their limit', 'Windows has no such limit')
  const home = temporaryFolder()
  const ledger = new Ledger()
  // in blocks of 512 bytes
  const before = ['sh', '-c', 'ulimit -f 2000; exec "$@"', 'sh']
  const assistant = await new Assistant(home, { before }).open()
  const { error, made } = await logUntilRefused(assistant, ledger)
  const problems = unclear(error, undefined)
  const { error: unread } = await assistant.call('list_entries', { limit: 1 })
  if (unread) problems.push(`reading: ${unread.message}`)
  await assistant.close()
  const { code, stderr } = await stint(home, ['log', 'acme', '5m', 'unlimited']).done
  if (code !== 0) problems.push(`without the limit: ${stderr}`)
  ledger.asked.add('unlimited')
  const found = audit(join(home, 'stint.db'), ledger)
  tell('files at their limit', `${made} acknowledged until then, all there without the limit`, [
    ...problems,
    ...found.problems,
  ])
}

async function logUntilRefused(assistant, ledger) {
  for (let made = 0; made < 5000; made++) {
    const { error } = await logTime(assistant, ledger, `some ${made}`)
    if (error) return { error, made }
  }
  return { error: undefined, made: 5000 }
}

async function logTime(assistant, ledger, at) {
  const state = { description: `entry ${at}`, seconds: 300 }
  const words = { project: 'acme', auto_create: true, date: '2025-06-01', duration: '5' }
  const answer = (await assistant.call('log_time', { ...words, description: state.description })) ?? {
    error: { code: 'died', message: 'The server died.' },
  }
  if (answer.output) ledger.keepEntry(answer.output.entry.id, state)
  return answer
}

function unclear(error, code) {
  if (!error) return ['it was never refused']
  if (code !== undefined && error.code !== code) return [`${error.code}, not ${code}: ${error.message}`]
  return driversWords.test(error.message) || error.message.startsWith('Internal error') ? [error.message] : []
}
