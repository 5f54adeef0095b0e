import * as z from 'zod'
import { findClientByKey } from '../db/clients.ts'
import { findExpense } from '../db/expenses.ts'
import { findProjectsByKey, type ProjectRow } from '../db/projects.ts'
import { findRatesOf, insertRate } from '../db/rates.ts'
import { findTaskByKey } from '../db/tasks.ts'
import { makeClient } from '../src/core/client.ts'
import type { ChangeContext } from '../src/core/context.ts'
import { assertDayUnlocked, makeExpense, newExpense } from '../src/core/expense.ts'
import { Places } from '../src/core/import-place.ts'
import { change } from '../src/core/operation.ts'
import { makeTask } from '../src/core/task.ts'
import { clientBilling } from '../src/domain/billing.ts'
import { budgetFields } from '../src/domain/budget.ts'
import { currency } from '../src/domain/currency.ts'
import { billedElsewhere } from '../src/domain/entry.ts'
import { AppError } from '../src/domain/error.ts'
import { parseAmount, parseMarkup } from '../src/domain/expense.ts'
import { color, description, name, text } from '../src/domain/label.ts'
import { moneyInput, mostAnHour, parseMoney, parsePercent, percentInput } from '../src/domain/money.ts'
import { foldName } from '../src/domain/name.ts'
import type { Reference } from '../src/domain/reference.ts'
import { parseDay } from '../src/domain/zone.ts'
import { membersNamed } from './import.ts'
import { createProject, updateProject } from './project.ts'
import { updateTask } from './task.ts'

const archived = z.boolean().optional()
const day = z.string().max(10)

const clientRow = z.strictObject({
  name: name(),
  currency: currency.optional(),
  company: text(200).optional(),
  email: text(200).optional(),
  ...clientBilling,
  archived,
})

const projectRow = z.strictObject({
  client: name().optional(),
  name: name(),
  aliases: z.array(name(100)).max(20).optional(),
  color: color.max(7).optional(),
  billable: z.boolean().optional(),
  bill_agent_time: z.boolean().optional(),
  currency: currency.optional(),
  ...budgetFields,
  budget_thresholds: z.string().max(60).optional(),
  archived,
})

const taskRow = z.strictObject({
  client: name().optional(),
  project: name(),
  name: name(),
  estimated_hours: z.number().min(0).max(1_000_000).optional(),
  assignee: name().optional(),
  complete: z.boolean().optional(),
  archived,
})

const rateRow = z.strictObject({
  level: z.enum(['task', 'project', 'client', 'member', 'workspace']),
  client: name().optional(),
  project: name().optional(),
  task: name().optional(),
  member: name().optional(),
  kind: z.enum(['human', 'agent', 'cost']),
  currency,
  amount: moneyInput().optional().describe('Neither this nor percent: none from then on'),
  percent: percentInput().optional(),
  effective_from: day.optional().describe('Absent: for all time'),
})
type RateRow = z.output<typeof rateRow>

const expenseRow = z.strictObject({
  id: z
    .string()
    .max(60)
    .regex(/^exp_\w+$/)
    .describe('By which it is known the next time'),
  client: name().optional(),
  project: name().optional(),
  member: name().optional(),
  date: day,
  category: name(60),
  description,
  currency,
  amount: moneyInput(),
  billable: z.boolean(),
  markup_percent: percentInput().optional(),
  invoiced: z.boolean().optional().describe('Billed already: it is on no invoice here'),
})

const rows = <T extends z.ZodObject>(row: T, what: string) =>
  z.array(row).max(1000).optional().describe(`${what}, by name and those they belong to`)
const counts = z.object({
  clients: z.int(),
  projects: z.int(),
  tasks: z.int(),
  rates: z.int(),
  expenses: z.int(),
})

export const importWorkspace = change({
  name: 'import_workspace',
  summary:
    'Bring back clients, projects, tasks, rates and expenses that another workspace exported. What is known by its name is left as it is.',
  scope: 'write',
  role: 'manager',
  idempotent: true,
  route: 'POST /imports/workspace',
  command: 'workspace import',
  examples: [`workspace import --clients '[{"name": "Acme Corp", "currency": "EUR"}]'`],
  input: z.strictObject({
    clients: rows(clientRow, 'Clients'),
    projects: rows(projectRow, 'Projects'),
    tasks: rows(taskRow, 'Tasks'),
    rates: rows(rateRow, 'Rates'),
    expenses: rows(expenseRow, 'Expenses'),
  }),
  output: z.object({ made: counts, known: counts }),
  text: ({ known, made }) => `Made ${sumOf(made)} things; ${sumOf(known)} were known.`,

  async run(context, { clients = [], expenses = [], projects = [], rates = [], tasks = [] }) {
    const named = [...tasks.map(one => one.assignee), ...[...rates, ...expenses].map(one => one.member)]
    const members = await membersOf(context, named)
    const books = new Books(context, members)
    for (const one of clients) await books.client(one)
    for (const one of projects) await books.project(one)
    for (const one of tasks) await books.task(one)
    for (const one of rates) await books.rate(one)
    for (const one of expenses) await books.expense(one)
    return { made: books.made, known: books.known }
  },
})

type Counts = z.infer<typeof counts>
const none: Counts = { clients: 0, projects: 0, tasks: 0, rates: 0, expenses: 0 }
const sumOf = (of: Counts): number => Object.values(of).reduce((sum, one) => sum + one, 0)

async function membersOf(
  context: ChangeContext,
  names: readonly (string | undefined)[],
): Promise<ReadonlyMap<string, Reference>> {
  const { found, members, unknown } = await membersNamed(
    context,
    names.filter(one => one !== undefined),
  )
  if (unknown.length === 0) return found
  throw new AppError('not_found', `No member ${unknown.map(one => JSON.stringify(one)).join(', ')}.`, {
    details: { unknown, members },
    hint: `The members are ${members.join(', ')}.`,
  })
}

/** Makes what is not there yet. Everything is looked for by its whole name: nobody is there to ask. */
class Books {
  readonly made = { ...none }
  readonly known = { ...none }
  readonly #context: ChangeContext
  readonly #members: ReadonlyMap<string, Reference>
  readonly #places: Places

  constructor(context: ChangeContext, members: ReadonlyMap<string, Reference>) {
    this.#context = context
    this.#members = members
    this.#places = new Places(context, {})
  }

  async client(row: z.output<typeof clientRow>): Promise<void> {
    const { db, workspace } = this.#context
    if (await findClientByKey(db, workspace.id, foldName(row.name))) return void this.known.clients++
    await makeClient(this.#context, row)
    this.made.clients++
  }

  async project(row: z.output<typeof projectRow>): Promise<void> {
    if (await this.#knownProject(row.name, row.client)) return void this.known.projects++
    const { archived, budget_thresholds, client, currency, ...wanted } = row
    const owner = client === undefined ? undefined : await this.#clientId(client)
    const { project } = await createProject.run(this.#context, {
      ...wanted,
      ...(owner === undefined ? { currency } : { client: owner }),
    })
    if (archived || budget_thresholds !== undefined)
      await updateProject.run(this.#context, { project: project.id, archived, budget_thresholds })
    this.made.projects++
  }

  async task(row: z.output<typeof taskRow>): Promise<void> {
    const { db, workspace } = this.#context
    const project = await this.#project(row)
    if (await findTaskByKey(db, workspace.id, project.id, foldName(row.name))) return void this.known.tasks++
    const { archived, assignee, complete } = row
    const member = assignee === undefined ? undefined : this.#members.get(assignee)
    const made = await makeTask(this.#context, project, { ...row, assignee: member })
    if (archived || complete) await updateTask.run(this.#context, { task: made.id, archived, complete })
    this.made.tasks++
  }

  async rate(row: RateRow): Promise<void> {
    const { db, now, workspace } = this.#context
    const { amount, currency, effective_from, kind, level, percent } = row
    const owner_id = await this.#rateOwner(row)
    const from = effective_from === undefined ? '' : parseDay(effective_from, 'effective_from')
    const others = await findRatesOf(db, workspace.id, owner_id)
    const isKnown = others.some(
      one =>
        one.level === level && one.kind === kind && one.currency === currency && one.effective_from === from,
    )
    if (isKnown) return void this.known.rates++
    const made = {
      workspace_id: workspace.id,
      id: this.#context.newId('rat'),
      level,
      owner_id,
      kind,
      currency,
      amount: amount === undefined ? null : parseMoney(amount, currency, 'amount', mostAnHour),
      percent: percent === undefined ? null : parsePercent(percent, 'percent', 1000),
      effective_from: from,
      created_at: now,
    }
    await insertRate(db, made)
    this.#context.emit({ type: 'rate.set', subject: made.id, after: made })
    this.made.rates++
  }

  async expense(row: z.output<typeof expenseRow>): Promise<void> {
    const { db, member, workspace } = this.#context
    if (await findExpense(db, workspace.id, row.id)) return void this.known.expenses++
    const { amount, billable, category, client, currency, description, id, invoiced, project } = row
    const date = parseDay(row.date, 'date')
    assertDayUnlocked(this.#context, date)
    const terms = {
      amount: parseAmount(amount, currency),
      markup: parseMarkup(row.markup_percent ?? ''),
      billable,
    }
    const made = newExpense(this.#context, {
      id,
      member_id: this.#members.get(row.member ?? '')?.id ?? member.id,
      client_id: project === undefined && client !== undefined ? await this.#clientId(client) : null,
      project_id: project === undefined ? null : (await this.#project({ client, project })).id,
      date,
      category,
      description,
      currency,
      ...terms,
      invoice_id: invoiced ? billedElsewhere : undefined,
    })
    await makeExpense(this.#context, made)
    this.made.expenses++
  }

  async #rateOwner({ client, level, member, project, task }: RateRow): Promise<string> {
    if (level === 'workspace') return this.#context.workspace.id
    if (level === 'member') return this.#members.get(member ?? '')?.id ?? this.#context.member.id
    if (level === 'client') return this.#clientId(client ?? '')
    const place = await this.#places.of({ client, project, task: level === 'task' ? task : undefined })
    return (place.task ?? place.project).id
  }

  async #project(of: { client?: string | undefined; project: string }): Promise<ProjectRow> {
    return (await this.#places.of(of)).project
  }

  async #knownProject(name: string, client: string | undefined): Promise<ProjectRow | undefined> {
    const { db, workspace } = this.#context
    const twins = await findProjectsByKey(db, workspace.id, foldName(name))
    const key = client === undefined ? undefined : foldName(client)
    return twins.find(one => (one.client_name === null ? undefined : foldName(one.client_name)) === key)
  }

  async #clientId(name: string): Promise<string> {
    const { db, workspace } = this.#context
    const found = await findClientByKey(db, workspace.id, foldName(name))
    return (found ?? (await makeClient(this.#context, { name }))).id
  }
}
