import type { listEvents } from '../../db/events.ts'
import type { Event } from '../domain/event.ts'
import { toText } from '../domain/instant.ts'
import { imagesShown } from './event-image.ts'

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
  ...imagesShown(row),
  ...(row.undone_at !== null && { undone_at: toText(row.undone_at) }),
})
