import * as z from 'zod'
import { mostExpense, tokensShape } from './ai-usage.ts'
import { AppError } from './error.ts'
import { instant } from './instant.ts'
import { modelPrice } from './model-price.ts'
import { amountOut, type Minor, money, parseMoney, parsePercent, percentOf, type Share } from './money.ts'
import { reference } from './reference.ts'

export const aiUsage = z.object({
  model: z.string(),
  sessions: z.int(),
  from: z.string().describe('Day of the first'),
  to: z.string(),
  tokens: tokensShape,
  prices: z.array(modelPrice).describe('That held on those days'),
})
export type AiUsage = z.infer<typeof aiUsage>

/** Money laid out. */
export const expense = z.object({
  id: z.string(),
  client: reference.optional(),
  project: reference.optional(),
  member: reference,
  date: z.string(),
  category: z.string(),
  description: z.string(),
  amount: amountOut().optional(),
  currency: z.string(),
  billable: z.boolean(),
  markup_percent: money(z.string()).optional(),
  charge: amountOut().optional().describe('What the client is asked for'),
  usage: aiUsage.optional().describe('Of AI usage'),
  invoice: z.object({ id: z.string(), number: z.string().optional() }).optional(),
  version: z.int(),
  created_at: instant,
  updated_at: instant,
  deleted_at: instant.optional(),
})
export type Expense = z.infer<typeof expense>

export const defaultCategory = 'general'
const mostMarkup = 1000

export function parseAmount(text: string, currency: string): Minor {
  const amount = parseMoney(text, currency, 'amount', mostExpense)
  if (amount > 0) return amount
  throw new AppError('validation_error', 'amount has to be more than nothing.', {
    details: { problems: [{ path: 'amount', message: 'amount has to be more than nothing.' }] },
  })
}

/** Empty: none. */
export const parseMarkup = (text: string): Share =>
  text.trim() === '' ? 0 : parsePercent(text, 'markup_percent', mostMarkup)

/** What the client is asked for: the amount and its markup, rounded half up once. */
export const chargeOf = (of: { amount: Minor; markup: Share; billable: boolean }): Minor =>
  of.billable ? of.amount + percentOf(of.amount, of.markup) : 0

/** Money is laid out today or before. */
export function checkedDate(day: string, today: string): string {
  if (day <= today) return day
  throw new AppError('validation_error', `${day} lies in the future.`, {
    hint: 'Log an expense once it was paid.',
  })
}

/** A client is billed in one currency. */
export function assertCurrency(of: {
  billable: boolean
  currency: string
  client: { name: string; currency: string } | undefined
}): void {
  const { billable, client, currency } = of
  if (!billable || !client || client.currency === currency) return
  throw new AppError(
    'currency_mismatch',
    `${client.name} is billed in ${client.currency}, not in ${currency}.`,
    {
      details: { currency: client.currency, given: currency },
      hint: `Give the amount in ${client.currency}, or billable: false.`,
    },
  )
}
