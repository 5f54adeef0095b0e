import * as z from 'zod'

/** What is left of a JSON Schema when only that stays which a model reads. */
export interface Lean {
  type?: string
  description?: string
  enum?: unknown[]
  const?: unknown
  items?: Lean
  properties?: Record<string, Lean>
  required?: string[]
  additionalProperties?: false
}
export type LeanObject = Lean & { type: 'object'; properties: Record<string, Lean> }

type Full = z.core.JSONSchema.JSONSchema

/** Bounds, patterns and formats stay with `call`, which answers in sentences what a schema says in tokens. */
export function leanInput(schema: z.ZodObject): LeanObject {
  return { ...leanObject(schema, oneOfInput), additionalProperties: false }
}

/**
 * Converted as an input, so that fields added later do not break clients that hold it against an answer. Nothing
 * is required at the top, because some hold it against errors too.
 */
export function leanOutput(schema: z.ZodObject): LeanObject {
  const { required: _, ...rest } = leanObject(schema, oneOfOutput)
  return rest
}

type Choice = (branches: readonly Full[]) => Full

function leanObject(schema: z.ZodObject, choose: Choice): LeanObject {
  const { properties = {}, type: _, ...rest } = lean(z.toJSONSchema(schema, { io: 'input' }), choose)
  return { type: 'object', properties, ...rest }
}

function lean(full: Full, choose: Choice): Lean {
  const branches = branchesOf(full)
  const node = branches.length > 1 ? choose(branches) : full
  // our schemas hold no boolean schemas and no tuples, and a type that is a list was taken apart
  const { items, properties, type } = node as {
    type?: string
    items?: Full
    properties?: Record<string, Full>
  }
  return {
    ...(type !== undefined && { type }),
    ...(full.description !== undefined && { description: full.description }),
    ...(node.enum !== undefined && { enum: node.enum }),
    ...(node.const !== undefined && { const: node.const }),
    ...(items !== undefined && { items: lean(items, choose) }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, one]) => [name, lean(one, choose)]),
      ),
    }),
    ...(node.required !== undefined && { required: node.required }),
    ...(node.additionalProperties === false && { additionalProperties: false }),
  }
}

function branchesOf(full: Full): Full[] {
  if (Array.isArray(full.type)) return full.type.map(type => ({ ...full, type }))
  return full.anyOf ?? full.oneOf ?? [full]
}

/** Text can say what a number or null would. */
const oneOfInput: Choice = branches => {
  const types = branches.map(one => one.type).filter(type => type !== 'null')
  return withType(types.includes('string') ? 'string' : types[0])
}

/** An answer may be any of them: the type they share, else none at all. */
const oneOfOutput: Choice = branches => {
  const [first, ...others] = new Set(branches.map(one => one.type))
  return withType(others.length === 0 ? first : undefined)
}

const withType = (type: Full['type']): Full => (type === undefined ? {} : { type })
