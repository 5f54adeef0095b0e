import type { Row, Schema } from './schema.ts'
import { statement } from './statement.ts'

/** An insert of one whole row, compiled once. */
export const insertOf = <T extends keyof Schema>(table: T, columns: readonly (keyof Row<T> & string)[]) =>
  statement<Row<T>>()((db, $) => {
    const values = Object.fromEntries(columns.map(column => [column, $[column]]))
    // the columns are the table's own, but Kysely cannot follow a list of names
    return db.insertInto(table).values(values as never)
  })
