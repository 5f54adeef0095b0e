import { AjvJsonSchemaValidator } from '@modelcontextprotocol/server/validators/ajv'
import { examples } from '../../src/rest/examples.ts'
import { openApi } from '../../src/rest/openapi.ts'
import { statusOf } from '../../src/rest/problem.ts'
import { prefix, routesOf } from '../../src/rest/routes.ts'
import { operations } from '../../tools/index.ts'

// oxlint-disable-next-line typescript/no-explicit-any
type Json = any

export const document: Json = openApi(routesOf(operations), '0.0.0', examples)

/** One method of one path, as the document has it. */
export interface Described {
  method: string
  /** `/api/v1/clients/{client}` */
  path: string
  operation: Json
}

/** Where a word and a thing's name could both stand, the word is meant. */
export const described: readonly Described[] = Object.entries<Json>(document.paths)
  .toSorted(([one], [other]) => paramsIn(one) - paramsIn(other))
  .flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: prefix + path,
      operation,
    })),
  )

function paramsIn(path: string): number {
  return path.split('{').length
}

const fits = (path: string, wanted: string): boolean => {
  const segments = wanted.split('/')
  const own = path.split('/')
  return (
    own.length === segments.length &&
    own.every((one, at) => (one.startsWith('{') ? segments[at] !== '' : one === segments[at]))
  )
}

export interface Answered {
  status: number
  /** Its content type. */
  type: string | null
  text: string
}

/** How an answer is not as the document says; nothing where it is, or where the document says nothing of the path. */
export function misfitOf(method: string, url: string, answered: Answered): string | undefined {
  const path = url.split('?')[0] ?? ''
  if (method === 'OPTIONS' || !path.startsWith(prefix)) return undefined
  const asked = method === 'HEAD' ? 'GET' : method
  // what stands first has fewer places for names
  const [first] = described.filter(one => fits(one.path, path))
  const found = described.find(one => one.method === asked && fits(one.path, path))
  if (first && !found) return answered.status === 405 ? misfitOfError(answered) : strayed(answered)
  const response = found && responseOf(found, answered.status)
  if (found && !response) return `${answered.status} is not described`
  if (method === 'HEAD') return answered.text === '' ? undefined : 'a body for HEAD'
  if (answered.status >= 400) return misfitOfError(answered)
  return found && misfitOfBody(`${method} ${found.path} ${answered.status}`, response, answered)
}

/** It was refused before it was seen that the method is not possible. */
const strayed = (answered: Answered): string | undefined =>
  [400, 401, 403, 429].includes(answered.status)
    ? misfitOfError(answered)
    : `${answered.status} where nothing is described`

function misfitOfError({ status, text, type }: Answered): string | undefined {
  if (type !== 'application/json') return `an error as ${type}`
  const body: Json = JSON.parse(text)
  const { code } = body.error ?? {}
  if (statusOf[code as 'internal'] !== status) return `${status} with the code ${code}`
  return misfit('error', document.components.schemas.Error, body)
}

function misfitOfBody(name: string, { content }: Json, { text, type }: Answered): string | undefined {
  if (!content) return text === '' ? undefined : 'a body where none is described'
  if (content['*/*']) return undefined
  const kind = (type ?? '').split(';')[0] ?? ''
  if (!content[kind]) return `an answer as ${type}`
  return kind === 'application/json' ? misfit(name, content[kind].schema, JSON.parse(text)) : undefined
}

function responseOf({ operation }: Described, status: number): Json {
  const response = operation.responses[status]
  return response?.$ref ? document.components.responses[response.$ref.split('/').at(-1)] : response
}

type Check = (value: unknown) => { errorMessage?: string | undefined }

const validator = new AjvJsonSchemaValidator()
const checks = new Map<string, Check>()

/** Each schema is compiled once, under its name. */
function misfit(name: string, schema: object, value: unknown): string | undefined {
  const check = checks.get(name) ?? compiled(schema)
  checks.set(name, check)
  return check(value).errorMessage
}

const compiled = (schema: object): Check =>
  // a schema of ours is one that it can read
  validator.getValidator({ ...schema, components: document.components } as never)
