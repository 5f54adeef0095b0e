import { sql } from 'kysely'
import { insertOf } from './insert.ts'
import type { Row } from './schema.ts'
import { type Builder, statement } from './statement.ts'
import type { Reader, Transaction } from './store.ts'
import { valueAtRate, valueIn } from './value.ts'

const limitOf = statement<{ workspace: string; project: string }>()((db, $) =>
  db
    .selectFrom('projects')
    .select('budget')
    .where('workspace_id', '=', $.workspace)
    .where('id', '=', $.project)
    .where('budget', 'is not', null),
)

/** Every change of time asks this, and as a rule there is none. */
export const findBudget = async (db: Reader, workspace: string, project: string): Promise<string | null> =>
  (await limitOf.first(db, { workspace, project }))?.budget ?? null

const limited = statement<{ workspace: string }>()((db, $) =>
  db
    .selectFrom('projects')
    .select('id')
    .where('workspace_id', '=', $.workspace)
    .where('budget', 'is not', null)
    .where('archived_at', 'is', null)
    .orderBy('id'),
)

/** Projects with a limit, without those that were put away. */
export const findLimited = async (db: Reader, workspace: string): Promise<string[]> =>
  (await limited.all(db, { workspace })).map(row => row.id)

const onWindow = statement<{ workspace: string; project: string; start: string }>()((db, $) =>
  db
    .selectFrom('budget_alarms')
    .select('percent')
    .where('workspace_id', '=', $.workspace)
    .where('project_id', '=', $.project)
    .where('window_start', '=', $.start)
    .orderBy('percent'),
)

/** The thresholds that were told in a window. */
export const findAlarms = async (
  db: Reader,
  workspace: string,
  project: string,
  start: string,
): Promise<number[]> => (await onWindow.all(db, { workspace, project, start })).map(row => row.percent)

const insert = insertOf('budget_alarms', [
  'workspace_id',
  'project_id',
  'window_start',
  'percent',
  'fired_at',
])

export const insertAlarm = (db: Transaction, row: Row<'budget_alarms'>) => insert.run(db, row)

export const deleteAlarm = (
  db: Transaction,
  workspace: string,
  project: string,
  start: string,
  percent: number,
) =>
  db
    .deleteFrom('budget_alarms')
    .where('workspace_id', '=', workspace)
    .where('project_id', '=', project)
    .where('window_start', '=', start)
    .where('percent', '=', percent)
    .execute()

export const deleteAlarmsOf = (db: Transaction, workspace: string, project: string) =>
  db
    .deleteFrom('budget_alarms')
    .where('workspace_id', '=', workspace)
    .where('project_id', '=', project)
    .execute()

/** Time of a project, and what it is worth in one currency: whole units, and the seconds left over. */
export interface UsedSum {
  seconds: number
  unrated_seconds: number
  other_currency_seconds: number
  units: number
  rest: number
}

/** Instants `[from, to)`, and the days `[first, after)` that they are in the workspace's zone. */
export interface Days {
  from: number
  to: number
  first: string
  after: string
}

type Basis = 'billable' | 'all'

interface Asked {
  workspace: string
  project: string
  currency: string
  from: number
  to: number
}

/** Seconds that count, what they are worth exactly, and whether that is known. */
const terms: Record<Basis, { seconds: string; value: string }> = {
  billable: { seconds: 'billable_seconds', value: valueIn() },
  all: {
    seconds: '(active_seconds + agent_seconds)',
    value: valueAtRate('', '1'),
  },
}

function sumOf(basis: Basis) {
  const [seconds, value] = [sql.raw(terms[basis].seconds), sql.raw(terms[basis].value)]
  return (db: Pick<Builder, 'selectFrom'>, $: Asked) =>
    db
      .selectFrom('entries')
      .select([
        sql<number>`coalesce(sum(${seconds}), 0)`.as('seconds'),
        sql<number>`coalesce(sum(case when ${value} is null then ${seconds} end), 0)`.as('unrated_seconds'),
        sql<number>`coalesce(sum(case when ${value} is not null and rate_currency <> ${$.currency}
          then ${seconds} end), 0)`.as('other_currency_seconds'),
        sql<number>`coalesce(sum(case when rate_currency = ${$.currency} then ${value} / 3600 end), 0)`.as(
          'units',
        ),
        sql<number>`coalesce(sum(case when rate_currency = ${$.currency} then ${value} % 3600 end), 0)`.as(
          'rest',
        ),
      ])
      .where('workspace_id', '=', $.workspace)
      .where('project_id', '=', $.project)
      .where('deleted_at', 'is', null)
      .where('sort_at', '>=', $.from)
      .where('sort_at', '<', $.to)
}

const sums = {
  billable: statement<Asked>()((db, $) => sumOf('billable')(db, $)),
  all: statement<Asked>()((db, $) => sumOf('all')(db, $)),
}

interface AskedAtEdge extends Asked {
  start: number
  end: number
  first: string
  after: string
}

const sumAtEdge = (basis: Basis) => (db: Pick<Builder, 'selectFrom'>, $: AskedAtEdge) =>
  sumOf(basis)(db, $).where(
    sql<boolean>`case when started_at is null then date >= ${$.first} and date < ${$.after}
      else sort_at >= ${$.start} and sort_at < ${$.end} end`,
  )

const sumsAtEdge = {
  billable: statement<AskedAtEdge>()((db, $) => sumAtEdge('billable')(db, $)),
  all: statement<AskedAtEdge>()((db, $) => sumAtEdge('all')(db, $)),
}

/** More than a day: so far from where it begins here may a day without a clock time have begun when it was logged. */
const longestShift = 27 * 3_600_000
const forever = 8_640_000_000_000_000

/**
 * What was tracked on a project, or of it what starts in a stretch of days. Only near the edges does it make a
 * difference whether an entry has a clock time, so only there is the index left:
 *
 *     stretch           [-------------------)
 *     by each entry   [---)               [---)
 *     by the index        [---------------)
 */
export async function sumUsed(
  db: Reader,
  workspace: string,
  project: string,
  of: { basis: Basis; currency: string; days?: Days | undefined },
): Promise<UsedSum> {
  const { basis, currency, days } = of
  const asked = { workspace, project, currency }
  if (!days) return one(await sums[basis].first(db, { ...asked, from: -forever, to: forever }))
  const { after, first, from, to } = days
  const atEdge = async (start: number, end: number) =>
    one(
      await sumsAtEdge[basis].first(db, {
        ...asked,
        first,
        after,
        start: from,
        end: to,
        from: start,
        to: end,
      }),
    )
  if (to - from <= 2 * longestShift) return atEdge(from - longestShift, to + longestShift)
  const [inner, outer] = [from + longestShift, to - longestShift]
  const parts = [
    await atEdge(from - longestShift, inner),
    one(await sums[basis].first(db, { ...asked, from: inner, to: outer })),
    await atEdge(outer, to + longestShift),
  ]
  return parts.reduce(plus)
}

function one(row: UsedSum | undefined): UsedSum {
  if (!row) throw new Error('A sum always has a row.')
  return row
}

const plus = (a: UsedSum, b: UsedSum): UsedSum => ({
  seconds: a.seconds + b.seconds,
  unrated_seconds: a.unrated_seconds + b.unrated_seconds,
  other_currency_seconds: a.other_currency_seconds + b.other_currency_seconds,
  units: a.units + b.units,
  rest: a.rest + b.rest,
})
