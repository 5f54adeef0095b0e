import { beforeAll, describe, expect, test } from 'vitest'
import { bodyLimit } from '../../src/rest/body.ts'
import { described, document } from '../support/document.ts'
import { prepare, redocly, spectral } from './linters.ts'

// oxlint-disable-next-line typescript/no-explicit-any
type Json = any

/** Every node that says of what type it is, with its place. */
function* schemasIn(node: Json, place: string): Generator<[string, Json]> {
  if (typeof node !== 'object' || node === null) return
  if (typeof node.type === 'string' || Array.isArray(node.type)) yield [place, node]
  for (const [key, one] of Object.entries(node)) {
    // data, not schemas
    if (key === 'example' || key === 'enum' || key === 'required') continue
    yield* schemasIn(one, `${place}/${key}`)
  }
}

describe('the document', () => {
  test('says of every text, list and whole number how large it may be', () => {
    const missing = [...schemasIn(document, '')].filter(([, schema]) => {
      const types = [schema.type].flat()
      if (types.includes('array')) return schema.maxItems === undefined
      if (types.includes('integer')) return schema.minimum === undefined || schema.maximum === undefined
      if (!types.includes('string')) return false
      return schema.maxLength === undefined && !schema.enum && schema.const === undefined
    })
    expect(missing.map(([place]) => place)).toEqual([])
  })

  test('says of what is asked how long it may be, and not only how long a body is', () => {
    const asked = described.flatMap(({ operation: { parameters, requestBody }, path }) =>
      [...schemasIn({ parameters, requestBody }, path)].filter(
        ([, { maxItems = 0, maxLength = 0 }]) => Math.max(maxItems, maxLength) >= bodyLimit,
      ),
    )
    expect(asked.map(([place]) => place)).toEqual([])
  })

  test('has no two paths that differ in the name of a thing only, and no name of one that is a secret', () => {
    const shapes = Object.keys(document.paths).map(path => path.replaceAll(/\{\w+\}/g, '{}'))
    expect(shapes).toEqual([...new Set(shapes)])
    const names = described.flatMap(one => one.operation.parameters.map((each: Json) => each.name ?? ''))
    expect(names.filter((name: string) => /token|secret|password|api-?key/i.test(name))).toEqual([])
  })

  test('says a sentence about everything that it sorts by', () => {
    for (const tag of document.tags) expect(tag.description, tag.name).toMatch(/^[A-Z].+\.$/)
  })

  test('tells of the limits with every answer to somebody who is known', () => {
    for (const { method, operation, path } of described)
      for (const [status, one] of Object.entries<Json>(operation.responses)) {
        const response = one.$ref ? document.components.responses[one.$ref.split('/').at(-1)] : one
        expect(Object.keys(response.headers), `${method} ${path} ${status}`).toEqual(
          expect.arrayContaining(['RateLimit', 'RateLimit-Policy']),
        )
      }
    expect(document.components.responses.Error429.headers).toHaveProperty('Retry-After')
  })
})

// Run by `npm run test:suites`.
describe.runIf(process.env.STINT_SUITES)('the linters of others', () => {
  beforeAll(prepare, 300_000)

  test('Redocly finds nothing', () => {
    expect(redocly()).toEqual([])
  })

  test('Spectral finds no error, with the rules of OWASP too', () => {
    const errors = spectral().filter(one => one.severity === 'error')
    // who joins has no token yet: the code of the invite lets them in
    expect(errors.filter(one => !one.message.startsWith('paths//workspaces/join/post/security:'))).toEqual([])
  })
})
