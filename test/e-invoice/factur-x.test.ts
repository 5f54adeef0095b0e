import { PDFDocument, PDFName, PDFRawStream } from '@cantoo/pdf-lib'
import Paper from 'pdfkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { eInvoice } from '../../src/e-invoice/index.ts'
import { brokenRules, readInvoice, sentInvoice } from '../support/e-invoice.ts'

describe('Factur-X', () => {
  let paper: Uint8Array
  beforeAll(async () => {
    paper = await smallPaper()
  })

  test('is the paper with the e-invoice in it, once', async () => {
    const { bytes, media_type, file_name } = await eInvoice(sentInvoice(), 'factur-x', paper)
    expect({ media_type, file_name }).toEqual({
      media_type: 'application/pdf',
      file_name: 'invoice-2026-0001.pdf',
    })
    const pdf = await PDFDocument.load(bytes)
    expect(pdf.getPageCount()).toBe(1)
    const attachments = pdf.getAttachments()
    expect(attachments).toMatchObject([
      { name: 'factur-x.xml', mimeType: 'text/xml', afRelationship: 'Alternative' },
    ])
    const xml = attachments[0]?.data ?? new Uint8Array()
    expect(xml).toEqual((await eInvoice(sentInvoice(), 'cii')).bytes)
    expect(brokenRules(await readInvoice(xml))).toEqual([])
  })

  test('says in its metadata what it carries, and keeps what the paper said', async () => {
    const { bytes } = await eInvoice(sentInvoice(), 'factur-x', paper)
    const pdf = await PDFDocument.load(bytes, { updateMetadata: false })
    const metadata = pdf.catalog.lookup(PDFName.of('Metadata'))
    if (!(metadata instanceof PDFRawStream)) throw new Error('There is no metadata.')
    const said = new TextDecoder('utf-8', { fatal: true }).decode(metadata.contents)
    for (const part of [
      '<pdfaid:part>3</pdfaid:part>',
      'Müller',
      '<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>',
      '<fx:DocumentType>INVOICE</fx:DocumentType>',
      '<fx:Version>1.0</fx:Version>',
      '<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>',
    ])
      expect(said).toContain(part)
    for (const kept of ['StructTreeRoot', 'MarkInfo', 'OutputIntents'])
      expect(pdf.catalog.has(PDFName.of(kept))).toBe(true)
    expect(pdf.getTitle()).toBe('Rechnung Müller')
    // a tool that reads XML takes it too
    await expect(readInvoice(said.slice(said.indexOf('<x:xmpmeta')))).resolves.toBeDefined()
  })

  test('is the same bytes each time', async () => {
    expect(await eInvoice(sentInvoice(), 'factur-x', paper)).toEqual(
      await eInvoice(sentInvoice(), 'factur-x', paper),
    )
  })

  test('needs a paper that is a PDF/A', async () => {
    const plain = await PDFDocument.create()
    plain.addPage()
    const bytes = await plain.save()
    await expect(eInvoice(sentInvoice(), 'factur-x', bytes)).rejects.toThrow('no PDF/A')
    await expect(eInvoice(sentInvoice(), 'factur-x')).rejects.toThrow('none was given')
  })
})

async function smallPaper(): Promise<Uint8Array> {
  const info = { Title: 'Rechnung Müller', CreationDate: new Date(0), ModDate: new Date(0) }
  const paper = new Paper({ subset: 'PDF/A-3b', pdfVersion: '1.7', tagged: true, info })
  paper.rect(10, 10, 50, 50).stroke()
  paper.end()
  return Buffer.concat(await paper.toArray())
}
