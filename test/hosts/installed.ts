import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The assistants that the tests drive, in a cache of their own: nothing else of the repository needs them. */
const versions = {
  '@anthropic-ai/claude-code': '2.1.328',
  '@openai/codex': '0.169.0',
  '@google/gemini-cli': '0.61.0',
}

const folder = fileURLToPath(new URL('../../node_modules/.cache/stint-hosts', import.meta.url))
const modules = join(folder, 'node_modules')

export const programs = {
  claude: join(modules, '@anthropic-ai/claude-code/bin/claude.exe'),
  codex: join(modules, '@openai/codex/bin/codex.js'),
  gemini: join(modules, '@google/gemini-cli/bundle/gemini.js'),
}

/** A minute and most of a gigabyte at the first run, nothing after it. */
export default function install(): void {
  if (Object.entries(versions).every(([name, version]) => versionOf(name) === version)) return
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: versions }))
  run('npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund')
  // puts the program of this machine in its place
  run(process.execPath, 'node_modules/@anthropic-ai/claude-code/install.cjs')
}

function versionOf(name: string): string | undefined {
  const path = join(modules, name, 'package.json')
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).version : undefined
}

function run(program: string, ...words: string[]): void {
  const { status } = spawnSync(program, words, { cwd: folder, stdio: 'inherit' })
  if (status !== 0) throw new Error(`${program} ${words[0]} failed, so there is no assistant to drive.`)
}
