import { describe, expect, it } from 'vitest'
import { html } from '../../src/paper/index.ts'
import { filledWith, invoice, line } from '../support/invoice.ts'

describe('the page of an invoice', () => {
  it('says it all', () => {
    expect(bodyOf(html(invoice({ evidence: invoice().evidence?.slice(0, 2) })))).toMatchSnapshot()
  })

  it('says it in German', () => {
    const page = html(invoice({ locale: 'de-DE', status: 'draft' }))
    expect(page).toContain('<html lang="de-DE">')
    const text = wordsOf(page)
    for (const said of [
      'Rechnung ENTWURF',
      'Rechnungsdatum 2. November 2026',
      'Leistungszeitraum 1.–31. Oktober 2026',
      '1.680,75',
      'Rabatt 10 % -362,80 €',
      'USt. 19 % auf 3.184,27 € 605,01 €',
      'Bitte zahlen Sie 2.875,85 € bis zum 2. Dezember 2026.',
      'Jeder Eintrag wird auf 15 Minuten aufgerundet und zählt mindestens 15 Minuten.',
      'Leistungsnachweis',
      'Griechenland',
    ])
      expect(text).toContain(said)
  })

  it('says in German what shrank on a line', () => {
    const shrunk = { seconds: 3600, unrounded_seconds: 3600, tracked_seconds: 7200, note: '1h 00m of 2h 00m' }
    const page = html(invoice({ locale: 'de-DE', lines: [line(shrunk)] }))
    expect(wordsOf(page)).toContain('1h 00m von 2h 00m: Überschneidungen einmal gezählt')
  })

  it('speaks English to everybody else, with their figures and with days that need no words', () => {
    const page = html(invoice({ locale: 'fr-FR' }))
    expect(page).toContain('<html lang="en">')
    expect(wordsOf(page)).toContain('Invoice date 02/11/2026')
    expect(wordsOf(page)).toContain('€')
    expect(wordsOf(html(invoice({ locale: 'ar-EG' })))).toContain('2026')
    expect(wordsOf(html(invoice({ locale: 'no such locale' })))).toContain('Amount due')
  })

  it('lets nobody write markup', () => {
    const page = html(filledWith(`<img src=x onerror="alert('1')">&amp;\``))
    expect(page).not.toContain('<img')
    expect(page).not.toContain('onerror="')
    // the address twice, with country; lines, notes, payment, annex
    expect(page.match(/&#60;img/g)?.length).toBeGreaterThan(30)
    expect(page).toContain('&#38;amp;&#96;')
  })

  it('lets nobody turn its lines around', () => {
    expect(html(filledWith('a\u202eb\u2066c\u0000d'))).not.toMatch(/[\u202e\u2066\0]/)
  })

  it('asks for nothing and runs nothing', () => {
    const page = html(invoice())
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|\bhref=|url\(|@import|\son\w+=/i)
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
  })

  it.each([
    ['draft', 'DRAFT', true],
    ['void', 'VOID', true],
    ['paid', 'PAID', false],
  ] as const)('is marked: %s', (status, mark, across) => {
    const page = html(invoice({ status }))
    expect(page).toContain(`<span class="mark">${mark}</span>`)
    expect(page.includes('class="across"')).toBe(across)
  })

  it('has no mark once it is sent', () => {
    expect(bodyOf(html(invoice()))).not.toContain('class="mark"')
  })

  it('names the tax of each line only where rates differ', () => {
    expect(headsOf(html(invoice()))).toEqual(['Description', 'Hours / Qty', 'Rate / Price', 'Tax', 'Amount'])
    const alike = html(invoice({ lines: [line({ seconds: 3600, rate: '80.00' })] }))
    expect(headsOf(alike)).toEqual(['Description', 'Hours', 'Rate', 'Amount'])
  })

  it('is silent about tax, discount and payments where there are none', () => {
    const plain = { taxes: [{ rate: '0', base: '100.00', amount: '0.00' }], discount: '0.00', paid: '0.00' }
    const text = wordsOf(html(invoice({ ...plain, evidence: [], lines: [line({})] })))
    expect(text).not.toMatch(/Tax \d|Discount|Amount due|Record of work/)
    expect(text).toContain('Please pay €2,875.85 by 2 December 2026.')
  })

  it('asks nobody to pay what is void or paid', () => {
    expect(wordsOf(html(invoice({ status: 'void' })))).not.toContain('Please pay')
    expect(wordsOf(html(invoice({ status: 'paid', due: '0.00' })))).not.toContain('Please pay')
  })

  it('shows hours exactly, so that hours times rate is the amount', () => {
    const text = wordsOf(html(invoice()))
    expect(text).toContain('Harbour · Agent work 3:30:20 60.00')
    expect(text).toContain('12:15:23 before rounding 12:30 120.00')
  })

  it('shows a place as its country does', () => {
    const buyer = { name: 'Acme', city: 'Austin', region: 'TX', postal_code: '78701', country: 'US' }
    expect(wordsOf(html(invoice({ buyer })))).toContain('Acme Austin, TX 78701 United States')
    const home = { name: 'Nah', city: 'Bonn', postal_code: '53111', country: 'DE' }
    expect(wordsOf(html(invoice({ buyer: home })))).toContain('Nah 53111 Bonn Invoice number')
  })
})

const bodyOf = (page: string) => page.slice(page.indexOf('<body'))

const headsOf = (page: string) =>
  [
    ...bodyOf(page)
      .split('</thead>')[0]!
      .matchAll(/<th [^>]*>(.*?)<\/th>/g),
  ].map(([, head]) => head)

const wordsOf = (page: string) =>
  bodyOf(page)
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, ' ')
