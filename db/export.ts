import { currencies, exponentOf } from '../src/domain/currency.ts'
import { billedElsewhere } from '../src/domain/entry.ts'
import type { Bindable } from './connection.ts'
import type { ListFilter } from './entries.ts'
import { containing } from './like.ts'
import type { Reader } from './store.ts'
import { valueIn } from './value.ts'

/**
 * Entries as JSON text, oldest first, in pieces of some thousand lines without their brackets and the commas between
 * the pieces. SQLite writes the text itself: rows that become objects and then text take three times as long.
 */
export function* entriesAsJson(
  db: Reader,
  workspace: string,
  filter: ListFilter,
  shown: Shown = all,
): Generator<Uint8Array> {
  const columns = jsonColumns(db, workspace, shown)
  for (const piece of pieces(db, workspace, filter)) {
    const lines = `select ${columns.sql} as line ${piece.from} order by e.sort_at, e.id`
    const sql = `${withPlaces} select cast(group_concat(line, char(44, 10)) as blob) from (${lines})`
    const [text] = rowsOf<[Uint8Array | null]>(db, sql, [workspace, ...columns.values, ...piece.values])
    if (text?.[0]) yield text[0]
  }
}

/** One row for each entry; the titles come first. */
export function* entriesAsRows(
  db: Reader,
  workspace: string,
  filter: ListFilter,
  { money }: Shown = all,
): Generator<Cell[]> {
  const titles = money ? columnTitles : columnTitles.filter(title => !moneyTitles.has(title))
  yield [...titles]
  const member = memberName(db, workspace)
  const columns = `e.id, ${instant('e.started_at')}, ${instant('e.ended_at')}, e.date, ${figures.map(name => `e.${name}`).join(', ')},
    p.client, p.project, ${task}, ${member.sql}, e.description, e.tags, iif(e.billable, 'true', 'false'), e.kind,
    ${money ? `${price},` : ''} ${invoice}`
  for (const { from, values } of pieces(db, workspace, filter)) {
    const sql = `${withPlaces} select ${columns} ${from} order by e.sort_at, e.id`
    for (const row of rowsOf<Cell[]>(db, sql, [workspace, ...member.values, ...values])) {
      // written by us from a list of strings
      yield row.map((cell, at) =>
        titles[at] === 'tags' ? (JSON.parse(String(cell)) as string[]).join(', ') : cell,
      )
    }
  }
}

export interface Shown {
  /** Whether the one who asks may see it. */
  money: boolean
}

const all: Shown = { money: true }

export type Cell = string | number | null

const figures = ['seconds', 'active_seconds', 'agent_seconds', 'billable_seconds']
const columnTitles = [
  'id',
  'start',
  'end',
  'date',
  ...figures,
  'client',
  'project',
  'task',
  'member',
  'description',
  'tags',
  'billable',
  'kind',
  'hourly_rate',
  'agent_rate',
  'currency',
  'amount',
  'invoice',
]
const moneyTitles = new Set(['hourly_rate', 'agent_rate', 'currency', 'amount'])

interface Part {
  sql: string
  values: Bindable[]
}

/** Names are made ready once for each project, not once for each entry. */
const withPlaces = `with p as materialized (
  select p.id, p.name_key, c.name_key as client_key, p.client_id, p.name as project, c.name as client,
    ',"project":' || json_quote(p.name) || ',"client":' || json_quote(c.name) as names
  from projects p left join clients c on c.workspace_id = p.workspace_id and c.id = p.client_id
  where p.workspace_id = ?)`

// quicker than strftime
const instant = (column: string): string =>
  `replace(datetime(${column} / 1000, 'unixepoch'), ' ', 'T') || '.000Z'`
const quotedInstant = (column: string): string => `ifnull('"' || ${instant(column)} || '"', 'null')`
const task = `(select t.name from tasks t where t.workspace_id = e.workspace_id and t.id = e.task_id)`

/** As many decimals as the entry's currency has: nearly all have two. */
const byDecimals = (text: (decimals: number) => string): string => `case
  when instr('${currenciesWith(0, 3, 4)}', e.rate_currency) = 0 then ${text(2)}
  when instr('${currenciesWith(0)}', e.rate_currency) then ${text(0)}
  when instr('${currenciesWith(3)}', e.rate_currency) then ${text(3)}
  else ${text(4)} end`

const currenciesWith = (...decimals: number[]): string =>
  currencies.filter(currency => decimals.includes(exponentOf(currency))).join(' ')

// `12050` as `120.50`
const form = (decimals: number): string => (decimals === 0 ? '%d' : `%d.%0${decimals}d`)
const parts = (minor: string, decimals: number): string =>
  decimals === 0 ? minor : `${minor} / ${10 ** decimals}, ${minor} % ${10 ** decimals}`
const money = (minor: string): string =>
  byDecimals(decimals => `printf('${form(decimals)}', ${parts(minor, decimals)})`)

// half up, as everywhere
const amount = `((${valueIn('e')} + 1800) / 3600)`
const agentRateDiffers = 'e.bill_agent_time = 1 and e.agent_rate <> e.rate'
const price = `iif(e.rate is null, null, ${money('e.rate')}),
  iif(${agentRateDiffers}, ${money('e.agent_rate')}, null),
  e.rate_currency, iif(e.rate is null, null, ${money(amount)})`

/** One text at once: put together from pieces it takes twice as long. */
const quotedPrice = `iif(e.rate is null, ',"hourly_rate":null,"agent_rate":null,"currency":null,"amount":null',
  ${byDecimals(decimals => {
    const quoted = `"${form(decimals)}"`
    const agentRate = `printf('${quoted}', ${parts('e.agent_rate', decimals)})`
    return `printf(',"hourly_rate":${quoted},"agent_rate":%s,"currency":"%s","amount":${quoted}',
      ${parts('e.rate', decimals)}, iif(${agentRateDiffers}, ${agentRate}, 'null'), e.rate_currency,
      ${parts(amount, decimals)})`
  })})`
// what a draft reserves is not billed yet; what was billed elsewhere has no number here
const invoice = `iif(e.invoice_id is null, null, iif(e.invoice_id = '${billedElsewhere}', '${billedElsewhere}',
  (select i.number from invoices i where i.workspace_id = e.workspace_id and i.id = e.invoice_id)))`

function jsonColumns(db: Reader, workspace: string, { money }: Shown): Part {
  const member = memberName(db, workspace)
  const sql = `concat('{"id":"', e.id, '","start":', ${quotedInstant('e.started_at')},
    ',"end":', ${quotedInstant('e.ended_at')}, ',"date":"', e.date, '"',
    ${figures.map(name => `',"${name}":', e.${name}`).join(', ')}, p.names,
    ',"task":', iif(e.task_id is null, 'null', json_quote(${task})), ',"member":', json_quote(${member.sql}),
    ',"description":', json_quote(e.description), ',"tags":', e.tags,
    ',"billable":', iif(e.billable, 'true', 'false'), ',"kind":"', e.kind, '"', ${money ? quotedPrice : "''"},
    iif(e.invoice_id is null, ',"invoice":null}', concat(',"invoice":', json_quote(${invoice}), '}')))`
  return { sql, values: member.values }
}

/** They are few, so that a comparison costs less than a look into their table. */
function memberName(db: Reader, workspace: string): Part {
  const members = rowsOf<[string, string]>(db, 'select id, name from members where workspace_id = ?', [
    workspace,
  ])
  return {
    sql: `case ${members.map(() => 'when e.member_id = ? then ?').join(' ')} when true then '' end`,
    values: members.flat(),
  }
}

const linesInPiece = 4000
/** A day begins at most so long before or after the same day elsewhere. */
const widest = 27 * 3_600_000

/** Cut where `sort_at` changes, so that no piece needs to know where the one before it ended. */
function* pieces(
  db: Reader,
  workspace: string,
  filter: ListFilter,
): Generator<{ from: string; values: Bindable[] }> {
  const where = conditions(filter)
  const last = filter.to === undefined ? Number.MAX_SAFE_INTEGER : filter.to + widest
  const after = `select sort_at from entries where workspace_id = ? and deleted_at is null and sort_at >= ?
    order by sort_at limit 1 offset ${linesInPiece}`
  let start = filter.from === undefined ? Number.MIN_SAFE_INTEGER : filter.from - widest
  while (start < last) {
    const [next] = rowsOf<[number]>(db, after, [workspace, start])
    // more entries at one instant than a piece has lines
    const beyond = next && next[0] === start ? start + 1 : next?.[0]
    const end = Math.min(beyond ?? last, last)
    yield {
      from: `from entries e join p on p.id = e.project_id
        where e.workspace_id = ? and e.deleted_at is null and e.sort_at >= ? and e.sort_at < ? ${where.sql}`,
      values: [workspace, start, end, ...where.values],
    }
    start = end
  }
}

function conditions(filter: ListFilter): Part {
  const found: [sql: string, ...values: Bindable[]][] = []
  if (filter.from !== undefined) found.push([placed('>='), filter.from_day ?? null, filter.from])
  if (filter.to !== undefined) found.push([placed('<'), filter.to_day ?? null, filter.to])
  if (filter.project !== undefined) found.push(['e.project_id = ?', filter.project])
  if (filter.within !== undefined)
    found.push(['e.project_id in (select value from json_each(?))', filter.within])
  if (filter.client !== undefined) found.push(['p.client_id = ?', filter.client])
  if (filter.task !== undefined) found.push(['e.task_id = ?', filter.task])
  if (filter.member !== undefined) found.push(['e.member_id = ?', filter.member])
  if (filter.billable !== undefined) found.push(['e.billable = ?', filter.billable ? 1 : 0])
  if (filter.invoiced !== undefined) found.push([`e.invoice_id is ${filter.invoiced ? 'not ' : ''}null`])
  if (filter.tag_key !== undefined) {
    const tagged =
      'select 1 from entry_tags g where g.workspace_id = e.workspace_id and g.tag_key = ? and g.entry_id = e.id'
    found.push([`exists (${tagged})`, filter.tag_key])
  }
  if (filter.search_key !== undefined) {
    const like = containing(filter.search_key)
    const keys = ['e.description_key', 'p.name_key', 'p.client_key']
    found.push([`(${keys.map(key => `${key} like ? escape '\\'`).join(' or ')})`, like, like, like])
  }
  return {
    sql: found.map(([sql]) => `and ${sql}`).join(' '),
    values: found.flatMap(([, ...values]) => values),
  }
}

/** By the clock, or by the day where an entry has no clock time. */
const placed = (sign: '>=' | '<'): string =>
  `case when e.started_at is null then e.date ${sign} ? else e.started_at ${sign} ? end`

// The caller names the shape of the columns that its text selects.
const rowsOf = <R>(db: Reader, sql: string, values: readonly Bindable[]): R[] =>
  db.sqlite
    .admit(db.sqlite.prepare(sql))
    .raw()
    .all(...values) as R[]
