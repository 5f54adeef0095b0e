import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { parse, valueOf } from '../../../src/domain/setup/jsonc.ts'
import { getAt, removeAt, setAt } from '../../../src/domain/setup/jsonc-edit.ts'
import { document } from './document.ts'

const read = (text: string): unknown => valueOf(parse(text), text)

describe('a document that somebody wrote', () => {
  it('keeps its remarks, its order and its indentation when a member is added', () => {
    const before = `// mine
{
    "b": 1, // one
    /* servers */
    "mcpServers": {
        "other": { "command": "x" } // keep
    }
}
`
    expect(setAt(before, ['mcpServers', 'stint'], { command: 'node' })).toBe(`// mine
{
    "b": 1, // one
    /* servers */
    "mcpServers": {
        "other": { "command": "x" }, // keep
        "stint": {
            "command": "node"
        }
    }
}
`)
  })

  it('gets what is missing on the way to the member', () => {
    expect(setAt('{}\n', ['hooks', 'Stop', 0], { a: 1 })).toBe(
      '{\n  "hooks": {\n    "Stop": [\n      {\n        "a": 1\n      }\n    ]\n  }\n}\n',
    )
  })

  it.each([
    ['a trailing comma', '{\n\t"a": 1,\n}', '{\n\t"a": 1,\n\t"stint": true,\n}'],
    ['one line', '{"a":1}', '{"a":1,"stint":true}'],
    ['one line with spaces', '{ "a": 1 }', '{ "a": 1, "stint": true }'],
    ['Windows line breaks', '{\r\n  "a": 1\r\n}\r\n', '{\r\n  "a": 1,\r\n  "stint": true\r\n}\r\n'],
    ['a byte order mark', '\ufeff{\n  "a": 1\n}', '\ufeff{\n  "a": 1,\n  "stint": true\n}'],
    ['no line break at the end', '{\n  "a": 1\n}', '{\n  "a": 1,\n  "stint": true\n}'],
  ])('keeps %s', (_, before, after) => {
    expect(setAt(before, ['stint'], true)).toBe(after)
    expect(removeAt(after, ['stint'])).toBe(before)
  })

  it('is the same after the same value was set', () => {
    const text = '{ "stint": {"a":   [1,2]} }'
    expect(setAt(text, ['stint'], { a: [1, 2] })).toBe(text)
  })

  it('loses what holds nothing any more, unless that is kept', () => {
    const text = '{\n  "a": {\n    "b": {\n      "c": 1\n    }\n  }\n}'
    expect(removeAt(text, ['a', 'b', 'c'])).toBe('{}')
    expect(removeAt(text, ['a', 'b', 'c'], path => path.length === 1)).toBe('{\n  "a": {}\n}')
  })
})

test.each([
  ['{"a": 1', 'line 1, column 8: } is missing'],
  ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3: a comma is missing'],
  ['{"a" 1}', 'line 1, column 6: a colon is missing'],
  ['{a: 1}', 'line 1, column 2: a name in quotes is missing'],
  ['{"a": }', 'line 1, column 7: a value is missing'],
  ['{"a": 01}', 'line 1, column 7: a value is missing'],
  ['{} {}', 'line 1, column 4: something follows the end'],
  ['/* {}', 'line 1, column 1: a value is missing'],
  ['{"a": "x\ny"}', 'line 1, column 7: a value is missing'],
])('%j is refused, with the place', (text, message) => {
  expect(() => parse(text)).toThrow(message)
})

test('what is no object or list is not written over', () => {
  expect(() => setAt('[]', ['a'], 1)).toThrow('it is of another kind')
  expect(() => setAt('{"hooks": null}', ['hooks', 'Stop', 0], 1)).toThrow('hooks is of another kind')
})

// JSON has no -0
const given = fc.jsonValue({ maxDepth: 2 }).map(value => JSON.parse(JSON.stringify(value)))
const withoutRemarks = (text: string): string =>
  text
    .replaceAll(/"(?:[^"\\]|\\.)*"|\/\/[^\r\n]*|\/\*[^]*?\*\//g, part => (part.startsWith('"') ? part : ' '))
    .replaceAll('\ufeff', '')

describe('in any document', () => {
  it('a value is read as JSON without the remarks would be', () => {
    fc.assert(
      fc.property(document, text => {
        const strict = withoutRemarks(text).replaceAll(
          /("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g,
          (_, string) => string ?? '',
        )
        expect(read(text)).toEqual(JSON.parse(strict))
      }),
    )
  })

  it('what was set is there, and all else is as it was', () => {
    fc.assert(
      fc.property(document, given, (text, value) => {
        const before = Object(read(text))
        const after = setAt(text, ['stint'], value)
        expect(read(after)).toEqual({ ...before, stint: value })
        for (const child of parse(text).children) expect(after).toContain(text.slice(child.start, child.end))
      }),
    )
  })

  it('what was set and removed has left no trace', () => {
    fc.assert(
      fc.property(document, given, (text, value) => {
        expect(removeAt(setAt(text, ['stint'], value), ['stint'])).toBe(text)
        const present = getAt(text, ['mcpServers'])
        if (present !== undefined && !JSON.stringify(present).startsWith('{')) return
        const path = ['mcpServers', 'stint']
        const isKept = (): boolean => present !== undefined
        expect(removeAt(setAt(text, path, value), path, isKept)).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  it('items that were appended and removed from the last to the first have left no trace', () => {
    fc.assert(
      fc.property(document, fc.array(given, { minLength: 1, maxLength: 3 }), (text, values) => {
        const present = getAt(text, ['hooks'])
        if (present !== undefined && !Array.isArray(present)) return
        const length = present?.length ?? 0
        const full = values.reduce<string>(
          (result, value, at) => setAt(result, ['hooks', length + at], value),
          text,
        )
        expect(getAt(full, ['hooks'])).toEqual([...(present ?? []), ...values])
        const empty = values.reduceRight<string>(
          (result, _, at) => removeAt(result, ['hooks', length + at], () => present !== undefined),
          full,
        )
        expect(empty).toBe(text)
      }),
    )
  })
})
