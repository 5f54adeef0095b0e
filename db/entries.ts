import { type RawBuilder, sql } from 'kysely'
import type { Span } from '../src/domain/entry.ts'
import { foldName } from '../src/domain/name.ts'
import { insertOf } from './insert.ts'
import { containing } from './like.ts'
import type { NewRow, Row } from './schema.ts'
import { deleteSpans, insertSpans } from './spans.ts'
import { type Builder, statement } from './statement.ts'
import type { Reader, Transaction } from './store.ts'
import { within } from './within.ts'

const joined = (db: Pick<Builder, 'selectFrom'>) =>
  db
    .selectFrom('entries as e')
    .innerJoin('projects as p', join =>
      join.onRef('p.workspace_id', '=', 'e.workspace_id').onRef('p.id', '=', 'e.project_id'),
    )
    .innerJoin('members as m', join =>
      join.onRef('m.workspace_id', '=', 'e.workspace_id').onRef('m.id', '=', 'e.member_id'),
    )
    .leftJoin('clients as c', join =>
      join.onRef('c.workspace_id', '=', 'p.workspace_id').onRef('c.id', '=', 'p.client_id'),
    )
    .leftJoin('tasks as t', join =>
      join.onRef('t.workspace_id', '=', 'e.workspace_id').onRef('t.id', '=', 'e.task_id'),
    )
    .leftJoin('invoices as i', join =>
      join.onRef('i.workspace_id', '=', 'e.workspace_id').onRef('i.id', '=', 'e.invoice_id'),
    )
    .select([
      'm.name as member_name',
      'p.name as project_name',
      'c.id as client_id',
      'c.name as client_name',
      't.name as task_name',
      'i.number as invoice_number',
      'i.status as invoice_status',
    ])

/** What is shown of them. */
const listed = [
  'id',
  'member_id',
  'project_id',
  'task_id',
  'description',
  'tags',
  'started_at',
  'ended_at',
  'date',
  'sort_at',
  'seconds',
  'active_seconds',
  'agent_seconds',
  'idle_seconds',
  'billable',
  'billable_seconds',
  'kind',
  'source',
  'session_id',
  'host',
  'host_session',
  'model',
  'git',
  'late_seconds',
  'bill_agent_time',
  'invoice_id',
  'rate',
  'agent_rate',
  'rate_currency',
  'rate_level',
  'version',
  'created_at',
  'updated_at',
  'deleted_at',
] as const

export const entryColumns = [...listed, 'workspace_id', 'description_key', 'fixed_at'] as const

const byId = statement<{ workspace: string; id: string }>()((db, $) =>
  joined(db)
    .select(entryColumns.map(column => `e.${column}` as const))
    .where('e.workspace_id', '=', $.workspace)
    .where('e.id', '=', $.id),
)

export const findEntry = (db: Reader, workspace: string, id: string) => byId.first(db, { workspace, id })
export type EntryRow = NonNullable<Awaited<ReturnType<typeof findEntry>>>

const insert = insertOf('entries', entryColumns)

/** A row with its tags and spans. */
export async function insertEntry(
  db: Transaction,
  row: Row<'entries'>,
  spans: readonly Span[],
): Promise<void> {
  await insert.run(db, row)
  await insertTags(db, row)
  await insertSpans(db, row, spans)
}

export const updateEntry = (
  db: Transaction,
  workspace: string,
  id: string,
  set: Partial<NewRow<'entries'>>,
) => db.updateTable('entries').set(set).where('workspace_id', '=', workspace).where('id', '=', id).execute()

export interface EntryFilter {
  from?: number | undefined
  to?: number | undefined
  project?: string | undefined
  client?: string | undefined
  task?: string | undefined
  member?: string | undefined
  tag_key?: string | undefined
  billable?: boolean | undefined
  invoiced?: boolean | undefined
  search_key?: string | undefined
  /** A JSON list of projects. */
  within?: string | undefined
}

export interface ListFilter extends EntryFilter {
  /** The first days that begin at `from` and `to`, or after: for entries without a clock time. */
  from_day?: string | undefined
  to_day?: string | undefined
}

export type EntrySort = 'sort_at' | 'created_at' | 'seconds'

export interface EntryPage {
  sort: EntrySort
  descending: boolean
  after?: { value: number; id: string } | undefined
  limit: number
}

export function listEntries(db: Reader, workspace: string, filter: ListFilter, page: EntryPage) {
  const { from, to } = filter
  return pageFor(filter, page).page(db, {
    ...filter,
    workspace,
    from_least: from === undefined ? undefined : from - widest,
    to_most: to === undefined ? undefined : to + widest,
    billable: filter.billable ? 1 : 0,
    pattern: filter.search_key === undefined ? undefined : containing(filter.search_key),
    after_value: page.after?.value,
    after_id: page.after?.id,
    limit: page.limit,
  })
}

/** A day begins at most so long before or after the same day elsewhere. */
const widest = 27 * 3_600_000

interface PageParams extends Omit<ListFilter, 'billable'> {
  workspace: string
  from_least: number | undefined
  to_most: number | undefined
  billable: 0 | 1
  pattern: string | undefined
  after_value: number | undefined
  after_id: string | undefined
  limit: number
}

/** One compiled statement for each shape of question: writing and preparing it costs more than most pages. */
const pages = new Map<string, ReturnType<typeof newPage>>()

function pageFor(filter: ListFilter, page: EntryPage): ReturnType<typeof newPage> {
  const { descending, sort } = page
  const said = Object.entries(filter).filter(([, value]) => value !== undefined)
  const shape = `${sort} ${descending} ${page.after !== undefined} ${filter.invoiced} ${said.map(([key]) => key).join()}`
  const known = pages.get(shape)
  if (known) return known
  const made = newPage(filter, page)
  pages.set(shape, made)
  return made
}

const newPage = (filter: ListFilter, { after, descending, sort }: EntryPage) =>
  statement<PageParams>()((db, $) => {
    const direction = descending ? 'desc' : 'asc'
    const listing = joined(db)
      .select(listed.map(column => `e.${column}` as const))
      .where('e.workspace_id', '=', $.workspace)
      .where('e.deleted_at', 'is', null)
    const chosen = conditions(filter, $).reduce((query, condition) => query.where(condition), listing)
    return chosen
      .$if(after !== undefined, query =>
        query.where(eb =>
          eb(
            eb.refTuple(`e.${sort}`, 'e.id'),
            descending ? '<' : '>',
            eb.tuple($.after_value ?? 0, $.after_id ?? ''),
          ),
        ),
      )
      .orderBy(`e.${sort}`, direction)
      .orderBy('e.id', direction)
      .limit($.limit)
  })

export type ListedEntry = Awaited<ReturnType<typeof listEntries>>[number]

function conditions(filter: ListFilter, $: PageParams): RawBuilder<boolean>[] {
  const { billable, client, from, invoiced, member, project, search_key, tag_key, task, to } = filter
  const wanted: [unknown, RawBuilder<boolean>][] = [
    [from, sql`e.sort_at >= ${$.from_least}`],
    [
      from,
      sql`case when e.started_at is null then e.date >= ${$.from_day} else e.started_at >= ${$.from} end`,
    ],
    [to, sql`e.sort_at < ${$.to_most}`],
    [to, sql`case when e.started_at is null then e.date < ${$.to_day} else e.started_at < ${$.to} end`],
    [project, sql`e.project_id = ${$.project}`],
    [client, sql`p.client_id = ${$.client}`],
    [task, sql`e.task_id = ${$.task}`],
    [member, sql`e.member_id = ${$.member}`],
    [filter.within, within(sql`e.project_id`, $.within)],
    [billable, sql`e.billable = ${$.billable}`],
    [invoiced, invoiced ? sql`e.invoice_id is not null` : sql`e.invoice_id is null`],
    [
      tag_key,
      sql`exists (select 1 from entry_tags as g
        where g.workspace_id = e.workspace_id and g.tag_key = ${$.tag_key} and g.entry_id = e.id)`,
    ],
    [
      search_key,
      sql`(e.description_key like ${$.pattern} escape '\\' or p.name_key like ${$.pattern} escape '\\'
        or c.name_key like ${$.pattern} escape '\\')`,
    ],
  ]
  return wanted.flatMap(([value, condition]) => (value === undefined ? [] : [condition]))
}

export interface UnbilledFilter {
  from: number
  to: number
  project?: string | undefined
  client?: string | undefined
  task?: string | undefined
  member?: string | undefined
}

/** Entries on no invoice that was sent, that start in a stretch, in order. */
export const findUnbilled = (db: Reader, workspace: string, filter: UnbilledFilter): Promise<EntryRow[]> => {
  const { client, from, member, project, task, to } = filter
  return joined(db)
    .select(entryColumns.map(column => `e.${column}` as const))
    .where('e.workspace_id', '=', workspace)
    .where('e.deleted_at', 'is', null)
    .where('e.sort_at', '>=', from)
    .where('e.sort_at', '<', to)
    .where(eb => eb.or([eb('e.invoice_id', 'is', null), eb('i.status', '=', 'draft')]))
    .$if(project !== undefined, query => query.where('e.project_id', '=', project ?? ''))
    .$if(client !== undefined, query => query.where('p.client_id', '=', client ?? ''))
    .$if(task !== undefined, query => query.where('e.task_id', '=', task ?? ''))
    .$if(member !== undefined, query => query.where('e.member_id', '=', member ?? ''))
    .orderBy('e.sort_at')
    .orderBy('e.id')
    .execute()
}

/** What is on an invoice, in order. */
/** Sorted here: asked for in order, they would be looked for among all that is in order. */
export async function findEntriesOn(db: Reader, workspace: string, invoice: string): Promise<EntryRow[]> {
  const found: EntryRow[] = await joined(db)
    .select(entryColumns.map(column => `e.${column}` as const))
    .where('e.workspace_id', '=', workspace)
    .where('e.invoice_id', '=', invoice)
    .where('e.deleted_at', 'is', null)
    .execute()
  return found.toSorted((a, b) => a.sort_at - b.sort_at || (a.id < b.id ? -1 : 1))
}

const insertTag = insertOf('entry_tags', ['workspace_id', 'tag_key', 'entry_id', 'tag'])

type Tagged = Pick<Row<'entries'>, 'workspace_id' | 'id' | 'tags'>

/** Its tags as rows of their own, by which they are found. */
export async function replaceTags(db: Transaction, entry: Tagged): Promise<void> {
  await deleteTags(db, entry.workspace_id, entry.id)
  await insertTags(db, entry)
}

async function insertTags(db: Transaction, { id, tags, workspace_id }: Tagged): Promise<void> {
  // written by us from a list of strings
  for (const tag of JSON.parse(tags) as string[])
    await insertTag.run(db, { workspace_id, entry_id: id, tag, tag_key: foldName(tag) })
}

const deleteTags = (db: Transaction, workspace: string, entry: string) =>
  db.deleteFrom('entry_tags').where('workspace_id', '=', workspace).where('entry_id', '=', entry).execute()

/** For good: nothing may know of it any more. */
export async function deleteEntry(db: Transaction, workspace: string, id: string): Promise<void> {
  await deleteTags(db, workspace, id)
  await deleteSpans(db, workspace, id)
  await db.deleteFrom('entries').where('workspace_id', '=', workspace).where('id', '=', id).execute()
}

export const listTags = (
  db: Reader,
  workspace: string,
  page: {
    after?: string | undefined
    descending?: boolean
    limit?: number
    member?: string | undefined
    within?: string | undefined
  } = {},
) =>
  db
    .selectFrom('entry_tags as g')
    .innerJoin('entries as e', join =>
      join.onRef('e.workspace_id', '=', 'g.workspace_id').onRef('e.id', '=', 'g.entry_id'),
    )
    .select(eb => [
      'g.tag_key',
      eb.fn.min('g.tag').as('tag'),
      eb.fn.countAll<number>().as('entries'),
      eb.fn.sum<number>('e.seconds').as('seconds'),
    ])
    .where('g.workspace_id', '=', workspace)
    .where('e.deleted_at', 'is', null)
    .$if(page.after !== undefined, query =>
      query.where('g.tag_key', page.descending ? '<' : '>', page.after ?? ''),
    )
    .$if(page.member !== undefined, query => query.where('e.member_id', '=', page.member ?? ''))
    .$if(page.within !== undefined, query => query.where(within(sql`e.project_id`, page.within)))
    .groupBy('g.tag_key')
    .orderBy('g.tag_key', page.descending ? 'desc' : 'asc')
    .$if(page.limit !== undefined, query => query.limit(page.limit ?? 0))
    .execute()

export async function tagKeysOf(db: Reader, workspace: string, entry: string): Promise<string[]> {
  const rows = await db
    .selectFrom('entry_tags')
    .select('tag_key')
    .where('workspace_id', '=', workspace)
    .where('entry_id', '=', entry)
    .execute()
  return rows.map(row => row.tag_key)
}
