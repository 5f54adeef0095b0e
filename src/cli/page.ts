import type { Page, Table } from '../core/operation.ts'
import { bar } from '../domain/bar.ts'
import type { Look, Paint } from './look.ts'
import { cutLabel, padded } from './width.ts'

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
  kind: 'text' | 'day' | 'figure' | 'id'
  width: number
}

const gap = '  '

export function renderTable(table: Table, look: Look): string {
  const { paint } = look
  const columns = table.columns.map((title, at) => columnOf(title, cellsOf(table, at), look))
  const { beside, below } = arranged(columns, look)
  const room = roomForBars(table, beside, look)
  const line = (cell: (column: Column, isLast: boolean) => string, drawn = ''): string =>
    `${[...beside.map((column, at) => cell(column, room === 0 && at === beside.length - 1)), drawn].join(gap).trimEnd()}\n`
  const head = line((column, isLast) => paint.dim(aligned(column, column.title, look, isLast)))
  const rows = table.rows.map((row, at) => {
    const isTotal = at === table.rows.length - 1 && row[0] === 'Total'
    const drawn = bar(table.bars?.[at] ?? 0, room)
    const shown = line((column, isLast) => {
      const text = column.cells[at] ?? ''
      const cell = aligned(column, text, look, isLast)
      return isTotal ? paint.bold(cell) : painted(column, text, cell, paint)
    }, drawn && paint.good(drawn))
    return shown + below.map(column => `${gap}${paint.dim(column.cells[at] ?? '')}\n`).join('')
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
const day = /^\d{4}-\d\d-\d\d$/

function kindOf(cells: readonly string[]): Column['kind'] {
  const are = (pattern: RegExp): boolean => cells.length > 0 && cells.every(cell => pattern.test(cell))
  if (are(figure)) return 'figure'
  if (are(day)) return 'day'
  return are(id) ? 'id' : 'text'
}

const shortestBar = 6
const longestBar = 20

/** What the table leaves of the line; into a file nothing is drawn. */
function roomForBars({ bars }: Table, columns: readonly Column[], { columns: available }: Look): number {
  if (!bars || available === undefined) return 0
  const room = available - columns.reduce((sum, column) => sum + column.width + gap.length, 0)
  return room < shortestBar ? 0 : Math.min(room, longestBar)
}

interface Arranged {
  beside: readonly Column[]
  /** Under each row, for there is no room beside it. */
  below: readonly Column[]
}

const narrow = 10
const narrowest = 8

/** On a narrow terminal words are cut; then columns go that say nothing, or what the one before says; then ids move. */
function arranged(columns: readonly Column[], { columns: available }: Look): Arranged {
  if (available === undefined) return { beside: columns, below: [] }
  const telling = columns.filter(({ cells }) => cells.some(cell => !saysNothing.has(cell)))
  const different = telling.filter((column, at) => !repeats(column, telling[at - 1]))
  for (const [beside, least] of [
    [columns, narrow],
    [telling, narrow],
    [different, narrow],
    [different, narrowest],
  ] as const)
    if (leastWidth(beside, least) <= available) return { beside: cut(beside, available, least), below: [] }
  const others = different.filter(({ kind }) => kind !== 'id')
  return { beside: cut(others, available, narrowest), below: different.filter(({ kind }) => kind === 'id') }
}

const saysNothing = new Set(['', '0', '0m'])

const repeats = (column: Column, before: Column | undefined): boolean =>
  column.kind === 'figure' && column.cells.every((cell, at) => cell === before?.cells[at])

const widthOfAll = (columns: readonly Column[]): number =>
  columns.reduce((sum, column) => sum + column.width, gap.length * (columns.length - 1))

const leastWidth = (columns: readonly Column[], least: number): number =>
  widthOfAll(columns.map(one => (one.kind === 'text' ? { ...one, width: Math.min(one.width, least) } : one)))

/** The widest text gives way first; days, figures and ids never do. */
function cut(given: readonly Column[], available: number, least: number): Column[] {
  const columns = given.map(column => ({ ...column }))
  const texts = columns.filter(column => column.kind === 'text')
  let over = widthOfAll(columns) - available
  while (over > 0) {
    const [widest, second] = texts.toSorted((a, b) => b.width - a.width)
    if (!widest || widest.width <= least) break
    const goal = Math.max(least, widest.width - over, second ? Math.min(second.width, widest.width - 1) : 0)
    over -= widest.width - goal
    widest.width = goal
  }
  return columns
}

/** The last of a line needs no blanks behind it: painted, they would fill the terminal's next line. */
function aligned({ kind, width }: Column, text: string, { widthOf }: Look, isLast: boolean): string {
  const shown = cutLabel(text, width, widthOf)
  if (kind === 'figure') return padded(shown, width, 'start', widthOf)
  return isLast ? shown : padded(shown, width, 'end', widthOf)
}

function painted(column: Column, text: string, cell: string, paint: Paint): string {
  if (column.kind === 'id' || text === '0m' || text === '0') return paint.dim(cell)
  if (text === 'running') return paint.good(cell)
  return text === 'paused' || text === 'idle' ? paint.warn(cell) : cell
}
