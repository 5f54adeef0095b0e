import { type RawBuilder, sql } from 'kysely'

/** One of the ids in a JSON list: however many there are, the text of the query is the same. */
export const within = (column: RawBuilder<unknown>, ids: string | undefined): RawBuilder<boolean> =>
  sql<boolean>`${column} in (select value from json_each(${ids}))`
