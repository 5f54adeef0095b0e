import { entriesAsJson, entriesAsRows } from '../../db/export.ts'

import { csvLine } from '../cli/csv.ts'
import { contextOf } from '../core/context.ts'
import { localPrincipal } from '../core/owner.ts'
import { reconcile } from '../core/reconcile.ts'
import { namedIds } from '../core/resolve.ts'
import { calendarOf, firstDayFrom } from '../core/time.ts'
import { foldName } from '../domain/name.ts'
import { resolvePeriod } from '../domain/period.ts'
import type { Program } from './index.ts'

export interface ExportWanted {
  period?: string | undefined
  from?: string | undefined
  to?: string | undefined
  time_zone?: string | undefined
  format?: 'json' | 'csv' | undefined
  project?: string | undefined
  client?: string | undefined
  task?: string | undefined
  member?: string | undefined
  tag?: string | undefined
  billable?: boolean | undefined
  invoiced?: boolean | undefined
  search?: string | undefined
}

/** Written piece by piece while it is read, as much as there is. */
export async function exportEntries({ app, terminal }: Program, wanted: ExportWanted): Promise<undefined> {
  const principal = await localPrincipal(app, 'cli', {
    member: terminal.environment.STINT_MEMBER || undefined,
  })
  const store = await app.store()
  await reconcile(app, store, principal)
  await store.read(async db => {
    const context = await contextOf(app, principal, db)
    const period = resolvePeriod(wanted, calendarOf(context, wanted.time_zone), 'all_time')
    const filter = {
      ...(await namedIds(context, wanted)),
      ...(period.from !== null && {
        from: period.from,
        from_day: firstDayFrom(period.from, period.time_zone),
      }),
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
    if (wanted.format === 'csv') writeCsv(entriesAsRows(db, context.workspace.id, filter), terminal.print)
    else writeJson(entriesAsJson(db, context.workspace.id, filter), terminal.print)
  })
  return undefined
}

type Print = (text: string | Uint8Array) => void

function writeJson(pieces: Iterable<Uint8Array>, print: Print): void {
  let before = '[\n'
  for (const piece of pieces) {
    print(before)
    print(piece)
    before = ',\n'
  }
  print(before === '[\n' ? '[]\n' : '\n]\n')
}

const linesAtOnce = 1000

function writeCsv(rows: Iterable<readonly (string | number | null)[]>, print: Print): void {
  let lines: string[] = []
  for (const row of rows) {
    lines.push(csvLine(row))
    if (lines.length < linesAtOnce) continue
    print(lines.join(''))
    lines = []
  }
  print(lines.join(''))
}
