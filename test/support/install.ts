import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const cache = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url))

export const folderOf = (name: string): string => join(cache, name)

/** Programs of others that judge ours, in a folder of their own: nothing else of the repository needs them. */
export function install(name: string, versions: Readonly<Record<string, string>>): string {
  const folder = folderOf(name)
  const wanted = JSON.stringify({ private: true, dependencies: versions })
  // written last: what was broken off begins anew, and so does what has other versions
  const done = join(folder, 'installed.json')
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return folder
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), wanted)
  const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund']
  const { status } = spawnSync('npm', words, { cwd: folder, stdio: 'inherit' })
  if (status !== 0) throw new Error(`npm could not install ${Object.keys(versions).join(', ')}.`)
  writeFileSync(done, wanted)
  return folder
}
