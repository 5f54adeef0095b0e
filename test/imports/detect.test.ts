import { describe, expect, test } from 'vitest'
import { detect, survey } from '../../src/imports/format.ts'
import { fileOf, read, table } from './given.ts'

test.each([
  ['toggl.csv', 'toggl'],
  ['toggl-free.csv', 'toggl'],
  ['clockify.csv', 'clockify'],
  ['clockify-first.csv', 'clockify'],
  ['harvest.csv', 'harvest'],
  ['timewarrior.json', 'timewarrior'],
  ['semicolons.csv', 'csv'],
])('%s is of %s', (name, program) => {
  expect(detect(fileOf(name)).program).toBe(program)
  expect(detect(fileOf(name).toString()).program).toBe(program)
})

test('a report is known by the headings alone, and by the name that somebody gives', () => {
  expect(detect('Date,Project,Hours').program).toBe('csv')
  expect(detect('Date,Project,Hours', { from: 'toggl' }).program).toBe('toggl')
})

test('a list of projects is refused by what it lacks', () => {
  expect(() => detect(fileOf('clockify-projects.csv'))).toThrow('no columns for a day and a length of time')
})

test.each(['', 'hello', '[]', '[{"a":1}]', '{"a":1}', 'one,two\n1,2\n'])('%j is no file of time', text => {
  expect(() => detect(text)).toThrow('This is no file of time that can be read.')
})

describe('whether the day or the month stands first', () => {
  const file = (...dates: string[]) => table('Date,Hours,Project', ...dates.map(date => `${date},1.5,A`))
  const days = async (text: string) => (await read(text)).rows.map(row => row.date)

  test('is told by any number beyond twelve, wherever it stands', async () => {
    expect(await days(file('03/04/2026', '13/04/2026'))).toEqual(['2026-04-03', '2026-04-13'])
    expect(await days(file('03/04/2026', '04/13/2026'))).toEqual(['2026-03-04', '2026-04-13'])
    const late = file(...Array.from({ length: 9000 }, () => '03/04/2026'), '13/04/2026')
    expect((await survey([late])).date_order).toBe('dmy')
  })

  test('is told by time that crosses a midnight', async () => {
    const crossing = (start: string, end: string) =>
      table(
        'User,Email,Project,Start date,Start time,End date,End time,Duration',
        `A,a@b.c,P,${start},23:00,${end},01:00,2:00`,
      )
    expect((await survey([crossing('03/04/2026', '03/05/2026')])).date_order).toBe('mdy')
    expect((await survey([crossing('03/04/2026', '04/04/2026')])).date_order).toBe('dmy')
  })

  test('is asked where nothing tells it', async () => {
    await expect(survey([file('03/04/2026', '05/06/2026')])).rejects.toMatchObject({
      message: '"03/04/2026" can be read in two ways, and no date of the file tells in which.',
      hint: 'Say --date-order dmy if the day stands first, or --date-order mdy if the month does.',
      details: { date_orders: ['dmy', 'mdy'] },
    })
    const said = await read(file('03/04/2026'), { date_order: 'mdy' })
    expect(said.rows[0]?.date).toBe('2026-03-04')
  })

  test('does not matter for dates that are the same both ways, or have points', async () => {
    expect(await days(file('04/04/2026'))).toEqual(['2026-04-04'])
    expect(await days(file('3.4.2026'))).toEqual(['2026-04-03'])
  })
})

describe('the decimal sign', () => {
  const file = (...hours: string[]) =>
    table('Date,Hours,Project', ...hours.map(one => `2026-03-02,"${one}",A`))
  const seconds = async (...hours: string[]) =>
    (await read(file(...hours))).rows.map(row => row.seconds / 3600)

  test('is told by a number that can be read in one way only', async () => {
    expect(await seconds('1,000', '1,5')).toEqual([1, 1.5])
    expect(await seconds('1,000', '1.5')).toEqual([1000, 1.5])
    expect(await seconds('2', "1'000.25")).toEqual([2, 1000.25])
  })

  test('is looked for in the whole file', async () => {
    const late = await read(file(...Array.from({ length: 9000 }, () => '8'), '7,5'))
    expect(late.rows.at(-1)?.seconds).toBe(27_000)
  })

  test('does not change within a file', async () => {
    const found = await read(file('1.5', '1,5'))
    expect(found.rows).toHaveLength(1)
    expect(found.problems[0]?.message).toBe(
      'The length "1,5" is no number from 0 up. Its decimals have to stand after a point, as in the rest of the file.',
    )
  })
})
