import type { InvoiceDocument } from '../domain/invoice-document.ts'
import type { Annex } from './annex.ts'
import { localeOf } from './format.ts'
import { drawSheet } from './pdf-sheet.ts'
import { drawTable, look } from './pdf-table.ts'
import {
  finished,
  ink,
  linesOf,
  newPage,
  ornament,
  type Pen,
  paragraph,
  penOf,
  type Style,
  small,
  widthOf,
  write,
} from './pen.ts'
import { type Mark, type Sheet, sheetOf } from './sheet.ts'
import { drawable } from './typeface.ts'

/** A file that travels inside the PDF, as an electronic invoice does. */
export interface Attachment {
  name: string
  bytes: Uint8Array
  relationship: 'Alternative' | 'Data' | 'Source' | 'Supplement' | 'Unspecified'
  description: string
}

/** The invoice as PDF/A-3b. The same document gives the same bytes. */
export async function pdf(
  document: InvoiceDocument,
  { attachment }: { attachment?: Attachment } = {},
): Promise<Uint8Array> {
  const sheet = sheetOf(document)
  const made = new Date(document.issued_on ?? document.period.to)
  const pen = penOf(
    {
      size: sizeOf(document.locale),
      pdfVersion: '1.7',
      subset: 'PDF/A-3b',
      tagged: true,
      displayTitle: true,
      lang: sheet.language,
      info: {
        Title: inXml(sheet.title),
        Author: inXml(document.seller.name),
        Creator: 'stint',
        Producer: 'stint',
        CreationDate: made,
        ModDate: made,
      },
    },
    pen => drawAcross(pen, sheet.mark),
  )
  if (attachment) attach(pen, attachment, made)
  drawSheet(pen, sheet)
  if (sheet.annex) drawAnnex(pen, sheet.annex)
  numberPages(pen, sheet)
  return finished(pen)
}

function drawAnnex(pen: Pen, annex: Annex): void {
  newPage(pen)
  paragraph(pen, annex.heading, 400, { face: 'bold', size: 15, leading: 22, color: ink }, 'H1')
  paragraph(pen, annex.meaning, pen.right - pen.left, small)
  pen.y += 14
  drawTable(pen, annex.table, look(8, 12, 4), 24, annex.totals)
}

/** From corner to corner, under everything. */
function drawAcross(pen: Pen, mark: Mark | undefined): void {
  if (!mark || mark.kind === 'paid') return
  const { width, height } = pen.pdf.page
  const one: Style = {
    face: 'bold',
    size: 1,
    leading: 1,
    color: mark.kind === 'void' ? '#fdf2f1' : '#f4f5f7',
  }
  const size = Math.min(150, (0.62 * Math.hypot(width, height)) / widthOf(pen, mark.word, one))
  const style = { ...one, size, leading: size }
  const x = (width - widthOf(pen, mark.word, style)) / 2
  ornament(pen, () => {
    pen.pdf.save().rotate(-40, { origin: [width / 2, height / 2] })
    write(pen, mark.word, x, (height - size) / 2, style)
    pen.pdf.restore()
  })
}

function numberPages(pen: Pen, sheet: Sheet): void {
  const { count } = pen.pdf.bufferedPageRange()
  const y = pen.bottom + 24
  for (let page = 0; page < count; page++) {
    pen.pdf.switchToPage(page)
    ornament(pen, () => {
      const title = linesOf(
        pen,
        `${sheet.seller[0] ?? ''} · ${sheet.title}`,
        pen.right - pen.left - 60,
        small,
      )
      write(pen, title[0] ?? '', pen.left, y, small)
      write(pen, `${page + 1} / ${count}`, pen.right, y, small, true)
    })
  }
}

/** What people there put into their printers. */
function sizeOf(locale: string): string {
  return letter.has(localeOf(locale).region ?? '') ? 'LETTER' : 'A4'
}
const letter = new Set(['US', 'CA', 'MX', 'CL', 'CO', 'CR', 'DO', 'GT', 'NI', 'PA', 'PH', 'PR', 'SV', 'VE'])

function attach({ pdf }: Pen, { name, bytes, relationship, description }: Attachment, made: Date): void {
  // not in the types of pdfkit: the relationship, which PDF/A-3 asks for
  const options = {
    name,
    relationship,
    description,
    type: 'text/xml',
    creationDate: made,
    modifiedDate: made,
  }
  pdf.file(Buffer.from(bytes), options)
}

/** pdfkit puts these words into XML as they are, and elsewhere as plain text. */
const inXml = (words: string): string => {
  const safe = new XmlText(drawable(words))
  // a String object, which pdfkit writes as it writes a string
  return safe as unknown as string
}

class XmlText extends String {
  override toString(): string {
    return this.valueOf().replace(/[&<>]/g, sign => `&#${sign.charCodeAt(0)};`)
  }
}
