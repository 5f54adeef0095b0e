import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { shownTo, withoutMoney } from '../../src/core/mask.ts'
import type { View } from '../../src/core/operation.ts'
import { roleOf } from '../../src/core/role.ts'
import { AppError } from '../../src/domain/error.ts'
import { isAtLeast } from '../../src/domain/member.ts'
import { amountOut, amountsOut, isMoney, money } from '../../src/domain/money.ts'
import { operations } from '../../tools/index.ts'
import { fullOfMoney, inputsFor } from '../support/full-of-money.ts'
import { operationNamed } from '../support/workspace.ts'

const view: View = { time: ms => new Date(ms).toISOString() }

describe('who sees no money', () => {
  test.each(['member', 'viewer'] as const)(
    'gets none out of any operation: %s',
    async role => {
      const { by, call, ids } = await fullOfMoney()
      const inputs = inputsFor(ids)
      let answered = 0
      for (const { name } of operations) {
        const input = inputs[name]
        if (!input) throw new Error(`What is ${name} to be asked?`)
        const told = await call(name, input, by[role]).then(
          answer => {
            answered++
            return textsOf(name, answer)
          },
          (error: unknown) => [JSON.stringify(error)],
        )
        expect(moneyIn(told), name).toEqual([])
      }
      expect(answered).toBeGreaterThan(role === 'member' ? 50 : 20)
    },
    30_000,
  )

  test('gets none where it is asked for in any other way', async () => {
    const { by, call } = await fullOfMoney()
    for (const [name, input] of [
      ...['project', 'client', 'task', 'day', 'member', 'tag', 'host'].map(
        group_by => ['get_report', { period: 'all_time', group_by }] as const,
      ),
      ...['csv', 'markdown', 'html'].map(format => ['get_report_file', { format }] as const),
      ['log_ai_expense', { client: 'acme' }],
      ['list_expenses', { sort: 'date' }],
    ] as const)
      for (const role of ['member', 'viewer'] as const) {
        const told = await call(name, input, by[role]).then(
          answer => textsOf(name, answer),
          (error: unknown) => [JSON.stringify(error)],
        )
        expect(moneyIn(told), `${name} ${JSON.stringify(input)}`).toEqual([])
      }
  })

  test('gets none out of an answer that is given again, whatever they were before', async () => {
    const { by, call } = await fullOfMoney()
    const asked = { project: 'website', start: '15:00', end: '16:00', idempotency_key: 'again' }
    expect(moneyIn(textsOf('log_time', await call('log_time', asked, by.manager)))).not.toEqual([])
    await call('update_member', { member: 'Mia', role: 'member' })
    const again = await call('log_time', asked, by.manager)
    expect(again.replayed).toBe(true)
    expect(moneyIn(textsOf('log_time', again))).toEqual([])
  })

  test('may not write any either', async () => {
    const { by, ids, refused } = await fullOfMoney()
    for (const [name, input] of [
      ['edit_entry', { entry: ids.own, hourly_rate: '5' }],
      ['create_task', { project: 'website', name: 'X', hourly_rate: '5' }],
      ['update_task', { task: ids.task, hourly_rate: '5' }],
      ['create_project', { name: 'X', hourly_rate: '5' }],
      ['create_project', { name: 'X', budget_hours: 5 }],
    ] as const)
      expect(await refused(name, input, by.member), name).toMatchObject({
        code: 'forbidden_role',
        details: { required: 'manager' },
      })
  })

  test('an owner and a manager see it all', async () => {
    const { by, call, ids } = await fullOfMoney()
    for (const one of [by.owner, by.manager])
      expect(await call('get_entry', { entry: ids.entry }, one)).toMatchObject({
        entry: { hourly_rate: '7919.37', amount: '7919.37' },
      })
  })
})

describe('money in a shape', () => {
  const shape = z.object({
    name: z.string(),
    rate: amountOut().describe('An hour').optional(),
    none: amountOut().nullable(),
    list: amountsOut(),
    rows: z.array(z.object({ cost: amountOut().optional(), seconds: z.int() })),
    named: z.record(z.string(), z.object({ amounts: amountsOut().optional() })),
    both: money(z.object({ of: z.string() })).optional(),
  })

  test('is taken out wherever it stands; a list that has to be there is empty', () => {
    const amount = { currency: 'EUR', amount: '7.00' }
    const whole = {
      name: 'Website',
      rate: '7.00',
      none: '7.00',
      list: [amount],
      rows: [{ cost: '7.00', seconds: 1 }, { seconds: 2 }],
      named: { a: { amounts: [amount] } },
      both: { of: '7.00' },
    }
    const before = structuredClone(whole)
    expect(withoutMoney(shape, whole)).toEqual({
      name: 'Website',
      list: [],
      rows: [{ seconds: 1 }, { seconds: 2 }],
      named: { a: {} },
    })
    expect(whole).toEqual(before)
  })

  test('is marked also where it is described', () => {
    expect(isMoney(amountOut().describe('An hour'))).toBe(true)
    expect(isMoney(z.string())).toBe(false)
  })

  test('need not be there in any answer that others get: it holds its shape without', () => {
    const broken = operations
      .filter(one => !isAtLeast(roleOf(one), 'manager'))
      .flatMap(one => needed(one.output, one.name))
    expect(broken).toEqual([])
  })

  test('is not in the details of an error either', async () => {
    const error = new AppError('conflict', 'Not so.', {
      details: { total: '7.00', entries: [{ id: 'a', amount: '7.00' }], reason: 'x' },
      hint: 'Look.',
    })
    const by = (role: 'manager' | 'member') =>
      shownTo({ member: { id: 'mem_1', name: 'Grace', role } }, shape, () => Promise.reject(error))
    await expect(by('manager')).rejects.toBe(error)
    await expect(by('member')).rejects.toMatchObject({
      details: { entries: [{ id: 'a' }], reason: 'x' },
      hint: 'Look.',
    })
  })
})

/** Fields of money that cannot be left out. */
function needed(shape: z.ZodType, path: string): string[] {
  if (shape instanceof z.ZodObject)
    return Object.entries(shape.shape as Record<string, z.ZodType>).flatMap(([key, field]) =>
      isMoney(field) && !(field instanceof z.ZodArray) ? [`${path}.${key}`] : needed(field, `${path}.${key}`),
    )
  if (isMoney(shape)) return []
  if (shape instanceof z.ZodArray) return needed(shape.element as z.ZodType, path)
  if (shape instanceof z.ZodOptional || shape instanceof z.ZodNullable) {
    const inner = shape.unwrap() as z.ZodType
    return isMoney(inner) ? [] : needed(inner, path)
  }
  return []
}

/** All that reaches a reader: the answer, its words, and what is in its file. */
function textsOf(name: string, answer: { file?: { content: string } }): string[] {
  const operation = operationNamed(name)
  operation.output.parse(answer)
  const words = JSON.stringify(operation.text(answer, view))
  expect(words, name).not.toMatch(/undefined|NaN/)
  const file = answer.file ? [Buffer.from(answer.file.content, 'base64').toString()] : []
  return [JSON.stringify(answer), words, ...file]
}

/** Whatever looks like a euro or more, and the amounts of the workspace in cents. */
const moneyIn = (texts: readonly string[]): string[] =>
  texts.flatMap(
    text => text.match(/(?<![\d.])[1-9]\d*\.\d{2}(?!\d)|(?<!\d)(?:791937|610153|808719|149957)(?!\d)/g) ?? [],
  )
