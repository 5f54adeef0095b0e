import { describe, expect, test } from 'vitest'
import { lookFor, plain, plainLook } from '../../src/cli/look.ts'
import { renderPage } from '../../src/cli/page.ts'
import { colored } from '../../src/cli/terminal.ts'
import type { Table } from '../../src/core/operation.ts'

const table: Table = {
  columns: ['Project', 'Time', 'Description', 'Id'],
  rows: [
    ['Acme', '1h 05m', 'Fix the login of the old shop', 'ent_0000000000001'],
    ['Globex · Web', '45m', '', 'ent_0000000000002'],
  ],
}
const wide = async (columns?: number) => lookFor(table, { columns, colors: false })
const linesOf = (text: string): string[] => text.split('\n').slice(0, -1)

describe('a table', () => {
  test('is aligned, figures to the right', async () => {
    expect(renderPage([table], await wide())).toBe(
      [
        'Project         Time  Description                    Id',
        'Acme          1h 05m  Fix the login of the old shop  ent_0000000000001',
        'Globex · Web     45m                                 ent_0000000000002',
        '',
      ].join('\n'),
    )
  })

  test('stands straight with wide characters and pictures', async () => {
    const { default: stringWidth } = await import('string-width')
    const asian: Table = {
      columns: ['Project', 'State'],
      rows: [
        ['東京プロジェクト', 'x'],
        ['Café', 'x'],
        ['👩‍💻 work', 'x'],
        ['한국어', 'x'],
      ],
    }
    const shown = linesOf(renderPage([asian], await lookFor(asian, { columns: undefined, colors: false })))
    const widths = shown.slice(1).map(line => stringWidth(line))
    expect(new Set(widths).size).toBe(1)
  })

  test('gives up the widest text on a narrow terminal, never an id or a figure', async () => {
    const shown = linesOf(renderPage([table], await wide(60)))
    for (const line of shown) expect(line.length).toBeLessThanOrEqual(60)
    expect(shown[1]).toContain('Fix the login of t…')
    expect(shown[1]).toContain('1h 05m')
    expect(shown[1]).toContain('ent_0000000000001')
  })

  test('keeps a project apart from others of its client', async () => {
    const names: Table = {
      columns: ['Project', 'Time'],
      rows: [
        ['Weiß Straßenbau · Website', '1h 05m'],
        ['Weiß Straßenbau · Straßendatenbank', '45m'],
      ],
    }
    const shown = async (columns: number) =>
      linesOf(renderPage([names], await lookFor(names, { columns, colors: false })))
    expect(await shown(30)).toEqual([
      'Project                   Time',
      'Weiß Straße… · Website  1h 05m',
      'Weiß… · Straßendatenb…     45m',
    ])
    expect((await shown(18))[2]).toBe('W… · Stra…     45m')
  })

  test('leaves out what says nothing, and puts ids below, before it is wider than the terminal', async () => {
    const report: Table = {
      columns: ['Project', 'Time', 'You', 'Agent', 'Date', 'Id'],
      rows: [
        ['A project with a name', '1h 05m', '1h 05m', '0m', '2026-05-04', 'ent_0000000000001'],
        ['Another', '45m', '45m', '0m', '2026-05-05', 'ent_0000000000002'],
      ],
    }
    const shown = async (columns: number) =>
      linesOf(renderPage([report], await lookFor(report, { columns, colors: false })))
    expect((await shown(68))[0]).toBe('Project           Time     You  Agent  Date        Id')
    expect((await shown(60))[1]).toBe('A project wi…  1h 05m  1h 05m  2026-05-04  ent_0000000000001')
    expect((await shown(50))[1]).toBe('A project…   1h 05m  2026-05-04  ent_0000000000001')
    expect(await shown(41)).toEqual([
      'Project                  Time  Date',
      'A project with a name  1h 05m  2026-05-04',
      '  ent_0000000000001',
      'Another                   45m  2026-05-05',
      '  ent_0000000000002',
    ])
  })

  test('ends where its last word ends, also in colours', async () => {
    const look = await lookFor(table, { columns: 80, colors: true })
    const head = renderPage([table], look).split('\n')[0]
    expect(head?.endsWith('Id\u001b[22m')).toBe(true)
  })

  test('cuts nothing in a pipe', async () => {
    const long: Table = { columns: ['A', 'B'], rows: [['x'.repeat(500), 'y'.repeat(500)]] }
    expect(renderPage([long], plainLook())).toContain(`${'x'.repeat(500)}  ${'y'.repeat(500)}\n`)
  })

  test('holds each row on one line', () => {
    const rows = [['two\nlines\tand a tab', '1']]
    expect(renderPage([{ columns: ['A', 'B'], rows }], plainLook())).toContain('two lines and a tab  1\n')
  })

  test('is coloured only when asked', async () => {
    const coloured = await lookFor(table, { columns: undefined, colors: true })
    expect(renderPage([table], coloured)).toContain('\u001b[')
    expect(renderPage([table], await wide())).not.toContain('\u001b')
  })
})

test('what counts as plain takes one cell each', async () => {
  const { default: stringWidth } = await import('string-width')
  const signs = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(sign =>
    plain.test(sign),
  )
  expect(signs.length).toBeGreaterThan(600)
  expect(signs.filter(sign => stringWidth(sign) !== 1)).toEqual([])
})

test('sentences and tables follow each other', () => {
  const small: Table = { columns: ['A'], rows: [['1']] }
  expect(renderPage('Done.', plainLook())).toBe('Done.\n')
  expect(renderPage(['First.', small, 'Last.'], plainLook())).toBe('First.\nA\n1\nLast.\n')
})

test('colours follow the environment, then the terminal', () => {
  expect(colored({}, true)).toBe(true)
  expect(colored({}, false)).toBe(false)
  expect(colored({ NO_COLOR: '1' }, true)).toBe(false)
  expect(colored({ NO_COLOR: '' }, true)).toBe(true)
  expect(colored({ FORCE_COLOR: '1' }, false)).toBe(true)
  expect(colored({ FORCE_COLOR: '0' }, true)).toBe(false)
  expect(colored({ NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false)
  expect(colored({ TERM: 'dumb' }, true)).toBe(false)
})

describe('the bars of a table', () => {
  const barred: Table = {
    columns: ['', 'Time'],
    rows: [
      ['東京', '4h 00m'],
      ['Acme', '1h 00m'],
      ['Total', '5h 00m'],
    ],
    bars: [1, 0.25],
  }
  const shown = async (columns?: number) =>
    linesOf(renderPage([barred], await lookFor(barred, { columns, colors: false })))

  test('stand behind the figures of a terminal, one below the other', async () => {
    expect(await shown(80)).toEqual([
      '         Time',
      '東京   4h 00m  ████████████████████',
      'Acme   1h 00m  █████',
      'Total  5h 00m',
    ])
  })

  test('are as long as there is room, and left out where there is none, or no terminal', async () => {
    expect((await shown(23))[1]).toBe('東京   4h 00m  ████████')
    expect((await shown(20))[1]).toBe('東京   4h 00m')
    expect((await shown())[1]).toBe('東京   4h 00m')
  })
})
