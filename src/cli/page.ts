import type { Page, Table } from '../core/operation.ts'
import { bar } from '../domain/bar.ts'
import type { Look, Paint } from './look.ts'
import { cutTo, padded } from './width.ts'

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

export function renderTable(table: Table, look: Look): string {
  const { columns: available, paint } = look
  const columns = table.columns.map((title, at) => columnOf(title, cellsOf(table, at), look))
  if (available !== undefined) fit(columns, available)
  const room = roomForBars(table, columns, look)
  const line = (cell: (column: Column) => string, drawn = ''): string =>
    `${[...columns.map(cell), drawn].join(gap).trimEnd()}\n`
  const head = line(column => paint.dim(aligned(column, column.title, look)))
  const rows = table.rows.map((row, at) => {
    const isTotal = at === table.rows.length - 1 && row[0] === 'Total'
    const drawn = bar(table.bars?.[at] ?? 0, room)
    return line(column => {
      const text = column.cells[at] ?? ''
      const cell = aligned(column, text, look)
      return isTotal ? paint.bold(cell) : painted(column, text, cell, paint)
    }, drawn && paint.good(drawn))
  })
  return head + rows.join('')
}

const cellsOf = (table: Table, at: number): string[] =>
  table.rows.map(row => (row[at] ?? '').replaceAll(/\s+/g, ' '))

function columnOf(title: string, cells: string[], { widthOf }: Look): Column {
  const kind = kindOf(cells.filter(cell => cell !== ''))
  return {
    title,
    cells,
    kind,
    width: cells.reduce((most, cell) => Math.max(most, widthOf(cell)), widthOf(title)),
  }
}

/** `1h 05m`, `-12`, `1,250.00 EUR`, `45 %`; not a day, and not a clock time. */
const figure = /^[-+]?(\d[\d,.]*( ?%| [A-Z]{3})?|\d+h \d\dm|\d+[hms])$/
const id = /^[a-z]{3}_[0-9a-z]{10,}$/i

function kindOf(cells: readonly string[]): Column['kind'] {
  if (cells.length > 0 && cells.every(cell => figure.test(cell))) return 'figure'
  return cells.length > 0 && cells.every(cell => id.test(cell)) ? 'id' : 'text'
}

const shortestBar = 6
const longestBar = 20

/** What the table leaves of the line; into a file nothing is drawn. */
function roomForBars({ bars }: Table, columns: readonly Column[], { columns: available }: Look): number {
  if (!bars || available === undefined) return 0
  const room = available - columns.reduce((sum, column) => sum + column.width + gap.length, 0)
  return room < shortestBar ? 0 : Math.min(room, longestBar)
}

const narrowest = 10

/** The widest text gives way first; figures and ids never do. */
function fit(columns: readonly Column[], available: number): void {
  const texts = columns.filter(column => column.kind === 'text')
  let over =
    columns.reduce((sum, column) => sum + column.width, gap.length * (columns.length - 1)) - available
  while (over > 0) {
    const [widest, second] = texts.toSorted((a, b) => b.width - a.width)
    if (!widest || widest.width <= narrowest) return
    const goal = Math.max(
      narrowest,
      widest.width - over,
      second ? Math.min(second.width, widest.width - 1) : 0,
    )
    over -= widest.width - goal
    widest.width = goal
  }
}

function aligned({ kind, width }: Column, text: string, { widthOf }: Look): string {
  return padded(cutTo(text, width, widthOf), width, kind === 'figure' ? 'start' : 'end', widthOf)
}

function painted(column: Column, text: string, cell: string, paint: Paint): string {
  if (column.kind === 'id' || text === '0m' || text === '0') return paint.dim(cell)
  if (text === 'running') return paint.good(cell)
  return text === 'paused' || text === 'idle' ? paint.warn(cell) : cell
}
