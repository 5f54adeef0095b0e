import type { EntryRow } from '../../db/entries.ts'
import type { Row } from '../../db/schema.ts'
import type { Grouping, Rounding, Strategy } from '../domain/invoice-document.ts'
import type { Minor, Share } from '../domain/money.ts'
import type { Period } from '../domain/period.ts'
import { startOfDay } from '../domain/zone.ts'

/** How a draft is made, as it is kept. */
export interface InvoiceOptions {
  /** None: all of the client's. */
  projects?: string[]
  grouping: Grouping
  overlap_strategy: Strategy
  rounding: Rounding
  tax_rate: Share
  discount: { amount: Minor } | { percent: Share } | null
  notes?: string
  po_number?: string
  due_on?: string
  terms_days?: number
  /** Also what was laid out. */
  expenses: boolean
  /** With an annex of what the time went to. */
  evidence: boolean
}

export interface Draft {
  client_id: string
  currency: string
  period: Period
  options: InvoiceOptions
}

/** What was written by us from the same shapes. */
export const draftOf = (
  row: Pick<Row<'invoices'>, 'client_id' | 'currency' | 'period' | 'options'>,
): Draft => ({
  client_id: row.client_id,
  currency: row.currency,
  period: JSON.parse(row.period) as Period,
  options: JSON.parse(row.options) as InvoiceOptions,
})

type Place = Pick<EntryRow, 'project_id' | 'started_at' | 'date'>

/** Whether an entry starts in a draft's period, on one of its projects. A day is the same day in every zone. */
export function liesIn({ options, period }: Draft, { date, project_id, started_at }: Place): boolean {
  if (options.projects && !options.projects.includes(project_id)) return false
  return isWithin(period, started_at ?? startOfDay(date, period.time_zone))
}

/** Whether an expense lies there, in the money of the draft. */
export function takesExpense({ currency, options, period }: Draft, expense: Expense): boolean {
  const { date, project_id } = expense
  const isMeant = !options.projects || (project_id !== null && options.projects.includes(project_id))
  if (!options.expenses || !isMeant || expense.currency !== currency) return false
  return isWithin(period, startOfDay(date, period.time_zone))
}

type Expense = Pick<Row<'expenses'>, 'currency' | 'date' | 'project_id'>

const isWithin = ({ from, to }: Period, at: number): boolean => at >= (from ?? 0) && at < to
