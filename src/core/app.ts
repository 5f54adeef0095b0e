import type { Store } from '../../db/store.ts'
import type { NewId } from '../domain/id.ts'
import type { Spool } from './spool.ts'

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
  /** What hosts' hooks left behind; none where the program speaks for a server elsewhere. */
  spool?: Spool
  /** Opened when the first call needs it: an assistant that only asks for the tool list waits for nothing. */
  store(): Promise<Store>
  /** For the one who runs the program; never for the one who calls. */
  log(line: string, error?: unknown): void
}
