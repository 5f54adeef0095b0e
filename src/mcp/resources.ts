import {
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  type Resource,
  ResourceNotFoundError,
  type ResourceTemplateType,
} from '@modelcontextprotocol/server'
import { call } from '../core/call.ts'
import type { AnyOperation } from '../core/operation.ts'
import type { AppError } from '../domain/error.ts'
import type { Catalogue } from './catalogue.ts'
import type { Output } from './fit.ts'
import type { McpDoor } from './requests.ts'
import { asAppError } from './result.ts'

const json = 'application/json'

interface Fixed {
  operation: string
  resource: Resource
}

/** A thing by its id or name; `list` finds the ones that a person begins to type. */
interface Thing {
  operation: string
  field: string
  list: { operation: string; key: string }
  template: ResourceTemplateType
}

const fixed: readonly Fixed[] = [
  {
    operation: 'status',
    resource: {
      uri: 'stint://status',
      name: 'status',
      title: 'What runs now',
      description: 'Running and paused timers and sessions, and what ended by itself.',
      mimeType: json,
    },
  },
]

const things: readonly Thing[] = [
  {
    operation: 'get_project',
    field: 'project',
    list: { operation: 'list_projects', key: 'projects' },
    template: {
      uriTemplate: 'stint://project/{id}',
      name: 'project',
      title: 'A project',
      description: 'A project by its id or name, with its open tasks and all time tracked on it.',
      mimeType: json,
    },
  },
  {
    operation: 'get_invoice',
    field: 'invoice',
    list: { operation: 'list_invoices', key: 'invoices' },
    template: {
      uriTemplate: 'stint://invoice/{id}',
      name: 'invoice',
      title: 'An invoice',
      description: 'An invoice or a draft by its id or number, with its lines and totals.',
      mimeType: json,
    },
  },
]

export const listResources = (catalogue: Catalogue): Resource[] =>
  fixed.filter(one => catalogue.operation(one.operation)).map(one => one.resource)

export const listTemplates = (catalogue: Catalogue): ResourceTemplateType[] =>
  things.filter(one => catalogue.operation(one.operation)).map(one => one.template)

export async function readResource(door: McpDoor, uri: string): Promise<ReadResourceResult> {
  const found = resolved(door.catalogue, uri)
  if (!found) throw new ResourceNotFoundError(uri)
  const output = await ask(door, found.operation, found.input, uri)
  return { contents: [{ uri, mimeType: json, text: JSON.stringify(output) }] }
}

function resolved(catalogue: Catalogue, uri: string) {
  const place = fixed.find(one => one.resource.uri === uri)
  const thing = things.find(one => uri.startsWith(prefixOf(one)) && uri.length > prefixOf(one).length)
  const operation = catalogue.operation(place?.operation ?? thing?.operation ?? '')
  if (!operation) return undefined
  return { operation, input: thing ? { [thing.field]: decoded(uri.slice(prefixOf(thing).length)) } : {} }
}

const prefixOf = ({ template }: Thing): string => template.uriTemplate.replace('{id}', '')

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const mostCompletions = 100

/** Ids of what the person may mean: they type a name, or the beginning of an id. */
export async function completeId(door: McpDoor, uriTemplate: string, value: string): Promise<string[]> {
  const thing = things.find(one => one.template.uriTemplate === uriTemplate)
  if (!thing) throw new ResourceNotFoundError(uriTemplate)
  const found = await listed(door, thing.list, value)
  return found.map(one => one.id)
}

export async function completeClient(door: McpDoor, value: string): Promise<string[]> {
  const found = await listed(door, { operation: 'list_clients', key: 'clients' }, value)
  return found.map(one => one.name)
}

async function listed(door: McpDoor, list: Thing['list'], value: string) {
  const operation = door.catalogue.operation(list.operation)
  if (!operation) return []
  const byId = /^[a-z]{3}_/.test(value)
  const canSearch = !byId && value !== '' && 'search' in operation.input.shape
  const input = { limit: mostCompletions, ...(canSearch && { search: value.slice(0, 64) }) }
  const output = await ask(door, operation, input, value)
  // a list of things, each with its id and its name or number
  const rows = output[list.key] as { id: string; name: string; number?: string }[]
  if (byId) return rows.filter(one => one.id.startsWith(value))
  return canSearch ? rows : rows.filter(one => (one.number ?? '').startsWith(value))
}

async function ask(door: McpDoor, operation: AnyOperation, input: Output, uri: string): Promise<Output> {
  try {
    return await call(door.app, await door.principal(), operation, input)
  } catch (error) {
    throw protocolError(asAppError(door.app, error), uri)
  }
}

function protocolError(error: AppError, uri: string): ProtocolError {
  if (error.code === 'not_found') return new ResourceNotFoundError(uri, error.message)
  const code = error.kind === 'internal' ? ProtocolErrorCode.InternalError : ProtocolErrorCode.InvalidParams
  return new ProtocolError(code, error.message, { error: error.toJSON() })
}
