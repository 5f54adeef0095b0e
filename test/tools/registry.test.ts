import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { operations } from '../../tools/index.ts'

type Json = { [key: string]: unknown }

const schemaOf = (schema: z.ZodType): Json => z.toJSONSchema(schema, { io: 'input' }) as Json
const inputs = operations.map(operation => ({
  name: operation.name,
  operation,
  schema: schemaOf(operation.input),
}))
const outputs = operations.map(operation => ({
  name: operation.name,
  operation,
  schema: schemaOf(operation.output),
}))
const propertiesOf = (schema: Json): Json => (schema.properties ?? {}) as Json

/** All keys that a schema uses anywhere. */
function words(schema: unknown): Set<string> {
  if (typeof schema !== 'object' || schema === null) return new Set()
  return new Set(Object.entries(schema).flatMap(([key, value]) => [key, ...words(value)]))
}

describe('names', () => {
  test('are a verb and nouns, but for three that everybody knows', () => {
    const plain = operations.map(one => one.name).filter(name => !/^[a-z]+(_[a-z]+)+$/.test(name))
    expect(plain.toSorted()).toEqual(['reprice', 'status', 'undo'])
  })

  test('have at most 26 characters', () => {
    expect(operations.filter(one => one.name.length > 26)).toEqual([])
  })

  test.each(['name', 'route', 'command'] as const)('every %s is there once', face => {
    const first = (text: string): string => text.split(/ [[<]/)[0] ?? text
    const all = operations.map(one => (face === 'command' ? first(one.command) : one[face]))
    // where an id stands in a path, its name is of no matter
    const bare = all.map(one => (face === 'route' ? one.replaceAll(/\{\w+\}/g, '{}') : one))
    expect(bare.toSorted()).toEqual([...new Set(bare)].toSorted())
  })

  test('a summary is one or two sentences', () => {
    for (const { name, summary } of operations) {
      expect(summary, name).toMatch(/[.!]$/)
      expect(summary.length, name).toBeLessThanOrEqual(220)
    }
  })
})

describe.each(inputs)('the input of $name', ({ operation, schema }) => {
  const properties = Object.entries(propertiesOf(schema))

  test('is one flat strict object', () => {
    expect(schema.type).toBe('object')
    expect(schema.additionalProperties).toBe(false)
    for (const word of ['anyOf', 'oneOf', 'allOf', '$ref', 'not']) expect(words(schema)).not.toContain(word)
    expect(properties.filter(([, field]) => (field as Json).type === 'object')).toEqual([])
  })

  test('describes every field', () => {
    for (const [field, shape] of properties)
      expect((shape as Json).description, field).toEqual(expect.any(String))
  })

  test('says its fields in snake_case', () => {
    for (const [field] of properties) expect(field).toMatch(/^[a-z]+(_[a-z]+)*$/)
  })

  test('has all that its path and its command name', () => {
    const names = properties.map(([field]) => field)
    for (const [, field] of operation.route.matchAll(/\{(\w+)\}/g)) expect(names).toContain(field)
    for (const [, field] of operation.command.matchAll(/[[<](\w+)[\]>]/g)) expect(names).toContain(field)
  })
})

describe.each(outputs)('the output of $name', ({ operation, schema }) => {
  test('is an object of JSON types', () => {
    expect(schema.type).toBe('object')
    expect(words(schema)).not.toContain('$ref')
  })

  test('says that it was replayed, if it can be', () => {
    expect('replayed' in propertiesOf(schema)).toBe(operation.mutates)
    expect('idempotency_key' in propertiesOf(schemaOf(operation.input))).toBe(operation.mutates)
  })
})

describe('faces', () => {
  const methodOf = (route: string): string => route.split(' ')[0] ?? ''

  test('what reads is GET, what changes is not', () => {
    // what an invoice would be takes as much to say as the invoice itself
    const asked = operations.filter(({ route }) => route !== 'POST /invoices/preview')
    for (const { mutates, name, route } of asked) expect(methodOf(route) === 'GET', name).toBe(!mutates)
  })

  test('what changes needs more than the scope read', () => {
    for (const { mutates, name, scope } of operations) if (mutates) expect(scope, name).not.toBe('read')
  })

  test('what takes away takes a confirmation', () => {
    for (const operation of operations) {
      if (!operation.mutates || !operation.destructive) continue
      expect(Object.keys(operation.input.shape), operation.name).toContain('confirm')
    }
  })

  test('routes and commands are written alike', () => {
    for (const { command, route } of operations) {
      expect(route).toMatch(/^(GET|POST|PATCH|DELETE) (\/([a-z][a-z.-]*|\{[a-z]+\}))+$/)
      expect(command).toMatch(/^[a-z]+( [a-z]+)*( ([[<][a-z_]+[\]>]))*$/)
    }
  })
})
