import PDFDocument from 'pdfkit'
import { drawable, type Face, typeface } from './typeface.ts'

/** Kept whole: a stream is for what is sent while it is made. */
class Pdf extends PDFDocument {
  // pdfkit pushes before it has been constructed
  declare pieces: Uint8Array[] | undefined

  override push(piece: Uint8Array | null): boolean {
    if (piece) (this.pieces ??= []).push(piece)
    return true
  }
}

/** Draws downwards, page after page; `y` is how far it has come. */
export interface Pen {
  pdf: Pdf
  y: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  /** What is read aloud as one: everything drawn belongs to the innermost. */
  parent: PDFKit.PDFStructureElement
  /** Drawn on each new page before anything else. */
  readonly background: (pen: Pen) => void
}

export interface Style {
  face: Face
  size: number
  /** From line to line. */
  leading: number
  color: string
}

export const ink = '#15171c'
export const grey = '#6b7280'
export const text: Style = { face: 'regular', size: 9.5, leading: 14, color: ink }
export const bold: Style = { ...text, face: 'bold' }
export const small: Style = { face: 'regular', size: 8, leading: 11.5, color: grey }

export function penOf(options: PDFKit.PDFDocumentOptions, background: Pen['background']): Pen {
  // no font: the one that pdfkit opens by itself lies in a file of its own
  const pdf = new Pdf({ ...options, font: '', autoFirstPage: false, bufferPages: true })
  for (const face of ['regular', 'bold'] as const) {
    // pdfkit takes an opened typeface too, which its types do not know
    pdf.registerFont(face, typeface(face) as unknown as string)
  }
  const parent = pdf.struct('Document')
  pdf.addStructure(parent)
  pdf.addPage()
  const { width, height } = pdf.page
  const pen: Pen = {
    pdf,
    parent,
    background,
    left: 54,
    right: width - 54,
    top: 56,
    bottom: height - 62,
    y: 56,
  }
  background(pen)
  return pen
}

export function finished({ pdf }: Pen): Uint8Array {
  pdf.end()
  return new Uint8Array(Buffer.concat(pdf.pieces ?? []))
}

export function newPage(pen: Pen): void {
  pen.pdf.addPage()
  pen.y = pen.top
  pen.background(pen)
}

/** Goes on to a new page unless that much fits on this one. True if it did. */
export function room(pen: Pen, height: number): boolean {
  if (pen.y + height <= pen.bottom || pen.y <= pen.top) return false
  newPage(pen)
  return true
}

export function widthOf(pen: Pen, line: string, { face, size }: Style): number {
  return pen.pdf.font(face).fontSize(size).widthOfString(line)
}

/** One line in the middle of its leading, that begins at `y`; to the left of `x` when it ends there. */
export function write(pen: Pen, line: string, x: number, y: number, style: Style, end = false): void {
  if (line === '') return
  const start = end ? x - widthOf(pen, line, style) : x
  const pdf = pen.pdf.font(style.face).fontSize(style.size).fillColor(style.color)
  pdf.text(line, start, y + (style.leading - pdf.currentLineHeight()) / 2, { lineBreak: false })
}

/** From the left edge down, as many pages as it takes. */
export function paragraph(pen: Pen, words: string, width: number, style: Style, tag = 'P'): void {
  for (const line of linesOf(pen, words, width, style)) {
    room(pen, style.leading)
    leaf(pen, tag, () => write(pen, line, pen.left, pen.y, style))
    pen.y += style.leading
  }
}

/** The lines of a text of that width. */
export function linesOf(pen: Pen, words: string, width: number, style: Style): string[] {
  if (words === '') return []
  return drawable(words)
    .split('\n')
    .flatMap(line => broken(line, part => widthOf(pen, part, style) <= width))
}

/** After a space where one is, else wherever it is full. */
function broken(text: string, fits: (part: string) => boolean): string[] {
  if (fits(text)) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text
    .split(/(?<= )/)
    .flatMap(word => (fits(word.trimEnd()) ? [word] : pieces(word, fits)))) {
    if (line !== '' && !fits((line + word).trimEnd())) {
      lines.push(line.trimEnd())
      line = ''
    }
    line += word
  }
  return [...lines, line.trimEnd()]
}

function pieces(word: string, fits: (part: string) => boolean): string[] {
  const found: string[] = []
  let piece = ''
  for (const sign of word) {
    if (piece !== '' && !fits(piece + sign)) {
      found.push(piece)
      piece = ''
    }
    piece += sign
  }
  return [...found, piece]
}

/** Keeps what is drawn inside together for a reader's ear. */
export function group(pen: Pen, tag: string, draw: () => void): void {
  const outer = pen.parent
  const own = pen.pdf.struct(tag)
  outer.add(own)
  pen.parent = own
  draw()
  own.end()
  pen.parent = outer
}

/** Something that is read, all on one page. */
export function leaf(pen: Pen, tag: string, draw: () => void): void {
  pen.parent.add(pen.pdf.struct(tag, {}, [draw]))
}

/** Something that is only seen. */
export function ornament(pen: Pen, draw: () => void): void {
  pen.pdf.markContent('Artifact', { type: 'Layout' })
  draw()
  pen.pdf.endMarkedContent()
}

export function rule(pen: Pen, y: number, color: string, from = pen.left, width = 0.5): void {
  ornament(pen, () =>
    pen.pdf.moveTo(from, y).lineTo(pen.right, y).lineWidth(width).strokeColor(color).stroke(),
  )
}
