import * as z from 'zod'
import {
  findModelPrices,
  insertModelPrice,
  type ModelPriceRow,
  deleteModelPrice as removeModelPrice,
} from '../db/model-prices.ts'
import { confirm, nextCursor, pageFields } from '../src/core/fields.ts'
import { change, query } from '../src/core/operation.ts'
import { pageOf } from '../src/core/page.ts'
import { currency } from '../src/domain/currency.ts'
import { AppError } from '../src/domain/error.ts'
import { name } from '../src/domain/label.ts'
import {
  checkedModel,
  type ModelPrice,
  modelPrice,
  modelPriceOf,
  parsePrice,
} from '../src/domain/model-price.ts'
import { moneyInput } from '../src/domain/money.ts'
import { dayOf, parseDay } from '../src/domain/zone.ts'
import { moneyOf } from './expense.ts'

const model = name(100).describe('As claude-opus-4-1, or claude-opus-4*')
const effectiveFrom = z.string().max(10).describe('Day it holds from')

export const setModelPrice = change({
  name: 'set_model_price',
  summary:
    'Set what a million tokens of a model cost you, from a day on. Prices are yours; none is built in.',
  scope: 'write',
  role: 'manager',
  toolset: 'more',
  idempotent: true,
  route: 'POST /model-prices',
  command: 'price set <model>',
  examples: ['price set "claude-opus-4*" --input 15 --output 75 --cache-read 1.5 --cache-write 18.75'],
  input: z.strictObject({
    model,
    input: moneyInput().describe('Money for a million tokens, as 3 or 0.075'),
    output: moneyInput().describe('The same, of output'),
    cache_read: moneyInput().optional().describe('Read from a cache; else their cost is unknown'),
    cache_write: moneyInput().optional().describe('Written to a cache; else unknown'),
    currency: currency.optional().describe("Default: the workspace's"),
    effective_from: effectiveFrom.optional(),
  }),
  output: z.object({ model_price: modelPrice }),
  text: ({ model_price }) =>
    `${model_price.model}: input ${moneyOf(model_price.input, model_price.currency)}, output ${moneyOf(model_price.output, model_price.currency)} a million tokens, ${sinceOf(model_price)}.`,

  async run(context, input) {
    const { db, now, workspace } = context
    const key = {
      workspace_id: workspace.id,
      model: checkedModel(input.model),
      currency: input.currency ?? workspace.currency,
    }
    const known = await findModelPrices(db, workspace.id, { model: key.model, currency: key.currency })
    const row: ModelPriceRow = {
      ...key,
      effective_from: beginOf(input.effective_from, known, dayOf(now, workspace.zone)),
      input: parsePrice(input.input, 'input'),
      output: parsePrice(input.output, 'output'),
      cache_read: input.cache_read === undefined ? null : parsePrice(input.cache_read, 'cache_read'),
      cache_write: input.cache_write === undefined ? null : parsePrice(input.cache_write, 'cache_write'),
      created_at: now,
    }
    const before = known.find(one => one.effective_from === row.effective_from)
    if (before) await removeModelPrice(db, before)
    await insertModelPrice(db, row)
    context.emit({ type: 'model_price.set', subject: row.model, after: row, ...(before && { before }) })
    return { model_price: modelPriceOf(row) }
  },
})

/** The first price of a model holds for all time, a later one from today on, unless a day is given. */
function beginOf(given: string | undefined, known: readonly ModelPriceRow[], today: string): string {
  if (given !== undefined) return parseDay(given, 'effective_from')
  return known.length === 0 ? '' : today
}

const sinceOf = ({ effective_from }: ModelPrice): string =>
  effective_from === undefined ? 'for all time' : `from ${effective_from}`

export const listModelPrices = query({
  name: 'list_model_prices',
  summary: 'What tokens of AI models cost you, with the days from which it holds.',
  scope: 'read',
  role: 'manager',
  toolset: 'more',
  route: 'GET /model-prices',
  command: 'price list',
  examples: ['price list'],
  input: z.strictObject({
    sort: z.enum(['model', '-model']).optional().describe('Default model'),
    ...pageFields,
  }),
  output: z.object({ model_prices: z.array(modelPrice), next_cursor: nextCursor }),
  text: ({ model_prices }) =>
    model_prices.length === 0
      ? 'No prices. stint price set sets what a million tokens of a model cost.'
      : [
          {
            columns: ['Model', 'Input', 'Output', 'Cache read', 'Cache write', 'Currency', 'From'],
            rows: model_prices.map(cells),
          },
          'For a million tokens.',
        ],

  async run({ db, workspace }, { cursor, limit, sort }) {
    const { next_cursor, page } = pageOf(
      await findModelPrices(db, workspace.id),
      { list: 'model-prices', sort },
      { cursor, limit },
      {
        value: row => [row.model, row.currency, row.effective_from].join(' '),
        id: () => '',
        descending: sort === '-model',
      },
    )
    return { model_prices: page.map(modelPriceOf), next_cursor }
  },
})

const cells = (one: ModelPrice): string[] => [
  one.model,
  one.input ?? '',
  one.output ?? '',
  one.cache_read ?? '',
  one.cache_write ?? '',
  one.currency,
  one.effective_from ?? 'always',
]

export const deleteModelPrice = change({
  name: 'delete_model_price',
  summary: 'Take back what a model costs. Expenses keep the prices they were made with.',
  scope: 'write',
  role: 'manager',
  toolset: 'more',
  destructive: true,
  route: 'DELETE /model-prices/{model}',
  command: 'price delete <model>',
  examples: ['price delete "claude-opus-4*"'],
  input: z.strictObject({
    model: name(100).describe('As list_model_prices shows it'),
    currency: currency.optional().describe('Only in this one'),
    effective_from: effectiveFrom.optional().describe('Only the one from that day'),
    confirm: confirm.optional(),
  }),
  output: z.object({ model_prices: z.array(modelPrice).describe('Those taken back') }),
  text: ({ model_prices }) =>
    `Took back ${model_prices.map(one => `${one.model} ${one.currency} (${sinceOf(one)})`).join(', ')}.`,
  question: ({ model }) => `Take back what ${model} costs?`,

  async run(context, input) {
    const { db, workspace } = context
    const filter = {
      model: checkedModel(input.model),
      currency: input.currency,
      effective_from: input.effective_from,
    }
    const rows = await findModelPrices(db, workspace.id, filter)
    if (rows.length === 0) {
      throw new AppError('not_found', `No such price of "${filter.model}" is set.`, {
        hint: 'list_model_prices shows those that are.',
      })
    }
    for (const row of rows) {
      await removeModelPrice(db, row)
      context.emit({ type: 'model_price.deleted', subject: row.model, before: row })
    }
    return { model_prices: rows.map(modelPriceOf) }
  },
})
