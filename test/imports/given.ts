import { readFileSync } from 'node:fs'
import type { Chunks } from '../../src/imports/encoding.ts'
import { survey } from '../../src/imports/format.ts'
import { type ImportRow, isProblem, type Problem } from '../../src/imports/row.ts'
import { type Reading, rows } from '../../src/imports/rows.ts'

export const fileOf = (name: string): Buffer => readFileSync(`test/support/exports/${name}`)

/** A table by its lines. */
export const table = (...lines: string[]): string => lines.map(line => `${line}\n`).join('')

export async function read(
  file: string | Uint8Array,
  reading: Partial<Reading> = {},
  chunks: Chunks = [file],
): Promise<{ rows: ImportRow[]; problems: Problem[] }> {
  const format = await survey([file], { date_order: reading.date_order })
  const found: { rows: ImportRow[]; problems: Problem[] } = { rows: [], problems: [] }
  for await (const one of rows(chunks, { zone: 'Europe/Berlin', format, ...reading })) {
    if (isProblem(one)) found.problems.push(one)
    else found.rows.push(one)
  }
  return found
}
