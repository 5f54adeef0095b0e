import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const description = JSON.parse(readFileSync('package.json', 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'stint-package-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Locked {
  resolved?: string
  integrity?: string
  os?: string[]
  optionalDependencies?: Record<string, string>
}

describe('the package', () => {
  it('holds the programs and what belongs to them, nothing else', () => {
    const [{ files }] = JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' }),
    )
    expect(files.map((file: { path: string }) => file.path).toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'dist/THIRD_PARTY_LICENSES.txt',
      'dist/e-invoice.cjs',
      'dist/fonts/Inter_400Regular.ttf',
      'dist/fonts/Inter_600SemiBold.ttf',
      'dist/fonts/LICENSE_FONT',
      'dist/hook.cjs',
      'dist/main-everyday.cjs',
      'dist/main-mcp.cjs',
      'dist/main-serve.cjs',
      'dist/main.cjs',
      'dist/paper.cjs',
      'dist/reference.js',
      'dist/stint.cjs',
      'mcp.json.example',
      'package.json',
    ])
  })

  it('names exact versions only', () => {
    const versions = Object.values({ ...description.dependencies, ...description.devDependencies })
    expect(versions.filter(version => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([])
  })

  it('locks what it needs without naming a registry', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
    const all = Object.entries<Locked>(packages)
    expect(all.filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
    expect(all.filter(([path, { integrity, os }]) => path !== '' && !integrity && !os)).toEqual([])
  })

  it('locks the parts for every system, not only for the one that wrote the lock: else `npm ci` refuses', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
    const named = Object.values<Locked>(packages).flatMap(({ optionalDependencies = {} }) =>
      Object.keys(optionalDependencies),
    )
    expect(named.filter(name => !packages[`node_modules/${name}`])).toEqual([])
  })

  it('has one version, also where registries and bundles name it', () => {
    const named = ['server.json', 'mcpb/manifest.json'].map(
      file => JSON.parse(readFileSync(file, 'utf8')).version,
    )
    expect(named).toEqual([description.version, description.version])
    expect(readFileSync('mcpb/README.md', 'utf8')).toContain(`stint-${description.version}.tgz`)
  })

  it('locks what package.json asks for', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
    const { version, dependencies, devDependencies } = packages['']
    expect({ version, dependencies, devDependencies }).toEqual({
      version: description.version,
      dependencies: description.dependencies,
      devDependencies: description.devDependencies,
    })
  })

  it('brings the licence of everything that is bundled', () => {
    const licences = readFileSync('dist/THIRD_PARTY_LICENSES.txt', 'utf8')
    for (const name of [
      'zod',
      'kysely',
      'better-sqlite3',
      'temporal-polyfill',
      'fuse.js',
      '@modelcontextprotocol/server',
    ])
      expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'))
    expect(licences).toContain('Apache License')
  })
})

const programs = ['main.cjs', 'main-everyday.cjs', 'main-mcp.cjs', 'main-serve.cjs', 'stint.cjs', 'hook.cjs']

describe('the programs', () => {
  it('are executable', () => {
    for (const program of Object.values<string>(description.bin)) {
      expect(readFileSync(program, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
      expect(statSync(program).mode & 0o111).toBe(0o111)
    }
  })

  it('need nothing but Node and the database driver', () => {
    const required = programs.flatMap(requiredBy)
    const foreign = required.filter(
      name => !/^(node:|\.\/(paper|e-invoice)\.cjs$)/.test(name) && !builtinModules.includes(name),
    )
    // better-sqlite3 names it, and uses it only when nobody says where its native file is
    expect([...new Set(foreign)]).toEqual(['bindings'])
  })

  it('are ASCII, so that they are read without decoding', () => {
    for (const file of programs)
      expect(readFileSync(join('dist', file)).findIndex(byte => byte > 127)).toBe(-1)
  })

  it('include a hook that is small and asks for little', () => {
    expect(statSync('dist/hook.cjs').size).toBeLessThan(16_000)
    expect(
      requiredBy('hook.cjs').filter(name => !['node:fs', 'node:os', 'node:path'].includes(name)),
    ).toEqual([])
  })
})

describe('the start', () => {
  it('keeps compiled code beside the program, and learns from several starts', () => {
    const place = copy()
    expect(version(place)).toBe(description.version)
    const [first] = compiledIn(place)
    expect(statSync(join(place, first ?? '')).mode & 0o022).toBe(0)
    expect(version(place)).toBe(description.version)
    expect(compiledIn(place)).toEqual([first])
    expect(readFileSync(join(place, first ?? '')).at(-1)).toBe(2)
  })

  it('stops learning', () => {
    const place = copy()
    for (let start = 0; start < 10; start++) version(place)
    const [file = ''] = compiledIn(place)
    expect(readFileSync(join(place, file)).at(-1)).toBe(8)
  })

  it('does not take compiled code that others could have written', () => {
    const place = copy()
    version(place)
    const file = join(place, compiledIn(place)[0] ?? '')
    chmodSync(file, 0o666)
    version(place)
    // made anew, and private again
    expect(readFileSync(file).at(-1)).toBe(1)
    expect(statSync(file).mode & 0o022).toBe(0)
  })

  it('works with compiled code that is broken', () => {
    const place = copy()
    version(place)
    const file = join(place, compiledIn(place)[0] ?? '')
    for (const broken of ['', 'x', 'no code at all\n'.repeat(1000)]) {
      writeFileSync(file, broken, { mode: 0o600 })
      expect(version(place)).toBe(description.version)
    }
  })

  it('forgets the compiled code of earlier builds', () => {
    const place = copy()
    const old = join(place, `${process.version}-${process.arch}-0000000000000000.compiled`)
    writeFileSync(old, 'old', { mode: 0o600 })
    version(place)
    expect(compiledIn(place)).not.toContain(old)
    expect(compiledIn(place)).toHaveLength(1)
  })

  it('keeps it at home where the program is not ours to change', () => {
    const place = copy()
    const home = mkdtempSync(join(folder, 'home-'))
    // who may write everywhere still leaves alone what belongs to others
    if (process.getuid?.() === 0) chownSync(place, 65534, 65534)
    else chmodSync(place, 0o555)
    expect(version(place, home)).toBe(description.version)
    expect(version(place, home)).toBe(description.version)
    chmodSync(place, 0o755)
    expect(compiledIn(place)).toEqual([])
    const [file = ''] = compiledIn(join(home, 'cache'))
    expect(readFileSync(join(home, 'cache', file)).at(-1)).toBe(2)
    expect(statSync(join(home, 'cache')).mode & 0o777).toBe(0o700)
  })
})

/** Not what stands in a string: the validator of schemas can write code, and never does here. */
function requiredBy(file: string): string[] {
  const found = readFileSync(join('dist', file), 'latin1').matchAll(/(?<!['"`])\brequire\("([^"]+)"\)/g)
  return [...found].map(([, name]) => name ?? '')
}

function copy(): string {
  const place = mkdtempSync(join(folder, 'dist-'))
  for (const file of ['stint.cjs', 'main.cjs']) copyFileSync(join('dist', file), join(place, file))
  return place
}

function version(place: string, home = join(place, 'home')): string {
  const env = { PATH: process.env.PATH, STINT_HOME: home }
  const { stdout } = spawnSync(process.execPath, [join(place, 'stint.cjs'), '--version'], {
    env,
    encoding: 'utf8',
  })
  return stdout.trim()
}

const compiledIn = (place: string): string[] => readdirSync(place).filter(file => file.endsWith('.compiled'))
