import * as z from 'zod'
import { flag, type Row } from '../db/schema.ts'
import { findAllHeld, lookAgain } from '../db/sessions.ts'
import { findWorkspace, updateWorkspace } from '../db/workspaces.ts'
import type { ChangeContext, Context, Workspace } from '../src/core/context.ts'
import { settle } from '../src/core/engine.ts'
import { version } from '../src/core/fields.ts'
import { change, query } from '../src/core/operation.ts'
import { agentRate, effectiveDay, hourlyRate, setRates, shownRates } from '../src/core/rate.ts'
import { assertRole } from '../src/core/role.ts'
import { assertVersion } from '../src/core/version.ts'
import { policyMinutesOf, workspaceOf } from '../src/core/workspace.ts'
import { billingOf, mergedBilling, sellerBilling, sellerBillingFields } from '../src/domain/billing.ts'
import { currency } from '../src/domain/currency.ts'
import { checkedFormat } from '../src/domain/invoice-number.ts'
import { name } from '../src/domain/label.ts'
import { defaultPolicyMinutes, type PolicyMinutes } from '../src/domain/policy.ts'
import { policyFields, type Settings, settings } from '../src/domain/settings.ts'
import { checkedZone, parseDay } from '../src/domain/zone.ts'

export const getSettings = query({
  name: 'get_settings',
  summary: 'How this workspace counts: time zone, week, currency, lock, and when silence ends what runs.',
  scope: 'read',
  role: 'member',
  toolset: 'more',
  route: 'GET /settings',
  command: 'settings',
  examples: ['settings'],
  input: z.strictObject({}),
  output: z.object({ settings }),
  text: ({ settings }) => [
    {
      columns: ['Setting', 'Value'],
      rows: Object.entries(settings).map(([key, value]) => [key, String(value)]),
    },
  ],
  run: async context => ({ settings: await shown(context, await stored(context)) }),
})

const minutes = (field: z.ZodInt, what: string) => field.optional().describe(`Minutes: ${what}`)

export const updateSettings = change({
  name: 'update_settings',
  summary: 'Change how this workspace counts. Empty text clears time_zone and locked_until.',
  scope: 'write',
  role: 'manager',
  toolset: 'more',
  idempotent: true,
  route: 'PATCH /settings',
  command: 'settings update',
  examples: [
    'settings update --time-zone Europe/Berlin --idle-timeout-minutes 45',
    'settings update --locked-until 2026-04-01',
  ],
  input: z.strictObject({
    workspace: name().optional().describe('Its name'),
    time_zone: z.string().max(60).optional().describe("IANA zone; empty: the machine's"),
    week_start: z.enum(['monday', 'sunday', 'saturday']).optional().describe('First day of the week'),
    currency: currency.optional().describe('ISO 4217, as EUR'),
    locked_until: z.string().max(10).optional().describe('Nothing is written before this day'),
    members_see_team: z.boolean().optional().describe('Members read the hours of others; default true'),
    hourly_rate: hourlyRate.optional(),
    agent_rate: agentRate.optional(),
    effective_from: effectiveDay.optional(),
    ...sellerBillingFields,
    idle_timeout_minutes: minutes(policyFields.idle_timeout_minutes, 'silence that ends what runs'),
    agent_gap_minutes: minutes(policyFields.agent_gap_minutes, "silence that ends an agent's turn"),
    tool_cap_minutes: minutes(policyFields.tool_cap_minutes, 'silence while a tool runs'),
    read_gap_minutes: minutes(policyFields.read_gap_minutes, 'reading that counts whole'),
    compose_minutes: minutes(policyFields.compose_minutes, 'writing before a prompt'),
    wait_cap_minutes: minutes(policyFields.wait_cap_minutes, 'answering that counts whole'),
    version: version.optional(),
  }),
  output: z.object({ settings }),
  text: ({ settings }) => [
    'Settings changed.',
    {
      columns: ['Setting', 'Value'],
      rows: Object.entries(settings).map(([key, value]) => [key, String(value)]),
    },
  ],

  async run(context, input) {
    if (input.workspace !== undefined) assertRole(context, 'owner', 'Naming the workspace')
    const before = await stored(context)
    assertVersion(before, input.version)
    const billing = mergedBilling(before.billing, billingFields, input)
    if (input.invoice_number_format) checkedFormat(input.invoice_number_format)
    const set = {
      ...(billing !== undefined && { billing }),
      ...(input.workspace !== undefined && { name: input.workspace }),
      ...(input.time_zone !== undefined && {
        time_zone: input.time_zone === '' ? null : checkedZone(input.time_zone),
      }),
      ...(input.week_start !== undefined && { week_start: input.week_start }),
      ...(input.currency !== undefined && { currency: input.currency }),
      ...(input.locked_until !== undefined && {
        locked_until: input.locked_until === '' ? null : parseDay(input.locked_until, 'locked_until'),
      }),
      ...(input.members_see_team !== undefined && { members_see_team: flag(input.members_see_team) }),
      policy: JSON.stringify(changedPolicy(policyMinutesOf(before), input)),
      version: before.version + 1,
      updated_at: context.now,
    }
    await updateWorkspace(context.db, before.id, set)
    if (set.policy !== before.policy) await lookAgain(context.db, before.id)
    const after = { ...before, ...set }
    const rates = await setRates(context, rateOwner(after), input)
    context.emit({
      type: 'settings.updated',
      subject: before.id,
      before: { ...before, ...rates?.before },
      after: { ...after, ...rates?.after },
    })
    if (set.locked_until !== undefined)
      await release(
        context,
        workspaceOf(after, () => context.workspace.machine_zone),
      )
    return { settings: await shown(context, after) }
  },
})

/** What the lock held back becomes entries once it is lifted. */
async function release(context: ChangeContext, workspace: Workspace): Promise<void> {
  const unlocked = { ...context, workspace }
  for (const session of await findAllHeld(context.db, workspace.id)) await settle(unlocked, session)
}

/** Only what differs from the default is stored. */
function changedPolicy(
  before: PolicyMinutes,
  input: { [K in keyof PolicyMinutes]?: number | undefined },
): Partial<PolicyMinutes> {
  // the keys are those of the policy, as its default lists them
  const names = Object.keys(defaultPolicyMinutes) as (keyof PolicyMinutes)[]
  return Object.fromEntries(
    names
      .map(key => [key, input[key] ?? before[key]] as const)
      .filter(([key, value]) => value !== defaultPolicyMinutes[key]),
  )
}

async function stored({ db, workspace }: Context): Promise<Row<'workspaces'>> {
  const row = await findWorkspace(db, workspace.id)
  if (!row) throw new Error('A call has a workspace.')
  return row
}

const billingFields = Object.keys(sellerBilling)

const rateOwner = (row: Row<'workspaces'>) => ({
  level: 'workspace' as const,
  id: row.id,
  currency: row.currency,
})

async function shown(context: Context, row: Row<'workspaces'>): Promise<Settings> {
  return { ...settingsOf(context, row), ...(await shownRates(context, rateOwner(row))) }
}

const settingsOf = ({ workspace }: Context, row: Row<'workspaces'>): Settings => ({
  workspace: row.name,
  time_zone: row.time_zone ?? workspace.machine_zone,
  week_start: row.week_start,
  currency: row.currency,
  ...(row.locked_until !== null && { locked_until: row.locked_until }),
  members_see_team: row.members_see_team === 1,
  ...policyMinutesOf(row),
  ...billingOf(row.billing),
  version: row.version,
})
