import * as z from 'zod'
import { AppError } from '../domain/error.ts'
import { isMoney } from '../domain/money.ts'
import type { Actor } from './context.ts'
import { seesMoney } from './role.ts'

/** An answer, or an error, as far as the one who calls may see it. */
export async function shownTo<T>(
  context: { member: Actor },
  shape: z.ZodType,
  work: () => Promise<T>,
): Promise<T> {
  if (seesMoney(context)) return work()
  try {
    // what is taken away is optional, or a list that may be empty: the shape holds
    return withoutMoney(shape, await work()) as T
  } catch (error) {
    throw error instanceof AppError ? toldWithoutMoney(error) : error
  }
}

/** Walks a shape once; afterwards each answer of that shape is cut along the same paths. */
export function withoutMoney(shape: z.ZodType, value: unknown): unknown {
  const cut = cutOf(shape)
  return cut ? cut(value) : value
}

type Cut = (value: unknown) => unknown

const known = new WeakMap<z.ZodType, { cut: Cut | undefined }>()

/** Undefined: there is no money in it. */
function cutOf(shape: z.ZodType): Cut | undefined {
  const kept = known.get(shape) ?? { cut: newCut(shape) }
  known.set(shape, kept)
  return kept.cut
}

function newCut(shape: z.ZodType): Cut | undefined {
  if (isMoney(shape)) return shape instanceof z.ZodArray ? () => [] : () => undefined
  const inner = unwrapped(shape)
  if (inner) return isMoney(inner) ? () => undefined : cutOf(inner)
  if (shape instanceof z.ZodObject) return cutOfObject(shape)
  if (shape instanceof z.ZodArray) return cutOfEach(typed(shape.element))
  if (shape instanceof z.ZodRecord) return cutOfValues(typed(shape.valueType))
  return undefined
}

// zod hands out its innermost type, which every shape of ours is more than
const typed = (shape: unknown): z.ZodType => shape as z.ZodType

function unwrapped(shape: z.ZodType): z.ZodType | undefined {
  return shape instanceof z.ZodOptional || shape instanceof z.ZodNullable ? typed(shape.unwrap()) : undefined
}

function cutOfObject(shape: z.ZodObject): Cut | undefined {
  const cuts = Object.entries(shape.shape).flatMap(([key, field]) => {
    const cut = cutOf(typed(field))
    return cut ? [{ key, cut }] : []
  })
  if (cuts.length === 0) return undefined
  return value => {
    if (!isRecord(value)) return value
    const rest = { ...value }
    for (const { cut, key } of cuts) {
      if (!(key in rest)) continue
      const left = cut(rest[key])
      if (left === undefined) delete rest[key]
      else rest[key] = left
    }
    return rest
  }
}

function cutOfEach(element: z.ZodType): Cut | undefined {
  const cut = cutOf(element)
  return cut && (value => (Array.isArray(value) ? value.map(cut) : value))
}

function cutOfValues(element: z.ZodType): Cut | undefined {
  const cut = cutOf(element)
  return (
    cut &&
    (value =>
      isRecord(value)
        ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, cut(one)]))
        : value)
  )
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What details of errors have no shape for. */
const moneyKeys = new Set([
  'amount',
  'amounts',
  'hourly_rate',
  'agent_rate',
  'rate',
  'rates',
  'value',
  'charge',
  'cost',
  'price',
  'unit_price',
  'subtotal',
  'discount',
  'tax',
  'total',
  'expected_total',
  'difference',
  'paid',
  'due',
  'budget_amount',
  'used_amount',
  'limit_amount',
])

function toldWithoutMoney(error: AppError): AppError {
  const { code, details, hint, message } = error
  if (!details) return error
  // records stay records
  const told = stripped(details) as Record<string, unknown>
  return new AppError(code, message, { details: told, ...(hint !== undefined && { hint }) })
}

function stripped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripped)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !moneyKeys.has(key))
      .map(([key, one]) => [key, stripped(one)]),
  )
}
