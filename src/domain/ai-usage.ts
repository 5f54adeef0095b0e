import * as z from 'zod'
import { exponentOf } from './currency.ts'
import { AppError } from './error.ts'
import { grouped } from './grouped.ts'
import {
  type ModelPriceRow,
  modelKey,
  modelPriceOf,
  priceFor,
  type TokenKind,
  tokenKinds,
} from './model-price.ts'
import { halfUp, type Minor } from './money.ts'
import { textOrder } from './signal.ts'

export type Tokens = Record<TokenKind, number>

export const tokensShape = z.object({
  input: z.int(),
  output: z.int(),
  cache_read: z.int(),
  cache_write: z.int(),
})

/** Money as an exact product: millionths of a currency a million tokens × tokens. */
export type ExactCost = bigint

/** What a session used, and where its money belongs. */
export interface UsedSession {
  id: string
  project_id: string
  /** null: its host named none. */
  model: string | null
  tokens: Tokens
  /** Its local day. */
  day: string
  /** What its project is billed in. */
  currency: string
}

/** Sessions of one project and model whose price is in one currency, or unknown for one reason. */
export interface Usage<S extends UsedSession = UsedSession> {
  project_id: string
  model: string | null
  sessions: S[]
  tokens: Tokens
  first_day: string
  last_day: string
  priced?: { currency: string; exact: ExactCost; prices: ModelPriceRow[] }
  /** Why nobody knows what it cost. */
  unpriced?: string
}

/** As hosts and model makers name them; what was read from a cache is not in the input. */
const names: Record<TokenKind, readonly string[]> = {
  input: ['input_tokens'],
  output: ['output_tokens'],
  cache_read: ['cache_read_tokens', 'cache_read_input_tokens'],
  cache_write: ['cache_write_tokens', 'cache_creation_input_tokens', 'cache_write_input_tokens'],
}

/** No session uses more; so sums stay exact whatever a stranger reported. */
const mostTokens = 1e12

export const tokensOf = (counts: Readonly<Record<string, number>>): Tokens =>
  eachKind(kind => {
    const count = names[kind].reduce((sum, name) => sum + Math.max(0, Math.trunc(counts[name] ?? 0)), 0)
    return Math.min(count, mostTokens)
  })

export const sumOfTokens = (all: readonly Tokens[]): Tokens =>
  eachKind(kind => all.reduce((sum, one) => sum + one[kind], 0))

export const countOf = (tokens: Tokens): number => tokenKinds.reduce((sum, kind) => sum + tokens[kind], 0)

const eachKind = (count: (kind: TokenKind) => number): Tokens => ({
  input: count('input'),
  output: count('output'),
  cache_read: count('cache_read'),
  cache_write: count('cache_write'),
})

/** What was used, put together by project, model and currency, each session at the price of its day. */
export function usageOf<S extends UsedSession>(
  sessions: readonly S[],
  prices: readonly ModelPriceRow[],
): Usage<S>[] {
  const used = sessions
    .filter(session => countOf(session.tokens) > 0)
    .map(session => ({ session, ...pricedAt(session, prices) }))
  const groups = grouped(used, ({ price, session, unpriced }) =>
    JSON.stringify([session.project_id, session.model && modelKey(session.model), price?.currency, unpriced]),
  )
  return [...groups.values()].flatMap(group => together(group))
}

interface Priced<S> {
  session: S
  price?: ModelPriceRow
  unpriced?: string
}

function pricedAt(session: UsedSession, prices: readonly ModelPriceRow[]): Omit<Priced<unknown>, 'session'> {
  const { currency, day, model, tokens } = session
  if (model === null) return { unpriced: 'the assistant named no model' }
  const price = priceFor(prices, { model, currency, day })
  if (!price) return { unpriced: 'no price is set' }
  const missing = tokenKinds.find(kind => tokens[kind] > 0 && price[kind] === null)
  return missing ? { unpriced: `no price for ${missing} is set` } : { price }
}

function together<S extends UsedSession>(group: readonly Priced<S>[]): Usage<S>[] {
  const [first] = group
  if (!first) return []
  const sessions = group.map(one => one.session)
  const days = sessions.map(one => one.day).toSorted(textOrder)
  const { project_id } = first.session
  return [
    {
      project_id,
      model: first.session.model,
      sessions,
      tokens: sumOfTokens(sessions.map(one => one.tokens)),
      first_day: days[0] ?? '',
      last_day: days.at(-1) ?? '',
      ...(first.price && { priced: costOf(group, first.price.currency) }),
      ...(first.unpriced !== undefined && { unpriced: first.unpriced }),
    },
  ]
}

function costOf(group: readonly Priced<UsedSession>[], currency: string): NonNullable<Usage['priced']> {
  const prices = new Set<ModelPriceRow>()
  let exact = 0n
  for (const { price, session } of group) {
    if (!price) continue
    prices.add(price)
    exact += exactCost(session.tokens, price)
  }
  const inOrder = [...prices].toSorted((a, b) => textOrder(a.effective_from, b.effective_from))
  return { currency, exact, prices: inOrder }
}

export const exactCost = (tokens: Tokens, price: ModelPriceRow): ExactCost =>
  tokenKinds.reduce((sum, kind) => sum + BigInt(tokens[kind]) * BigInt(price[kind] ?? 0), 0n)

/** With the highest markup it is still counted exactly. */
export const mostExpense: Minor = 1e13

/** Rounded once, half up, to the currency's smallest unit. */
export function costInMinor(exact: ExactCost, currency: string): Minor {
  const cost = halfUp(exact * 10n ** BigInt(exponentOf(currency)), 1_000_000_000_000n)
  if (cost <= BigInt(mostExpense)) return Number(cost)
  throw new AppError('validation_error', 'These tokens cost more than can be counted.', {
    hint: 'list_model_prices shows the prices: they are for a million tokens.',
  })
}

/** The prices that were used, and from when they hold. */
export const pricesShown = ({ priced }: Usage) => (priced?.prices ?? []).map(modelPriceOf)
