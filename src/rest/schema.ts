import * as z from 'zod'
import { client } from '../domain/client.ts'
import { entry } from '../domain/entry.ts'
import { event } from '../domain/event.ts'
import { expense } from '../domain/expense.ts'
import { evidenceRow, invoiceDocument, invoiceLine, party } from '../domain/invoice-document.ts'
import { modelPrice } from '../domain/model-price.ts'
import { amountShape } from '../domain/money.ts'
import { periodShape } from '../domain/period.ts'
import { project } from '../domain/project.ts'
import { reference } from '../domain/reference.ts'
import { session } from '../domain/session.ts'
import { settings } from '../domain/settings.ts'
import { task } from '../domain/task.ts'
import { token } from '../domain/token.ts'
import { delivery, webhook } from '../domain/webhook.ts'
import { bodyLimit } from './body.ts'

type Full = z.core.JSONSchema.JSONSchema
/** JSON Schema 2020-12 as we write it: no schema is a mere truth value. */
export interface Schema {
  type?: string | string[]
  description?: string
  enum?: unknown[]
  required?: string[]
  properties?: Record<string, Schema>
  items?: Schema
  [keyword: string]: unknown
}

/** Things that many answers hold: said once in the document, under these names. */
const named = new Map<z.core.$ZodType, string>([
  [amountShape, 'Amount'],
  [client, 'Client'],
  [delivery, 'Delivery'],
  [entry, 'Entry'],
  [event, 'Event'],
  [evidenceRow, 'EvidenceRow'],
  [expense, 'Expense'],
  [invoiceDocument, 'Invoice'],
  [invoiceLine, 'InvoiceLine'],
  [modelPrice, 'ModelPrice'],
  [party, 'Party'],
  [periodShape, 'Period'],
  [project, 'Project'],
  [reference, 'Reference'],
  [session, 'Session'],
  [settings, 'Settings'],
  [task, 'Task'],
  [token, 'Token'],
  [webhook, 'Webhook'],
])

/** What zod asks about a schema: what it says of itself, and its name here. */
const metadata = {
  get(schema: z.core.$ZodType) {
    const id = named.get(schema)
    const said = z.globalRegistry.get(schema)
    return id === undefined ? said : { ...said, id }
  },
}

export function inputSchema(schema: z.ZodObject): Schema {
  return tidy(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
}

/** Converted as an input, so that fields added later break nobody. What has a name goes into `kept`. */
export function outputSchema(schema: z.ZodObject, kept: Record<string, Schema>): Schema {
  const { $defs = {}, ...root } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    // only its `get` is used
    metadata: metadata as unknown as typeof z.globalRegistry,
  })
  for (const [name, one] of Object.entries($defs)) kept[name] ??= tidy(one)
  return tidy(root)
}

/** Without what is true of every schema here, and what only zod knows what it is for. */
function tidy(full: Full | boolean): Schema {
  if (typeof full === 'boolean') return {}
  const { $schema: _, additionalProperties, anyOf, id: __, items, oneOf, pattern, ...others } = full
  const { properties, propertyNames, $ref, ...rest } = others
  return bounded({
    // what is left of it is data as it is
    ...(rest as Schema),
    // readers of the document stumble over one that allows everything, as its absence does
    ...(!allowsAll(additionalProperties) && { additionalProperties }),
    ...($ref !== undefined && { $ref: $ref.replace('#/$defs/', '#/components/schemas/') }),
    ...(pattern !== undefined && rest.format === undefined && { pattern }),
    ...(anyOf !== undefined && { anyOf: anyOf.map(tidy) }),
    ...(oneOf !== undefined && { oneOf: oneOf.map(tidy) }),
    // tuples we have none
    ...(items !== undefined && { items: tidy(items as Full) }),
    ...(propertyNames !== undefined && { propertyNames: tidy(propertyNames) }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, tidy(one)])),
    }),
  })
}

const allowsAll = (schema: Full | boolean | undefined): boolean =>
  schema === undefined || (typeof schema === 'object' && Object.keys(schema).length === 0)

/** Of answers: what came in a body can be no larger. */
const largest = bodyLimit
const lengthOf: Readonly<Record<string, number>> = { 'date-time': 35, date: 10 }

/** Who reads it has to know how much room to leave. */
export function bounded(schema: Schema): Schema {
  const types = [schema.type].flat()
  if (types.includes('array')) return { ...schema, maxItems: schema.maxItems ?? largest }
  if (types.includes('integer')) {
    // what JSON keeps exactly everywhere
    const { maximum = Number.MAX_SAFE_INTEGER, minimum = Number.MIN_SAFE_INTEGER } = schema
    return { ...schema, format: 'int64', minimum, maximum }
  }
  if (!types.includes('string') || schema.enum || 'const' in schema) return schema
  return { ...schema, maxLength: schema.maxLength ?? lengthOf[String(schema.format)] ?? largest }
}
