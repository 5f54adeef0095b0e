import type { LookupFunction } from 'node:net'
import type { Post } from '../core/signature.ts'
import { isAddress } from '../domain/address.ts'
import { checkedUrl, hostOf, mayReach, type Outcome } from '../domain/webhook.ts'

export interface Address {
  address: string
  family: number
}

export interface Posting {
  /** What the config file allows beyond the public net. */
  hosts: readonly string[]
  /** All addresses of a name. */
  resolve?: (host: string) => Promise<readonly Address[]>
  /** Milliseconds for all of it. */
  timeout?: number
}

const mostRead = 1024
const longestError = 200

/**
 * Posts to strangers' addresses. The name is resolved once, every address of it is judged, and the connection goes to
 * just these: a name that answers something else a moment later (DNS rebinding) gains nothing. Redirects are not followed.
 */
export function poster({ hosts, resolve = resolveByName, timeout = 10_000 }: Posting) {
  return async (post: Post): Promise<Outcome> => {
    const signal = AbortSignal.timeout(timeout)
    try {
      const url = checkedUrl(post.url, hosts)
      const addresses = await unless(signal, reachable(url))
      return await exchange(url, addresses, post, signal)
    } catch (error) {
      const late = `No answer within ${timeout / 1000} seconds.`
      return { status: null, error: signal.aborted ? late : sentenceOf(error) }
    }
  }

  async function reachable(url: URL): Promise<readonly Address[]> {
    const host = hostOf(url)
    const addresses = isAddress(host)
      ? [{ address: host, family: host.includes(':') ? 6 : 4 }]
      : await resolve(host)
    if (addresses.length === 0) throw new Error(`${host} has no address.`)
    // one bad address is enough: which of them is called, nobody can tell before
    if (addresses.every(({ address }) => mayReach(host, address, hosts))) return addresses
    throw new Error(`${host} leads into a private network.`)
  }
}

/** As the system does for all programs, so with its hosts file. Loaded when something is sent. */
const resolveByName = (host: string): Promise<readonly Address[]> =>
  process.getBuiltinModule('node:dns').promises.lookup(host, { all: true })

function exchange(
  url: URL,
  addresses: readonly Address[],
  { body, headers }: Post,
  signal: AbortSignal,
): Promise<Outcome> {
  const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http')
  return new Promise((resolve, reject) => {
    let outcome: Outcome | undefined
    // an answer that breaks off is an answer
    const end = (error: Error) => (outcome ? resolve(outcome) : reject(error))
    const options = { method: 'POST', headers, agent: false, signal, lookup: knowing(addresses) }
    const sent = request(url, options, response => {
      outcome = { status: response.statusCode ?? 0, retry_after: response.headers['retry-after'] }
      let read = 0
      response
        .on('data', (chunk: Buffer) => {
          read += chunk.length
          if (read > mostRead) response.destroy()
        })
        .on('error', end)
        .on('close', () => end(new Error('The connection was closed.')))
    })
    sent.on('error', end).end(body)
  })
}

/** Answers with what is known already, one or all. */
function knowing(addresses: readonly Address[]): LookupFunction {
  return (_host, options, answer) => {
    if (options.all) return answer(null, [...addresses])
    const [first] = addresses
    if (first) answer(null, first.address, first.family)
  }
}

function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return Promise.race([
    work,
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('Too late.')), { once: true })
    }),
  ])
}

/** For the log: some errors of connections have a code and no words. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return 'It could not be sent.'
  const code = 'code' in error ? String(error.code) : ''
  return (error.message || code || error.name).slice(0, longestError)
}
