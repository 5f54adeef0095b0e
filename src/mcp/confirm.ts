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
import { questionBefore } from '../core/confirmation.ts'
import type { AnyOperation } from '../core/operation.ts'
import { AppError } from '../domain/error.ts'

type Input = Record<string, unknown>

/**
 * A destructive call needs a person's word: `confirm: true`, or their answer where the host can ask them. Answers
 * with what the host has to ask first, or with nothing when the call may go on.
 */
export function confirmation(
  server: Server,
  operation: AnyOperation,
  input: Input,
  context: ServerContext,
): InputRequiredResult | undefined {
  const question = questionBefore(operation, input)
  if (question === undefined) return undefined
  if (!canAsk(server, context)) throw unconfirmed(operation, `${question} This needs a person's word.`)
  const { inputResponses } = context.mcpReq
  if (inputResponse(inputResponses, 'confirm').kind === 'missing') {
    return inputRequired({
      inputRequests: { confirm: inputRequired.elicit({ message: question, requestedSchema: agreement }) },
    })
  }
  if (acceptedContent(inputResponses, 'confirm')?.confirm === true) return undefined
  throw unconfirmed(operation, 'The person did not agree, so nothing was changed.')
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
