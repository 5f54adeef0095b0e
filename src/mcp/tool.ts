import {
  type CallToolResult,
  type InputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { call } from '../core/call.ts'
import type { AnyOperation } from '../core/operation.ts'
import type { Catalogue } from './catalogue.ts'
import { confirmation } from './confirm.ts'
import { cutToFit, fits, fittingLimit, type Output } from './fit.ts'
import type { McpDoor } from './requests.ts'
import { answer, asAppError, refusal } from './result.ts'

type Input = Record<string, unknown>

/** One `tools/call`. What goes wrong is an answer too: only a tool that is not there is a fault of the protocol. */
export async function callTool(
  door: McpDoor,
  server: Server,
  wanted: { name: string; arguments?: Input | undefined; _meta?: unknown },
  context: ServerContext,
): Promise<CallToolResult | InputRequiredResult> {
  const { catalogue } = door
  const operation = catalogue.tool(wanted.name)
  if (!operation) throw unknownTool(catalogue, wanted.name)
  const input = wanted.arguments ?? {}
  door.witness.called(wanted._meta)
  try {
    return (
      (await confirmation(door, server, operation, input, context)) ?? (await run(door, operation, input))
    )
  } catch (error) {
    return refusal(asAppError(door.app, error))
  }
}

async function run(door: McpDoor, operation: AnyOperation, input: Input): Promise<CallToolResult> {
  const output: Output = await call(door.app, await door.principal(), operation, input)
  const data = JSON.stringify(output)
  if ('limit' in input || fits(data)) return answer(output, data)
  if (!('limit' in operation.input.shape)) return shortened(output)
  return page(door, operation, input, fittingLimit(output, data))
}

/** A list that is too long is asked for anew with fewer rows: its cursor goes on from there. */
async function page(
  door: McpDoor,
  operation: AnyOperation,
  input: Input,
  limit: number,
): Promise<CallToolResult> {
  const output: Output = await call(door.app, await door.principal(), operation, { ...input, limit })
  const data = JSON.stringify(output)
  if (limit > 1 && !fits(data)) return page(door, operation, input, Math.floor(limit / 2))
  return answer(output, data)
}

function shortened(output: Output): CallToolResult {
  const short = cutToFit(output)
  return answer(short, JSON.stringify(short))
}

function unknownTool(catalogue: Catalogue, name: string): ProtocolError {
  const toolset = catalogue.operation(name)?.toolset
  const why = toolset ? `: its toolset is off; \`stint mcp --toolsets\` has to name ${toolset}` : ''
  return new ProtocolError(ProtocolErrorCode.InvalidParams, `Tool ${name.slice(0, 64)} not found${why}`)
}
