import { describe, expect, it } from 'vitest'
import { html } from '../../src/paper/index.ts'
import { invoice, line } from '../support/invoice.ts'
import { workspace } from '../support/workspace.ts'
import { givenBrowser, overhang, visit } from './visit.ts'

givenBrowser()

const longName = 'Donaudampfschifffahrtsgesellschaftskapitänsverwaltungssoftware'

async function shown(content: string, width: number) {
  const visited = await visit('about:blank', { width })
  await visited.page.setContent(content)
  return visited
}

/** A table that is wider than its paper pushes it aside. */
const beyondPaper = 'document.querySelector("main").scrollWidth - document.querySelector("main").clientWidth'

const widths = [390, 1000]

describe('an invoice in a browser', () => {
  const lines = [line({ description: longName }), line({ description: '画面の設計と実装', tax_rate: '7' })]

  it.each(widths)('stays on its paper, %d wide', async width => {
    const { asked, complaints, page } = await shown(html(invoice({ lines, locale: 'de-DE' })), width)
    expect(await overhang(page)).toBe(0)
    expect(await page.evaluate<number>(beyondPaper)).toBe(0)
    expect(asked).toEqual([])
    expect(complaints).toEqual([])
  })

  it('breaks none of its labels', async () => {
    const { page } = await shown(html(invoice({ locale: 'de-DE' })), 390)
    const words = await page.locator('dt').allInnerTexts()
    expect(words).toContain('Leistungszeitraum')
    const rows = await page.evaluate<number[]>(`[...document.querySelectorAll('dt')].map(label => {
      const range = document.createRange()
      range.selectNodeContents(label)
      return range.getClientRects().length
    })`)
    expect(new Set(rows)).toEqual(new Set([1]))
  })
})

async function report(): Promise<string> {
  const { call } = await workspace({ now: '2026-05-20T18:00' })
  for (const [currency, hourly_rate] of [
    ['EUR', '120'],
    ['USD', '95.50'],
    ['JPY', '15000'],
  ]) {
    await call('save_client', { name: `Weiß Straßenbau ${currency}`, currency, hourly_rate })
    await call('create_project', { name: `${currency} ${longName}`, client: `Weiß Straßenbau ${currency}` })
    await call('log_time', { project: `${currency} ${longName}`, date: '2026-05-19', duration: '3h20m' })
  }
  const { file } = await call('get_report_file', { format: 'html' })
  return Buffer.from(file.content, 'base64').toString()
}

describe('a report in a browser', () => {
  it('stays on its paper, whatever projects are called', async () => {
    const { asked, complaints, page } = await shown(await report(), 1000)
    expect(await page.evaluate<number>(beyondPaper)).toBe(0)
    expect(await overhang(page)).toBe(0)
    expect(asked).toEqual([])
    expect(complaints).toEqual([])
  })

  it('cuts no name of its chart off at the edge', async () => {
    const { page } = await shown(await report(), 1000)
    const left = await page.evaluate<number>(
      'Math.min(...[...document.querySelectorAll("svg .label")].map(label => label.getBBox().x))',
    )
    expect(left).toBeGreaterThanOrEqual(0)
  })
})
