import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const program = join(root, 'dist/stint.cjs')
export const hook = join(root, 'dist/hook.cjs')
export const floors = join(root, 'bench/floors')

export const output = text => process.stdout.write(text)

/** What is dear to make and kept from run to run. */
export function kept(name) {
  const folder = join(root, 'node_modules/.cache/stint-bench')
  mkdirSync(folder, { recursive: true })
  return join(folder, name)
}

/** Certificates of a company's proxy cost every Node process 30 ms, and would hide what the program costs. */
export function environment(more = {}) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('STINT_') && name !== 'NODE_EXTRA_CA_CERTS' && name !== 'NODE_OPTIONS',
  )
  return { ...Object.fromEntries(inherited), ...more }
}

const folders = []
process.on('exit', () => folders.forEach(folder => rmSync(folder, { recursive: true, force: true })))

export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'stint-bench-'))
  folders.push(folder)
  return folder
}

/** Each of `subjects` once a round, forwards and backwards in turn; the first round only warms up. */
export async function rounds(count, subjects) {
  const samples = Object.fromEntries(Object.keys(subjects).map(name => [name, []]))
  for (let round = 0; round <= count; round++) {
    const order = Object.entries(subjects)
    if (round % 2 === 1) order.reverse()
    for (const [name, take] of order) {
      const sample = await take()
      if (round > 0) samples[name].push(sample)
    }
  }
  return samples
}

/** A whole process, from its start to its end, in milliseconds. */
export function processTime(command, words, options = {}) {
  const began = process.hrtime.bigint()
  const { error, status, stderr } = spawnSync(command, words, {
    env: environment(),
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'ignore', 'pipe'],
    ...options,
  })
  const ms = Number(process.hrtime.bigint() - began) / 1e6
  if (error || status !== 0) throw error ?? new Error(`${command} ${words.join(' ')}: ${String(stderr)}`)
  return ms
}

/** What `work` takes, in microseconds for each of `times`. */
export async function microseconds(times, work) {
  const began = process.hrtime.bigint()
  for (let at = 0; at < times; at++) await work(at)
  return Number(process.hrtime.bigint() - began) / 1e3 / times
}

/** Two processes that talk in turn are steady on one core only: which cores they get makes a factor of three. */
export async function onOneCore(work) {
  place(String(availableParallelism() - 1))
  try {
    return await work()
  } finally {
    place(`0-${availableParallelism() - 1}`)
  }
}

const place = cores => spawnSync('taskset', ['-a', '-c', '-p', cores, String(process.pid)])

export const has = command =>
  (process.env.PATH ?? '').split(':').some(folder => existsSync(join(folder, command)))

/** What the peers say of their version; undefined where one is not installed, or does not run. */
export const timewarrior = () => versionOf('timew')
export const hledger = () => versionOf('hledger')?.match(/[\d.]+/)[0]
export const ccusage = () => versionOf(ccusageProgram())

const versionOf = command => {
  const { status, stdout } = spawnSync(command, ['--version'], { env: environment() })
  return status === 0 ? String(stdout).trim() : undefined
}

/** Where it is told to be installed, for it is no dependency; else wherever npm put it for the whole machine. */
export function ccusageProgram() {
  const own = kept('peers/node_modules/.bin/ccusage')
  return existsSync(own) ? own : 'ccusage'
}

export function quantile(samples, part) {
  const sorted = samples.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * part
  const low = sorted[Math.floor(at)]
  return low + (sorted[Math.ceil(at)] - low) * (at % 1)
}

export const median = samples => quantile(samples, 0.5)
