import * as z from 'zod'
import { AppError } from './error.ts'
import type { Party, Rounding } from './invoice-document.ts'
import { clearable, text } from './label.ts'
import { parsePercent, percentInput, percentText } from './money.ts'
import { increments, noRounding } from './rounding.ts'

// What a workspace and a client say about invoices. Empty text clears a field, so every field is stored or absent.

const line = (what: string, max = 200) => text(max).optional().describe(what)

/** Where somebody is. Field names say what they are. */
const address = {
  street: line('Street'),
  postal_code: line('Postal code', 20),
  city: line('City'),
  region: line('Region'),
  country: line('ISO 3166, as DE', 2),
}

const rounding = {
  rounding_increment_minutes: z.int().min(0).max(60).optional().describe('0 1 5 6 10 15 30 60'),
  rounding_mode: z.enum(['up', 'nearest', 'down']).optional().describe('Default up'),
  rounding_scope: z.enum(['entry', 'day', 'line']).optional().describe('Default entry'),
  rounding_minimum_minutes: z.int().min(0).max(480).optional().describe('At least'),
}

export const clientBilling = {
  contact: line('A person'),
  ...address,
  phone: line('Phone', 40),
  tax_id: line('VAT id', 40),
  buyer_reference: line('Leitweg-ID or what they ask for', 100),
  locale: line('As de-DE', 20),
  payment_terms_days: z.int().min(0).max(365).optional().describe('Default 30'),
  tax_rate: percentInput().optional().describe('Percent'),
  ...rounding,
}

export const sellerBilling = {
  company: line('Who bills'),
  contact: line('A person'),
  ...address,
  email: line('For invoices'),
  phone: line('Phone', 40),
  tax_id: line('VAT id', 40),
  tax_number: line('National tax number', 40),
  registration: line('Company register'),
  iban: line('Account', 40),
  bic: line('Bank code', 11),
  bank: line('Name of the bank'),
  account_holder: line('Account holder'),
  invoice_number_format: line('Default {yyyy}-{seq:4}', 40),
  payment_terms_days: z.int().min(0).max(365).optional().describe('Default 30'),
  tax_rate: percentInput().optional().describe('Percent, default 0'),
  locale: line('For dates and money on paper, as de-DE', 20),
  weekly_hours: z.number().min(1).max(168).optional().describe('What utilization compares with, default 40'),
}

/** As they are said: numbers and choices are cleared by empty text too. */
const asSaid = <T extends Readonly<Record<string, z.ZodOptional>>>(fields: T): Said<T> =>
  // what `map` makes of each
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, saidOf(field)])) as Said<T>

function saidOf(field: z.ZodOptional): z.ZodType {
  const inner = field.unwrap()
  const isText = !(inner instanceof z.ZodNumber || inner instanceof z.ZodEnum)
  return isText
    ? field
    : clearable(inner)
        .optional()
        .describe(field.description ?? '')
}

type Said<T> = {
  [K in keyof T]: T[K] extends z.ZodOptional<infer I>
    ? I extends z.ZodNumber | z.ZodEnum
      ? z.ZodOptional<z.ZodNullable<I>>
      : T[K]
    : T[K]
}

export const roundingFields = asSaid(rounding)
export const clientBillingFields = asSaid(clientBilling)
export const sellerBillingFields = asSaid(sellerBilling)

export type ClientBilling = z.output<z.ZodObject<typeof clientBilling>>
export type SellerBilling = z.output<z.ZodObject<typeof sellerBilling>>
type Billing = ClientBilling & SellerBilling

export const defaultTermsDays = 30

/** What was stored by `mergedBilling`. */
export const billingOf = (json: string): Billing => JSON.parse(json) as Billing

/** Takes over what was said, and of that what is not empty. Undefined: nothing was said. */
export function mergedBilling(
  before: string,
  fields: readonly string[],
  wanted: Readonly<Record<string, unknown>>,
): string | undefined {
  const said = fields.filter(field => wanted[field] !== undefined)
  if (said.length === 0) return undefined
  const after: Record<string, unknown> = { ...billingOf(before) }
  for (const field of said) {
    const value = wanted[field]
    if (value === '' || value === null) delete after[field]
    else after[field] = checked(field, value)
  }
  return JSON.stringify(after)
}

function checked(field: string, value: unknown): unknown {
  if (field === 'tax_rate') return percentText(parsePercent(String(value), field, 100))
  if (field === 'country') return upper(field, String(value), /^[A-Z]{2}$/, 'two letters such as DE')
  if (field === 'iban') return upper(field, String(value), /^[A-Z]{2}\d{2}[A-Z0-9]{8,30}$/, 'an IBAN')
  if (field === 'bic') return upper(field, String(value), /^[A-Z0-9]{8}([A-Z0-9]{3})?$/, 'a BIC')
  if (field === 'locale') return checkedLocale(String(value))
  if (field === 'rounding_increment_minutes') return checkedIncrement(Number(value))
  return value
}

function upper(field: string, value: string, form: RegExp, what: string): string {
  const tidy = value.replaceAll(/\s/g, '').toUpperCase()
  if (form.test(tidy)) return tidy
  throw new AppError('validation_error', `${field} has to be ${what}.`)
}

function checkedLocale(value: string): string {
  try {
    const [locale] = Intl.getCanonicalLocales(value)
    if (locale && Intl.NumberFormat.supportedLocalesOf(locale).length > 0) return locale
  } catch {
    // told below
  }
  throw new AppError('validation_error', 'locale has to be a language and country such as de-DE or en-GB.')
}

function checkedIncrement(value: number): number {
  if (increments.some(one => one === value)) return value
  throw new AppError(
    'validation_error',
    `Time is rounded to ${increments.slice(1).join(', ')} minutes, or 0 for not at all.`,
  )
}

export const roundingOf = (billing: z.output<z.ZodObject<typeof roundingFields>>): Rounding => ({
  increment_minutes: checkedIncrement(billing.rounding_increment_minutes ?? noRounding.increment_minutes),
  mode: billing.rounding_mode ?? noRounding.mode,
  scope: billing.rounding_scope ?? noRounding.scope,
  minimum_minutes: billing.rounding_minimum_minutes ?? noRounding.minimum_minutes,
})

const partyFields = [
  'contact',
  'street',
  'postal_code',
  'city',
  'region',
  'country',
  'email',
  'phone',
  'tax_id',
  'tax_number',
  'registration',
] as const

export function partyOf(name: string, billing: Billing & { email?: string | undefined }): Party {
  const party: Party = { name }
  for (const field of partyFields) {
    const value = billing[field]
    if (value !== undefined) party[field] = value
  }
  return party
}
