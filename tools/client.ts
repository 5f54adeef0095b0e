import * as z from 'zod'
import { listClients as findClients, updateClient } from '../db/clients.ts'
import type { Row } from '../db/schema.ts'
import { touchNames } from '../db/workspaces.ts'
import {
  assertClientFree,
  billingFields,
  type ClientFields,
  clientRateOwner,
  makeClient,
} from '../src/core/client.ts'
import type { ChangeContext, Context } from '../src/core/context.ts'
import {
  archived,
  clientRef,
  nameSort,
  nextCursor,
  notes as notesField,
  pageFields,
  search,
  version,
} from '../src/core/fields.ts'
import { change, query } from '../src/core/operation.ts'
import { cut, defaultLimit, readNameCursor, writeCursor } from '../src/core/page.ts'
import {
  agentRate,
  effectiveDay,
  hourlyRate,
  type ShownRates,
  setRates,
  shownRates,
  unratedNotes,
} from '../src/core/rate.ts'
import { resolveClient } from '../src/core/resolve.ts'
import { noted } from '../src/core/time.ts'
import { assertVersion } from '../src/core/version.ts'
import { billingOf, clientBillingFields, mergedBilling } from '../src/domain/billing.ts'
import { type Client, client } from '../src/domain/client.ts'
import { currencyOrNone } from '../src/domain/currency.ts'
import { AppError } from '../src/domain/error.ts'
import { toText } from '../src/domain/instant.ts'
import { name, text } from '../src/domain/label.ts'
import { foldName } from '../src/domain/name.ts'

export const listClients = query({
  name: 'list_clients',
  summary: 'Clients by name.',
  scope: 'read',
  toolset: 'track',
  route: 'GET /clients',
  command: 'client list',
  examples: ['client list', 'client list --archived'],
  input: z.strictObject({
    search: search.optional(),
    archived: archived.optional(),
    sort: nameSort.optional(),
    ...pageFields,
  }),
  seldom: ['limit', 'archived'],
  output: z.object({ clients: z.array(client), next_cursor: nextCursor }),
  text: ({ clients }) =>
    clients.length === 0
      ? 'No clients.'
      : [
          {
            columns: ['Client', 'Company', 'Currency', 'Id'],
            rows: clients.map(one => [one.name, one.company ?? '', one.currency ?? '', one.id]),
          },
        ],

  async run(context, { cursor, limit = defaultLimit, ...question }) {
    const { db, reach, workspace } = context
    const asked = { list: 'clients', ...question }
    const after = readNameCursor(asked, cursor)
    const rows = await findClients(db, workspace.id, {
      within: reach && JSON.stringify([...reach.clients]),
      archived: question.archived ?? false,
      search: question.search ? foldName(question.search) : undefined,
      descending: question.sort === '-name',
      after: after && { key: after.value, id: after.id },
      limit: limit + 1,
    })
    const { last, page } = cut(rows, limit)
    return {
      clients: await Promise.all(page.map(row => shown(context, row))),
      next_cursor: last ? writeCursor(asked, { value: last.name_key, id: last.id }) : null,
    }
  },
})

export const getClient = query({
  name: 'get_client',
  summary: 'One client.',
  scope: 'read',
  route: 'GET /clients/{client}',
  command: 'client show <client>',
  examples: ['client show acme'],
  input: z.strictObject({ client: clientRef }),
  output: z.object({ client }),
  text: ({ client }) => `${client.name} (${client.id})`,
  run: async (context, input) => ({
    client: await shown(context, await resolveClient(context, input.client)),
  }),
})

export const saveClient = change({
  name: 'save_client',
  summary: 'Make a client, or change the one given as client. Empty text clears a field.',
  scope: 'write',
  role: 'manager',
  toolset: 'track',
  route: 'POST /clients',
  command: 'client save [client]',
  examples: [
    'client save --name "Acme Corp" --currency EUR',
    'client save acme --email billing@acme.example',
  ],
  input: z.strictObject({
    client: clientRef.optional().describe('The one to change'),
    name: name().optional().describe('Needed for a new one'),
    currency: currencyOrNone.optional().describe('ISO 4217, as EUR'),
    company: text(200).optional().describe('Name on invoices'),
    email: text(200).optional().describe('For invoices'),
    hourly_rate: hourlyRate.optional(),
    agent_rate: agentRate.optional(),
    effective_from: effectiveDay.optional(),
    ...clientBillingFields,
    archived: z.boolean().optional().describe('Put away'),
    version: version.optional(),
  }),
  seldom: [
    'effective_from',
    'region',
    'contact',
    'phone',
    'buyer_reference',
    'locale',
    'tax_rate',
    'rounding_scope',
    'rounding_minimum_minutes',
  ],
  output: z.object({ client, created: z.literal(true).optional(), notes: notesField }),
  text: ({ client, created, notes }) =>
    [
      `${created ? 'Made' : 'Changed'} client ${client.name}${client.archived_at ? ' (archived)' : ''}.`,
      ...(notes ?? []),
    ].join(' '),

  async run(context, { client, version, ...wanted }) {
    if (client === undefined) {
      const { name } = wanted
      if (name === undefined) throw new AppError('validation_error', 'name: a new client needs a name.')
      const made = await makeClient(context, { ...wanted, name })
      return { client: await shown(context, made), created: true as const }
    }
    const before = await resolveClient(context, client)
    assertVersion(before, version)
    const notes: string[] = []
    return {
      client: await shown(context, await changeClient(context, before, wanted, notes)),
      ...noted(notes),
    }
  },
})

async function changeClient(
  context: ChangeContext,
  before: Row<'clients'>,
  wanted: ClientFields,
  notes: string[],
): Promise<Row<'clients'>> {
  const { db, now, workspace } = context
  if (wanted.name !== undefined) await assertClientFree(context, foldName(wanted.name), before.id)
  const billing = mergedBilling(before.billing, billingFields, { ...wanted })
  const set = {
    ...(billing !== undefined && { billing }),
    ...(wanted.name !== undefined && { name: wanted.name, name_key: foldName(wanted.name) }),
    ...(wanted.currency !== undefined && { currency: wanted.currency || null }),
    ...(wanted.company !== undefined && { company: wanted.company || null }),
    ...(wanted.email !== undefined && { email: wanted.email || null }),
    ...(wanted.archived !== undefined && {
      archived_at: wanted.archived ? (before.archived_at ?? now) : null,
    }),
    version: before.version + 1,
    updated_at: now,
  }
  await updateClient(db, workspace.id, before.id, set)
  await touchNames(db, workspace.id)
  const after = { ...before, ...set }
  const rates = await setRates(context, clientRateOwner(context, after), wanted)
  context.emit({
    type: 'client.updated',
    subject: before.id,
    before: { ...before, ...rates?.before },
    after: { ...after, ...rates?.after },
  })
  if (rates) notes.push(...(await unratedNotes(context, { client: before.id })))
  return after
}

async function shown(context: Context, row: Row<'clients'>): Promise<Client> {
  return clientOf(row, await shownRates(context, clientRateOwner(context, row)))
}

const clientOf = (row: Row<'clients'>, rates: ShownRates): Client => ({
  id: row.id,
  name: row.name,
  ...(row.currency !== null && { currency: row.currency }),
  ...(row.company !== null && { company: row.company }),
  ...(row.email !== null && { email: row.email }),
  ...rates,
  ...billingOf(row.billing),
  ...(row.archived_at !== null && { archived_at: toText(row.archived_at) }),
  version: row.version,
  created_at: toText(row.created_at),
  updated_at: toText(row.updated_at),
})
