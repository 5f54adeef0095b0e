import { describe, expect, it, test } from 'vitest'
import {
  effectiveFrom,
  frozenRate,
  levelsOf,
  type RateLevel,
  type RateOwners,
  type RateRow,
  rateFor,
  rateInForce,
} from '../../src/domain/rate.ts'

const owners: RateOwners = {
  task: 'tsk_1',
  project: 'prj_1',
  client: 'cli_1',
  member: 'mem_1',
  workspace: 'wsp_1',
}

/** `at('project', 100)`: from a day on, in a currency, of a kind, if `more` says so; else for all time, EUR, human. */
const at = (level: RateLevel, amount: number | null, more: Partial<RateRow> = {}): RateRow => ({
  level,
  owner_id: owners[level] ?? '',
  kind: 'human',
  currency: 'EUR',
  amount,
  percent: null,
  effective_from: '',
  ...more,
})
const agent = (level: RateLevel, amount: number | null, more: Partial<RateRow> = {}): RateRow =>
  at(level, amount, { kind: 'agent', ...more })
const share = (level: RateLevel, percent: number, more: Partial<RateRow> = {}): RateRow =>
  agent(level, null, { percent, ...more })
const from = (effective_from: string) => ({ effective_from })

const day = '2026-05-04'
const frozen = (rates: RateRow[], of: RateOwners = owners, currency = 'EUR', on = day) => {
  const { rate, agent_rate, rate_level } = frozenRate(rates, of, currency, on)
  return [rate, agent_rate, rate_level]
}

describe('the rate that holds', () => {
  const all = [at('workspace', 5), at('member', 4), at('client', 3), at('project', 2), at('task', 1)]

  test.each<[string, RateRow[], number | null, RateLevel | null]>([
    ['the task before all', all, 1, 'task'],
    ['then the project', all.slice(0, 4), 2, 'project'],
    ['then the client', all.slice(0, 3), 3, 'client'],
    ['then the member', all.slice(0, 2), 4, 'member'],
    ['then the workspace', all.slice(0, 1), 5, 'workspace'],
    ['none is unknown, not 0', [], null, null],
    ['0 is a rate', [at('project', 0), at('client', 3)], 0, 'project'],
    ['of another project nothing', [at('project', 9, { owner_id: 'prj_2' })], null, null],
    [
      'a day before it begins it does not hold',
      [at('project', 9, from('2026-05-05')), at('client', 3)],
      3,
      'client',
    ],
    ['from its day on it does', [at('project', 9, from('2026-05-04')), at('client', 3)], 9, 'project'],
    [
      'the last that began',
      [at('project', 8, from('2026-05-01')), at('project', 7), at('project', 9, from('2026-06-01'))],
      8,
      'project',
    ],
    [
      'in another currency it does not hold',
      [at('project', 9, { currency: 'USD' }), at('client', 3)],
      3,
      'client',
    ],
    [
      'also where it is newer than the one that does',
      [at('project', 9, { currency: 'USD', ...from('2026-05-01') }), at('project', 2)],
      2,
      'project',
    ],
    [
      'taken away, the next level is asked',
      [at('project', 2), at('project', null, from('2026-05-01')), at('client', 3)],
      3,
      'client',
    ],
    [
      'taken away later, it still holds',
      [at('project', 2), at('project', null, from('2026-05-05'))],
      2,
      'project',
    ],
    ['what time costs is no rate', [at('project', 9, { kind: 'cost' }), at('client', 3)], 3, 'client'],
  ])('%s', (_, rates, rate, level) => {
    expect(frozen(rates)).toEqual([rate, rate, level])
    expect(frozen(rates.toReversed())).toEqual([rate, rate, level])
  })

  it('internal work without a task has no such levels', () => {
    const internal = { task: null, project: 'prj_1', client: undefined, member: 'mem_1', workspace: 'wsp_1' }
    expect(frozen(all, internal)).toEqual([2, 2, 'project'])
    expect(frozen([at('task', 1), at('client', 3), at('member', 4)], internal)).toEqual([4, 4, 'member'])
  })

  it('says its currency, or nothing at all', () => {
    expect(frozenRate([at('client', 3, { currency: 'USD' })], owners, 'USD', day)).toEqual({
      rate: 3,
      agent_rate: 3,
      rate_currency: 'USD',
      rate_level: 'client',
    })
    expect(frozenRate([agent('client', 3)], owners, 'EUR', day)).toEqual({
      rate: null,
      agent_rate: null,
      rate_currency: null,
      rate_level: null,
    })
  })
})

describe("the assistant's rate", () => {
  test.each<[string, RateRow[], number]>([
    ['is the same where none is set', [], 101],
    ['is its own money', [agent('project', 30)], 30],
    ['may be 0', [agent('project', 0)], 0],
    ['is a percentage of the rate, half up', [share('project', 5000)], 51],
    ['is found level by level by itself', [agent('workspace', 30)], 30],
    ['the nearest first', [share('client', 1000), agent('workspace', 30)], 10],
    ['a percentage holds in every currency', [share('client', 1000, { currency: 'USD' })], 10],
    ['money does not', [agent('client', 30, { currency: 'USD' })], 101],
    [
      'the newest of money and percentage',
      [agent('client', 30), share('client', 1000, { currency: 'USD', ...from('2026-05-01') })],
      10,
    ],
    [
      'a percentage that money replaced holds nowhere',
      [
        share('client', 1000, { currency: 'USD' }),
        agent('client', 30, { currency: 'USD', ...from('2026-05-01') }),
      ],
      101,
    ],
    [
      'taken away in one currency, the percentage of another is gone too',
      [share('client', 1000, { currency: 'USD' }), agent('client', null, from('2026-05-01'))],
      101,
    ],
    [
      'of two words of one day the one in the own currency',
      [
        share('client', 1000, { currency: 'USD', ...from('2026-05-01') }),
        agent('client', 30, from('2026-05-01')),
      ],
      30,
    ],
    [
      'money taken away in another currency takes nothing here',
      [agent('client', 30), agent('client', null, { currency: 'USD', ...from('2026-05-01') })],
      30,
    ],
  ])('%s', (_, rates, rate) => {
    expect(frozen([at('project', 101), ...rates])).toEqual([101, rate, 'project'])
    expect(frozen([...rates.toReversed(), at('project', 101)])).toEqual([101, rate, 'project'])
  })
})

describe('what time costs', () => {
  it('is looked up the same way', () => {
    const rates = [
      at('member', 40, { kind: 'cost' }),
      at('workspace', 50, { kind: 'cost' }),
      at('project', 100),
    ]
    expect(rateFor({ levels: levelsOf(rates, owners, 'cost'), currency: 'EUR', day })?.amount).toBe(40)
    expect(rateFor({ levels: levelsOf(rates, owners, 'cost'), currency: 'USD', day })).toBeUndefined()
  })
})

describe('from when a rate holds', () => {
  const history = [at('client', 1), at('client', 3, from('2026-05-10')), at('client', 2, from('2026-05-01'))]

  test.each([
    ['1999-12-31', 1],
    ['2026-04-30', 1],
    ['2026-05-01', 2],
    ['2026-05-09', 2],
    ['2026-05-10', 3],
  ])('on %s it is %i', (day, amount) => {
    expect(rateInForce(history, day)?.amount).toBe(amount)
  })

  it('before the first there is none', () => {
    expect(rateInForce([at('client', 3, from('2026-05-10'))], '2026-05-09')).toBeUndefined()
  })

  it('the first for all time, a later one from today, either from the day that was given', () => {
    expect(effectiveFrom([], undefined, day)).toBe('')
    expect(effectiveFrom(history, undefined, day)).toBe(day)
    expect(effectiveFrom([], '2026-01-01', day)).toBe('2026-01-01')
    expect(effectiveFrom(history, '2027-01-01', day)).toBe('2027-01-01')
  })
})
