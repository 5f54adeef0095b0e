import type { Store } from '../../db/store.ts'
import type { NewId } from '../domain/id.ts'
import type { AnyOperation, InputOf, OutputOf } from './operation.ts'
import type { Spool } from './spool.ts'

/** A server elsewhere that holds the time instead of a database here. */
export interface Remote {
  url: string
  call<T extends AnyOperation>(operation: T, input: InputOf<T>): Promise<OutputOf<T>>
  /** All entries that are wanted, as CSV. */
  entries(wanted: object): Promise<Uint8Array>
  /** The time zone of its workspace. */
  zone(): Promise<string>
  /** Sends what hosts left in the spool; what it has acknowledged is gone from there. */
  deliver(): Promise<void>
}

/** What every call needs from the world outside. */
export interface App {
  version: string
  home: string
  clock(): number
  /** The machine's time zone, for workspaces that set none. */
  machineZone(): string
  /** An instant in that zone for people; telling it needs no calendar. */
  machineTime(ms: number, now: number): string
  /** What the owner of a new database is called. */
  userName(): string
  newId: NewId
  /** Bytes of chance that nobody can guess. */
  random(bytes: number): Uint8Array
  /** Id of the workspace that was chosen on this machine; none was: the oldest. */
  workspace?(): string | undefined
  /** Hosts that webhooks may reach by http and in private networks; only the config file names them. */
  webhookHosts?(): readonly string[]
  /** What hosts' hooks left behind; none where the program speaks for a server elsewhere. */
  spool?: Spool
  /** Only where somebody logged in to one. */
  readonly remote?: Remote | undefined
  /** Opened when the first call needs it: an assistant that only asks for the tool list waits for nothing. */
  store(): Promise<Store>
  /** For the one who runs the program; never for the one who calls. */
  log(line: string, error?: unknown): void
}
