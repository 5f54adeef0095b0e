import * as z from 'zod'
import { listEvents as findEvents } from '../db/events.ts'
import { nextCursor, pageFields, periodFields } from '../src/core/fields.ts'
import { query } from '../src/core/operation.ts'
import { cut, defaultLimit, readNumberCursor, writeCursor } from '../src/core/page.ts'
import { calendarOf } from '../src/core/time.ts'
import type { Span } from '../src/domain/entry.ts'
import { type Event, event } from '../src/domain/event.ts'
import { toText } from '../src/domain/instant.ts'
import { periodShape, periodText, resolvePeriod } from '../src/domain/period.ts'

export const listEvents = query({
  name: 'list_events',
  summary: 'What was changed, when, by whom, through which door; before and after.',
  scope: 'read',
  toolset: 'more',
  route: 'GET /events',
  command: 'events [period]',
  examples: ['events today', 'events --type entry.* --limit 20', 'events --subject ent_…'],
  input: z.strictObject({
    ...periodFields,
    type: z.string().max(60).optional().describe('As entry.created, or entry.*'),
    subject: z.string().max(60).optional().describe('Id of the thing that changed'),
    sort: z.enum(['-seq', 'seq']).optional().describe('Default -seq: newest first'),
    ...pageFields,
  }),
  output: z.object({ period: periodShape, events: z.array(event), next_cursor: nextCursor }),
  text: ({ events }) =>
    events.length === 0
      ? 'No events.'
      : [
          {
            columns: ['At', 'Event', 'Member', 'Door', 'Operation', 'Subject'],
            rows: events.map(one => [
              one.at,
              one.type,
              one.member.name,
              one.door,
              one.operation,
              one.subject_id,
            ]),
          },
        ],

  async run(context, { cursor, limit = defaultLimit, ...question }) {
    const { db, workspace } = context
    const period = resolvePeriod(question, calendarOf(context, question.time_zone), 'all_time')
    const asked = { list: 'events', ...question }
    const after = readNumberCursor(asked, cursor)
    const rows = await findEvents(db, workspace.id, {
      after: after?.value,
      type: question.type,
      subject: question.subject,
      from: period.from ?? undefined,
      to: period.to,
      newest_first: question.sort !== 'seq',
      limit: limit + 1,
    })
    const { last, page } = cut(rows, limit)
    return {
      period: periodText(period),
      events: page.map(eventOf),
      next_cursor: last ? writeCursor(asked, { value: last.seq, id: last.id }) : null,
    }
  },
})

type EventRow = Awaited<ReturnType<typeof findEvents>>[number]

const eventOf = (row: EventRow): Event => ({
  id: row.id,
  seq: row.seq,
  // written by us from the same list
  type: row.type as Event['type'],
  at: toText(row.at),
  member: { id: row.member_id, name: row.member_name ?? '' },
  door: row.door,
  operation: row.operation,
  subject_id: row.subject_id,
  ...(row.before !== null && { before: imageOf(row.before) }),
  ...(row.after !== null && { after: imageOf(row.after) }),
  ...(row.undone_at !== null && { undone_at: toText(row.undone_at) }),
})

const hidden = new Set(['workspace_id', 'name_key', 'description_key', 'sort_at', 'names_version'])
const truths = new Set(['billable', 'bill_agent_time', 'held_by_lock'])

/** A stored row as the wire shows it: instants as text, truth as truth, what is empty left out. */
function imageOf(json: string): Record<string, unknown> {
  // written by us from a row
  const row = JSON.parse(json) as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(row)
      .filter(([key, value]) => value !== null && !hidden.has(key))
      .map(([key, value]) => [key, wireValue(key, value)]),
  )
}

const spanOf = ({ end, kind, start }: Span) => ({ kind, started_at: toText(start), ended_at: toText(end) })

function wireValue(key: string, value: unknown): unknown {
  if (key.endsWith('_at') && typeof value === 'number') return toText(value)
  if (truths.has(key)) return value === 1
  if ((key === 'tags' || key === 'policy') && typeof value === 'string') return JSON.parse(value)
  // written by us as the old spans of an entry
  if (key === 'spans') return (value as Span[]).map(spanOf)
  return value
}
