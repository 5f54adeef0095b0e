import { untilFree } from './busy.ts'
import { isBusy, translated } from './conflict.ts'
import type { Handle, Prepared } from './driver.ts'

export type Bindable = string | number | null | Uint8Array

/** The one handle of a store, and what may be done with it now: nothing, read, or read and write. */
export class Connection {
  readonly handle: Handle
  readonly path: string
  #open: 'nothing' | 'reading' | 'writing' = 'nothing'
  readonly #prepared = new Map<string, Prepared>()
  readonly #begin: Prepared
  readonly #beginImmediate: Prepared
  readonly #commit: Prepared
  readonly #rollback: Prepared
  readonly #dataVersion: Prepared
  #foreign: unknown = 0
  #stamp = 0
  #lostBy: unknown

  constructor(handle: Handle, path: string) {
    this.handle = handle
    this.path = path
    this.#begin = handle.prepare('begin')
    this.#beginImmediate = handle.prepare('begin immediate')
    this.#commit = handle.prepare('commit')
    this.#rollback = handle.prepare('rollback')
    this.#dataVersion = handle.prepare('pragma data_version').pluck()
  }

  /** Another one whenever the content may be another: SQLite counts what other processes did, we what we did. */
  get stamp(): number {
    return this.#stamp
  }

  #lookAbroad(): void {
    const foreign = this.#dataVersion.get()
    if (foreign === this.#foreign) return
    this.#foreign = foreign
    this.#stamp++
  }

  beginReading(): void {
    this.#begin.run()
    this.#lookAbroad()
    this.#open = 'reading'
  }

  /** The snapshot stays for the next work. */
  pauseReading(): void {
    this.#open = 'nothing'
  }

  goOnReading(): void {
    this.#open = 'reading'
  }

  /** Throws the driver's busy error while another process writes. */
  beginWriting(): void {
    this.#beginImmediate.run()
    this.#lookAbroad()
    this.#open = 'writing'
  }

  commit(): void {
    try {
      this.#commit.run()
    } catch (error) {
      throw translated(error, this.path, this.handle)
    }
    this.#open = 'nothing'
  }

  /** Why SQLite rolled back a transaction by itself. */
  get lostBy(): unknown {
    return this.#lostBy
  }

  beginPart(): void {
    this.prepare('savepoint part').run()
  }

  endPart(): void {
    this.prepare('release part').run()
  }

  /** False when SQLite has rolled back all of it, and there is nothing to go on with. */
  undoPart(): boolean {
    this.#stamp++
    if (!this.handle.inTransaction) return false
    this.prepare('rollback to part').run()
    this.endPart()
    return true
  }

  rollback(): void {
    this.#open = 'nothing'
    this.#stamp++
    // A full disk makes SQLite roll back by itself.
    if (this.handle.inTransaction) this.#rollback.run()
  }

  /** Kept by its text, since preparing costs more than most queries. */
  prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known) return known
    const [oldest] = this.#prepared.keys()
    if (oldest !== undefined && this.#prepared.size >= 256) this.#prepared.delete(oldest)
    const statement = this.handle.prepare(sql)
    this.#prepared.set(sql, statement)
    return statement
  }

  /** At once, as a rule; a reader that meets a process which closes or restores the database comes back to it. */
  run<T>(step: () => T): T | Promise<T> {
    try {
      return step()
    } catch (error) {
      if (isBusy(error)) return this.#runLater(step)
      throw this.#failed(error)
    }
  }

  /** Refuses what would run outside its transaction, or write in a reading one. */
  admit(statement: Prepared): Prepared {
    if (this.#open !== 'nothing' && statement.readonly) return statement
    if (this.#open === 'writing') {
      this.#stamp++
      return statement
    }
    throw new Error(
      this.#open === 'reading' ? 'A read must not write.' : 'This runs after its transaction has ended.',
    )
  }

  async #runLater<T>(step: () => T): Promise<T> {
    try {
      return await untilFree(step)
    } catch (error) {
      throw this.#failed(error)
    }
  }

  #failed(error: unknown): unknown {
    const failure = translated(error, this.path, this.handle)
    if (!this.handle.inTransaction) {
      // Without this, statements after a rollback of SQLite's own would commit one by one.
      this.#open = 'nothing'
      this.#lostBy = failure
    }
    return failure
  }
}

/** The driver binds undefined and NaN as null, Infinity as text, and reads integers beyond 2^53 back rounded. */
export function bindable(value: unknown): Bindable {
  if (typeof value === 'string' || value === null || value instanceof Uint8Array) return value
  if (typeof value === 'number' && Number.isFinite(value)) {
    if (!Number.isInteger(value) || Number.isSafeInteger(value)) return value
  }
  const shown = typeof value === 'number' || typeof value === 'boolean' ? `: ${value}` : ''
  throw new TypeError(`The database takes text, safe numbers, bytes and null, not ${typeof value}${shown}.`)
}
