import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { bindable, type Connection } from './connection.ts'
import { listingOf } from './rows.ts'

/** Kysely on one handle. Transactions are the store's: begin and commit never come from Kysely. */
export class OneHandle implements Dialect {
  readonly #connection: DatabaseConnection

  constructor(connection: Connection) {
    this.#connection = {
      executeQuery: query => execute(connection, query),
      streamQuery: () => refuse('streaming'),
    }
  }

  createAdapter(): SqliteAdapter {
    return new SqliteAdapter()
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler()
  }

  createIntrospector(db: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(db)
  }

  createDriver(): Driver {
    return {
      init: () => Promise.resolve(),
      acquireConnection: () => Promise.resolve(this.#connection),
      releaseConnection: () => Promise.resolve(),
      beginTransaction: () => refuse('transactions'),
      commitTransaction: () => refuse('transactions'),
      rollbackTransaction: () => refuse('transactions'),
      destroy: () => Promise.resolve(),
    }
  }
}

/** Kysely that carries its handle, for the statements that go past it. */
export class BoundKysely<S> extends Kysely<S> {
  readonly sqlite: Connection

  constructor(connection: Connection) {
    super({ dialect: new OneHandle(connection) })
    this.sqlite = connection
  }
}

async function execute<R>(connection: Connection, query: CompiledQuery): Promise<QueryResult<R>> {
  const values = query.parameters.map(bindable)
  return connection.run(() => {
    const statement = connection.admit(connection.prepare(query.sql))
    if (statement.reader) {
      const { row } = listingOf<R>(statement)
      return { rows: statement.all(values).map(row) }
    }
    const { changes, lastInsertRowid } = statement.run(values)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  })
}

function refuse(what: string): never {
  throw new Error(`No ${what} through Kysely: use the store's read and change.`)
}
