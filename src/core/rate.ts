import * as z from 'zod'
import type { ProjectRow } from '../../db/projects.ts'
import { deleteRate, findRatesFor, findRatesOf, insertRate, type RateRow } from '../../db/rates.ts'
import { sumUnrated } from '../../db/reports.ts'
import { hours } from '../domain/duration.ts'
import { AppError } from '../domain/error.ts'
import {
  type Minor,
  moneyInput,
  moneyText,
  mostAnHour,
  parseMoney,
  parsePercent,
  percentText,
} from '../domain/money.ts'
import { effectiveFrom, frozenRate, rateInForce } from '../domain/rate.ts'
import { dayOf, parseDay } from '../domain/zone.ts'
import type { ChangeContext, Context, Workspace } from './context.ts'
import { assertManager, seesMoney } from './role.ts'

/** What an hour of an entry or session costs, as it was when it began. */
export interface Frozen {
  rate: Minor | null
  agent_rate: Minor | null
  rate_currency: string | null
  rate_level: RateRow['level'] | 'entry' | null
}

export type Priced = Pick<ProjectRow, 'id' | 'client_id' | 'currency' | 'client_currency'>

/** A project's currency is its client's; without a client its own. */
export const currencyOf = (
  { client_currency, client_id, currency }: Omit<Priced, 'id'>,
  workspace: Workspace,
): string => (client_id === null ? currency : client_currency) ?? workspace.currency

interface PricedTime {
  project: Priced
  task: string | null
  member: string
}

/** The rate that holds for time of that project, task and member on a day. */
export async function freeze(context: Context, of: PricedTime & { day: string }): Promise<Frozen> {
  return (await priceByDay(context, of))(of.day)
}

/** The same for any day. */
export async function priceByDay(
  { db, workspace }: Context,
  { member, project, task }: PricedTime,
): Promise<(day: string) => Frozen> {
  const client = project.client_id
  const rates = await findRatesFor(db, workspace.id, { task, project: project.id, client, member })
  if (rates.length === 0) return () => unrated
  const owners = { task, project: project.id, client, member, workspace: workspace.id }
  const currency = currencyOf(project, workspace)
  return day => frozenRate(rates, owners, currency, day)
}

export const unrated: Frozen = { rate: null, agent_rate: null, rate_currency: null, rate_level: null }

export const frozenOf = ({ agent_rate, rate, rate_currency, rate_level }: Frozen): Frozen => ({
  rate,
  agent_rate,
  rate_currency,
  rate_level,
})

export const isSameRate = (one: Frozen, other: Frozen): boolean =>
  one.rate === other.rate && one.agent_rate === other.agent_rate && one.rate_currency === other.rate_currency

/** `120.00 EUR`, or that there is none. */
const rateText = ({ rate, rate_currency }: Frozen): string =>
  rate === null || rate_currency === null ? 'no rate' : `${moneyText(rate, rate_currency)} ${rate_currency}`

/** What a move did to its rate, for whoever may know. */
export const rateNotes = (context: Context, before: Frozen, after: Frozen): string[] =>
  isSameRate(before, after) || !seesMoney(context)
    ? []
    : [`Its rate is ${rateText(after)} now, not ${rateText(before)}.`]

export interface RateOwner {
  level: RateRow['level']
  id: string
  currency: string
}

export interface WantedRate {
  kind: RateRow['kind']
  /** Money, or a percentage for the agent's; empty: none from then on. */
  text: string
  effective_from?: string | undefined
}

/** Sets what an hour costs from a day on; what was set for the very same day is replaced. */
export async function setRate(
  context: ChangeContext,
  owner: RateOwner,
  { effective_from, kind, text }: WantedRate,
): Promise<RateRow> {
  const { db, now, workspace } = context
  const known = (await findRatesOf(db, workspace.id, owner.id)).filter(
    row => row.level === owner.level && row.kind === kind,
  )
  const today = dayOf(now, workspace.zone)
  const from = effective_from === undefined ? undefined : parseDay(effective_from, 'effective_from')
  const row: RateRow = {
    workspace_id: workspace.id,
    id: context.newId('rat'),
    level: owner.level,
    owner_id: owner.id,
    kind,
    currency: owner.currency,
    ...readRate(text, owner.currency, kind),
    effective_from: effectiveFrom(known, from, today),
    created_at: now,
  }
  const replaced = known.find(
    one => one.effective_from === row.effective_from && one.currency === row.currency,
  )
  if (replaced) await deleteRate(db, workspace.id, replaced.id)
  await insertRate(db, row)
  return row
}

const fieldOf = { human: 'hourly_rate', agent: 'agent_rate', cost: 'cost_rate' }
const mostPercent = 1000

function readRate(text: string, currency: string, kind: RateRow['kind']) {
  const field = fieldOf[kind]
  if (text.trim() === '') return { amount: null, percent: null }
  if (!text.includes('%')) return { amount: parseMoney(text, currency, field, mostAnHour), percent: null }
  if (kind === 'agent') return { amount: null, percent: parsePercent(text, field, mostPercent) }
  throw new AppError('validation_error', `${field} has to be money an hour, not a percentage.`)
}

/** What is set on the owner itself, as it is shown beside it. */
export function ownRates(rows: readonly RateRow[], currency: string, day: string) {
  const inForce = (kind: RateRow['kind']) =>
    rateInForce(
      rows.filter(row => row.kind === kind && (row.currency === currency || row.percent !== null)),
      day,
    )
  const human = inForce('human')
  const agent = inForce('agent')
  return {
    ...(human?.amount != null && { hourly_rate: moneyText(human.amount, human.currency) }),
    ...(agent?.amount != null && { agent_rate: moneyText(agent.amount, agent.currency) }),
    ...(agent?.percent != null && { agent_rate: `${percentText(agent.percent)}%` }),
  }
}

export type ShownRates = ReturnType<typeof ownRates>

export async function shownRates(context: Context, owner: RateOwner): Promise<ShownRates> {
  const { db, now, workspace } = context
  const rows = (await findRatesOf(db, workspace.id, owner.id)).filter(row => row.level === owner.level)
  return ownRates(rows, owner.currency, dayOf(now, workspace.zone))
}

export const hourlyRate = moneyInput().describe('An hour')
export const agentRate = moneyInput().describe('Or 50%')
export const effectiveDay = z.string().max(10).describe('Day the rates hold from')

export interface RateFields {
  hourly_rate?: string | undefined
  agent_rate?: string | undefined
  effective_from?: string | undefined
}

/** What was said of rates beside an owner's other fields; for its event, its rates before and after. */
export async function setRates(context: ChangeContext, owner: RateOwner, said: RateFields) {
  const { agent_rate, effective_from, hourly_rate } = said
  if (hourly_rate === undefined && agent_rate === undefined) {
    if (effective_from === undefined) return undefined
    throw new AppError('validation_error', 'effective_from goes with hourly_rate or agent_rate.')
  }
  assertManager(context, 'Setting rates')
  const { db, workspace } = context
  const before = await findRatesOf(db, workspace.id, owner.id)
  if (hourly_rate !== undefined)
    await setRate(context, owner, { kind: 'human', text: hourly_rate, effective_from })
  if (agent_rate !== undefined)
    await setRate(context, owner, { kind: 'agent', text: agent_rate, effective_from })
  const after = await findRatesOf(db, workspace.id, owner.id)
  return { before: { rates: before.map(keptRate) }, after: { rates: after.map(keptRate) } }
}

/** As an event keeps it. */
export type KeptRate = Omit<RateRow, 'workspace_id'>
const keptRate = ({ workspace_id: _workspace, ...row }: RateRow): KeptRate => row

/** A rate touches later time only; what was tracked without one is told, with the call that changes it. */
export async function unratedNotes(
  { db, workspace }: Context,
  of: { project?: string; client?: string },
): Promise<string[]> {
  const { entries, seconds } = await sumUnrated(db, workspace.id, of)
  if (entries === 0) return []
  const what = entries === 1 ? '1 entry' : `${entries} entries`
  return [`${what} (${hours(seconds)}) tracked before have no rate: reprice gives it to them.`]
}
