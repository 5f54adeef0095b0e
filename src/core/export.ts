import type { ListFilter } from '../../db/entries.ts'
import type { Shown } from '../../db/export.ts'
import { foldName } from '../domain/name.ts'
import { resolvePeriod } from '../domain/period.ts'
import type { Context } from './context.ts'
import { namedIds } from './resolve.ts'
import { seesMoney } from './role.ts'
import { calendarOf, firstDayFrom } from './time.ts'

export interface ExportWanted {
  period?: string | undefined
  from?: string | undefined
  to?: string | undefined
  time_zone?: string | undefined
  project?: string | undefined
  client?: string | undefined
  task?: string | undefined
  member?: string | undefined
  tag?: string | undefined
  billable?: boolean | undefined
  invoiced?: boolean | undefined
  search?: string | undefined
}

/** Which entries are meant, within what the one who asks may see, and how much of each. */
export async function exportOf(
  context: Context,
  wanted: ExportWanted,
): Promise<{ filter: ListFilter; shown: Shown }> {
  const period = resolvePeriod(wanted, calendarOf(context, wanted.time_zone), 'all_time')
  const filter = {
    ...(await namedIds(context, wanted)),
    ...(period.from !== null && { from: period.from, from_day: firstDayFrom(period.from, period.time_zone) }),
    // all time ends today, and so do all entries
    ...(period.token !== 'all_time' && {
      to: period.to,
      to_day: firstDayFrom(period.to, period.time_zone),
    }),
    billable: wanted.billable,
    invoiced: wanted.invoiced,
    tag_key: wanted.tag === undefined ? undefined : foldName(wanted.tag),
    search_key: wanted.search === undefined ? undefined : foldName(wanted.search),
  }
  return { filter, shown: { money: seesMoney(context) } }
}
