import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { environment, root, temporaryFolder } from '../../bench/measure.mjs'
import { Assistant } from '../assistant.mjs'
import { audit } from '../audit.mjs'
import { stint, stintHook } from '../shell.mjs'
import { closed, driversWords, milliseconds, tell } from '../told.mjs'

/** A foreign program holds the database: for a while everybody waits, and then hears one sentence. */
export async function run({ minutes }) {
  const tooLong = minutes < 2 ? [] : [heldTooLong()]
  await Promise.all([heldForWriting(10), heldAlone(10), ...tooLong])
}

async function heldForWriting(seconds) {
  const { assistants, home } = await inUse()
  const { letGo } = await hold(home, 'writing', seconds)
  const reported = await stintHook(home, { hook_event_name: 'SessionStart', session_id: 'a', cwd: '/tmp' })
    .done
  const changes = [...assistants, ...assistants].map((one, at) => one.call('log_time', timeOf(at)))
  const reads = [assistants[0].call('list_entries'), stint(home, ['entries', '--json']).done]
  const typed = stint(home, ['log', 'acme', '5m', 'typed', '--json']).done
  const [listed, shown] = await Promise.all(reads)
  const answers = await Promise.all(changes)
  const problems = [...answers, listed].flatMap(({ error }) => (error ? [error.message] : []))
  for (const { code, stderr } of [await typed, shown, reported]) if (code !== 0) problems.push(stderr)
  await letGo
  problems.push(...(await closed(assistants)))
  const { entries, problems: found } = audit(join(home, 'stint.db'))
  if (entries !== 1 + answers.length + 1) problems.push(`${entries} entries, not ${answers.length + 2}`)
  tell(
    `held for writing, ${seconds} s`,
    `${answers.length + 1} changes waited up to ${milliseconds(Math.max(...answers.map(one => one.ms)))} and were made; ` +
      `reading, with a signal to take in, took ${milliseconds(listed.ms)} and ${milliseconds(shown.ms)}`,
    [...problems, ...found],
  )
}

async function heldAlone(seconds) {
  const home = temporaryFolder()
  await stint(home, ['log', 'acme', '5m', 'before', '--auto-create']).done
  const { letGo } = await hold(home, 'alone', seconds)
  const assistant = await new Assistant(home).open()
  const called = assistant.call('log_time', timeOf(1))
  const commands = [
    ['log', 'acme', '5m', 'typed', '--json'],
    ['status', '--json'],
    ['backup', '--json'],
  ].map(words => stint(home, words).done)
  const { error, ms } = await called
  const done = await Promise.all(commands)
  await letGo
  const problems = [...(error ? [error.message] : []), ...(await closed([assistant]))]
  for (const { code, stderr } of done) if (code !== 0) problems.push(stderr)
  const { entries, problems: found } = audit(join(home, 'stint.db'))
  if (entries !== 3) problems.push(`${entries} entries, not 3`)
  tell(
    `held against everybody, ${seconds} s`,
    `an assistant waited ${milliseconds(ms)}, a log, a status and a backup up to ` +
      milliseconds(Math.max(...done.map(one => one.ms))),
    [...problems, ...found],
  )
}

/** Patience ends after half a minute. */
async function heldTooLong() {
  const { assistants, home } = await inUse()
  const { letGo } = await hold(home, 'writing', 36)
  const [{ error, ms }, { code, stderr }] = await Promise.all([
    assistants[0].call('log_time', timeOf(0)),
    stint(home, ['log', 'acme', '5m', 'typed']).done,
  ])
  const problems = [error?.message ?? 'no error', stderr].filter(
    said => !said.includes('Another program has been holding the database') || driversWords.test(said),
  )
  if (code !== 1) problems.push(`the command ended with ${code}`)
  await letGo
  const after = await assistants[0].call('log_time', timeOf(1))
  if (after.error) problems.push(`afterwards: ${after.error.message}`)
  problems.push(...(await closed(assistants)))
  const { entries, problems: found } = audit(join(home, 'stint.db'))
  if (entries !== 2) problems.push(`${entries} entries, not 2`)
  tell('held too long, 36 s', `said so in one sentence after ${milliseconds(ms)}, and went on afterwards`, [
    ...problems,
    ...found,
  ])
}

const timeOf = at => ({ project: 'acme', date: '2025-06-01', duration: '5', description: `called ${at}` })

async function inUse() {
  const home = temporaryFolder()
  await stint(home, ['log', 'acme', '5m', 'before', '--auto-create']).done
  const assistants = [new Assistant(home), new Assistant(home)]
  await Promise.all(assistants.map(one => one.open()))
  for (const one of assistants) await one.call('status')
  return { home, assistants }
}

async function hold(home, how, seconds) {
  const words = [join(root, 'faults/holder.mjs'), join(home, 'stint.db'), how, String(seconds)]
  const holder = spawn(process.execPath, words, { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] })
  const letGo = once(holder, 'close')
  const [said] = await Promise.race([once(holder.stdout, 'data'), letGo])
  if (!String(said).startsWith('held')) throw new Error('The foreign program did not get the database.')
  return { letGo }
}
