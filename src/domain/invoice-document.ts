import * as z from 'zod'
import { instant } from './instant.ts'
import { periodShape } from './period.ts'
import { reference } from './reference.ts'

// An invoice as it is shown, printed and sent. Money is decimal text in the invoice's currency, percentages are text.

export const groupings = ['project_task', 'project', 'task', 'day', 'member', 'entry'] as const
export type Grouping = (typeof groupings)[number]
export const strategies = ['add', 'merge', 'split'] as const
export type Strategy = (typeof strategies)[number]

/** Who bills or is billed, as it stands on paper. */
export const party = z.object({
  name: z.string(),
  contact: z.string().optional().describe('A person'),
  street: z.string().optional(),
  postal_code: z.string().optional(),
  city: z.string().optional(),
  region: z.string().optional(),
  country: z.string().optional().describe('ISO 3166, as DE'),
  email: z.string().optional(),
  phone: z.string().optional(),
  tax_id: z.string().optional().describe('VAT id'),
  tax_number: z.string().optional().describe('National tax number'),
  registration: z.string().optional().describe('Company register'),
})
export type Party = z.infer<typeof party>

/** How the seller is paid. */
export const paymentMeans = z.object({
  iban: z.string().optional(),
  bic: z.string().optional(),
  bank: z.string().optional(),
  account_holder: z.string().optional(),
})

export const lineKinds = ['human', 'agent', 'expense', 'custom'] as const
export const invoiceLine = z.object({
  id: z.string().optional().describe('Of a custom line or an expense'),
  kind: z.enum(lineKinds),
  description: z.string(),
  project: reference.optional(),
  task: reference.optional(),
  member: reference.optional(),
  date: z.string().optional(),
  seconds: z.int().optional().describe('Billed time, after overlaps and rounding'),
  unrounded_seconds: z.int().optional().describe('Before rounding'),
  tracked_seconds: z.int().optional().describe('Before overlaps'),
  rate: z.string().optional().describe('Money an hour'),
  quantity: z.string().optional().describe('Of a custom line'),
  unit_price: z.string().optional().describe('Of a custom line'),
  amount: z.string(),
  tax_rate: z.string().describe('Percent'),
  entries: z.int().optional().describe('How many'),
  note: z.string().optional().describe('What shrank, and why'),
})
export type InvoiceLine = z.infer<typeof invoiceLine>

export const taxRow = z.object({ rate: z.string(), base: z.string(), amount: z.string() })
export const rounding = z.object({
  increment_minutes: z.int(),
  mode: z.enum(['up', 'nearest', 'down']),
  scope: z.enum(['entry', 'day', 'line']),
  minimum_minutes: z.int(),
})
export type Rounding = z.infer<typeof rounding>

/** One session or entry behind the invoice, for whoever asks what the time went to. */
export const evidenceRow = z.object({
  date: z.string(),
  started_at: instant.optional(),
  ended_at: instant.optional(),
  project: z.string(),
  task: z.string().optional(),
  member: z.string(),
  description: z.string(),
  active_seconds: z.int(),
  agent_seconds: z.int(),
  billed_seconds: z.int().describe('After overlaps, before rounding'),
  assistant: z.string().optional().describe('Host and model'),
  branch: z.string().optional(),
  commits: z.array(z.string()),
})
export type EvidenceRow = z.infer<typeof evidenceRow>

export const invoiceDocument = z.object({
  id: z.string(),
  status: z.enum(['draft', 'sent', 'paid', 'void']),
  number: z.string().optional().describe('A draft has none'),
  seller: party,
  buyer: party,
  payment: paymentMeans,
  currency: z.string(),
  locale: z.string().describe('For dates and money on paper'),
  period: periodShape,
  issued_on: z.string().optional(),
  due_on: z.string().optional(),
  po_number: z.string().optional(),
  buyer_reference: z.string().optional(),
  notes: z.string().optional(),
  lines: z.array(invoiceLine),
  subtotal: z.string(),
  discount: z.string(),
  discount_percent: z.string().optional(),
  taxes: z.array(taxRow).describe('A row a rate'),
  tax: z.string(),
  total: z.string(),
  paid: z.string(),
  due: z.string(),
  rounding,
  overlap_strategy: z.enum(strategies),
  evidence: z.array(evidenceRow).optional(),
})
export type InvoiceDocument = z.infer<typeof invoiceDocument>
