import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { has, temporaryFolder } from '../../bench/measure.mjs'
import { Assistant } from '../assistant.mjs'
import { stint, stintHook } from '../shell.mjs'
import { driversWords, tell, tellSkipped } from '../told.mjs'

const nobody = 65534

/** A home that may be read and not written. The superuser may write everywhere, so somebody else tries it. */
export async function run() {
  const isRoot = process.getuid?.() === 0
  if (process.platform === 'win32') return tellSkipped('read-only folder', 'Windows has other permissions')
  if (isRoot && !has('setpriv')) {
    return tellSkipped(
      'read-only folder',
      'root may write everywhere, and setpriv is not here to be somebody else',
    )
  }
  const before = isRoot ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] : []
  const around = temporaryFolder()
  chmodSync(around, 0o755)
  await filled(join(around, 'filled'), { isRoot, before })
  await empty(join(around, 'empty'), { isRoot, before })
}

async function filled(home, { before, isRoot }) {
  mkdirSync(home)
  await stint(home, ['log', 'acme', '5m', 'before', '--auto-create']).done
  for (const name of readdirSync(home)) {
    chmodSync(join(home, name), 0o444)
    if (isRoot) chownSync(join(home, name), nobody, nobody)
  }
  chmodSync(home, 0o555)
  const problems = await refusals(home, before)
  chmodSync(home, 0o755)
  for (const name of readdirSync(home)) chmodSync(join(home, name), 0o600)
  const { output } = await stint(home, ['entries', '--json']).done
  if (output?.entries.length !== 1) problems.push(`lost: ${JSON.stringify(output)}`)
  tell(
    'read-only folder',
    'a log, a status, an assistant and a hook; one sentence each, all there afterwards',
    problems,
  )
}

async function empty(home, { before }) {
  mkdirSync(home)
  chmodSync(home, 0o555)
  const problems = await refusals(home, before)
  if (readdirSync(home).length > 0) problems.push(`left behind: ${readdirSync(home).join()}`)
  tell('read-only folder, first start', 'the same where nothing is yet; nothing left behind', problems)
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
