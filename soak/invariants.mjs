import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { audit } from '../faults/audit.mjs'

// What has to hold at any moment: said once in plain SQL beside the database, once by what the server answers.

/** By name; the cheap ones in turn, all of them together at the end. */
export const invariants = {
  'one attention': ({ db }) => secondsTwice(db),
  'sessions are their entries': ({ db }) => strayTallies(db),
  'reports are their entries': wrongReports,
  'budgets are their entries': wrongBudgets,
  'drafts are their lines': wrongDrafts,
}

/** The log of events, invoices, numbers, alarms: everything that can be read off the file. */
export async function wholeAudit(path) {
  const { problems } = audit(path)
  // meanwhile nobody listened, and the server may have hung up
  await sleep(20)
  return problems
}

export function openReadOnly(path) {
  return new Database(path, { readonly: true, fileMustExist: true })
}

const byHand = `('mcp', 'cli', 'rest', 'web')`

/** A person is at one place: what was inferred of them meets nothing else that they did and that still follows its signals. */
function secondsTwice(db) {
  const spans = db
    .prepare(
      `select s.member_id, s.started_at, s.ended_at, e.id, e.host not in ${byHand} as inferred
         from spans as s join entries as e on (e.workspace_id, e.id) = (s.workspace_id, s.entry_id)
         where s.kind = 'active' and e.deleted_at is null and e.fixed_at is null and e.invoice_id is null
           and e.kind in ('timer', 'session')
         order by s.member_id, s.started_at`,
    )
    .all()
  const problems = []
  let open = []
  for (const span of spans) {
    open = open.filter(one => one.member_id === span.member_id && one.ended_at > span.started_at)
    for (const one of open) {
      if ((one.inferred || span.inferred) && one.id !== span.id)
        problems.push(`${one.id} and ${span.id} share time from ${new Date(span.started_at).toISOString()}`)
    }
    open.push(span)
  }
  return problems
}

function strayTallies(db) {
  const rows = db
    .prepare(
      `select e.id, e.active_seconds, e.agent_seconds, s.counted_seconds, s.ended_at,
           coalesce(sum((p.ended_at - p.started_at) * (p.kind = 'active')) / 1000, 0) as active,
           coalesce(sum((p.ended_at - p.started_at) * (p.kind = 'agent')) / 1000, 0) as agent
         from sessions as s join entries as e on (e.workspace_id, e.id) = (s.workspace_id, s.entry_id)
         left join spans as p on (p.workspace_id, p.entry_id) = (e.workspace_id, e.id)
         where e.deleted_at is null and e.fixed_at is null and e.invoice_id is null
         group by e.id`,
    )
    .all()
  return rows.flatMap(({ active, active_seconds, agent, agent_seconds, counted_seconds, ended_at, id }) => [
    ...(active === active_seconds && agent === agent_seconds ? [] : [`spans of ${id} are not its time`]),
    ...(active + agent === counted_seconds
      ? []
      : [`${id} has ${active + agent} s, its session ${counted_seconds} s`]),
    ...(ended_at === null ? [`${id} lives while its session runs`] : []),
  ])
}

const figures = ['seconds', 'billable_seconds', 'idle_seconds', 'entries']

async function wrongReports({ db, owner }) {
  const kept = db
    .prepare(
      `select count(*) as entries, coalesce(sum(seconds), 0) as seconds, coalesce(sum(idle_seconds), 0) as idle_seconds,
         coalesce(sum(billable_seconds), 0) as billable_seconds from entries where deleted_at is null`,
    )
    .get()
  const problems = []
  for (const group_by of ['project', 'day', 'member', 'client', 'host']) {
    const { rows, totals } = await owner.do('GET /reports/summary', { period: 'all_time', group_by })
    for (const figure of figures) {
      if (totals[figure] !== kept[figure])
        problems.push(`report by ${group_by}: ${figure} ${totals[figure]}, entries have ${kept[figure]}`)
    }
    // across midnight an entry is in two days
    for (const figure of figures.slice(0, 2)) {
      const sum = rows.reduce((all, row) => all + row[figure], 0)
      if (sum !== kept[figure])
        problems.push(`report by ${group_by}: rows come to ${sum} ${figure}, not ${kept[figure]}`)
    }
    problems.push(...wrongMoney(rows, totals).map(problem => `report by ${group_by}: ${problem}`))
  }
  return problems
}

/** The total is the sum of the rows as they are shown, by currency. */
function wrongMoney(rows, totals) {
  const sums = new Map()
  for (const { amount, currency } of rows.flatMap(row => row.amounts ?? []))
    sums.set(currency, (sums.get(currency) ?? 0n) + minor(amount))
  return (totals.amounts ?? []).flatMap(({ amount, currency }) =>
    sums.get(currency) === minor(amount) ? [] : [`${amount} ${currency} is not the sum of its rows`],
  )
}

const minor = text => BigInt(text.replace('.', ''))

async function wrongBudgets({ db, owner }) {
  const { budgets } = await owner.do('GET /budgets')
  return budgets.flatMap(({ basis, currency, period, project, used_amount, used_seconds }) => {
    const entries = startedIn(db, project.id, period)
    const { amount, seconds } = usedBy(entries, basis, currency)
    return [
      ...(seconds === used_seconds ? [] : [`${used_seconds} s used, entries have ${seconds} s`]),
      ...(used_amount === undefined || amount === minor(used_amount)
        ? []
        : [`${used_amount} ${currency} used, entries come to ${amount}`]),
    ].map(problem => `budget of ${project.name}: ${problem}`)
  })
}

function startedIn(db, project, { from, to, token }) {
  const entries = db.prepare('select * from entries where deleted_at is null and project_id = ?').all(project)
  if (token === 'all_time') return entries
  const [begins, ends] = [from, to].map(Date.parse)
  return entries.filter(({ date, started_at }) =>
    started_at === null
      ? date >= localDay(begins) && date < localDay(ends)
      : started_at >= begins && started_at < ends,
  )
}

/** `all` counts what is not billable as if it were, and assistants' time too. */
function usedBy(entries, basis, currency) {
  let [seconds, worth] = [0, 0n]
  for (const one of entries) {
    const isWhole = basis === 'all'
    seconds += isWhole ? one.seconds : one.billable_seconds
    if (one.rate_currency !== currency || !(isWhole || one.billable)) continue
    worth += BigInt(one.rate) * BigInt(one.active_seconds)
    if (isWhole || one.bill_agent_time)
      worth += BigInt(one.agent_rate ?? one.rate) * BigInt(one.agent_seconds)
  }
  return { seconds, amount: (2n * worth + 3600n) / 7200n }
}

const days = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin' })
export const localDay = at => days.format(at)

async function wrongDrafts({ owner }) {
  const { invoices } = await owner.do('GET /invoices', { status: 'draft' })
  const problems = []
  for (const { id, total } of invoices) {
    const { invoice } = await owner.do(`GET /invoices/${id}`)
    const lines = invoice.lines.reduce((sum, line) => sum + minor(line.amount), 0n)
    const { discount, subtotal, tax } = invoice
    if (lines !== minor(subtotal)) problems.push(`draft ${id}: lines come to ${lines}, not ${subtotal}`)
    if (minor(subtotal) - minor(discount) + minor(tax) !== minor(invoice.total))
      problems.push(`draft ${id}: its total`)
    if (invoice.total !== total) problems.push(`draft ${id}: ${total} in the list, ${invoice.total} alone`)
  }
  return problems
}
