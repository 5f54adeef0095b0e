import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine } from '../../src/domain/csv.ts'
import { toText } from '../../src/domain/instant.ts'
import { parseInstant } from '../../src/domain/zone.ts'
import { localMoment } from '../../src/imports/moment.ts'
import { decimalText, inCurrency, secondsIn } from '../../src/imports/number.ts'
import { read } from './given.ts'

const titles = [
  'id',
  'start',
  'end',
  'date',
  'seconds',
  'active_seconds',
  'agent_seconds',
  'billable_seconds',
  'client',
  'project',
  'task',
  'member',
  'description',
  'tags',
  'billable',
  'kind',
]

const letters = ['a', 'b', 'z', '=', '+', '-', '@', ' ', ',', ';', '"', "'", '\n', 'Ä', '🙂', '漢']
const word = fc.string({ unit: fc.constantFrom(...letters), maxLength: 12 }).map(text => text.trim())
const label = word.map(text => text.replaceAll('\n', ' ').trim())
const tag = label.map(text => text.replaceAll(',', '').trim()).filter(text => text !== '')
const second = fc.integer({ min: Date.UTC(1990, 0, 1) / 1000, max: Date.UTC(2099, 0, 1) / 1000 })
const entry = fc.record({
  start: fc.option(second),
  seconds: fc.integer({ min: 1, max: 90_000 }),
  idle: fc.integer({ min: 0, max: 5000 }),
  client: fc.option(label),
  project: label,
  task: fc.option(label),
  member: label.filter(text => text !== ''),
  description: word,
  tags: fc.uniqueArray(tag, { maxLength: 4 }),
  billable: fc.boolean(),
})

/** What a spreadsheet would run has a mark in our exports; it stays. */
const exported = (text: string): string => (/^[=+\-@\t\r＝]/.test(text) ? `'${text}` : text)

test('what is exported is read back the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 20 }), async entries => {
      const ends = entries.map(({ idle, seconds, start }) => (start === null ? null : start + seconds + idle))
      const instant = (at: number | null | undefined) => (at == null ? null : toText(at * 1000))
      const lines = entries.map((one, index) =>
        csvLine([
          `ent_${index}`,
          instant(one.start),
          instant(ends[index]),
          '2026-03-02',
          one.seconds,
          one.seconds,
          0,
          one.billable ? one.seconds : 0,
          one.client,
          one.project,
          one.task,
          one.member,
          one.description,
          one.tags.join(', '),
          String(one.billable),
          'manual',
        ]),
      )
      const { problems, rows } = await read(csvLine(titles) + lines.join(''))
      expect(problems).toEqual([])
      expect(rows).toEqual(
        entries.map((one, index) => ({
          line: expect.any(Number),
          source_key: `["stint","ent_${index}"]`,
          member: { name: exported(one.member) },
          ...(one.client && { client: exported(one.client) }),
          project: exported(one.project),
          ...(one.task && { task: exported(one.task) }),
          description: exported(one.description),
          tags: [...new Set(exported(one.tags.join(', ')).split(', '))].filter(tag => tag !== ''),
          billable: one.billable,
          seconds: one.seconds,
          ...(one.start === null
            ? { date: '2026-03-02' }
            : { started_at: one.start * 1000, ended_at: (ends[index] ?? 0) * 1000 }),
        })),
      )
    }),
    { numRuns: 60 },
  )
})

test('local times are what they are everywhere else', () => {
  const zones = fc.constantFrom(
    'Europe/Berlin',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Africa/Cairo',
    'America/Sao_Paulo',
    'UTC',
    'Asia/Kathmandu',
  )
  fc.assert(
    fc.property(zones, second, (zone, at) => {
      const wall = toText(at * 1000).slice(0, 19)
      const moment = localMoment(wall.slice(0, 10), at % 86_400, 1, zone)
      expect(moment.at).toBe(parseInstant(wall, { now: 0, zone }).at)
    }),
    { numRuns: 2000 },
  )
})

test('numbers mean the same whichever way they are written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), hundredths => {
      const plain = (hundredths / 100).toFixed(2)
      const [whole = '', fraction = ''] = plain.split('.')
      const grouped = (sign: string) => whole.replace(/\B(?=(\d{3})+$)/g, sign)
      for (const text of [
        plain,
        `${grouped(',')}.${fraction}`,
        `${grouped("'")}.${fraction}`,
        `€ ${plain}`,
      ]) {
        expect(decimalText(text, '.', 'It')).toBe(plain)
      }
      expect(decimalText(`${grouped('.')},${fraction}`, ',', 'It')).toBe(plain)
      expect(inCurrency(`${plain}000`, 'EUR')).toBe(plain)
      expect(secondsIn(plain, 3600)).toBe(hundredths * 36)
    }),
  )
})
