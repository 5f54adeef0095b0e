import type { IncomingMessage } from 'node:http'
import { AppError } from '../domain/error.ts'

/** Names by which this machine knows itself; what else leads here has to be allowed. */
const own = ['127.0.0.1', 'localhost', '[::1]']

export const hostsOf = (...more: readonly string[]): ReadonlySet<string> =>
  new Set([...own, ...more.map(host => host.toLowerCase())])

/**
 * Refuses what a page in somebody's browser sends from elsewhere: under a foreign origin, or under a name of its own
 * that it let lead to this machine.
 */
export function assertFamiliar(incoming: IncomingMessage, hosts: ReadonlySet<string>): void {
  const said = incoming.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host')
  const host = said.length === 1 ? placeOf(incoming.headers.host ?? '') : undefined
  if (!host || !hosts.has(host.name)) throw strangeHost()
  const { origin } = incoming.headers
  if (origin === undefined) return
  const from = originOf(origin)
  if (!from || !hosts.has(from.name) || from.port !== host.port) throw strangeOrigin()
}

interface Place {
  name: string
  port: string
}

function placeOf(text: string): Place | undefined {
  const [, name, port = ''] = /^(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/i.exec(text) ?? []
  return name === undefined ? undefined : { name: name.toLowerCase(), port }
}

function originOf(text: string): Place | undefined {
  const [, scheme, place = ''] = /^(https?):\/\/([^/]+)$/i.exec(text) ?? []
  return scheme === undefined ? undefined : placeOf(place)
}

const strangeHost = (): AppError =>
  new AppError('forbidden_scope', 'This server is not known by that name.', {
    hint: 'Add the name to allowed_hosts in config.json, and start the server again.',
  })

const strangeOrigin = (): AppError =>
  new AppError('forbidden_scope', 'Pages of other sites get nothing from this server.')
