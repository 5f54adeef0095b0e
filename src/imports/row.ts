import type { Amount } from '../domain/money.ts'

/** Time as another program knew it. What its file does not say is left out. */
export interface ImportRow {
  line: number
  /** The row's identity as text; the same in every later export that holds the row. */
  source_key: string
  member?: { name: string; email?: string }
  client?: string
  /** Empty: the file names none. */
  project: string
  task?: string
  description: string
  tags: string[]
  billable?: boolean
  invoiced?: boolean
  invoice_number?: string
  /** Both, or neither and a date. */
  started_at?: number
  ended_at?: number
  date?: string
  seconds: number
  /** The agent's part of the time, and how it is billed; our own files alone say it. */
  agent_seconds?: number
  bill_agent_time?: boolean
  agent_rate?: string
  rate?: Amount
  amount?: Amount
  /** What was not taken as it stood. */
  note?: string
}

/** A row that could not be read, and what to do about it. */
export interface Problem {
  line: number
  message: string
}

export type Read = ImportRow | Problem

export const isProblem = (one: Read): one is Problem => 'message' in one
