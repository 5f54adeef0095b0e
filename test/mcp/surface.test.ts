import { readFileSync, writeFileSync } from 'node:fs'
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import { expect, test } from 'vitest'
import { definitionOf } from '../../src/mcp/catalogue.ts'
import { instructions } from '../../src/mcp/instructions.ts'
import type { Lean } from '../../src/mcp/lean.ts'
import { readToolsets } from '../../src/mcp/toolset.ts'
import { operations } from '../../tools/index.ts'

const usual = readToolsets()
const offered = operations.filter(one => one.toolset !== undefined)
const tools = offered.map(one => ({ ...definitionOf(one), toolset: one.toolset }))
const usualTools = tools.filter(one => one.toolset !== undefined && usual.includes(one.toolset))

const file = new URL('../surface/tools.json', import.meta.url)

test('what tools look like from outside changes only on purpose: UPDATE_SURFACE=1 writes the file anew', () => {
  const surface = `${onePerLine(JSON.stringify(tools, null, 2))}\n`
  if (process.env.UPDATE_SURFACE) writeFileSync(file, surface)
  expect(surface).toBe(readFileSync(file, 'utf8'))
})

test('the tools that are offered by default cost little of what a model can keep in mind', () => {
  const seen = usualTools.map(({ description, inputSchema, name }) => ({ name, description, inputSchema }))
  const tokens = countTokens(JSON.stringify(seen))
  const withOutputs = countTokens(
    JSON.stringify(usualTools.map(({ outputSchema }, at) => ({ ...seen[at], outputSchema }))),
  )
  if (process.env.UPDATE_SURFACE)
    process.stderr.write(`${seen.length} tools: ${tokens} tokens, ${withOutputs} with outputs\n`)
  expect(tokens).toBeLessThanOrEqual(4000)
})

test('the instructions are short enough to be shown whole', () => {
  expect(Buffer.byteLength(instructions)).toBeLessThanOrEqual(2048)
})

test('names are short and say what they do to what', () => {
  for (const { name } of tools) {
    expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/)
    expect(name.length).toBeLessThanOrEqual(26)
  }
  expect(new Set(tools.map(one => one.name)).size).toBe(tools.length)
})

// what other programs kept comes in rows
const nested = ['import_entries']

test.each(tools.filter(one => !nested.includes(one.name)))('$name takes a flat input', ({ inputSchema }) => {
  // made by `leanInput`
  for (const [name, field] of Object.entries((inputSchema as Lean).properties ?? {})) {
    expect(['string', 'boolean', 'integer', 'number', 'array'], name).toContain(field.type)
    if (field.type === 'array') expect(field.items?.type, name).toBe('string')
  }
})

test.each(tools)('$name takes a strict input, and every field says what it is', ({ inputSchema }) => {
  // made by `leanInput`
  expectStrict(inputSchema as Lean)
})

function expectStrict({ additionalProperties, properties = {}, type }: Lean): void {
  expect({ type, additionalProperties }).toEqual({ type: 'object', additionalProperties: false })
  for (const [name, field] of Object.entries(properties)) {
    expect(field.description, name).toBeTruthy()
    for (const inner of [field, field.items]) if (inner?.type === 'object') expectStrict(inner)
  }
}

test('each set has what its name promises', () => {
  const inSet = (set: string): string[] => tools.filter(one => one.toolset === set).map(one => one.name)
  expect(inSet('admin')).toEqual(
    expect.arrayContaining(['create_token', 'create_webhook', 'invite_member', 'import_entries']),
  )
})

test('a project can be given all that it has as it is made, and later', () => {
  const fieldsOf = (name: string): string[] => {
    const found = usualTools.find(one => one.name === name)
    return Object.keys(found?.inputSchema.properties ?? {})
  }
  for (const name of ['create_project', 'update_project'])
    expect(fieldsOf(name), name).toEqual(expect.arrayContaining(['aliases', 'color', 'archived']))
})

test.each(tools)('$name has schemas that every host can read', tool => {
  const words = keysIn([tool.inputSchema, tool.outputSchema])
  const known = [
    'type',
    'description',
    'enum',
    'const',
    'items',
    'properties',
    'required',
    'additionalProperties',
  ]
  expect([...words].filter(word => !known.includes(word))).toEqual([])
  expect(JSON.stringify(tool.outputSchema)).not.toContain('additionalProperties')
})

test('hosts learn which tools only read, which take something away, and that none leaves this machine', () => {
  const hints = Object.fromEntries(tools.map(one => [one.name, one.annotations]))
  for (const one of tools) expect(Object.keys(one.annotations ?? {}).toSorted()).toEqual(four)
  expect(hints.list_entries).toEqual({ ...safe, readOnlyHint: true, idempotentHint: true })
  expect(hints.start_timer).toEqual({ ...safe, readOnlyHint: false, idempotentHint: false })
  expect(hints.stop_timer).toEqual({ ...safe, readOnlyHint: false, idempotentHint: true })
  const destructive = tools.filter(one => one.annotations?.destructiveHint).map(one => one.name)
  expect(destructive).toEqual(expect.arrayContaining(['update_timer', 'delete_entry', 'discard_timer']))
})

test('what may take something away can be confirmed, and asks a question', () => {
  for (const one of offered) {
    if (!one.mutates || !one.destructive) continue
    expect(Object.keys(one.input.shape), one.name).toContain('confirm')
    expect(one.question !== undefined, one.name).toBe(true)
  }
})

const four = ['destructiveHint', 'idempotentHint', 'openWorldHint', 'readOnlyHint']
const safe = { destructiveHint: false, openWorldHint: false }

/** What holds nothing deeper stands on one line, so that a diff is read quickly. */
const onePerLine = (json: string): string =>
  json.replaceAll(/[{[]\n[^{}[\]]*[}\]]/g, leaf => leaf.replaceAll(/\s*\n\s*/g, ' '))

/** The words of JSON Schema that stand in schemas; names of fields are none. */
function keysIn(schemas: readonly unknown[]): Set<string> {
  const found = new Set<string>()
  const look = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return
    for (const [key, value] of Object.entries(schema)) {
      found.add(key)
      if (key === 'properties') Object.values(value as object).forEach(look)
      if (key === 'items') look(value)
    }
  }
  schemas.forEach(look)
  return found
}
