import { isCurrency } from '../domain/currency.ts'
import { foldName } from '../domain/name.ts'

/** What a column can mean, and how programs and people head it; the earlier heading holds where a file has several. */
const headings = {
  id: ['id'],
  member: ['user', 'member', 'user name', 'username', 'member name', 'person', 'full name'],
  first_name: ['first name'],
  last_name: ['last name'],
  email: ['email', 'user email', 'member email', 'e mail', 'email address'],
  client: ['client', 'client name', 'customer', 'customer name'],
  project: ['project', 'project name'],
  task: ['task', 'task name', 'activity'],
  description: ['description', 'notes', 'note', 'comment', 'comments', 'memo'],
  tags: ['tags', 'tag'],
  billable: ['billable', 'is billable'],
  invoiced: ['invoiced', 'is invoiced'],
  invoice_number: ['invoice id', 'invoice number', 'invoice'],
  date: ['start date', 'date', 'day'],
  start: ['start time', 'start', 'started at', 'from', 'begin'],
  end_date: ['end date', 'stop date'],
  end: ['end time', 'end', 'ended at', 'stop time', 'stop', 'to', 'finish'],
  seconds: ['seconds', 'duration (seconds)', 'duration (s)', 'duration seconds', 'duration in seconds'],
  duration: ['duration', 'duration (h)', 'duration (hh:mm:ss)', 'duration (hh:mm)', 'time (h)', 'time'],
  hours: [
    'hours',
    'duration (decimal)',
    'duration hours',
    'duration in hours',
    'decimal hours',
    'hours (decimal)',
  ],
  minutes: ['minutes', 'duration (minutes)', 'duration (min)', 'duration minutes', 'duration in minutes'],
  agent_seconds: ['agent seconds'],
  billable_seconds: ['billable seconds'],
  agent_rate: ['agent rate'],
  rate: ['billable rate', 'hourly rate', 'rate'],
  amount: ['billable amount', 'amount', 'total amount'],
  currency: ['currency', 'currency code'],
} as const

export type Field = keyof typeof headings

/** Where each field stands, and the currency that a heading names: `Amount (EUR)`. */
export interface Columns {
  at: Partial<Record<Field, number>>
  currency: { rate?: string; amount?: string }
  count: number
}

export function columnsOf(titles: readonly string[]): Columns {
  const headed = titles.map(headingOf)
  const columns: Columns = { at: {}, currency: {}, count: titles.length }
  // the keys of a constant are its fields
  for (const field of Object.keys(headings) as Field[]) {
    const named = headings[field].find(name => headed.some(one => one.name === name))
    const at = headed.findIndex(one => one.name === named)
    if (at < 0) continue
    columns.at[field] = at
    const currency = headed[at]?.currency
    if (currency && (field === 'rate' || field === 'amount')) columns.currency[field] = currency
  }
  return columns
}

/** `Billable Rate (USD)` → billable rate, USD; `Amount ()` and `Billable?` lose what they end with. */
function headingOf(title: string): { name: string; currency?: string } {
  const [, before, inside = ''] = /^(.*\S)\s*\(([A-Z]{3})?\)$/.exec(title.trim()) ?? []
  const name = foldName((before ?? title).replace(/\?\s*$/, ''))
  return { name, ...(isCurrency(inside) && { currency: inside }) }
}
