import { type RawBuilder, sql } from 'kysely'
import { type Exact, exactOf } from '../src/domain/money.ts'
import { type Reference, referenceOf } from '../src/domain/reference.ts'
import { nothing, plus, type Sum } from '../src/domain/report.ts'
import { remembered } from './remembered.ts'
import type { Row } from './schema.ts'
import { statement } from './statement.ts'
import type { Reader } from './store.ts'
import { valueIn } from './value.ts'
import { within } from './within.ts'

const value = valueIn('e')

export interface SumFilter {
  project?: string | undefined
  client?: string | undefined
  task?: string | undefined
  member?: string | undefined
  tag_key?: string | undefined
  billable?: boolean | undefined
  /** A JSON list of projects. */
  within?: string | undefined
}

export interface Stretch {
  from: number
  to: number
}

/** What an entry is counted under. Clients are summed up from their projects. */
export type Key = 'project' | 'task' | 'member' | 'host' | 'tag'
export type Path = readonly (string | null)[]

/** Sums of entries that start in a stretch; whoever calls mends what hangs over its edges. */
export interface KeyedSum {
  /** The values of the keys. */
  path: Path
  sum: Sum
}

const timeFigures = `
  sum(e.active_seconds) as active_seconds, sum(e.agent_seconds) as agent_seconds,
  sum(e.idle_seconds) as idle_seconds, sum(e.billable_seconds) as billable_seconds, count(*) as entries,
  sum(e.billable_seconds) filter (where e.rate is null) as unrated_seconds`

// Money leaves the database in two parts, so that neither is larger than a number can hold.
const dividedSum = `sum(${value}) / 3600 as units, sum(${value}) % 3600 as rest`
const sumsOfParts = `sum(${value} / 3600) as units, sum(${value} % 3600) as rest`

/** To add up and then to divide is quicker; where 64 bits do not hold the sum, each part is added up for itself. */
async function summed<R>(read: (money: string) => Promise<R[]>): Promise<R[]> {
  try {
    return await read(dividedSum)
  } catch (error) {
    if (!isOverflow(error)) throw error
    return read(sumsOfParts)
  }
}

const isOverflow = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof Error && error.cause.message === 'integer overflow'

interface Figures {
  active_seconds: number
  agent_seconds: number
  idle_seconds: number
  billable_seconds: number
  entries: number
  unrated_seconds: number | null
  units: number | null
  rest: number | null
  currency: string | null
}

// Field by field: to take a row apart and spread it again costs as much as a tenth of a month's query.
const sumOf = (row: Figures, worth = worthOf(row)): Sum => ({
  active_seconds: row.active_seconds,
  agent_seconds: row.agent_seconds,
  idle_seconds: row.idle_seconds,
  billable_seconds: row.billable_seconds,
  unrated_seconds: row.unrated_seconds ?? 0,
  entries: row.entries,
  worth,
})

type Worth = Pick<Figures, 'currency' | 'units' | 'rest'>

function worthOf(...rows: readonly Worth[]): ReadonlyMap<string, Exact> {
  const worth = new Map<string, Exact>()
  for (const { currency, rest, units } of rows) {
    const exact = exactOf(units ?? 0, rest ?? 0)
    if (currency !== null && exact > 0n) worth.set(currency, exact)
  }
  return worth
}

/** By no key, by one or by two. */
export async function sums(
  db: Reader,
  workspace: string,
  stretch: Stretch,
  filter: SumFilter,
  keys: readonly Key[],
): Promise<KeyedSum[]> {
  const [first, second] = keys
  if (first === undefined) return wholeOf(await byProject(db, workspace, stretch, filter))
  return first === 'project' && second === undefined
    ? byProject(db, workspace, stretch, filter)
    : byKeys(db, workspace, stretch, filter, first, second)
}

const wholeOf = (found: readonly KeyedSum[]): KeyedSum[] =>
  found.length === 0 ? [] : [{ path: [], sum: found.reduce((whole, { sum }) => plus(whole, sum), nothing) }]

/**
 * Projects drive: with the rows of one project beside each other in the covering index, nothing is sorted. Nearly all
 * are paid in one currency, so only those with money in others too are asked for each.
 */
async function byProject(
  db: Reader,
  workspace: string,
  stretch: Stretch,
  filter: SumFilter,
): Promise<KeyedSum[]> {
  const found: KeyedSum[] = []
  for (const { id } of await projectCurrencies(db, workspace)) {
    const rows = await summed(money =>
      rowsOf(
        db,
        sql<Figures & { key: string; others: number }>`
          select p.id as key, ${id} as currency, ${inOthers(id)} as others, ${sql.raw(`${timeFigures}, ${money}`)}
          from ${projectsPaidIn(workspace, id)} and ${where(workspace, stretch, filter)}
          group by p.id`,
      ),
    )
    for (const row of rows) {
      const worth =
        row.others === 0 ? undefined : await worthOfProject(db, workspace, stretch, filter, row.key)
      found.push({ path: [row.key], sum: sumOf(row, worth) })
    }
  }
  return found
}

const ownCurrency = sql<string>`coalesce(
  case when p.client_id is null then p.currency else c.currency end, w.currency)`
const projectsWithClients = sql`workspaces as w cross join projects as p
  left join clients as c on c.workspace_id = p.workspace_id and c.id = p.client_id`

/** Compared with the same text for all, not with a column that is looked at again for each entry. */
const projectCurrencies = remembered((db, workspace: string) =>
  rowsOf(
    db,
    sql<{ id: string }>`select distinct ${ownCurrency} as id from ${projectsWithClients}
      where w.id = ${workspace} and p.workspace_id = ${workspace}`,
  ),
)

const projectsPaidIn = (workspace: string, currency: string) => sql`${projectsWithClients}
  cross join entries as e
  where w.id = ${workspace} and p.workspace_id = ${workspace} and ${ownCurrency} = ${currency}
    and e.project_id = p.id`

const inOthers = (currency: string) => sql`count(*) filter (where e.rate_currency <> ${currency})`

async function worthOfProject(
  db: Reader,
  workspace: string,
  stretch: Stretch,
  filter: SumFilter,
  project: string,
) {
  const rows = await summed(money =>
    rowsOf(
      db,
      sql<Worth>`select e.rate_currency as currency, ${sql.raw(money)}
        from entries as e where ${where(workspace, stretch, { ...filter, project })} group by 1`,
    ),
  )
  return worthOf(...rows)
}

const keyOf: Record<Key, RawBuilder<unknown>> = {
  project: sql.raw('e.project_id'),
  task: sql.raw('e.task_id'),
  member: sql.raw('e.member_id'),
  host: sql.raw(`case when e.host_session is e.session_id then null else e.host end`),
  tag: sql.raw('g.tag_key'),
}

async function byKeys(
  db: Reader,
  workspace: string,
  stretch: Stretch,
  filter: SumFilter,
  first: Key,
  second: Key | undefined,
): Promise<KeyedSum[]> {
  const rows = await summed(money =>
    rowsOf(
      db,
      sql<Figures & { first: string | null; second: string | null }>`
        select ${keyOf[first]} as first, ${second ? keyOf[second] : sql`null`} as second,
          e.rate_currency as currency, ${sql.raw(`${timeFigures}, ${money}`)}
        from entries as e ${tagged(first === 'tag' || second === 'tag')}
        where ${where(workspace, stretch, filter)} group by 1, 2, 3`,
    ),
  )
  const found = new Map<string, KeyedSum>()
  for (const row of rows) {
    const path = second ? [row.first, row.second] : [row.first]
    const name = path.join(' ')
    found.set(name, { path, sum: plus(found.get(name)?.sum ?? nothing, sumOf(row)) })
  }
  return [...found.values()]
}

const tagged = (isTagged: boolean) =>
  isTagged ? sql`left join entry_tags as g on g.workspace_id = e.workspace_id and g.entry_id = e.id` : sql``

const where = (workspace: string, { from, to }: Stretch, filter: SumFilter) => sql`
  e.workspace_id = ${workspace} and e.deleted_at is null and e.sort_at >= ${from} and e.sort_at < ${to}
  and ${conditions(workspace, filter)}`

/** What entries are wanted, by everything but their time. */
export function conditions(workspace: string, filter: SumFilter): RawBuilder<unknown> {
  const { billable, client, member, project, tag_key, task } = filter
  const ofClient = sql`select id from projects where workspace_id = ${workspace} and client_id = ${client}`
  const withTag = sql`select 1 from entry_tags as f where f.workspace_id = e.workspace_id
    and f.tag_key = ${tag_key} and f.entry_id = e.id`
  const wanted: [unknown, RawBuilder<unknown>][] = [
    [project, sql`e.project_id = ${project}`],
    [client, sql`e.project_id in (${ofClient})`],
    [task, sql`e.task_id = ${task}`],
    [member, sql`e.member_id = ${member}`],
    [billable, sql`e.billable = ${billable ? 1 : 0}`],
    [tag_key, sql`exists (${withTag})`],
    [filter.within, within(sql`e.project_id`, filter.within)],
  ]
  const given = wanted.filter(([value]) => value !== undefined).map(([, condition]) => condition)
  return given.length === 0 ? sql`true` : sql.join(given, sql` and `)
}

/** An entry near an edge of a stretch: it may not be counted where it belongs. */
export interface AtEdge extends PricedTime {
  id: string
  project: string
  task: string | null
  member: string
  host: string | null
  started_at: number | null
  ended_at: number | null
  date: string
  sort_at: number
}

type PricedTime = Pick<
  Row<'entries'>,
  | 'active_seconds'
  | 'agent_seconds'
  | 'idle_seconds'
  | 'billable'
  | 'bill_agent_time'
  | 'rate'
  | 'agent_rate'
  | 'rate_currency'
>

/**
 * Entries that run across an edge of a stretch, and days without a clock time that begin near one, which is another
 * instant in another zone. All but the longest began shortly before. Asked so that the index by time answers it: what
 * has a clock time is sorted by its start.
 */
export async function atEdges(
  db: Reader,
  workspace: string,
  { from, to }: Stretch,
  filter: SumFilter,
): Promise<AtEdge[]> {
  const columns = sql`e.id, e.project_id as project, e.task_id as task, e.member_id as member,
    ${keyOf.host} as host, e.started_at, e.ended_at, e.date, e.sort_at, e.active_seconds, e.agent_seconds,
    e.idle_seconds, e.billable, e.bill_agent_time, e.rate, e.agent_rate, e.rate_currency`
  const more = sql`e.workspace_id = ${workspace} and e.deleted_at is null and ${conditions(workspace, filter)}`
  const at = (edge: number) => sql`
    select ${columns} from entries as e where ${more}
      and e.sort_at > ${edge - longestShift} and e.sort_at < ${edge + longestShift}
      and (e.ended_at is null or (e.sort_at < ${edge} and e.ended_at > ${edge}))
    union all
    select ${columns} from entries as e where ${more}
      and e.ended_at - e.started_at > 86400000 and e.started_at < ${edge} and e.ended_at > ${edge}`
  const found = await rowsOf(
    db,
    from === 0 ? sql<AtEdge>`${at(to)}` : sql<AtEdge>`${at(from)} union all ${at(to)}`,
  )
  // SQL would sort all of a client's entries by their ids to find out that one is there twice
  return [...new Map(found.map(one => [one.id, one])).values()]
}

/** More than a day: so far may the same day begin before or after itself elsewhere. */
export const longestShift = 27 * 3_600_000

export async function rowsOf<R>(db: Reader, query: RawBuilder<R>): Promise<R[]> {
  return db.selectFrom(sql<R>`(${query})`.as('found')).selectAll().execute() as Promise<R[]>
}

const ofProject = statement<{ workspace: string; project: string; member: string }>()((db, $) =>
  db
    .selectFrom('entries')
    .select(eb => [
      sql<number>`coalesce(sum(active_seconds + agent_seconds), 0)`.as('total_seconds'),
      sql<number>`coalesce(sum(billable_seconds), 0)`.as('billable_seconds'),
      eb.fn.countAll<number>().as('entries'),
    ])
    .where('workspace_id', '=', $.workspace)
    .where('project_id', '=', $.project)
    .where(sql<boolean>`(${$.member} = '' or member_id = ${$.member})`)
    .where('deleted_at', 'is', null),
)

/** Of all members, or of one. */
export async function sumOfProject(db: Reader, workspace: string, project: string, member?: string) {
  const sum = await ofProject.first(db, { workspace, project, member: member ?? '' })
  if (!sum) throw new Error('A sum always has a row.')
  return sum
}

/** Billable time whose rate is unknown. */
export async function sumUnrated(db: Reader, workspace: string, filter: SumFilter) {
  const [row] = await rowsOf(
    db,
    sql<{ entries: number; seconds: number }>`
      select count(*) as entries, coalesce(sum(e.billable_seconds), 0) as seconds
      from projects as p cross join entries as e
      where p.workspace_id = ${workspace} and e.workspace_id = ${workspace} and e.project_id = p.id
        and e.deleted_at is null and ${sql.raw(value)} is null and e.invoice_id is null and ${conditions(workspace, filter)}`,
  )
  return row ?? { entries: 0, seconds: 0 }
}

/** Where the entries begin. */
export async function firstSortAt(
  db: Reader,
  workspace: string,
  filter: SumFilter,
): Promise<number | undefined> {
  const more = sql`e.workspace_id = ${workspace} and e.deleted_at is null and ${conditions(workspace, filter)}`
  const [row] = await rowsOf(
    db,
    sql<{ first: number | null }>`select min(e.sort_at) as first from entries as e where ${more}`,
  )
  return row?.first ?? undefined
}

/** Billable time on no invoice, by project, and by currency where a project has several; none: no rate is known. */
export async function unbilledSums(
  db: Reader,
  workspace: string,
  stretch: Stretch,
  filter: SumFilter,
): Promise<UnbilledSum[]> {
  const found: UnbilledSum[] = []
  for (const { id } of await projectCurrencies(db, workspace)) {
    const rows = await summed(money =>
      rowsOf(
        db,
        sql<UnbilledRow>`
          select p.id as project_id, p.name as project_name, c.id as client_id, c.name as client_name,
            ${id} as currency, ${inOthers(id)} as others, ${sql.raw(`${unbilledFigures}, ${money}`)}
          from ${projectsPaidIn(workspace, id)} and ${unbilled} and ${where(workspace, stretch, filter)}
          group by p.id`,
      ),
    )
    for (const { client_id, client_name, project_id, project_name, others, ...row } of rows) {
      const ofProject = { ...filter, project: project_id }
      const inEach = others === 0 ? [row] : await unbilledByCurrency(db, workspace, stretch, ofProject)
      const project = { id: project_id, name: project_name }
      const client = referenceOf(client_id, client_name)
      found.push(...inEach.map(one => ({ project, client, ...unbilledOf(one) })))
    }
  }
  return found
}

export interface UnbilledSum {
  project: Reference
  client: Reference | undefined
  currency: string | null
  seconds: number
  units: number
  rest: number
  unrated_seconds: number
  entries: number
  oldest: number
}

type UnbilledFigures = Pick<Figures, 'currency' | 'units' | 'rest' | 'unrated_seconds' | 'entries'> & {
  seconds: number
  oldest: number
}
type UnbilledRow = UnbilledFigures & {
  project_id: string
  project_name: string
  client_id: string | null
  client_name: string | null
  others: number
}

const unbilled = sql.raw('e.invoice_id is null and e.billable_seconds > 0')
const unbilledFigures = `
  sum(e.billable_seconds) as seconds, sum(e.billable_seconds) filter (where e.rate is null) as unrated_seconds,
  count(*) as entries, min(e.sort_at) as oldest`

const unbilledByCurrency = (db: Reader, workspace: string, stretch: Stretch, filter: SumFilter) =>
  summed(money =>
    rowsOf(
      db,
      sql<UnbilledFigures>`
        select e.rate_currency as currency, ${sql.raw(`${unbilledFigures}, ${money}`)} from entries as e
        where ${unbilled} and ${where(workspace, stretch, filter)} group by 1`,
    ),
  )

/** Without one rated entry there is no currency either. */
const unbilledOf = ({ currency, rest, units, unrated_seconds, ...row }: UnbilledFigures) => ({
  ...row,
  currency: units === null ? null : currency,
  units: units ?? 0,
  rest: rest ?? 0,
  unrated_seconds: unrated_seconds ?? 0,
})

/** What projects and their clients are called, archived or not, and in what currency they are paid. */
export const findReportedProjects = remembered((db, workspace: string) =>
  db
    .selectFrom('projects as p')
    .innerJoin('workspaces as w', 'w.id', 'p.workspace_id')
    .leftJoin('clients as c', join =>
      join.onRef('c.workspace_id', '=', 'p.workspace_id').onRef('c.id', '=', 'p.client_id'),
    )
    .select(['p.id', 'p.name', 'c.id as client_id', 'c.name as client_name', ownCurrency.as('currency')])
    .where('p.workspace_id', '=', workspace)
    .execute(),
)
