import {
  grey,
  group,
  ink,
  leaf,
  linesOf,
  newPage,
  ornament,
  type Pen,
  room,
  rule,
  type Style,
  widthOf,
  write,
} from './pen.ts'
import type { Cell, Column, Table } from './sheet.ts'
import { drawable } from './typeface.ts'

export interface Look {
  text: Style
  small: Style
  head: Style
  /** Between columns. */
  gap: number
  /** Above and below each row. */
  padding: number
}

export const look = (size: number, gap: number, padding: number): Look => ({
  text: { face: 'regular', size, leading: size * 1.45, color: ink },
  small: { face: 'regular', size: size - 1.5, leading: (size - 1.5) * 1.4, color: grey },
  head: { face: 'regular', size: 7.5, leading: 11, color: grey },
  gap,
  padding,
})

interface Place extends Column {
  x: number
  width: number
}

interface Line {
  text: string
  style: Style
}

/** Row by row, the head again on each page; `after` is the room that the last row wants below it. */
export function drawTable(pen: Pen, table: Table, looks: Look, after: number, totals?: Cell[]): void {
  const places = placesOf(pen, table, totals, looks)
  const rows = table.rows.map(row => linesOfRow(pen, row, places, looks, looks.text))
  group(pen, 'Table', () => {
    room(pen, headHeight(looks) + heightOf(rows[0] ?? [], looks))
    drawHead(pen, places, looks)
    for (const [index, row] of rows.entries())
      drawRow(pen, row, places, looks, index === rows.length - 1 ? after : 0)
    if (totals) {
      const bold: Style = { ...looks.text, face: 'bold' }
      drawRow(pen, linesOfRow(pen, totals, places, looks, bold), places, looks, 0, false)
    }
  })
}

/** Columns are as wide as what stands in them, within limits, and the wide one takes the rest. */
function placesOf(pen: Pen, { columns, rows }: Table, totals: Cell[] = [], looks: Look): Place[] {
  const most = (pen.right - pen.left) / 4
  const natural = columns.map(({ label, wide }, index) => {
    if (wide) return 0
    const texts = new Set(rows.map(row => drawable(row[index]?.text ?? '')))
    const widths = [...texts].map(text => widthOf(pen, text, looks.text))
    const total = widthOf(pen, drawable(totals[index]?.text ?? ''), { ...looks.text, face: 'bold' })
    return Math.min(most, Math.max(widthOf(pen, label, looks.head), total, ...widths) + 0.1)
  })
  const taken = natural.reduce((sum, width) => sum + width, 0) + looks.gap * (columns.length - 1)
  const rest = Math.max(80, pen.right - pen.left - taken)
  let x = pen.left
  return columns.map((column, index) => {
    const width = column.wide ? rest : (natural[index] ?? 0)
    const place = { ...column, x, width }
    x += width + looks.gap
    return place
  })
}

const linesOfRow = (pen: Pen, row: Cell[], places: Place[], looks: Look, style: Style): Line[][] =>
  row.map(({ text, small = [] }, index) => {
    const width = places[index]?.width ?? 0
    return [
      ...linesOf(pen, text, width, style).map(text => ({ text, style })),
      ...small.flatMap(note =>
        linesOf(pen, note, width, looks.small).map(text => ({ text, style: looks.small })),
      ),
    ]
  })

const heightOf = (row: Line[][], { padding }: Look): number =>
  2 * padding + Math.max(0, ...row.map(cell => cell.reduce((sum, { style }) => sum + style.leading, 0)))

const headHeight = ({ head, padding }: Look): number => head.leading + padding

function drawHead(pen: Pen, places: Place[], looks: Look): void {
  group(pen, 'TR', () => {
    for (const place of places) leaf(pen, 'TH', () => writeLabel(pen, place, looks))
  })
  underline(pen, looks)
}

/** Whoever listens has heard the head already. */
function continueOverleaf(pen: Pen, places: Place[], looks: Look): void {
  newPage(pen)
  ornament(pen, () => {
    for (const place of places) writeLabel(pen, place, looks)
  })
  underline(pen, looks)
}

const writeLabel = (pen: Pen, { label, x, width, figures }: Place, { head }: Look): void =>
  write(pen, label, figures ? x + width : x, pen.y, head, figures)

function underline(pen: Pen, looks: Look): void {
  pen.y += headHeight(looks)
  rule(pen, pen.y, ink, pen.left, 0.7)
}

/** A row stays together; only one that is longer than a page goes on overleaf. */
function drawRow(pen: Pen, row: Line[][], places: Place[], looks: Look, after: number, ruled = true): void {
  const full = pen.bottom - pen.top - headHeight(looks)
  const height = heightOf(row, looks)
  if (height + after > full && height > pen.bottom - pen.y) return drawLongRow(pen, row, places, looks, full)
  if (pen.y + height + Math.min(after, full - height) > pen.bottom) continueOverleaf(pen, places, looks)
  drawCells(pen, row, places, looks)
  pen.y += height
  if (ruled) rule(pen, pen.y, '#dfe1e6')
}

function drawLongRow(pen: Pen, row: Line[][], places: Place[], looks: Look, full: number): void {
  continueOverleaf(pen, places, looks)
  const leading = Math.max(looks.text.leading, looks.small.leading)
  const atOnce = Math.floor((full - 2 * looks.padding) / leading)
  const longest = Math.max(...row.map(cell => cell.length))
  for (let from = 0; from < longest; from += atOnce) {
    if (from > 0) continueOverleaf(pen, places, looks)
    const part = row.map(cell => cell.slice(from, from + atOnce))
    drawCells(pen, part, places, looks)
    pen.y += heightOf(part, looks)
  }
  rule(pen, pen.y, '#dfe1e6')
}

function drawCells(pen: Pen, row: Line[][], places: Place[], looks: Look): void {
  group(pen, 'TR', () => {
    for (const [index, cell] of row.entries()) {
      const { x, width, figures } = places[index] ?? { x: 0, width: 0, figures: false }
      leaf(pen, 'TD', () => {
        let y = pen.y + looks.padding
        for (const { text, style } of cell) {
          write(pen, text, figures ? x + width : x, y, style, figures)
          y += style.leading
        }
      })
    }
  })
}
