import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const suite = '@modelcontextprotocol/conformance'

export interface Scenario {
  name: string
  passed: number
  failures: string[]
}

/** Runs a suite of the protocol's makers against a server. It is kept in a cache of its own: nothing else needs it. */
export async function conformance(
  version: string,
  url: string,
  results: string,
  words: readonly string[],
): Promise<Scenario[]> {
  const program = join(installed(version), 'node_modules', suite, 'dist/index.js')
  const said = await run([
    '--import',
    loader,
    program,
    'server',
    '--url',
    url,
    '--output-dir',
    results,
    ...words,
  ])
  const folders = existsSync(results) ? readdirSync(results).toSorted() : []
  if (folders.length === 0) throw new Error(`The suite told nothing: ${said}`)
  return folders.map(folder => scenarioIn(results, folder))
}

const loader = new URL('glob-loader.mjs', import.meta.url).href

function installed(version: string): string {
  const folder = fileURLToPath(
    new URL(`../../node_modules/.cache/stint-conformance-${version}`, import.meta.url),
  )
  if (existsSync(join(folder, 'node_modules', suite))) return folder
  mkdirSync(folder, { recursive: true })
  const wanted = { private: true, dependencies: { [suite]: version } }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(wanted))
  const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund']
  const { status } = spawnSync('npm', words, { cwd: folder, stdio: 'inherit' })
  if (status !== 0) throw new Error(`${suite} could not be installed.`)
  return folder
}

/** What a whole run says; that some scenario failed is told by its results. */
function run(words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', piece => (said += String(piece)))
    child.on('error', reject)
    child.on('close', () => resolve(said))
  })
}

interface Check {
  id: string
  status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO'
  errorMessage?: string
}

function scenarioIn(results: string, folder: string): Scenario {
  const checks: Check[] = JSON.parse(readFileSync(join(results, folder, 'checks.json'), 'utf8'))
  return {
    // server-tools-list-2026-11-20T13-00-00-000Z
    name: folder.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, ''),
    passed: checks.filter(one => one.status === 'SUCCESS').length,
    failures: checks.flatMap(one =>
      one.status === 'FAILURE' || one.status === 'WARNING'
        ? [`${one.id} (${one.status}): ${one.errorMessage ?? ''}`]
        : [],
    ),
  }
}
