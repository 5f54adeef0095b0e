import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { install } from '../support/install.ts'

const suite = '@modelcontextprotocol/conformance'

export interface Scenario {
  name: string
  passed: number
  failures: string[]
}

/** Runs a suite of the protocol's makers against a server. */
export async function conformance(
  version: string,
  url: string,
  results: string,
  words: readonly string[],
): Promise<Scenario[]> {
  const folder = install(`stint-conformance-${version}`, { [suite]: version })
  const program = join(folder, 'node_modules', suite, 'dist/index.js')
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
