import { createMcpHandler } from '@modelcontextprotocol/server'
import { operations } from '../../tools/index.ts'
import type { App } from '../core/app.ts'
import type { Principal } from '../core/context.ts'
import type { Toolset } from '../core/operation.ts'
import { AppError } from '../domain/error.ts'
import { type Catalogue, catalogueOf } from './catalogue.ts'
import { answersOf } from './requests.ts'
import { mcpServer } from './server.ts'
import { readToolsets } from './toolset.ts'

export interface McpOverHttp {
  /** One message, of either era. `/mcp?toolsets=track,more` is offered those tools. */
  answer: (request: Request, body: unknown, principal: Principal) => Promise<Response>
  /** Hangs up on those who listen. */
  close(): Promise<void>
}

interface Caller {
  principal: Principal
  catalogue: Catalogue
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
  const handler = createMcpHandler(
    ({ authInfo }) => {
      // put there by `answer` below, always
      const { catalogue, principal } = { ...authInfo?.extra } as unknown as Caller
      const door = {
        app: appFor(principal),
        catalogue,
        principal: () => Promise.resolve(principal),
        witness: nobody,
      }
      return serverOf(app.version, () => answersOf(door))
    },
    { onerror: error => app.log('MCP over HTTP', error) },
  )
  return {
    answer(request, body, principal) {
      const caller: Caller = { principal, catalogue: catalogues(request.url) }
      return handler.fetch(request, {
        ...(body !== undefined && { parsedBody: body }),
        // the SDK's place for what its caller knows; it does nothing with it
        authInfo: { token: '', clientId: '', scopes: [], extra: { ...caller } },
      })
    },
    close: () => handler.close(),
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
  return readToolsets(query.get('toolsets') ?? undefined)
}

const nobody = { here: () => undefined, called: () => undefined, gone: () => undefined }
