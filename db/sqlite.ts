import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../src/domain/error.ts'
import { untilFree } from './busy.ts'
import { translated } from './conflict.ts'
import { Connection } from './connection.ts'
import { BoundKysely } from './dialect.ts'
import { connect, type Handle } from './driver.ts'
import { type Migrations, migrate, newestNumber, refuseStranger } from './migrate.ts'
import type { Schema } from './schema.ts'
import type { Reader, Store, Transaction } from './store.ts'
import { Turn } from './turn.ts'

export interface OpenOptions {
  path: string
  migrations: Migrations
  /** Where copies go before a migration; without it `backups` beside the database. */
  backups?: string
  clock: () => number
  nativeBinding?: string
  verbose?: (sql: string) => void
}

/** Opens the database, makes it when it is missing, and brings it to this version's schema. */
export async function openSqlite<S = Schema>(options: OpenOptions): Promise<SqliteStore<S>> {
  if (/^postgres(ql)?:/i.test(options.path)) throw postgresLater()
  const path = resolve(options.path)
  const backups = options.backups ?? join(dirname(path), 'backups')
  let opened: Handle | undefined
  try {
    prepareFile(path)
    const handle = connect(path, options)
    opened = handle
    await untilFree(() => settle(handle, path))
    await migrate(handle, { ...options, path, backups })
    return new SqliteStore<S>(new Connection(handle, path), newestNumber(options.migrations))
  } catch (error) {
    opened?.close()
    throw translated(error, path)
  }
}

export class SqliteStore<S = Schema> implements Store<S> {
  readonly kind = 'sqlite'
  readonly path: string
  readonly handle: Handle
  readonly #connection: Connection
  readonly #db: BoundKysely<S>
  readonly #schemaNumber: number
  readonly #currentSchemaNumber: () => unknown
  // A read beside an open change on the same handle would see what is not committed, so each work has the handle for
  // itself. While a change waits for another process, reads may pass it, other changes may not.
  readonly #handleTurn = new Turn()
  readonly #changeTurn = new Turn()
  #changed = false
  #sharesTurns = false
  #look: Look | undefined
  #group: Group | undefined

  constructor(connection: Connection, schemaNumber: number) {
    this.path = connection.path
    this.handle = connection.handle
    this.#connection = connection
    this.#db = new BoundKysely<S>(connection)
    this.#schemaNumber = schemaNumber
    const current = this.handle.prepare('pragma user_version').pluck()
    this.#currentSchemaNumber = () => current.get()
  }

  async read<T>(work: (db: Reader<S>) => Promise<T>): Promise<T> {
    await this.#handleTurn.take()
    try {
      const look = this.#beginReading()
      const result = await work(this.#db)
      look.isUsed = false
      if (look.isOver) this.#endReading()
      else this.#connection.pauseReading()
      return result
    } catch (error) {
      this.#look = undefined
      this.#connection.rollback()
      throw error
    } finally {
      this.#handleTurn.pass()
    }
  }

  shareTurns(): void {
    this.#sharesTurns = true
  }

  #beginReading(): Look {
    if (this.#look) {
      this.#connection.goOnReading()
      this.#look.isUsed = true
      return this.#look
    }
    this.#connection.beginReading()
    const look: Look = { isUsed: true, isOver: !this.#sharesTurns }
    this.#look = look
    if (this.#sharesTurns) setImmediate(() => this.#endLook(look))
    return look
  }

  /** Not under the hands of the one who reads: they end it themselves. */
  #endLook(look: Look): void {
    look.isOver = true
    if (this.#look !== look || look.isUsed) return
    try {
      this.#endReading()
    } catch {
      // nobody waits for it, and nothing was written
      this.#connection.rollback()
    }
  }

  #endReading(): void {
    if (!this.#look) return
    this.#look = undefined
    this.#connection.commit()
  }

  change<T>(work: (db: Transaction<S>) => Promise<T>): Promise<T> {
    return this.#sharesTurns ? this.#changeTogether(work) : this.#changeAlone(work)
  }

  async #changeAlone<T>(work: (db: Transaction<S>) => Promise<T>): Promise<T> {
    await this.#changeTurn.take()
    try {
      await this.#beginWriting()
      try {
        this.#refuseOtherSchema()
        const result = await work(this.#db)
        this.#connection.commit()
        this.#changed = true
        return result
      } catch (error) {
        this.#connection.rollback()
        throw error
      } finally {
        this.#handleTurn.pass()
      }
    } finally {
      this.#changeTurn.pass()
    }
  }

  async #changeTogether<T>(work: (db: Transaction<S>) => Promise<T>): Promise<T> {
    await this.#changeTurn.take()
    let group: Group
    let result: T
    try {
      group = this.#group ?? (await this.#beginGroup())
      result = await this.#partOf(group, work)
    } finally {
      this.#changeTurn.pass()
    }
    await group.kept
    return result
  }

  async #beginGroup(): Promise<Group> {
    await this.#beginWriting()
    const group = newGroup()
    this.#group = group
    setImmediate(() => void this.#endGroup(group))
    return group
  }

  async #partOf<T>(group: Group, work: (db: Transaction<S>) => Promise<T>): Promise<T> {
    this.#connection.beginPart()
    try {
      this.#refuseOtherSchema()
      const result = await work(this.#db)
      this.#connection.endPart()
      return result
    } catch (error) {
      if (!this.#connection.undoPart()) this.#dropGroup(group, this.#connection.lostBy)
      throw error
    }
  }

  /** Not under the hands of the one who writes. */
  async #endGroup(group: Group): Promise<void> {
    await this.#changeTurn.take()
    this.#keepGroup(group)
    this.#changeTurn.pass()
  }

  #keepGroup(group: Group | undefined): void {
    if (!group || this.#group !== group) return
    try {
      this.#connection.commit()
    } catch (error) {
      this.#dropGroup(group, error)
      return
    }
    this.#changed = true
    this.#group = undefined
    this.#handleTurn.pass()
    group.keep()
  }

  /** Nobody was told yet that anything of it is kept. */
  #dropGroup(group: Group, error: unknown): void {
    this.#connection.rollback()
    this.#group = undefined
    this.#handleTurn.pass()
    group.drop(error)
  }

  /** Waits for its turn. The write-ahead log is folded in so that a copy of the file is whole; if others read, later. */
  async close(): Promise<void> {
    await this.#changeTurn.take()
    this.#keepGroup(this.#group)
    await this.#handleTurn.take()
    try {
      this.#endReading()
      if (this.#changed && this.handle.open) this.handle.pragma('wal_checkpoint(truncate)')
    } catch {
      // Whoever closes last does it.
    } finally {
      this.handle.close()
      this.#handleTurn.pass()
      this.#changeTurn.pass()
    }
  }

  async #beginWriting(): Promise<void> {
    try {
      await untilFree(async () => {
        await this.#handleTurn.take()
        try {
          this.#endReading()
          this.#connection.beginWriting()
        } catch (error) {
          this.#handleTurn.pass()
          throw error
        }
      })
    } catch (error) {
      throw translated(error, this.path)
    }
  }

  /** A newer stint may have migrated, or a backup been restored, while this process had the database open. */
  #refuseOtherSchema(): void {
    if (this.#currentSchemaNumber() === this.#schemaNumber) return
    throw new AppError(
      'conflict',
      'The database was brought to another version while this program was running.',
      {
        hint: 'Restart this program (in an editor: its stint MCP server), with the newest stint.',
      },
    )
  }
}

/** A snapshot that is open. */
interface Look {
  /** By work that is under way. */
  isUsed: boolean
  isOver: boolean
}

/** Changes that become durable at once. */
interface Group {
  /** None of them is answered before. */
  readonly kept: Promise<void>
  keep(): void
  drop(reason: unknown): void
}

function newGroup(): Group {
  let keep = () => {}
  let drop: Group['drop'] = () => {}
  const kept = new Promise<void>((resolve, reject) => {
    keep = resolve
    drop = reject
  })
  // whose own work failed does not ask
  kept.catch(() => {})
  return { kept, keep, drop }
}

const oldestSqlite = '3.51.3'

// Every step may meet a process that is just closing or setting up: preparing any statement reads the schema.
function settle(handle: Handle, path: string): void {
  refuseOldSqlite(handle)
  refuseStranger(handle, path)
  turnOnWal(handle, path)
  handle.pragma('synchronous = full')
  handle.pragma('foreign_keys = on')
  handle.pragma('trusted_schema = off')
  handle.pragma(`journal_size_limit = ${64 * 1024 * 1024}`)
  handle.pragma('temp_store = memory')
}

/** The folder and file belong to their owner alone; SQLite gives `-wal` and `-shm` the file's mode. */
function prepareFile(path: string): void {
  makeFolder(dirname(path))
  const present = statSync(path, { throwIfNoEntry: false })
  if (present?.isDirectory())
    throw new AppError('internal', `${path} is a folder, not a database.`, {
      hint: 'Name a file in STINT_DB.',
    })
  // Trap: never open and close a file that SQLite may have open in this process, it loses all its locks.
  if (!present) createPrivately(path)
}

/** Not Node's `recursive`: where a folder takes no folders, as /proc, that tries for ever. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // another process was faster; or it is a link to nowhere, and then the file tells
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

// Older ones can lose committed data when the write-ahead log starts anew.
/** As SQLite counts: 3.51.3 is 3051003. */
const versionNumber = (version: string): number =>
  version.split('.').reduce((number, part) => number * 1000 + Number(part), 0)

function refuseOldSqlite(handle: Handle): void {
  const version = String(handle.prepare('select sqlite_version()').pluck().get())
  if (versionNumber(version) >= versionNumber(oldestSqlite)) return
  throw new AppError(
    'internal',
    `The database driver brings SQLite ${version}; ${oldestSqlite} or newer is needed.`,
    {
      hint: 'Run `npm install` where stint is installed.',
    },
  )
}

// Even setting what is already set takes a lock, and processes that start together would collide.
function turnOnWal(handle: Handle, path: string): void {
  if (handle.pragma('journal_mode', { simple: true }) === 'wal') return
  if (handle.pragma('journal_mode = wal', { simple: true }) === 'wal') return
  throw new AppError(
    'internal',
    `The file system of ${dirname(path)} does not let several programs share a database.`,
    {
      hint: 'Set STINT_HOME to a folder on a local disk.',
    },
  )
}

function postgresLater(): AppError {
  return new AppError('validation_error', 'This version of stint does not serve PostgreSQL yet.', {
    hint: 'Set STINT_DB to the path of a file, or leave it out.',
  })
}
