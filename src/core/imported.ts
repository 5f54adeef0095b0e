import * as z from 'zod'
import type { EntryRow } from '../../db/entries.ts'
import type { ProjectRow } from '../../db/projects.ts'
import { currency, exponentOf } from '../domain/currency.ts'
import { hours } from '../domain/duration.ts'
import { billedElsewhere, longestManual, type Span } from '../domain/entry.ts'
import { AppError } from '../domain/error.ts'
import { evidence } from '../domain/evidence.ts'
import { instant, wholeSecond } from '../domain/instant.ts'
import { description, name, tags } from '../domain/label.ts'
import { mostAnHour, parseMoney } from '../domain/money.ts'
import type { Reference } from '../domain/reference.ts'
import type { Tally } from '../domain/session.ts'
import { dayOf, parseDay, parseInstant, startOfDay } from '../domain/zone.ts'
import type { ChangeContext, Context } from './context.ts'
import { assertEntryUnlocked } from './entry.ts'
import type { Placed } from './placement.ts'
import { currencyOf, type Frozen, freeze, unrated } from './rate.ts'
import { writeTold } from './told-entry.ts'

const decimalError = { error: 'Must be an amount such as 80 or 80.50' }
const decimal = z
  .string()
  .max(24, { ...decimalError, abort: true })
  .regex(/^\d{1,15}(\.\d{1,8})?$/, decimalError)

const stretch = z.strictObject({
  kind: z.enum(['active', 'agent']).describe('Whose time'),
  started_at: instant.describe('Instant'),
  ended_at: instant.describe('Instant'),
})

/** What only stint itself tells of an entry. Without a rate level its rate is unknown, and stays so. */
const asItWas = z.strictObject({
  kind: z.enum(['timer', 'session', 'manual', 'import']).describe('How it was tracked'),
  rate_level: z
    .enum(['entry', 'task', 'project', 'client', 'member', 'workspace'])
    .optional()
    .describe('Whose rate it had'),
  idle_seconds: z.int().min(0).describe('Beside its seconds'),
  spans: z.array(stretch).max(20_000).optional().describe('Its active and agent stretches'),
  assistant: z
    .strictObject({
      host: z.string().max(60).describe('As claude-code'),
      host_session: z.string().max(4200).describe('As the host names it'),
      model: z.string().max(200).optional().describe('As the host names it'),
    })
    .optional()
    .describe('With which it was made'),
  git: evidence
    .extend({
      repo: z.string().max(1000).describe('Repository'),
      branch: z.string().max(1000).optional().describe('Branch'),
      issue: z.string().max(200).optional().describe('Key in the branch name'),
      commits: z.array(z.string().max(100)).max(1000).describe('Made during the session'),
    })
    .strict()
    .optional()
    .describe('What it was about'),
})
type AsItWas = z.output<typeof asItWas>

/** Time as another program knew it. */
export const importedRow = z.strictObject({
  line: z.int().min(1).describe('Where it stands'),
  source_key: z.string().min(1).max(20_000).describe('What tells it from all others, each time'),
  member: name().optional().describe('Whole name or id; default: who calls'),
  client: name().optional().describe('Made if there is none'),
  project: name().optional().describe('Made if there is none'),
  task: name().optional().describe('Made if there is none'),
  description: description.optional().describe('What was done'),
  tags: tags.optional().describe('Labels'),
  billable: z.boolean().optional().describe("Default: the project's"),
  invoiced: z.boolean().optional().describe('Billed already: it is on no invoice here'),
  invoice_number: name().optional().describe('Of the invoice that billed it'),
  started_at: instant.optional().describe('With ended_at; else date'),
  ended_at: instant.optional().describe('Instant'),
  date: z.string().max(10).optional().describe('YYYY-MM-DD'),
  seconds: z.int().min(1).describe('Its whole length'),
  agent_seconds: z.int().min(0).optional().describe("The agent's part of seconds"),
  bill_agent_time: z.boolean().optional().describe("Default: the project's"),
  rate: decimal.optional().describe('Money an hour'),
  agent_rate: decimal.optional().describe('Default: the rate'),
  currency: currency.optional().describe('Of its rate, and of a client that is made'),
  as_it_was: asItWas.optional().describe('Of an export of stint: nothing of it is made anew'),
})
export type ImportedRow = z.output<typeof importedRow>

export interface Belongs {
  member: Reference
  project: ProjectRow
  task: Reference | undefined
}

/** Where its time lies, if it can be written there. */
export function placeOfImported(context: Context, row: ImportedRow): Placed {
  const placed = placedAs(context, row)
  assertEntryUnlocked(context, placed)
  return placed
}

function placedAs({ now, workspace: { zone } }: Context, row: ImportedRow): Placed {
  const { agent_seconds: agent = 0, seconds } = row
  if (agent > seconds) throw invalid("The agent's part is longer than the whole.")
  if (row.started_at === undefined || row.ended_at === undefined) {
    const date = parseDay(row.date ?? '', 'date')
    if (date > dayOf(now, zone)) throw inFuture()
    return { started_at: null, ended_at: null, date, sort_at: startOfDay(date, zone), seconds }
  }
  const instantOf = (text: string): number => wholeSecond(parseInstant(text, { now, zone }).at)
  const [started_at, ended_at] = [instantOf(row.started_at), instantOf(row.ended_at)]
  if (ended_at > now) throw inFuture()
  if (Math.max(seconds - agent, agent) * 1000 > ended_at - started_at) {
    throw invalid('It is longer than from its start to its end.')
  }
  return { started_at, ended_at, date: dayOf(started_at, zone), sort_at: started_at, seconds }
}

const inFuture = (): AppError => invalid('It lies in the future.')
const invalid = (message: string): AppError => new AppError('validation_error', message)

/** Makes an entry of it; `warning` says what was not taken as it stands. */
export async function writeImported(
  context: ChangeContext,
  said: ImportedRow,
  placed: Placed,
  of: Belongs,
): Promise<{ entry: EntryRow; warning?: string | undefined }> {
  const { member, project, task } = of
  const billable = said.billable ?? project.billable === 1
  const { as_it_was: was } = said
  const own = was
    ? { price: priceAsItWas(said, was) }
    : ownRate(said, currencyOf(project, context.workspace), billable)
  const usual = { project, task: task?.id ?? null, member: member.id, day: placed.date }
  const isInvoiced = said.invoiced ?? said.invoice_number !== undefined
  const row = await writeTold(context, {
    member_id: member.id,
    project_id: project.id,
    task_id: task?.id ?? null,
    description: said.description ?? '',
    tags: said.tags ?? [],
    placed,
    sum: { ...tallyOf(placed, said.agent_seconds ?? 0), ...(was && { idle_seconds: was.idle_seconds }) },
    billable,
    bill_agent_time: said.bill_agent_time ?? project.bill_agent_time === 1,
    price: own.price ?? (await freeze(context, usual)),
    ...(was && { spans: spansAsTheyWere(context, was, placed), trace: traceOf(was) }),
    kind: was?.kind ?? 'import',
    source: 'import',
    invoice_id: isInvoiced ? billedElsewhere : null,
  })
  const entry = {
    ...row,
    member_name: member.name,
    project_name: project.name,
    client_id: project.client_id,
    client_name: project.client_name,
    task_name: task?.name ?? null,
    // what it was billed on elsewhere, the event alone remembers
    invoice_number: said.invoice_number ?? null,
    invoice_status: null,
  }
  context.emit({ type: 'entry.created', subject: entry.id, after: entry })
  const isLong = placed.seconds > longestManual
  return { entry, warning: own.warning ?? (isLong ? `It is ${hours(placed.seconds)} long.` : undefined) }
}

/** Also in a currency that its project is no longer billed in. */
function priceAsItWas({ agent_rate, currency, rate }: ImportedRow, { rate_level }: AsItWas): Frozen {
  if (rate === undefined || currency === undefined || rate_level === undefined) return unrated
  return {
    rate: parseMoney(rate, currency, 'rate', mostAnHour),
    agent_rate: agent_rate === undefined ? null : parseMoney(agent_rate, currency, 'agent_rate', mostAnHour),
    rate_currency: currency,
    rate_level,
  }
}

/** None of them outside of its entry. */
function spansAsTheyWere(
  { now, workspace: { zone } }: Context,
  { spans = [] }: AsItWas,
  { ended_at, started_at }: Placed,
): Span[] | undefined {
  if (started_at === null || ended_at === null || spans.length === 0) return undefined
  const instantOf = (text: string): number => wholeSecond(parseInstant(text, { now, zone }).at)
  return spans
    .map(({ kind, ...span }) => ({
      kind,
      start: Math.max(started_at, instantOf(span.started_at)),
      end: Math.min(ended_at, instantOf(span.ended_at)),
    }))
    .filter(one => one.start < one.end)
}

const traceOf = ({ assistant, git }: AsItWas) => ({
  host: assistant?.host ?? null,
  host_session: assistant?.host_session ?? null,
  model: assistant?.model ?? null,
  git: git === undefined ? null : JSON.stringify(git),
})

/** The rate that the row names, if it can be kept as it is: so it is the entry's own, and no later rate changes it. */
function ownRate(
  { agent_rate: agentRate, currency, rate }: ImportedRow,
  owed: string,
  billable: boolean,
): { price?: Frozen; warning?: string } {
  // where time is not billed, programs write zeros
  if (rate === undefined || (!billable && Number(rate) === 0)) return {}
  const rates = [rate, agentRate ?? rate]
  const unusable = (why: string) => ({
    warning: `Its rate is ${rate} ${currency ?? owed}, ${why}: the usual rate was taken.`,
  })
  if (currency !== undefined && currency !== owed) return unusable(`but its project is billed in ${owed}`)
  if (rates.some(one => (one.split('.')[1] ?? '').length > exponentOf(owed)))
    return unusable('with more decimals than there are')
  if (rates.some(one => Number(one) * 10 ** exponentOf(owed) > mostAnHour))
    return unusable('which is too much')
  const [human, agent] = rates.map(one => parseMoney(one, owed, 'rate', mostAnHour))
  return {
    price: { rate: human ?? null, agent_rate: agent ?? null, rate_currency: owed, rate_level: 'entry' },
  }
}

/** Idle is what neither of them covers. */
function tallyOf({ ended_at, seconds, started_at }: Placed, agent_seconds: number): Tally {
  const length = started_at === null || ended_at === null ? 0 : (ended_at - started_at) / 1000
  return {
    seconds,
    active_seconds: seconds - agent_seconds,
    agent_seconds,
    idle_seconds: Math.max(0, length - seconds),
  }
}
