import type * as z from 'zod'
import { findClientByKey, insertClient } from '../../db/clients.ts'
import type { Row } from '../../db/schema.ts'
import { touchNames } from '../../db/workspaces.ts'
import { clientBilling, type clientBillingFields, mergedBilling } from '../domain/billing.ts'
import { foldName } from '../domain/name.ts'
import type { ChangeContext, Context } from './context.ts'
import { type RateFields, type RateOwner, setRates } from './rate.ts'
import { taken } from './taken.ts'

type Billing = z.output<z.ZodObject<typeof clientBillingFields>>

export interface ClientFields extends RateFields, Billing {
  name?: string | undefined
  currency?: string | undefined
  company?: string | undefined
  email?: string | undefined
  archived?: boolean | undefined
}

export const billingFields = Object.keys(clientBilling)

export async function makeClient(
  context: ChangeContext,
  wanted: ClientFields & { name: string },
): Promise<Row<'clients'>> {
  const { db, now, workspace } = context
  const name_key = foldName(wanted.name)
  await assertClientFree(context, name_key)
  const row = {
    workspace_id: workspace.id,
    id: context.newId('cli'),
    name: wanted.name,
    name_key,
    currency: wanted.currency || null,
    company: wanted.company || null,
    email: wanted.email || null,
    billing: mergedBilling('{}', billingFields, { ...wanted }) ?? '{}',
    archived_at: wanted.archived ? now : null,
    version: 1,
    created_at: now,
    updated_at: now,
  }
  await insertClient(db, row)
  await touchNames(db, workspace.id)
  const rates = await setRates(context, clientRateOwner(context, row), wanted)
  context.emit({ type: 'client.created', subject: row.id, after: { ...row, ...rates?.after } })
  return row
}

export const clientRateOwner = ({ workspace }: Context, row: Row<'clients'>): RateOwner => ({
  level: 'client',
  id: row.id,
  currency: row.currency ?? workspace.currency,
})

export async function assertClientFree(
  { db, workspace }: ChangeContext,
  key: string,
  own?: string,
): Promise<void> {
  const twin = await findClientByKey(db, workspace.id, key)
  if (twin && twin.id !== own) throw taken('client', twin)
}
