import { expect, onTestFinished } from 'vitest'
import { appsOf } from '../../src/commands/serve.ts'
import type { Scope } from '../../src/core/operation.ts'
import { mcpOverHttp } from '../../src/mcp/http.ts'
import { listen } from '../../src/rest/listen.ts'
import { type SiteOptions, siteOf } from '../../src/rest/site.ts'
import { eventStreams, type StreamOptions } from '../../src/rest/stream.ts'
import { operations } from '../../tools/index.ts'
import { misfitOf } from './document.ts'
import { type Given, workspace } from './workspace.ts'

// oxlint-disable-next-line typescript/no-explicit-any
type Body = any

export interface Sent {
  body?: unknown
  headers?: Record<string, string>
  /** Shown instead of the owner's; null: none. */
  token?: string | null
}

export interface Received {
  status: number
  headers: Headers
  text: string
  body: Body
}

/**
 * A server on a free port over a workspace of its own, and a program that holds the owner's token. Whatever it
 * answers is held against the document.
 */
export async function server(given: Given & Partial<SiteOptions> & { streaming?: StreamOptions } = {}) {
  const workplace = await workspace({ door: 'rest', ...given })
  const { app, call } = workplace
  const appFor = appsOf(app, () => workplace.principal)
  const mcp = mcpOverHttp(app, appFor)
  const streams = eventStreams(app, appFor, { every: 20, ...given.streaming })
  const site = siteOf({
    app,
    appFor,
    streams,
    operations,
    hosts: [],
    rate_limit: null,
    reader: () => Buffer.from('show()'),
    mcp: mcp.answer,
    ...given,
  })
  const listening = await listen(site, { host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await mcp.close()
    streams.close()
    await listening.close(1000)
  })
  const tokens = new Map<string, string>()
  const tokenOf = async (scope: Scope): Promise<string> => {
    const known = tokens.get(scope)
    if (known) return known
    const { secret } = await call('create_token', { name: `for ${scope}`, scope })
    tokens.set(scope, secret)
    return secret
  }
  const owner = await tokenOf('full')
  const origin = `http://127.0.0.1:${listening.port}`

  async function send(route: string, { body, headers, token = owner }: Sent = {}): Promise<Received> {
    const [method = '', said = ''] = route.split(' ')
    const path = said.startsWith('/v1') ? `/api${said}` : said
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const type = response.headers.get('content-type')
    const answered = { status: response.status, type, text }
    expect(misfitOf(method, path, answered), `${route}: ${text.slice(0, 500)}`).toBeUndefined()
    const isJson = type?.startsWith('application/json') && text !== ''
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    }
  }

  return { ...workplace, listening, mcp, streams, origin, owner, port: listening.port, send, tokenOf }
}
