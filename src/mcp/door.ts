import type { App } from '../core/app.ts'
import type { Principal } from '../core/context.ts'
import type { Catalogue } from './catalogue.ts'

/** What an MCP server needs; nothing of it is made before the first request that asks for it. */
export interface McpDoor {
  app: App
  catalogue(): Promise<Catalogue>
  principal(): Promise<Principal>
}
