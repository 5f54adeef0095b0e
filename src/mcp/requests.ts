import { operations } from '../../tools/index.ts'
import type { App } from '../core/app.ts'
import type { Principal } from '../core/context.ts'
import { localPrincipal } from '../core/owner.ts'
import { reconcile } from '../core/reconcile.ts'
import { type Catalogue, catalogueOf } from './catalogue.ts'
import { completeArgument, getPrompt, listPrompts } from './prompts.ts'
import { completeId, listResources, listTemplates, readResource } from './resources.ts'
import type { ServeOptions } from './serve.ts'
import { callTool } from './tool.ts'
import type { Witness } from './witness.ts'

/** What requests are answered from. */
export interface McpDoor {
  app: App
  catalogue: Catalogue
  /** Opens the database, at the first call. */
  principal(): Promise<Principal>
  witness: Witness
}

export type Requests = ReturnType<typeof requestsOf>

/** The answers to all that a host may ask once it has introduced itself. */
export function requestsOf(app: App, options: ServeOptions) {
  const connection = app.newId('con', app.clock())
  const catalogue = catalogueOf(operations, options.toolsets)
  let known: Promise<Principal> | undefined
  const principal = (): Promise<Principal> =>
    (known ??= localPrincipal(app, 'mcp', { member: options.member, connection }).catch(forget))
  // the next call tries again: somebody may have put the database right
  function forget(error: unknown): never {
    known = undefined
    throw error
  }
  const door: McpDoor = { app, catalogue, principal, witness: options.witness }

  return {
    listTools: () => ({ tools: catalogue.definitions() }),
    callTool: callTool.bind(undefined, door),
    listResources: () => ({ resources: listResources(catalogue) }),
    listTemplates: () => ({ resourceTemplates: listTemplates(catalogue) }),
    readResource: (uri: string) => readResource(door, uri),
    listPrompts: () => ({ prompts: listPrompts(catalogue) }),
    getPrompt: (name: string, values?: Record<string, string>) => getPrompt(catalogue, name, values),
    completeArgument: completeArgument.bind(undefined, door),
    completeId: completeId.bind(undefined, door),
    /** Ends what went quiet. It stands for nobody: an open connection is no sign of life. */
    async watch(): Promise<void> {
      if (known) await reconcile(app, await app.store(), { ...(await known), door: 'job' })
    },
  }
}
