import * as z from 'zod'
import { findClientNames } from '../db/clients.ts'
import { type EntryRow, findUnbilled, updateEntry } from '../db/entries.ts'
import { findProject, findProjectNames } from '../db/projects.ts'
import { findAllRates, type RateRow, deleteRate as removeRate } from '../db/rates.ts'
import { findAllRunning, findSession, updateSession } from '../db/sessions.ts'
import { listTasks } from '../db/tasks.ts'
import { findAllMembers } from '../db/workspaces.ts'
import type { ChangeContext, Context } from '../src/core/context.ts'
import { isFixed } from '../src/core/engine.ts'
import { assertOwn } from '../src/core/entry.ts'
import {
  clientRef,
  confirm,
  memberRef,
  nextCursor,
  pageFields,
  periodFields,
  projectRef,
  taskRef,
} from '../src/core/fields.ts'
import { change, query } from '../src/core/operation.ts'
import { pageOf } from '../src/core/page.ts'
import { valueOf } from '../src/core/price.ts'
import {
  currencyOf,
  effectiveDay,
  type Frozen,
  isSameRate,
  priceByDay,
  type RateOwner,
  setRate as writeRate,
} from '../src/core/rate.ts'
import {
  namedIds,
  resolveAnyProject,
  resolveClient,
  resolveMember,
  resolveTask,
} from '../src/core/resolve.ts'
import { calendarOf } from '../src/core/time.ts'
import { currency } from '../src/domain/currency.ts'
import { hours } from '../src/domain/duration.ts'
import { AppError } from '../src/domain/error.ts'
import {
  type Amount,
  amountOut,
  amountsOut,
  type Exact,
  moneyInput,
  moneyText,
  percentText,
} from '../src/domain/money.ts'
import { periodShape, periodText, resolvePeriod } from '../src/domain/period.ts'
import { rateInForce } from '../src/domain/rate.ts'
import { reference } from '../src/domain/reference.ts'
import { everyAmountOf } from '../src/domain/report.ts'
import { dayOf } from '../src/domain/zone.ts'

const kinds = ['human', 'agent', 'cost'] as const

const rate = z.object({
  id: z.string(),
  level: z.enum(['task', 'project', 'client', 'member', 'workspace']),
  owner: reference,
  kind: z.enum(kinds),
  amount: amountOut().optional().describe('An hour; neither this nor percent: none from then on'),
  percent: z.string().optional().describe('Of the rate, for agent time'),
  currency: z.string(),
  effective_from: z.string().optional().describe('Absent: for all time'),
  in_force: z.boolean(),
})
type Rate = z.infer<typeof rate>

export const listRates = query({
  name: 'list_rates',
  summary: 'What an hour costs, at every level, with the days from which it holds.',
  scope: 'read',
  role: 'manager',
  route: 'GET /rates',
  command: 'rates',
  examples: ['rates'],
  input: z.strictObject({
    sort: z.enum(['level', '-level']).optional().describe('Default level'),
    ...pageFields,
  }),
  output: z.object({ rates: z.array(rate), next_cursor: nextCursor }),
  text: ({ next_cursor, rates }) =>
    rates.length === 0
      ? 'No rates. stint rate set 120 sets one for the workspace.'
      : [
          {
            columns: ['Level', 'Of', 'Kind', 'Rate', 'From', '', 'Id'],
            rows: rates.map(one => [
              one.level,
              one.owner.name,
              one.kind,
              priceText(one),
              one.effective_from ?? 'always',
              one.in_force ? 'in force' : '',
              one.id,
            ]),
          },
          ...(next_cursor ? ['There are more.'] : []),
        ],

  async run(context, { cursor, limit, sort }) {
    const rows = await findAllRates(context.db, context.workspace.id)
    const { next_cursor, page } = pageOf(
      rows,
      { list: 'rates', sort },
      { cursor, limit },
      {
        value: row => [row.level, row.owner_id, row.kind, row.effective_from].join(' '),
        id: row => row.id,
        descending: sort === '-level',
      },
    )
    const names = await namesOfOwners(context, page)
    return { rates: page.map(row => rateOf(context, row, rows, names)), next_cursor }
  },
})

const priceText = ({ amount, currency, percent }: Rate): string =>
  amount !== undefined ? `${amount} ${currency}` : percent !== undefined ? `${percent} %` : 'none'

/** Also of what was archived. */
async function namesOfOwners(
  { db, workspace }: Context,
  rows: readonly RateRow[],
): Promise<Map<string, string>> {
  const levels = new Set(rows.map(row => row.level))
  const named = [
    { id: workspace.id, name: workspace.name },
    ...(levels.has('member') ? await findAllMembers(db, workspace.id) : []),
    ...(levels.has('client') ? await findClientNames(db, workspace.id) : []),
    ...(levels.has('project') ? await findProjectNames(db, workspace.id) : []),
    ...(levels.has('task') ? await listTasks(db, workspace.id, { status: 'all' }) : []),
  ]
  return new Map(named.map(({ id, name }) => [id, name]))
}

function rateOf(context: Context, row: RateRow, all: readonly RateRow[], names: Map<string, string>): Rate {
  const today = dayOf(context.now, context.workspace.zone)
  const beside = all.filter(
    one => one.owner_id === row.owner_id && one.kind === row.kind && one.currency === row.currency,
  )
  return {
    id: row.id,
    level: row.level,
    owner: { id: row.owner_id, name: names.get(row.owner_id) ?? row.owner_id },
    kind: row.kind,
    ...(row.amount !== null && { amount: moneyText(row.amount, row.currency) }),
    ...(row.percent !== null && { percent: percentText(row.percent) }),
    currency: row.currency,
    ...(row.effective_from !== '' && { effective_from: row.effective_from }),
    in_force: rateInForce(beside, today) === row,
  }
}

export const setRate = change({
  name: 'set_rate',
  summary:
    'Set what an hour costs from a day on: of a task, project, client or member, or of the workspace when none is named.',
  scope: 'write',
  role: 'manager',
  toolset: 'more',
  idempotent: true,
  route: 'POST /rates',
  command: 'rate set <amount>',
  examples: [
    'rate set 120',
    'rate set 140 --client acme --effective-from 2027-01-01',
    'rate set 50% --kind agent --project Website',
    'rate set 45 --kind cost --member Ada',
  ],
  input: z.strictObject({
    amount: moneyInput().describe('Money an hour; agent also 50%; "" takes it off'),
    kind: z.enum(kinds).optional().describe('Default human; cost: what it costs you'),
    task: taskRef.optional(),
    project: projectRef.optional(),
    client: clientRef.optional(),
    member: memberRef.optional(),
    currency: currency.optional().describe('Of a member or the workspace'),
    effective_from: effectiveDay.optional(),
  }),
  output: z.object({ rate }),
  text: ({ rate }) =>
    `${rate.owner.name}: ${priceText(rate)} an hour${rate.kind === 'human' ? '' : ` (${rate.kind})`}, ${
      rate.effective_from ? `from ${rate.effective_from}` : 'for all time'
    }.`,

  async run(context, input) {
    const owner = await ownerOf(context, input)
    const row = await writeRate(context, owner, {
      kind: input.kind ?? 'human',
      text: input.amount,
      effective_from: input.effective_from,
    })
    context.emit({ type: 'rate.set', subject: row.id, after: row })
    const all = await findAllRates(context.db, context.workspace.id)
    const own = all.find(one => one.id === row.id) ?? row
    return { rate: rateOf(context, own, all, await namesOfOwners(context, [own])) }
  },
})

interface OwnerRefs {
  task?: string | undefined
  project?: string | undefined
  client?: string | undefined
  member?: string | undefined
  currency?: string | undefined
}

async function ownerOf(context: ChangeContext, of: OwnerRefs): Promise<RateOwner> {
  const { workspace } = context
  const project = of.project === undefined ? undefined : await resolveAnyProject(context, of.project)
  const named = [of.task ?? of.project, of.client, of.member].filter(one => one !== undefined)
  if (named.length > 1)
    throw new AppError('validation_error', 'A rate has one owner: a task, project, client or member.')
  if (of.task !== undefined) {
    const task = await resolveTask(context, of.task, project)
    const its = await findProject(context.db, workspace.id, task.project_id)
    if (!its) throw new Error('A task has a project.')
    return inCurrency({ level: 'task', id: task.id, currency: currencyOf(its, workspace) }, of.currency)
  }
  if (project)
    return inCurrency(
      { level: 'project', id: project.id, currency: currencyOf(project, workspace) },
      of.currency,
    )
  if (of.client !== undefined) {
    const client = await resolveClient(context, of.client)
    const holding = client.currency ?? workspace.currency
    return inCurrency({ level: 'client', id: client.id, currency: holding }, of.currency)
  }
  const owner =
    of.member === undefined
      ? { level: 'workspace' as const, id: workspace.id }
      : { level: 'member' as const, id: (await resolveMember(context, of.member)).id }
  return { ...owner, currency: of.currency ?? workspace.currency }
}

/** Of members and workspaces there may be a rate in each currency; elsewhere one currency holds. */
function inCurrency(owner: RateOwner, wanted: string | undefined): RateOwner {
  if (wanted === undefined || wanted === owner.currency) return owner
  throw new AppError(
    'currency_mismatch',
    `This ${owner.level} is billed in ${owner.currency}, not in ${wanted}.`,
    {
      details: { currency: owner.currency },
      hint: 'Leave currency out, or change the currency of the client or project.',
    },
  )
}

export const deleteRate = change({
  name: 'delete_rate',
  summary: 'Take back a rate that was set. Time that was tracked keeps the rate it has.',
  scope: 'write',
  role: 'manager',
  destructive: true,
  route: 'DELETE /rates/{rate}',
  command: 'rate delete <rate>',
  examples: ['rate delete rat_…'],
  input: z.strictObject({
    rate: z.string().max(60).describe('Id, from list_rates'),
    confirm: confirm.optional(),
  }),
  output: z.object({ rate }),
  text: ({ rate }) => `Took back ${priceText(rate)} of ${rate.owner.name}.`,
  question: ({ rate }) => `Take back rate ${rate}?`,

  async run(context, input) {
    const all = await findAllRates(context.db, context.workspace.id)
    const row = all.find(one => one.id === input.rate)
    if (!row) {
      throw new AppError('not_found', `No rate "${input.rate}".`, {
        hint: 'list_rates shows rates with their ids.',
      })
    }
    await removeRate(context.db, context.workspace.id, row.id)
    context.emit({ type: 'rate.deleted', subject: row.id, before: row })
    return { rate: rateOf(context, row, all, await namesOfOwners(context, [row])) }
  },
})

const mostShown = 20

export const reprice = change({
  name: 'reprice',
  summary:
    'Give unbilled time the rates that hold on its days. preview: true shows what would change and writes nothing.',
  scope: 'write',
  role: 'manager',
  toolset: 'more',
  destructive: ({ preview }) => preview !== true,
  idempotent: true,
  route: 'POST /rates/reprice',
  command: 'reprice [period]',
  examples: ['reprice --project Website --preview', 'reprice this_month --client acme --confirm'],
  input: z.strictObject({
    ...periodFields,
    project: projectRef.optional(),
    client: clientRef.optional(),
    task: taskRef.optional(),
    member: memberRef.optional(),
    preview: z.boolean().optional().describe('true writes nothing'),
    confirm: confirm.optional(),
  }),
  output: z.object({
    period: periodShape,
    applied: z.boolean(),
    entries: z.int().describe('How many change'),
    running: z.int().describe('Timers and sessions that change'),
    seconds: z.int(),
    before: amountsOut(),
    after: amountsOut(),
    unrated_seconds: z.int().describe('Billable time that has no rate afterwards'),
    kept: z.object({
      own_rate: z.int().describe('Entries with a rate of their own'),
      locked: z.int().describe('Entries before the lock'),
    }),
    changes: z.array(
      z.object({
        entry: z.string(),
        date: z.string(),
        seconds: z.int(),
        before: amountOut().optional(),
        after: amountOut().optional(),
        currency: z.string().optional(),
      }),
    ),
  }),
  text: ({ after, applied, before, changes, entries, kept, running, seconds, unrated_seconds }) => [
    entries + running === 0
      ? 'Nothing changes: unbilled time has the rates that hold.'
      : `${applied ? 'Repriced' : 'Would reprice'} ${entries} entries (${hours(seconds)}) and ${running} running: ${amountsText(before)} → ${amountsText(after)}.`,
    ...(changes.length > 0
      ? [
          {
            columns: ['Date', 'Time', 'Rate before', 'After', 'Id'],
            rows: changes.map(one => [
              one.date,
              hours(one.seconds),
              one.before ?? 'none',
              `${one.after ?? 'none'} ${one.currency ?? ''}`,
              one.entry,
            ]),
          },
        ]
      : []),
    ...(kept.own_rate > 0 ? [`${kept.own_rate} with a rate of their own stay as they are.`] : []),
    ...(kept.locked > 0 ? [`${kept.locked} lie before the lock and stay as they are.`] : []),
    ...(unrated_seconds > 0 ? [`${hours(unrated_seconds)} have no rate.`] : []),
  ],
  question: () => 'Give unbilled time the rates that hold on its days?',

  async run(context, input) {
    const { db, workspace } = context
    const period = resolvePeriod(input, calendarOf(context, input.time_zone), 'all_time')
    const filter = await namedIds(context, input)
    const rows = await findUnbilled(db, workspace.id, { from: period.from ?? 0, to: period.to, ...filter })
    const priceOf = pricing(context)
    const plan = await planned(context, rows, priceOf)
    const running = await plannedRunning(context, filter, priceOf)
    const applied = input.preview !== true
    if (applied) for (const one of plan.changes) await applyTo(context, one)
    if (applied) for (const { id, price } of running) await repriceSession(context, id, price)
    return {
      period: periodText(period),
      applied,
      entries: plan.changes.length,
      running: running.length,
      seconds: plan.changes.reduce((sum, { row }) => sum + row.seconds, 0),
      before: worthOf(plan.changes.map(({ row }) => [row, row])),
      after: worthOf(plan.changes.map(({ price, row }) => [row, { ...row, ...price }])),
      unrated_seconds: plan.unrated,
      kept: plan.kept,
      changes: plan.changes.slice(0, mostShown).map(({ price, row }) => ({
        entry: row.id,
        date: row.date,
        seconds: row.seconds,
        ...(row.rate !== null &&
          row.rate_currency !== null && { before: moneyText(row.rate, row.rate_currency) }),
        ...(price.rate !== null &&
          price.rate_currency !== null && {
            after: moneyText(price.rate, price.rate_currency),
            currency: price.rate_currency,
          }),
      })),
    }
  },
})

interface Repriced {
  row: EntryRow
  price: Frozen
}

type PriceOf = (
  of: { project_id: string; task_id: string | null; member_id: string },
  day: string,
) => Promise<Frozen>

/** What its project, task and member say of it is read once, for all time that they have in common. */
function pricing(context: Context): PriceOf {
  const { db, workspace } = context
  const known = new Map<string, (day: string) => Frozen>()
  return async ({ member_id, project_id, task_id }, day) => {
    const key = JSON.stringify([project_id, task_id, member_id])
    const found = known.get(key)
    if (found) return found(day)
    const project = await findProject(db, workspace.id, project_id)
    if (!project) throw new Error('All time has a project.')
    const on = await priceByDay(context, { project, task: task_id, member: member_id })
    known.set(key, on)
    return on(day)
  }
}

async function planned(context: ChangeContext, rows: readonly EntryRow[], priceOf: PriceOf) {
  const kept = { own_rate: 0, locked: 0 }
  const changes: Repriced[] = []
  let unrated = 0
  for (const row of rows) {
    assertOwn(context, row.member_id)
    const price = await priceOf(row, row.date)
    if (row.rate_level === 'entry') kept.own_rate++
    else if (price.rate === null) unrated += row.billable_seconds
    if (row.rate_level === 'entry' || isSameRate(row, price)) continue
    if (context.workspace.locked_before !== null && row.sort_at < context.workspace.locked_before)
      kept.locked++
    else changes.push({ row, price })
  }
  return { changes, kept, unrated }
}

/** What still runs is priced as of its start. */
async function plannedRunning(
  context: ChangeContext,
  filter: Awaited<ReturnType<typeof namedIds>>,
  priceOf: PriceOf,
): Promise<{ id: string; price: Frozen }[]> {
  const { db, workspace } = context
  const planned: { id: string; price: Frozen }[] = []
  const within = filter.project === undefined ? undefined : JSON.stringify([filter.project])
  for (const session of await findAllRunning(db, workspace.id, within)) {
    if (filter.client !== undefined && session.client_id !== filter.client) continue
    if (filter.task !== undefined && session.task_id !== filter.task) continue
    if (filter.member !== undefined && session.member_id !== filter.member) continue
    const price = await priceOf(session, dayOf(session.started_at, workspace.zone))
    if (!isSameRate(session, price)) planned.push({ id: session.id, price })
  }
  return planned
}

/** Signals that come later write the entry anew, with what its session froze: so that changes as well. */
async function applyTo(context: ChangeContext, { price, row }: Repriced): Promise<void> {
  const { db, now, workspace } = context
  const set = { ...price, version: row.version + 1, updated_at: now }
  await updateEntry(db, workspace.id, row.id, set)
  if (row.session_id !== null && !isFixed(context, row)) await repriceSession(context, row.session_id, price)
  context.emit({
    type: 'entry.updated',
    subject: row.id,
    before: row,
    after: { ...row, ...set },
  })
}

async function repriceSession(context: ChangeContext, id: string, price: Frozen): Promise<void> {
  const { db, now, workspace } = context
  const before = await findSession(db, workspace.id, id)
  if (!before) return
  const set = { ...price, version: before.version + 1, updated_at: now }
  await updateSession(db, workspace.id, id, set)
  const type = before.kind === 'timer' ? 'timer.updated' : 'session.updated'
  context.emit({ type, subject: id, before, after: { ...before, ...set } })
}

function worthOf(of: readonly [EntryRow, EntryRow][]): Amount[] {
  const sums = new Map<string, Exact>()
  for (const [seconds, terms] of of) {
    const value = valueOf(terms, seconds)
    if (value === undefined || terms.rate_currency === null) continue
    sums.set(terms.rate_currency, (sums.get(terms.rate_currency) ?? 0n) + value)
  }
  return everyAmountOf(sums)
}

const amountsText = (amounts: readonly Amount[]): string =>
  amounts.length === 0 ? 'nothing' : amounts.map(one => `${one.amount} ${one.currency}`).join(' + ')
