import { type JsonSchemaValidator, Server } from '@modelcontextprotocol/server'
import { instructions } from './instructions.ts'
import { capabilities, identity, lasting } from './introduction.ts'
import type { Answers } from './requests.ts'

const fleeting = { ttlMs: 0, cacheScope: 'private' as const }

/**
 * A server for one connection. It can introduce itself at once; the rest of the program is loaded when a host asks
 * for more. `call` checks every input, so none is checked here.
 */
export function mcpServer(version: string, requests: () => Promise<Answers> | Answers): Server {
  const server = new Server(identity(version), {
    instructions,
    capabilities,
    cacheHints: {
      'server/discover': lasting,
      'tools/list': lasting,
      'prompts/list': lasting,
      'resources/list': lasting,
      'resources/templates/list': lasting,
      'resources/read': fleeting,
    },
    jsonSchemaValidator: trusting,
  })

  server.setRequestHandler('tools/list', async () => (await requests()).listTools())
  server.setRequestHandler('tools/call', async ({ params }, context) =>
    (await requests()).callTool(server, params, context),
  )
  server.setRequestHandler('resources/list', async () => (await requests()).listResources())
  server.setRequestHandler('resources/templates/list', async () => (await requests()).listTemplates())
  server.setRequestHandler('resources/read', async ({ params }) =>
    (await requests()).readResource(params.uri),
  )
  server.setRequestHandler('prompts/list', async () => (await requests()).listPrompts())
  server.setRequestHandler('prompts/get', async ({ params }) =>
    (await requests()).getPrompt(params.name, params.arguments),
  )
  server.setRequestHandler('completion/complete', async ({ params: { argument, ref } }) => {
    const { completeArgument, completeId } = await requests()
    const values = await (ref.type === 'ref/prompt'
      ? completeArgument(ref.name, argument)
      : completeId(ref.uri, argument.value))
    return { completion: { values, total: values.length, hasMore: false } }
  })
  return server
}

/** Keeps the SDK from setting up a validator of its own, which takes longer than all the rest. */
const trusting = {
  getValidator:
    <T>(): JsonSchemaValidator<T> =>
    input => ({
      valid: true,
      // whoever asks has typed what comes back
      data: input as T,
      errorMessage: undefined,
    }),
}
