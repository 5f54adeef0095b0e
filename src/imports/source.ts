import type { Field } from './column.ts'

/** A row of a file, by what its cells mean. */
export interface SourceRow {
  line: number
  /** Without the spaces around it; empty where the row has none. */
  cell(field: Field): string
  /** Of a format that has lists. */
  tags?: string[]
  /** Why it cannot be what it seems. */
  broken?: string
}
