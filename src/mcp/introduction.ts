import type { JSONRPCMessage } from '@modelcontextprotocol/server'
import { instructions } from './instructions.ts'

const hour = 3_600_000
// one process offers the same from its first answer to its last
export const lasting = { ttlMs: hour, cacheScope: 'private' as const }
export const capabilities = { tools: {}, resources: {}, prompts: {}, completions: {} }
export const identity = (version: string) => ({ name: 'stint', title: 'stint', version })

const older = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07']
const current = '2026-07-28'
const said = 'io.modelcontextprotocol/'

/**
 * The answer to a host's first words, which is the same always. Giving it before the SDK is loaded brings it there
 * in half the time. What is not quite as it should be is left to the SDK, to answer or to refuse.
 */
export function introduction(version: string, first: JSONRPCMessage): JSONRPCMessage | undefined {
  if (!('method' in first) || !('id' in first)) return undefined
  const { id, method, params = {} } = first
  const result =
    method === 'initialize'
      ? initialized(version, params)
      : method === 'server/discover'
        ? discovered(version, params._meta ?? {})
        : undefined
  return result && { result, jsonrpc: '2.0', id }
}

/** Each request of the 2026 era says its version, and the SDK looks only at that of the first. */
export function unsupported(message: JSONRPCMessage): JSONRPCMessage | undefined {
  if (!('method' in message) || !('id' in message)) return undefined
  const requested = message.params?._meta?.[`${said}protocolVersion`]
  if (typeof requested !== 'string' || requested === current) return undefined
  const error = {
    code: -32022,
    message: `Unsupported protocol version: ${requested.slice(0, 64)}`,
    data: { supported: [current], requested },
  }
  return { jsonrpc: '2.0', id: message.id, error }
}

function initialized(version: string, params: Record<string, unknown>) {
  const { _meta, capabilities: theirs, clientInfo, protocolVersion: wanted } = params
  if (typeof wanted !== 'string' || !isObject(theirs) || !isNamed(clientInfo) || _meta !== undefined)
    return undefined
  return {
    protocolVersion: older.includes(wanted) ? wanted : older[0],
    capabilities,
    serverInfo: identity(version),
    instructions,
  }
}

function discovered(version: string, meta: Record<string, unknown>) {
  const client = meta[`${said}clientInfo`]
  if (meta[`${said}protocolVersion`] !== current || !isObject(meta[`${said}clientCapabilities`]))
    return undefined
  if (client !== undefined && !isNamed(client)) return undefined
  return {
    supportedVersions: [current],
    capabilities,
    instructions,
    resultType: 'complete',
    ...lasting,
    _meta: { [`${said}serverInfo`]: identity(version) },
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isNamed = (value: unknown): boolean =>
  isObject(value) &&
  'name' in value &&
  typeof value.name === 'string' &&
  'version' in value &&
  typeof value.version === 'string'
