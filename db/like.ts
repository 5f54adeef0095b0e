import { type RawBuilder, sql } from 'kysely'

/** Whether a folded text holds what was looked for, its signs taken as they are. */
export const like = (column: RawBuilder<unknown>, search = ''): RawBuilder<boolean> =>
  sql<boolean>`${column} like ${containing(search)} escape '\\'`

export const containing = (search: string): string => `%${search.replaceAll(/[%_\\]/g, sign => `\\${sign}`)}%`
