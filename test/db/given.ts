import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { afterAll, onTestFinished } from 'vitest'
import type { Migration } from '../../db/migrate.ts'
import { type OpenOptions, openSqlite } from '../../db/sqlite.ts'
import { type Jar, pantry } from './pantry.ts'

export const noon = Date.parse('2026-05-04T12:00:00.000Z')

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'stint-db-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A store of jars in a folder of its own, closed when the test is over. */
export async function store(options: Partial<OpenOptions> = {}) {
  const path = options.path ?? join(folder(), 'pantry.db')
  const opened = await openSqlite<Jar>({ migrations: pantry, clock: () => noon, ...options, path })
  onTestFinished(() => opened.close())
  return opened
}

export const lids: Migration = { number: 2, name: 'lids', sql: 'alter table jars add column lid text' }

const nativeFile = join(
  dirname(createRequire(import.meta.url).resolve('better-sqlite3/package.json')),
  'build/Release/better_sqlite3.node',
)

const bundled = new Map<string, string>()
afterAll(() => {
  for (const path of bundled.values()) rmSync(dirname(path), { recursive: true, force: true })
})

/** Another process: one of `programs/`, bundled as the product is. */
export function program(name: string, args: (string | number)[]): Program {
  return new Program(
    spawn(process.execPath, [bundle(name), ...args.map(String)], {
      env: { PATH: process.env['PATH'], NATIVE_FILE: nativeFile },
      stdio: ['pipe', 'pipe', 'pipe'],
    }),
  )
}

class Program {
  readonly process: ChildProcess
  readonly ended: Promise<number | null>
  output = ''
  errors = ''

  constructor(child: ChildProcess) {
    this.process = child
    child.stdout?.on('data', (text: Buffer) => (this.output += text.toString()))
    child.stderr?.on('data', (text: Buffer) => (this.errors += text.toString()))
    this.ended = new Promise(resolve => child.on('close', resolve))
    onTestFinished(() => void child.kill('SIGKILL'))
  }

  get lines(): string[] {
    return this.output.split('\n').filter(line => line !== '')
  }

  async says(word: string): Promise<void> {
    while (!this.output.includes(word)) {
      if (this.process.exitCode !== null) throw new Error(`It ended before it said ${word}: ${this.errors}`)
      const { stdout } = this.process
      if (stdout) await Promise.race([once(stdout, 'data'), this.ended])
    }
  }
}

function bundle(name: string): string {
  const known = bundled.get(name)
  if (known) return known
  const outfile = join(mkdtempSync(join(tmpdir(), 'stint-program-')), `${name}.cjs`)
  buildSync({
    entryPoints: [join(dirname(fileURLToPath(import.meta.url)), 'programs', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logOverride: { 'empty-import-meta': 'silent' },
  })
  bundled.set(name, outfile)
  return outfile
}
