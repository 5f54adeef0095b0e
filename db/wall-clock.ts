import { sql } from 'kysely'
import { conditions, longestShift, rowsOf, type Stretch, type SumFilter } from './reports.ts'
import type { Reader } from './store.ts'

/** A stretch in a calendar: its days are those of entries that have no clock time. */
export interface DatedStretch extends Stretch {
  /** The first days that begin at `from` and `to`, or after. */
  from_day: string
  to_day: string
}

/**
 * The time that members were at work, each second once, however many entries it stands in:
 *
 *     spans     [-------)     [---)
 *                   [--)   [-----)
 *     counted   [-------)  [------)
 *
 * Days without a clock time are beside all others.
 */
export async function wallSeconds(
  db: Reader,
  workspace: string,
  stretch: DatedStretch,
  filter: SumFilter,
): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  const timed = await timedSeconds(db, workspace, stretch, filter)
  for (const { member, seconds } of [...timed, ...(await datedSeconds(db, workspace, stretch, filter))]) {
    found.set(member, (found.get(member) ?? 0) + seconds)
  }
  return found
}

interface MemberSeconds {
  member: string
  seconds: number
}

/**
 * Sorted by their starts, each span adds what it reaches beyond all before it. No span is longer than a day. Members are
 * named one by one: without them no index knows when a span began.
 */
const timedSeconds = (db: Reader, workspace: string, { from, to }: Stretch, filter: SumFilter) =>
  rowsOf(
    db,
    sql<MemberSeconds>`
      select member, sum(case when reached is null or started >= reached then ended - started
          when ended > reached then ended - reached else 0 end) / 1000 as seconds
      from (
        select member, started, ended, max(ended) over (
          partition by member order by started rows between unbounded preceding and 1 preceding) as reached
        from (
          select s.member_id as member,
            case when s.started_at < ${from} then ${from} else s.started_at end as started,
            case when s.ended_at > ${to} then ${to} else s.ended_at end as ended
          from spans as s join entries as e on e.workspace_id = s.workspace_id and e.id = s.entry_id
          where s.workspace_id = ${workspace} and s.kind = 'active'
            and s.member_id in (select m.id from members as m where m.workspace_id = ${workspace})
            and s.started_at > ${from - longestSpan} and s.started_at < ${to} and s.ended_at > ${from}
            and e.deleted_at is null and ${conditions(workspace, filter)}) as clipped) as sorted
      group by member`,
  )
const longestSpan = 86_400_000

const datedSeconds = (
  db: Reader,
  workspace: string,
  { from, from_day, to, to_day }: DatedStretch,
  filter: SumFilter,
) =>
  rowsOf(
    db,
    sql<MemberSeconds>`
      select e.member_id as member, sum(e.active_seconds) as seconds from entries as e
      where e.workspace_id = ${workspace} and e.deleted_at is null
        and e.sort_at > ${from - longestShift} and e.sort_at < ${to + longestShift}
        and e.started_at is null and e.date >= ${from_day} and e.date < ${to_day}
        and ${conditions(workspace, filter)}
      group by e.member_id`,
  )
