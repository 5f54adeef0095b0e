import { deepStrictEqual } from 'node:assert'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { homeWith, stintIn } from './database.mjs'
import { timeclockWith } from './hledger.mjs'
import { inside } from './inside.mjs'
import { environment, hledger, microseconds, processTime, program, rounds, timewarrior } from './measure.mjs'
import { compared, skipped } from './table.mjs'
import { timewarriorWith } from './timewarrior.mjs'

const periods = { month: 'last_month', year: 'last_year', 'all time': 'all_time' }
const times = { month: 30, year: 4, 'all time': 1 }

/** Time and money by project: the call beside the best SQL, and the whole process beside timewarrior and hledger. */
export async function run({ quick }) {
  return [...(await besideSql(quick)), ...(await besidePeers(quick))]
}

async function besideSql(quick) {
  const home = homeWith(1_000_000)
  const { call, localApp, localPrincipal, reportOperation } = await inside()
  const app = localApp({ STINT_HOME: home }, (line, error) => {
    throw error ?? new Error(line)
  })
  const principal = await localPrincipal(app, 'mcp', {})
  const byHand = rawReport(join(home, 'stint.db'), principal.workspace_id)
  const figures = []
  for (const [name, period] of Object.entries(periods)) {
    const ours = async () => JSON.stringify(await call(app, principal, reportOperation, { period }))
    const answer = JSON.parse(await ours())
    const theirs = () => byHand(answer.period)
    deepStrictEqual(JSON.parse(theirs()).rows, answer.rows)
    const samples = await rounds(quick ? 5 : 15, {
      ours: () => microseconds(times[name], ours),
      theirs: () => microseconds(times[name], theirs),
    })
    figures.push(
      compared({
        what: `get_report by project of a ${name}, 1,000,000 entries`.replace('a all', 'all'),
        ours: samples.ours.map(inMs),
        beside: 'prepared SQL, objects, JSON',
        theirs: samples.theirs.map(inMs),
        unit: 'ms',
        goal: 1.15,
      }),
    )
  }
  await app.close()
  return figures
}

const inMs = sample => sample / 1000

const worth = `case when e.billable = 0 then 0
  when e.bill_agent_time = 1 then e.rate * e.active_seconds + e.agent_rate * e.agent_seconds
  else e.rate * e.active_seconds end`

/** The same answer by hand: what starts in the period by project, less or more what hangs over its edges. */
function rawReport(path, workspace) {
  const db = new Database(path, { readonly: true })
  const projects = db
    .prepare(`select p.id, p.name, c.id, c.name, coalesce(c.currency, p.currency, w.currency) from projects as p
      join workspaces as w on w.id = p.workspace_id
      left join clients as c on c.workspace_id = p.workspace_id and c.id = p.client_id where p.workspace_id = ?`)
    .raw()
    .all(workspace)
  const known = new Map(projects.map(([id, name, client, clientName]) => [id, { name, client, clientName }]))
  const currencies = [...new Set(projects.map(row => row[4]))]
  const sums = db
    .prepare(`select p.id, sum(e.active_seconds), sum(e.agent_seconds), sum(e.idle_seconds), sum(e.billable_seconds),
      count(*), sum(e.billable_seconds) filter (where e.rate is null), sum(${worth}) / 3600, sum(${worth}) % 3600,
      count(*) filter (where e.rate_currency <> @currency)
    from projects as p left join clients as c on c.workspace_id = p.workspace_id and c.id = p.client_id
    cross join entries as e
    where p.workspace_id = @workspace and coalesce(c.currency, p.currency, @own) = @currency
      and e.workspace_id = @workspace and e.project_id = p.id and e.deleted_at is null
      and e.sort_at >= @from and e.sort_at < @to
    group by p.id`)
    .raw()
  const own = db.prepare('select currency from workspaces where id = ?').pluck().get(workspace)
  const columns = `id, project_id, started_at, ended_at, billable, bill_agent_time, rate, active_seconds`
  const atEdge = db.prepare(`
    select ${columns} from entries where workspace_id = @workspace and deleted_at is null
      and sort_at > @edge - 97200000 and sort_at < @edge + 97200000
      and (ended_at is null or (sort_at < @edge and ended_at > @edge))
    union all
    select ${columns} from entries indexed by entries_long where workspace_id = @workspace and deleted_at is null
      and ended_at - started_at > 86400000 and sort_at <= @edge - 97200000 and started_at < @edge and ended_at > @edge`)
  const spans = db.prepare(
    'select kind, started_at, ended_at from spans where workspace_id = ? and entry_id = ? order by started_at',
  )
  return shown => {
    const from = shown.from === undefined ? 0 : Date.parse(shown.from)
    const to = Date.parse(shown.to)
    const found = new Map()
    for (const currency of currencies) {
      for (const row of sums.all({ workspace, own, currency, from, to })) {
        if (row[9] > 0) throw new Error('There is no such project here.')
        found.set(row[0], {
          currency,
          figures: row,
          worth: BigInt(row[7] ?? 0) * 3600n + BigInt(row[8] ?? 0),
        })
      }
    }
    for (const edge of from === 0 ? [to] : [from, to]) {
      for (const entry of atEdge.all({ workspace, edge })) {
        if (entry.started_at === null) continue
        mend(found.get(entry.project_id), entry, spans.all(workspace, entry.id), edge, edge === to ? -1 : 1)
      }
    }
    const rows = [...found].map(([id, sum]) => rowOf(id, known.get(id), sum))
    rows.sort((a, b) => b.seconds - a.seconds || (a.name < b.name ? -1 : 1))
    return JSON.stringify({ period: shown, rows, totals: totalsOf(rows) })
  }
}

/** What lies behind the edge, taken off at the end and added at the beginning. */
function mend(sum, entry, spans, edge, sign) {
  const { figures } = sum
  const behind = { active: 0, agent: 0 }
  for (const { ended_at, kind, started_at } of spans)
    behind[kind] += Math.max(0, ended_at - Math.max(started_at, edge)) / 1000
  figures[1] += sign * behind.active
  figures[2] += sign * behind.agent
  if (sign === 1) figures[5] += 1
  if (entry.billable === 0) return
  figures[4] += sign * behind.active
  if (entry.rate === null) figures[6] += sign * behind.active
  else sum.worth += BigInt(sign) * BigInt(behind.active) * BigInt(entry.rate)
}

function rowOf(id, { client, clientName, name }, { currency, figures, worth }) {
  const minor = Number((2n * worth + 3600n) / 7200n)
  const text = String(minor).padStart(3, '0')
  return {
    name,
    id,
    ...(client !== null && { client: { id: client, name: clientName } }),
    seconds: figures[1] + figures[2],
    active_seconds: figures[1],
    agent_seconds: figures[2],
    idle_seconds: figures[3],
    billable_seconds: figures[4],
    unrated_seconds: figures[6] ?? 0,
    entries: figures[5],
    amounts: worth === 0n ? [] : [{ currency, amount: `${text.slice(0, -2)}.${text.slice(-2)}` }],
  }
}

function totalsOf(rows) {
  const totals = {
    seconds: 0,
    active_seconds: 0,
    agent_seconds: 0,
    idle_seconds: 0,
    billable_seconds: 0,
    entries: 0,
  }
  const amounts = {}
  for (const row of rows) {
    for (const figure of Object.keys(totals)) totals[figure] += row[figure]
    for (const { amount, currency } of row.amounts)
      amounts[currency] = (amounts[currency] ?? 0) + Number(amount.replace('.', ''))
  }
  return { ...totals, amounts }
}

const many = 100_000

async function besidePeers(quick) {
  const what = `stint report of ${many.toLocaleString('en')} entries, whole process`
  const home = homeWith(many)
  const entries = JSON.parse(stintIn(home, 'export', 'entries'))
  const report = period => () =>
    processTime(process.execPath, [program, 'report', period], { env: environment({ STINT_HOME: home }) })
  return [
    ...(await besideTimewarrior(what, report, entries, quick)),
    ...(await besideHledger(what, report, entries, quick)),
  ]
}

async function besideTimewarrior(what, report, entries, quick) {
  if (!timewarrior()) return [skipped(what, 'timewarrior is not installed: apt-get install timewarrior')]
  const theirs = environment({ TIMEWARRIORDB: timewarriorWith(entries) })
  const summary = words => () => processTime('timew', ['summary', ...words], { env: theirs })
  const { from, to } = lastMonth()
  const month = await rounds(quick ? 3 : 9, {
    ours: report('last_month'),
    theirs: summary([from, '-', to]),
  })
  // half a minute each
  const all = await rounds(quick ? 1 : 3, {
    ours: report('all_time'),
    theirs: summary(['2000-01-01', '-', 'tomorrow']),
  })
  const both = { beside: 'timew summary', unit: 'ms' }
  return [
    compared({ ...both, ...month, what: `${what}, a month`, goal: 0.8 }),
    compared({ ...both, ...all, what: `${what}, all time`, goal: 0.05 }),
  ]
}

async function besideHledger(what, report, entries, quick) {
  if (!hledger()) return [skipped(what, 'hledger is not installed: apt-get install hledger')]
  const file = timeclockWith(entries)
  const { from, to } = lastMonth()
  const balance = words => () =>
    processTime('hledger', ['--file', file, 'balance', ...words], { env: environment({ LANG: 'C.UTF-8' }) })
  const samples = await rounds(quick ? 1 : 3, {
    month: report('last_month'),
    theirMonth: balance(['--begin', from, '--end', to]),
    all: report('all_time'),
    theirAll: balance([]),
  })
  const both = { beside: 'hledger balance, timeclock', unit: 'ms' }
  return [
    compared({ ...both, what: `${what}, a month`, ours: samples.month, theirs: samples.theirMonth }),
    compared({ ...both, what: `${what}, all time`, ours: samples.all, theirs: samples.theirAll }),
  ]
}

function lastMonth() {
  const now = new Date()
  const day = month => new Date(Date.UTC(now.getFullYear(), month, 1)).toISOString().slice(0, 10)
  return { from: day(now.getMonth() - 1), to: day(now.getMonth()) }
}
