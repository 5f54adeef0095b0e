import { createMcpHandler, type Server } from '@modelcontextprotocol/server'
import { operations } from '../../tools/index.ts'
import type { App } from '../core/app.ts'
import type { Principal } from '../core/context.ts'
import type { Toolset } from '../core/operation.ts'
import { AppError } from '../domain/error.ts'
import { type Catalogue, catalogueOf } from './catalogue.ts'
import { conversationsOf, isCancel } from './conversation.ts'
import { answersOf, type McpDoor } from './requests.ts'
import { mcpServer } from './server.ts'
import { readToolsets } from './toolset.ts'

export interface McpOverHttp {
  /** One message, of either era. `/mcp?toolsets=track,more` is offered those tools. */
  answer: (request: Request, body: unknown, principal: Principal) => Promise<Response>
  /** Hangs up on those who listen. */
  close(): Promise<void>
}

/**
 * The SDK wants a server for every request: it costs little as long as what tools look like is told once a process.
 * Nobody is seen to be there, since a connection over HTTP is over with its answer.
 */
export function mcpOverHttp(
  app: App,
  appFor: (principal: Principal) => App,
  serverOf = mcpServer,
): McpOverHttp {
  const catalogues = cataloguesOf()
  // some tell all that was sent
  const onerror = ({ message }: Error): void => app.log(`MCP over HTTP: ${message.slice(0, 300)}`)
  const serverFor = (door: McpDoor): Server => serverOf(app.version, () => answersOf(door))
  // put there by `answer` below, always
  const handler = createMcpHandler(({ authInfo }) => serverFor(authInfo?.extra?.door as McpDoor), { onerror })
  const conversations = conversationsOf({
    serverFor,
    onerror,
    newId: () => Buffer.from(app.random(16)).toString('hex'),
  })
  return {
    async answer(request, told, principal) {
      const body = withoutCancels(told)
      const door: McpDoor = {
        app: appFor(principal),
        catalogue: catalogues(request.url),
        principal: () => Promise.resolve(principal),
        witness: nobody,
      }
      const answered = await conversations.answer(request, body, door, principal.connection ?? '')
      if (answered) return answered
      return handler.fetch(request, {
        ...(body !== undefined && { parsedBody: body }),
        // the SDK's place for what its caller knows; it does nothing with it
        authInfo: { token: '', clientId: '', scopes: [], extra: { door } },
      })
    },
    close: async () => void (await Promise.all([handler.close(), conversations.close()])),
  }
}

function cataloguesOf(): (url: string) => Catalogue {
  const known = new Map<string, Catalogue>()
  return url => {
    const toolsets = wantedIn(url)
    const name = toolsets.join()
    const catalogue = known.get(name) ?? catalogueOf(operations, toolsets)
    known.set(name, catalogue)
    return catalogue
  }
}

function wantedIn(url: string): Toolset[] {
  const query = new URLSearchParams(url.split('?')[1])
  for (const name of query.keys())
    if (name !== 'toolsets')
      throw new AppError('validation_error', `${name.slice(0, 40)}: unknown field`, {
        hint: 'Only toolsets may stand here, as in /mcp?toolsets=track,report,more.',
      })
  return readToolsets(query.has('toolsets') ? query.getAll('toolsets').join() : undefined)
}

/** What is cancelled gets no answer, and a batch of the older era waits for the answers to all of it. */
const withoutCancels = (body: unknown): unknown =>
  Array.isArray(body) ? body.filter(one => !isCancel(one)) : body

const nobody = { here: () => undefined, called: () => undefined, gone: () => undefined }
