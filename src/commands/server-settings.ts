import type * as z from 'zod'
import { AppError } from '../domain/error.ts'
import { type Config, port, rateLimit, readConfig } from './config-file.ts'

export interface ServerSettings {
  port: number
  host: string
  /** Names, beside its own, under which it may be reached. */
  hosts: readonly string[]
  /** Requests a minute and token; null: as many as they like. */
  rate_limit: number | null
  log_level: NonNullable<Config['log_level']>
}

export interface ServeFlags {
  port?: string | undefined
  host?: string | undefined
  rate_limit?: string | undefined
}

/** What was typed goes before what config.json says. */
export function serverSettings(home: string, typed: ServeFlags): ServerSettings {
  const kept = readConfig(home)
  const host = typed.host ?? kept.host ?? '127.0.0.1'
  const limit = typed.rate_limit === undefined ? kept.rate_limit : typedLimit(typed.rate_limit)
  return {
    port: typed.port === undefined ? (kept.port ?? 4747) : typedNumber('--port', typed.port, port()),
    host,
    hosts: [host.includes(':') ? `[${host}]` : host, ...(kept.allowed_hosts ?? [])],
    rate_limit: limit === 'off' ? null : (limit ?? 300),
    log_level: kept.log_level ?? 'error',
  }
}

const typedLimit = (text: string): number | 'off' =>
  text === 'off' ? 'off' : typedNumber('--rate-limit', text, rateLimit())

function typedNumber(flag: string, text: string, kind: z.ZodType<number>): number {
  const read = kind.safeParse(/^\d+$/.test(text) ? Number(text) : text)
  if (read.success) return read.data
  throw new AppError('validation_error', `${flag} ${text.slice(0, 20)} is not possible.`, {
    hint: flag === '--port' ? 'A port is a number up to 65535.' : 'Name requests a minute, or off.',
  })
}
