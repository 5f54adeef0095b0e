import type { Tool } from '@modelcontextprotocol/server'
import * as z from 'zod'
import type { AnyOperation, Toolset } from '../core/operation.ts'
import { leanInput, leanOutput } from './lean.ts'

/** The operations that hosts may call as tools. */
export interface Catalogue {
  /** All of them, also those that are no tool here: resources and completions read through them. */
  operation(name: string): AnyOperation | undefined
  tool(name: string): AnyOperation | undefined
  /** What hosts list; made when the first of them asks. */
  definitions(): Tool[]
}

export function catalogueOf(operations: readonly AnyOperation[], toolsets: readonly Toolset[]): Catalogue {
  const byName = new Map<string, AnyOperation>(operations.map(one => [one.name, one]))
  const offered = (one: AnyOperation): boolean => one.toolset !== undefined && toolsets.includes(one.toolset)
  let definitions: Tool[] | undefined
  return {
    operation: name => byName.get(name),
    tool(name) {
      const found = byName.get(name)
      return found && offered(found) ? found : undefined
    },
    definitions: () => (definitions ??= operations.filter(offered).map(definitionOf)),
  }
}

export function definitionOf(operation: AnyOperation): Tool {
  return {
    name: operation.name,
    title: titleOf(operation.name),
    description: operation.summary,
    // JSON all through, which the compiler cannot see in types that hold themselves
    inputSchema: leanInput(listedInput(operation)) as Tool['inputSchema'],
    outputSchema: leanOutput(operation.output) as Tool['inputSchema'],
    annotations: {
      readOnlyHint: !operation.mutates,
      destructiveHint: operation.mutates && Boolean(operation.destructive),
      idempotentHint: !operation.mutates || operation.idempotent === true,
      openWorldHint: false,
    },
  }
}

/** Said by programs, which know them from the API; a period also takes two days, as `2026-03-01..2026-03-31`. */
const seldomAnywhere = ['from', 'to', 'time_zone', 'sort', 'version']

function listedInput({ input, seldom = [] }: AnyOperation): z.ZodObject {
  const listed = Object.entries<z.ZodType>(input.shape).filter(
    ([name]) => !seldomAnywhere.includes(name) && !seldom.includes(name),
  )
  return z.strictObject(Object.fromEntries(listed))
}

/** `start_timer` is shown to people as `Start timer`. */
const titleOf = (name: string): string => (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll('_', ' ')
