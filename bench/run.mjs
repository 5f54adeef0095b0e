import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, release, type } from 'node:os'
import { join } from 'node:path'
import { output, root, timewarrior } from './measure.mjs'
import { asMarkdown, asText } from './table.mjs'

// What runs here runs side by side with what it is held against, round by round, so that a busy machine slows both.
// `npm run bench`, `npm run bench -- start call`, `npm run bench -- --quick`

const all = [
  'start',
  'call',
  'list',
  'resolve',
  'report',
  'export',
  'invoice',
  'tokens',
  'cli',
  'hook',
  'http',
  'webhook',
]

const typed = process.argv.slice(2)
const quick = typed.includes('--quick')
const named = typed.filter(word => word !== '--quick')
const unknown = named.filter(name => !all.includes(name))
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}; there are ${all.join(', ')}.`)

execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), '--if-changed'], { stdio: 'inherit' })

const figures = []
for (const name of named.length > 0 ? named : all) {
  const { run } = await import(`./${name}.mjs`)
  const found = (await run({ quick })).map(figure => ({ bench: name, ...figure }))
  output(asText(found, { heading: figures.length === 0 }))
  figures.push(...found)
}
if (named.length === 0 && !quick) writeFileSync(join(root, 'bench/results.md'), page())

function page() {
  return `# What it costs

By \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}. Each figure is a median of rounds in which both sides took turns;
the ratio is the median of the rounds' ratios, beside it its middle half. CPU is that of the serving process, all threads.

${versions()
  .map(line => `- ${line}`)
  .join('\n')}

${asMarkdown(figures)}`
}

function versions() {
  const require = createRequire(import.meta.url)
  const packages = ['better-sqlite3', '@modelcontextprotocol/server', 'zod', 'fuse.js', 'gpt-tokenizer']
  const Database = require('better-sqlite3')
  const sqlite = new Database(':memory:').prepare('select sqlite_version()').pluck().get()
  return [
    `${cpus().length} × ${cpus()[0]?.model.trim()}, ${type()} ${release()}`,
    `Node ${process.version}, SQLite ${String(sqlite)}`,
    packages.map(name => `${name} ${String(versionOf(name))}`).join(', '),
    `timewarrior ${timewarrior() ?? 'not installed'}`,
  ]
}

const versionOf = name => JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'))).version
