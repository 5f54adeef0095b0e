import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { call } from '../core/call.ts'
import { questionBefore } from '../core/confirmation.ts'
import type { AnyOperation } from '../core/operation.ts'
import { AppError } from '../domain/error.ts'
import type { McpDoor } from './requests.ts'

type Input = Record<string, unknown>

/**
 * A destructive call needs a person's word: `confirm: true`, or their answer where the host can ask them. Answers
 * with what the host has to ask first, or with nothing when the call may go on.
 */
export async function confirmation(
  door: McpDoor,
  server: Server,
  operation: AnyOperation,
  input: Input,
  context: ServerContext,
): Promise<InputRequiredResult | undefined> {
  const question = questionBefore(operation, input)
  if (question === undefined) return undefined
  if (!canAsk(server, context)) throw unconfirmed(operation, `${question} This needs a person's word.`)
  const { inputResponses } = context.mcpReq
  if (inputResponse(inputResponses, 'confirm').kind === 'missing') {
    const told = await toldOf(door, operation, input)
    // what is not there, nobody can miss: the call says so
    if (told === undefined) return undefined
    const message = [question, ...told].join('\n')
    return inputRequired({
      inputRequests: { confirm: inputRequired.elicit({ message, requestedSchema: agreement }) },
    })
  }
  if (acceptedContent(inputResponses, 'confirm')?.confirm === true) return undefined
  throw unconfirmed(operation, 'The person did not agree, so nothing was changed.')
}

/** Nobody can say yes to an id alone. */
async function toldOf(door: McpDoor, operation: AnyOperation, input: Input): Promise<string[] | undefined> {
  const { app, catalogue } = door
  const about = operation.mutates ? operation.about : undefined
  const query = about && catalogue.operation(about.query)
  if (!query) return []
  try {
    const output: unknown = await call(app, await door.principal(), query, {
      [about.field]: input[about.field],
    })
    const page = query.text(output, { time: ms => app.machineTime(ms, app.clock()) })
    return typeof page === 'string' ? [page] : page.filter(part => typeof part === 'string').slice(0, 1)
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return undefined
    throw error
  }
}

const agreement = {
  type: 'object' as const,
  properties: { confirm: { type: 'boolean' as const, title: 'Yes', description: 'Go on with it' } },
  required: ['confirm'],
}

/** Of the 2026 era each request says what its client can, of the 2025 era the handshake did. */
function canAsk(server: Server, { mcpReq }: ServerContext): boolean {
  // typed as empty by the SDK, which checked it as it came in
  const envelope = mcpReq.envelope as Record<string, unknown> | undefined
  const said = envelope?.[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined
  const elicitation = (said ?? server.getClientCapabilities())?.elicitation
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined)
}

const unconfirmed = ({ command, name }: AnyOperation, message: string): AppError =>
  new AppError('confirmation_required', message, {
    details: { field: 'confirm' },
    hint: `Once they agreed: call ${name} again with confirm: true, or they run \`stint ${command}\` in a terminal.`,
  })
