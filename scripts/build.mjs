import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { isBuilt, markBuilt } from './sources.mjs'
import { warmUp } from './warm-up.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')

/** dist/: the program, the small file that starts it, the hook, the paper, the e-invoices, the licences of what they contain. */
async function buildAll() {
  const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version
  mkdirSync(dist, { recursive: true })

  const given = { define: { STINT_VERSION: JSON.stringify(version) }, ...asFunction }
  const main = await bundle('src/main.ts', given)
  const everyday = await bundle('src/main-everyday.ts', given)
  const mcp = await bundle('src/main-mcp.ts', given)
  const serve = await bundle('src/main-serve.ts', given)
  const name = hashOf(main.code, everyday.code, mcp.code, serve.code)
  const start = await bundle('src/start.ts', { define: { STINT_BUILD: JSON.stringify(name) }, ...asProgram })
  const hook = await bundle('src/hook.ts', asProgram)
  const paper = await bundle('src/paper/index.ts', {
    plugins: [portablePdfkit, withoutBrotli],
    define: {
      STINT_FONTS: '"fonts"',
      // the address under which pdfkit keeps the profile of its colours
      'import.meta.url': '"file:///pdfkit"',
    },
  })
  const eInvoice = await bundle('src/e-invoice/index.ts', {
    plugins: [lessZod, withoutSpreadsheets],
    mainFields: ['module', 'main'],
  })

  place('main.cjs', main.code)
  place('main-everyday.cjs', everyday.code)
  place('main-mcp.cjs', mcp.code)
  place('main-serve.cjs', serve.code)
  place('stint.cjs', start.code, 0o755)
  place('hook.cjs', hook.code, 0o755)
  place('paper.cjs', paper.code)
  place('e-invoice.cjs', eInvoice.code)
  placeFonts()
  copyFileSync(join(root, reader, 'standalone.js'), join(dist, 'reference.js'))
  place(
    'THIRD_PARTY_LICENSES.txt',
    licences([main, everyday, mcp, serve, start, hook, paper, eInvoice, { inputs: inputsOfReader() }]),
  )
  for (const old of readdirSync(dist).filter(file => file.endsWith('.compiled')))
    rmSync(join(dist, old), { force: true })
  await warmUp(join(dist, 'stint.cjs'))
  markBuilt()
}

function hashOf(...codes) {
  const hash = createHash('sha256')
  for (const code of codes) hash.update(code)
  return hash.digest('hex').slice(0, 16)
}

/** What shows the description of the API in a browser: taken as it is, with all that it contains. */
const reader = 'node_modules/@scalar/api-reference/dist/browser'

function inputsOfReader() {
  const { modules } = JSON.parse(readFileSync(join(root, reader, 'webpack-stats.json'), 'utf8'))
  const inputs = modules
    .filter(({ name }) => name.includes('node_modules/'))
    .map(({ name }) => name.slice(name.lastIndexOf('node_modules/')))
  return [`${reader}/standalone.js`, ...inputs].filter(input => existsSync(join(root, packageFolder(input))))
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
    plugins: [lessZod, withoutAjv, paperBeside],
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

// The paper is read when somebody wants some, and so are e-invoices.
const paperBeside = {
  name: 'paper-beside',
  setup({ onResolve }) {
    onResolve({ filter: /\/(paper|e-invoice)\/index\.ts$/ }, ({ path, kind }) => {
      const name = basename(dirname(path))
      if (kind === 'dynamic-import') return { path: `./${name}.cjs`, external: true }
      return { errors: [{ text: `src/${name} is loaded by src/core/${name}.ts alone` }] }
    })
  },
}

// The library for e-invoices can read spreadsheets, print them with an office suite and translate what it says.
const withoutSpreadsheets = {
  name: 'without-spreadsheets',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(@e965\/xlsx|tmp-promise|@esgettext\/runtime)$/ }, ({ path }) => ({
      path,
      namespace: 'without-spreadsheets',
    }))
    onLoad({ filter: /.*/, namespace: 'without-spreadsheets' }, () => ({ contents: 'module.exports = {}' }))
  },
}

// pdfkit for browsers holds all its data itself, and compresses alike on every machine and Node.
const portablePdfkit = {
  name: 'portable-pdfkit',
  setup({ onResolve }) {
    onResolve({ filter: /^pdfkit$/ }, () => ({
      path: join(root, 'node_modules/pdfkit/js/pdfkit.browser.mjs'),
    }))
  },
}

// It opens WOFF2, and ours are not.
const withoutBrotli = {
  name: 'without-brotli',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^brotli\/decompress\.js$/ }, () => ({ path: 'brotli', namespace: 'without-brotli' }))
    onLoad({ filter: /.*/, namespace: 'without-brotli' }, () => ({ contents: 'export default undefined' }))
  },
}

function placeFonts() {
  const inter = join(root, 'node_modules/@expo-google-fonts/inter')
  mkdirSync(join(dist, 'fonts'), { recursive: true })
  for (const file of ['400Regular/Inter_400Regular.ttf', '600SemiBold/Inter_600SemiBold.ttf', 'LICENSE_FONT'])
    copyFileSync(join(inter, file), join(dist, 'fonts', basename(file)))
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
  const { name, version, license, author } = JSON.parse(
    readFileSync(join(root, folder, 'package.json'), 'utf8'),
  )
  const file = readdirSync(join(root, folder)).find(file => /^(licen[cs]e|copying)/i.test(file))
  if (!file && license !== 'MIT') throw new Error(`${name} comes without the text of its licence`)
  const text = file
    ? readFileSync(join(root, folder, file), 'utf8').trim()
    : mit(author?.name ?? author ?? `the authors of ${name}`)
  return `\n${'-'.repeat(78)}\n${name} ${version} (${license})\n\n${text}\n`
}

/** For who names it and does not bring it along. */
const mit = holder => `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`

if (process.argv[2] !== '--if-changed' || !isBuilt())
  await buildAll().catch(error => {
    // what esbuild found it has said already
    if (!error.errors) console.error(error)
    process.exit(1)
  })
