import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

// Imports go downwards only.
const layers = [
  ['src/main.ts', 'src/main-everyday.ts', 'src/main-mcp.ts', 'src/main-serve.ts'],
  ['src/commands'],
  ['src/mcp', 'src/rest', 'src/cli', 'src/jobs'],
  ['tools'],
  ['src/remote'],
  ['src/core', 'src/imports'],
  ['db'],
  ['src/paper', 'src/e-invoice'],
  ['src/domain'],
]

const files = ['src', 'tools', 'db'].flatMap(folder =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => `${folder}/${file.replaceAll('\\', '/')}`),
)
const source = new Map(files.map(file => [file, readFileSync(file, 'utf8')]))
const links = files.flatMap(file => importsOf(file).map(target => ({ file, target })))

describe('the layers', () => {
  it('are the home of every file', () => {
    const entries = ['src/start.ts', 'src/hook.ts', 'src/version.d.ts']
    expect(files.filter(file => !layerOf(file) && !entries.includes(file))).toEqual([])
  })

  it('import downwards only, and doors not each other', () => {
    const own = links.filter(({ file, target }) => layerOf(file) && target.endsWith('.ts'))
    expect(told(own.filter(({ file, target }) => !mayImport(file, target)))).toEqual([])
    expect(own.length).toBeGreaterThan(100)
  })

  it('load the paper only where somebody wants some', () => {
    const loaders = links.filter(
      ({ file, target }) => target.startsWith('src/paper/') && !file.startsWith('src/paper/'),
    )
    expect(told(loaders)).toEqual(['src/core/paper.ts imports src/paper/index.ts'])
  })

  it('leave the programs beside the main one small: they import rules alone', () => {
    const small = links.filter(({ file }) => file === 'src/start.ts' || file === 'src/hook.ts')
    expect(
      told(small.filter(({ target }) => !/^(node:(fs|os|path|vm)$|src\/domain\/)/.test(target))),
    ).toEqual([])
  })

  it('keep rules free of everything but their three libraries', () => {
    const foreign = links.filter(
      ({ file, target }) => file.startsWith('src/domain/') && !target.endsWith('.ts'),
    )
    expect(
      told(foreign.filter(({ target }) => !['zod', 'temporal-polyfill', 'fuse.js'].includes(target))),
    ).toEqual([])
  })

  it.each([
    ['kysely', /^db\//],
    ['better-sqlite3', /^db\//],
    ['temporal-polyfill', /^src\/domain\//],
    ['fuse.js', /^src\/domain\//],
    ['@modelcontextprotocol/', /^src\/mcp\//],
    ['pdfkit', /^src\/paper\//],
    ['fontkit', /^src\/paper\//],
    ['@hono/', /^src\/rest\//],
    ['csv-parse', /^src\/imports\//],
  ])('import %s in one place', (library, place) => {
    expect(told(links.filter(({ file, target }) => target.startsWith(library) && !place.test(file)))).toEqual(
      [],
    )
  })
})

describe('the world outside', () => {
  it('tells the time in one place', () => {
    const clock = /Date\.now|new Date\(\)|performance\.now|process\.hrtime|process\.uptime|Temporal\.Now/
    // the hook is a program of its own; a database in use is waited for by the real clock
    expect(filesWith(clock)).toEqual(['db/busy.ts', 'src/commands/app.ts', 'src/hook.ts'])
  })

  it('gives chance in one place', () => {
    const chance = /Math\.random|randomBytes|randomUUID|randomInt|getRandomValues/
    expect(filesWith(chance)).toEqual(['db/busy.ts', 'src/commands/app.ts', 'src/hook.ts'])
  })

  it('is written to in one place', () => {
    const output = /console\.(?!error\b)\w+\(|process\.stdout\.write|writeSync\(/
    expect(filesWith(output)).toEqual(['src/cli/print.ts', 'src/hook.ts'])
  })
})

function mayImport(file: string, target: string): boolean {
  const [from, to] = [layerOf(file), layerOf(target)]
  if (!from || !to) return false
  return to.rank > from.rank || to.folder === from.folder
}

function layerOf(file: string): { rank: number; folder: string } | undefined {
  for (const [rank, folders] of layers.entries()) {
    const folder = folders.find(folder => file === folder || file.startsWith(`${folder}/`))
    if (folder) return { rank, folder }
  }
  return undefined
}

/** Files as paths from the root, packages by their names. Types too: what one needs the other's shapes for, it depends on. */
function importsOf(file: string): string[] {
  const text = source.get(file) ?? ''
  const found = text.matchAll(
    /^(?:import|export)\b[^'"]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
  )
  return [...found].map(([, from, bare, lazy]) => {
    const name = from ?? bare ?? lazy ?? ''
    return name.startsWith('.') ? join(dirname(file), name).replaceAll('\\', '/') : name
  })
}

function filesWith(pattern: RegExp): string[] {
  return files.filter(file => pattern.test(withoutComments(source.get(file) ?? ''))).toSorted()
}

const withoutComments = (text: string) => text.replace(/\/\*.*?\*\//gs, '').replace(/^\s*\/\/.*$/gm, '')

const told = (found: typeof links) => found.map(({ file, target }) => `${file} imports ${target}`)
