import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, release, type } from 'node:os'
import { join } from 'node:path'
import { ccusage, hledger, output, root, timewarrior } from './measure.mjs'
import { asMarkdown, asText, besideOthers } from './table.mjs'

// What runs here runs side by side with what it is held against, round by round, so that a busy machine slows both.
// `npm run bench`, `npm run bench -- start call`, `npm run bench -- --quick`. The first run fills databases of up to a
// million entries, which takes some minutes more.

const all = [
  'start',
  'call',
  'list',
  'resolve',
  'report',
  'export',
  'commit',
  'invoice',
  'backfill',
  'tokens',
  'cli',
  'hook',
  'http',
  'webhook',
  'growth',
]

const typed = process.argv.slice(2)
const quick = typed.includes('--quick')
const named = typed.filter(word => word !== '--quick')
const unknown = named.filter(name => !all.includes(name))
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}; there are ${all.join(', ')}.`)

execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), '--if-changed'], { stdio: 'inherit' })

const began = performance.now()
const figures = []
const growth = []
for (const name of named.length > 0 ? named : all) {
  process.stderr.write(`${minutes()} ${name} …\n`)
  const { run } = await import(`./${name}.mjs`)
  const found = await run({ quick })
  if (name === 'growth') {
    growth.push(...found)
    for (const { columns, rows } of found) output(`\n${asText(columns, rows)}`)
    continue
  }
  const rows = found.map(figure => ({ bench: name, ...figure }))
  output(asText(besideOthers, rows, { heading: figures.length === 0 }))
  figures.push(...rows)
}
process.stderr.write(`${minutes()} done\n`)
if (named.length === 0 && !quick) writeFileSync(join(root, 'bench/results.md'), page())

function minutes() {
  const seconds = Math.round((performance.now() - began) / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

function page() {
  return `# What it costs

By \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}. Each figure is a median of rounds in which both sides took turns;
the ratio is the median of the rounds' ratios, beside it its middle half. CPU is that of the serving process, all threads.

${versions()
  .map(line => `- ${line}`)
  .join('\n')}

${asMarkdown(besideOthers, figures)}
## How it grows

The same call, or process, in databases of several sizes that took turns: by the number of entries in 200 projects, by the
number of projects with 100,000 entries, and by the number of signals that an assistant's session has. Calls are told in milliseconds of CPU, whole processes by the clock. With an
exponent of 0 a figure stays as it is, with 1 it doubles with its size. Whoever reads what grows may grow with it.

${growth.map(({ columns, rows }) => asMarkdown(columns, rows)).join('\n')}`
}

function versions() {
  const require = createRequire(import.meta.url)
  const packages = [
    'better-sqlite3',
    '@modelcontextprotocol/server',
    'hono',
    'zod',
    'fuse.js',
    'gpt-tokenizer',
  ]
  const Database = require('better-sqlite3')
  const sqlite = new Database(':memory:').prepare('select sqlite_version()').pluck().get()
  return [
    `${cpus().length} × ${cpus()[0]?.model.trim()}, ${type()} ${release()}`,
    `Node ${process.version}, SQLite ${String(sqlite)}`,
    packages.map(name => `${name} ${String(versionOf(name))}`).join(', '),
    Object.entries({ timewarrior, hledger, ccusage })
      .map(([name, version]) => `${name} ${version() ?? 'not installed'}`)
      .join(', '),
  ]
}

function versionOf(name) {
  return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'))).version
}
