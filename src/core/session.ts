import type { SessionRow } from '../../db/sessions.ts'
import type { BeatKind, SessionBeats } from '../domain/beats.ts'
import { hours } from '../domain/duration.ts'
import { toText } from '../domain/instant.ts'
import { fullName } from '../domain/reference.ts'
import { billableSeconds, isLongRunning, type Session, type Tally, tally } from '../domain/session.ts'
import { priceOf } from './price.ts'

/** A stored session and what its signals say of it, as the wire shows it. */
export const sessionOf = (row: SessionRow, fold: SessionBeats, now: number): Session =>
  shapeOf(row, tally(fold.beats), fold.current?.kind ?? 'idle', now)

/** One that has ended, by the figures of its entry: its signals need not be read again. */
export const endedSession = (row: SessionRow, sum: Tally, now: number): Session =>
  shapeOf(row, sum, 'idle', now)

function shapeOf(row: SessionRow, sum: Tally, beat: BeatKind, now: number): Session {
  const running = row.ended_at === null
  const billable = row.billable === 1
  const bill_agent_time = row.bill_agent_time === 1
  return {
    id: row.id,
    kind: row.kind,
    project: { id: row.project_id, name: row.project_name },
    ...(row.client_id !== null &&
      row.client_name !== null && { client: { id: row.client_id, name: row.client_name } }),
    ...(row.task_id !== null && row.task_name !== null && { task: { id: row.task_id, name: row.task_name } }),
    description: row.description,
    // written by us from a list of strings
    tags: JSON.parse(row.tags) as string[],
    state:
      row.discarded_at !== null ? 'discarded' : !running ? 'ended' : beat === 'idle' ? 'paused' : 'running',
    ...(running && { beat }),
    started_at: toText(row.started_at),
    ...(row.ended_at !== null && { ended_at: toText(row.ended_at) }),
    ...(row.closed_by !== null && { closed_by: row.closed_by }),
    last_sign_at: toText(row.last_sign_at),
    seconds: sum.seconds,
    active_seconds: sum.active_seconds,
    agent_seconds: sum.agent_seconds,
    idle_seconds: sum.idle_seconds,
    billable,
    bill_agent_time,
    billable_seconds: billableSeconds(sum, { billable, bill_agent_time }),
    ...priceOf(row, sum),
    source: row.source,
    host: row.host,
    ...(row.directory !== null && { directory: row.directory }),
    ...(row.model !== null && { model: row.model }),
    // written by us from numbers by name
    ...(row.tokens !== null && { tokens: JSON.parse(row.tokens) as Record<string, number> }),
    ...(running && isLongRunning(row, now) && { long_running: true as const }),
    ...(row.entry_id !== null && hasEntry(row, sum) && { entry_id: row.entry_id }),
    version: row.version,
  }
}

/** While it runs, and where nothing came of it, the entry that it once had is put away. */
const hasEntry = (row: SessionRow, { seconds }: Tally): boolean =>
  row.ended_at !== null && row.discarded_at === null && row.held_by_lock === 0 && seconds > 0

export const nameOf = (of: Pick<Session, 'project' | 'client'>): string =>
  fullName({ name: of.project.name, client: of.client })

/** `1h 05m (50m you, 15m agent)`: the parts only where there are two. */
export function spent(of: Pick<Session, 'seconds' | 'active_seconds' | 'agent_seconds'>): string {
  if (of.agent_seconds === 0) return hours(of.seconds)
  return `${hours(of.seconds)} (${hours(of.active_seconds)} you, ${hours(of.agent_seconds)} agent)`
}
