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

export type Requests = ReturnType<typeof answersOf> & {
  /** Ends what went quiet, or sends what hosts reported to the server that does so. It stands for nobody: an open connection is no sign of life. */
  watch(): Promise<void>
}

/** The answers to all that a host may ask once it has introduced itself. */
export function requestsOf(app: App, options: ServeOptions): Requests {
  const connection = app.newId('con', app.clock())
  const catalogue = catalogueOf(operations, options.toolsets)
  let known: Promise<Principal> | undefined
  let knownIn: string | undefined
  // somebody may choose another workspace, or log in to a server and out again, while a host keeps this running
  function here(): Promise<Principal> {
    const workspace = app.workspace?.()
    if (workspace !== knownIn) known = undefined
    knownIn = workspace
    return (known ??= localPrincipal(app, 'mcp', { member: options.member, connection }).catch(forget))
  }
  const principal = (): Promise<Principal> =>
    app.remote ? localPrincipal(app, 'mcp', { member: options.member, connection }) : here()
  // the next call tries again: somebody may have put the database right
  function forget(error: unknown): never {
    known = undefined
    throw error
  }

  return {
    ...answersOf({ app, catalogue, principal, witness: options.witness }),
    async watch(): Promise<void> {
      if (app.remote) await app.remote.deliver()
      else if (known) await reconcile(app, await app.store(), { ...(await here()), door: 'job' })
    },
  }
}

/** Whoever asks, and however. */
export const answersOf = (door: McpDoor) => ({
  listTools: () => ({ tools: door.catalogue.definitions() }),
  callTool: callTool.bind(undefined, door),
  listResources: () => ({ resources: listResources(door.catalogue) }),
  listTemplates: () => ({ resourceTemplates: listTemplates(door.catalogue) }),
  readResource: (uri: string) => readResource(door, uri),
  listPrompts: () => ({ prompts: listPrompts(door.catalogue) }),
  getPrompt: (name: string, values?: Record<string, string>) => getPrompt(door.catalogue, name, values),
  completeArgument: completeArgument.bind(undefined, door),
  completeId: completeId.bind(undefined, door),
})
export type Answers = ReturnType<typeof answersOf>
