import { type RawBuilder, sql } from 'kysely'
import { statement } from './statement.ts'
import type { Reader } from './store.ts'

/** Sums of entries that start in a stretch; whoever calls mends what hangs over its edges. */
export interface Sum {
  active_seconds: number
  agent_seconds: number
  idle_seconds: number
  billable_seconds: number
  entries: number
}

export interface SumFilter {
  project?: string | undefined
  client?: string | undefined
  task?: string | undefined
  member?: string | undefined
  tag_key?: string | undefined
}

export interface Stretch {
  from: number
  to: number
}

/** What an entry is counted under. Clients are summed up from their projects. */
export type Key = 'project' | 'task' | 'member' | 'host' | 'tag' | 'all'

const figures = sql.raw(`
  sum(e.active_seconds) as active_seconds, sum(e.agent_seconds) as agent_seconds,
  sum(e.idle_seconds) as idle_seconds, sum(e.billable_seconds) as billable_seconds, count(*) as entries`)

const keys: Record<Exclude<Key, 'project' | 'all'>, RawBuilder<unknown>> = {
  task: sql.raw('e.task_id'),
  member: sql.raw('e.member_id'),
  host: sql.raw(`case when e.host_session is e.session_id then null else e.host end`),
  tag: sql.raw('g.tag_key'),
}

export type KeyedSum = Sum & { key: string | null }

export async function sums(
  db: Reader,
  workspace: string,
  stretch: Stretch,
  filter: SumFilter,
  key: Key,
): Promise<KeyedSum[]> {
  const wanted = where(workspace, stretch, filter)
  // Projects drive: with the rows of one project beside each other in the covering index, nothing is sorted.
  const query =
    key === 'project'
      ? sql<KeyedSum>`select p.id as key, ${figures} from projects as p cross join entries as e
          where p.workspace_id = ${workspace} and e.project_id = p.id and ${wanted} group by p.id`
      : key === 'all'
        ? sql<KeyedSum>`select null as key, ${figures} from entries as e where ${wanted} having count(*) > 0`
        : sql<KeyedSum>`select ${keys[key]} as key, ${figures} from entries as e ${tagged(key)}
            where ${wanted} group by 1`
  return rowsOf(db, query)
}

const tagged = (key: Key) =>
  key === 'tag'
    ? sql`left join entry_tags as g on g.workspace_id = e.workspace_id and g.entry_id = e.id`
    : sql``

function where(workspace: string, { from, to }: Stretch, filter: SumFilter) {
  return sql.join(
    [
      sql`e.workspace_id = ${workspace} and e.deleted_at is null and e.sort_at >= ${from} and e.sort_at < ${to}`,
      ...conditions(workspace, filter),
    ],
    sql` and `,
  )
}

function conditions(workspace: string, { client, member, project, tag_key, task }: SumFilter) {
  return [
    ...(project === undefined ? [] : [sql`e.project_id = ${project}`]),
    ...(client === undefined
      ? []
      : [
          sql`e.project_id in (select id from projects where workspace_id = ${workspace} and client_id = ${client})`,
        ]),
    ...(task === undefined ? [] : [sql`e.task_id = ${task}`]),
    ...(member === undefined ? [] : [sql`e.member_id = ${member}`]),
    ...(tag_key === undefined
      ? []
      : [
          sql`exists (select 1 from entry_tags as f where f.workspace_id = e.workspace_id
            and f.tag_key = ${tag_key} and f.entry_id = e.id)`,
        ]),
  ]
}

/** An entry near an edge of a stretch: it may not be counted where it belongs. */
export interface AtEdge extends Sum {
  id: string
  project: string
  task: string | null
  member: string
  host: string | null
  started_at: number | null
  ended_at: number | null
  date: string
  sort_at: number
  billable: 0 | 1
  bill_agent_time: 0 | 1
}

/**
 * Entries that run across an edge of a stretch, and days without a clock time that begin near one, which is another
 * instant in another zone. All but the longest began shortly before.
 */
export async function atEdges(
  db: Reader,
  workspace: string,
  { from, to }: Stretch,
  filter: SumFilter,
): Promise<AtEdge[]> {
  const columns = sql`e.id, e.project_id as project, e.task_id as task, e.member_id as member,
    ${keys.host} as host, e.started_at, e.ended_at, e.date, e.sort_at, e.billable, e.bill_agent_time,
    e.active_seconds, e.agent_seconds, e.idle_seconds, e.billable_seconds, 1 as entries`
  const more = sql.join(
    [sql`e.workspace_id = ${workspace} and e.deleted_at is null`, ...conditions(workspace, filter)],
    sql` and `,
  )
  const at = (edge: number) => sql`
    select ${columns} from entries as e where ${more}
      and e.sort_at > ${edge - longestShift} and e.sort_at < ${edge + longestShift}
      and (e.started_at is null or (e.started_at < ${edge} and e.ended_at > ${edge}))
    union
    select ${columns} from entries as e where ${more}
      and e.ended_at - e.started_at > 86400000 and e.started_at < ${edge} and e.ended_at > ${edge}`
  return rowsOf(db, from === 0 ? sql<AtEdge>`${at(to)}` : sql<AtEdge>`${at(from)} union ${at(to)}`)
}

/** More than a day: so far may the same day begin before or after itself elsewhere. */
const longestShift = 27 * 3_600_000

async function rowsOf<R>(db: Reader, query: RawBuilder<R>): Promise<R[]> {
  return db.selectFrom(sql<R>`(${query})`.as('found')).selectAll().execute() as Promise<R[]>
}

const ofProject = statement<{ workspace: string; project: string }>()((db, $) =>
  db
    .selectFrom('entries')
    .select(eb => [
      sql<number>`coalesce(sum(active_seconds + agent_seconds), 0)`.as('total_seconds'),
      sql<number>`coalesce(sum(billable_seconds), 0)`.as('billable_seconds'),
      eb.fn.countAll<number>().as('entries'),
    ])
    .where('workspace_id', '=', $.workspace)
    .where('project_id', '=', $.project)
    .where('deleted_at', 'is', null),
)

export async function sumOfProject(db: Reader, workspace: string, project: string) {
  const sum = await ofProject.first(db, { workspace, project })
  if (!sum) throw new Error('A sum always has a row.')
  return sum
}

/** Where the entries begin. */
export async function firstSortAt(
  db: Reader,
  workspace: string,
  filter: SumFilter,
): Promise<number | undefined> {
  const more = sql.join(
    [sql`e.workspace_id = ${workspace} and e.deleted_at is null`, ...conditions(workspace, filter)],
    sql` and `,
  )
  const [row] = await rowsOf(
    db,
    sql<{ first: number | null }>`select min(e.sort_at) as first from entries as e where ${more}`,
  )
  return row?.first ?? undefined
}
