import { pipeline } from 'node:stream'
import { CsvError, Parser } from 'csv-parse'
import { AppError } from '../domain/error.ts'
import type { Columns } from './column.ts'
import type { SourceRow } from './source.ts'

/** The whole rows in a part of a file from its beginning. */
export function firstRecords(head: string, delimiter: string): string[][] {
  const parser = new Parser(optionsFor(delimiter))
  // what is wrong is told when the whole file is read
  parser.on('error', () => {})
  parser.write(head)
  const records: string[][] = []
  for (let record = parser.read(); record !== null; record = parser.read()) records.push(record)
  return records
}

export async function* csvRows(
  texts: AsyncIterable<string>,
  columns: Columns,
  delimiter: string,
): AsyncGenerator<SourceRow> {
  const parser = new Parser(optionsFor(delimiter))
  // what goes wrong in it is thrown by the loop
  pipeline(texts, parser, () => {})
  let line = 1
  try {
    for await (const record of parser) {
      const cells: string[] = record
      if (line > 1 && cells.some(cell => cell !== '')) yield csvRow(cells, line, columns)
      line += 1 + lineBreaks(cells)
    }
  } catch (error) {
    throw error instanceof CsvError ? unclosed(Number(error.records) + 1) : error
  }
}

export function csvRow(cells: readonly string[], line: number, { at, count }: Columns): SourceRow {
  const isLonger = cells.slice(count).some(cell => cell.trim() !== '')
  return {
    line,
    cell(field) {
      const index = at[field]
      return index === undefined ? '' : (cells[index] ?? '').trim()
    },
    ...(isLonger && { broken: `It has ${cells.length} cells, but there are ${count} columns.` }),
  }
}

/** A quotation mark that nobody closes would make one cell of the rest of the file. */
const longestRecord = 200_000

const optionsFor = (delimiter: string) => ({
  delimiter,
  relax_column_count: true,
  relax_quotes: true,
  max_record_size: longestRecord,
})

function lineBreaks(cells: readonly string[]): number {
  let breaks = 0
  for (const cell of cells) if (cell.includes('\n')) breaks += cell.split('\n').length - 1
  return breaks
}

const unclosed = (row: number): AppError =>
  new AppError('validation_error', `The quotation mark that opens in row ${row} is never closed.`, {
    hint: 'Export the file again, or close the mark.',
  })
