import { describe, expect, test } from 'vitest'
import { toText } from '../../src/domain/instant.ts'
import type { ImportRow, Read } from '../../src/imports/row.ts'
import { rows } from '../../src/imports/rows.ts'
import { totals } from '../../src/imports/totals.ts'
import { fileOf, read, table } from './given.ts'

const places = (found: readonly ImportRow[]) =>
  found.map(({ date, ended_at, seconds, started_at }) => [
    started_at === undefined ? date : toText(started_at).slice(0, 19),
    ended_at === undefined ? undefined : toText(ended_at).slice(0, 19),
    seconds,
  ])

describe('a detailed report of Toggl', () => {
  test('is read with its local times, tags and amounts', async () => {
    const found = await read(fileOf('toggl.csv'))
    expect(found.problems).toEqual([])
    expect(found.rows[0]).toEqual({
      line: 2,
      source_key: JSON.stringify([
        'toggl',
        'ada@example.com',
        '2026-03-02T09:00:00',
        5430,
        'Globex',
        'Website',
        'Design',
        'Menu, second draft',
        1,
      ]),
      member: { name: 'Ada Byron', email: 'ada@example.com' },
      client: 'Globex',
      project: 'Website',
      task: 'Design',
      description: 'Menu, second draft',
      tags: ['review', 'ui'],
      billable: true,
      started_at: Date.parse('2026-03-02T08:00:00Z'),
      ended_at: Date.parse('2026-03-02T09:30:30Z'),
      seconds: 5430,
      rate: { amount: '80.00', currency: 'EUR' },
      amount: { amount: '120.67', currency: 'EUR' },
    })
    expect(found.rows[2]).toMatchObject({ project: '', description: 'Taxes', seconds: 3600 })
    expect(found.rows[2]).not.toHaveProperty('client')
    expect(found.rows[2]).not.toHaveProperty('amount')
  })

  test('keeps two rows that are alike apart, and finds both again', async () => {
    const keys = async () => (await read(fileOf('toggl.csv'))).rows.map(row => row.source_key)
    const [first, second] = [await keys(), await keys()]
    expect(new Set(first).size).toBe(5)
    expect(second).toEqual(first)
  })

  test('of a free account has neither clients nor amounts', async () => {
    const { rows: found } = await read(fileOf('toggl-free.csv'))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ project: 'Website', member: { name: 'Ada Byron' }, seconds: 900 })
  })
})

describe('a detailed report of Clockify', () => {
  test('keeps rates, amounts and what was invoiced', async () => {
    const { problems, rows: found } = await read(fileOf('clockify.csv'))
    expect(problems).toEqual([])
    expect(found[0]).toMatchObject({
      task: 'Design',
      tags: ['ui', 'review'],
      billable: true,
      invoiced: true,
      invoice_number: 'INV-7',
      rate: { amount: '80.00', currency: 'USD' },
      amount: { amount: '120.00', currency: 'USD' },
    })
    expect(places(found)).toEqual([
      ['2026-03-02T08:00:00', '2026-03-02T09:30:00', 5400],
      ['2026-03-15T22:45:00', '2026-03-15T23:15:00', 1800],
      ['2026-03-16T11:00:00', '2026-03-16T12:00:00', 3600],
    ])
    expect(found[2]).not.toHaveProperty('rate')
  })

  test('may say Activity, have no client, no seconds and the day first', async () => {
    const { problems, rows: found } = await read(fileOf('clockify-first.csv'))
    expect(problems).toEqual([])
    expect(found[0]).toMatchObject({ task: 'Design', project: 'Website' })
    expect(places(found)).toEqual([
      ['2026-03-02T08:00:00', '2026-03-02T09:30:12', 5412],
      ['2026-03-13T08:00:00', '2026-03-13T09:30:00', 5400],
    ])
  })

  test('finds its rows again after the date format was changed and an invoice written', async () => {
    const titles =
      'Project,Client,Description,User,Email,Invoiced,Start Date,Start Time,End Date,End Time,Duration (h)'
    const before = table(titles, 'A,B,x,Ada,a@b.c,No,03/25/2026,09:00 AM,03/25/2026,10:00 AM,01:00:00')
    const after = table(titles, 'A,B,x,Ada,A@b.c,Yes,25.03.2026,09:00:00,25.03.2026,10:00:00,01:00:00')
    const [one, other] = [await read(before), await read(after, { zone: 'America/New_York' })]
    expect(other.rows[0]?.source_key).toBe(one.rows[0]?.source_key)
    expect(other.rows[0]?.invoiced).toBe(true)
  })
})

test('a report of Harvest has days without clocks, and decimals with a comma', async () => {
  const { problems, rows: found } = await read(fileOf('harvest.csv'))
  expect(problems).toEqual([])
  expect(places(found)).toEqual([
    ['2026-03-02', undefined, 5400],
    ['2026-03-02', undefined, 36],
    ['2026-03-03', undefined, 90_000],
  ])
  expect(found[0]).toMatchObject({
    line: 2,
    member: { name: 'Ada Byron' },
    invoiced: true,
    rate: { amount: '80.00', currency: 'EUR' },
  })
  expect(found[0]?.member).not.toHaveProperty('email')
  expect(found[2]).toMatchObject({
    line: 4,
    description: 'Two lines\nof notes',
    amount: { amount: '2500.00', currency: 'USD' },
  })
})

test('what Harvest takes in itself can be read too', async () => {
  const file = table(
    'Date,Client,Project,Task,Notes,Hours,First name,Last name',
    '2026-03-02,A,B,C,,0.5,Ada,Byron',
  )
  expect((await read(file)).rows[0]).toMatchObject({
    seconds: 1800,
    client: 'A',
    member: { name: 'Ada Byron' },
  })
})

test('an export of Timewarrior keeps tags as they are and leaves out what still runs', async () => {
  const { problems, rows: found } = await read(fileOf('timewarrior.json'))
  expect(places(found)).toEqual([
    ['2026-10-24T23:30:00', '2026-10-25T02:30:00', 10_800],
    ['2026-10-26T08:00:00', '2026-10-26T08:30:00', 1800],
  ])
  expect(found[0]).toMatchObject({
    project: '',
    tags: ['acme', 'review  later'],
    description: 'say "}" here',
  })
  expect(problems).toEqual([
    { line: 4, message: 'It is still running. Stop it with `timew stop` and import again.' },
  ])
})

describe('any table with headings', () => {
  test('may have semicolons, points in dates and commas in numbers', async () => {
    const { rows: found } = await read(fileOf('semicolons.csv'))
    expect(found[0]).toMatchObject({
      date: '2026-03-02',
      seconds: 4500,
      client: 'Globex',
      rate: { amount: '80.00', currency: 'EUR' },
      amount: { amount: '100.00', currency: 'EUR' },
      tags: ['ui'],
    })
  })

  test('has a rate behind an amount, where one comes to just that', async () => {
    const file = table(
      'Date,Client,Hours,Currency,Rate,Amount',
      '2026-03-02,A,0.75,EUR,,75.00',
      '2026-03-02,A,0.5,JPY,,1234',
      '2026-03-02,A,0.75,EUR,90,75.00',
      '2026-03-02,A,8,EUR,,100.01',
      '2026-03-02,A,1,EUR,,0.00',
      '2026-03-02,A,1,EUR,,10.123',
    )
    const { problems, rows: found } = await read(file)
    expect(problems).toEqual([])
    expect(found.map(({ rate }) => rate?.amount)).toEqual([
      '100.00',
      '2468',
      '90.00',
      undefined,
      undefined,
      undefined,
    ])
  })

  test('may have instants, tabs and tags between semicolons', async () => {
    const file = table(
      'project_name\tclient_name\tstart_time\tend_time\tduration_hours\tnotes\ttags\tbillable',
      'B\tA\t2026-03-02T09:00:00Z\t2026-03-02T09:20:00Z\t0.33\tx\tui;review\ttrue',
    )
    const { rows: found } = await read(file)
    expect(places(found)).toEqual([['2026-03-02T09:00:00', '2026-03-02T09:20:00', 1200]])
    expect(found[0]).toMatchObject({ client: 'A', project: 'B', tags: ['ui', 'review'], billable: true })
  })

  test.each([
    ['9:05 pm', '23:30', '', 'crosses no midnight', 8700],
    ['23:00', '01:00', '', 'crosses a midnight', 7200],
    ['23:00', '01:00', '2:00:00', 'crosses a midnight and says how long it took', 7200],
    ['23:00', '', '1h 30m', 'says how long it took only', 5400],
  ])('time from %s to %s %s %s', async (start, end, duration, _what, seconds) => {
    const file = table('Date,Start,End,Duration,Project', `2026-03-02,${start},${end},${duration},A`)
    expect((await read(file)).rows[0]?.seconds).toBe(seconds)
  })

  test('asks for the unit of a number that could have any', async () => {
    const file = table('Date,Duration,Project', '2026-03-02,90,A', '2026-03-02,1.5,A')
    const found = await read(file)
    expect(found.rows[0]?.seconds).toBe(5400)
    expect(found.problems).toEqual([
      {
        line: 2,
        message:
          'The duration "90" has no unit. Write it as 1:30:00, or head the column Hours, Minutes or Seconds.',
      },
    ])
  })
})

describe('money', () => {
  const file = table('Date,Hours,Project,Amount', '2026-03-02,1.5,A,0.00', '2026-03-02,1.5,A,1500.00')

  test('without a currency is asked about, but not nothing', async () => {
    const found = await read(file)
    expect(found.rows).toHaveLength(1)
    expect(found.problems).toEqual([
      { line: 3, message: 'The amount 1500.00 has no currency. Say --currency EUR, or whichever it is.' },
    ])
  })

  test('has the decimals of its currency', async () => {
    const yen = await read(file, { currency: 'JPY' })
    expect(yen.rows[1]?.amount).toEqual({ amount: '1500', currency: 'JPY' })
    const dinar = await read(file, { currency: 'KWD' })
    expect(dinar.rows[1]?.amount).toEqual({ amount: '1500.000', currency: 'KWD' })
  })
})

describe('where the clocks change', () => {
  const titles = 'User,Email,Project,Start date,Start time,End date,End time,Duration'
  const line = (start: string, end: string, duration: string, day = '2026-10-25') =>
    `Ada,a@b.c,A,${day},${start},${day},${end},${duration}`

  test('a length tells which of two times is meant', async () => {
    const { problems, rows: found } = await read(
      table(
        titles,
        line('02:10:00', '03:30:00', '02:20:00'),
        line('02:10:00', '03:30:00', '01:20:00'),
        line('02:40:00', '02:10:00', '00:30:00'),
        line('01:30:00', '02:30:00', '02:00:00'),
      ),
    )
    expect(problems).toEqual([])
    expect(places(found)).toEqual([
      ['2026-10-25T00:10:00', '2026-10-25T02:30:00', 8400],
      ['2026-10-25T01:10:00', '2026-10-25T02:30:00', 4800],
      ['2026-10-25T00:40:00', '2026-10-25T01:10:00', 1800],
      ['2026-10-24T23:30:00', '2026-10-25T01:30:00', 7200],
    ])
    expect(found.map(row => row.note)).toEqual([undefined, undefined, undefined, undefined])
  })

  test('a time that does not exist moves forward and says so', async () => {
    const { rows: found } = await read(table(titles, line('02:30:00', '04:00:00', '00:30:00', '2026-03-29')))
    expect(places(found)).toEqual([['2026-03-29T01:30:00', '2026-03-29T02:00:00', 1800]])
    expect(found[0]?.note).toContain('does not exist in Europe/Berlin')
  })
})

describe('a row that contradicts itself', () => {
  const titles = 'User,Email,Project,Start date,Start time,End date,End time,Duration'

  test('takes its duration, which the sums of the file are of', async () => {
    const file = table(titles, 'Ada,a@b.c,A,2026-03-02,09:00:00,2026-03-02,10:07:00,01:15:00')
    expect((await read(file)).rows[0]).toMatchObject({
      seconds: 4500,
      ended_at: Date.parse('2026-03-02T09:15:00Z'),
      note: 'From start to end it is 1:07:00; its duration 1:15:00 was taken.',
    })
  })

  test('is not taken where it cannot be true', async () => {
    const good = 'Ada,a@b.c,A,2026-03-02,09:00:00,2026-03-02,10:00:00,01:00:00'
    const { problems, rows: found } = await read(
      table(
        titles,
        good,
        'Ada,a@b.c,A,2026-04-02,09:00:00,2026-03-02,10:00:00,01:00:00',
        'Ada,a@b.c,A,2026-03-02,09:00:00,2026-04-02,10:00:00,01:00:00',
        'Ada,a@b.c,A,2026-02-30,09:00:00,2026-03-02,10:00:00,01:00:00',
        'Ada,a@b.c,A,2026-03-02,9 o’clock,2026-03-02,10:00:00,01:00:00',
        'Ada,a@b.c,A,2026-03-02,09:00:00,2026-03-02,09:00:00,00:00:00',
        'Ada,a@b.c,A,B,2026-03-02,09:00:00,2026-03-02,10:00:00,01:00:00',
        good,
      ),
    )
    expect(found.map(row => row.line)).toEqual([2, 9])
    expect(problems.map(({ line, message }) => `${line} ${message.split('. ')[0]}`)).toEqual([
      '3 It ends before it starts',
      '4 From start to end it is 744:00:00, but its duration is 1:00:00',
      '5 "2026-02-30" is no date',
      '6 "9 o’clock" is no time',
      '7 It is no second long',
      '8 It has 9 cells, but there are 8 columns',
    ])
  })
})

describe('a file', () => {
  test('of which nothing can be read is refused with the first reasons', async () => {
    const file = table('Date,Hours,Project', 'soon,1,A', 'later,1,A')
    await expect(read(file)).rejects.toMatchObject({
      code: 'validation_error',
      message: expect.stringContaining('Line 2: "soon" is no date.'),
      details: { problems: [{ line: 2 }, { line: 3 }] },
    })
    await expect(read(table('Date,Hours,Project'))).rejects.toThrow('The file has no rows.')
  })

  test('with a quotation mark that is never closed is refused, not cut short', async () => {
    const file = table('Date,Hours,Project', '2026-03-02,1,A', '2026-03-02,1,"A', '2026-03-02,1,A')
    await expect(read(file)).rejects.toThrow('The quotation mark that opens in row 3 is never closed.')
  })

  test('that ends in the middle of a list says so', async () => {
    const file = '[\n{"id":1,"start":"20261026T080000Z","end":"20261026T083000Z"},\n{"id":2,"start":"2026'
    expect((await read(file)).problems).toEqual([
      { line: 3, message: 'The file ends in the middle of it. Export it again.' },
    ])
  })

  test('reads the same however it is cut into chunks', async () => {
    for (const name of ['toggl.csv', 'harvest.csv', 'timewarrior.json']) {
      const file = fileOf(name)
      const bytes = [...file].map(byte => Uint8Array.of(byte))
      expect(await read(file, {}, bytes)).toEqual(await read(file))
    }
  })

  test('tells of itself by its beginning where nobody asked it before', async () => {
    const found: Read[] = []
    for await (const one of rows([fileOf('clockify.csv')], { zone: 'UTC' })) found.push(one)
    expect(found).toHaveLength(3)
  })

  test('may be written in UTF-16, and is refused in what cannot be told', async () => {
    const text = `\uFEFF${table('Date,Hours,Project', '2026-03-02,1,Müller')}`
    expect((await read(Buffer.from(text, 'utf16le'))).rows[0]?.project).toBe('Müller')
    await expect(read(Buffer.from(text.slice(1), 'latin1'))).rejects.toThrow('not written in UTF-8')
  })
})

describe('texts of others', () => {
  test('keep what guards them against spreadsheets', async () => {
    const file = table('Date,Hours,Project,Notes', `2026-03-02,1,'=A,"'=1+1"`)
    expect((await read(file)).rows[0]).toMatchObject({ project: "'=A", description: "'=1+1" })
  })

  test('lose what nobody can see, and what is too long to keep', async () => {
    const file = table('Date,Hours,Project,Notes', `2026-03-02,1,Web\u200Bsite\u202E,${'x'.repeat(3000)}`)
    const [row] = (await read(file)).rows
    expect(row?.project).toBe('Website')
    expect(row?.description).toHaveLength(1000)
  })
})

test('fifty thousand rows take a few seconds', { timeout: 30_000 }, async () => {
  const line = (n: number) =>
    `Ada Byron,ada@example.com,Globex,Website,Design,Row ${n},Yes,2026-03-02,09:00:00,2026-03-02,10:30:30,01:30:30,"review, ui",120.67\n`
  function* file() {
    yield fileOf('toggl.csv').toString().split('\n', 1)[0] + '\n'
    for (let n = 0; n < 50_000; n++) yield line(n)
  }
  const found = await totals(rows(file(), { zone: 'Europe/Berlin' }))
  expect(found).toMatchObject({ rows: 50_000, seconds: 50_000 * 5430 })
  expect(found.money).toEqual([{ currency: 'EUR', amount: '6033500.00' }])
})
