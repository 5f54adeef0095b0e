import { z } from 'zod'
import { description, tags } from '../domain/label.ts'

// Fields that many operations take. Hosts show every description to the model, so each word is paid for.

export const projectRef = z.string().min(1).max(200).describe('Project name or id')
export const clientRef = z.string().min(1).max(200).describe('Client name or id')
export const taskRef = z.string().min(1).max(200).describe('Task name or id')
export const taskOrNone = z.string().max(200).describe('Task name or id; "" takes it off')
export const memberRef = z.string().min(1).max(200).describe('Member name or id')
export const timerRef = z.string().min(1).max(200).describe('Its project or id; none: the only one')
export const sessionRef = z.string().min(1).max(200).describe('Its project or id; none: the only one')
export const entryRef = z.string().min(1).max(60).describe('Entry id')

export const descriptionField = description.describe('What was done')
export const tagsField = tags.describe('Labels')
export const billable = z.boolean().describe("Default: the project's")
export const at = z.string().max(40).describe('When: 09:00, 2026-05-04T09:00 or with offset; default now')
export const duration = z.string().max(40).describe('1h30m, 90m, 1.5h, 1:30; a bare number is minutes')
export const date = z.string().max(10).describe('Local day, YYYY-MM-DD')
export const confirm = z.boolean().describe('true: the person agreed')
export const autoCreate = z.boolean().describe('Make the project if none matches')
export const timeZone = z.string().max(60).describe("IANA zone; default the workspace's")
export const idempotencyKey = z.string().min(1).max(255).describe('Same key: done once')

export const period = z
  .string()
  .max(40)
  .describe('today, this_week, last_month, last_7_days, 2026-05, 2026-W23, 2026-05-01..2026-05-15, all_time …')
export const from = z.string().max(40).describe('Instead of period: first day or instant')
export const to = z.string().max(40).describe('Last day, or the instant after')
export const periodFields = {
  period: period.optional(),
  from: from.optional(),
  to: to.optional(),
  time_zone: timeZone.optional(),
}

export const archived = z.boolean().describe('true: the archived ones')
export const limit = z.int().min(1).max(200).describe('Default 50')
export const cursor = z.string().max(500).describe('next_cursor of the page before')
export const search = z.string().max(200).describe('Text to look for')
export const pageFields = { limit: limit.optional(), cursor: cursor.optional() }
export const nextCursor = z.string().nullable().describe('null: that was all')

export const notes = z.array(z.string()).describe('What to know about this answer').optional()
