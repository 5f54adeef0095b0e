import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const mark = join(root, 'dist/.sources')

export function isBuilt() {
  try {
    return readFileSync(mark, 'utf8') === fingerprint()
  } catch {
    return false
  }
}

export function markBuilt() {
  writeFileSync(mark, fingerprint())
}

/** Of everything that goes into dist/, and of the Node for which the code was compiled ahead. */
function fingerprint() {
  const hash = createHash('sha256').update(process.version)
  for (const file of ['package.json', 'package-lock.json', ...sources()])
    hash.update(file).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

const sources = () =>
  ['src', 'tools', 'db', 'scripts'].flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true })
      .filter(file => /\.(ts|mjs|cjs)$/.test(file))
      .map(file => `${folder}/${file}`)
      .sort(),
  )
