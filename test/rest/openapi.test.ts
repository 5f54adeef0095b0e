import { readFileSync, writeFileSync } from 'node:fs'
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/server/validators/ajv'
import { describe, expect, test } from 'vitest'
import { beside } from '../../src/rest/beside.ts'
import { type Examples, examples as kept } from '../../src/rest/examples.ts'
import { openApi, pathOf } from '../../src/rest/openapi.ts'
import { finderOf, routesOf } from '../../src/rest/routes.ts'
import { yaml } from '../../src/rest/yaml.ts'
import { operations } from '../../tools/index.ts'
import { type Received, server } from '../support/server.ts'
import { filledIn, type Known, morning, note, type Step } from './morning.ts'

// oxlint-disable-next-line typescript/no-explicit-any
type Json = any

const routes = routesOf(operations)
const surface = new URL('../surface/openapi.json', import.meta.url)
const recorded = new URL('../../src/rest/examples.ts', import.meta.url)
const updates = Boolean(process.env.UPDATE_SURFACE)

interface Told {
  shows: string
  route: string
  received: Received
}

/** Everybody gets the same answers, since clock and chance are set. */
async function liveThrough(): Promise<{ examples: Examples; told: Told[] }> {
  const { clock, send } = await server({ now: '2026-05-20T09:00' })
  const examples: Record<string, { body?: unknown; answer: unknown }> = {}
  const told: Told[] = []
  const known: Known = {}
  for (const step of morning) {
    clock.pass(step.after ?? 0)
    const { body, route } = inserted(step, known)
    const received = await send(route, { ...step, body })
    note(known, received)
    told.push({ shows: step.shows, route, received })
    const isBody = typeof body === 'object'
    if (received.body)
      examples[step.shows] = { ...(isBody && { body }), answer: withoutSecrets(received.body) }
  }
  return { examples, told }
}

const inserted = ({ body, route }: Step, known: Known) => ({
  route: filledIn(route, known),
  body: typeof body === 'object' ? filledIn(body, known) : body,
})

/** A document is no place for them, whatever they open. */
const withoutSecrets = (answer: Json): Json =>
  Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [
      name,
      name === 'secret' || name === 'code' ? `${String(value).slice(0, 6)}…` : value,
    ]),
  )

// with the examples that were recorded, or those of this run
let document: Json = openApi(routes, '0.0.0', kept)
let told: Told[] = []

test('its examples are what was answered: UPDATE_SURFACE=1 writes them anew', async () => {
  const lived = await liveThrough()
  told = lived.told
  if (!updates) return expect(kept).toEqual(lived.examples)
  const head = readFileSync(recorded, 'utf8').split('export const examples')[0]
  const lines = Object.entries(lived.examples).map(
    ([name, one]) => `  ${JSON.stringify(name)}: ${JSON.stringify(one)},`,
  )
  writeFileSync(recorded, `${head}export const examples: Examples = {\n${lines.join('\n')}\n}\n`)
  document = openApi(routes, '0.0.0', lived.examples)
})

test('what the API looks like from outside changes only on purpose: UPDATE_SURFACE=1 writes the file anew', () => {
  const written = `${inFewLines(JSON.stringify(document, null, 1))}\n`
  if (updates) writeFileSync(surface, written)
  expect(written).toBe(readFileSync(surface, 'utf8'))
})

/** What holds nothing that holds something stands on one line. */
const inFewLines = (text: string): string =>
  text.replaceAll(/([{[])\n\s+([^{}[\]]*?)\n\s+([}\]])/g, (_, open, inner, close) =>
    [open, inner.replaceAll(/\n\s+/g, ' '), close].join(open === '{' ? ' ' : ''),
  )

test('every way to an operation is in it, under a name of its own', () => {
  const all: Json[] = Object.values(document.paths).flatMap((path: Json) => Object.values(path))
  expect(all).toHaveLength(routes.length + Object.keys(beside).length)
  expect(new Set(all.map(one => one.operationId)).size).toBe(all.length)
  for (const { name } of operations) expect(all.map(one => one.operationId)).toContain(name)
})

test('whatever it refers to is there', () => {
  const text = JSON.stringify(document)
  for (const [, ref = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const found = ref.split('/').reduce((node: Json, key) => node?.[key], document)
    expect(found, ref).toBeDefined()
  }
  expect(text).not.toContain('$defs')
})

test('it describes every field of a body and every parameter', () => {
  for (const [path, methods] of Object.entries<Json>(document.paths))
    for (const [method, one] of Object.entries<Json>(methods)) {
      const where = `${method} ${path}`
      for (const parameter of one.parameters.filter((each: Json) => each.in === 'query'))
        expect(parameter.description, `${where}: ${parameter.name}`).toBeTruthy()
      const body = one.requestBody?.content['application/json'].schema.properties ?? {}
      for (const [name, field] of Object.entries<Json>(body))
        expect(field.description, `${where}: ${name}`).toBeTruthy()
      expect(Object.keys(one.responses)).toEqual(
        expect.arrayContaining(['400', '401', '403', '404', '429', '500']),
      )
    }
})

describe('what it says', () => {
  const find = finderOf(routes)
  const validator = new AjvJsonSchemaValidator()

  const misfit = (schema: object, value: unknown): string | undefined => {
    const whole = { ...schema, components: document.components }
    return validator.getValidator(whole as never)(value).errorMessage
  }

  function described(route: string): Json {
    const [method = '', path = ''] = route.split(' ')
    const found = find(method, `/api${path.split('?')[0]}`)
    if (!found || !('route' in found)) return undefined
    return document.paths[pathOf(found.route)]?.[method.toLowerCase()]
  }

  test('is what is really answered', () => {
    expect(told).toHaveLength(morning.length)
    for (const { received, route, shows } of told) {
      const response = described(route)?.responses[received.status]
      if (shows === 'error 405') continue
      expect(response, `${shows}: ${received.status} ${received.text}`).toBeDefined()
      if (shows.startsWith('error')) expect(`error ${received.status}`).toBe(shows)
      else expect(received.status, `${shows}: ${received.text}`).toBeLessThan(400)
      const target: Json = response.$ref
        ? document.components.responses[response.$ref.split('/').at(-1)]
        : response
      const schema = target.content?.['application/json'].schema
      if (schema) expect(misfit(schema, received.body), shows).toBeUndefined()
      else expect(received.text, shows).toBe('')
    }
  })

  test('is what can be asked', () => {
    for (const { body, route, shows } of morning) {
      if (typeof body !== 'object' || shows.startsWith('error')) continue
      expect(described(route), shows).toBeDefined()
      const { schema } = described(route).requestBody.content['application/json']
      expect(misfit(schema, body), shows).toBeUndefined()
      expect(misfit(schema, { ...body, colour: 'red' }), shows).toBeDefined()
    }
  })
})

test('what is over may be said of sessions by either name of its instants, and comes back as an entry', () => {
  const { requestBody, responses } = document.paths['/sessions'].post
  const bodies: Json[] = requestBody.content['application/json'].schema.oneOf
  const over = bodies.filter(one => one.properties.billable)
  expect(over.map(one => one.required)).toEqual([
    ['project', 'start', 'end'],
    ['project', 'started_at', 'ended_at'],
  ])
  for (const { properties, required } of over)
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(required))
  const answers = (status: number): Json => responses[status].content['application/json'].schema
  expect(answers(201).oneOf.map((one: Json) => one.required[0])).toEqual(['session', 'entry'])
  expect(answers(200).required).toEqual(['session'])
})

describe('the reference', () => {
  test('is served to everybody, also as YAML', async () => {
    const { send } = await server()
    const { body, headers } = await send('GET /v1/openapi.json', { token: null })
    expect(body).toMatchObject({ openapi: '3.1.0', info: { title: 'stint', version: 'test' } })
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
    const other = await send('GET /v1/openapi.json?format=yaml', { token: null })
    expect(other.headers.get('content-type')).toBe('application/yaml; charset=utf-8')
    expect(other.text).toMatch(/^openapi: "3\.1\.0"\ninfo:\n {2}title: stint\n/)
  })

  test('is a page that gets all it needs from here', async () => {
    const { send } = await server()
    const page = await send('GET /v1/docs', { token: null })
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self';")
    expect(page.text).not.toMatch(/https?:/)
    for (const [, source = ''] of page.text.matchAll(/src="\/api([^"]+)"/g)) {
      const script = await send(`GET ${source}`, { token: null })
      expect(script, source).toMatchObject({ status: 200 })
      expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    }
  })
})

describe('YAML', () => {
  test('keeps every value what it is', () => {
    const value = {
      text: 'a plain one',
      quoted: ['no', '1', 'a: b', '- x', '', ' x', 'ä', 'two\nlines', '#'],
      'key: odd': { 200: true, none: null, empty: {}, list: [] },
      rows: [{ a: 1, b: [[1, 2]] }, 2.5],
    }
    expect(yaml(value)).toBe(`text: a plain one
quoted:
  - "no"
  - "1"
  - "a: b"
  - "- x"
  - ""
  - " x"
  - "ä"
  - "two\\nlines"
  - "#"
"key: odd":
  "200": true
  none: null
  empty: {}
  list: []
rows:
  - a: 1
    b:
      - - 1
        - 2
  - 2.5
`)
  })
})
