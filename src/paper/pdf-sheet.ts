import { drawTable, look } from './pdf-table.ts'
import {
  bold,
  grey,
  group,
  ink,
  leaf,
  linesOf,
  ornament,
  type Pen,
  paragraph,
  room,
  rule,
  type Style,
  small,
  text,
  widthOf,
  write,
} from './pen.ts'
import type { Fact, Mark, Sheet, Sum } from './sheet.ts'
import { drawable } from './typeface.ts'

/** Who bills whom for what, and how it is paid. */
export function drawSheet(pen: Pen, sheet: Sheet): void {
  drawHeading(pen, sheet)
  drawParties(pen, sheet)
  drawTable(pen, sheet.lines, look(9.5, 18, 5.5), closingHeight(pen, sheet))
  drawClosing(pen, sheet)
  if (sheet.notes) {
    const lines = linesOf(pen, sheet.notes.text, notesWidth, text).length
    drawLabel(pen, sheet.notes.label, Math.min(lines, 8) * text.leading)
    paragraph(pen, sheet.notes.text, notesWidth, text)
  }
}

const quiet: Style = { ...text, color: grey }
const sumStyle: Style = { ...quiet, leading: 18 }
const strongSum: Style = { face: 'bold', size: 12, leading: 27, color: ink }

const notesWidth = 400
const heading: Style = { face: 'bold', size: 25, leading: 30, color: ink }
const markColors = { draft: grey, void: '#b3261e', paid: '#14713f' }
/** Where the right half begins. */
const middle = (pen: Pen): number => pen.right - 216

function drawHeading(pen: Pen, sheet: Sheet): void {
  leaf(pen, 'H1', () => write(pen, sheet.heading, pen.left - 1, pen.y - 4, heading))
  if (sheet.mark) drawMark(pen, sheet.mark, pen.left + widthOf(pen, sheet.heading, heading) + 12)
  const x = middle(pen)
  pen.y = Math.max(
    pen.y + 90,
    drawBlock(pen, sheet.seller, sheet.sellerDetails, x, pen.y, pen.right - x) + 22,
  )
}

function drawMark(pen: Pen, { kind, word }: Mark, x: number): void {
  const style: Style = { face: 'bold', size: 8.5, leading: 17, color: markColors[kind] }
  const width = widthOf(pen, word, style) + 14
  ornament(pen, () =>
    pen.pdf
      .roundedRect(x, pen.y + 3, width, 17, 3)
      .lineWidth(0.8)
      .strokeColor(style.color)
      .stroke(),
  )
  leaf(pen, 'P', () => write(pen, word, x + 7, pen.y + 3, style))
}

function drawParties(pen: Pen, sheet: Sheet): void {
  const top = pen.y
  const x = middle(pen)
  leaf(pen, 'P', () => write(pen, sheet.buyerLabel, pen.left, top, small))
  const below = drawBlock(pen, sheet.buyer, sheet.buyerDetails, pen.left, top + 14, x - pen.left - 24)
  pen.y = top
  drawFacts(pen, sheet.facts, x, pen.right - x)
  pen.y = Math.max(pen.y, below) + 24
}

/** An address, and below it how else to reach and to book somebody. Says where it ends. */
function drawBlock(
  pen: Pen,
  [name = '', ...lines]: string[],
  details: Fact[],
  x: number,
  y: number,
  width: number,
): number {
  let at = drawLines(pen, [name], bold, x, y, width)
  at = drawLines(pen, lines, text, x, at, width)
  const below = details.map(({ label, value }) => `${label} ${value}`.trim())
  return drawLines(pen, below, small, x, at + 5, width)
}

function drawLines(pen: Pen, texts: string[], style: Style, x: number, y: number, width: number): number {
  let at = y
  const lines = texts.flatMap(words => linesOf(pen, words, width, style))
  if (lines.length === 0) return y
  leaf(pen, 'P', () => {
    for (const line of lines) {
      write(pen, line, x, at, style)
      at += style.leading
    }
  })
  return at
}

function drawFacts(pen: Pen, facts: Fact[], x: number, width: number): void {
  const { indent, rows } = laidOut(pen, facts, width)
  for (const { label, lines } of rows) {
    room(pen, lines.length * text.leading)
    leaf(pen, 'P', () => {
      write(pen, label, x, pen.y, quiet)
      for (const line of lines) {
        write(pen, line, x + indent, pen.y, text)
        pen.y += text.leading
      }
    })
  }
}

/** Labels above each other, and right of the longest what they name. */
function laidOut(
  pen: Pen,
  facts: Fact[],
  width: number,
): { indent: number; rows: { label: string; lines: string[] }[] } {
  const indent = Math.max(0, ...facts.map(({ label }) => widthOf(pen, label, quiet))) + 12
  return {
    indent,
    rows: facts.map(({ label, value }) => ({ label, lines: linesOf(pen, value, width - indent, text) })),
  }
}

/** What stands left of the sums, and how wide. */
const asideWidth = (pen: Pen): number => middle(pen) - pen.left - 16

/** Under the last line, on the same page: the sums, and on their left how to pay them. */
function drawClosing(pen: Pen, sheet: Sheet): void {
  room(pen, closingHeight(pen, sheet))
  pen.y += 8
  const top = pen.y
  group(pen, 'Table', () => {
    for (const sum of sheet.sums) drawSum(pen, sum, middle(pen))
  })
  const below = pen.y
  pen.y = top + 4
  if (sheet.footnote) paragraph(pen, sheet.footnote, asideWidth(pen), small)
  drawPayment(pen, sheet)
  pen.y = Math.max(pen.y, below)
}

function closingHeight(pen: Pen, { sums, footnote = '', payment: { request = '', facts } }: Sheet): number {
  const width = asideWidth(pen)
  const values = laidOut(pen, facts, width).rows.flatMap(({ lines }) => lines)
  const requests = linesOf(pen, request, width, bold)
  const footnotes = linesOf(pen, footnote, width, small)
  const aside =
    footnotes.length * small.leading + labelHeight + (requests.length + values.length) * text.leading + 8
  return (
    8 +
    Math.max(
      aside,
      sums.reduce((height, sum) => height + styleOf(sum).leading, 0),
    )
  )
}

const styleOf = ({ strong }: Sum): Style => (strong ? strongSum : sumStyle)

function drawSum(pen: Pen, sum: Sum, x: number): void {
  const style = styleOf(sum)
  if (sum.strong) rule(pen, pen.y + 2, ink, x, 0.7)
  const y = pen.y + (sum.strong ? 3 : 0)
  group(pen, 'TR', () => {
    leaf(pen, 'TH', () => write(pen, drawable(sum.label), x, y, style))
    leaf(pen, 'TD', () => write(pen, drawable(sum.value), pen.right, y, { ...style, color: ink }, true))
  })
  pen.y += style.leading
}

function drawPayment(pen: Pen, { payment: { label, request, facts } }: Sheet): void {
  if (!request && facts.length === 0) return
  drawLabel(pen, label, text.leading)
  if (request) paragraph(pen, request, asideWidth(pen), bold)
  pen.y += 4
  drawFacts(pen, facts, pen.left, asideWidth(pen))
}

/** Together with the beginning of what it names. */
function drawLabel(pen: Pen, label: string, next: number): void {
  room(pen, labelHeight + next)
  if (pen.y > pen.top) pen.y += labelGap
  leaf(pen, 'H2', () => write(pen, label, pen.left, pen.y, small))
  pen.y += small.leading + 2
}

const labelGap = 16
const labelHeight = labelGap + small.leading + 2
