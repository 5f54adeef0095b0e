import * as z from 'zod'
import { bases, windows } from './budget.ts'
import { instant } from './instant.ts'
import { amountOut } from './money.ts'
import { reference } from './reference.ts'

export const project = z.object({
  id: z.string(),
  name: z.string(),
  client: reference.optional(),
  aliases: z.array(z.string()),
  color: z.string().optional(),
  billable: z.boolean(),
  bill_agent_time: z.boolean(),
  currency: z.string().describe("Its client's, its own, or the workspace's"),
  hourly_rate: amountOut().optional(),
  agent_rate: amountOut().optional().describe('Money, or percent of the rate'),
  budget_hours: z.number().optional(),
  budget_amount: amountOut().optional(),
  budget_window: z.enum(windows).optional(),
  budget_basis: z.enum(bases).optional(),
  budget_thresholds: z.array(z.int()).optional().describe('Percent'),
  archived_at: instant.optional(),
  version: z.int(),
  created_at: instant,
  updated_at: instant,
})
export type Project = z.infer<typeof project>
