import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type Span, splitSpans, tallyOf } from '../../src/domain/entry.ts'
import { overlap, total, union } from '../../src/domain/interval.ts'
import {
  type BillableEntry,
  type ComputedInvoice,
  computeInvoice,
  type InvoiceInput,
  invoiceText,
} from '../../src/domain/invoice.ts'
import { groupings, invoiceLine, strategies, taxRow } from '../../src/domain/invoice-document.ts'
import { noRounding, roundSeconds } from '../../src/domain/rounding.ts'

const website = { id: 'prj_1', name: 'Website' }
const api = { id: 'prj_2', name: 'api' }
const design = { id: 'tsk_1', name: 'Design' }
const jo = { id: 'mem_1', name: 'Jo' }
const kim = { id: 'mem_2', name: 'Kim' }

const hour = 3600
/** 4 May 2026, so many hours after midnight. */
const clockTime = (hours: number) => Date.UTC(2026, 4, 4) + hours * hour * 1000

/** `human('a', 9, 10.5)`: an entry of Jo on Website at 100.00 an hour, 30.00 for the assistant. */
const entryOf = (id: string, spans: Span[], more: Partial<BillableEntry> = {}): BillableEntry => {
  const started_at = Math.min(...spans.map(({ start }) => start))
  const ended_at = Math.max(...spans.map(({ end }) => end))
  const { active_seconds, agent_seconds } = tallyOf(spans, started_at, ended_at)
  return {
    id,
    member: jo,
    project: website,
    date: '2026-05-04',
    started_at,
    ended_at,
    description: '',
    spans,
    active_seconds,
    agent_seconds,
    rate: 10_000,
    agent_rate: 3000,
    ...more,
  }
}
const human = (id: string, from: number, to: number, more: Partial<BillableEntry> = {}) =>
  entryOf(id, [{ kind: 'active', start: clockTime(from), end: clockTime(to) }], more)
const agent = (id: string, from: number, to: number, more: Partial<BillableEntry> = {}) =>
  entryOf(id, [{ kind: 'agent', start: clockTime(from), end: clockTime(to) }], more)
const ofDay = (id: string, seconds: number, more: Partial<BillableEntry> = {}): BillableEntry => ({
  ...human(id, 0, 1, more),
  started_at: null,
  ended_at: null,
  spans: [],
  active_seconds: seconds,
})

const input = (entries: BillableEntry[], more: Partial<InvoiceInput> = {}): InvoiceInput => ({
  currency: 'EUR',
  strategy: 'add',
  grouping: 'project_task',
  rounding: noRounding,
  tax_rate: 0,
  discount: null,
  entries,
  taken: new Map(),
  expenses: [],
  custom: [],
  ...more,
})

/** `Website: Design 1.5h 150.00`, as a reader would say it. */
const said = ({ lines }: ComputedInvoice) =>
  lines.map(({ description, seconds, amount }) =>
    [description, ...(seconds === undefined ? [] : [`${seconds / hour}h`]), (amount / 100).toFixed(2)].join(
      ' ',
    ),
  )
const saidOf = (entries: BillableEntry[], more: Partial<InvoiceInput> = {}) =>
  said(computeInvoice(input(entries, more)))

describe('time becomes lines', () => {
  const entries = [
    human('a', 9, 10.5, { task: design, description: 'Logo' }),
    agent('b', 10, 12, { task: design }),
    human('c', 33, 34, { date: '2026-05-05', member: kim }),
    human('d', 14, 14.25, { project: api }),
  ]

  test.each([
    [
      'project_task',
      [
        'api 0.25h 25.00',
        'Website 1h 100.00',
        'Website: Design 1.5h 150.00',
        'Website: Design (agent) 2h 60.00',
      ],
    ],
    ['task', ['api 0.25h 25.00', 'Website 1h 100.00', 'Design 1.5h 150.00', 'Design (agent) 2h 60.00']],
    ['project', ['api 0.25h 25.00', 'Website 2.5h 250.00', 'Website (agent) 2h 60.00']],
    ['day', ['2026-05-04 1.75h 175.00', '2026-05-04 (agent) 2h 60.00', '2026-05-05 1h 100.00']],
    ['member', ['Jo 1.75h 175.00', 'Jo (agent) 2h 60.00', 'Kim 1h 100.00']],
    [
      'entry',
      ['api 0.25h 25.00', 'Website 1h 100.00', 'Logo 1.5h 150.00', 'Website: Design (agent) 2h 60.00'],
    ],
  ] as const)('by %s: %j', (grouping, lines) => {
    expect(saidOf(entries, { grouping })).toEqual(lines)
  })

  it('a line says what it is made of', () => {
    const [line] = computeInvoice(
      input([human('a', 9, 10.5, { task: design, description: 'Logo' })], { grouping: 'entry' }),
    ).lines
    expect(line).toEqual({
      kind: 'human',
      description: 'Logo',
      project: website,
      task: design,
      member: jo,
      date: '2026-05-04',
      seconds: 5400,
      unrounded_seconds: 5400,
      tracked_seconds: 5400,
      rate: 10_000,
      amount: 15_000,
      tax_rate: 0,
      entries: 1,
    })
  })

  it('another rate is another line, the lower first', () => {
    expect(saidOf([human('a', 9, 10, { rate: 12_000 }), human('b', 10, 12), agent('c', 9, 10)])).toEqual([
      'Website 2h 200.00',
      'Website 1h 120.00',
      'Website (agent) 1h 30.00',
    ])
  })

  it('entries on lines of their own stand in the order of time, one of a whole day before those with a clock time', () => {
    const entries = [human('a', 15, 16, { description: 'late' }), human('b', 9, 10, { description: 'early' })]
    expect(
      saidOf([...entries, ofDay('z', hour, { description: 'some time' })], { grouping: 'entry' }),
    ).toEqual(['some time 1h 100.00', 'early 1h 100.00', 'late 1h 100.00'])
  })

  it('two projects of one name keep their own lines', () => {
    const other = { id: 'prj_3', name: 'Website' }
    expect(saidOf([human('a', 9, 10), human('b', 9, 11, { project: other })])).toEqual([
      'Website 1h 100.00',
      'Website 2h 200.00',
    ])
  })

  it('money is rounded half up, once a line', () => {
    const minute = (id: string) => ofDay(id, 60, { rate: 10_000 })
    expect(saidOf([minute('a'), minute('b'), minute('c')])).toEqual(['Website 0.05h 5.00'])
    expect(computeInvoice(input([minute('a'), minute('b')])).lines[0]?.amount).toBe(333)
    expect(computeInvoice(input([ofDay('a', 1800, { rate: 1 })])).lines[0]?.amount).toBe(1)
  })

  it('a rate of 0 is a line that costs nothing', () => {
    expect(saidOf([human('a', 9, 10, { rate: 0 })])).toEqual(['Website 1h 0.00'])
  })
})

describe('overlaps', () => {
  const entries = [human('a', 9, 11), human('b', 10, 12, { task: design }), agent('c', 10.5, 13)]

  it('merged, a second counts once, and the line says so', () => {
    const invoice = computeInvoice(input(entries, { strategy: 'merge' }))
    expect(said(invoice)).toEqual([
      'Website 2h 200.00',
      'Website (agent) 1h 30.00',
      'Website: Design 1h 100.00',
    ])
    expect(invoice.lines.map(({ note }) => note)).toEqual([
      undefined,
      '1h 00m of 2h 30m: overlapping time counted once',
      '1h 00m of 2h 00m: overlapping time counted once',
    ])
    expect(invoice.lines.map(({ tracked_seconds }) => (tracked_seconds ?? 0) / hour)).toEqual([2, 2.5, 2])
  })

  it('split, it is shared', () => {
    const invoice = computeInvoice(input(entries.slice(0, 2), { strategy: 'split' }))
    expect(said(invoice)).toEqual(['Website 1.5h 150.00', 'Website: Design 1.5h 150.00'])
    expect(invoice.lines[0]?.note).toBe('1h 30m of 2h 00m: overlapping time shared equally')
  })

  it('added, every entry counts in full', () => {
    expect(saidOf(entries)).toEqual([
      'Website 2h 200.00',
      'Website (agent) 2.5h 75.00',
      'Website: Design 2h 200.00',
    ])
  })

  it('of two members nothing overlaps', () => {
    expect(saidOf([human('a', 9, 11), human('b', 9, 11, { member: kim })], { strategy: 'merge' })).toEqual([
      'Website 4h 400.00',
    ])
  })

  it('what an earlier invoice took of the member is gone; nothing left is no line', () => {
    const taken = new Map([[jo.id, [{ start: clockTime(9), end: clockTime(12) }]]])
    const invoice = computeInvoice(
      input([...entries, human('d', 9, 10, { member: kim })], { strategy: 'merge', taken }),
    )
    expect(said(invoice)).toEqual(['Website 1h 100.00', 'Website (agent) 1h 30.00'])
    expect(invoice.billed).toEqual(
      new Map([
        ['a', { active_seconds: 0, agent_seconds: 0 }],
        ['b', { active_seconds: 0, agent_seconds: 0 }],
        ['c', { active_seconds: 0, agent_seconds: 3600 }],
        ['d', { active_seconds: 3600, agent_seconds: 0 }],
      ]),
    )
    expect(computeInvoice(input([], { strategy: 'merge', taken })).total).toBe(0)
  })

  it('time of a whole day overlaps nothing', () => {
    const taken = new Map([[jo.id, [{ start: clockTime(0), end: clockTime(24) }]]])
    for (const strategy of strategies) {
      expect(saidOf([ofDay('a', hour), ofDay('b', 2 * hour)], { strategy, taken })).toEqual([
        'Website 3h 300.00',
      ])
    }
  })

  it("the assistant's time that is not billed takes nothing from anyone", () => {
    const spans: Span[] = [
      { kind: 'active', start: clockTime(9), end: clockTime(10) },
      { kind: 'agent', start: clockTime(10), end: clockTime(12) },
    ]
    const unbilled = entryOf('a', spans, { agent_seconds: 0 })
    expect(saidOf([unbilled, human('b', 10, 12)], { strategy: 'merge' })).toEqual(['Website 3h 300.00'])
  })

  it('comes before rounding', () => {
    const rounding = { ...noRounding, increment_minutes: 30 }
    const [line] = computeInvoice(
      input([human('a', 9, 10), human('b', 9.5, 10.2)], { strategy: 'merge', rounding }),
    ).lines
    expect(line).toMatchObject({
      seconds: 1.5 * hour,
      unrounded_seconds: 1.2 * hour,
      tracked_seconds: 1.7 * hour,
      note: '1h 12m of 1h 42m: overlapping time counted once; rounded from 1h 12m',
    })
  })

  it('seconds are said where there are any', () => {
    const odd = entryOf('b', [{ kind: 'active', start: clockTime(9.5), end: clockTime(10) + 1000 }])
    expect(computeInvoice(input([human('a', 9, 10), odd], { strategy: 'merge' })).lines[0]?.note).toBe(
      '1:00:01 of 1:30:01: overlapping time counted once',
    )
  })
})

describe('rounding', () => {
  const tenMinutes = [
    ofDay('a', 600),
    ofDay('b', 600),
    ofDay('c', 600, { date: '2026-05-05' }),
    ofDay('d', 600, { member: kim }),
  ]

  test.each([
    ['entry', 4 * 900],
    ['day', 1800 + 900 + 900],
    ['line', 2700],
  ] as const)('by %s comes to %i seconds', (scope, seconds) => {
    const rounding = { ...noRounding, increment_minutes: 15, scope }
    const [line] = computeInvoice(input(tenMinutes, { rounding })).lines
    expect(line).toMatchObject({
      seconds,
      unrounded_seconds: 2400,
      ...(seconds !== 2400 && { note: 'rounded from 40m' }),
    })
  })

  it('a day of a member is rounded for each line and kind alone', () => {
    const rounding = { ...noRounding, increment_minutes: 60, scope: 'day' as const }
    expect(
      saidOf([human('a', 9, 9.5), human('b', 10, 10.5, { task: design }), agent('c', 9, 9.5)], { rounding }),
    ).toEqual(['Website 1h 100.00', 'Website (agent) 1h 30.00', 'Website: Design 1h 100.00'])
  })

  it('that changes nothing leaves no note', () => {
    const rounding = { ...noRounding, increment_minutes: 15 }
    expect(computeInvoice(input([human('a', 9, 10)], { rounding })).lines[0]).not.toHaveProperty('note')
  })

  it('down to nothing leaves no line, and what was merged away meets no minimum', () => {
    const down = { ...noRounding, increment_minutes: 15, mode: 'down' as const }
    expect(saidOf([ofDay('a', 899)], { rounding: down })).toEqual([])
    const least = { ...noRounding, minimum_minutes: 30, scope: 'entry' as const }
    expect(saidOf([human('a', 9, 10), human('b', 9, 10)], { strategy: 'merge', rounding: least })).toEqual([
      'Website 1h 100.00',
    ])
  })
})

describe('expenses and custom lines', () => {
  const expenses = [
    { id: 'exp_2', date: '2026-05-02', description: '', category: 'hosting', charge: 1999 },
    {
      id: 'exp_1',
      date: '2026-05-02',
      description: 'Train to Bern',
      category: 'travel',
      charge: 8000,
      project: website,
    },
    { id: 'exp_3', date: '2026-05-01', description: 'Fonts', category: 'software', charge: 1000 },
  ]
  const custom = [
    { id: 'lin_2', description: 'Setup', quantity: 1000, unit_price: 50_000 },
    { id: 'lin_1', description: 'Books', quantity: 2500, unit_price: 333, tax_rate: 700 },
  ]

  it('follow the time: expenses by day, custom lines as they were given', () => {
    expect(saidOf([human('a', 9, 10)], { expenses, custom })).toEqual([
      'Website 1h 100.00',
      'Fonts 10.00',
      'Train to Bern 80.00',
      'hosting 19.99',
      'Setup 500.00',
      'Books 8.33',
    ])
  })

  it('a custom line may have its own tax', () => {
    const { lines, taxes } = computeInvoice(input([human('a', 9, 10)], { expenses, custom, tax_rate: 1900 }))
    expect(lines.map(({ tax_rate }) => tax_rate)).toEqual([1900, 1900, 1900, 1900, 1900, 700])
    expect(taxes).toEqual([
      { rate: 700, base: 833, amount: 58 },
      { rate: 1900, base: 70_999, amount: 13_490 },
    ])
  })
})

const fixed = (id: string, unit_price: number, tax_rate?: number) => ({
  id,
  description: id,
  quantity: 1000,
  unit_price,
  tax_rate,
})

const totals = (more: Partial<InvoiceInput>) => {
  const { subtotal, discount, tax, total } = computeInvoice(input([], more))
  return [subtotal, discount, tax, total]
}

describe('from subtotal to total', () => {
  it.each<[string, Partial<InvoiceInput>, number[]]>([
    ['nothing', {}, [0, 0, 0, 0]],
    ['no tax', { custom: [fixed('a', 10_000)] }, [10_000, 0, 0, 10_000]],
    ['tax', { custom: [fixed('a', 10_000)], tax_rate: 1900 }, [10_000, 0, 1900, 11_900]],
    ['tax half up', { custom: [fixed('a', 10), fixed('b', 40)], tax_rate: 700 }, [50, 0, 4, 54]],
    [
      'a discount',
      { custom: [fixed('a', 10_000)], tax_rate: 1900, discount: { amount: 1000 } },
      [10_000, 1000, 1710, 10_710],
    ],
    [
      'a percentage',
      { custom: [fixed('a', 10_000)], tax_rate: 1900, discount: { percent: 1000 } },
      [10_000, 1000, 1710, 10_710],
    ],
    ['a percentage half up', { custom: [fixed('a', 5)], discount: { percent: 1000 } }, [5, 1, 0, 4]],
    [
      'never more than there is',
      { custom: [fixed('a', 500)], tax_rate: 1900, discount: { amount: 9999 } },
      [500, 500, 0, 0],
    ],
    [
      'all of it',
      { custom: [fixed('a', 500)], tax_rate: 1900, discount: { percent: 10_000 } },
      [500, 500, 0, 0],
    ],
    ['of nothing', { discount: { amount: 100 } }, [0, 0, 0, 0]],
  ])('%s', (_, more, expected) => {
    expect(totals(more)).toEqual(expected)
  })

  it('a discount is spread over the rates, the largest remainder first', () => {
    const custom = [fixed('a', 100, 1900), fixed('b', 100, 700), fixed('c', 100, 0)]
    expect(computeInvoice(input([], { custom, discount: { amount: 100 } })).taxes).toEqual([
      { rate: 0, base: 66, amount: 0 },
      { rate: 700, base: 67, amount: 5 },
      { rate: 1900, base: 67, amount: 13 },
    ])
  })

  it('a rate that no line has makes no row', () => {
    expect(computeInvoice(input([], { custom: [fixed('a', 100, 700)], tax_rate: 0 })).taxes).toHaveLength(1)
    expect(computeInvoice(input([], { tax_rate: 1900 })).taxes).toEqual([])
  })

  it('more than can be counted exactly is refused', () => {
    const custom = Array.from({ length: 20 }, (_, index) => fixed(`${index}`, 1e14))
    expect(() => computeInvoice(input([], { custom }))).toThrow(
      expect.objectContaining({ code: 'validation_error' }),
    )
  })
})

describe('on the wire', () => {
  it('money is text in its currency, percentages and quantities are text without needless decimals', () => {
    const invoice = computeInvoice(
      input([human('a', 9, 10.5, { rate: 100_000 })], {
        currency: 'BHD',
        tax_rate: 1950,
        discount: { percent: 1000 },
        expenses: [
          { id: 'exp_1', date: '2026-05-02', description: 'Train', category: 'travel', charge: 500 },
        ],
        custom: [{ id: 'lin_1', description: 'Books', quantity: 2500, unit_price: 1000 }],
      }),
    )
    expect(invoiceText(invoice, 'BHD')).toEqual({
      lines: [
        {
          kind: 'human',
          description: 'Website',
          project: website,
          seconds: 5400,
          unrounded_seconds: 5400,
          tracked_seconds: 5400,
          rate: '100.000',
          amount: '150.000',
          tax_rate: '19.5',
          entries: 1,
        },
        {
          id: 'exp_1',
          kind: 'expense',
          description: 'Train',
          date: '2026-05-02',
          amount: '0.500',
          tax_rate: '19.5',
        },
        {
          id: 'lin_1',
          kind: 'custom',
          description: 'Books',
          quantity: '2.5',
          unit_price: '1.000',
          amount: '2.500',
          tax_rate: '19.5',
        },
      ],
      subtotal: '153.000',
      discount: '15.300',
      taxes: [{ rate: '19.5', base: '137.700', amount: '26.852' }],
      tax: '26.852',
      total: '164.552',
    })
  })
})

const sum = (figures: number[]) => figures.reduce((all, one) => all + one, 0)

const mergedSeconds = (entries: BillableEntry[]) =>
  sum(computeInvoice(input(entries, { strategy: 'merge' })).lines.map(line => line.seconds ?? 0))

describe('the laws of an invoice', () => {
  const span = fc
    .record({
      kind: fc.constantFrom('active', 'agent'),
      start: fc.nat(20_000),
      length: fc.integer({ min: 1, max: 9000 }),
    })
    .map(
      ({ kind, start, length }): Span => ({
        kind,
        start: clockTime(6) + start * 1000,
        end: clockTime(6) + (start + length) * 1000,
      }),
    )
  const facts = fc.record({
    spans: fc.array(span, { minLength: 1, maxLength: 3 }),
    member: fc.constantFrom(jo, kim),
    project: fc.constantFrom(website, api),
    task: fc.constantFrom(undefined, design),
    date: fc.constantFrom('2026-05-04', '2026-05-05'),
    rate: fc.constantFrom(10_000, 12_345),
    agent_rate: fc.constantFrom(3000, 10_000),
    clockless: fc.boolean(),
  })
  const entries = fc.array(facts, { maxLength: 8 }).map(all =>
    all.map(({ spans, clockless, ...more }, index) => {
      // Spans of one kind never overlap within an entry.
      const own = (['active', 'agent'] as const).flatMap(kind =>
        union(spans.filter(one => one.kind === kind)).map(one => ({ kind, ...one })),
      )
      const entry = entryOf(`e${index}`, own, more)
      return clockless ? { ...ofDay(`e${index}`, 1 + entry.active_seconds), ...more } : entry
    }),
  )
  const rounding = fc.record({
    increment_minutes: fc.constantFrom(0, 6, 15),
    mode: fc.constantFrom('up', 'nearest', 'down'),
    scope: fc.constantFrom('entry', 'day', 'line'),
    minimum_minutes: fc.constantFrom(0, 20),
  })
  const money = fc.integer({ min: 0, max: 100_000 })
  const anyInput = fc
    .record({
      entries,
      strategy: fc.constantFrom(...strategies),
      grouping: fc.constantFrom(...groupings),
      rounding,
      tax_rate: fc.constantFrom(0, 700, 1900),
      discount: fc.oneof(
        fc.constant(null),
        money.map(amount => ({ amount })),
        fc.integer({ min: 0, max: 10_000 }).map(percent => ({ percent })),
      ),
      taken: fc.array(span, { maxLength: 3 }).map(taken => new Map([[jo.id, taken]])),
      expenses: fc.array(money, { maxLength: 3 }).map(all =>
        all.map((charge, index) => ({
          id: `x${index}`,
          date: '2026-05-04',
          description: 'x',
          category: 'y',
          charge,
        })),
      ),
      custom: fc
        .array(
          fc.record({
            quantity: fc.integer({ min: 1, max: 9999 }),
            unit_price: money,
            tax_rate: fc.constantFrom(undefined, 0, 700),
          }),
          { maxLength: 3 },
        )
        .map(all => all.map((one, index) => ({ id: `l${index}`, description: 'z', ...one }))),
    })
    .map((some): InvoiceInput => ({ currency: 'EUR', ...some }))

  it('lines add up to the subtotal, and subtotal less discount plus tax is the total', () => {
    fc.assert(
      fc.property(anyInput, input => {
        const { lines, subtotal, discount, taxes, tax, total } = computeInvoice(input)
        expect(sum(lines.map(({ amount }) => amount))).toBe(subtotal)
        expect(sum(taxes.map(({ base }) => base))).toBe(subtotal - discount)
        expect(sum(taxes.map(({ amount }) => amount))).toBe(tax)
        expect(subtotal - discount + tax).toBe(total)
        expect(discount).toBeLessThanOrEqual(subtotal)
        for (const { base, amount } of taxes) expect(Math.min(base, amount)).toBeGreaterThanOrEqual(0)
        expect(taxes.map(({ rate }) => rate)).toEqual(
          [...new Set(lines.map(line => line.tax_rate))].toSorted((a, b) => a - b),
        )
      }),
    )
  })

  it('what goes on the wire has the shape of the document', () => {
    fc.assert(
      fc.property(anyInput, input => {
        const text = invoiceText(computeInvoice(input), 'EUR')
        for (const line of text.lines) expect(invoiceLine.strict().parse(line)).toEqual(line)
        for (const row of text.taxes) expect(taxRow.strict().parse(row)).toEqual(row)
      }),
      { numRuns: 30 },
    )
  })

  it('the order in which entries and expenses come does not matter', () => {
    fc.assert(
      fc.property(anyInput, input => {
        const turned = {
          ...input,
          entries: input.entries.toReversed(),
          expenses: input.expenses.toReversed(),
        }
        expect(computeInvoice(turned)).toEqual(computeInvoice(input))
      }),
    )
  })

  it('every line is whole increments or the minimum, and every tracked second is told on one', () => {
    fc.assert(
      fc.property(anyInput, input => {
        const { lines, billed } = computeInvoice({ ...input, rounding: { ...input.rounding, scope: 'line' } })
        for (const { seconds = 0, unrounded_seconds = 0, tracked_seconds = 0 } of lines) {
          expect(seconds).toBe(roundSeconds(unrounded_seconds, input.rounding))
          expect(unrounded_seconds).toBeLessThanOrEqual(tracked_seconds)
        }
        const free = computeInvoice({ ...input, rounding: noRounding })
        expect(sum(free.lines.map(({ seconds = 0 }) => seconds))).toBe(
          sum([...billed.values()].map(one => one.active_seconds + one.agent_seconds)),
        )
      }),
    )
  })

  it('an entry cut in two bills the same', () => {
    const grouping = fc.constantFrom(...groupings.filter(one => one !== 'entry'))
    fc.assert(
      fc.property(entries, grouping, fc.nat(), (entries, grouping, cut) => {
        const lines = (of: BillableEntry[]) =>
          computeInvoice(input(of, { grouping })).lines.map(line => ({ ...line, entries: undefined }))
        expect(lines(entries.flatMap(entry => halves(entry, cut)))).toEqual(lines(entries))
      }),
    )
  })

  it('cut in two, merged time comes to the same length', () => {
    fc.assert(
      fc.property(entries, fc.nat(), (entries, cut) => {
        expect(mergedSeconds(entries.flatMap(entry => halves(entry, cut)))).toBe(mergedSeconds(entries))
      }),
    )
  })

  it('merged, no second of a member is billed twice, and none that was taken', () => {
    fc.assert(
      fc.property(entries, fc.array(span, { maxLength: 3 }), (entries, taken) => {
        const invoice = computeInvoice(
          input(entries, { strategy: 'merge', taken: new Map([[jo.id, taken]]) }),
        )
        for (const member of [jo, kim]) {
          const own = entries.filter(entry => entry.member.id === member.id)
          const timed = own.filter(entry => entry.started_at !== null)
          const covered = union(timed.flatMap(entry => [...entry.spans]))
          const gone = covered.flatMap(one =>
            union(member === jo ? taken : []).map(other => overlap(one, other)),
          )
          const free = total(covered) - total(gone.filter(one => one !== null))
          const billed = timed.map(entry => invoice.billed.get(entry.id))
          expect(sum(billed.map(one => (one?.active_seconds ?? 0) + (one?.agent_seconds ?? 0)))).toBe(
            free / 1000,
          )
        }
      }),
    )
  })
})

/** An entry as two, cut at any second inside it. */
function halves(entry: BillableEntry, cut: number): BillableEntry[] {
  const { started_at, ended_at } = entry
  if (started_at === null || ended_at === null) return [entry]
  const at = started_at + (1 + (cut % Math.max(1, (ended_at - started_at) / 1000 - 1))) * 1000
  const { member, project, task, date, rate, agent_rate } = entry
  return splitSpans(entry.spans, at)
    .filter(spans => spans.length > 0)
    .map((spans, index) =>
      entryOf(`${entry.id}${index}`, spans, { member, project, task, date, rate, agent_rate }),
    )
}
