import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withoutDriver } from './driver-missing.mjs'
import { isBuilt } from './sources.mjs'

// What `npm start` and `npm test` need and a fresh clone lacks. Nothing to do: nothing to say.

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const mark = join(modules, '.stint-lock')

function prepare() {
  checkNode()
  if (!isInstalled()) install()
  if (!isBuilt()) build()
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  fail(
    `stint needs Node 20.19 or newer; this is ${process.version}. Get one from https://nodejs.org or with nvm.`,
  )
}

function isInstalled() {
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted()) return true
  // `npm ci` begins by deleting: not while everything is right
  if (!isAsLocked() || !driverLoads()) return false
  writeFileSync(mark, wanted())
  return true
}

/** A native driver belongs to the Node for which it was made. */
const wanted = () =>
  createHash('sha256')
    .update(process.versions.modules)
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')

/** npm notes in node_modules what it put there; somebody may have called it by hand. */
function isAsLocked() {
  try {
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
    const found = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')).packages
    return Object.entries(packages).every(
      ([path, { version, optional }]) => path === '' || optional || found[path]?.version === version,
    )
  } catch {
    return false
  }
}

function driverLoads() {
  try {
    const Database = createRequire(join(root, 'package.json'))('better-sqlite3')
    new Database(':memory:').close()
    return true
  } catch {
    return false
  }
}

function install() {
  console.log('Installing what package-lock.json names; compiling the database driver may take a minute …')
  const command = [
    'ci',
    '--include=dev',
    '--no-audit',
    '--no-fund',
    '--foreground-scripts',
    '--loglevel=error',
  ]
  const { status, stdout, stderr } = npm(command)
  if (status !== 0)
    fail(withoutDriver(`${stdout}\n${stderr}`) ?? `npm ci failed:\n${lastLines(stderr || stdout)}`)
  if (!driverLoads()) fail(withoutDriver(`better-sqlite3\n${stdout}\n${stderr}`))
  writeFileSync(mark, wanted())
}

// npm tells its scripts where it is; that file runs on every platform without a shell.
function npm(words) {
  const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 28 }
  return process.env.npm_execpath
    ? spawnSync(process.execPath, [process.env.npm_execpath, ...words], options)
    : spawnSync('npm', words, { ...options, shell: process.platform === 'win32' })
}

function build() {
  console.log('Building stint …')
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' })
  if (status !== 0) process.exit(1)
}

const lastLines = text => text.trim().split('\n').slice(-15).join('\n')

function fail(message) {
  console.error(message)
  process.exit(1)
}

prepare()
