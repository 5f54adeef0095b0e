import { createRequire } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'
import { kept, root } from './measure.mjs'

/** The program's own functions, bundled like the program. */
export async function inside() {
  const file = kept('inside.cjs')
  await build({
    entryPoints: [join(root, 'bench/inside.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['better-sqlite3'],
    define: { STINT_VERSION: '"bench"' },
    logLevel: 'error',
    logOverride: { 'empty-import-meta': 'silent' },
  })
  return createRequire(import.meta.url)(file)
}
