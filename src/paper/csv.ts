import { csvLine } from '../domain/csv.ts'
import type { InvoiceDocument, InvoiceLine } from '../domain/invoice-document.ts'

/** The lines for a spreadsheet: exact seconds, money and percentages as decimal text. */
export const csv = (document: InvoiceDocument): string =>
  [
    columns.map(([name]) => name),
    ...document.lines.map(line => columns.map(([, cell]) => cell(line, document))),
  ]
    .map(csvLine)
    .join('')

const columns: [
  name: string,
  cell: (line: InvoiceLine, document: InvoiceDocument) => string | number | null,
][] = [
  ['invoice', (_, { number }) => number ?? null],
  ['kind', line => line.kind],
  ['date', line => line.date ?? null],
  ['description', line => line.description],
  ['project', line => line.project?.name ?? null],
  ['task', line => line.task?.name ?? null],
  ['member', line => line.member?.name ?? null],
  ['seconds', line => line.seconds ?? null],
  ['unrounded_seconds', line => line.unrounded_seconds ?? null],
  ['tracked_seconds', line => line.tracked_seconds ?? null],
  ['rate', line => line.rate ?? null],
  ['quantity', line => line.quantity ?? null],
  ['unit_price', line => line.unit_price ?? null],
  ['tax_rate', line => line.tax_rate],
  ['amount', line => line.amount],
  ['currency', (_, { currency }) => currency],
  ['entries', line => line.entries ?? null],
  ['note', line => line.note ?? null],
]
