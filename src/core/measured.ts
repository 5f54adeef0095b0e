import { tagKeysOf } from '../../db/entries.ts'
import {
  type AtEdge,
  atEdges,
  type Key,
  type Path,
  type Stretch,
  type SumFilter,
  sums,
} from '../../db/reports.ts'
import { findSpans } from '../../db/spans.ts'
import { wallSeconds } from '../../db/wall-clock.ts'
import { clipped } from '../domain/entry.ts'
import type { Period } from '../domain/period.ts'
import { nothing, plus, type Sum } from '../domain/report.ts'
import { billableSeconds } from '../domain/session.ts'
import { startOfDay } from '../domain/zone.ts'
import type { Context } from './context.ts'
import { valueOf } from './price.ts'
import { sightOf } from './reach.ts'
import { firstDayFrom } from './time.ts'

/** A stretch of a calendar: in its zone lie the days of entries that have no clock time. */
export interface LocalStretch extends Stretch {
  zone: string
}

export const stretchOf = ({ from, time_zone, to }: Period): LocalStretch => ({
  from: from ?? 0,
  to,
  zone: time_zone,
})

export interface Measured {
  path: Path
  sum: Sum
}

/**
 * Time and money in a stretch, exact at its edges. Sums are quick but take entries whole, where they start:
 *
 *     stretch        [-----------)
 *     a          |======|             starts before: its part is added
 *     b                |====|         as it is
 *     c                     |======|  hangs over: its rest is taken off
 */
export async function measured(
  context: Context,
  stretch: LocalStretch,
  wanted: SumFilter,
  keys: readonly Key[],
): Promise<Measured[]> {
  const { db, workspace } = context
  const filter = { ...wanted, ...sightOf(context) }
  const found = new Map<string, Measured>()
  for (const one of await sums(db, workspace.id, stretch, filter, keys)) found.set(nameOf(one.path), one)
  for (const of of await atEdges(db, workspace.id, stretch, filter)) {
    const added = await addedBy(context, of, stretch)
    for (const path of await pathsOf(context, keys, of)) {
      const { sum } = found.get(nameOf(path)) ?? { sum: nothing }
      found.set(nameOf(path), { path, sum: plus(sum, added) })
    }
  }
  return [...found.values()].filter(({ sum }) => sum.entries > 0)
}

/** All of it together. */
export async function measuredWhole(
  context: Context,
  stretch: LocalStretch,
  filter: SumFilter,
): Promise<Sum> {
  const [whole] = await measured(context, stretch, filter, [])
  return whole?.sum ?? nothing
}

const nameOf = (path: Path): string => path.join(' ')

/** What an entry at the edge adds to a sum that took it whole or not at all. */
async function addedBy(context: Context, of: AtEdge, stretch: LocalStretch): Promise<Sum> {
  const counted = of.sort_at >= stretch.from && of.sort_at < stretch.to
  const part = await partOf(context, of, stretch)
  return counted ? plus(part, sumOf(of, of), -1) : part
}

async function partOf(
  { db, workspace }: Context,
  of: AtEdge,
  { from, to, zone }: LocalStretch,
): Promise<Sum> {
  const { ended_at, started_at } = of
  if (started_at === null || ended_at === null) {
    const start = startOfDay(of.date, zone)
    return start >= from && start < to ? sumOf(of, of) : nothing
  }
  if (started_at >= to || ended_at <= from) return nothing
  const spans = await findSpans(db, workspace.id, of.id)
  return sumOf(of, clipped({ started_at, ended_at, spans }, from, to))
}

type Seconds = Pick<AtEdge, 'active_seconds' | 'agent_seconds' | 'idle_seconds'>

/** So much of an entry as a sum of its own. */
function sumOf(of: AtEdge, { active_seconds, agent_seconds, idle_seconds }: Seconds): Sum {
  const seconds = { seconds: active_seconds + agent_seconds, active_seconds, agent_seconds, idle_seconds }
  const terms = { billable: of.billable === 1, bill_agent_time: of.bill_agent_time === 1 }
  const billable_seconds = billableSeconds(seconds, terms)
  const value = valueOf(of, seconds)
  return {
    active_seconds,
    agent_seconds,
    idle_seconds,
    billable_seconds,
    unrated_seconds: value === undefined ? billable_seconds : 0,
    entries: 1,
    worth: new Map(value !== undefined && of.rate_currency !== null ? [[of.rate_currency, value]] : []),
  }
}

async function pathsOf(context: Context, keys: readonly Key[], of: AtEdge): Promise<Path[]> {
  const tags = keys.includes('tag') ? await tagKeysOf(context.db, context.workspace.id, of.id) : []
  const valuesOf = (key: Key): Path => (key !== 'tag' ? [of[key]] : tags.length > 0 ? tags : [null])
  return keys.reduce<Path[]>(
    (paths, key) => paths.flatMap(path => valuesOf(key).map(value => [...path, value])),
    [[]],
  )
}

/** Time at work by the clock, by member: what overlaps counts once. */
export const wallClock = (
  context: Context,
  { from, to, zone }: LocalStretch,
  filter: SumFilter,
): Promise<Map<string, number>> =>
  wallSeconds(
    context.db,
    context.workspace.id,
    { from, to, from_day: firstDayFrom(from, zone), to_day: firstDayFrom(to, zone) },
    { ...filter, ...sightOf(context) },
  )
