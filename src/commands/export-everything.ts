import { listEntries } from '../../db/entries.ts'
import { findSpans } from '../../db/spans.ts'
import { listClients } from '../../tools/client.ts'
import { listExpenses } from '../../tools/expense.ts'
import { getInvoice, listInvoices } from '../../tools/invoice.ts'
import { listMappings } from '../../tools/mapping.ts'
import { listMembers } from '../../tools/member.ts'
import { listModelPrices } from '../../tools/model-price.ts'
import { listProjects } from '../../tools/project.ts'
import { listRates } from '../../tools/rate.ts'
import { getSettings } from '../../tools/settings.ts'
import { listTags } from '../../tools/tag.ts'
import { listTasks } from '../../tools/task.ts'
import { getWorkspace } from '../../tools/workspace.ts'
import type { App } from '../core/app.ts'
import { call } from '../core/call.ts'
import { contextOf, type Principal } from '../core/context.ts'
import { entryOf } from '../core/entry.ts'
import type { AnyOperation } from '../core/operation.ts'
import { assertManager } from '../core/role.ts'
import { toText } from '../domain/instant.ts'
import { moneyText } from '../domain/money.ts'
import { documentVersion } from '../imports/stint.ts'
import { actingMember } from './acting.ts'
import type { Program } from './index.ts'
import { assertHere } from './logged-in.ts'

/** One document, written while it is read; each thing is as the API shows it, on a line of its own. */
export async function exportEverything({ app, terminal }: Program): Promise<undefined> {
  assertHere(app)
  const principal = await actingMember({ app, terminal })
  const store = await app.store()
  assertManager(await store.read(db => contextOf(app, principal, db)), 'Exporting everything')
  let before = '{\n'
  for await (const [key, value] of partsOf(app, principal)) {
    terminal.print(`${before}${JSON.stringify(key)}: `)
    before = ',\n'
    if (isList(value)) await printList(value, terminal.print)
    else terminal.print(JSON.stringify(value))
  }
  terminal.print('\n}\n')
  return undefined
}

type Things = AsyncIterable<readonly object[]>
type Value = number | string | object | Things

/** In the order in which they can be brought back: each thing after those it belongs to. */
async function* partsOf(app: App, principal: Principal): AsyncGenerator<[string, Value]> {
  const ask = async (operation: AnyOperation, input: object = {}): Promise<Output> =>
    call(app, principal, operation, input)
  yield ['stint', documentVersion]
  yield ['program', app.version]
  yield ['exported_at', toText(app.clock())]
  yield ['workspace', (await ask(getWorkspace)).workspace ?? {}]
  yield ['settings', (await ask(getSettings)).settings ?? {}]
  yield ['members', pages(ask, 'members', [listMembers, {}], [listMembers, { archived: true }])]
  yield ['clients', pages(ask, 'clients', [listClients, {}], [listClients, { archived: true }])]
  yield ['projects', pages(ask, 'projects', [listProjects, {}], [listProjects, { archived: true }])]
  yield ['tasks', pages(ask, 'tasks', [listTasks, { status: 'all' }])]
  yield ['tags', pages(ask, 'tags', [listTags, {}])]
  yield ['rates', pages(ask, 'rates', [listRates, {}])]
  yield ['model_prices', pages(ask, 'model_prices', [listModelPrices, {}])]
  yield ['mappings', pages(ask, 'mappings', [listMappings, {}])]
  yield ['invoices', wholeInvoices(ask)]
  yield ['expenses', pages(ask, 'expenses', [listExpenses, { sort: 'date' }])]
  yield ['entries', entries(app, principal)]
}

/** What operations answer: one thing, or a list of them under its name and where it goes on. */
type Output = Record<string, object | undefined> & { next_cursor?: string | null }
type Ask = (operation: AnyOperation, input?: object) => Promise<Output>

async function* pages(
  ask: Ask,
  name: string,
  ...lists: readonly [operation: AnyOperation, input: object][]
): AsyncGenerator<readonly object[]> {
  for (const [operation, input] of lists) {
    const asked = 'limit' in operation.input.shape ? { ...input, limit: 200 } : input
    let cursor: string | null | undefined
    do {
      const output = await ask(operation, { ...asked, ...(cursor && { cursor }) })
      // a list of things stands under its name
      yield output[name] as readonly object[]
      cursor = output.next_cursor
    } while (cursor)
  }
}

async function* wholeInvoices(ask: Ask): Things & AsyncGenerator<readonly object[]> {
  for await (const page of pages(ask, 'invoices', [listInvoices, {}])) {
    // the list says of each only how it stands
    for (const { id } of page as readonly { id: string }[])
      yield [(await ask(getInvoice, { invoice: id })).invoice ?? {}]
  }
}

const entriesAtOnce = 1000

/** With what the API does not show: the stretches of their time, and how their rates were found. */
async function* entries(app: App, principal: Principal): AsyncGenerator<readonly object[]> {
  const store = await app.store()
  let after: { value: number; id: string } | undefined
  do {
    const found = await store.read(async db => {
      const { workspace_id } = principal
      const page = { sort: 'sort_at', descending: false, after, limit: entriesAtOnce } as const
      const rows = await listEntries(db, workspace_id, {}, page)
      const things = []
      for (const row of rows) {
        const spans = await findSpans(db, workspace_id, row.id)
        things.push({
          ...entryOf(row),
          bill_agent_time: row.bill_agent_time === 1,
          ...(row.agent_rate !== null &&
            row.rate_currency !== null && { agent_rate: moneyText(row.agent_rate, row.rate_currency) }),
          ...(row.rate_level !== null && { rate_level: row.rate_level }),
          spans: spans.map(({ end, kind, start }) => ({
            kind,
            started_at: toText(start),
            ended_at: toText(end),
          })),
        })
      }
      return { things, last: rows.at(-1) }
    })
    yield found.things
    after = found.last && { value: found.last.sort_at, id: found.last.id }
  } while (after)
}

const isList = (value: Value): value is Things => typeof value === 'object' && Symbol.asyncIterator in value

async function printList(things: Things, print: (text: string) => void): Promise<void> {
  let before = '[\n'
  for await (const page of things) {
    if (page.length === 0) continue
    print(before + page.map(one => JSON.stringify(one)).join(',\n'))
    before = ',\n'
  }
  print(before === '[\n' ? '[]' : '\n]')
}
