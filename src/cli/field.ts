import * as z from 'zod'

/** How a field of an input is typed on the command line. */
export interface Field {
  name: string
  flag: string
  short?: string
  kind: 'text' | 'number' | 'truth' | 'choice' | 'list' | 'json'
  choices: readonly string[]
  about: string
  required: boolean
}

/** The few that people type all day. */
const shorts: Record<string, string> = {
  project: 'p',
  description: 'd',
  tag: 't',
  tags: 't',
  client: 'c',
  limit: 'n',
}

export const kebab = (name: string): string => name.replaceAll('_', '-')

export function fieldOf(name: string, schema: z.core.$ZodType): Field {
  const inner = bare(schema)
  const short = shorts[name]
  return {
    name,
    flag: kebab(name),
    ...(short !== undefined && { short }),
    ...kindOf(inner),
    about: describedIn(schema),
    required: !(schema instanceof z.ZodOptional || schema instanceof z.ZodDefault),
  }
}

function kindOf(schema: z.core.$ZodType): Pick<Field, 'kind' | 'choices'> {
  if (schema instanceof z.ZodEnum) return { kind: 'choice', choices: schema.options.map(String) }
  if (schema instanceof z.ZodBoolean) return { kind: 'truth', choices: [] }
  if (schema instanceof z.ZodNumber) return { kind: 'number', choices: [] }
  if (schema instanceof z.ZodArray) {
    const { choices, kind } = kindOf(bare(schema.element))
    return kind === 'text' || kind === 'choice' ? { kind: 'list', choices } : { kind: 'json', choices: [] }
  }
  if (schema instanceof z.ZodUnion) return kindOf(bare(schema.options[0] ?? schema))
  return { kind: schema instanceof z.ZodString ? 'text' : 'json', choices: [] }
}

function bare(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodPipe) return bare(schema.out)
  return isWrapped(schema) ? bare(schema.unwrap()) : schema
}

/** The description may stand on any of the wrappers. */
function describedIn(schema: z.core.$ZodType): string {
  const here = z.globalRegistry.get(schema)?.description
  if (here !== undefined) return here
  return isWrapped(schema) ? describedIn(schema.unwrap()) : ''
}

const isWrapped = (schema: z.core.$ZodType) =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable
