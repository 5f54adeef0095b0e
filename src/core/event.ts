import type { listEvents } from '../../db/events.ts'
import type { Span } from '../domain/entry.ts'
import type { Event } from '../domain/event.ts'
import { toText } from '../domain/instant.ts'

type EventRow = Awaited<ReturnType<typeof listEvents>>[number]

/** An event as lists show it and webhooks send it. */
export const eventOf = (row: EventRow): Event => ({
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

const hidden = new Set([
  'workspace_id',
  'name_key',
  'description_key',
  'sort_at',
  'names_version',
  'first_id',
])
const truths = new Set(['billable', 'bill_agent_time', 'held_by_lock', 'members_see_team'])

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
