import type { Span } from '../domain/entry.ts'
import { toText } from '../domain/instant.ts'
import { priceText, tokenKinds } from '../domain/model-price.ts'
import { moneyText, percentText } from '../domain/money.ts'

type Image = Readonly<Record<string, unknown>>

interface Kept {
  type: string
  before: string | null
  after: string | null
}

/**
 * What an event keeps of rows, as the wire shows it: instants, money and percentages as text, truth as truth, lists and
 * objects as such, what is empty left out.
 */
export function imagesShown({ after, before, type }: Kept): { before?: Image; after?: Image } {
  const [was, is] = [before, after].map(read)
  // what changed may be the amount alone
  const currency = is && currencyIn(is)
  return {
    ...(was && { before: shown(type, was, currencyIn(was) ?? currency) }),
    ...(is && { after: shown(type, is, currency) }),
  }
}

const read = (json: string | null): Image | undefined =>
  // written by us from a row
  json === null ? undefined : (JSON.parse(json) as Image)

function currencyIn({ currency, rate_currency }: Image): string | undefined {
  const code = rate_currency ?? currency
  return typeof code === 'string' ? code : undefined
}

const hidden = new Set([
  'workspace_id',
  'name_key',
  'description_key',
  'category_key',
  'sort_at',
  'names_version',
  'first_id',
  'fixed_at',
])

/** Columns that answers call otherwise. */
const names = new Map([
  ['rate', 'hourly_rate'],
  ['rate_currency', 'currency'],
  ['markup', 'markup_percent'],
])

function shown(type: string, image: Image, currency: string | undefined): Image {
  // no row, and made as the wire shows it
  if (type === 'budget.threshold') return image
  const write = type.startsWith('model_price.')
    ? priceValue
    : (key: string, value: unknown) => wireValue(key, value, currency)
  return withReferences(
    Object.fromEntries(
      Object.entries(image)
        .filter(([key, value]) => value !== null && !hidden.has(key))
        .map(([key, value]) => [names.get(key) ?? key, write(key, value)]),
    ),
  )
}

const references = ['member', 'client', 'project', 'task']

/** `project_id` and `project_name` are `project: {id, name}`, as in every answer. */
function withReferences(image: Image): Image {
  const found = references.filter(one => image[`${one}_id`] !== undefined)
  const flat = new Set(found.flatMap(one => [`${one}_id`, `${one}_name`]))
  return {
    ...Object.fromEntries(found.map(one => [one, { id: image[`${one}_id`], name: image[`${one}_name`] }])),
    ...Object.fromEntries(Object.entries(image).filter(([key]) => !flat.has(key))),
  }
}

const truths = new Set(['billable', 'bill_agent_time', 'held_by_lock', 'members_see_team'])
const jsons = new Set([
  'tags',
  'policy',
  'billing',
  'budget',
  'period',
  'options',
  'git',
  'tokens',
  'projects',
  'clients',
])
/** Written for people once and for all: nothing in it is a column any more. */
const documents = new Set(['document', 'usage'])
const amounts = new Set(['rate', 'agent_rate', 'amount', 'charge', 'total', 'paid'])
const shares = new Set(['markup', 'tax_rate', 'percent'])

function wireValue(key: string, value: unknown, currency: string | undefined): unknown {
  if (typeof value === 'number') return numberShown(key, value, currency)
  // written by us as the old spans of an entry
  if (key === 'spans') return (value as Span[]).map(spanOf)
  if (typeof value !== 'string') return withinShown(value, currency)
  if (documents.has(key)) return JSON.parse(value)
  return jsons.has(key) ? withinShown(JSON.parse(value), currency) : value
}

function numberShown(key: string, value: number, currency: string | undefined): unknown {
  if (/(^|_)(at|from|to)$/.test(key)) return toText(value)
  if (truths.has(key)) return value === 1
  if (shares.has(key)) return percentText(value)
  return amounts.has(key) && currency !== undefined ? moneyText(value, currency) : value
}

/** Rows within rows: rates, payments, a budget. */
function withinShown(value: unknown, outer: string | undefined): unknown {
  if (Array.isArray(value)) return value.map(one => withinShown(one, outer))
  if (typeof value !== 'object' || value === null) return value
  // an object read from JSON
  const image = value as Image
  const currency = currencyIn(image) ?? outer
  return Object.fromEntries(
    Object.entries(image)
      .filter(([key, one]) => one !== null && !hidden.has(key))
      .map(([key, one]) => [key, wireValue(key, one, currency)]),
  )
}

const spanOf = ({ end, kind, start }: Span) => ({ kind, started_at: toText(start), ended_at: toText(end) })

const isTokenKind = (key: string): boolean => tokenKinds.some(kind => kind === key)

/** Money for a million tokens has decimals of its own. */
const priceValue = (key: string, value: unknown): unknown =>
  typeof value === 'number' && isTokenKind(key) ? priceText(value) : wireValue(key, value, undefined)
