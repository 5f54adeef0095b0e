import * as z from 'zod'
import { instant } from './instant.ts'
import { reference } from './reference.ts'

/** Facts about the workspace, in the past tense. */
export const eventTypes = [
  'timer.started',
  'timer.updated',
  'timer.paused',
  'timer.resumed',
  'timer.stopped',
  'timer.discarded',
  'session.started',
  'session.updated',
  'session.ended',
  'session.discarded',
  'entry.created',
  'entry.updated',
  'entry.deleted',
  'entry.restored',
  'project.created',
  'project.updated',
  'project.deleted',
  'client.created',
  'client.updated',
  'client.deleted',
  'task.created',
  'task.updated',
  'task.completed',
  'task.deleted',
  'settings.updated',
  'mapping.created',
  'mapping.updated',
  'mapping.deleted',
  'overlap.acknowledged',
] as const
export type EventType = (typeof eventTypes)[number]

export const event = z.object({
  id: z.string(),
  seq: z.int(),
  type: z.enum(eventTypes),
  at: instant,
  member: reference,
  door: z.string(),
  operation: z.string(),
  subject_id: z.string(),
  before: z.record(z.string(), z.unknown()).optional(),
  after: z.record(z.string(), z.unknown()).optional(),
  undone_at: instant.optional(),
})
export type Event = z.infer<typeof event>
