import * as z from 'zod'
import { AppError } from './error.ts'
import { evidence } from './evidence.ts'
import { instant } from './instant.ts'
import { union } from './interval.ts'
import { amountOut } from './money.ts'
import { reference } from './reference.ts'
import type { Tally } from './session.ts'

/** Finished time. */
export const entry = z.object({
  id: z.string(),
  member: reference,
  project: reference,
  client: reference.optional(),
  task: reference.optional(),
  description: z.string(),
  tags: z.array(z.string()),
  started_at: instant.optional(),
  ended_at: instant.optional(),
  date: z.string(),
  seconds: z.int(),
  active_seconds: z.int(),
  agent_seconds: z.int(),
  idle_seconds: z.int(),
  billable: z.boolean(),
  billable_seconds: z.int(),
  hourly_rate: amountOut().optional().describe('Frozen'),
  agent_rate: amountOut().optional().describe('Where it differs'),
  currency: z.string().optional(),
  amount: amountOut().optional().describe('None: the rate is unknown'),
  kind: z.enum(['timer', 'session', 'manual', 'import']),
  source: z.string(),
  assistant: z
    .object({ host: z.string(), host_session: z.string(), model: z.string().optional() })
    .optional(),
  git: evidence.optional(),
  invoice: z.object({ id: z.string(), number: z.string().optional() }).optional(),
  late_seconds: z.int().optional().describe('What signals that came after it was fixed would add'),
  session_id: z.string().optional(),
  version: z.int(),
  created_at: instant,
  updated_at: instant,
  deleted_at: instant.optional(),
})
export type Entry = z.infer<typeof entry>

/** Where an entry's time lies: two instants, or a day as a whole. */
export type Placement =
  | { started_at: number; ended_at: number; seconds: number }
  | { date: string; seconds: number }

export interface Span {
  kind: 'active' | 'agent'
  start: number
  end: number
}

/** Stands where an invoice's id does: the program that the entry came from has billed it. */
export const billedElsewhere = 'elsewhere'

const day = 86_400_000
export const longestManual = 24 * 3600

/** What a person may log or set: longer than nothing, no longer than a day, not in the future. */
export function checkedPlacement(placement: Placement, now: number, today: string): Placement {
  const { seconds } = placement
  if ('started_at' in placement && placement.ended_at < placement.started_at) {
    throw new AppError('validation_error', 'The end lies before the start.', {
      hint: 'Give an end after the start, or a duration instead of an end.',
    })
  }
  if (seconds <= 0) {
    throw new AppError('validation_error', 'An entry has to be at least one second long.')
  }
  if (seconds > longestManual) {
    throw new AppError('validation_error', 'An entry cannot be longer than 24 hours.', {
      hint: 'Log one entry for each day.',
    })
  }
  const inFuture = 'date' in placement ? placement.date > today : placement.ended_at > now
  if (inFuture) {
    throw new AppError('validation_error', 'An entry cannot lie in the future.', {
      hint: 'Log time once it is over, or start a timer.',
    })
  }
  return placement
}

/** A change of start, end or duration makes one active span of the whole. */
export const allActive = (seconds: number): Tally => ({
  seconds,
  active_seconds: seconds,
  agent_seconds: 0,
  idle_seconds: 0,
})

interface Lengths extends Pick<Tally, 'active_seconds' | 'agent_seconds'> {
  /** None: a day without a clock time. */
  started_at: number | null
  ended_at: number | null
}

/**
 * Spans for time of which only the lengths are known: the person's begins it, the agent's ends it.
 *
 *     start |AAAA··GGGGGG| end
 */
export function laidOut({
  active_seconds,
  agent_seconds,
  ended_at: end,
  started_at: start,
}: Lengths): Span[] {
  if (start === null || end === null) return []
  const spans: Span[] = [
    { kind: 'active', start, end: start + active_seconds * 1000 },
    { kind: 'agent', start: end - agent_seconds * 1000, end },
  ]
  return spans.filter(span => span.start < span.end)
}

/** No span is longer than a day, so that a search for overlaps has to look one day back only. */
export function storableSpans(spans: readonly Span[]): Span[] {
  return spans.flatMap(span => {
    const parts: Span[] = []
    for (let start = span.start; start < span.end; start += day) {
      parts.push({ kind: span.kind, start, end: Math.min(start + day, span.end) })
    }
    return parts
  })
}

/**
 * Cuts time in two at `at`:
 *
 *     |AAAA   GGGGGG  AA|
 *              ^at
 *     |AAAA   G|GGGGG AA|     idle stays with the half it lies in
 */
export function splitSpans(spans: readonly Span[], at: number): [Span[], Span[]] {
  const before = spans.filter(span => span.start < at).map(span => ({ ...span, end: Math.min(span.end, at) }))
  const after = spans
    .filter(span => span.end > at)
    .map(span => ({ ...span, start: Math.max(span.start, at) }))
  return [before, after]
}

/** Spans of one kind that share time or touch become one: nobody is in two places. */
export function mergedSpans(spans: readonly Span[]): Span[] {
  return (['active', 'agent'] as const).flatMap(kind =>
    union(spans.filter(span => span.kind === kind)).map(({ end, start }) => ({ kind, start, end })),
  )
}

/** The figures of a stretch from its spans; idle is what no span covers. */
export function tallyOf(spans: readonly Span[], start: number, end: number): Tally {
  const sum = { active: 0, agent: 0 }
  let covered = 0
  let reached = start
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    sum[span.kind] += (span.end - span.start) / 1000
    covered += Math.max(0, span.end - Math.max(span.start, reached)) / 1000
    reached = Math.max(reached, span.end)
  }
  return {
    seconds: sum.active + sum.agent,
    active_seconds: sum.active,
    agent_seconds: sum.agent,
    idle_seconds: (end - start) / 1000 - covered,
  }
}

/** The part of an entry that lies in a stretch of calendar, for reports; exact to the second. */
export function clipped(
  of: { spans: readonly Span[]; started_at: number; ended_at: number },
  from: number,
  to: number,
): Tally {
  const start = Math.max(of.started_at, from)
  const end = Math.min(of.ended_at, to)
  if (start >= end) return { seconds: 0, active_seconds: 0, agent_seconds: 0, idle_seconds: 0 }
  const inside = of.spans
    .map(span => ({ ...span, start: Math.max(span.start, start), end: Math.min(span.end, end) }))
    .filter(span => span.start < span.end)
  return tallyOf(inside, start, end)
}
