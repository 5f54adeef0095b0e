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
import type { Schema } from './schema.ts'
import type { Connected, Transaction } from './store.ts'

export type Builder<S = Schema> = Omit<Transaction<S>, keyof Connected>

export interface Statement<P, R, S = Schema> {
  readonly all: (db: Connected, params: P) => Promise<R[]>
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
    let preparedOn: Connection | undefined
    let columns: readonly string[] = []

    function on(connection: Connection, { sql }: Compiled<P>): Prepared {
      if (preparedOn !== connection || !prepared) {
        prepared = connection.handle.prepare(sql)
        preparedOn = connection
        if (prepared.reader)
          columns = prepared
            .raw()
            .columns()
            .map(column => column.name)
      }
      return connection.admit(prepared)
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

    // The compiled query's type says what its rows are.
    return {
      all: (db, params) =>
        execute(db, params, (prepared, values) => prepared.all(values).map(row => named(columns, row) as R)),
      first: (db, params) =>
        execute(db, params, (prepared, values) => {
          const row = prepared.get(values)
          return row === undefined ? undefined : (named(columns, row) as R)
        }),
      run: (db, params) =>
        execute(db, params, (prepared, values) => ({ changes: prepared.run(values).changes })),
    }
  }
}

/** The driver's own objects take twice the time of its lists and this. */
function named(columns: readonly string[], row: unknown): unknown {
  // the driver was told to give lists
  const values = row as unknown[]
  const result: Record<string, unknown> = {}
  for (let at = 0; at < columns.length; at++) result[columns[at] ?? ''] = values[at]
  return result
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
