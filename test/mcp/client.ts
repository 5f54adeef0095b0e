import { Client as NewClient } from '@modelcontextprotocol/client'
import { StdioClientTransport as NewTransport } from '@modelcontextprotocol/client/stdio'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { onTestFinished } from 'vitest'
import { environment, type Json } from './host.ts'
import { program } from './program.ts'

export type Answer = 'yes' | 'no' | 'decline' | 'cancel'
export type Client = Pick<NewClient, 'close'> & {
  listTools(): Promise<Json>
  callTool(params: { name: string; arguments: object }): Promise<Json>
  listResources(): Promise<Json>
  listResourceTemplates(): Promise<Json>
  readResource(params: { uri: string }): Promise<Json>
  listPrompts(): Promise<Json>
  getPrompt(params: { name: string; arguments?: Record<string, string> }): Promise<Json>
  complete(params: Json): Promise<Json>
}
type Connect = (
  home: string,
  options?: { answer?: Answer; toolsets?: string; asked?: string[] },
) => Promise<Client>

const answers = {
  yes: { action: 'accept', content: { confirm: true } },
  no: { action: 'accept', content: { confirm: false } },
  decline: { action: 'decline' },
  cancel: { action: 'cancel' },
} as const

const info = { name: 'test', version: '1' }

const oldClient: Connect = async (home, { answer, asked, toolsets } = {}) => {
  const client = new OldClient(info, { capabilities: answer ? { elicitation: {} } : {} })
  if (answer) {
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      asked?.push(params.message)
      return answers[answer]
    })
  }
  await client.connect(new OldTransport(await server(home, toolsets)))
  onTestFinished(() => client.close())
  // each of the clients has its own types for the same answers
  return client as unknown as Client
}

const newClient =
  (mode: 'legacy' | { pin: string }): Connect =>
  async (home, { answer, asked, toolsets } = {}) => {
    const client = new NewClient(info, {
      capabilities: answer ? { elicitation: { form: {} } } : {},
      versionNegotiation: { mode },
    })
    if (answer) {
      client.setRequestHandler('elicitation/create', ({ params }) => {
        asked?.push(params.message)
        return answers[answer]
      })
    }
    await client.connect(new NewTransport(await server(home, toolsets)))
    onTestFinished(() => client.close())
    return client as unknown as Client
  }

const server = async (home: string, toolsets?: string) => ({
  command: process.execPath,
  args: [await program(), ...(toolsets ? [toolsets] : [])],
  env: environment(home),
})

/** Those that hosts are built with, and both eras. */
export const clients: [string, Connect][] = [
  ['the older client', oldClient],
  ['the newer client in the older era', newClient('legacy')],
  ['the newer client in the era of 2026', newClient({ pin: '2026-07-28' })],
]
