import * as z from 'zod'
import { AppError } from './error.ts'
import { amountOut } from './money.ts'

/** Millionths of a currency for a million tokens: 3_750_000 is 3.75. */
export type Micro = number

export const tokenKinds = ['input', 'output', 'cache_read', 'cache_write'] as const
export type TokenKind = (typeof tokenKinds)[number]

export interface ModelPriceRow {
  /** A name, or how it begins and `*`. */
  model: string
  currency: string
  /** `''`: for all time. */
  effective_from: string
  input: Micro
  output: Micro
  /** null: unknown, which is not nothing. */
  cache_read: Micro | null
  cache_write: Micro | null
}

export const modelPrice = z.object({
  model: z.string().describe('A name, or its beginning and *'),
  currency: z.string(),
  effective_from: z.string().optional().describe('Absent: for all time'),
  input: amountOut().optional().describe('A million tokens'),
  output: amountOut().optional(),
  cache_read: amountOut().optional().describe('Absent: unknown'),
  cache_write: amountOut().optional(),
})
export type ModelPrice = z.infer<typeof modelPrice>

export const modelPriceOf = (row: ModelPriceRow): ModelPrice => ({
  model: row.model,
  currency: row.currency,
  ...(row.effective_from !== '' && { effective_from: row.effective_from }),
  input: priceText(row.input),
  output: priceText(row.output),
  ...(row.cache_read !== null && { cache_read: priceText(row.cache_read) }),
  ...(row.cache_write !== null && { cache_write: priceText(row.cache_write) }),
})

/** Hosts write one model in capitals and without. */
export const modelKey = (model: string): string => model.trim().toLowerCase()

export function checkedModel(model: string): string {
  const key = modelKey(model)
  const star = key.indexOf('*')
  if (star === -1 || star === key.length - 1) return key
  throw invalid('model', 'A * may stand at the end of a model only, as in claude-opus-4*.')
}

const most: Micro = 1e15

/** Reads `3`, `0.075` or `3.751234`: money for a million tokens. */
export function parsePrice(text: string, field: string): Micro {
  const [, whole = '', fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(text.trim()) ?? []
  if (whole === '') throw invalid(field, `${field} has to be money for a million tokens, such as 3 or 0.075.`)
  if (fraction.length > 6)
    throw invalid(field, `${field} has 6 decimals at most; it was given as ${text.trim()}.`)
  const micro = Number(whole + fraction.padEnd(6, '0'))
  if (micro > most) throw invalid(field, `${field} is too large: ${text.trim()}.`)
  return micro
}

/** `3750000` is `3.75`: with two decimals at least. */
export function priceText(micro: Micro): string {
  const digits = String(micro).padStart(7, '0')
  const fraction = digits.slice(-6).replace(/0{1,4}$/, '')
  return `${digits.slice(0, -6)}.${fraction}`
}

/**
 * The price that holds for a model on a day: the whole name goes before a beginning, a longer beginning before a
 * shorter; of that the newest that holds already. In another currency only when there is none in the one wanted.
 *
 *     claude-opus-4-1   |claude-opus-4-1|  claude-opus-4*  claude-*
 */
export function priceFor<T extends ModelPriceRow>(
  prices: readonly T[],
  of: { model: string; currency: string; day: string },
): T | undefined {
  const model = modelKey(of.model)
  const holding = prices
    .filter(price => fits(price.model, model) && price.effective_from <= of.day)
    .toSorted((a, b) => nearness(b.model) - nearness(a.model) || order(b.effective_from, a.effective_from))
  return holding.find(price => price.currency === of.currency) ?? holding[0]
}

const fits = (pattern: string, model: string): boolean =>
  pattern.endsWith('*') ? model.startsWith(pattern.slice(0, -1)) : model === pattern

const nearness = (pattern: string): number => (pattern.endsWith('*') ? pattern.length : Infinity)

const order = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)

const invalid = (field: string, message: string): AppError =>
  new AppError('validation_error', message, { details: { problems: [{ path: field, message }] } })
