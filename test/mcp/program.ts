import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

let built: Promise<string> | undefined
afterAll(async () => {
  if (built) rmSync(await built, { force: true })
})

/** The server as hosts run it: one file, from which the database driver can be found. */
export const program = (): Promise<string> => (built ??= bundle())

async function bundle(): Promise<string> {
  const folder = join(root, 'node_modules/.cache/stint-test')
  const outfile = join(folder, `mcp-${process.pid}.cjs`)
  mkdirSync(folder, { recursive: true })
  await build({
    absWorkingDir: root,
    stdin: { contents: main, resolveDir: root, loader: 'ts' },
    bundle: true,
    outfile,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['bindings'],
    supported: { 'dynamic-import': false },
    define: { STINT_VERSION: '"1.2.3"' },
    logLevel: 'error',
    logOverride: { 'empty-import-meta': 'silent' },
  })
  return outfile
}

const main = `
import { localApp } from './src/commands/app.ts'
import { mcp } from './src/commands/mcp.ts'

const app = localApp(process.env, (line, error) => process.stderr.write(line + ' ' + String(error) + '\\n'))
mcp(app, { toolsets: process.argv[2] }).catch(error => {
  process.stderr.write(error.message + ' ' + error.hint + '\\n')
  process.exitCode = 2
})
`
