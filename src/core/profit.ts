import { expenseSums } from '../../db/expense-sums.ts'
import { findAllRates } from '../../db/rates.ts'
import { findReportedProjects, type SumFilter } from '../../db/reports.ts'
import { worth } from '../domain/money.ts'
import type { Period } from '../domain/period.ts'
import { type Business, noBusiness, together } from '../domain/profit.ts'
import { levelsOf, rateFor } from '../domain/rate.ts'
import type { Reference } from '../domain/reference.ts'
import { dayOf, startOfDay } from '../domain/zone.ts'
import type { Context } from './context.ts'
import { type LocalStretch, measured, stretchOf } from './measured.ts'
import { firstDayFrom } from './time.ts'

export interface BusinessRow {
  project: Reference | undefined
  client: Reference | undefined
  currency: string
  of: Business
}

/** What came in and what it cost, by project and currency. */
export async function businessOf(
  context: Context,
  period: Period,
  filter: SumFilter,
): Promise<BusinessRow[]> {
  const { db, workspace } = context
  const projects = new Map(
    (await findReportedProjects(db, workspace.id)).map(({ client_id, client_name, currency, id, name }) => {
      const client =
        client_id === null || client_name === null ? undefined : { id: client_id, name: client_name }
      return [id, { project: { id, name }, client, currency }] as const
    }),
  )
  const rows = new Map<string, BusinessRow>()
  const add = (place: Omit<BusinessRow, 'of'>, more: Partial<Business>): void => {
    const name = `${place.client?.id ?? ''} ${place.project?.id ?? ''} ${place.currency}`
    rows.set(name, { ...place, of: together(rows.get(name)?.of ?? noBusiness, more) })
  }
  for (const one of await revenueOf(context, period, filter)) {
    const place = projects.get(one.project)
    if (place) add({ ...place, currency: one.currency ?? place.currency }, one.of)
  }
  const currencies = new Map([...projects].map(([id, { currency }]) => [id, currency]))
  for (const { of, project } of await costsOf(context, period, filter, currencies)) {
    const place = projects.get(project)
    if (place) add(place, of)
  }
  for (const { amount, charge, client, currency, project } of await expensesOf(context, period, filter))
    add({ client, project, currency }, { charged: charge, laid_out: amount, has_costs: true })
  return [...rows.values()]
}

interface OfProject {
  project: string
  /** None: the project's own. */
  currency?: string
  of: Partial<Business>
}

async function revenueOf(context: Context, period: Period, filter: SumFilter): Promise<OfProject[]> {
  const found = await measured(context, stretchOf(period), filter, ['project'])
  return found.flatMap(({ path: [project], sum }): OfProject[] => {
    if (!project) return []
    const { active_seconds, agent_seconds, unrated_seconds } = sum
    return [
      { project, of: { seconds: active_seconds + agent_seconds, unrated_seconds } },
      ...[...sum.worth].map(([currency, worth]) => ({ project, currency, of: { worth } })),
    ]
  })
}

/**
 * People cost what their rate says on the day, in the currency of the project; agents cost what their tokens cost,
 * which are expenses. Between two days on which a cost rate begins, nothing changes:
 *
 *     period     [------------------------)
 *     rates    |60        |65        |70
 *     summed     [--------)[---------)[---)
 */
async function costsOf(
  context: Context,
  period: Period,
  filter: SumFilter,
  currencies: ReadonlyMap<string, string>,
): Promise<OfProject[]> {
  const { db, workspace } = context
  const rates = (await findAllRates(db, workspace.id)).filter(rate => rate.kind === 'cost')
  const days = rates.map(rate => rate.effective_from).filter(day => day !== '')
  const costs: OfProject[] = []
  for (const part of cutAt(days, stretchOf(period), workspace.zone)) {
    const day = dayOf(part.from, workspace.zone)
    for (const { path, sum } of await measured(context, part, filter, ['project', 'member'])) {
      const [project, member] = path
      const currency = currencies.get(project ?? '')
      if (!project || currency === undefined) continue
      const levels = levelsOf(rates, { member, workspace: workspace.id }, 'cost')
      const rate = rateFor({ levels, currency, day })?.amount
      const { active_seconds } = sum
      const of =
        rate == null
          ? { uncosted_seconds: active_seconds }
          : { cost: worth(active_seconds, rate), has_costs: true }
      costs.push({ project, of })
    }
  }
  return costs
}

function cutAt(days: readonly string[], { from, to, zone }: LocalStretch, cutZone: string): LocalStretch[] {
  const cuts = [...new Set(days)].map(day => startOfDay(day, cutZone)).filter(at => at > from && at < to)
  const edges = [from, ...cuts.toSorted((a, b) => a - b), to]
  return edges.slice(1).map((end, at) => ({ from: edges[at] ?? from, to: end, zone }))
}

const expensesOf = ({ db, workspace }: Context, { from, time_zone, to }: Period, filter: SumFilter) =>
  expenseSums(db, workspace.id, {
    from_day: from === null ? '' : firstDayFrom(from, time_zone),
    to_day: firstDayFrom(to, time_zone),
    client: filter.client,
    project: filter.project,
  })
