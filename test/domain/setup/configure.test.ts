import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  type Configuration,
  configured,
  isConfigured,
  unconfigured,
} from '../../../src/domain/setup/configure.ts'
import { hostsOf, type Machine } from '../../../src/domain/setup/host.ts'
import { hostNames } from '../../../src/domain/setup/host-name.ts'
import type { Installation } from '../../../src/domain/setup/line.ts'
import { document } from './document.ts'

const installation: Installation = {
  platform: 'linux',
  node: '/usr/bin/node',
  stint: '/opt/stint/dist/stint.cjs',
  hook: '/opt/stint/dist/hook.cjs',
}
const moved = {
  ...installation,
  stint: '/new place/dist/stint.cjs',
  hook: '/new place/dist/hook.cjs',
  home: '/h',
}
const linux: Machine = { platform: 'linux', homedir: '/home/ada', env: {} }

const placesOf = (name: string, from = installation) => {
  const host = hostsOf(linux, from, '/work/acme').find(one => one.name === name)
  return [...(host?.user ?? []), ...(host?.project ?? [])]
}
const wantedOf = (name: string, file: string, from = installation): Configuration => {
  const place = placesOf(name, from).find(one => one.path.endsWith(file))
  if (!place) throw new Error(`${name} has no ${file}`)
  return place.wanted
}
const all = hostNames.flatMap(name => placesOf(name).map((place, at) => ({ name, at, path: place.path })))

describe.each(all)('$path of $name', ({ at, name }) => {
  const [before, after] = [placesOf(name)[at]?.wanted, placesOf(name, moved)[at]?.wanted]
  if (!before || !after) throw new Error('no place')

  it('made anew is taken back as a whole', () => {
    const text = configured(undefined, before)
    expect(text).toMatch(/[^\n]\n$/)
    expect(text).toContain('/opt/stint/dist/')
    expect(isConfigured(text, before)).toBe(true)
    expect(unconfigured(text, before)).toBeUndefined()
  })

  it('is not changed by a second time, and follows the program when it has moved', () => {
    const text = configured(undefined, before)
    expect(configured(text, before)).toBe(text)
    const later = configured(text, after)
    expect(later).not.toContain('/opt/stint')
    expect(later).toBe(configured(undefined, after))
    expect(unconfigured(later, before)).toBeUndefined()
  })
})

const settings = `{
  // mine
  "hooks": {
    "Stop": [
      { "hooks": [{ "type": "command", "command": "say done" }] }
    ]
  },
  "model": "opus"
}
`

describe('hooks of others', () => {
  const wanted = wantedOf('claude-code', 'settings.json')

  it('stay, and come back byte for byte', () => {
    const text = configured(settings, wanted)
    expect(text).toContain('say done')
    expect(text).toContain('// mine')
    expect(unconfigured(text, wanted, settings)).toBe(settings)
  })

  it('stay in the group in which somebody put them beside ours', () => {
    const text = configured(undefined, wanted).replace(
      '"hooks": [\n          {',
      '"hooks": [\n          { "type": "command", "command": "theirs" },\n          {',
    )
    expect(JSON.parse(unconfigured(text, wanted) ?? '')).toEqual({
      hooks: { SessionStart: [{ hooks: [{ type: 'command', command: 'theirs' }] }] },
    })
  })

  it('that are called hook.cjs too are not ours', () => {
    const text =
      '{ "hooks": { "Stop": [{ "hooks": [{ "type": "command", "command": "node /x/hook.cjs" }] }] } }'
    expect(isConfigured(text, wanted)).toBe(false)
    expect(configured(text, wanted)).toContain('node /x/hook.cjs')
  })
})

test('lists that were there before us stay, even if they are empty', () => {
  const wanted = wantedOf('cursor', 'mcp.json')
  for (const text of ['{"mcpServers":{}}', '{ "mcpServers": { } }\n', '{\n  "mcpServers": {}\n}'])
    expect(unconfigured(configured(text, wanted), wanted, text)).toBe(text)
})

test('an empty file is an empty file again', () => {
  const wanted = wantedOf('cursor', 'mcp.json')
  expect(unconfigured(configured('', wanted), wanted, '')).toBe('')
})

describe('the server', () => {
  const wanted = wantedOf('cursor', 'mcp.json', moved)

  it('keeps what a person added to it, and the toolsets', () => {
    const text = JSON.stringify({
      mcpServers: {
        stint: {
          command: 'npx',
          args: ['-y', 'stint', 'mcp', '--toolsets', 'track,more'],
          timeout: 9,
          env: { A: '1' },
        },
      },
    })
    expect(JSON.parse(configured(text, wanted)).mcpServers.stint).toEqual({
      command: '/usr/bin/node',
      args: ['/new place/dist/stint.cjs', 'mcp', '--toolsets', 'track,more', '--home', '/h'],
      timeout: 9,
      env: { A: '1' },
    })
  })

  it.each([
    ['json', wanted, '{"mcpServers":{"stint":{"command":"stint-linter","args":[]}}}'],
    ['toml', wantedOf('codex', 'config.toml'), '[mcp_servers.stint]\ncommand = "other"\nargs = ["mcp"]\n'],
  ])('of another program with our name is not touched (%s)', (_, its, text) => {
    expect(() => configured(text, its)).toThrow('another server is called stint')
    expect(isConfigured(text, its) ? unconfigured(text, its) : text).toBe(text)
  })
})

test('a file that is broken is refused', () => {
  expect(() => configured('{ "hooks": ', wantedOf('claude-code', 'settings.json'))).toThrow(
    'line 1, column 12',
  )
  expect(() => configured('[]', wantedOf('gemini', 'settings.json'))).toThrow('another kind')
})

test('Codex gets a table, and keeps all else', () => {
  const wanted = wantedOf('codex', 'config.toml', moved)
  const before = '# mine\nmodel = "gpt"\n\n[projects."/work"]\ntrust_level = "trusted"\n'
  const text = configured(before, wanted)
  expect(text).toBe(
    `${before}
[mcp_servers.stint]
command = "/usr/bin/node"
args = ["/new place/dist/stint.cjs", "mcp", "--home", "/h"]
`,
  )
  expect(unconfigured(text, wanted, before)).toBe(before)
})

test('in any document: what setup wrote is taken back byte for byte, also after the program moved', () => {
  const [first, second] = [installation, moved].map(from =>
    wantedOf('gemini', '/home/ada/.gemini/settings.json', from),
  )
  if (!first || !second) throw new Error('no place')
  let written = 0
  fc.assert(
    fc.property(document, text => {
      const full = writtenInto(text, first)
      if (full === undefined) return
      written++
      expect(configured(full, first)).toBe(full)
      expect(unconfigured(configured(full, second), first, text)).toBe(text)
    }),
    { numRuns: 300 },
  )
  expect(written).toBeGreaterThan(100)
})

/** Undefined where the document has something else in these places. */
function writtenInto(text: string, wanted: Configuration): string | undefined {
  try {
    return configured(text, wanted)
  } catch {
    return undefined
  }
}
