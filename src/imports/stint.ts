import * as z from 'zod'
import { client } from '../domain/client.ts'
import { billedElsewhere, entry } from '../domain/entry.ts'
import { expense } from '../domain/expense.ts'
import { instant } from '../domain/instant.ts'
import { project } from '../domain/project.ts'
import { reference } from '../domain/reference.ts'
import { settings } from '../domain/settings.ts'
import { task } from '../domain/task.ts'

// What `stint export everything` writes, as far as it can be brought back: what the API shows, and a little more.

export const documentVersion = 1

const level = z.enum(['task', 'project', 'client', 'member', 'workspace'])

const rate = z.object({
  level,
  owner: reference,
  kind: z.enum(['human', 'agent', 'cost']),
  amount: z.string().optional(),
  percent: z.string().optional(),
  currency: z.string(),
  effective_from: z.string().optional(),
})

export const wholeEntry = entry.extend({
  bill_agent_time: z.boolean(),
  rate_level: z.enum(['entry', ...level.options]).optional(),
  spans: z.array(z.object({ kind: z.enum(['active', 'agent']), started_at: instant, ended_at: instant })),
})

export const things = { clients: client, projects: project, tasks: task, rates: rate, expenses: expense }
export const head = { settings, workspace: z.object({ name: z.string() }) }

export type WholeClient = z.output<typeof client>
export type WholeProject = z.output<typeof project>
export type WholeTask = z.output<typeof task>
export type WholeRate = z.output<typeof rate>
export type WholeExpense = z.output<typeof expense>
export type WholeEntry = z.output<typeof wholeEntry>

/** What a draft held is free; what was sent was billed, and stays so. */
export const isBilled = ({ invoice }: Pick<WholeEntry, 'invoice'>): boolean =>
  invoice !== undefined && (invoice.number !== undefined || invoice.id === billedElsewhere)
