import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { removeTable, setTable, tableText } from '../../../src/domain/setup/toml.ts'

const path = ['mcp_servers', 'stint']
const pairs = { command: '/usr/bin/node', args: ['C:\\stint\\stint.cjs', 'mcp'] }
const table = `[mcp_servers.stint]
command = "/usr/bin/node"
args = ["C:\\\\stint\\\\stint.cjs", "mcp"]
`

describe('a table', () => {
  it('is written below all else, after a blank line', () => {
    expect(setTable('model = "gpt"\n', path, pairs)).toBe(`model = "gpt"\n\n${table}`)
    expect(setTable('', path, pairs)).toBe(table)
  })

  it('takes over new values, and keeps what somebody added', () => {
    const before = `[mcp_servers.stint] # mine
args = [
  "old", # [
]
startup_timeout_sec = 20
command = 'old'

[mcp_servers.stint.env]
A = "1"

[other]
x = """
[mcp_servers.stint]
"""
`
    expect(setTable(before, path, pairs)).toBe(`[mcp_servers.stint] # mine
args = ["C:\\\\stint\\\\stint.cjs", "mcp"]
startup_timeout_sec = 20
command = "/usr/bin/node"

[mcp_servers.stint.env]
A = "1"

[other]
x = """
[mcp_servers.stint]
"""
`)
  })

  it('gets the pairs that it lacks below its header', () => {
    expect(setTable('["mcp_servers".stint] # mine\n', path, { command: 'a' })).toBe(
      '["mcp_servers".stint] # mine\ncommand = "a"\n',
    )
  })

  it('is removed with the tables in it, and with nothing else', () => {
    const text = `a = 1\n\n${table}\n[mcp_servers.stint.env]\nA = "1"\n\n# about b\n[b]\n`
    expect(removeTable(text, path)).toBe('a = 1\n\n# about b\n[b]\n')
    expect(tableText(removeTable(text, path), path)).toBeUndefined()
  })

  test.each([
    ['mcp_servers = { stint = { command = "x" } }', 'line 1, column 1'],
    ['[mcp_servers]\nother.command = "x"\nstint = { command = "x" }', 'line 3, column 1'],
    ['a = 1\nmcp_servers.stint.command = "x"', 'line 2, column 1'],
  ])('written in short is left to the person: %j', (text, place) => {
    expect(() => setTable(text, path, pairs)).toThrow(
      `${place}: write mcp_servers.stint as a table of its own`,
    )
  })
})

test.each([
  ['a = "x', 'line 1, column 5: a value is missing'],
  ['a = [1,\n 2', 'line 2, column 3: the value does not end'],
  ['[a\nb = 1', 'line 1, column 3: ] is missing'],
  ['a\n', 'line 1, column 2: = is missing'],
  ['a = 1 b = 2', 'line 1, column 6: something follows the value'],
  ['= 1', 'line 1, column 1: a name is missing'],
  ["a = '''x", 'line 1, column 5: a value is missing'],
])('%j is refused, with the place', (text, message) => {
  expect(() => setTable(text, path, pairs)).toThrow(message)
})

const value = fc.constantFrom(
  '1',
  '"a # b"',
  "'[x]'",
  '"""\n[mcp_servers.stint]\n"""',
  "'''\n# '\n'''",
  '[1, [2], # c ]\n "]"]',
  '{ a = 1, b = "}" }',
  '1979-05-27 07:32:00',
  '""',
)
const name = fc.constantFrom('a', 'b-c', '"d e"', 'f.g', "'h'")
const line = fc.oneof(
  fc.tuple(name, value, fc.constantFrom('', ' # c', '  ')).map(([n, v, after]) => `${n} = ${v}${after}`),
  name.map(n => `[${n}]`),
  name.map(n => `[[ ${n} ]] # [`),
  fc.constantFrom('', '# remark', '  '),
)
const document = fc
  .tuple(
    fc.constantFrom('', '\ufeff'),
    fc.array(line, { maxLength: 8 }),
    fc.constantFrom('\n', '\r\n'),
    fc.boolean(),
  )
  .map(
    ([mark, lines, eol, isEnded]) =>
      mark + lines.join('\n').replaceAll('\n', eol) + (isEnded && lines.length > 0 ? eol : ''),
  )

test('what was set and removed has left no trace, in any document', () => {
  fc.assert(
    fc.property(document, text => {
      const full = setTable(text, path, pairs)
      expect(tableText(full, path)).toContain('/usr/bin/node')
      expect(setTable(full, path, pairs)).toBe(full)
      expect(removeTable(full, path)).toBe(text)
    }),
    { numRuns: 500 },
  )
})
