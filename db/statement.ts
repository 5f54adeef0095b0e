import {
  type Compilable,
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { type Bindable, bindable, type Connection } from './connection.ts'
import type { Prepared } from './driver.ts'
import { inOneText, type Listing, listingOf } from './rows.ts'
import type { Schema } from './schema.ts'
import type { Connected, Transaction } from './store.ts'

export type Builder<S = Schema> = Omit<Transaction<S>, keyof Connected>

export interface Statement<P, R, S = Schema> {
  readonly all: (db: Connected, params: P) => Promise<R[]>
  /** The same for many wide rows of texts and whole numbers: read as one text they take half the time. */
  readonly page: (db: Connected, params: P) => Promise<R[]>
  readonly first: (db: Connected, params: P) => Promise<R | undefined>
  readonly run: (db: Transaction<S>, params: P) => Promise<{ changes: number }>
}

/**
 * A hot query: written with Kysely, compiled once, prepared once, run on the bare handle.
 *
 *     const findClient = statement<{ workspace: string; id: string }>()((db, $) =>
 *       db.selectFrom('clients').selectAll().where('workspace_id', '=', $.workspace).where('id', '=', $.id))
 *     await findClient.first(db, { workspace, id })
 *
 * Write a fixed limit as `sql.lit(1)`: bound, it makes the query twice as slow.
 */
export function statement<P, S = Schema>() {
  return <R>(build: (db: Builder<S>, $: P) => Compilable<R>): Statement<P, R, S> => {
    let compiled: Compiled<P> | undefined
    let prepared: Prepared | undefined
    let whole: Prepared | undefined
    let preparedOn: Connection | undefined
    let listing: Listing<R> = { columns: [], row: nothing }

    function on(connection: Connection, { sql }: Compiled<P>): Prepared {
      if (preparedOn !== connection || !prepared) {
        prepared = connection.handle.prepare(sql)
        preparedOn = connection
        whole = undefined
        if (prepared.reader) listing = listingOf(prepared)
      }
      return connection.admit(prepared)
    }

    function inWhole({ database, source }: Prepared): Prepared {
      return (whole ??= database.prepare(inOneText(source, listing.columns)).pluck())
    }

    async function execute<T>(
      { sqlite }: Connected,
      params: P,
      how: (prepared: Prepared, values: Bindable[]) => T,
    ): Promise<T> {
      // Not when the module is loaded: a program that never runs it need not pay for it.
      const query = (compiled ??= compile(build))
      const values = query.values(params)
      return sqlite.run(() => how(on(sqlite, query), values))
    }

    return {
      all: (db, params) => execute(db, params, (prepared, values) => prepared.all(values).map(listing.row)),
      page: (db, params) =>
        execute(db, params, (prepared, values) => {
          const text = String(inWhole(prepared).get(values))
          // SQLite wrote a list of lists
          return (JSON.parse(text) as unknown[]).map(listing.row)
        }),
      first: (db, params) =>
        execute(db, params, (prepared, values) => {
          const row = prepared.get(values)
          return row === undefined ? undefined : listing.row(row)
        }),
      run: (db, params) =>
        execute(db, params, (prepared, values) => ({ changes: prepared.run(values).changes })),
    }
  }
}

function nothing(): never {
  throw new Error('A statement that answers no rows was asked for some.')
}

interface Compiled<P> {
  sql: string
  values: (params: P) => Bindable[]
}

function compile<P, R, S>(build: (db: Builder<S>, $: P) => Compilable<R>): Compiled<P> {
  // To the builder a stand-in looks like the value itself.
  const $ = new Proxy({}, { get: (_, name) => new Parameter(String(name)) }) as P
  const { sql, parameters } = build(new Kysely<S>({ dialect }), $).compile()
  const valueOf = (params: P, parameter: unknown) =>
    // The proxy makes no other names than the keys of P.
    parameter instanceof Parameter ? params[parameter.name as keyof P] : parameter
  return { sql, values: params => parameters.map(parameter => bindable(valueOf(params, parameter))) }
}

/** Stands in the compiled query where a value will be. */
class Parameter {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

const dialect = {
  createAdapter: () => new SqliteAdapter(),
  createDriver: () => new DummyDriver(),
  createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
}
