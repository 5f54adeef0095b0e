import * as z from 'zod'
import { description, name, tags, textOrNumber } from '../domain/label.ts'

// Fields that many operations take. Hosts show every description to the model, so each word is paid for.

export const projectRef = name().describe('Name or id')
export const clientRef = name().describe('Name or id')
export const taskRef = name().describe('Name or id')
export const taskOrNone = z.string().max(200).describe('Name or id; "" takes it off')
export const memberRef = name().describe('Name or id')
export const timerRef = name().describe('If several run')
export const sessionRef = name().describe('If several run')
export const entryRef = name(60).describe('Entry id')

export const descriptionField = description.describe('What was done')
export const tagsField = tags.describe('Labels')
export const billable = z.boolean().describe("Default: the project's")
export const at = z.string().max(40).describe('As 09:00; default now')
/** A number says minutes too, and is what a model likes to write. */
export const duration = textOrNumber(40).describe('As 1h30m; bare: minutes')
export const date = z.string().max(10).describe('YYYY-MM-DD')
export const version = z.int().min(1).describe('Expected version')
export const confirm = z.boolean().describe('The person agreed')
export const autoCreate = z.boolean().describe('If none matches')
export const timeZone = z.string().max(60).describe('IANA zone')

export const period = z.string().max(40).describe('As last_month')
export const from = z.string().max(40).describe('Instead of period')
export const to = z.string().max(40).describe('Last day or end')
export const periodFields = {
  period: period.optional(),
  from: from.optional(),
  to: to.optional(),
  time_zone: timeZone.optional(),
}

export const archived = z.boolean().describe('Archived ones instead')
export const limit = z.int().min(1).max(200).describe('Default 50')
// it holds the name of a row, folded, in base64
export const cursor = z.string().max(20_000).describe('From next_cursor')
export const tag = z.string().max(50).describe('Tag')
export const nameSort = z.enum(['name', '-name']).describe('Default name')
export const oldestFirst = z.enum(['created_at', '-created_at']).describe('Default created_at')
export const newestFirst = z.enum(['-created_at', 'created_at']).describe('Default -created_at')
export const search = z.string().max(200).describe('Text in it')
export const pageFields = { limit: limit.optional(), cursor: cursor.optional() }
export const nextCursor = z.string().nullable().describe('null: that was all')

export const notes = z.array(z.string()).describe('What to know about this answer').optional()
