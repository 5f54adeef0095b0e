import {
  deleteAlarm,
  deleteAlarmsOf,
  findAlarms,
  findBudget,
  insertAlarm,
  sumUsed,
} from '../../db/budgets.ts'
import type { EntryRow } from '../../db/entries.ts'
import { findProject, type ProjectRow } from '../../db/projects.ts'
import {
  type Budget,
  type BudgetAlarm,
  type BudgetGauge,
  type BudgetState,
  budgetOf,
  fullest,
  type Gauge,
  gaugesOf,
  reachedBy,
  shareOf,
  stateOf,
  unlimited,
  windowAt,
  windowStart,
} from '../domain/budget.ts'
import { exactOf, type Minor, moneyText, rounded } from '../domain/money.ts'
import type { Period } from '../domain/period.ts'
import { dayOf, startOfDay } from '../domain/zone.ts'
import type { ChangeContext, Context, Fact } from './context.ts'
import { currencyOf } from './rate.ts'
import { calendarOf } from './time.ts'

/** How a project stands in a window of its budget. */
export interface Standing {
  budget: Budget
  currency: string
  period: Period
  used: UsedTime
  gauges: readonly Gauge[]
  /** Of the limit of which more is used; undefined: there is none. */
  share: number | undefined
  /** Thresholds, rising. */
  reached: readonly number[]
  state: BudgetState
}

export interface UsedTime {
  seconds: number
  amount: Minor
  unrated_seconds: number
  other_currency_seconds: number
}

/** In the window that holds now, or another one. */
export async function standingOf(context: Context, project: ProjectRow, window?: Period): Promise<Standing> {
  const budget = budgetOf(project.budget) ?? unlimited
  const currency = budget.currency ?? currencyOf(project, context.workspace)
  const period = window ?? windowAt(budget.window, calendarOf(context))
  const used = await usedIn(context, { project: project.id, basis: budget.basis, currency, period })
  const gauges = gaugesOf(budget, used)
  const first = fullest(gauges)
  const reached = reachedBy(gauges, budget.thresholds)
  const share = first && shareOf(first)
  return { budget, currency, period, used, gauges, share, reached, state: stateOf(gauges, reached) }
}

export async function usedIn(
  { db, workspace }: Context,
  of: { project: string; basis: Budget['basis']; currency: string; period: Period },
): Promise<UsedTime> {
  const { basis, currency, period, project } = of
  const { rest, units, ...sum } = await sumUsed(db, workspace.id, project, {
    basis,
    currency,
    days: daysOf(period),
  })
  return { ...sum, amount: rounded(exactOf(units, rest)) }
}

const daysOf = ({ from, time_zone: zone, to }: Period) =>
  from === null ? undefined : { from, to, first: dayOf(from, zone), after: dayOf(to, zone) }

/** What its project shows of it. */
export async function budgetGaugeOf(context: Context, project: ProjectRow): Promise<BudgetGauge> {
  if (project.budget === null) return { unlimited: true }
  return fullestOf(await standingOf(context, project)) ?? { unlimited: true }
}

/** The limit that is nearer, in its own unit. */
export function fullestOf({ currency, gauges, share }: Standing): BudgetGauge | undefined {
  const first = fullest(gauges)
  if (!first) return undefined
  const text = (n: number): string =>
    first.unit === 'amount' ? moneyText(n, currency) : String(Math.round(n / 36) / 100)
  return {
    used: text(first.used),
    limit: text(first.limit),
    unit: first.unit === 'amount' ? currency : 'hours',
    share,
  }
}

/** The budgets of these projects that have reached a threshold or their limit, the fullest first. */
export async function budgetAlarms(context: Context, projects: Iterable<string>): Promise<BudgetAlarm[]> {
  const alarms: BudgetAlarm[] = []
  for (const id of new Set(projects)) {
    const found = await limitedProject(context, id)
    if (!found) continue
    const { budget, share = 0, state } = await standingOf(context, found)
    if (state !== 'ok') alarms.push({ ...namesOf(found), window: budget.window, share, state })
  }
  return alarms.toSorted((a, b) => b.share - a.share)
}

/** As a rule there is no limit, and nothing else is looked at. */
export async function limitedProject(
  { db, workspace }: Context,
  project: string,
): Promise<ProjectRow | undefined> {
  const budget = await findBudget(db, workspace.id, project)
  return budget === null ? undefined : findProject(db, workspace.id, project)
}

export const namesOf = ({ client_id, client_name, id, name }: ProjectRow) => ({
  project: { id, name },
  ...(client_id !== null && client_name !== null && { client: { id: client_id, name: client_name } }),
})

/**
 * Tells, in the change that crossed it, of each threshold once for a window, and arms again what the change fell below.
 * The windows that are looked at are those in which the changed time starts, since a timer may stop, and what hosts
 * reported may come, after a window is over.
 */
export async function checkBudgets(context: ChangeContext, facts: readonly Fact[]): Promise<void> {
  for (const [id, touched] of touchedBy(facts)) {
    if (touched.another_window) await deleteAlarmsOf(context.db, context.workspace.id, id)
    const project = await limitedProject(context, id)
    if (!project) continue
    for (const period of windowsOf(context, project, touched)) await checkWindow(context, project, period)
  }
}

type Placed = Pick<EntryRow, 'project_id' | 'started_at' | 'sort_at' | 'date'>

interface Touched {
  entries: Placed[]
  /** Its limit was changed, which concerns the window that holds now. */
  limit: boolean
  another_window: boolean
}

function touchedBy(facts: readonly Fact[]): Map<string, Touched> {
  const all = new Map<string, Touched>()
  const touched = (id: string): Touched => {
    const one = all.get(id) ?? { entries: [], limit: false, another_window: false }
    all.set(id, one)
    return one
  }
  for (const { after, before, subject, type } of facts) {
    // the images of entries and projects are their rows
    const [was, is] = [before, after] as (Partial<Placed & ProjectRow> | undefined)[]
    if (type.startsWith('entry.')) {
      for (const entry of [was, is]) if (isPlaced(entry)) touched(entry.project_id).entries.push(entry)
    } else if (type === 'project.updated' && was?.budget !== is?.budget) {
      const one = touched(subject)
      one.limit = true
      one.another_window ||= windowOf(was) !== windowOf(is)
    }
  }
  return all
}

const isPlaced = (entry: Partial<Placed> | undefined): entry is Placed => entry?.project_id !== undefined

const windowOf = (project: Partial<ProjectRow> | undefined): string | undefined =>
  budgetOf(project?.budget ?? null)?.window

/** A day without a clock time may have begun elsewhere at another instant: it is in the windows by its date. */
function windowsOf(context: Context, { budget }: ProjectRow, touched: Touched): Iterable<Period> {
  const { window } = budgetOf(budget) ?? unlimited
  const calendar = calendarOf(context)
  const instants = touched.entries.map(({ date, sort_at, started_at }) =>
    started_at === null ? startOfDay(date, calendar.zone) : sort_at,
  )
  if (touched.limit) instants.push(context.now)
  const periods = instants.map(now => windowAt(window, { ...calendar, now }))
  return new Map(periods.map(period => [windowStart(period), period])).values()
}

async function checkWindow(context: ChangeContext, project: ProjectRow, period: Period): Promise<void> {
  const { db, now, workspace } = context
  const standing = await standingOf(context, project, period)
  const start = windowStart(period)
  const told = await findAlarms(db, workspace.id, project.id, start)
  for (const percent of told)
    if (!standing.reached.includes(percent)) await deleteAlarm(db, workspace.id, project.id, start, percent)
  for (const percent of standing.reached) {
    if (told.includes(percent)) continue
    const key = { workspace_id: workspace.id, project_id: project.id, window_start: start, percent }
    await insertAlarm(db, { ...key, fired_at: now })
    context.emit({
      type: 'budget.threshold',
      subject: project.id,
      after: imageOf(project, standing, start, percent),
    })
  }
}

const imageOf = (project: ProjectRow, standing: Standing, start: string, percent: number) => {
  const { budget, currency, share, state, used } = standing
  return {
    ...namesOf(project),
    percent,
    share,
    state,
    window: budget.window,
    ...(start !== '' && { window_start: start }),
    basis: budget.basis,
    used_seconds: used.seconds,
    ...(budget.seconds && { limit_seconds: budget.seconds }),
    ...(budget.amount && {
      used_amount: moneyText(used.amount, currency),
      limit_amount: moneyText(budget.amount, currency),
      currency,
    }),
  }
}
