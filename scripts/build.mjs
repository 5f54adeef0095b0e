import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { isBuilt, markBuilt } from './sources.mjs'
import { warmUp } from './warm-up.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')

/** dist/: the program, the small file that starts it, the hook, the licences of what they contain. */
async function buildAll() {
  const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version
  mkdirSync(dist, { recursive: true })

  const given = { define: { STINT_VERSION: JSON.stringify(version) }, ...asFunction }
  const main = await bundle('src/main.ts', given)
  const mcp = await bundle('src/main-mcp.ts', given)
  const name = createHash('sha256').update(main.code).update(mcp.code).digest('hex').slice(0, 16)
  const start = await bundle('src/start.ts', { define: { STINT_BUILD: JSON.stringify(name) }, ...asProgram })
  const hook = await bundle('src/hook.ts', asProgram)

  place('main.cjs', main.code)
  place('main-mcp.cjs', mcp.code)
  place('stint.cjs', start.code, 0o755)
  place('hook.cjs', hook.code, 0o755)
  place('THIRD_PARTY_LICENSES.txt', licences([main, mcp, start, hook]))
  for (const old of readdirSync(dist).filter(file => file.endsWith('.compiled')))
    rmSync(join(dist, old), { force: true })
  await warmUp(join(dist, 'stint.cjs'))
  markBuilt()
}

// src/start.ts gives the function what Node gives to every module.
const asFunction = {
  banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
  footer: { js: '})' },
}
const asProgram = { banner: { js: '#!/usr/bin/env node' } }

async function bundle(entry, options) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    outfile: 'out.cjs',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    charset: 'ascii',
    minifyWhitespace: true,
    minifySyntax: true,
    minifyIdentifiers: true,
    legalComments: 'none',
    // Node shows the line where an error was thrown
    lineLimit: 160,
    // better-sqlite3 asks for it only when nobody names its native file, and db/driver.ts always does
    external: ['bindings'],
    supported: { 'dynamic-import': false },
    logLevel: 'warning',
    plugins: [lessZod, withoutAjv],
    logOverride: { 'empty-import-meta': 'silent' },
    ...options,
  })
  return { code: outputFiles[0].text.replace(/[^\x00-\x7f]/g, escaped), inputs: Object.keys(metafile.inputs) }
}

// esbuild leaves regular expressions as they are written
const escaped = unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

// `z` holds all of zod, so nothing of it is left out by itself: messages in fifty languages, a fifth of the whole
// program, and the way back from JSON Schema, a millisecond of every start.
const lessZod = {
  name: 'less-zod',
  setup({ onLoad }) {
    onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
    }))
    onLoad({ filter: /zod[\\/]v4[\\/]classic[\\/]from-json-schema\.js$/ }, () => ({
      contents: 'export const fromJSONSchema = undefined',
    }))
  },
}

// The MCP SDK brings a validator for schemas that clients send; we send none, and it is a sixth of the program.
const withoutAjv = {
  name: 'without-ajv',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, () => ({
      path: 'shims',
      namespace: 'without-ajv',
    }))
    onLoad({ filter: /.*/, namespace: 'without-ajv' }, () => ({
      contents: 'export const process = globalThis.process; export class DefaultJsonSchemaValidator {}',
    }))
  },
}

function place(file, content, mode = 0o644) {
  const temporary = join(dist, `.${process.pid}-${file}`)
  writeFileSync(temporary, content, { mode })
  renameSync(temporary, join(dist, file))
}

function licences(bundles) {
  const folders = new Set(bundles.flatMap(({ inputs }) => inputs.map(packageFolder).filter(Boolean)))
  const texts = [...folders].sort().map(licenceOf)
  return `stint contains the following packages.\n${texts.join('')}`
}

function packageFolder(input) {
  const path = input.split('/')
  const place = path.lastIndexOf('node_modules')
  if (place === -1) return undefined
  return path.slice(0, place + (path[place + 1].startsWith('@') ? 3 : 2)).join(sep)
}

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  const file = readdirSync(join(root, folder)).find(file => /^(licen[cs]e|copying)/i.test(file))
  if (!file) throw new Error(`${name} comes without the text of its licence`)
  const text = readFileSync(join(root, folder, file), 'utf8').trim()
  return `\n${'-'.repeat(78)}\n${name} ${version} (${license})\n\n${text}\n`
}

if (process.argv[2] !== '--if-changed' || !isBuilt())
  await buildAll().catch(error => {
    // what esbuild found it has said already
    if (!error.errors) console.error(error)
    process.exit(1)
  })
