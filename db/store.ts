import type { Kysely } from 'kysely'
import type { Connection } from './connection.ts'
import type { Schema } from './schema.ts'

export interface Store<S = Schema> {
  readonly kind: 'sqlite'
  /** One snapshot; nothing can be written. Inside it never ask this store for another `read`: it would wait for ever. */
  read<T>(work: (db: Reader<S>) => Promise<T>): Promise<T>
  /**
   * One transaction: kept whole when `work` is done, gone when it throws. Await nothing in it but its own queries, and
   * never this store's `read` or `change`: they would wait for this one for ever.
   */
  change<T>(work: (db: Transaction<S>) => Promise<T>): Promise<T>
  /**
   * For a program that many ask at once. From now on all reads of one turn of its event loop share one snapshot, since
   * looking at the file takes longer than most queries; all changes of one turn share one transaction, each whole or
   * gone in it, since the disk takes longer than most changes. Nobody is answered before it is on the disk.
   */
  shareTurns(): void
  close(): Promise<void>
}

export interface Connected {
  /** For `statement`, which goes past Kysely. */
  readonly sqlite: Connection
}

export type Reader<S = Schema> = Pick<Kysely<S>, 'selectFrom' | 'with'> & Connected

export type Transaction<S = Schema> = Pick<
  Kysely<S>,
  'selectFrom' | 'with' | 'insertInto' | 'updateTable' | 'deleteFrom'
> &
  Connected
