import type { Page, Table } from '../core/operation.ts'
import type { Paint } from './paint.ts'
import { cutTo, padded, widthOf } from './width.ts'

export interface Look {
  /** How wide the terminal is; undefined: nothing is cut. */
  columns: number | undefined
  paint: Paint
}

/** A page as text that ends with a line break. */
export function renderPage(page: Page, look: Look): string {
  const parts = typeof page === 'string' ? [page] : page
  return parts.map(part => renderPart(part, look)).join('')
}

const renderPart = (part: string | Table, look: Look): string =>
  typeof part === 'string' ? `${part}\n` : renderTable(part, look)

interface Column {
  title: string
  cells: string[]
  kind: 'text' | 'figure' | 'id'
  width: number
}

const gap = '  '

export function renderTable(table: Table, { columns, paint }: Look): string {
  const shown = table.columns.map((title, at) => columnOf(title, table.rows.map(row => onOneLine(row[at] ?? ''))))
  if (columns !== undefined) fit(shown, columns)
  const line = (cell: (column: Column) => string): string =>
    `${shown.map(cell).join(gap).trimEnd()}\n`
  const head = line(column => paint.dim(aligned(column, column.title, column === shown.at(-1))))
  const rows = table.rows.map((_, at) => {
    const isTotal = at === table.rows.length - 1 && shown[0]?.cells[at] === 'Total'
    return line(column => {
      const text = column.cells[at] ?? ''
      const cell = aligned(column, text, column === shown.at(-1))
      return isTotal ? paint.bold(cell) : painted(column, text, cell, paint)
    })
  })
  return head + rows.join('')
}

function columnOf(title: string, cells: string[]): Column {
  const kind = kindOf(cells.filter(cell => cell !== ''))
  return { title, cells, kind, width: Math.max(widthOf(title), ...cells.map(widthOf)) }
}

/** `1h 05m`, `-12`, `1,250.00 EUR`, `45 %`; not a day, and not a clock time. */
const figure = /^[-+]?(\d[\d,.]*( ?%| [A-Z]{3})?|\d+h \d\dm|\d+[hms])$/
const id = /^[a-z]{3}_[0-9a-z]{10,}$/i

function kindOf(cells: readonly string[]): Column['kind'] {
  if (cells.length > 0 && cells.every(cell => figure.test(cell))) return 'figure'
  return cells.length > 0 && cells.every(cell => id.test(cell)) ? 'id' : 'text'
}

const narrowest = 10

/** The widest text gives way first; figures and ids never do. */
function fit(columns: readonly Column[], available: number): void {
  const texts = columns.filter(column => column.kind === 'text')
  let over = columns.reduce((sum, column) => sum + column.width, gap.length * (columns.length - 1)) - available
  while (over > 0) {
    const [widest, second] = [...texts].sort((a, b) => b.width - a.width)
    if (!widest || widest.width <= narrowest) return
    const goal = Math.max(narrowest, widest.width - over, second ? Math.min(second.width, widest.width - 1) : 0)
    over -= widest.width - goal
    widest.width = goal
  }
}

function aligned(column: Column, text: string, isLast: boolean): string {
  const cut = cutTo(text, column.width)
  if (column.kind === 'figure') return padded(cut, column.width, 'start')
  return isLast ? cut : padded(cut, column.width, 'end')
}

function painted(column: Column, text: string, cell: string, paint: Paint): string {
  if (column.kind === 'id') return paint.dim(cell)
  if (text === 'running') return paint.good(cell)
  return text === 'paused' || text === 'idle' ? paint.warn(cell) : cell
}

const onOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ')
