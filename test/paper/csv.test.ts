import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { csv } from '../../src/paper/index.ts'
import { invoice, line } from '../support/invoice.ts'

test('a line of the invoice is a row, exact to the second', () => {
  const text = csv(invoice())
  const rows = rowsOf(text)
  expect(rows).toHaveLength(5)
  expect(rows[0]).toEqual({
    invoice: '2026-0042',
    kind: 'human',
    date: '',
    description: 'Harbour · Backend',
    project: '',
    task: '',
    member: '',
    seconds: '45000',
    unrounded_seconds: '44123',
    tracked_seconds: '50000',
    rate: '120.00',
    quantity: '',
    unit_price: '',
    tax_rate: '19',
    amount: '1500.00',
    currency: 'EUR',
    entries: '14',
    note: '1:37:57 of parallel sessions billed once (merge)',
  })
  expect(text.endsWith('\r\n')).toBe(true)
  expect(text.replaceAll('\r\n', '')).not.toContain('\n')
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '＝1+1'])('%j is text in every field', text => {
  const lines = [
    line({
      description: text,
      note: text,
      project: { id: 'p', name: text },
      member: { id: 'm', name: text },
    }),
  ]
  const [row] = rowsOf(csv(invoice({ number: text, lines })))
  for (const field of ['invoice', 'description', 'note', 'project', 'member'])
    expect(row?.[field]).toBe(`'${text}`)
})

test('commas, quotes and line ends stay inside their cell', () => {
  const description = 'a, "b"\nc'
  const [row] = rowsOf(csv(invoice({ lines: [line({ description })] })))
  expect(row?.description).toBe(description)
})

function rowsOf(text: string): Record<string, string>[] {
  return parse(text, { columns: true })
}
