import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { InvoiceDocument } from '../../src/domain/invoice-document.ts'
import { pdf } from '../../src/paper/index.ts'
import { evidence, filledWith, invoice, line } from '../support/invoice.ts'
import { attachmentOf, outsideOf, pagesOf } from './pdf-text.ts'

const short = (changes: Partial<InvoiceDocument> = {}): InvoiceDocument =>
  invoice({ evidence: [], ...changes })
const textOf = async (document: InvoiceDocument) =>
  pagesOf(await pdf(document))
    .flat()
    .join(' ')

describe('the PDF of an invoice', () => {
  it('says everything on its first page', async () => {
    const [first = []] = pagesOf(await pdf(short()))
    expect(first).toMatchSnapshot()
  })

  it('is the same file each time, whatever was made before', async () => {
    const once = sha256(await pdf(invoice()))
    expect(sha256(await pdf(short({ notes: 'ĀāĂ㎝Ω\u2126 ij ĳ ı ẹ́', number: '2026-0043' })))).not.toBe(once)
    expect(sha256(await pdf(invoice()))).toBe(once)
  })

  it('was made on the day of the invoice; a draft at the end of its period', async () => {
    expect(outsideOf(await pdf(short()))).toContain('(D:20261102000000Z)')
    const draft = { ...short({ status: 'draft' }), issued_on: undefined }
    expect(outsideOf(await pdf(draft))).toContain('(D:20261031230000Z)')
  })

  it.each([
    ['Polish', 'Zażółć gęślą jaźń ŁŚŻ'],
    ['Vietnamese', 'Nguyễn Thị Phương Thảo ấ ợ ữ ẵ'],
    ['Vietnamese in pieces', 'Nguyễn Thảo'.normalize('NFD')],
    ['Greek', 'Αθηναϊκή Ναυτιλία ῷ ἀρχή'],
    ['Cyrillic', 'Перевірка звітів ґ є ї Љубав Ђорђе'],
    ['the rest of Latin', 'Ærøskøbing ĳ ğış Čeština ő ű ț ș ẞ Þórr'],
    ['money', '€ £ ¥ ₺ ₴ ₽ ₹ zł Kč'],
    ['signs', '“quoted” ‘so’ „und“ – — … • · → × ½ °'],
    ['what Inter would draw as arrows', 'a -> b => c <- d'],
  ])('has the letters of %s', async (_, text) => {
    expect(await textOf(short({ notes: text }))).toContain(text.normalize('NFC'))
  })

  it.each([
    ['中文', '□□'],
    ['ok 👍🏽 👨‍👩‍👧', 'ok □ □'],
    ['עברית', '□□□□□'],
    ['a\u0000b\u200bc\u202ed', 'abcd'],
    ['\ud800', '□'],
    ['e\u0301\u0323', 'ẹ́'],
  ])('shows a box for each sign that it lacks: %j', async (notes, shown) => {
    expect(pagesOf(await pdf(short({ notes }))).flat()).toContain(shown)
  })

  it('writes the figures of money as text, with plain spaces', async () => {
    expect(await textOf(short({ locale: 'de-DE' }))).toContain('2.875,85 €')
    expect(await textOf(short({ locale: 'fr-FR' }))).toContain('2\u202f875,85 €')
    expect(await textOf(short({ locale: 'ja-JP', currency: 'JPY', total: '387585' }))).toContain('¥387,585')
    expect(await textOf(short({ locale: 'ar-EG', currency: 'EGP' }))).toContain('EGP')
  })

  it('numbers its pages and repeats the head of a table', async () => {
    const pages = pagesOf(await pdf(invoice()))
    const numbers = pages.map((_, page) => `${page + 1} / ${pages.length}`)
    expect(pages.map(texts => texts.find(text => /^\d+ \/ \d+$/.test(text)))).toEqual(numbers)
    expect(pages.length).toBeGreaterThan(2)
    for (const texts of pages.slice(1))
      expect(texts).toEqual(expect.arrayContaining(['Date', 'Work', 'Active', 'Billed']))
  })

  it('names every one of a thousand sessions, and their sum', async () => {
    const pages = pagesOf(await pdf(invoice({ evidence: evidence(1000) })))
    const named = pages
      .flat()
      .join(' ')
      .matchAll(/\((\d+)\)/g)
    expect(new Set([...named].map(([, n]) => Number(n))).size).toBe(1000)
    expect(pages.at(-1)).toEqual(expect.arrayContaining(['Total', '791:40:00', '83:20:00']))
  })

  it('keeps a line and its amount on one page, and the last of them with the sums', async () => {
    for (const count of [10, 14, 17, 18, 19, 20, 21, 60]) {
      const lines = Array.from({ length: count }, (_, n) =>
        line({ description: `Line ${n}:`, note: 'with a note', amount: `${1000 + n}.00` }),
      )
      const pages = pagesOf(await pdf(short({ lines })))
      for (let n = 0; n < count; n++) {
        const page = pages.find(texts => texts.includes(`Line ${n}:`))
        expect(page).toContain(`1,${String(n).padStart(3, '0')}.00`)
      }
      expect(pages.find(texts => texts.includes('Subtotal'))).toContain(`Line ${count - 1}:`)
      expect(pages.find(texts => texts.includes('Subtotal'))).toContain('Amount due')
    }
  })

  it('lets a description that is longer than a page go on overleaf', async () => {
    const words = Array.from({ length: 3000 }, (_, n) => `word${n}`)
    const pages = pagesOf(
      await pdf(invoice({ lines: [line({ description: words.join(' ') })], evidence: [] })),
    )
    expect(pages.length).toBeGreaterThan(3)
    expect(pages.flat().join(' ')).toContain(words.slice(2000, 2003).join(' '))
    expect(
      pages
        .flat()
        .filter(text => /word\d/.test(text))
        .join(' '),
    ).toBe(words.join(' '))
  })

  it('breaks a word that is wider than its column', async () => {
    const word = 'https://example.com/'.padEnd(400, 'x')
    const found = pagesOf(await pdf(invoice({ lines: [line({ description: word })], evidence: [] }))).flat()
    expect(found.join('')).toContain(word)
  })

  it('says DRAFT across every page of a draft, in the language of the page', async () => {
    const draft = pagesOf(await pdf(invoice({ status: 'draft' })))
    expect(draft.every(texts => texts[0] === 'DRAFT')).toBe(true)
    const german = pagesOf(await pdf(invoice({ status: 'draft', locale: 'de-AT' })))
    expect(german.every(texts => texts[0] === 'ENTWURF')).toBe(true)
    expect(await textOf(short({ status: 'void' }))).toContain('VOID')
    expect(await textOf(short({ status: 'paid' }))).toContain('PAID')
    expect(await textOf(short())).not.toMatch(/DRAFT|VOID|PAID/)
  })

  it('has the paper that the country prints on', async () => {
    expect(outsideOf(await pdf(short({ locale: 'en-US' })))).toContain('[0 0 612 792]')
    expect(outsideOf(await pdf(short({ locale: 'en-GB' })))).toContain('[0 0 595.28 841.89]')
  })

  it('is PDF/A-3b, tagged, with a language and a title', async () => {
    const said = outsideOf(await pdf(short({ locale: 'de-DE' })))
    expect(said).toContain('<pdfaid:part>3</pdfaid:part>')
    expect(said).toContain('<pdfaid:conformance>B</pdfaid:conformance>')
    expect(said).toContain('/OutputIntents')
    expect(said).toContain('/Marked true')
    expect(said).toContain('/Lang (de-DE)')
    expect(said).toContain('(Rechnung 2026-0042)')
  })

  it('keeps its description well-formed, whoever sells', async () => {
    const said = outsideOf(await pdf(filledWith('<b>&amp; "x"</b>')))
    expect(said).toContain('<rdf:li>&#60;b&#62;&#38;amp; "x"&#60;/b&#62;</rdf:li>')
    expect(said).toContain('(<b>&amp; "x"</b>)')
  })

  it('survives anything in any field', async () => {
    for (const text of [
      '<img onerror=x>',
      '\\) Tj ET (',
      'x'.repeat(500),
      '👍\u0000\ud800',
      ' ',
      '('.repeat(40),
    ])
      expect(pagesOf(await pdf(filledWith(text))).length).toBeGreaterThan(0)
  })

  it('carries an electronic invoice inside', async () => {
    const attachment = {
      name: 'factur-x.xml',
      bytes: Buffer.from('<Invoice/>'),
      relationship: 'Alternative' as const,
      description: 'Factur-X',
    }
    const file = await pdf(short(), { attachment })
    expect(attachmentOf(file)).toBe('<Invoice/>')
    expect(outsideOf(file)).toMatch(/\/AFRelationship \/Alternative\n\/F \(factur-x\.xml\)/)
    expect(outsideOf(file)).toContain('/Subtype /text#2Fxml')
    expect(sha256(await pdf(short(), { attachment }))).toBe(sha256(file))
  })
})

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
